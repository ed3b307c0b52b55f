# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A licence file that got lost comes out of the records again, and nothing else does."""

from __future__ import annotations

from pathlib import Path

from cli_kit import Mooring

PLACE = ("--statement", "chip-a.json", "--inside", "hall-a")


def issue(works: Mooring) -> str:
    works.yes("licence", "issue", *PLACE, "--out", "a.licence")
    number: str = works.yes("licence", "list")["licences"][-1]["number"]
    return number


def test_exported_licence_is_the_issued_one_and_loads(works: Mooring, home: Path) -> None:
    number = issue(works)

    works.yes("licence", "export", number, "--out", "b.licence")

    assert (home / "b.licence").read_bytes() == (home / "a.licence").read_bytes()
    assert len(works.yes("licence", "list")["licences"]) == 1
    assert works.yes("licence", "load", "b.licence")["gate"] == "open"


def test_licence_goes_with_the_trust_list_in_force(works: Mooring) -> None:
    number = issue(works)
    epoch = works.yes("authority", "trust", "--issue")["epoch"]

    works.yes("licence", "export", number, "--out", "b.licence")

    tokens = works.yes("token", "inspect", "b.licence")["tokens"]
    assert [each["claims"]["epoch"] for each in tokens if "keys" in each["claims"]] == [epoch]


def test_revoked_licence_is_not_exported(works: Mooring, home: Path) -> None:
    number = issue(works)
    works.yes("licence", "revoke", number)

    error = works.no(1, "licence", "export", number, "--out", "b.licence")

    assert "revoked" in error["found"]
    assert not (home / "b.licence").exists()


def test_number_that_was_never_issued_is_a_usage_error(office: Mooring) -> None:
    assert "no number" in office.no(2, "licence", "export", "00" * 16, "--out", "x")["found"]
