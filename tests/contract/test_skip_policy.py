# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A skip is always shown, and in CI one that is not listed fails the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import pytest

def test_runs():
    assert True is not False

@pytest.mark.skip(reason="no such board")
def test_on_board():
    raise AssertionError
"""


@pytest.fixture
def suite(tmp_path: Path, repository: Path) -> Path:
    """A suite of its own, with this one's conftest, in which one test skips."""
    shutil.copy(repository / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_board.py").write_text(SUITE)
    (tmp_path / "allowed_skips.txt").write_text("")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run_pytest(folder: Path, strict: bool) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MOORING_STRICT_SKIPS": "1" if strict else "0"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_unlisted_skip_fails_a_strict_run(suite: Path) -> None:
    done = run_pytest(suite, strict=True)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "not allowed: test_board.py::test_on_board: no such board" in done.stdout


def test_listed_skip_passes_a_strict_run_and_is_printed(suite: Path) -> None:
    (suite / "allowed_skips.txt").write_text("*::test_on_board | no such * | needs a board\n")

    done = run_pytest(suite, strict=True)

    assert done.returncode == pytest.ExitCode.OK
    assert "\ntest_board.py::test_on_board: no such board" in done.stdout


def test_unlisted_skip_is_only_printed_outside_ci(suite: Path) -> None:
    done = run_pytest(suite, strict=False)

    assert done.returncode == pytest.ExitCode.OK
    assert "test_board.py::test_on_board: no such board" in done.stdout
