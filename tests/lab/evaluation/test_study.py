# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The evaluation on networks made by hand: the truth is outside only where a rule is unsound."""

from __future__ import annotations

import pytest
import shapely

from mooring_host.location.borders import Outline
from mooring_lab.evaluation.atlas import Atlas, distance_km
from mooring_lab.evaluation.measurements import Measurements, RoundTrip, Site
from mooring_lab.evaluation.report import country_counts
from mooring_lab.evaluation.rules import LIGHT, SPEEDS, Standing
from mooring_lab.evaluation.study import Located, leave_one_out, metro, summarize
from mooring_lab.evaluation.zones import Zone, d5, prc

# Three square countries in a row along the equator, 2 degrees each with gaps of 2.
HOME = Outline("AA", "Home", shapely.box(0.0, -1.0, 2.0, 1.0))
NEXT = Outline("BB", "Next", shapely.box(4.0, -1.0, 6.0, 1.0))
FAR = Outline("CC", "Far", shapely.box(60.0, -1.0, 62.0, 1.0))
REEF = Outline("A Reef", "A Reef", shapely.box(2.5, -0.1, 2.6, 0.1))
ATLAS = Atlas.of([HOME, NEXT, FAR, REEF])
SITES = (
    Site("net", "a", "Aville", "AA", 0.0, 1.0),
    Site("net", "b", "Beeton", "BB", 0.0, 5.0),
    Site("net", "c", "Ceeham", "BB", 0.5, 5.5),
    Site("lone", "d", "Deeby", "CC", 0.0, 61.0),
)
NEAR = Zone("near", frozenset({"BB"}))
AWAY = Zone("away", frozenset({"CC"}))


def measured(speed_km_per_ms: float) -> Measurements:
    trips = [
        RoundTrip("net", one.name, other.name, trip, trip, trip, 0.0)
        for one in SITES[:3]
        for other in SITES[:3]
        if one != other
        for trip in (2 * distance(one, other) / speed_km_per_ms,)
    ]
    return Measurements(SITES, tuple(trips))


def distance(one: Site, other: Site) -> float:
    return distance_km(
        (one.latitude_deg, one.longitude_deg), (other.latitude_deg, other.longitude_deg)
    )


def located(speed_km_per_ms: float, error_km: float = 0.0) -> tuple[Located, ...]:
    return leave_one_out(measured(speed_km_per_ms), ATLAS, position_error_km=error_km)


@pytest.mark.parametrize("signal", [50.0, 150.0, 199.9, 204.1, 299.7])
def test_the_truth_is_never_outside_at_a_speed_that_no_signal_exceeds(signal: float) -> None:
    for each in located(signal):
        rule = next((s for s in SPEEDS if s.name == each.rule), None)
        if rule is not None and rule.speed_km_per_ms >= signal:
            assert not each.truth_excluded, each


def test_a_signal_faster_than_the_assumed_speed_puts_the_truth_outside() -> None:
    found = {each.rule: each for each in located(250.0) if each.site.name == "a"}

    assert not found[LIGHT.name].truth_excluded
    assert all(found[speed.name].truth_excluded for speed in SPEEDS if speed.speed_km_per_ms < 250)


def test_a_site_that_nobody_timed_is_left_out() -> None:
    assert {each.site.name for each in located(150.0)} == {"a", "b", "c"}


def test_each_site_is_located_by_others_only() -> None:
    assert all(each.landmarks == 2 for each in located(150.0))


def test_slower_signals_leave_more_possible() -> None:
    fast, slow = (
        {each.site.name: each for each in located(speed) if each.rule == LIGHT.name}
        for speed in (250.0, 60.0)
    )

    for name, each in fast.items():
        assert set(each.possible) <= set(slow[name].possible)
        assert each.area_km2 <= slow[name].area_km2


def test_sums_are_those_counted_by_hand() -> None:
    # At 290 km/ms the bounds are 3 % wider than the truth: nobody reaches far, and Aville,
    # 445 km from the nearest other, can't be told from the country that times it.
    rows = summarize(located(290.0), (NEAR, AWAY))
    light = next(row for row in rows if row.rule == LIGHT.name)

    assert (light.network, light.sites, light.truth_excluded, light.empty) == ("net", 3, 0, 0)
    assert light.zones[1].excluded == light.zones[1].outside == 3
    assert light.zones[0].outside == 1


def test_empty_regions_are_told_and_exclude_nothing() -> None:
    found = [each for each in located(290.0) if each.rule == SPEEDS[-1].name]

    empty = [each for each in found if each.empty]
    assert empty
    assert not any(each.excludes(AWAY) for each in empty)
    assert summarize(found, (AWAY,))[0].empty == len(empty)


def test_counts_of_countries_leave_out_sites_inside_and_places_without_a_code() -> None:
    counts = {each.country: each for each in country_counts(located(290.0))}

    assert "A Reef" not in counts
    assert counts["BB"].outside == 1
    assert counts["AA"].outside == 2


def test_one_landmark_in_town_excludes_by_the_distance_to_the_border() -> None:
    # From Aville at 1 degree east to the border at 4: 334 km; at light's speed 2.228 ms.
    rows = metro(measured(150.0), ATLAS, (NEAR,), round_trips_ms=(2.1, 2.3))

    assert [str(row.zones[0]) for row in rows] == ["2 of 2", "1 of 2"]
    assert [row.single for row in rows] == [4, 2]
    assert all(row.standing is Standing.PROVEN for row in rows)


def test_places_of_two_networks_count_once_for_a_landmark_in_town() -> None:
    twin = Site("other", "z", "Aville", "AA", 0.001, 1.001)
    both = Measurements((*SITES, twin), ())

    assert metro(both, ATLAS, (NEAR,), round_trips_ms=(1.0,))[0].sites == len(SITES)


def test_groups_are_those_of_the_rules_on_the_day() -> None:
    from datetime import date

    now, before = d5(date(2026, 11, 1)), d5(date(2020, 12, 1))

    assert {"CN", "HK", "MO", "RU", "KH"} <= now.codes
    assert "HK" not in before.codes
    assert "KH" not in before.codes
    assert prc().codes == {"CN", "HK", "MO"}
