# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What every test may use: the repository's root, the shared data, and the skip policy.

A skipped test is a claim not checked, so a full run says which were skipped and why.
With ``MOORING_STRICT_SKIPS=1``, as in CI, a skip that `allowed_skips.txt` does not list
fails the run.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

# The suite gives the same answer every time and on a slow machine too: examples follow
# from the test alone, nothing is remembered between runs, and no wall time is judged.
# `HYPOTHESIS_PROFILE=explore` looks for new ones.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

TESTS: Final = Path(__file__).resolve().parent
ROOT: Final = TESTS.parent
ALLOWED_SKIPS: Final = TESTS / "allowed_skips.txt"


@dataclass(frozen=True)
class AllowedSkip:
    """One line of `allowed_skips.txt`: which test, with which reason, and why that is fine."""

    test: str
    reason: str
    why: str

    def covers(self, test: str, reason: str) -> bool:
        """Whether this line allows `test` to skip for `reason`; both are shell patterns."""
        return fnmatchcase(test, self.test) and fnmatchcase(reason, self.reason)


def read_allowed_skips(path: Path) -> list[AllowedSkip]:
    """Reads the list; blank lines and lines that begin with ``#`` do not count.

    Raises:
        ValueError: a line does not have three non-empty fields separated by `` | ``.
    """
    found: list[AllowedSkip] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split(" | ")]
        if len(fields) != 3 or not all(fields):
            raise ValueError(f"{path.name}:{number}: expected TEST | REASON | WHY, found {line!r}")
        found.append(AllowedSkip(*fields))
    return found


class SkipPolicy:
    """Collects skips while the tests run and judges them at the end."""

    def __init__(self, allowed: list[AllowedSkip], strict: bool) -> None:
        self._allowed = allowed
        self._strict = strict
        self._skips: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self._skips.append((report.nodeid, text.removeprefix("Skipped: ")))

    def unlisted(self) -> list[tuple[str, str]]:
        """The skips that no line allows, as (test, reason)."""
        return [skip for skip in self._skips if not any(a.covers(*skip) for a in self._allowed)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._strict and self.unlisted() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(wrapper=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        yield
        if not self._skips:
            return
        unlisted = set(self.unlisted())
        terminalreporter.section("skipped tests")
        for test, reason in self._skips:
            mark = "not allowed: " if self._strict and (test, reason) in unlisted else ""
            terminalreporter.line(f"{mark}{test}: {reason}")


def pytest_configure(config: pytest.Config) -> None:
    """Installs the skip policy."""
    strict = os.environ.get("MOORING_STRICT_SKIPS") == "1"
    config.pluginmanager.register(SkipPolicy(read_allowed_skips(ALLOWED_SKIPS), strict))


# The back ends of the CPU that run the ROM; they must say the same on every line.
CPUS: Final = ("native", "rv32")


@pytest.fixture(params=CPUS, scope="session")
def cpu(request: pytest.FixtureRequest) -> str:
    """The back end under test."""
    name = request.param
    assert isinstance(name, str)
    return name


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository under test."""
    return ROOT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of published vectors and data, or a skip where it is absent.

    It is never part of the repository: ``MOORING_SHARED`` names it, else it is expected
    beside the repository.
    """
    path = Path(os.environ.get("MOORING_SHARED", str(ROOT.parent / "shared")))
    if not path.is_dir():
        pytest.skip("shared vectors absent: set MOORING_SHARED to their folder")
    return path
