# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Commands that read: tokens, evidence, error words, doctor, completion, help."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from cli_kit import Mooring

from mooring_firmware.errors import ErrorWord
from mooring_host.cli.main import main

PLACE = ("--statement", "chip-a.json", "--inside", "hall-a")


@pytest.fixture
def licence(works: Mooring, home: Path) -> Path:
    """A licence in a file, with the request that it answers beside it."""
    works.yes("licence", "request", "--out", "a.request")
    works.yes("licence", "issue", "--request", "a.request", *PLACE, "--out", "a.licence")
    return home / "a.licence"


# ----------------------------------------------------------------- tokens ---


def test_inspect_says_that_nothing_is_verified(works: Mooring, licence: Path) -> None:
    shown = works.yes("token", "inspect", licence)

    assert shown["verified"] is False
    assert shown["warning"].startswith("NOT VERIFIED")
    assert works("token", "inspect", licence).out.startswith("NOT VERIFIED")


def test_inspect_shows_every_token_of_a_delivery(works: Mooring, licence: Path) -> None:
    tokens = works.yes("token", "inspect", licence)["tokens"]

    assert [token["kind"] for token in tokens] == ["trust", "location", "licence"]
    assert tokens[2]["claims"]["location_digest"] == tokens[1]["digest"]
    assert tokens[2]["claims"]["required_inside"] == ["hall-a"]


def test_inspect_shows_the_evidence_of_a_request(works: Mooring, licence: Path) -> None:
    (token,) = works.yes("token", "inspect", "a.request")["tokens"]

    assert token["kind"] == "evidence"
    assert token["claims"]["lifecycle"] == "production"


def test_verify_names_who_signed_each_token(works: Mooring, licence: Path) -> None:
    verified = works.yes("token", "verify", licence)

    assert verified["genuine"] is True
    kids = {key["role"]: key["kid"] for key in works.yes("authority", "trust")["keys"]}
    signers = [(token["kind"], token["kid"]) for token in verified["tokens"]]
    assert signers[1:] == [("location", kids["location"]), ("licence", kids["licence"])]
    assert works.yes("token", "verify", "a.request")["tokens"][0]["signer"] == "chip chip-a"


def test_one_flipped_bit_is_not_genuine(works: Mooring, licence: Path) -> None:
    data = bytearray(licence.read_bytes())
    data[-1] ^= 1  # the last byte of the licence's signature
    licence.write_bytes(data)

    ran = works("token", "verify", licence, "--format", "json")

    assert ran.code == 1
    assert [token["genuine"] for token in ran.json["tokens"]] == [True, True, False]
    assert "does not verify" in ran.json["tokens"][2]["problem"]


def test_token_of_another_authority_is_not_genuine(works: Mooring, licence: Path) -> None:
    works.yes("authority", "init", "--authority", "other")

    ran = works("token", "verify", licence, "--authority", "other")

    assert ran.code == 1
    assert "no root key has the kid" in ran.out


def test_given_public_key_stands_for_the_authority(works: Mooring, licence: Path) -> None:
    ran = works("token", "verify", licence, "--public-key", "ab" * 32)

    assert ran.code == 1


# --------------------------------------------------------------- evidence ---


def test_evidence_in_a_file_is_verified_with_its_nonce(works: Mooring) -> None:
    got = works.yes("evidence", "get", "--out", "e.cwt")

    verified = works.yes("evidence", "verify", "e.cwt", "--nonce", got["nonce"], "--chip", "chip-a")

    assert (verified["authentic"], verified["key"], verified["findings"]) == (True, "enrolled", [])


def test_evidence_is_verified_with_a_given_key_without_an_authority(
    mooring: Mooring, port: str
) -> None:
    got = mooring.yes("evidence", "get", "--out", "e.cwt", "--nonce", "5a" * 32)

    ran = mooring(
        *("evidence", "verify", "e.cwt", "--nonce", "5a" * 32),
        *("--device-key", got["device_key"], "--format", "json"),
    )

    assert ran.json["authentic"] is True
    # In manufacturing something does speak against a chip.
    assert (ran.code, [found["flaw"] for found in ran.json["findings"]]) == (1, ["lifecycle"])


def test_old_evidence_is_refused(works: Mooring) -> None:
    works.yes("evidence", "get", "--out", "e.cwt")

    ran = works(
        "evidence", "verify", "e.cwt", "--nonce", "00" * 32, "--chip", "chip-a", "--format", "json"
    )

    assert ran.code == 1
    assert ran.json["authentic"] is False
    assert [found["flaw"] for found in ran.json["findings"]] == ["nonce"]


@pytest.mark.parametrize(
    ("words", "found"),
    [((), "no nonce was given"), (("--nonce", "00" * 32), "whose evidence")],
)
def test_evidence_without_nonce_or_chip_cannot_be_judged(
    works: Mooring, words: tuple[str, ...], found: str
) -> None:
    works.yes("evidence", "get", "--out", "e.cwt")

    assert found in works.no(2, "evidence", "verify", "e.cwt", *words)["found"]


# ------------------------------------------------------------ error words ---


@pytest.mark.parametrize("form", ["{name}", "{lower}", "{value:08X}", "0x{value:08x}"])
def test_word_is_explained_by_name_and_by_number(mooring: Mooring, form: str) -> None:
    word = ErrorWord.DECISION_ZONE_SET
    asked = form.format(name=word.name, lower=word.name.lower(), value=int(word))

    told = mooring.yes("explain", asked)

    assert told["name"] == "DECISION_ZONE_SET"
    assert told["word"] == f"{int(word):08X}"
    assert told["logged"] is True


def test_every_word_has_a_meaning_and_something_to_try(mooring: Mooring) -> None:
    words = mooring.yes("explain")["words"]

    assert {word["name"] for word in words} == set(ErrorWord.__members__)
    assert all(word["meaning"].endswith(".") and word["hint"] for word in words)


def test_every_command_that_a_hint_names_exists(mooring: Mooring) -> None:
    """Hints are the next command to try, so they must not send anyone astray."""
    mooring("chip", "--help")  # plug-ins are known once they were asked for
    missing: list[str] = []
    for word in mooring.yes("explain")["words"]:
        for part in word["hint"].split("mooring ")[1:]:
            names = [name.strip(";,.:") for name in part.split()[:2]]
            command = main.commands.get(names[0])
            if command is None or (
                isinstance(command, click.Group) and names[1] not in command.commands
            ):
                missing.append(word["hint"])

    assert missing == []


def test_every_command_that_the_sources_advise_exists(mooring: Mooring, repository: Path) -> None:
    root = click.Context(main)
    for name in main.list_commands(root):
        group = main.get_command(root, name)
        if isinstance(group, click.Group):
            group.list_commands(click.Context(group))  # plug-ins join when they are asked for
    advised = re.compile(rf"\bmooring ((?:{'|'.join(main.commands)})\b(?: [a-z-]+\b)?)")
    astray: list[str] = []
    for folder in ("host", "lab", "docs"):
        for path in sorted((repository / folder).rglob("*.*")):
            if path.suffix not in {".py", ".md"}:
                continue
            for found in advised.finditer(path.read_text("utf-8")):
                noun, _, verb = found[1].partition(" ")
                command = main.commands[noun]
                if isinstance(command, click.Group) and verb and verb not in command.commands:
                    astray.append(f"{path.name}: {found[0]}")

    # A kind of file, by its first field.
    assert [each for each in astray if each != "airgap.py: mooring licence delivery"] == []


# ----------------------------------------------------------------- doctor ---


def test_doctor_finds_tool_and_chip_well(mooring: Mooring, port: str) -> None:
    findings = {f["subject"]: f for f in mooring.yes("doctor")["findings"]}

    assert findings["Verification core"]["health"] == "good"
    assert findings["Python"]["health"] == "good"
    assert findings["Chip"]["health"] == "good"
    assert "manufacturing" in findings["Chip"]["found"]


def test_doctor_exits_3_if_the_chip_does_not_answer(mooring: Mooring) -> None:
    ran = mooring("doctor", "-p", "/dev/no-such-device", "--format", "json")

    assert ran.code == 3
    chip = next(f for f in ran.json["findings"] if f["subject"] == "Chip")
    assert chip["health"] == "unreachable"


def test_doctor_names_a_missing_compiler_without_failing(
    mooring: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")

    findings = {f["subject"]: f for f in mooring.yes("doctor")["findings"]}

    assert findings["Compiler"]["health"] == "note"
    assert "apt install" in findings["Compiler"]["hint"]


def test_doctor_sees_a_binding_that_verifies_wrongly(
    mooring: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def credulous(algorithm: int, key: bytes, message: bytes, signature: bytes) -> bool:
        return True

    monkeypatch.setattr("mooring_host.diagnosis.verify", credulous)

    ran = mooring("doctor")

    assert ran.code == 1
    assert "trust nothing" in ran.out


# ------------------------------------------------------------- completion ---


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_one_that_the_shell_reads(mooring: Mooring, shell: str) -> None:
    script = mooring("completion", shell).out

    assert "_MOORING_COMPLETE" in script
    if (program := shutil.which(shell)) is not None:
        done = subprocess.run(
            [program, "-n"], input=script, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


# ------------------------------------------------------------------- help ---


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("authority",),
        ("chip",),
        ("fuse",),
        ("licence",),
        ("location",),
    ],
)
def test_each_command_has_its_place_in_help(mooring: Mooring, words: tuple[str, ...]) -> None:
    ran = mooring(*words, "--help")

    assert ran.code == 0
    assert "Usage: mooring" in ran.out
    assert "Commands ─" not in ran.out, "a command that no panel holds"


def test_environment_variables_stand_in_help(mooring: Mooring) -> None:
    text = mooring("chip", "info", "--help").out

    for name in ("PORT", "BAUD", "BEFORE", "AFTER", "TIMEOUT", "TRACE", "FORMAT", "NO_COLOR"):
        assert f"MOORING_{name}" in text.replace("\n", "")


def test_version_is_that_of_the_package(mooring: Mooring) -> None:
    from importlib.metadata import version

    assert version("mooring") in mooring("--version").out
