# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Requests and responses, one dataclass each, as docs/protocol.cddl writes them.

Every class encodes and decodes, so that the same code drives a chip, plays one in a test and
explains a recording. Decoding raises `ProtocolError` naming the field.
"""

from mooring_host.wire._bodies import Body, Failure
from mooring_host.wire.attestation import (
    ChallengeRequest,
    ChallengeResponse,
    InfoRequest,
    InfoResponse,
    StatusRequest,
    StatusResponse,
)
from mooring_host.wire.licensing import (
    ComputeRequest,
    ComputeResponse,
    LicenceRequest,
    LicenceResponse,
    TrustRequest,
    TrustResponse,
)
from mooring_host.wire.log import LogEntry, LogRequest, LogResponse
from mooring_host.wire.provisioning import (
    BurnRequest,
    BurnResponse,
    FuseField,
    FusesRequest,
    FusesResponse,
    LockRequest,
    LockResponse,
    ResetRequest,
    ResetResponse,
)
from mooring_host.wire.ranging import (
    RangeProofRequest,
    RangeProofResponse,
    RangeRequest,
    RangeResponse,
)

__all__ = [
    "Body",
    "BurnRequest",
    "BurnResponse",
    "ChallengeRequest",
    "ChallengeResponse",
    "ComputeRequest",
    "ComputeResponse",
    "Failure",
    "FuseField",
    "FusesRequest",
    "FusesResponse",
    "InfoRequest",
    "InfoResponse",
    "LicenceRequest",
    "LicenceResponse",
    "LockRequest",
    "LockResponse",
    "LogEntry",
    "LogRequest",
    "LogResponse",
    "RangeProofRequest",
    "RangeProofResponse",
    "RangeRequest",
    "RangeResponse",
    "ResetRequest",
    "ResetResponse",
    "StatusRequest",
    "StatusResponse",
    "TrustRequest",
    "TrustResponse",
]
