# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The tool as people start it: a process with pipes, signals and a disk that can be full."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_kit import SCHEMA, Mooring
from oracles.json_schema import problems

MOORING = (sys.executable, "-m", "mooring_host.cli")
LIMIT = 16384


def run(
    *words: str, home: Path, out: int = subprocess.PIPE, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MOORING, *words],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=home,
        env={**os.environ, "HOME": str(home), **environ},
    )


def test_chip_remembered_in_a_file_outlives_the_process(home: Path) -> None:
    port = f"emulator://kept?state={home}/kept.chip"
    burned = run(
        *("fuse", "burn", "--root", "ab" * 48, "--no-enrol", "--yes", "--port", port), home=home
    )
    shown = run("fuse", "show", "--format", "json", "--port", port, home=home)

    assert burned.returncode == 0, burned.stderr
    view = json.loads(shown.stdout)
    assert problems(view, SCHEMA["$defs"][view["schema"]], SCHEMA) == []
    assert view["roots"][0]["digest"] == "ab" * 48


def test_without_terminal_burning_is_refused_by_the_real_tool(home: Path) -> None:
    done = run(
        *("fuse", "burn", "--root", "ab" * 48, "--no-enrol", "--port", "emulator://x"), home=home
    )

    assert done.returncode == 2
    assert "no terminal" in done.stderr
    assert done.stdout == ""


def test_result_that_a_full_disk_cannot_take_is_an_error(home: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = run("explain", home=home, out=full)
    finally:
        os.close(full)

    assert done.returncode == 5
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_reader_of_the_pipe_may_leave(home: Path) -> None:
    near, far = os.pipe()
    os.close(near)
    try:
        done = run("explain", home=home, out=far)
    finally:
        os.close(far)

    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


def test_shell_completes_commands_and_options(home: Path) -> None:
    def complete(*words: str) -> set[str]:
        line = " ".join(("mooring", *words))
        done = run(
            home=home,
            _MOORING_COMPLETE="bash_complete",
            COMP_WORDS=line,
            COMP_CWORD=str(len(words)),
        )
        return {each.partition(",")[2] for each in done.stdout.splitlines()}

    assert {"info", "status", "log", "reset", "run", "list"} <= complete("chip", "''")
    assert "--port" in complete("chip", "info", "--po")


def test_database_on_a_full_disk_issues_nothing_and_recovers(office: Mooring, home: Path) -> None:
    before = office.yes("authority", "show")["trust"]["epoch"]

    done = subprocess.run(
        [*MOORING, "authority", "trust", "--issue"],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        # No file may grow: what a full disk looks like to one process.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT)),
    )

    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert office.yes("authority", "trust")["epoch"] == before
    assert office.yes("authority", "trust", "--issue")["epoch"] > before


@pytest.mark.parametrize(
    "core",
    [
        pytest.param("None", id="missing"),
        pytest.param("SimpleNamespace(ffi=None, lib=SimpleNamespace())", id="stale"),
    ],
)
def test_core_that_is_not_compiled_is_one_line_of_advice(home: Path, core: str) -> None:
    script = (
        "import sys\nfrom types import SimpleNamespace\n"
        f"sys.modules['mooring_firmware._native'] = {core}\n"
        "from mooring_host.cli import main\nmain()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, "doctor"],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
    )

    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.endswith("run: make ext\n")


@pytest.mark.parametrize("words", [("--version",), ("explain", "KEY_TIME")])
def test_command_without_a_chip_needs_no_emulator(home: Path, words: tuple[str, ...]) -> None:
    """Plug-ins and numpy are slow to import, so that only what needs them pays."""
    script = (
        "import sys\nfrom mooring_host.cli import main\n"
        f"sys.argv = ['mooring', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'mooring_models', 'mooring_lab'} & set(sys.modules)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=home
    )

    assert done.stdout.splitlines()[-1] == "[]"
