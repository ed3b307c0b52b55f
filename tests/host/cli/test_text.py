# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Text that no record, token or terminal can hold is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_kit import Mooring

LATIN = "caf\udce9"
"""What Python makes of the byte 0xE9 on a command line that is UTF-8."""
ZONES = Path(".local/share/mooring/authority/zones.json")
STATEMENT = ("location", "statement", "--chip", "chip-a", "--out", "s.json")


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("location", "zones", "--set", f"hall-b={LATIN}"), "--set"),
        ((*STATEMENT, "--inspector", LATIN, "--place", "rack 7"), "--inspector"),
        ((*STATEMENT, "--inspector", "R. Noether", "--place", LATIN), "--place"),
        (("licence", "revoke", "00" * 16, "--reason", LATIN), "--reason"),
        (("authority", "retire", LATIN), "CHIP"),
        (("boot", "--statement", "s.json", "--inside", LATIN), "--inside"),
        (("explain", LATIN), "ERROR-WORD"),
        (("chip", "info", "--port", f"/dev/{LATIN}"), "--port"),
    ],
)
def test_text_that_is_not_utf8_is_a_usage_error_that_names_the_option(
    office: Mooring, home: Path, words: tuple[str, ...], option: str
) -> None:
    before = (home / ZONES).read_bytes()

    error = office.no(2, *words)

    assert option in error["found"]
    assert "UTF-8" in error["found"]
    assert (home / ZONES).read_bytes() == before
    assert not (home / "s.json").exists()


@pytest.mark.parametrize("text", [r"\udce9", r"a\u0000b"])
def test_zone_file_with_such_text_is_refused_and_can_be_replaced(
    office: Mooring, home: Path, text: str
) -> None:
    bad = (home / ZONES).read_text().replace("not Hall A", text)
    (home / "bad.json").write_text(bad)
    (home / ZONES).write_text(bad)

    given = office.no(2, "location", "zones", "--zones", "bad.json")
    standing = office.no(2, "location", "zones")
    office.yes("location", "zones", "--set", "hall-a=Hall A")

    assert "geometry" in given["found"]
    assert "zones.json" in standing["attempted"]


def test_file_name_that_is_not_utf8_is_a_file_name_like_any_other(
    works: Mooring, home: Path
) -> None:
    ran = works("licence", "request", "--out", f"{LATIN}.request")

    assert ran.code == 0
    assert r"caf\udce9.request" in ran.out
    assert [name for name in home.iterdir() if name.suffix == ".request"] == [
        home / f"{LATIN}.request"
    ]


@pytest.mark.parametrize(
    ("defaults", "entry"),
    [
        ('authority = "a\\u0000b"', "authority"),
        ('[licence.issue]\ntrace = "a\\u0000b"', "trace"),
        ('[licence.issue]\nstatement = "a\\u0000b"', "--statement"),
    ],
)
def test_path_with_a_nul_among_the_defaults_is_a_usage_error(
    mooring: Mooring, home: Path, defaults: str, entry: str
) -> None:
    (home / "defaults.toml").write_text(defaults)

    error = mooring.no(
        2, "--config", "defaults.toml", "licence", "issue", "-p", "emulator://x", "--out", "x"
    )

    assert entry in f"{error['attempted']} {error['found']}"


@pytest.mark.parametrize("label", ["", " ", "a\nb", "a\x1b[2Jb", " padded", "x" * 65])
def test_label_that_would_spoil_a_table_is_a_usage_error(
    office: Mooring, port: str, label: str
) -> None:
    enrolled = office.no(2, "authority", "enrol", "--label", label)
    burned = office.no(2, "fuse", "burn", "--label", label, "--yes")

    assert "--label" in enrolled["found"]
    assert "--label" in burned["found"]
    assert office.yes("authority", "show")["chips"] == []
    assert office.yes("fuse", "show", "--port", port)["lifecycle"] == "manufacturing"


def test_second_label_of_a_chip_is_said_to_be_ignored(office: Mooring, port: str) -> None:
    first = office.yes("authority", "enrol", "--label", "first", "--port", port)

    again = office("authority", "enrol", "--label", "first")
    other = office("authority", "enrol", "--label", "other", "--format", "json")

    assert (again.code, again.err) == (0, "")
    assert other.code == 0
    assert "enrolled as 'first' already" in other.err
    assert other.json == first


def test_label_may_be_of_any_script(office: Mooring, port: str) -> None:
    assert office.yes("authority", "enrol", "--label", "Halle ß, 機架 7")["chip"]["label"] == (
        "Halle ß, 機架 7"
    )
