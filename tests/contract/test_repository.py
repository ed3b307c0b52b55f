# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a newcomer relies on: the two commands, the help, the locks, licences in every file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import ALLOWED_SKIPS, read_allowed_skips

# Written in pieces, so that this file passes its own check.
LOCAL_PATHS = tuple("/" + folder + "/" for folder in ("work", "root", "home"))
LICENCE_LINE = b"SPDX-License" + b"-Identifier: Apache-2.0"
NO_COMMENTS = {".bin", ".csv", ".elf", ".gz", ".json", ".png", ".sha384", ".svg", ".typed"}


@pytest.fixture(scope="module")
def files(repository: Path) -> list[Path]:
    """Every file git knows or would add."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("not a git work tree")
    paths = [repository / name for name in done.stdout.splitlines()]
    return [path for path in paths if path.is_file()]


def targets(repository: Path) -> set[str]:
    makefile = (repository / "Makefile").read_text("utf-8")
    return {
        name for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.M) for name in line.split()
    }


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_readme_shows_command_that_makefile_has(repository: Path, command: str) -> None:
    readme = (repository / "README.md").read_text("utf-8")

    assert re.search(rf"^{command}\b", readme, re.M)
    assert command.removeprefix("make ") in targets(repository)


def test_make_help_lists_every_target(repository: Path) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )

    listed = set(re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.M))

    assert listed == targets(repository) - {"prerequisites"}


def test_ci_runs_checks_and_the_readme_test_command(repository: Path) -> None:
    script = (repository / ".ci" / "run").read_text("utf-8").splitlines()

    commands = [line for line in script if line and not line.startswith("#")]

    assert "make check" in commands
    assert any(line.endswith("make test") for line in commands)


@pytest.mark.parametrize("name", ["demo", "test", "bench", "dev"])
def test_lock_file_pins_and_hashes_every_package(repository: Path, name: str) -> None:
    lock = (repository / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.findall(r"^[a-z0-9].*(?:\n .*)*", lock, re.M)

    unpinned = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]

    assert entries
    assert unpinned == []
    assert "://" not in lock


@pytest.mark.parametrize(
    ("smaller", "larger"), [("demo", "test"), ("test", "bench"), ("test", "dev")]
)
def test_larger_lock_holds_the_smaller_at_the_same_versions(
    repository: Path, smaller: str, larger: str
) -> None:
    def pins(name: str) -> set[str]:
        lock = (repository / "requirements" / f"{name}.txt").read_text("utf-8")
        return set(re.findall(r"^([a-z0-9][\w.-]*==[\w.]+)", lock, re.M))

    assert pins(smaller) < pins(larger)


def test_every_file_names_its_licence(files: list[Path], repository: Path) -> None:
    unmarked = [
        str(path.relative_to(repository))
        for path in files
        if path.suffix not in NO_COMMENTS
        and path.name != "LICENSE"
        and "LICENSES" not in path.parts
        and LICENCE_LINE not in path.read_bytes()[:1000]
    ]

    assert unmarked == []


def test_no_file_names_a_path_of_one_machine(files: list[Path], repository: Path) -> None:
    pattern = re.compile(r"(?<![\w./\-])(?:" + "|".join(LOCAL_PATHS) + r")\w")
    traces = [
        str(path.relative_to(repository))
        for path in files
        if pattern.search(path.read_bytes().decode("utf-8", "replace"))
        and path.name not in {"check_tree.py"}
    ]

    assert traces == []


def test_allowed_skips_are_well_formed() -> None:
    for allowed in read_allowed_skips(ALLOWED_SKIPS):
        assert allowed.test != "*", "a line may not allow every test to skip"
        assert allowed.reason != "*", f"{allowed.test}: name the reason that is allowed"


def test_malformed_allowed_skip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "allowed.txt"
    path.write_text("tests/a.py::* | only two fields\n")

    with pytest.raises(ValueError, match=r"allowed\.txt:1: expected TEST \| REASON \| WHY"):
        read_allowed_skips(path)
