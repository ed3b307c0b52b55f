# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip with an authority beside it: everything that a test of licensing begins with."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from mooring_host.authority import Authority, IssuedLicence, Terms, issue_licence
from mooring_host.boot import BootReport, LocalSource, boot
from mooring_host.chip import ChipClient
from mooring_host.edge import Entropy
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.location import Inspection, InspectionStatement, ZoneSet
from mooring_host.states import Lifecycle, Mode
from mooring_host.wire.messages import InfoResponse
from mooring_lab.errors import LabError

ZONES: Final = ZoneSet.of(
    {
        "campus": "the halls of the operator that this bench imagines",
        "embargoed": "places to which this bench's law exports no accelerators",
    }
)
INSIDE: Final = ("campus",)
EXCLUDED: Final = ("embargoed",)
LONGEST_GRANT_S: Final = 7200
STATEMENT_LIFE_S: Final = 30 * 86_400
TERMS: Final = Terms(
    cycles=10_000_000,
    lifetime_s=3600,
    required_inside=INSIDE,
    required_excluded=EXCLUDED,
)


@dataclass
class Bench:
    """A chip, its authority and its place.

    Attributes:
        client: the chip.
        authority: who licenses it.
        now: the authority's clock, seconds since 1970.
        entropy: where verifiers' nonces come from.
        plan: fuses of the chip, once it is provisioned.
    """

    client: ChipClient
    authority: Authority
    now: Callable[[], int]
    entropy: Entropy = secrets.token_bytes
    plan: FusePlan | None = field(default=None, init=False)

    def fuse_plan(self, mode: Mode = Mode.DENY) -> FusePlan:
        """Fuses that trust the authority's first root and permit both forms of freshness."""
        root = self.authority.roots()[0].digest
        return FusePlan(
            mode,
            LONGEST_GRANT_S,
            (root,),
            throttle=1024 if mode is Mode.THROTTLE else 0,
            allow_sequence=True,
        )

    def provision(self, mode: Mode = Mode.DENY, label: str = "bench") -> InfoResponse:
        """Takes the chip to production and enrols it; nothing if that was done before.

        Raises:
            LabError: the chip is in production already, with other fuses.
        """
        plan = self.fuse_plan(mode)
        fuses = self.client.fuses()
        if fuses.lifecycle is Lifecycle.MANUFACTURING:
            burn(self.client, plan)
            lock(self.client, plan)
        elif fuses.map_digest != plan.digest:
            raise LabError(
                "provision the chip",
                "it is in production already, with fuses that this authority did not plan",
                "begin with a chip in manufacturing, such as a new one of `mooring chip run`",
            )
        self.plan = plan
        info = self.client.info()
        self.authority.enrol(info.device_key, label)
        return info

    def place(
        self, inside: tuple[str, ...] = INSIDE, excluded: tuple[str, ...] = EXCLUDED
    ) -> Inspection:
        """An inspector's statement that the chip is in such a place."""
        now = self.now()
        statement = InspectionStatement(
            inspector="Inspector of the bench",
            place="rack 1",
            ueid=self.client.info().ueid,
            seen_at=now,
            valid_until=now + STATEMENT_LIFE_S,
            zone_set=ZONES.digest,
            inside=inside,
            excluded=excluded,
        )
        return Inspection(statement, ZONES)

    def trust(self) -> None:
        """Sends the authority's trust list."""
        record = self.authority.trust()
        self.client.trust(record.root.cose_key, record.token)

    def issue(self, terms: Terms = TERMS) -> IssuedLicence:
        """A licence that answers a new challenge of the chip; it is not sent."""
        request = self.client.request_licence(self.entropy(32))
        return issue_licence(self.authority, request, terms, self.place())

    def boot(self, terms: Terms = TERMS) -> BootReport:
        """Brings the chip to compute."""
        source = LocalSource(self.authority, terms, self.place())
        return boot(self.client, source, entropy=self.entropy)
