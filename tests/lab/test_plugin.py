# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The pytest plugin: the same tests on every chip, and a failing one with its evidence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring_host.chip import ChipClient
from mooring_host.wire.messages import FuseField
from mooring_lab import emulated
from mooring_lab.pytest_plugin import BACK_ENDS
from mooring_lab.serve.process import ChipProcess
from mooring_models.cpu import RUNNING_BACK_ENDS

FAILING = """
import pytest

def test_that_fails(client):
    client.info()
    assert False

def test_with_an_error_in_its_fixture(client, request):
    client.challenge(bytes(32))
    raise RuntimeError("after the challenge")

def test_that_passes(client):
    client.info()
"""

KEPT = """
from mooring_host.wire.messages import FuseField

def test_first(client):
    assert client.fuses().throttle == 0x0102
    client.burn(FuseField.THROTTLE, bytes.fromhex("0103"))

def test_second(client):
    assert client.fuses().throttle == 0x0102
"""


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.getbasetemp() / "plug"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="module")
def served(runtime: Path) -> Iterator[ChipProcess]:
    options = "--name plug --baud 921600 --no-state --tcp 127.0.0.1:0 --no-pty"
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    with ChipProcess(options.split(), environment=environment) as process:
        yield process


@pytest.fixture
def example(repository: Path) -> str:
    return str(repository / "tests" / "examples" / "test_accelerator.py")


def run_pytest(
    folder: Path, *arguments: str, runtime: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """pytest in a folder of its own, with the plugins that are installed."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime or folder)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def counts(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """Passed, failed and skipped, from pytest's last line."""
    last = done.stdout.strip().splitlines()[-1]
    return {
        name: int(count) for count, name in re.findall(r"(\d+) (passed|failed|skipped|error)", last)
    }


def test_example_passes_unchanged_on_a_served_chip(
    tmp_path: Path, served: ChipProcess, runtime: Path, example: str
) -> None:
    """On a chip in the process it runs as part of this suite."""
    done = run_pytest(tmp_path, example, "--chip", served.chip.ports[0], runtime=runtime)

    assert counts(done) == {"passed": 7}


def test_example_passes_on_both_back_ends(tmp_path: Path, example: str) -> None:
    done = run_pytest(tmp_path, example, "-v", "--chip-cpu", "both")

    assert counts(done) == {"passed": 14}
    assert (done.stdout.count("[native]"), done.stdout.count("[rv32]")) == (7, 7)


def test_example_passes_on_the_one_back_end_asked_for(tmp_path: Path, example: str) -> None:
    done = run_pytest(tmp_path, example, "-v", "--chip-cpu", "rv32", "-k", "numpy")

    assert counts(done) == {"passed": 1}
    assert "[rv32]" in done.stdout


def test_without_a_lab_socket_only_tests_that_need_one_are_skipped(
    tmp_path: Path, runtime: Path, example: str
) -> None:
    """A chip behind a port alone keeps its fuses from test to test, and its authority too."""
    options = "--name alone --baud 921600 --no-state --tcp 127.0.0.1:0 --no-pty"
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    chosen = ("-k", "numpy or altered or ends_by_itself")
    with ChipProcess(options.split(), environment=environment) as process:
        # The folder of running chips is another one, so that the lab socket is not found.
        done = run_pytest(tmp_path, example, "--chip", process.chip.ports[0], *chosen)

    assert counts(done) == {"passed": 2, "skipped": 1}
    assert "it has no lab socket" in done.stdout


def test_failing_test_shows_wire_and_console(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING)

    done = run_pytest(tmp_path)

    assert counts(done) == {"failed": 2, "passed": 1}
    assert done.stdout.count("- wire trace -") == 2
    assert done.stdout.count("- chip console -") == 2
    assert re.search(r"^ +\d+\.\d{6} -> INFO 0 B$", done.stdout, re.M)
    assert "<- CHALLENGE" in done.stdout
    assert "mooring rom 1.0" in done.stdout


def test_each_test_begins_with_the_chip_in_the_state_file(tmp_path: Path) -> None:
    state = tmp_path / "kept.chip"
    with ChipClient.open(f"emulator://kept?state={state}") as client:
        client.burn(FuseField.THROTTLE, bytes.fromhex("0102"))
    emulated.remove("kept")
    before = state.read_bytes()
    (tmp_path / "test_kept.py").write_text(KEPT)

    done = run_pytest(tmp_path, "--chip-state", str(state))

    assert counts(done) == {"passed": 2}
    assert state.read_bytes() == before


def test_plugin_knows_the_back_ends_there_are() -> None:
    """It names them itself, so that a run that tests no chip imports nothing."""
    assert BACK_ENDS == RUNNING_BACK_ENDS


@pytest.mark.parametrize(
    "arguments",
    [
        ("--chip", "socket://127.0.0.1:1", "--chip-state", "file"),
        ("--chip", "socket://127.0.0.1:1", "--chip-cpu", "rv32"),
        ("--chip-lab", "socket"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = run_pytest(tmp_path, *arguments)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--chip" in done.stderr
