# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Presets together: which can be had at once, and with which fused mode; and what changed when."""

from __future__ import annotations

from datetime import date

import pytest

from mooring_host.errors import UsageError
from mooring_host.policy.catalogue import preset
from mooring_host.policy.diff import SAMPLES, diff
from mooring_host.policy.preset import ReportKind
from mooring_host.policy.regime import Regime
from mooring_host.states import Mode


@pytest.mark.parametrize(
    "names",
    [
        ("foster-2025-05", "chip-security-act-ans"),
        ("chip-security-act-ans", "us-law", "foster-2025-05"),
    ],
)
def test_hindering_the_chip_is_not_combined_with_its_prohibition(names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"deny-boot.*Reuters.*forbids it.*H.R.3447 ANS"):
        Regime.of(names)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), "none is named"),
        (("us-law", "us-law"), "named twice"),
        (("us-law", "gain-act"), "no preset 'gain-act'"),
    ],
)
def test_no_regime_of_nothing_of_one_twice_or_of_what_there_is_not(
    names: tuple[str, ...], found: str
) -> None:
    with pytest.raises(UsageError, match=found):
        Regime.of(names)


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("chip-security-act-ans", {Mode.DENY, Mode.THROTTLE}),
        ("chip-security-act-is", set[Mode]()),
        ("foster-2025-05", set[Mode]()),
        ("us-law", set[Mode]()),
    ],
)
def test_only_the_substitute_refuses_chips_that_deny_or_throttle(
    name: str, refused: set[Mode]
) -> None:
    regime = Regime.of([name])

    assert {mode for mode in Mode if regime.mode_conflicts(mode)} == refused
    for mode in refused:
        assert "H.R.3447 ANS" in regime.mode_conflicts(mode)[0]


@pytest.mark.parametrize(
    ("name", "day", "reports"),
    [
        ("chip-security-act-is", "2025-05-07", False),
        ("chip-security-act-is", "2025-05-08", True),
        ("chip-security-act-ans", "2026-03-25", False),
        ("chip-security-act-ans", "2026-03-26", True),
        ("foster-2025-05", "2026-03-26", False),
        ("us-law", "2026-03-26", False),
    ],
)
def test_only_the_chip_security_acts_have_reports_from_their_day_on(
    name: str, day: str, reports: bool
) -> None:
    regime = Regime.of([name])

    for kind in ReportKind:
        assert (regime.reporting(kind, date.fromisoformat(day)) is not None) is reports


def test_difference_names_the_country_its_groups_and_its_outcomes() -> None:
    found = diff(date(2026, 7, 9), date(2026, 7, 10), preset("us-law"))

    assert [(m.group, m.iso, m.joined) for m in found.members] == [
        ("A:5", "AE", True),
        ("D:4", "AE", False),
    ]
    assert [(each.rule.id, each.began) for each in found.rules] == [("named-end-users", True)]
    assert {each.countries for each in found.outcomes} == {("AE",)}
    assert {each.role for each in found.outcomes} == {"destination"}
    assert {each.after for each in found.outcomes} == {"no licence needed"}


def test_difference_of_days_on_which_nothing_changed_is_empty() -> None:
    found = diff(date(2026, 7, 10), date(2026, 7, 11), preset("us-law"))

    assert (found.members, found.rules, found.outcomes) == ((), (), ())


def test_difference_of_november_2023_is_every_country_of_the_d_groups_but_partners() -> None:
    found = diff(date(2023, 11, 16), date(2023, 11, 17), preset("acs-2023-11"))

    licensed = {
        iso
        for each in found.outcomes
        if (each.role, each.chip) == ("destination", SAMPLES[0].name)
        if each.after.startswith("licence needed")
        for iso in each.countries
    }
    # (D:1 or D:4 or D:5 or MO) without A:5 and A:6, Nicaragua not yet, Hong Kong as China.
    assert " ".join(sorted(licensed)) == (
        "AE AF AM AZ BH BY CD CF CN CU EG ER GE HK HT IQ IR JO KG KH KP KW KZ LA LB LY MD MM MN "
        "MO OM PK QA RU SA SD SO SS SY TJ TM UZ VE VN YE ZW"
    )


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(UsageError, match="2026-07-09 is not after 2026-07-09"):
        diff(date(2026, 7, 9), date(2026, 7, 9), preset("us-law"))
