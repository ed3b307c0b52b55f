# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Every scenario, run; and that a run cannot agree with what did not happen."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

from mooring_lab.scenarios.model import Scenario, Standing
from mooring_lab.scenarios.reading import parse_scenario, shipped
from mooring_lab.scenarios.running import run
from mooring_lab.scenarios.vocabulary import FACTS, Facts, Family

ALL: Final = {each.id: each for each in shipped()}
TEMPLATE: Final = (files("mooring_lab.scenarios") / "data" / "template.toml").read_text("utf-8")


@pytest.mark.parametrize("family", Family, ids=lambda family: family.value)
@pytest.mark.parametrize("name", ALL)
def test_scenario_is_as_expected(name: str, family: Family) -> None:
    result = run(ALL[name], family)
    assert result.differences == (), dict(result.facts)


@pytest.mark.parametrize("name", ["S02", "S13", "S16"])
def test_image_of_the_rom_gives_the_same(name: str) -> None:
    assert run(ALL[name], Family.BOOT_DENYING, cpu="rv32").as_expected


def test_act_never_hinders_a_chip() -> None:
    for one in ALL.values():
        assert "locked" not in one.expected[Family.CHIP_SECURITY_ACT].get("chip", ())


def test_what_defeats_the_mechanism_is_said() -> None:
    beaten = {one.id for one in ALL.values() if one.standing is Standing.DEFEATED}
    assert {"S03", "S05", "S12", "S20", "S25"} <= beaten
    false = {
        one.id
        for one in ALL.values()
        if "false" in one.expected[Family.BOOT_DENYING].get("truth", ())
    }
    assert false == {"S05", "S20", "S24"}


def test_all_that_were_compiled_are_here_word_for_word(shared_dir: Path) -> None:
    path = shared_dir / "data" / "scenarios.json"
    listed: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    assert [each["id"] for each in listed] == list(ALL)
    for each in listed:
        original = ALL[each["id"]].original
        assert original is not None
        assert (ALL[each["id"]].name, original.setup) == (each["name"], each["setup"])
        assert original.boot_denying == each["expected_foster_bootgate"]
        assert original.chip_security_act == each["expected_chip_security_act"]


def _expecting(one: Scenario, **facts: tuple[str, ...]) -> Scenario:
    family = Family.BOOT_DENYING
    changed = MappingProxyType({**one.expected[family], **facts})
    return replace(one, expected=MappingProxyType({**one.expected, family: changed}))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("S01", {"chip": ("locked",)}),
        ("S01", {"chip": ("computes", "computes")}),
        ("S01", {"reports": ("wrong-location",)}),
        ("S05", {"truth": ("sound",)}),
        ("S22", {"export": ("no-licence", "approval")}),
        ("S17", {"attack": ("refused",)}),
    ],
)
def test_planted_expectation_is_found(name: str, facts: dict[str, tuple[str, ...]]) -> None:
    result = run(_expecting(ALL[name], **facts), Family.BOOT_DENYING)
    assert result.differences == tuple(facts)


def test_fact_that_nobody_expected_is_a_difference() -> None:
    nothing: Facts = MappingProxyType(dict[str, tuple[str, ...]]())
    bare = replace(ALL["S22"], expected=MappingProxyType({each: nothing for each in Family}))
    assert run(bare, Family.BOOT_DENYING).differences == ("export",)


def test_researchers_example_runs_as_it_says() -> None:
    example = parse_scenario(TEMPLATE, "template.toml")
    for family in Family:
        assert run(example, family).differences == ()


def test_same_run_shows_the_same() -> None:
    one, other = (run(ALL["S05"], Family.CHIP_SECURITY_ACT) for _ in range(2))
    assert (one.seen, one.facts) == (other.seen, other.facts)


def test_relay_never_shortens_a_round_trip() -> None:
    far = replace(ALL["S04"], steps=ALL["S02"].steps[3:4])
    direct = run(far, Family.BOOT_DENYING).seen[0].measured
    relayed = run(ALL["S04"], Family.BOOT_DENYING).seen[0].measured
    for one, other in zip(direct, relayed, strict=True):
        assert other.round_trip_ms >= one.round_trip_ms


def test_every_fact_has_several_words_and_each_once() -> None:
    for kind in FACTS.values():
        words = [each.value for each in kind]
        assert len(set(words)) == len(words) > 1
