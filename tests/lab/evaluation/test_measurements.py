# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Tables of measurements: every row is used or said to be bad, with where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring_host.errors import FileError
from mooring_lab.evaluation.measurements import Measurements, read_measurements
from mooring_lab.evaluation.rows import TableError

SITES = """cloud,region,city,iso_a2,lat,lon
net,a,Aville,SG,1.35,103.82
net,b,"Beeton, North",MY,3.14,101.69
"""
TRIPS = """cloud,src,dst,min_ms,avg_ms,max_ms,mdev_ms
net,a,b,8.0,8.5,9.0,0.1
net,b,a,7.9,8.5,9.0,0.1
"""


def read(
    folder: Path, trips: str = TRIPS, sites: str = SITES, *, skip: bool = False
) -> Measurements:
    trips_path, sites_path = folder / "trips.csv", folder / "sites.csv"
    trips_path.write_text(trips, "utf-8")
    sites_path.write_text(sites, "utf-8")
    return read_measurements(trips_path, sites_path, skip_bad_rows=skip)


def test_every_good_row_is_read(tmp_path: Path) -> None:
    read_back = read(tmp_path)

    assert [site.city for site in read_back.sites] == ["Aville", "Beeton, North"]
    assert read_back.networks == ("net",)
    one, other = read_back.sites
    assert read_back.fastest_ms(one, other) == 8.0
    assert read_back.fastest_ms(other, one) == 7.9
    assert read_back.fastest_ms(one, one) is None


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    sites = "note,lon,lat,iso_a2,city,region,cloud\nx,103.82,1.35,SG,Aville,a,net\n"

    [site] = read(tmp_path, TRIPS.splitlines()[0] + "\nnet,a,a,1,1,1,0\n", sites).sites

    assert (site.latitude_deg, site.longitude_deg) == (1.35, 103.82)


def test_of_repeated_rows_the_smallest_round_trip_counts(tmp_path: Path) -> None:
    read_back = read(tmp_path, TRIPS + "net,a,b,6.5,8.5,9.0,0.1\nnet,a,b,7.5,8.5,9.0,0.1\n")

    assert read_back.fastest_ms(*read_back.sites) == 6.5


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        ("net,a,b,-1,8.5,9.0,0.1", "min_ms", "milliseconds, above 0"),
        ("net,a,b,0,8.5,9.0,0.1", "min_ms", "milliseconds, above 0"),
        ("net,a,b,nan,8.5,9.0,0.1", "min_ms", "milliseconds, above 0"),
        ("net,a,b,8.0,inf,9.0,0.1", "avg_ms", "milliseconds, above 0"),
        ("net,a,b,8.0,8.5,90000,0.1", "max_ms", "at most 60000"),
        ("net,a,b,fast,8.5,9.0,0.1", "min_ms", "milliseconds"),
        ("net,a,b,,8.5,9.0,0.1", "min_ms", "a text"),
        ("net,a,b,8.6,8.5,9.0,0.1", "min_ms", "at most 8.5"),
        ("net,a,b,8.0,9.5,9.0,0.1", "avg_ms", "at most 9"),
        ("net,a,b,8.0,8.5,9.0,-0.1", "mdev_ms", "milliseconds, 0 to"),
        ("net,a,z,8.0,8.5,9.0,0.1", "dst", "a region of cloud 'net'"),
        ("other,a,b,8.0,8.5,9.0,0.1", "src", "a region of cloud 'other'"),
        (",a,b,8.0,8.5,9.0,0.1", "cloud", "a text"),
        ("net,a,b,8.0,8.5,9.0", "(whole row)", "7, as many as the heading"),
        ("net,a,b,8.0,8.5,9.0,0.1,9", "(whole row)", "7, as many as the heading"),
    ],
)
def test_a_bad_round_trip_is_refused_with_row_field_and_expectation(
    tmp_path: Path, row: str, field: str, expected: str
) -> None:
    with pytest.raises(TableError) as caught:
        read(tmp_path, TRIPS + row + "\n")

    [fault] = caught.value.faults
    assert (fault.row, fault.field) == (4, field)
    assert expected in fault.expected
    assert f"row 4, field {field}" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        ("net,c,Ceeham,SG,91,0", "lat", "-90 to 90"),
        ("net,c,Ceeham,SG,0,-180.5", "lon", "-180 to 180"),
        ("net,c,Ceeham,SG,1 N,0", "lat", "-90 to 90"),
        ("net,c,Ceeham,SGP,1,0", "iso_a2", "two capital letters"),
        ("net,c,Ceeham,sg,1,0", "iso_a2", "two capital letters"),
        ("net,a,Ceeham,SG,1,0", "region", "row 2"),
        ("net,c,,SG,1,0", "city", "a text"),
    ],
)
def test_a_bad_site_is_refused_with_row_field_and_expectation(
    tmp_path: Path, row: str, field: str, expected: str
) -> None:
    with pytest.raises(TableError) as caught:
        read(tmp_path, sites=SITES + row + "\n")

    [fault] = caught.value.faults
    assert (fault.row, fault.field) == (4, field)
    assert expected in fault.expected


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    bad = "net,a,b,x,8.5,9.0,0.1\n"

    with pytest.raises(TableError) as caught:
        read(tmp_path, TRIPS + bad * 30)

    assert [fault.row for fault in caught.value.faults] == list(range(4, 34))
    assert "30 bad rows" in str(caught.value)
    assert "and 10 more" in str(caught.value)


def test_bad_rows_are_skipped_only_if_asked_and_then_listed(tmp_path: Path) -> None:
    read_back = read(
        tmp_path,
        TRIPS + "net,a,b,x,8.5,9.0,0.1\n",
        SITES + "net,c,Ceeham,SG,91,0\n",
        skip=True,
    )

    assert len(read_back.sites) == 2
    assert len(read_back.round_trips) == 2
    assert [(fault.row, fault.field) for fault in read_back.left_out] == [(4, "lat"), (4, "min_ms")]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    sites = SITES + '\nnet,c,"Two\nlines",SG,1,0\nnet,d,Deeby,SG,91,0\n'

    with pytest.raises(TableError) as caught:
        read(tmp_path, sites=sites)

    assert [fault.row for fault in caught.value.faults] == [6]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "empty"),
        ("cloud,src,dst\n", "'min_ms'"),
        (TRIPS.replace("src", "dst"), "'src'"),
        ("src," + TRIPS, "'src' twice"),
        (TRIPS.splitlines()[0] + "\n", "not one row"),
        (TRIPS + 'net,a,"b,8.0\n', "row 4: this is no CSV"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(FileError, match=found):
        read(tmp_path, text)


def test_an_absent_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_measurements(tmp_path / "none.csv", tmp_path / "no.csv")

    assert "no such file" in caught.value.found
    assert "MOORING_SHARED" in caught.value.hint


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "trips.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "sites.csv").write_text(SITES, "utf-8")

    with pytest.raises(FileError, match="no UTF-8"):
        read_measurements(tmp_path / "trips.csv", tmp_path / "sites.csv")


def test_the_published_measurements_are_read_whole(shared_dir: Path) -> None:
    data = shared_dir / "data"

    read_back = read_measurements(
        data / "cloud_rtt_fantoch.csv", data / "cloud_regions_fantoch.csv"
    )

    # Counted apart: 19 x 19 and 20 x 20 pairs, each site with itself included.
    assert {name: len(read_back.of(name)) for name in read_back.networks} == {"aws": 19, "gcp": 20}
    assert len(read_back.round_trips) == 19 * 19 + 20 * 20
    assert not read_back.left_out
