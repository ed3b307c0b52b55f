# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The firmware as Python sees it: a thin, typed binding of the compiled C, without logic."""

from mooring_firmware._backends import Backend, BackendError, backends, chosen_backend
from mooring_firmware._buffers import Packed, pack
from mooring_firmware._core import (
    Algorithm,
    Ed25519Status,
    Recomputed,
    Sha2,
    Sha2Kind,
    VerifyStatus,
    ed25519_recompute,
    sha256,
    sha384,
    sha512,
    verify,
    verify_batch,
    verify_status,
)
from mooring_firmware._prepared import CacheCounts, PreparedCache, PreparedKey, TableSize, prepare
from mooring_firmware._token import Typ
from mooring_firmware._verdict import KeySet, TokenVerdicts, verify_token, verify_tokens

# An environment that names no usable back end is found out here, not by a wrong verdict.
chosen_backend()

__all__ = [
    "Algorithm",
    "Backend",
    "BackendError",
    "CacheCounts",
    "Ed25519Status",
    "KeySet",
    "Packed",
    "PreparedCache",
    "PreparedKey",
    "Recomputed",
    "Sha2",
    "Sha2Kind",
    "TableSize",
    "TokenVerdicts",
    "Typ",
    "VerifyStatus",
    "backends",
    "chosen_backend",
    "ed25519_recompute",
    "pack",
    "prepare",
    "sha256",
    "sha384",
    "sha512",
    "verify",
    "verify_batch",
    "verify_status",
    "verify_token",
    "verify_tokens",
]
