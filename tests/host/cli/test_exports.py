# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Export rules on the command line of the authority: chosen, asked, recorded, refused by."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_kit import Mooring

SALE = """
version = 1
destination = "{}"
consignee = "Buyer"
headquarters = "SG"
[chip]
name = "B200"
tpp = 36000
memory_gbps = 7700
"""
PLACE = ("--statement", "chip-a.json", "--inside", "hall-a", "--out", "a.licence")


@pytest.fixture
def ruled(works: Mooring, home: Path) -> Mooring:
    """An authority with export rules, and two transactions in files."""
    (home / "good.toml").write_text(SALE.format("SG"))
    (home / "bad.toml").write_text(SALE.format("CN"))
    works.yes("authority", "policy", "us-law")
    return works


def test_authority_without_rules_says_so(mooring: Mooring) -> None:
    assert "Export rules  none are asked" in mooring("authority", "init").out
    assert mooring.yes("authority", "policy")["presets"] == []


def test_authority_made_with_rules_has_them(mooring: Mooring) -> None:
    assert mooring.yes("authority", "init", "--preset", "us-law")["presets"] == ["us-law"]
    assert mooring.yes("authority", "policy", "--none")["presets"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("--preset", "gain-act"),
        ("--preset", "foster-2025-05", "--preset", "chip-security-act-ans"),
    ],
)
def test_no_authority_is_made_with_rules_that_cannot_be(
    mooring: Mooring, home: Path, words: tuple[str, ...]
) -> None:
    assert mooring("authority", "init", *words).code == 2
    assert mooring("authority", "show").code != 0


def test_choosing_rules_says_what_they_rest_on(ruled: Mooring) -> None:
    assert "RECALLED, not checked" in ruled("authority", "policy").out
    assert ruled("authority", "policy", "us-law", "--none").code == 2


def test_licence_is_issued_with_why_and_refused_with_the_citation(ruled: Mooring) -> None:
    issued = ruled.yes("licence", "issue", "--transaction", "good.toml", *PLACE)
    refused = ruled.no(1, "licence", "issue", "--transaction", "bad.toml", *PLACE)

    exports = issued["verdicts"]["exports"]
    assert [each["outcome"] for each in exports["decisions"]] == ["no licence needed"]
    assert "91 FR 1684" in refused["found"]
    listed = ruled.yes("licence", "decisions", "--chip", "chip-a")["decisions"]
    assert [each["permits"] for each in listed] == [True, False]
    assert listed[0]["licence"] == issued["licence"]["number"]
    told = ruled("licence", "decisions").out
    assert "permitted" in told
    assert "91 FR 1684" in told


def test_first_licence_wants_a_transaction_and_a_boot_takes_one(ruled: Mooring) -> None:
    where = ("--statement", "chip-a.json", "--inside", "hall-a")

    assert "no transaction" in ruled.no(1, "boot", *where)["found"]
    assert ruled.yes("boot", *where, "--transaction", "good.toml")["computes"] is True
    assert ruled.yes("licence", "renew", "--statement", "chip-a.json")["loaded"]["changed"] is True


def test_transaction_without_rules_is_refused(works: Mooring, home: Path) -> None:
    (home / "good.toml").write_text(SALE.format("SG"))

    error = works.no(2, "licence", "issue", "--transaction", "good.toml", *PLACE)

    assert "goes by no preset" in error["found"]
    assert works("licence", "decisions").out == "No export rule was asked.\n"


def test_no_fuse_is_planned_for_a_mode_that_the_rules_forbid(office: Mooring) -> None:
    office.yes("authority", "policy", "chip-security-act-ans")

    assert "H.R.3447 ANS" in office.no(1, "fuse", "plan")["found"]
    assert office.no(1, "fuse", "plan", "--mode", "throttle", "--throttle", "655")
    assert office.yes("fuse", "plan", "--mode", "report")["plans"][0]["mode"] == "report"
