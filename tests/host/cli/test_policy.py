# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring policy`: what it shows, how it refuses, and that what is recalled says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_kit import Mooring

EMIRATES = """
version = 1
destination = "AE"
consignee = "Falcon Cloud"
headquarters = "AE"
quantity = 1000
[chip]
name = "B200"
tpp = 36000
memory_gbps = 7700
datacenter = true
"""
CSV = "name,dense_fp16_tflops,dense_8bit_tops,dense_4bit_tops,die_mm2,mem_bw_GBps\n"


@pytest.fixture
def sale(home: Path) -> Path:
    path = home / "sale.toml"
    path.write_text(EMIRATES)
    return path


def test_list_says_what_is_in_force_on_a_day(mooring: Mooring) -> None:
    shown = mooring.yes("policy", "list", "--on", "2025-05-12")["presets"]

    force = {each["name"] for each in shown if each["in_force"]}
    assert {"diffusion-2025-01", "us-law", "h20-2025-04", "foster-2025-05"} <= force
    assert not {"acs-2023-11", "rescinded-2025-05", "h200-2026-01"} & force
    assert {each["name"] for each in shown if each["recalled"]} >= {"diffusion-2025-01"}


def test_show_marks_what_is_recalled(mooring: Mooring) -> None:
    told = mooring("policy", "show", "diffusion-2025-01").out

    assert "RECALLED, not checked" in told
    assert "not legal advice" in told
    shown = mooring.yes("policy", "show", "chip-security-act-ans")
    assert shown["must_not"] == ["deny-boot", "throttle"]
    assert shown["reports"] == ["wrong-location", "diverted-user", "tampering"]


def test_groups_of_a_day_count_hong_kong_and_macau(mooring: Mooring) -> None:
    (group,) = mooring.yes("policy", "groups", "d5", "--on", "2026-01-01")["groups"]

    assert set(group["with_regions"]) - set(group["members"]) == {"HK", "MO"}
    assert "RECALLED" in mooring("policy", "groups", "D:5").out
    assert len(mooring.yes("policy", "groups")["groups"]) == 6


def test_one_chip_is_classified_by_its_numbers(mooring: Mooring) -> None:
    words = ("policy", "classify", "--tops", "16=989.5", "--die", "814", "--datacenter")
    (chip,) = mooring.yes(*words, "--on", "2023-11-17")["chips"]

    assert (chip["tpp"], chip["possible"]) == (15832, ["3A090.a"])
    assert "3A090.a" in mooring(*words).out


def test_many_chips_are_classified_from_a_file(mooring: Mooring, home: Path) -> None:
    (home / "chips.csv").write_text(f"{CSV}A,1000,,,800,4000\nB,,,,,\n")

    shown = mooring.yes("policy", "classify", "--csv", "chips.csv")

    assert [chip["possible"] for chip in shown["chips"]] == [["3A090.a"]]
    assert shown["unrated"] == ["B"]
    assert "unknown" in mooring("policy", "classify", "--csv", "chips.csv").out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("classify",), "neither --tpp nor --tops"),
        (("classify", "--tpp", "1", "--tops", "8=1"), "or both"),
        (("classify", "--tops", "x=1"), "no numbers"),
        (("classify", "--tpp", "-1"), "tpp: found -1"),
        (("classify", "--tpp", "nan"), "tpp: found nan"),
        (("classify", "--csv", "chips.csv", "--die", "1"), "both --csv and numbers"),
        (("show", "gain-act"), "no preset 'gain-act'"),
        (("groups", "E:9"), "no group 'E:9'"),
        (("list", "--on", "soon"), "expected a day as YYYY-MM-DD"),
        (("diff", "2026-01-02", "2026-01-01"), "is not after"),
        (("decide", "sale.toml", "--preset", "foster-2025-05", "--preset", "chip-security-act-ans"),
         "forbids it"),
    ],
)  # fmt: skip
def test_bad_words_are_refused(
    mooring: Mooring, sale: Path, home: Path, words: tuple[str, ...], found: str
) -> None:
    (home / "chips.csv").write_text(CSV)

    ran = mooring("policy", *words)

    assert (ran.code, found in ran.err) == (2, True), ran.err


def test_decision_turns_with_the_day_and_so_does_the_exit_code(
    mooring: Mooring, sale: Path
) -> None:
    before = mooring("--format", "json", "policy", "decide", sale, "--on", "2026-07-09")
    after = mooring("--format", "json", "policy", "decide", sale, "--on", "2026-07-10")

    assert (before.code, after.code) == (1, 0)
    (refused,), (granted,) = before.json["decisions"], after.json["decisions"]
    assert (refused["presumption"], granted["standing"]) == ("approval", "no-licence")
    assert any("742.6(b)(10)" in each for each in refused["refusals"])
    assert "RECALLED" in mooring("policy", "decide", sale, "--on", "2026-07-09").out


@pytest.mark.parametrize(("mode", "code"), [("deny", 1), ("throttle", 1), ("report", 0)])
def test_fused_mode_is_held_against_the_presets(
    mooring: Mooring, sale: Path, mode: str, code: int
) -> None:
    words = ("policy", "decide", sale, "--preset", "chip-security-act-ans", "--mode", mode)
    ran = mooring("--format", "json", *words)

    assert ran.code == code
    assert bool(ran.json["mode_conflicts"]) is bool(code)
    assert ("H.R.3447 ANS" in mooring(*words).out) is bool(code)


def test_transaction_with_a_wrong_field_names_it(mooring: Mooring, home: Path) -> None:
    (home / "sale.toml").write_text(EMIRATES.replace('"AE"', '"UAE"', 1))

    ran = mooring("policy", "decide", "sale.toml")

    assert ran.code == 2
    assert "destination: found 'UAE'" in ran.err


def test_difference_says_what_changed_for_whom(mooring: Mooring) -> None:
    shown = mooring.yes("policy", "diff", "2026-07-09", "2026-07-10")

    assert {country for each in shown["outcomes"] for country in each["countries"]} == {"AE"}
    assert "AE joins A:5" in mooring("policy", "diff", "2026-07-09", "2026-07-10").out
    assert "Nothing changed" in mooring("policy", "diff", "2026-08-01", "2026-08-02").out


def test_researchers_own_preset_is_asked_from_its_file(
    mooring: Mooring, sale: Path, home: Path, repository: Path
) -> None:
    page = (repository / "docs" / "policy.md").read_text("utf-8")
    own = page.partition('```toml\nversion = 1\nname = "what-if"')[2].partition("```")[0]
    (home / "what-if.toml").write_text(f'version = 1\nname = "what-if"{own}')
    (home / "sale.toml").write_text(EMIRATES.replace('"AE"', '"SG"'))
    words = ("policy", "decide", sale, "--on", "2026-08-01", "--preset")

    assert mooring(*words, "us-law").code == 0
    assert mooring(*words, "what-if.toml").code == 1
    assert mooring.yes("policy", "show", "what-if.toml")["name"] == "what-if"
    assert mooring("authority", "init", "--preset", "what-if.toml").code == 2
    (home / "what-if.toml").write_text("version = 1")
    assert "name is missing" in mooring(*words, "what-if.toml").err
