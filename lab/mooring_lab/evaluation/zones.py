# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The groups of countries that an exclusion is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from mooring_host.location.borders import territories
from mooring_host.policy.groups import Regions, zone_group

PRC: Final = frozenset({"CN", "HK", "MO"})
"""Hong Kong is China under these rules since 23 December 2020; Macau stands beside it."""


@dataclass(frozen=True)
class Zone:
    """Territories, by the codes of the outlines."""

    name: str
    codes: frozenset[str]


def prc() -> Zone:
    """The People's Republic of China with Hong Kong and Macau."""
    return Zone("PRC", PRC)


def d5(on: date) -> Zone:
    """Country group D:5 with Macau, as the rules had it on a day."""
    return Zone("D:5", territories(zone_group("D:5", on, Regions.of_ear(on)).iso))
