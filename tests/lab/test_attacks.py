# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The catalogue of attacks: what it states comes true, and it would be noticed if it did not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from cli_kit import Mooring

from mooring_firmware.errors import ErrorWord
from mooring_lab.attacks import (
    CATALOGUE,
    Adversary,
    Attack,
    Outcome,
    Source,
    Trial,
    Work,
    attack,
    commands,
    find,
    run,
)
from mooring_lab.errors import LabError
from mooring_models import PassThrough, _regs
from mooring_models._regs import GateRegs
from mooring_models.faults import BusAccess

NAMES: Final = [entry.name for entry in CATALOGUE]


def told(entry: Attack, cpu: str, seed: int = 0) -> list[str]:
    """What a run did not find as stated; nothing, if all is."""
    report = run(entry, cpu=cpu, seed=seed)
    if report.as_stated:
        return []
    return [report.outcome.value, *(f"{step.claim}: {step.seen}" for step in report.steps)]


@pytest.mark.parametrize("name", NAMES)
def test_attack_comes_out_as_stated(cpu: str, name: str) -> None:
    assert told(find(name), cpu) == []


@pytest.mark.parametrize("name", NAMES)
def test_attack_comes_out_the_same_with_other_keys_and_noise(name: str) -> None:
    assert told(find(name), "native", seed=-7) == []


def test_run_with_the_same_seed_shows_the_same() -> None:
    entry = find("logical-flaw")

    assert run(entry, seed=3) == run(entry, seed=3)


# -- The catalogue is whole ----------------------------------------------------------------


def test_names_are_unique_and_can_be_typed() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in NAMES)


def test_attack_that_is_not_in_the_catalogue_is_not_found() -> None:
    with pytest.raises(LabError, match="none of that name"):
        find("wishful-thinking")


def test_tests_that_entries_name_exist(repository: Path) -> None:
    missing = [
        f"{entry.name}: {test}"
        for entry in CATALOGUE
        for test in entry.tests
        if not (repository / "tests" / test).is_file()
    ]

    assert missing == []
    assert all(entry.tests for entry in CATALOGUE)


def items(work: Work) -> set[str]:
    """What a work calls the attacks of the catalogue."""
    return {source.item for entry in CATALOGUE for source in entry.sources if source.work is work}


def policy(shared_dir: Path, section: str) -> str:
    """A section of the survey of the literature."""
    text = (shared_dir / "reference" / "policy.md").read_text("utf-8")
    return text[text.index(f"### {section} ") :].partition("\n### ")[0]


def test_every_attack_of_the_first_paper_has_an_entry(shared_dir: Path) -> None:
    section = policy(shared_dir, "2.1")
    rows = section[section.index("| paper's attack |") :].split("\n\n")[0].splitlines()[2:]
    named = [row.split("|")[1].strip() for row in rows if row.startswith("|")]
    # What stands in brackets, or behind a colon, is detail of the test.
    attacks = {re.split(r" \(|:", name)[0] for name in named}

    assert len(attacks) == 12
    assert attacks - items(Work.OFF_SWITCHES) == set()


def test_every_attack_and_test_of_the_second_paper_has_an_entry(shared_dir: Path) -> None:
    section = policy(shared_dir, "2.2")
    tests = re.search(r"^Tests: (.*)\.$", section, re.MULTILINE)
    named = re.search(r"Attacks named: (.*?)\. ", section)
    assert tests is not None
    assert named is not None
    listed = [*tests[1].split(";"), *re.sub(r" \([^)]*\)", "", named[1]).split(",")]
    attacks = {re.split(r" \(", each.strip())[0] for each in listed}

    assert len(attacks) == 12
    assert attacks - items(Work.OFFLINE) == set()


def test_limits_that_entries_name_are_stated(repository: Path) -> None:
    text = (repository / "docs" / "threat-model.md").read_text("utf-8")
    stated = set(re.findall(r"^(\d+)\. \*\*", text, re.MULTILINE))
    assumed = set(re.findall(r"^(\d+)\. [A-Z]", text, re.MULTILINE))
    open_ones = [entry for entry in CATALOGUE if entry.expected is not Outcome.PREVENTED]

    for entry in open_ones:
        found = re.match(r"(limit|assumption) (\d+)", entry.because)
        if found is not None:
            assert found[2] in (stated if found[1] == "limit" else assumed), entry.name
    assert {entry.because.split(":")[0] for entry in open_ones} >= {
        f"limit {number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11)
    }


# -- A run finds its outcome by itself ---------------------------------------------------------


def entry_of(act: Callable[[Trial], None], expected: Outcome) -> Attack:
    """An attack for a test."""
    made = attack(
        "made-up",
        "Made up",
        Source(Work.MODEL, "nothing"),
        adversary=Adversary.LINE,
        prize="nothing",
        expected=expected,
        because="it is a test",
        tests=("lab/test_attacks.py",),
    )
    return made(act)


def nothing(trial: Trial) -> None:
    """Tries nothing."""
    trial.scene("all is well", True)


def failing(trial: Trial) -> None:
    """Tries, and fails."""
    trial.attempt("in vain", False)


def hidden(trial: Trial) -> None:
    """Succeeds, and nobody sees it."""
    trial.attempt("with success", True)
    trial.watch("the authority looks away", False)


def seen(trial: Trial) -> None:
    """Succeeds, and is seen."""
    trial.attempt("with success", True)
    trial.watch("the authority looks", True)


def broken(trial: Trial) -> None:
    """Rests on something that does not hold."""
    trial.attempt("in vain", False)
    trial.scene("the licence opens the gate", False)


def interrupted(trial: Trial) -> None:
    """Is refused where it needs to go on."""
    trial.attempt("in vain", False)
    trial.stand(trusting=False).load()


def wrong_word(trial: Trial) -> None:
    """Is refused for another reason than the one written down."""
    trial.refused("a licence", ErrorWord.KEY_SIGNATURE, trial.stand(trusting=False).load)


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (failing, Outcome.PREVENTED),
        (hidden, Outcome.NOT_STOPPED),
        (seen, Outcome.DETECTED),
    ],
)
def test_outcome_follows_from_what_was_seen(act: Callable[[Trial], None], outcome: Outcome) -> None:
    for expected in Outcome:
        report = run(entry_of(act, expected))

        assert report.outcome is outcome
        assert report.as_stated == (expected is outcome)


@pytest.mark.parametrize("act", [nothing, broken, interrupted, wrong_word])
def test_run_that_does_not_go_as_written_is_not_as_stated(act: Callable[[Trial], None]) -> None:
    report = run(entry_of(act, Outcome.PREVENTED))

    assert report.outcome is Outcome.PREVENTED
    assert not report.as_stated


class Yes(PassThrough):
    """A gate whose state is read as open: what the chip says then is not what it does."""

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """OPEN for STATE."""
        is_state = access.address == _regs.GATE.base + GateRegs.STATE.offset
        return int(_regs.GateState.OPEN).to_bytes(4, "little") if is_state else data


def test_stand_judges_by_the_hardware_and_not_by_the_chips_word() -> None:
    stand = Trial(find("replay")).stand()
    stand.chip.bus.interposer = Yes()

    assert not stand.open
    assert not stand.computes()


# -- The command ---------------------------------------------------------------------------------


@pytest.fixture
def mooring(tmp_path: Path) -> Mooring:
    return Mooring(tmp_path)


def test_list_shows_every_attack_with_its_outcome(mooring: Mooring) -> None:
    listed = mooring("attack", "list").out
    told = mooring.yes("attack", "list")["attacks"]

    assert [each["name"] for each in told] == NAMES
    assert all(f"{entry.name} " in listed and entry.title in listed for entry in CATALOGUE)
    assert told[0]["tests"] == list(CATALOGUE[0].tests)
    assert told[0]["sources"] == [str(source) for source in CATALOGUE[0].sources]


def test_run_tells_steps_and_outcome(mooring: Mooring) -> None:
    ran = mooring("attack", "run", "replay", "report-mode")
    told = mooring.yes("attack", "run", "replay", "--seed", "5")

    assert ran.code == 0
    assert "a sequence-bound one behind its successor" in ran.out
    assert "DECISION_SEQUENCE" in ran.out
    assert ran.out.strip().endswith("2 of 2 as stated.")
    assert (told["cpu"], told["seed"], told["as_stated"]) == ("native", 5, True)
    assert told["reports"][0]["outcome"] == "prevented"


def test_run_that_is_not_as_stated_exits_with_1(
    mooring: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = replace(find("hoard-sequence"), expected=Outcome.PREVENTED)
    monkeypatch.setattr(commands, "CATALOGUE", (find("replay"), liar))

    ran = mooring("attack", "run", "--all")

    assert ran.code == 1
    assert "1 of 2 NOT as stated." in ran.out


@pytest.mark.parametrize("words", [[], ["--all", "replay"], ["--cpu", "held", "replay"]])
def test_run_of_nothing_or_of_both_is_a_mistake(mooring: Mooring, words: list[str]) -> None:
    mooring.no(2, "attack", "run", *words)


def test_run_of_an_unknown_attack_says_where_to_look(mooring: Mooring) -> None:
    error = mooring.no(2, "attack", "run", "wishful-thinking")

    assert error["hint"] == "mooring attack list"
