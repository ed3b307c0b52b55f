# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where settings come from, who wins, and where output goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_kit import Mooring

CONFIG = ".config/mooring/config.toml"


def write_config(home: Path, text: str, name: str = CONFIG) -> Path:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# --------------------------------------------------------------- defaults ---


def test_file_of_defaults_names_the_port(mooring: Mooring, home: Path) -> None:
    write_config(home, 'port = "/dev/from-file"\n')

    assert "/dev/from-file" in mooring.no(3, "chip", "info")["attempted"]


def test_environment_beats_the_file(mooring: Mooring, home: Path) -> None:
    write_config(home, 'port = "/dev/from-file"\n')

    error = mooring.no(3, "chip", "info", MOORING_PORT="/dev/from-environment")

    assert "/dev/from-environment" in error["attempted"]


def test_command_line_beats_the_environment(mooring: Mooring) -> None:
    error = mooring.no(3, "chip", "info", "-p", "/dev/typed", MOORING_PORT="/dev/environment")

    assert "/dev/typed" in error["attempted"]


def test_shared_option_may_stand_before_the_command(mooring: Mooring) -> None:
    ran = mooring("--port", "/dev/before", "chip", "info", MOORING_PORT="/dev/environment")

    assert "/dev/before" in ran.err


def test_option_after_the_command_beats_the_one_before(mooring: Mooring) -> None:
    ran = mooring("-p", "/dev/before", "chip", "info", "-p", "/dev/after")

    assert "/dev/after" in ran.err


def test_table_of_a_command_gives_its_own_options(mooring: Mooring, home: Path) -> None:
    write_config(
        home, '[fuse.plan]\nmode = "report"\nmax-lifetime = "2h"\nroot = ["%s"]\n' % ("ab" * 48)
    )

    (plan,) = mooring.yes("fuse", "plan")["plans"]

    assert (plan["mode"], plan["max_lifetime"]) == ("report", 7200)


def test_options_in_a_table_have_the_names_of_the_command_line(
    mooring: Mooring, home: Path
) -> None:
    write_config(home, '[boot]\nstatement = "no.json"\ninside = ["hall-a"]\nfor = "8h"\n')
    write_config(home, '{"version": 1, "zones": [{"name": "a", "geometry": "b"}]}', "zones.json")

    error = mooring.no(2, "boot", "--zones", "zones.json")

    assert "no.json" in error["attempted"]


def test_config_option_names_another_file(mooring: Mooring, home: Path) -> None:
    path = write_config(home, 'format = "json"\n', "mine.toml")

    assert json.loads(mooring("--config", path, "explain", "KEY_TIME").out)["name"] == "KEY_TIME"


def test_named_file_must_exist(mooring: Mooring) -> None:
    assert mooring("--config", "no.toml", "explain").code == 2
    assert mooring("explain", MOORING_CONFIG="no.toml").code == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("port = ", "not TOML"),
        ("prot = 'x'", "prot: there is no such option"),
        ("baud = 'quick'", "baud: "),
        ("baud = 7", "baud: 7"),
        ("quiet = 'yes'", "quiet: found 'yes', expected true or false"),
        ("port = true", "port: found True"),
        ("port = ['a']", "port: found list"),
        ("[licence]\ncycels = 5", "licence.cycels: there is no such option"),
        ("[licence.issue]\ncycels = 5", "licence.issue.cycels: there is no such option"),
        ("[lizence.issue]\ncycles = 5", "lizence: there is no such command"),
    ],
)
def test_mistake_in_the_file_is_named(mooring: Mooring, home: Path, text: str, found: str) -> None:
    write_config(home, text)

    ran = mooring("explain", "KEY_TIME")

    assert ran.code == 2
    assert found in ran.err
    assert "config.toml" in ran.err


# ----------------------------------------------------------------- output ---


def test_text_result_goes_to_stdout_and_advice_to_stderr(mooring: Mooring) -> None:
    ran = mooring("authority", "init")

    assert ran.out.startswith("Authority")
    assert ran.err == "Next, define the zones: mooring location zones --help\n"


def test_quiet_leaves_only_the_result(mooring: Mooring) -> None:
    assert mooring("authority", "init", "--quiet").err == ""


def test_quiet_does_not_silence_what_a_burn_would_change(mooring: Mooring, port: str) -> None:
    ran = mooring("fuse", "burn", "--root", "ab" * 48, "--no-enrol", "--dry-run", "-q")

    assert "MODE: blank -> deny" in ran.err


def test_failure_writes_nothing_to_stdout(mooring: Mooring) -> None:
    ran = mooring("chip", "info", "-p", "/dev/none")

    assert ran.out == ""
    assert ran.err.startswith("No chip: ")
    assert "Traceback" not in ran.err


def test_no_colour_reaches_a_pipe(mooring: Mooring) -> None:
    assert "\x1b" not in mooring("doctor").out
    assert "\x1b" not in mooring("chip", "info").err


def test_bar_is_drawn_only_for_a_person(works: Mooring) -> None:
    boot = ("boot", "--statement", "chip-a.json", "--inside", "hall-a")
    silent = works(*boot)
    works.shows = True
    drawn = works(*boot)
    quiet = works(*boot, "--quiet")
    told = works(*boot, "-v")

    assert silent.err == quiet.err == ""
    assert "Booting" in drawn.err
    assert "load the licence" in told.err


def test_frames_are_logged_with_vv_but_never_a_token_in_full(works: Mooring) -> None:
    ran = works("boot", "--statement", "chip-a.json", "--inside", "hall-a", "-vv")

    frames = [line for line in ran.err.splitlines() if line.startswith("mooring_host.link: ")]
    assert frames
    # 32 bytes in hexadecimal and a few words; a licence has more than 300 bytes.
    assert max(len(line) for line in frames) < 160


def test_log_is_quiet_again_after_vv(mooring: Mooring, port: str) -> None:
    mooring("chip", "info", "-vv")

    assert mooring("chip", "info").err == ""


@pytest.mark.parametrize("words", [("explain", "NOPE"), ("chip", "info", "--baud", "x")])
def test_error_is_one_line_of_json_if_json_was_asked_for(
    mooring: Mooring, words: tuple[str, ...]
) -> None:
    ran = mooring(*words, "--format=json")

    assert len(ran.err.splitlines()) == 1
    assert ran.error["exit_code"] == 2
