# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""ECCN 3A090 by numbers and day; the expected classes are read off the rules' text."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_host.errors import FileError, UsageError
from mooring_host.policy.classify import Eccn, classify, within_case_limits
from mooring_host.policy.figures import ChipFigures, read_chips, tpp_of

DAY = date(2023, 11, 17)
COLUMNS = "name,dense_fp16_tflops,dense_8bit_tops,dense_4bit_tops,die_mm2,mem_bw_GBps"


def chip(tpp: float, density: float | None, *, datacenter: bool | None = True) -> ChipFigures:
    die = None if density is None else tpp / density
    return ChipFigures("X", tpp, die_mm2=die, datacenter=datacenter)


# 88 FR 73458, at and beside each of its numbers; densities are exact quotients of 1600 and 4800.
@pytest.mark.parametrize(
    ("tpp", "die", "expected"),
    [
        (4800, 10_000, "3A090.a"),
        (4799, 10_000, "not 3A090"),
        (4799, 4799 / 1.61, "3A090.b"),
        (4799, 4799 / 1.59, "not 3A090"),
        (2400, 1500, "3A090.b"),
        (2400, 1501, "not 3A090"),
        (2399, 1499, "not 3A090"),
        (2399, 2399 / 3.21, "3A090.b"),
        (1600, 500, "3A090.b"),
        (1600, 501, "not 3A090"),
        (1599, 100, "not 3A090"),
        (1600, 1600 / 5.93, "3A090.a"),
        (1600, 1600 / 5.91, "3A090.b"),
        (1599, 1, "not 3A090"),
        (4799, 4799 / 5.93, "3A090.a"),
        (0, 100, "not 3A090"),
    ],
)
def test_class_by_the_numbers_of_2023(tpp: float, die: float, expected: str) -> None:
    assert str(classify(ChipFigures("X", tpp, die_mm2=die, datacenter=True), DAY)) == expected


@pytest.mark.parametrize(
    ("tpp", "density", "datacenter", "expected"),
    [
        (4799, 6.0, False, "not 3A090"),
        (4799, 6.0, True, "3A090.a"),
        (4799, 6.0, None, "3A090.a or not 3A090"),
        (4800, 6.0, False, "3A090.a"),
        (2400, 2.0, False, "not 3A090"),
        (4000, None, True, "3A090.a or 3A090.b or not 3A090"),
        (2000, None, True, "3A090.a or 3A090.b or not 3A090"),
        (4000, None, False, "not 3A090"),
        (1599, None, None, "not 3A090"),
        (4800, None, None, "3A090.a"),
    ],
)
def test_what_is_not_known_leaves_every_class_that_it_may_be(
    tpp: float, density: float | None, datacenter: bool | None, expected: str
) -> None:
    assert str(classify(chip(tpp, density, datacenter=datacenter), DAY)) == expected


@pytest.mark.parametrize(
    ("day", "tpp", "io", "expected"),
    [
        ("2022-10-06", 9000, 900, "not 3A090"),
        ("2022-10-07", 4800, 600, "3A090.a"),
        ("2022-10-07", 4799, 600, "not 3A090"),
        ("2022-10-07", 4800, 599, "not 3A090"),
        ("2022-10-07", 4800, None, "3A090.a or not 3A090"),
        ("2023-11-16", 15832, 400, "not 3A090"),
        ("2023-11-17", 15832, 400, "3A090.a"),
    ],
)
def test_interconnect_counted_until_november_2023(
    day: str, tpp: float, io: float | None, expected: str
) -> None:
    figures = ChipFigures("X", tpp, die_mm2=814, io_gbps=io, datacenter=True)

    assert str(classify(figures, date.fromisoformat(day))) == expected


@pytest.mark.parametrize(
    ("day", "density", "expected", "excepted"),
    [
        ("2024-12-01", 4.0, "not 3A090", False),
        ("2024-12-02", 4.0, "3A090.c", False),
        ("2024-12-02", 3.3, "3A090.c", False),
        ("2024-12-02", 3.29, "3A090.c", True),
        ("2024-12-02", 2.01, "3A090.c", True),
        ("2024-12-02", 2.0, "not 3A090", False),
    ],
)
def test_memory_is_controlled_since_december_2024(
    day: str, density: float, expected: str, excepted: bool
) -> None:
    found = classify(ChipFigures("HBM", 0, hbm_density=density), date.fromisoformat(day))

    assert str(found) == expected
    assert any("exception HBM" in ground.text for ground in found.grounds) is excepted


def test_tpp_is_the_largest_product_of_bits_and_dense_tops() -> None:
    assert tpp_of({16: 989.5, 8: 1979.0}) == 15832
    assert tpp_of({16: 2500, 4: 15000}) == 60000


@given(
    st.floats(0, 1e6),
    st.floats(0.01, 1e4),
    st.sampled_from([True, False, None]),
    st.dates(date(2023, 11, 17), date(2030, 1, 1)),
)
def test_what_is_known_only_narrows_the_class(
    tpp: float, die: float, datacenter: bool | None, on: date
) -> None:
    full = ChipFigures("X", tpp, die_mm2=die, datacenter=datacenter)
    exact = classify(replace(full, datacenter=datacenter or False), on)

    assert set(classify(full, on).possible) <= set(
        classify(replace(full, die_mm2=None), on).possible
    )
    assert set(exact.possible) <= set(classify(replace(full, datacenter=None), on).possible)
    assert exact.decided


@pytest.mark.parametrize(
    ("tpp", "memory", "expected"),
    [
        (20999, 6499, True),
        (21000, 6499, False),
        (20999, 6500, False),
        (20999, None, None),
        (21000, None, False),
    ],
)
def test_limits_of_2026_are_kept_only_if_both_are_known(
    tpp: float, memory: float | None, expected: bool | None
) -> None:
    assert within_case_limits(ChipFigures("X", tpp, memory_gbps=memory)) is expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name,die_mm2\nX,1\n", "column dense_fp16_tflops is missing"),
        ("", "column name is missing"),
        (f"{COLUMNS}\nX,fast,,,,\n", "row 2: dense_fp16_tflops: found 'fast'"),
        (f"{COLUMNS}\nX,1,,,,\nY,-1,,,,\n", "row 3: dense_fp16_tflops: found '-1'"),
        (f"{COLUMNS}\nX,nan,,,,\n", "row 2: dense_fp16_tflops: found 'nan'"),
        (f"{COLUMNS}\nX,1,,,0,\n", "row 2: die_mm2: found 0"),
        (f"{COLUMNS}\n,1,,,,\n", "row 2: name: found ''"),
        (f"{COLUMNS}\nX,1,,,,,7\n", "row 2: it has more cells than the head"),
        (f'{COLUMNS}\n"X,1,,,,\n', "row "),
    ],
)
def test_bad_row_is_named_with_its_column(text: str, found: str) -> None:
    with pytest.raises(FileError) as refused:
        read_chips(text, "chips.csv")
    assert found in str(refused.value)


def test_chip_without_any_speed_is_set_apart_and_not_called_harmless() -> None:
    read = read_chips(f"{COLUMNS}\nX,,,,800,\nY,1,,,,\n", "chips.csv")

    assert read.unrated == ("X",)
    assert [each.name for each in read.chips] == ["Y"]


@pytest.mark.parametrize("tops", [{}, {0: 1.0}, {8: -1.0}, {8: float("nan")}, {129: 1.0}])
def test_no_tpp_without_sound_numbers(tops: dict[int, float]) -> None:
    with pytest.raises(UsageError, match="tops"):
        tpp_of(tops)


def test_list_of_175_chips_is_classified_as_its_makers_computed(shared_data: Path) -> None:
    text = (shared_data / "chips_tpp.csv").read_text("utf-8")
    rows = {row["name"]: row for row in csv.DictReader(text.splitlines())}
    read = read_chips(text, "chips_tpp.csv")

    for each in read.chips:
        row = rows[each.name]
        found = classify(replace(each, datacenter=True), DAY)
        if each.density is None and 1600 <= each.tpp < 4800:
            # The list leaves these open; which class it is depends on the die.
            assert row["eccn_2023_computed"] == ""
            assert found.possible == (Eccn.A, Eccn.B, Eccn.NONE)
        else:
            assert str(found) == (row["eccn_2023_computed"] or "not 3A090"), each.name
        assert round(each.tpp) == int(row["tpp_computed"])
        assert (within_case_limits(each) is True) is (row["under_91FR1684_caps"] == "yes")
    assert len(read.chips) + len(read.unrated) == len(list(csv.DictReader(text.splitlines())))
    assert all(rows[name]["tpp_computed"] == "0" for name in read.unrated)
