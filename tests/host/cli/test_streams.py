# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A dash is standard input or output; what is no regular file is never replaced by one."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cli_kit import SCHEMA, Mooring, checked

TOOL = f"{shlex.quote(sys.executable)} -m mooring_host.cli"
REQUEST = ("licence", "request", "--out")


def shell(line: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("mooring", TOOL, 1)],
        capture_output=True,
        check=False,
        cwd=home,
        timeout=60,
    )


def test_dash_is_standard_output_and_only_the_file_goes_there(works: Mooring, home: Path) -> None:
    nonce = "07" * 32
    piped = works("evidence", "get", "--nonce", nonce, "--out", "-", "--format", "json")

    assert piped.code == 0
    assert not (home / "-").exists()
    assert checked(piped.err)["schema"] in SCHEMA["$defs"]
    assert piped.out != ""
    assert "schema" not in piped.out


def test_piped_file_is_the_same_as_the_written_one(office: Mooring, home: Path) -> None:
    office.yes("authority", "trust", "--out", "list.trust")

    piped = shell("mooring authority trust --out -", home)

    assert piped.returncode == 0, piped.stderr
    assert piped.stdout == (home / "list.trust").read_bytes()
    assert b"Epoch" in piped.stderr or b"epoch" in piped.stderr


def test_dash_is_standard_input_wherever_a_file_is_read(works: Mooring, home: Path) -> None:
    zones = (home / ".local/share/mooring/authority/zones.json").read_text()
    statement = (home / "chip-a.json").read_text()

    shown = works("location", "zones", "--zones", "-", typed=zones)
    booted = works("boot", "--statement", "-", "--inside", "hall-a", typed=statement)

    assert "hall-a" in shown.out
    assert (booted.code, booted.err) == (0, "")


def test_licence_can_come_through_a_pipe(works: Mooring, home: Path) -> None:
    works.yes("licence", "request", "--out", "r.request")
    place = ("--statement", "chip-a.json", "--inside", "hall-a")
    works.yes("licence", "issue", "--request", "r.request", *place, "--out", "./-")
    assert (home / "-").is_file()

    by_name = works.yes("licence", "load", "./-")

    assert by_name["gate"] == "open"
    assert works.no(2, "licence", "load", "-")["found"].startswith("this is no file of ours")


def test_special_file_is_written_into_and_stays(works: Mooring, home: Path) -> None:
    pipe = home / "pipe"
    os.mkfifo(pipe)
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(pipe.read_bytes()))
    reader.start()

    size = works.yes(*REQUEST, "pipe")["size"]
    reader.join()

    assert [len(data) for data in taken] == [size]
    assert pipe.is_fifo()


def test_link_stays_a_link_and_its_target_is_replaced(works: Mooring, home: Path) -> None:
    (home / "shelf").mkdir()
    (home / "today.request").symlink_to("shelf/monday.request")

    size = works.yes(*REQUEST, "today.request")["size"]

    assert (home / "today.request").is_symlink()
    assert (home / "shelf" / "monday.request").stat().st_size == size


def test_closed_standard_input_is_a_usage_error(home: Path) -> None:
    done = shell("mooring token inspect - <&-", home)

    assert done.returncode == 2
    assert b"standard input is closed" in done.stderr


@pytest.mark.parametrize("line", ["mooring explain KEY_TIME >&-", "mooring --version >&-"])
def test_closed_standard_output_is_no_defect(home: Path, line: str) -> None:
    done = shell(line, home)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_batch_file_of_a_spreadsheet_is_read(office: Mooring, home: Path) -> None:
    (home / "lot.csv").write_text(
        f"label,mode,max_lifetime,root0\na-1,deny,3600,{'ab' * 48}\n", encoding="utf-8-sig"
    )

    assert office.yes("fuse", "plan", "--batch", "lot.csv")
    labelled = (home / "lot.csv").read_text(encoding="utf-8").replace("a-1", "a\x1b[2J")
    (home / "lot.csv").write_text(labelled, encoding="utf-8")
    assert "column label" in office.no(2, "fuse", "plan", "--batch", "lot.csv")["found"]
