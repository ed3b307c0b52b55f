# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Proof of possession: that a chip holds the device key with which it is to be enrolled.

Whoever names a key that is not theirs would otherwise have an authority vouch for it, or take
the place of the chip whose key it is.
"""

from __future__ import annotations

from typing import Protocol

from mooring_host import cose
from mooring_host.airgap import LicenceRequest
from mooring_host.errors import Refused
from mooring_host.token.evidence import Evidence
from mooring_host.verifier import Reference, appraise
from mooring_host.wire.messages import InfoResponse

_ATTEMPTED = "prove that the chip holds its device key"
_HINT = "Is this the chip that you believe it to be? Ask it again over a line that you trust."


class Claimant(Protocol):
    """What is asked of a chip; `chip.ChipClient` is one."""

    def status(self, nonce: bytes, /) -> bytes:
        """Evidence with a nonce of ours."""
        ...


def prove(request: LicenceRequest) -> Evidence:
    """What a request attests, once its evidence is signed by the very key that it names.

    Raises:
        Refused: it is not.
        TokenError: the device key is none.
    """
    device_key = cose.decode_key(request.device_key)
    appraisal = appraise(
        request.evidence, device_key=device_key, nonce=request.nonce, reference=Reference()
    )
    if appraisal.evidence is None:
        raise Refused(_ATTEMPTED, tuple(str(finding) for finding in appraisal.findings), _HINT)
    return appraisal.evidence


def prove_now(chip: Claimant, info: InfoResponse, nonce: bytes) -> Evidence:
    """The same of a chip on the line that said `info`, for a fresh nonce of 32 bytes.

    Raises:
        Refused: it cannot, or names another id than that of its key.
        TokenError: what it names is no device key.
    """
    ueid = cose.ueid_of(cose.decode_key(info.device_key))
    if info.ueid != ueid:
        found = f"it says that it is {info.ueid.hex()}, its key is that of {ueid.hex()}"
        raise Refused(_ATTEMPTED, (found,), _HINT)
    return prove(LicenceRequest(info.device_key, nonce, chip.status(nonce)))
