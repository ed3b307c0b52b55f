# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A machine that lacks something is told what, and the one command that brings it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run_prerequisites(repository: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(repository / "tools" / "prerequisites")],
        env={**os.environ, "PYTHON": sys.executable, "CC": "gcc", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_python(folder: Path, body: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_complete_machine_passes_silently(repository: Path) -> None:
    done = run_prerequisites(repository)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("settings", "missing", "packages"),
    [
        ({"CC": "no-such-cc"}, "a C compiler (no-such-cc)", "gcc libc6-dev"),
        (
            {"PYTHON": "no-such-python"},
            "Python (no-such-python)",
            "python3 python3-dev python3-venv",
        ),
    ],
)
def test_missing_program_is_named_with_its_packages(
    repository: Path, settings: dict[str, str], missing: str, packages: str
) -> None:
    done = run_prerequisites(repository, **settings)

    assert done.returncode == 1
    assert f"missing: {missing}\n" in done.stderr
    assert done.stderr.endswith(f"  sudo apt install {packages}\n")


def test_all_that_is_missing_comes_in_one_command(repository: Path) -> None:
    done = run_prerequisites(repository, CC="no-such-cc", PYTHON="no-such-python")

    assert done.stderr.count("sudo apt install") == 1
    assert done.stderr.endswith("install gcc libc6-dev python3 python3-dev python3-venv\n")


def test_old_python_is_refused_by_its_version(repository: Path, tmp_path: Path) -> None:
    old = fake_python(tmp_path, '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')

    done = run_prerequisites(repository, PYTHON=old)

    assert done.returncode == 1
    assert f"Python 3.11 or later ({old} is Python 3.9.2)" in done.stderr


@pytest.mark.parametrize(
    ("module", "missing", "package"),
    [
        ("ensurepip", "Python's venv module", "python3-venv"),
        ("sysconfig", "Python's C headers (Python.h)", "python3-dev"),
    ],
)
def test_python_without_a_part_needs_one_package(
    repository: Path, tmp_path: Path, module: str, missing: str, package: str
) -> None:
    body = f'case "$2" in *{module}*) exit 1;; esac; exit 0'

    done = run_prerequisites(repository, PYTHON=fake_python(tmp_path, body))

    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == f"missing: {missing}"
    assert done.stderr.endswith(f"  sudo apt install {package}\n")
