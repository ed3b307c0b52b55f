# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Keys that sign, behind one interface, and the names by which people give them."""

from mooring_host.keys.environment import signer_from_environment
from mooring_host.keys.file import read_key_file, write_key_file
from mooring_host.keys.registry import SignerSource, signer_from_uri
from mooring_host.keys.signer import Signer, SoftwareSigner

__all__ = [
    "Signer",
    "SignerSource",
    "SoftwareSigner",
    "read_key_file",
    "signer_from_environment",
    "signer_from_uri",
    "write_key_file",
]
