# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Plans: budgets that follow from distances, covers that no search beats, costs as stated."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
import shapely

from mooring_host.errors import FileError
from mooring_host.location.borders import Outline
from mooring_lab.evaluation.atlas import Atlas, distance_km
from mooring_lab.evaluation.rows import TableError
from mooring_lab.evaluation.zones import Zone
from mooring_lab.planning.cover import cover
from mooring_lab.planning.plan import Assumptions, borders_of, budgets, plan
from mooring_lab.planning.sites import PlanSite, read_sites

HOME = Outline("AA", "Home", shapely.box(0.0, -5.0, 10.0, 5.0))
OTHER = Outline("BB", "Other", shapely.box(20.0, -5.0, 30.0, 5.0))
BAD = Outline("CC", "Bad", shapely.box(40.0, -5.0, 50.0, 5.0))
ATLAS = Atlas.of([HOME, OTHER, BAD])
ZONE = Zone("bad", frozenset({"CC"}))
WEST = PlanSite("West", "AA", 0.0, 1.0)
MIDDLE = PlanSite("Middle", "AA", 0.0, 9.0)
EAST = PlanSite("East", "BB", 0.0, 29.0)
EDGE = PlanSite("Edge", "BB", 0.0, 29.9, radius_km=1200.0)
INSIDE = PlanSite("Inside", "CC", 0.0, 45.0)


def union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset(need for each in sets for need in each)


def smallest(serves: list[frozenset[int]], needs: int) -> int:
    """The size of the smallest cover, by trying all."""
    wanted = union(serves) & frozenset(range(needs))
    for size in range(len(serves) + 1):
        for chosen in itertools.combinations(serves, size):
            if wanted <= union(chosen):
                return size
    raise AssertionError("all places together are a cover")


@pytest.mark.parametrize("seed", range(30))
def test_no_cover_is_smaller_than_the_one_called_smallest(seed: int) -> None:
    chance = random.Random(seed)
    needs = chance.randint(1, 9)
    serves = [
        frozenset(need for need in range(needs) if chance.random() < 0.35)
        for _ in range(chance.randint(1, 9))
    ]

    found = cover(serves, needs)

    served = union(serves[index] for index in found.chosen)
    assert served == union(serves)
    assert set(found.unserved) == set(range(needs)) - served
    assert found.optimal
    assert len(found.chosen) == smallest(serves, needs)


def test_greed_alone_would_choose_more() -> None:
    # The textbook case: the largest set first leads to three, two are enough.
    serves = [frozenset({0, 1, 2, 6}), frozenset({3, 4, 5, 7}), frozenset({0, 1, 3, 4, 2, 5})]

    assert len(cover(serves, 8).chosen) == 2


def test_a_search_that_is_cut_short_says_so_and_still_covers() -> None:
    chance = random.Random(4)
    serves = [frozenset(chance.sample(range(40), 5)) for _ in range(40)]

    found = cover(serves, 40, max_nodes=3)

    assert union(serves[index] for index in found.chosen) == union(serves)
    assert not found.optimal
    assert found.least < len(found.chosen)


def test_nothing_to_serve_needs_nothing() -> None:
    assert cover([], 0).chosen == ()
    assert cover([frozenset()], 2).unserved == (0, 1)


def test_a_budget_is_twice_the_distance_over_the_speed() -> None:
    [found] = budgets([EAST], borders_of([EAST], ATLAS), [ZONE], Assumptions())
    gap = distance_km((0.0, 29.0), (0.0, 40.0))

    [zone] = found.zones
    assert zone.nearest == "CC"
    assert gap - 1.1 <= zone.distance_km <= gap
    assert zone.light_ms == pytest.approx(2 * zone.distance_km / 299.792458)
    assert zone.fibre_ms == pytest.approx(zone.distance_km / 100)
    assert found.country.nearest == "CC"  # the home is farther


def test_an_uncertain_position_costs_budget() -> None:
    [sure, unsure] = budgets([EAST, EDGE], borders_of([EAST, EDGE], ATLAS), [ZONE], Assumptions())

    assert unsure.zones[0].distance_km == 0.0
    assert sure.zones[0].distance_km > 0.0


def test_inside_a_zone_there_is_no_budget() -> None:
    [found] = budgets([INSIDE], borders_of([INSIDE], ATLAS), [ZONE], Assumptions())

    assert found.zones[0].light_ms == 0.0


def test_one_landmark_serves_what_is_near_and_the_rest_is_named() -> None:
    sites = [WEST, MIDDLE, EAST, EDGE, INSIDE]

    made = plan(sites, sites, borders_of(sites, ATLAS), ZONE, Assumptions())

    # A disk around Middle that holds West (890 km, so 8.1 ms with 0.5 fixed and 1.7 inflation,
    # 2,408 km by light) ends before the zone at 3,450 km; East, 2,230 km off, wants its own.
    assert made.landmarks == ("West", "East") or made.landmarks == ("Middle", "East")
    assert made.optimal
    assert made.unserved == ("Edge",)
    assert made.in_zone == ("Inside",)


def test_a_slower_network_needs_more_landmarks() -> None:
    sites = [WEST, MIDDLE]
    borders = borders_of(sites, ATLAS)

    fast = plan(sites, sites, borders, ZONE, Assumptions(inflation=1.2))
    slow = plan(sites, sites, borders, ZONE, Assumptions(inflation=6.0))

    assert (len(fast.landmarks), len(slow.landmarks)) == (1, 2)


def test_the_cost_is_that_of_the_landmarks_the_years_and_the_software() -> None:
    assumed = Assumptions(landmark_cost_usd=100.0, software_cost_usd=7.0, years=3.0, redundancy=2)

    made = plan([WEST], [WEST], borders_of([WEST], ATLAS), ZONE, assumed)

    assert made.yearly_usd == 200.0
    assert made.total_usd == 607.0


def test_sites_with_coordinates_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("city,iso_a2,lat,lon,km\nOne,SG,1.3,103.8,5\n", "utf-8")

    assert read_sites(path).sites == (PlanSite("One", "SG", 1.3, 103.8),)


def test_clusters_of_one_town_are_one_site_and_the_unsure_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "clusters.csv"
    path.write_text(
        "Name,Country,Location\n"
        'A,United States of America,"Austin, Texas"\n'
        'B,United States of America,"1 Tesla Rd, Austin, TX"\n'
        "C,United States of America,Texas\n"
        "D,China,\n",
        "utf-8",
    )

    read = read_sites(path)

    assert [(site.name, site.count) for site in read.sites] == [("Austin", 2)]
    assert [(each.row, each.name) for each in read.left_out] == [(4, "C"), (5, "D")]


def test_bad_rows_and_other_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text("city,iso_a2,lat,lon\nOne,SG,1.3,103.8\nTwo,SG,95,0\n", "utf-8")

    with pytest.raises(TableError, match="row 3, field lat"):
        read_sites(path)
    assert [fault.row for fault in read_sites(path, skip_bad_rows=True).faults] == [3]
    with pytest.raises(FileError, match="No such file"):
        read_sites(tmp_path / "none.csv")
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(FileError, match="'city'"):
        read_sites(path)


def test_every_cluster_of_the_published_list_is_a_site_or_listed(shared_dir: Path) -> None:
    read = read_sites(shared_dir / "data" / "epoch_gpu_clusters_2025-11.csv")

    assert sum(site.count for site in read.sites) + len(read.left_out) == 786
    assert sum(site.count for site in read.sites) > 250
    assert not [each for each in read.left_out if each.why == "cities far apart are named"]
