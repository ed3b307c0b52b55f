# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Quantities add up over earlier shipments, each once, in whatever order they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from mooring_host.policy import ChipFigures, Transaction, Usage
from mooring_host.policy.days import day_of, show
from mooring_host.policy.ledger import Entry, with_usage

SALE = Transaction(
    ChipFigures("X", 100.0), "MY", "Buyer", headquarters="MY", parent="MY", reference="now"
)
ON = date(2026, 6, 1)


def entry(amount: int, day: str, **change: str) -> Entry:
    given = replace(SALE, quantity=amount, reference=f"order {amount}")
    return Entry(date.fromisoformat(day), replace(given, **change))  # type: ignore[arg-type]


ENTRIES = [
    entry(1, "2026-01-01"),
    entry(2, "2025-12-31"),
    entry(4, "2026-02-01", consignee="Other"),
    entry(8, "2026-03-01", consignee="Other", parent_name="Buyer"),
    entry(16, "2026-04-01", destination="ID"),
    entry(32, "2024-06-01"),
]


def test_each_quantity_counts_what_it_says() -> None:
    usage = with_usage(SALE, ENTRIES, ON).usage

    assert usage == Usage(
        consignee_year=100.0 * (1 + 16),
        parent_year=100.0 * (1 + 8 + 16),
        country=100.0 * (1 + 2 + 4 + 8),
        consignee_total=100.0 * (1 + 2 + 16 + 32),
    )


def test_order_does_not_matter_and_one_shipment_counts_once() -> None:
    expected = with_usage(SALE, ENTRIES, ON)

    for told in list(permutations(ENTRIES))[::97]:
        assert with_usage(SALE, [*told, ENTRIES[0], ENTRIES[3]], ON) == expected


def test_the_shipment_itself_is_not_counted_before_itself() -> None:
    assert with_usage(SALE, [Entry(ON, SALE)], ON).usage == Usage()
    again = with_usage(SALE, [Entry(ON, replace(SALE, usage=Usage(country=7.0)))], ON)
    assert again.usage == Usage()


def test_what_was_declared_is_kept_beside_what_is_recorded() -> None:
    declared = replace(SALE, usage=Usage(1.0, 2.0, 3.0, 4.0))

    assert with_usage(declared, [], ON) == declared
    assert with_usage(declared, ENTRIES[:1], ON).usage == Usage(101.0, 102.0, 103.0, 104.0)


def test_absurd_sums_stay_finite() -> None:
    huge = replace(SALE, chip=ChipFigures("X", 1e12), quantity=10**9)
    told = [Entry(ON, replace(huge, reference=str(number))) for number in range(3)]

    assert with_usage(huge, told, ON).usage == Usage(1e21, 1e21, 1e21, 1e21)


@pytest.mark.parametrize(
    ("seconds", "day", "shown"),
    [
        (0, "1970-01-01", "1970-01-01 00:00:00 UTC"),
        (1_783_641_599, "2026-07-09", "2026-07-09 23:59:59 UTC"),
        (1_783_641_600, "2026-07-10", "2026-07-10 00:00:00 UTC"),
        (2**40 - 1, "9999-12-31", "1099511627775 s after 1970"),
    ],
)
def test_days_begin_at_midnight_utc_and_no_time_is_without_one(
    seconds: int, day: str, shown: str
) -> None:
    assert str(day_of(seconds)) == day
    assert show(seconds) == shown
