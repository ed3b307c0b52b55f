# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a licence is to say, before it is known whether it may be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mooring_host.authority.records import LicenceRecord
from mooring_host.errors import TokenError, UsageError
from mooring_host.fields import UINT32_MAX
from mooring_host.token.zones import Zones, check_zones, refuse_both

MAX_CYCLES: Final = 2**63 - 1
"""More does not fit the records; at 100 MHz this lasts 2900 years."""


@dataclass(frozen=True)
class Terms:
    """Terms of a licence.

    Zones must be sorted and unique (`token.zones.sorted_zones`), at least one in all.
    """

    cycles: int
    """Engine cycles."""
    lifetime_s: int
    """From issue to expiry of the licence and of its location result."""
    seconds: int | None = None
    """Seconds of grant from acceptance; None: until expiry."""
    required_inside: Zones = ()
    required_excluded: Zones = ()

    def __post_init__(self) -> None:
        attempted = "set the terms of a licence"
        limits = (
            ("cycles", self.cycles, MAX_CYCLES),
            ("lifetime in seconds", self.lifetime_s, UINT32_MAX),
            ("seconds of grant", 1 if self.seconds is None else self.seconds, UINT32_MAX),
        )
        for name, value, most in limits:
            if not 1 <= value <= most:
                raise UsageError(attempted, f"{name}: found {value}, expected 1 to {most}")
        if not self.required_inside and not self.required_excluded:
            raise UsageError(
                attempted,
                "no zone is required",
                "Require at least one zone inside or excluded; a licence has a place.",
            )

        def refuse(word: str, found: str) -> TokenError:
            return TokenError(word, attempted, found)

        try:
            check_zones(self.required_inside, "zones required inside", refuse)
            check_zones(self.required_excluded, "zones required excluded", refuse)
            refuse_both(self.required_inside, self.required_excluded, refuse)
        except TokenError as error:
            raise UsageError(attempted, error.found) from error

    @classmethod
    def of(cls, record: LicenceRecord) -> Terms:
        """The terms of an earlier licence, to renew it."""
        return cls(
            cycles=record.cycles,
            lifetime_s=record.expires_at - record.issued_at,
            seconds=record.seconds,
            required_inside=record.inside,
            required_excluded=record.excluded,
        )
