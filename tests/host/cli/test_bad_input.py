# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is wrong is named, with an exit code for its kind, and nothing is left half done."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
from pathlib import Path

import pytest
from cli_kit import Mooring
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mooring_host.cli._records import PASSPHRASE_VARIABLE

PLACE = ("--statement", "chip-a.json", "--inside", "hall-a")
AUTHORITY = ".local/share/mooring/authority"


class FakeLine:
    """A line on which something else than a chip is, in time of its own."""

    name = "fake://line"

    def __init__(self, noise: bytes = b"") -> None:
        self._noise = noise
        self._now = 0.0

    def write(self, data: bytes) -> None:
        self._waiting = self._noise

    def read(self, timeout_s: float) -> bytes:
        data, self._waiting = self._waiting, b""
        if not data:
            self._now += timeout_s
        return data

    def discard_input(self) -> None:
        self._waiting = b""

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds

    def close(self) -> None:
        pass


# ------------------------------------------------------------------ ports ---


def test_missing_port_is_a_usage_error_that_says_how_to_name_one(mooring: Mooring) -> None:
    error = mooring.no(2, "chip", "info")

    assert "no port" in error["found"]
    assert "--port" in error["hint"]


def test_absent_device_is_unreachable(mooring: Mooring) -> None:
    error = mooring.no(3, "chip", "info", "--port", "/dev/no-such-device")

    assert "no such device" in error["found"]
    assert "mooring chip list" in error["hint"]


def test_file_is_no_serial_port(mooring: Mooring, home: Path) -> None:
    (home / "notes.txt").write_text("hello")

    assert "not a serial port" in mooring.no(3, "chip", "info", "-p", "notes.txt")["found"]
    assert (home / "notes.txt").read_text() == "hello"


def test_closed_tcp_port_is_unreachable(mooring: Mooring) -> None:
    # Port 1 of this machine: nothing listens there, and nobody is asked outside.
    assert mooring.no(3, "chip", "info", "-p", "socket://127.0.0.1:1")["attempted"].startswith(
        "open the port"
    )


@pytest.mark.parametrize("url", ["nonsense://x", "emulator://", "emulator://a?fuel=1"])
def test_url_that_no_driver_knows_is_unreachable(mooring: Mooring, url: str) -> None:
    mooring.no(3, "chip", "info", "-p", url)


def test_silent_line_is_unreachable(mooring: Mooring) -> None:
    mooring.ports["fake://line"] = FakeLine()

    error = mooring.no(3, "chip", "info", "-p", "fake://line", "--timeout", "0.5")

    assert "no answer within 0.5 s" in error["found"]
    assert "mooring doctor" in error["hint"]


def test_garbage_is_told_from_silence(mooring: Mooring) -> None:
    mooring.ports["fake://line"] = FakeLine(random.Random(5).randbytes(300))

    error = mooring.no(3, "chip", "info", "-p", "fake://line")

    assert "no answer among them" in error["found"]
    assert "baud rate" in error["hint"]


def test_pseudo_terminal_without_chip_is_unreachable(mooring: Mooring) -> None:
    near, far = os.openpty()
    try:
        error = mooring.no(3, "chip", "info", "-p", os.ttyname(far), "--timeout", "0.02")
    finally:
        os.close(near)
        os.close(far)

    assert "no answer" in error["found"]


def test_pseudo_terminal_has_no_reset_line_to_pull(mooring: Mooring) -> None:
    near, far = os.openpty()
    try:
        error = mooring.no(3, "chip", "info", "-p", os.ttyname(far), "--before", "line-reset")
    finally:
        os.close(near)
        os.close(far)

    assert "reset line" in error["attempted"]
    assert "mooring chip reset" in error["hint"]


@pytest.mark.parametrize(
    ("option", "value"),
    [("--baud", "fast"), ("--baud", "1"), ("--timeout", "0"), ("--before", "shout")],
)
def test_wrong_connection_option_is_a_usage_error(
    mooring: Mooring, option: str, value: str
) -> None:
    error = mooring.no(2, "chip", "info", "-p", "emulator://x", option, value)

    assert option in error["found"]


# ------------------------------------------------------------------- keys ---


def licence_key(home: Path) -> Path:
    return home / AUTHORITY / "licence-1.pem"


def issue(mooring: Mooring, code: int) -> str:
    mooring.yes("licence", "request", "--out", "r.request")
    error = mooring.no(
        code, "licence", "issue", "--request", "r.request", *PLACE, "--out", "r.licence"
    )
    assert not (mooring.folder / "r.licence").exists()
    return f"{error['attempted']}: {error['found']} {error['hint']}"


def test_key_file_that_others_can_read_is_refused(works: Mooring, home: Path) -> None:
    licence_key(home).chmod(0o644)

    told = issue(works, 2)

    assert "0644" in told
    assert "chmod 600" in told


def test_absent_key_file_is_named(works: Mooring, home: Path) -> None:
    licence_key(home).unlink()

    assert "licence-1.pem" in issue(works, 2)


def test_another_key_in_the_place_of_the_recorded_one_is_refused(
    works: Mooring, home: Path
) -> None:
    licence_key(home).write_bytes((home / AUTHORITY / "location-1.pem").read_bytes())

    assert "recorded is" in issue(works, 2)


def test_key_of_another_algorithm_is_refused(works: Mooring, home: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    licence_key(home).write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    told = issue(works, 2)

    assert "RSA" in told
    assert "Ed25519" in told


def test_file_that_is_no_key_is_refused(works: Mooring, home: Path) -> None:
    licence_key(home).write_bytes(b"\x00\xffnot a key")

    assert "expected an Ed25519 private key" in issue(works, 2)


def test_encrypted_keys_want_their_passphrase(mooring: Mooring) -> None:
    right, wrong = ({PASSPHRASE_VARIABLE: f"over the {what}"} for what in ("sea", "hill"))
    mooring.yes("authority", "init", "--encrypt", **right)

    missing = mooring.no(2, "authority", "trust", "--issue")
    refused = mooring.no(2, "authority", "trust", "--issue", **wrong)
    issued = mooring.yes("authority", "trust", "--issue", **right)

    assert "MOORING_KEY_PASSPHRASE" in missing["hint"]
    assert "passphrase is wrong" in refused["found"]
    assert issued["epoch"] > 1


# --------------------------------------------------------------- database ---


def database(home: Path) -> Path:
    return home / AUTHORITY / "authority.db"


def test_no_authority_says_how_to_make_one(mooring: Mooring) -> None:
    assert "mooring authority init" in mooring.no(2, "authority", "show")["hint"]


def test_database_of_a_newer_version_is_left_alone(office: Mooring, home: Path) -> None:
    with sqlite3.connect(database(home)) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = database(home).read_bytes()

    error = office.no(2, "authority", "show")

    assert "newer version" in error["found"]
    assert "99" in error["found"]
    assert database(home).read_bytes() == before


def test_file_that_is_no_database_is_left_alone(office: Mooring, home: Path) -> None:
    database(home).write_bytes(b"these are my notes" * 100)

    error = office.no(2, "authority", "show")

    assert "not a database" in error["found"]
    assert database(home).read_bytes() == b"these are my notes" * 100


def test_second_init_keeps_the_first_authority(office: Mooring) -> None:
    before = office.yes("authority", "show")

    assert "exists already" in office.no(2, "authority", "init")["found"]
    assert office.yes("authority", "show") == before


def test_records_that_may_not_be_written_are_explained(
    office: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, _: str) -> sqlite3.Connection:
        # To root every folder is writable; SQLite itself says the same of this connection.
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    monkeypatch.setattr("mooring_host.authority.database._connect", refused)

    error = office.no(2, "authority", "trust", "--issue")

    assert "may not write" in error["found"]
    assert "--authority" in error["hint"]


def test_database_held_by_another_process_is_a_failure_of_the_machine(
    office: Mooring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mooring_host.authority.database.BUSY_TIMEOUT_S", 0.01)
    holder = sqlite3.connect(database(home), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        error = office.no(5, "authority", "trust", "--issue")
    finally:
        holder.close()

    assert "locked" in error["found"]
    assert "try again" in error["hint"]


# ------------------------------------------------------------------ files ---


def test_full_disk_leaves_no_file_and_the_old_one_whole(
    works: Mooring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "old.request").write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("mooring_host.cli._files.os.fsync", full)
    error = works.no(5, "licence", "request", "--out", "old.request")

    assert "No space left" in error["found"]
    assert (home / "old.request").read_bytes() == b"old"
    assert [path.name for path in home.glob("*request*")] == ["old.request"]


def test_folder_that_is_absent_is_named(works: Mooring) -> None:
    error = works.no(2, "licence", "request", "--out", "no/such/folder/x.request")

    assert "x.request" in error["attempted"]
    assert "folder" in error["hint"]


@pytest.mark.parametrize(
    ("command", "content", "found"),
    [
        (("licence", "load"), b"", "0 bytes are not CBOR"),
        (("licence", "load"), b"\xff" * 40, "no file of ours"),
        (("licence", "load"), b"x" * 70000, "more than 65536 bytes"),
        (("token", "inspect"), b"\xa0", "expected tag 18"),
        (("evidence", "verify", "--nonce", "00" * 32, "--device-key", "a0"), b"\xa0", "COSE_Key"),
    ],
)
def test_file_of_another_kind_is_a_usage_error(
    mooring: Mooring, home: Path, command: tuple[str, ...], content: bytes, found: str
) -> None:
    (home / "file").write_bytes(content)

    error = (
        mooring.no(2, *command, "file", "-p", "emulator://never")
        if command
        == (
            "licence",
            "load",
        )
        else mooring.no(2, *command, "file")
    )

    assert found in f"{error['attempted']}: {error['found']}"


def test_request_given_as_licence_is_told_apart(works: Mooring) -> None:
    works.yes("licence", "request", "--out", "r.request")

    error = works.no(2, "licence", "load", "r.request")

    assert "'mooring licence request'" in error["found"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ('"version": 1', "version"),
        ('"inspector": "R. Noether"', "inspector"),
        ('"ueid": "01', "ueid"),
        ('"hall-a"', "inside"),
    ],
)
def test_statement_with_a_wrong_field_names_it(
    works: Mooring, home: Path, change: str, field: str
) -> None:
    wrong = {
        '"version": 1': '"version": 9',
        '"inspector": "R. Noether"': '"inspector": 7',
        '"ueid": "01': '"ueid": "zz',
        '"hall-a"': "4",
    }[change]
    text = (home / "chip-a.json").read_text()
    assert change in text
    (home / "chip-a.json").write_text(text.replace(change, wrong))

    assert field in works.no(2, "boot", *PLACE)["found"]


# --------------------------------------------------------------- the tool ---


def test_defect_of_the_tool_shows_no_traceback(
    mooring: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("mooring_host.cli.explain.look_up", broken)

    ran = mooring("explain", "KEY_TIME")
    shown = mooring("explain", "KEY_TIME", "-v")

    assert (ran.code, shown.code) == (5, 5)
    assert "surprise" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in shown.err


def test_interrupt_from_the_keyboard_has_the_shells_exit_code(
    mooring: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mooring_host.cli.explain.look_up", interrupted)

    assert mooring("explain", "KEY_TIME").code == 130


@pytest.mark.parametrize(
    "words",
    [
        ("chip", "fly"),
        ("fly",),
        ("chip", "info", "--wings"),
        ("chip", "info", "extra"),
        ("explain", "NO_SUCH_WORD"),
        ("licence", "revoke", "12"),
        ("boot", "--statement", "x", "--inside", "hall-a", "--for", "soon"),
        ("compute", "-p", "emulator://x"),
        ("compute", "-p", "emulator://x", "--random", "0x4x4"),
        ("completion", "tcsh"),
    ],
)
def test_wrong_command_is_a_usage_error(mooring: Mooring, words: tuple[str, ...]) -> None:
    ran = mooring(*words)

    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("Error: ")
