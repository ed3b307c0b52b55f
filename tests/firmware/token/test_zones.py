# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The set questions on zone lists, against Python's sets."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_firmware._token import zones_all_in, zones_any_in, zones_contains

# Names that are prefixes of each other, and one of 24 letters, whose head has two bytes.
NAMES: Final = ("a", "aa", "ab", "b" * 23, "b" * 24)
SUBSETS: Final = [
    list(chosen) for chosen in chain(*(combinations(NAMES, size) for size in range(6)))
]


def test_every_pair_of_small_lists_is_answered_as_sets_are() -> None:
    for required in SUBSETS:
        for proven in SUBSETS:
            assert zones_all_in(required, proven) == (set(required) <= set(proven))
            assert zones_any_in(required, proven) == bool(set(required) & set(proven))


@pytest.mark.parametrize("name", [*NAMES, "", "c", "A"])
def test_a_name_is_in_the_lists_that_have_it(name: str) -> None:
    for listed in SUBSETS:
        assert zones_contains(listed, name) == (name in listed)


ZONES: Final = st.sets(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=1, max_size=24), max_size=32
)


@given(ZONES, ZONES)
def test_random_lists_are_answered_as_sets_are(required: set[str], proven: set[str]) -> None:
    assert zones_all_in(sorted(required), sorted(proven)) == (required <= proven)
    assert zones_any_in(sorted(required), sorted(proven)) == bool(required & proven)


def test_full_lists_are_answered() -> None:
    full = [f"zone.{index:02}" for index in range(32)]

    assert zones_all_in(full, full)
    assert not zones_all_in(full, full[:-1])
    assert zones_any_in(full[-1:], full)
    assert not zones_any_in(full[:16], full[16:])
