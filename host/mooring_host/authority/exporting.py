# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Licences out of the records again, where the file that was issued got lost."""

from __future__ import annotations

from mooring_host.airgap import LicenceDelivery
from mooring_host.authority.authority import Authority
from mooring_host.authority.records import LicenceState
from mooring_host.errors import Refused


def export_licence(authority: Authority, number: bytes) -> LicenceDelivery:
    """The delivery of a licence that was issued, signing nothing.

    It goes with the trust list in force now; whether the licence is still fresh is the chip's
    to say.

    Raises:
        UnknownRecordError: there is no such number.
        Refused: it is revoked, or was never signed.
    """
    record = authority.licence(number)
    attempted = f"export licence {number.hex()}"
    if record.state is LicenceState.REVOKED:
        raise Refused(attempted, ("it is revoked",), "Issue another one.")
    if record.token is None:
        raise Refused(attempted, ("it was reserved and never signed",), "Issue another one.")
    trust = authority.trust()
    place = authority.location(record.location_digest)
    return LicenceDelivery(trust.root.cose_key, trust.token, place.token, record.token)
