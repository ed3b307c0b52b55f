# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring registry`: chips on record, evidence taken, one report drafted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_kit import START, Mooring

SALE = (
    *("--product", "H200", "--eccn", "3A090.a", "--exporter", "Exporter Inc"),
    *("--end-user", "Buyer Pte", "--zone", "hall-a"),
)


@pytest.fixture
def kept(works: Mooring) -> Mooring:
    """A chip in the registry, under the bill as introduced, and a statement that it is gone."""
    works.yes("authority", "policy", "chip-security-act-is")
    works.yes("registry", "register", "chip-a", *SALE)
    works.yes(
        *("location", "statement", "--chip", "chip-a", "--inspector", "R. Noether"),
        *("--place", "rack 9", "--inside", "elsewhere", "--exclude", "hall-a"),
        *("--out", "gone.json"),
    )
    return works


def test_wrong_place_drafts_one_report_that_can_be_written(kept: Mooring, home: Path) -> None:
    first = kept.yes("registry", "locate", "chip-a", "--statement", "gone.json")
    second = kept.yes("registry", "locate", "chip-a", "--statement", "gone.json")

    assert (first["grade"], first["kind"]) == ("credible", "wrong-location")
    assert first["report"]["exporter"] == "Exporter Inc"
    assert (second["report"], second["why"]) == (None, "it is reported already")
    (listed,) = kept.yes("registry", "reports")["reports"]
    assert listed == first["report"]
    words = ("registry", "report", listed["id"][:6], "--json", "r.json", "--html", "r.html")
    kept.yes(*words)
    report = json.loads((home / "r.json").read_text())
    assert report["evidence"]["attached"]["zones"]["hall-a"] == "excluded"
    assert "R. Noether" in (home / "r.html").read_text()
    assert "Exporter Inc" in kept(*words).out


def test_right_place_drafts_none(kept: Mooring) -> None:
    received = kept.yes("registry", "locate", "chip-a", "--statement", "chip-a.json")

    assert (received["grade"], received["report"]) == ("as-registered", None)
    assert kept("registry", "reports").out == "No report was drafted.\n"


def test_leave_to_move_ends_the_matter(kept: Mooring) -> None:
    kept.yes("registry", "locate", "chip-a", "--statement", "gone.json")
    kept.yes("registry", "move", "chip-a", "--zone", "elsewhere", "--reason", "leave 7")

    received = kept.yes("registry", "locate", "chip-a", "--statement", "gone.json")

    assert received["grade"] == "as-registered"


def test_chip_attests_with_its_log(kept: Mooring) -> None:
    assert len(kept.yes("registry", "list", "--unattested-for", "30d")["chips"]) == 1
    assert kept.yes("registry", "attest", "chip-a")["grade"] == "as-registered"
    assert kept.yes("registry", "list", "--unattested-for", "30d")["chips"] == []


def test_chip_attests_in_a_request(kept: Mooring) -> None:
    kept.yes("licence", "request", "--out", "a.request")

    received = kept.yes("registry", "attest", "chip-a", "--request", "a.request")
    assert received["grade"] in ("as-registered", "ambiguous")
    assert received["report"] is None


def test_visit_that_finds_a_dummy_is_reported(kept: Mooring) -> None:
    received = kept.yes(
        *("registry", "visit", "chip-a", "--inspector", "R. Noether"),
        *("--found", "dummy", "--text", "label on an empty case"),
    )

    assert received["report"]["kind"] == "diverted-user"
    assert (
        "Next: mooring registry report"
        in kept(
            *("registry", "visit", "chip-a", "--inspector", "R. Noether"),
            *("--found", "opened", "--text", "seal broken"),
        ).err
    )


def test_registry_is_listed_as_of_a_time_and_tells_its_history(kept: Mooring) -> None:
    kept.now += 100
    kept.yes("registry", "transfer", "chip-a", "--end-user", "Other Pte", "--reason", "sold")
    kept.now += 100
    kept.yes("registry", "retire", "chip-a", "--reason", "scrapped")

    def known(*words: str) -> list[tuple[str, bool]]:
        chips = kept.yes("registry", "list", *words)["chips"]
        return [(chip["end_user"], chip["retired"]) for chip in chips]

    assert known("--at", str(START - 1)) == []
    assert known("--at", str(START)) == [("Buyer Pte", False)]
    assert known("--at", str(START + 100)) == [("Other Pte", False)]
    assert known() == [("Other Pte", True)]
    events = kept.yes("registry", "history", "chip-a")["entries"]
    assert [each["event"] for each in events] == ["registered", "transferred", "retired"]
    assert "sold" in kept("registry", "history", "chip-a").out
    assert "Other Pte" in kept("registry", "list").out


def test_changed_registry_is_noticed_and_a_kept_head_notices_what_was_cut_off(
    kept: Mooring, home: Path
) -> None:
    head = kept.yes("registry", "retire", "chip-a", "--reason", "scrapped")["entry"]["hash"]
    (path,) = home.rglob("registry.jsonl")
    whole = path.read_text()
    assert kept.yes("registry", "verify", "--head", head)["head"] == head

    path.write_text(whole.replace("Buyer", "Thief"))
    error = kept.no(2, "registry", "verify")
    assert error["attempted"].endswith("registry.jsonl, line 1")
    assert "the chain is broken" in error["found"]
    path.write_text(whole.splitlines(keepends=True)[0])
    assert kept("registry", "verify").code == 0
    assert "cut off" in kept.no(2, "registry", "verify", "--head", head)["found"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("register", "nobody", *SALE), "nobody"),
        (("register", "chip-a", *SALE), "registered already"),
        (("register", "chip-a", *SALE[:-1], "mars"), "no zone 'mars'"),
        (("move", "chip-b", "--zone", "hall-a", "--reason", "x"), "no chip 'chip-b'"),
        (("history", "chip-b"), "no chip 'chip-b'"),
        (("report", "00"), "no report '00'"),
        (("locate", "chip-a"), "neither --statement nor --location"),
        (("visit", "chip-a", "--inspector", "x", "--text", "x", "--found", "gold"), "gold"),
    ],
)
def test_bad_words_are_refused(kept: Mooring, words: tuple[str, ...], found: str) -> None:
    ran = kept("registry", *words)

    assert ran.code != 0
    assert found in ran.err
