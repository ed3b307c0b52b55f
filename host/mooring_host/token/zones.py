# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Lists of zone names, as licences require and location results prove them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from mooring_host.errors import TokenError
from mooring_host.fields import MapReader

MAX_ZONES: Final = 32
_NAME: Final = re.compile(r"[a-z0-9._-]{1,24}")

Zones: TypeAlias = tuple[str, ...]
"""Names in bytewise order without repetition; empty means that there is no list."""

Refuse: TypeAlias = Callable[[str, str], TokenError]


def is_zone_name(name: str) -> bool:
    """Whether `name` is of the form [a-z0-9._-]{1,24}."""
    return _NAME.fullmatch(name) is not None


def sorted_zones(names: Sequence[str]) -> Zones:
    """The names as tokens carry them: sorted, each once."""
    return tuple(sorted(set(names)))


def read_zones(fields: MapReader, key: int, name: str, refuse: Refuse) -> Zones:
    """An optional zone list; absent means no condition, and an empty one is refused."""
    if not fields.has(key):
        return ()
    items = fields.items(key, name, maximum=MAX_ZONES)
    if not items:
        raise refuse("CLAIM_ZONE_EMPTY", f"{name}: an empty list; leave out an absent condition")
    zones = tuple(fields.check.text(item, name) for item in items)
    check_zones(zones, name, refuse)
    return zones


def check_zones(zones: Zones, name: str, refuse: Refuse) -> None:
    """Refuses names of another form, out of order, twice or too many."""
    if len(zones) > MAX_ZONES:
        raise refuse("CLAIM_VALUE", f"{name}: {len(zones)} zones, expected at most {MAX_ZONES}")
    for zone in zones:
        if not is_zone_name(zone):
            raise refuse("CLAIM_ZONE_NAME", f"{name}: found {zone!r}, expected [a-z0-9._-]{{1,24}}")
    for before, after in pairwise(zones):
        if before >= after:
            raise refuse("CLAIM_ZONE_ORDER", f"{name}: {after!r} follows {before!r}")


def refuse_both(inside: Zones, excluded: Zones, refuse: Refuse) -> None:
    """Refuses a zone that is listed both ways."""
    both = sorted(set(inside) & set(excluded))
    if both:
        raise refuse("CLAIM_ZONE_BOTH", f"{both[0]!r} is listed both inside and excluded")
