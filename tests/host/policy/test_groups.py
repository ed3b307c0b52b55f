# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Country groups by day, and how Hong Kong and Macau count."""

from __future__ import annotations

from datetime import date

import pytest

from mooring_host.errors import UsageError
from mooring_host.policy.groups import (
    Counts,
    Regions,
    as_destination,
    country_group,
    country_groups,
    zone_group,
)
from mooring_host.policy.sources import Provenance
from mooring_host.token.zones import is_zone_name


@pytest.mark.parametrize(
    ("group", "iso", "last_day", "was", "became"),
    [
        ("A:5", "AE", "2026-07-09", False, True),
        ("D:4", "AE", "2026-07-09", True, False),
        ("D:5", "NI", "2024-03-14", False, True),
        ("D:1", "NI", "2024-03-14", False, True),
        ("D:5", "KH", "2021-12-08", False, True),
        ("A:6", "MX", "2020-12-27", False, True),
        ("A:6", "CY", "2020-12-27", False, True),
    ],
)
def test_membership_changes_on_its_day_and_not_before(
    group: str, iso: str, last_day: str, was: bool, became: bool
) -> None:
    before = date.fromisoformat(last_day)
    after = date.fromordinal(before.toordinal() + 1)
    members = country_group(group).members

    assert (iso in members(before), iso in members(after)) == (was, became)
    assert (iso in members(date.min), iso in members(date.max)) == (was, became)


@pytest.mark.parametrize(("group", "count"), [("A:5", 37), ("A:6", 8), ("D:5", 23), ("tier1", 18)])
def test_groups_have_as_many_members_as_the_rules_say(group: str, count: int) -> None:
    # A:5 37 and A:6 8: eCFR of June 2026. D:5 23: "23 arms-embargoed countries". 18: tier 1.
    assert len(country_group(group).members(date(2026, 6, 20))) == count


def test_recalled_lists_say_so() -> None:
    recalled = {g.name for g in country_groups().values() if g.source.recalled}

    assert recalled == {"D:1", "D:4", "D:5"}
    assert "RECALLED" in str(country_group("D:5").source)
    assert country_group("A:5").source.provenance is Provenance.EXCERPT
    assert not country_group("D:5").cited("NI").recalled


@pytest.mark.parametrize(("day", "counts_as"), [("2020-12-22", "HK"), ("2020-12-23", "CN")])
def test_hong_kong_counts_as_china_since_december_2020(day: str, counts_as: str) -> None:
    assert as_destination("HK", date.fromisoformat(day)) == counts_as


def test_zones_say_how_hong_kong_and_macau_count() -> None:
    on = date(2026, 1, 1)

    def members(hong_kong: Counts, macau: Counts, group: str = "D:5") -> set[str]:
        return set(zone_group(group, on, Regions(hong_kong, macau)).iso & {"CN", "HK", "MO"})

    assert members(Counts.AS_LISTED, Counts.AS_LISTED) == {"CN"}
    assert members(Counts.AS_CHINA, Counts.AS_LISTED) == {"CN", "HK"}
    assert members(Counts.AS_CHINA, Counts.AS_CHINA) == {"CN", "HK", "MO"}
    assert members(Counts.AS_LISTED, Counts.ALWAYS) == {"CN", "MO"}
    assert members(Counts.AS_LISTED, Counts.AS_LISTED, "D:1") == {"CN", "MO"}
    assert members(Counts.AS_CHINA, Counts.AS_CHINA, "A:5") == set()


def test_rules_count_hong_kong_as_china_and_macau_beside_d5_by_day() -> None:
    def members(day: date) -> frozenset[str]:
        return zone_group("d5", day, Regions.of_ear(day)).iso & {"HK", "MO"}

    assert members(date(2020, 12, 22)) == {"MO"}
    assert members(date(2020, 12, 23)) == {"HK", "MO"}


def test_zone_names_fit_tokens_and_find_their_group() -> None:
    for name, group in country_groups().items():
        assert is_zone_name(group.zone_name)
        assert country_group(group.zone_name) is country_group(name) is group


def test_unknown_group_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no group 'E:9'") as refused:
        country_group("E:9")
    assert "D:5" in refused.value.hint
