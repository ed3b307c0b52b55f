# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Burning shows the exact change, asks for a word, and survives interruption."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cli_kit import Mooring

from mooring_lab import emulated
from mooring_lab.lab import CutAt
from mooring_models.faults import Tear

BURN = ("fuse", "burn", "--label", "chip-a", "--mode", "throttle", "--throttle", "655")
CHIP = "cli-test"


def test_plan_shows_commands_and_digest_without_a_chip(office: Mooring) -> None:
    root = bytes.fromhex(office.yes("authority", "show")["roots"][0]["digest"])

    (plan,) = office.yes("fuse", "plan", "--mode", "report", "--max-lifetime", "1d")["plans"]

    # The map by hand (docs/protocol.md, Fuse map): report is 0x3C3CC3C3 in chip.rdl.
    words = bytes.fromhex("3c3cc3c3 00000000 00015180 00000000")
    assert plan["map_digest"] == hashlib.sha384(words + root + bytes(144)).hexdigest()
    assert plan["steps"] == [
        {"field": "MODE", "value": "03"},
        {"field": "MAX_LIFETIME", "value": "00015180"},
        {"field": "ROOT_DIGEST[0]", "value": root.hex()},
    ]


def test_dry_run_shows_the_change_and_burns_nothing(office: Mooring, port: str) -> None:
    before = office.yes("fuse", "show")

    ran = office(*BURN, "--dry-run")

    assert ran.code == 0
    assert "MODE: blank -> throttle" in ran.err
    assert "1.00% of full speed" in ran.err
    assert office.yes("fuse", "show") == before
    assert office.yes("authority", "show")["chips"] == []


def test_dry_run_and_burn_show_the_same_text(office: Mooring, port: str) -> None:
    dry = office(*BURN, "--dry-run").err.splitlines()
    wet = office(*BURN, "--yes").err.splitlines()

    assert dry == wet[: len(dry)]


def test_without_terminal_and_yes_nothing_is_burned(office: Mooring, port: str) -> None:
    before = office.yes("fuse", "show")

    error = office.no(2, *BURN)

    assert "no terminal" in error["found"]
    assert "--yes" in error["hint"]
    assert office.yes("fuse", "show") == before


@pytest.mark.parametrize("typed", ["", "\n", "yes\n", "burn\n", "LOCK\n"])
def test_another_word_than_burn_burns_nothing(office: Mooring, port: str, typed: str) -> None:
    before = office.yes("fuse", "show")
    office.asks = True

    ran = office(*BURN, typed=typed)

    assert ran.code in (2, 130)  # the end of input is as Ctrl-C
    assert office.yes("fuse", "show") == before


def test_typed_word_burns_and_leaves_the_chip_in_manufacturing(office: Mooring, port: str) -> None:
    office.asks = True

    ran = office(*BURN, typed="BURN\n")

    assert ran.code == 0, ran.err
    fuses = office.yes("fuse", "show")
    assert (fuses["mode"], fuses["throttle"], fuses["lifecycle"]) == (
        "throttle",
        655,
        "manufacturing",
    )
    assert [chip["label"] for chip in office.yes("authority", "show")["chips"]] == ["chip-a"]


def test_lock_wants_a_word_of_its_own(office: Mooring, port: str) -> None:
    office.asks = True

    ran = office(*BURN, "--lock", typed="BURN\nBURN\n")

    assert ran.code == 2
    assert "'LOCK' was not typed" in ran.err
    fuses = office.yes("fuse", "show")
    assert (fuses["lifecycle"], fuses["throttle"]) == ("manufacturing", 655)


def test_both_words_take_the_chip_to_production(office: Mooring, port: str) -> None:
    office.asks = True

    ran = office(*BURN, "--lock", typed="BURN\nLOCK\n")

    assert ran.code == 0, ran.err
    assert office.yes("fuse", "show")["lifecycle"] == "production"


def test_locked_chip_holds_the_trust_list_when_it_leaves(office: Mooring, port: str) -> None:
    office.yes(*BURN, "--lock", "--yes")

    assert office.yes("chip", "status")["evidence"]["epoch"] == 1


def test_same_burn_again_changes_nothing_and_asks_nothing(office: Mooring, port: str) -> None:
    office.yes(*BURN, "--lock", "--yes")

    again = office.yes(*BURN, "--lock")

    assert again["burned"] == []
    assert again["lifecycle"] == "production"


def test_plan_that_contradicts_the_fuses_is_refused_before_anything(
    office: Mooring, port: str
) -> None:
    office.yes(*BURN, "--yes")
    before = office.yes("fuse", "show")

    ran = office("fuse", "burn", "--mode", "deny", "--yes", "--format", "json")

    assert ran.code == 1
    assert "MODE is throttle already" in ran.error["found"]
    assert office.yes("fuse", "show") == before


def test_dry_run_of_an_impossible_plan_fails_as_the_burn_would(office: Mooring, port: str) -> None:
    office.yes(*BURN, "--yes")

    assert office("fuse", "burn", "--mode", "deny", "--dry-run").code == 1


@pytest.mark.parametrize("write", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("tear", list(Tear))
def test_burn_cut_by_power_goes_on_where_it_stopped(
    office: Mooring, port: str, write: int, tear: Tear
) -> None:
    board = emulated.board_at(port)
    board.cut_power_at(CutAt.OTP_WRITE, write, tear)

    cut = office(*BURN, "--lock", "--yes", "--timeout", "1")
    board.power_off()
    board.power_on()
    again = office(*BURN, "--lock", "--yes")

    assert cut.code == 3
    assert "run the same command again" in cut.err
    assert again.code == 0, again.err
    fuses = office.yes("fuse", "show")
    assert (fuses["lifecycle"], fuses["mode"], fuses["throttle"]) == (
        "production",
        "throttle",
        655,
    )


def test_batch_plans_every_row_and_burns_the_named_one(
    office: Mooring, port: str, home: Path
) -> None:
    root = office.yes("authority", "show")["roots"][0]["digest"]
    (home / "batch.csv").write_text(
        f"label,mode,max_lifetime,root0\nchip-a,deny,3600,{root}\nchip-b,report,7200,{root}\n"
    )

    plans = office.yes("fuse", "plan", "--batch", "batch.csv")["plans"]
    office.yes("fuse", "burn", "--batch", "batch.csv", "--label", "chip-b", "--yes")

    assert [(plan["label"], plan["mode"]) for plan in plans] == [
        ("chip-a", "deny"),
        ("chip-b", "report"),
    ]
    fuses = office.yes("fuse", "show")
    assert (fuses["mode"], fuses["max_lifetime"]) == ("report", 7200)


def test_batch_error_names_row_and_column(office: Mooring, home: Path) -> None:
    (home / "batch.csv").write_text("label,mode,max_lifetime,root0\nchip-a,deny,3600,00ff\n")

    error = office.no(2, "fuse", "plan", "--batch", "batch.csv")

    assert "row 2, column root0" in error["found"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--batch", "batch.csv"), "has 2 rows"),
        (("--batch", "batch.csv", "--label", "chip-z"), "no row"),
        (("--batch", "batch.csv", "--mode", "deny"), "both --batch"),
    ],
)
def test_batch_row_must_be_chosen_to_burn(
    office: Mooring, port: str, home: Path, words: tuple[str, ...], found: str
) -> None:
    row = f"3600,{'ab' * 48}\n"
    (home / "batch.csv").write_text(
        f"label,mode,max_lifetime,root0\nchip-a,deny,{row}chip-b,deny,{row}"
    )

    assert found in office.no(2, "fuse", "burn", *words, "--yes")["found"]


def test_chip_that_could_not_be_enrolled_is_not_burned(mooring: Mooring, port: str) -> None:
    before = mooring.yes("fuse", "show")

    error = mooring.no(2, "fuse", "burn", "--root", "ab" * 48, "--yes")

    assert "mooring authority init" in error["hint"]
    assert mooring.yes("fuse", "show") == before


def test_label_of_another_chip_is_refused_before_burning(office: Mooring, port: str) -> None:
    before = office.yes("fuse", "show")
    office.yes("authority", "enrol", "--label", "chip-a", "--port", "emulator://cli-other")
    emulated.remove("cli-other")

    error = office.no(2, *BURN, "--yes")

    assert "another chip is called 'chip-a'" in error["found"]
    assert office.yes("fuse", "show") == before


def test_chip_can_be_burned_without_an_authority(mooring: Mooring, port: str) -> None:
    burned = mooring.yes("fuse", "burn", "--root", "ab" * 48, "--no-enrol", "--yes")

    assert burned["label"] is None
    assert mooring.yes("fuse", "show")["roots"][0]["digest"] == "ab" * 48


def test_help_sets_burning_apart(mooring: Mooring) -> None:
    text = mooring("fuse", "--help").out

    assert text.index("Read") < text.index("show") < text.index("Burn: cannot be undone")
    assert text.index("Burn: cannot be undone") < text.rindex("burn ")
