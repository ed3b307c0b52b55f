# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An issuer without judgement: signs whatever claims a test wants to show to a chip.

The authority of `mooring_host` refuses to issue what no honest authority would.  Attacks,
refusals and benchmarks need such tokens too, and need them reproducible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mooring_host import cose
from mooring_host.airgap import LicenceDelivery
from mooring_host.keys.signer import Signer, SoftwareSigner
from mooring_host.states import Method, Role
from mooring_host.token import (
    Allowance,
    IssuerKey,
    Licence,
    LocationResult,
    NonceBound,
    SequenceBound,
    TrustList,
    issue,
)

START: Final = 1_800_000_000
"""The lab's present, seconds since 1970: 2027-01-15."""
DAY_S: Final = 86_400
ZONE_SET: Final = hashlib.sha256(b"zones of the lab").digest()[:8]
INSIDE: Final = ("campus",)
EXCLUDED: Final = ("embargoed",)
PLENTY: Final = 1 << 40
"""Engine cycles that no test uses up."""


def signer(seed: bytes, label: str) -> SoftwareSigner:
    """A reproducible key."""
    return SoftwareSigner.from_seed(hashlib.sha256(label.encode() + b"\0" + seed).digest())


@dataclass(frozen=True)
class Issuer:
    """Three keys and the habit of signing.

    Attributes:
        root: signs trust lists.
        licence_key: signs licences.
        location_key: signs location results.
        zone_set: digest of the zones that its tokens speak of.
    """

    root: Signer
    licence_key: Signer
    location_key: Signer
    zone_set: bytes = ZONE_SET

    @classmethod
    def from_seed(cls, seed: bytes) -> Issuer:
        """Reproducible keys."""
        return cls(signer(seed, "root"), signer(seed, "licence"), signer(seed, "location"))

    @property
    def root_key(self) -> bytes:
        """The root's COSE_Key, as TRUST carries it."""
        return cose.encode_key(self.root.public_key)

    @property
    def root_digest(self) -> bytes:
        """What the fuses hold of the root."""
        return cose.root_digest(self.root.public_key)

    def listed(self, key: Signer, role: Role, *, first_epoch: int = 0) -> IssuerKey:
        """A key as a list names it, valid for a year around the lab's present."""
        return IssuerKey(
            key.public_key, role, first_epoch, START - 180 * DAY_S, START + 180 * DAY_S
        )

    def trust_list(
        self,
        epoch: int = 1,
        *,
        keys: Sequence[IssuerKey] | None = None,
        issued_at: int = START,
        end_running: bool = False,
    ) -> bytes:
        """A trust list; by default of this issuer's two keys."""
        if keys is None:
            keys = (
                self.listed(self.licence_key, Role.LICENCE),
                self.listed(self.location_key, Role.LOCATION),
            )
        return issue(TrustList(issued_at, epoch, tuple(keys), end_running), self.root)

    def location(
        self,
        ueid: bytes,
        nonce: bytes | None,
        *,
        issued_at: int = START,
        lifetime_s: int = DAY_S,
        inside: tuple[str, ...] = INSIDE,
        excluded: tuple[str, ...] = EXCLUDED,
        zone_set: bytes | None = None,
    ) -> bytes:
        """A location result."""
        claims = LocationResult(
            ueid=ueid,
            method=Method.INSPECTION,
            issued_at=issued_at,
            expires_at=issued_at + lifetime_s,
            zone_set=self.zone_set if zone_set is None else zone_set,
            inside=inside,
            excluded=excluded,
            nonce=nonce,
        )
        return issue(claims, self.location_key)

    def licence(
        self,
        ueid: bytes,
        freshness: NonceBound | SequenceBound,
        location: bytes,
        *,
        number: int = 1,
        issued_at: int = START,
        not_before: int | None = None,
        lifetime_s: int = 3600,
        cycles: int = PLENTY,
        seconds: int | None = None,
        inside: tuple[str, ...] = INSIDE,
        excluded: tuple[str, ...] = EXCLUDED,
        zone_set: bytes | None = None,
        key: Signer | None = None,
    ) -> bytes:
        """A licence that names `location`."""
        claims = Licence(
            number=number.to_bytes(16, "big"),
            ueid=ueid,
            issued_at=issued_at,
            not_before=issued_at if not_before is None else not_before,
            expires_at=issued_at + lifetime_s,
            allowance=Allowance(cycles, seconds),
            location_digest=hashlib.sha256(location).digest(),
            zone_set=self.zone_set if zone_set is None else zone_set,
            freshness=freshness,
            required_inside=inside,
            required_excluded=excluded,
        )
        return issue(claims, key or self.licence_key)

    def delivery(
        self, ueid: bytes, freshness: NonceBound | SequenceBound, *, epoch: int = 1
    ) -> LicenceDelivery:
        """All that a chip must be sent to come to compute."""
        nonce = freshness.nonce if isinstance(freshness, NonceBound) else None
        location = self.location(ueid, nonce)
        return LicenceDelivery(
            self.root_key,
            self.trust_list(epoch),
            location,
            self.licence(ueid, freshness, location),
        )
