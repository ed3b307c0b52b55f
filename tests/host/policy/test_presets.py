# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The presets' data: as the compilation that they were made from, each entry with its mark."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mooring_host.errors import UsageError
from mooring_host.policy.catalogue import preset, presets
from mooring_host.policy.groups import country_groups
from mooring_host.policy.preset import ChipAction, Kind, Preset, ReportKind
from mooring_host.policy.sources import Provenance, sources
from mooring_host.states import Mode

MADE_HERE = {"us-law", "h20-2025-04"}
"""Not in the compilation: the composite, and a preset of which it has only a line of prose."""


def compiled(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "policy_presets.json").read_text("utf-8"))
    return found


def test_groups_are_those_of_the_compilation_but_for_what_was_corrected(shared_data: Path) -> None:
    # 89 FR 18780 put Nicaragua into D:1 as well as D:5; the recalled list of D:1 lacks it.
    corrected = {"D:1": {"NI"}}
    names = {"diffusion_tier1": "tier1"}

    groups: dict[str, Any] = compiled(shared_data)["country_groups"]

    assert {names.get(name, name) for name in groups} == set(country_groups())
    for name, group in groups.items():
        ours = country_groups()[names.get(name, name)]
        assert ours.iso - set(group["iso"]) == corrected.get(name, set())
        assert set(group["iso"]) <= ours.iso
        assert ours.source.recalled is ("recall" in group["provenance"])


def test_presets_have_the_dates_of_the_compilation(shared_data: Path) -> None:
    given = compiled(shared_data)["presets"]

    assert {each.name for each in presets()} == set(given) | MADE_HERE
    for name, entry in given.items():
        found = preset(name)
        if "from" in entry:
            assert found.begins == date.fromisoformat(entry["from"])
        assert found.ends == (date.fromisoformat(entry["to"]) if "to" in entry else None)


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        ("lpp", "lpp_tpp_per_consignee_per_year"),
        ("country-cap", "country_cap_tpp_2025_2027"),
    ],
)
def test_caps_are_those_of_the_compilation(shared_data: Path, rule: str, number: str) -> None:
    given = compiled(shared_data)["presets"]["diffusion-2025-01"]
    found = next(each for each in preset("diffusion-2025-01").rules if each.id == rule)

    assert found.when.within is not None
    assert found.when.within.at(date(2025, 3, 1)) == given[number]


def test_quarterly_quantities_are_those_of_the_compilation(shared_data: Path) -> None:
    given = compiled(shared_data)["presets"]["diffusion-2025-01"]["nveu_cumulative_tpp_recall"]
    found = next(each for each in preset("diffusion-2025-01").rules if each.id == "nveu")

    assert found.source.recalled
    assert found.when.within is not None
    for quarter, limit in given.items():
        year, number = quarter.split("Q")
        first = date(int(year), 3 * int(number) - 2, 1)
        assert found.when.within.at(first) == limit


def test_every_rule_has_a_source_with_a_mark() -> None:
    for each in presets():
        assert each.sources
        for rule in each.rules:
            assert rule.source.provenance in Provenance
    assert {s.id for s in sources().values() if s.recalled} == {
        "88fr73458-review",
        "90fr4544-nveu",
        "is-informed-numbers",
        "740-supp1-recalled",
        "86fr70015",
    }


def test_presets_that_rest_on_memory_say_on_what() -> None:
    assert {s.id for s in preset("diffusion-2025-01").recalled} == {
        "90fr4544-nveu",
        "88fr73458-review",
        "740-supp1-recalled",
        "86fr70015",
    }
    # All of its own sources were seen, but not the list that it asks about.
    assert [s.id for s in preset("hq-2026-05").recalled] == ["740-supp1-recalled", "86fr70015"]
    assert not preset("chip-security-act-is").recalled


@pytest.mark.parametrize(
    ("name", "action", "must_not", "reports"),
    [
        ("foster-2025-05", ChipAction.DENY_BOOT, (), False),
        ("chip-security-act-is", ChipAction.REPORT, (), True),
        (
            "chip-security-act-ans",
            ChipAction.REPORT,
            (ChipAction.DENY_BOOT, ChipAction.THROTTLE),
            True,
        ),
    ],
)
def test_what_happens_at_the_chip(
    name: str, action: ChipAction, must_not: tuple[ChipAction, ...], reports: bool
) -> None:
    found = preset(name)

    assert found.chip is not None
    assert found.chip.on_mismatch is found.chip.on_no_licence is action
    assert found.chip.must_not == must_not
    assert (found.report is not None and found.report.kinds == tuple(ReportKind)) is reports


def test_export_rules_say_nothing_of_the_chip() -> None:
    assert not [each for each in presets() if each.kind is Kind.RULE and (each.chip or each.report)]


def test_each_action_has_its_fused_mode() -> None:
    assert [action.mode for action in ChipAction] == [Mode.DENY, Mode.THROTTLE, Mode.REPORT]


def test_no_rule_is_named_twice_in_a_preset() -> None:
    def names(each: Preset) -> list[tuple[str, str]]:
        return [(rule.preset, rule.id) for rule in each.rules]

    assert all(len(names(each)) == len(set(names(each))) for each in presets())


def test_unknown_preset_is_refused_with_where_to_look() -> None:
    with pytest.raises(UsageError, match="no preset 'gain-act'") as refused:
        preset("gain-act")
    assert "mooring policy list" in refused.value.hint
