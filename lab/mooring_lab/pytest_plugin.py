# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""pytest fixtures of a chip: the same tests against an emulated one and behind any port.

=============  ================================================================
fixture        what it is
=============  ================================================================
chip           a `mooring_lab.target.Target`: port, lab, reset, console, trace
client         a `mooring_host.chip.ChipClient` connected to it
authority      a new `mooring_host.authority.Authority` in a temporary folder
bench          chip, client and authority with the calls that join them
provisioned    the bench, its chip in production and enrolled
licensed       the bench, its chip computing under a licence
=============  ================================================================

``--chip emulator`` (the default) gives each test a chip of its own; ``--chip-cpu`` says what
runs its ROM, and with ``both`` each test runs twice.  ``--chip URL`` tests the chip behind a
port; one with a lab socket is put back after each test to what it was before the first, one
without is reset before each test, keeps what tests burn and commit, and has one authority for
the whole run.
A test that needs hands on the board of a chip without a lab socket is skipped.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pytest

if TYPE_CHECKING:
    from mooring_host.authority import Authority
    from mooring_host.chip import ChipClient
    from mooring_lab.bench import Bench
    from mooring_lab.lab import Lab
    from mooring_lab.target import PortTarget, Target

# Everything else is imported where it is needed: a run that tests no chip pays nothing.

EMULATOR: Final = "emulator"
BEHIND_PORT: Final = "port"
BACK_ENDS: Final = ("native", "rv32")
"""CPU back ends of the emulator, the default first."""
BOTH: Final = "both"

_target_key: Final = pytest.StashKey["Target"]()
_factory_key: Final = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("mooring", "chips to test")
    group.addoption(
        "--chip",
        default=EMULATOR,
        metavar="emulator|URL",
        help="test an emulated chip in this process, or the one behind a pyserial URL",
    )
    group.addoption(
        "--chip-cpu",
        choices=(*BACK_ENDS, BOTH),
        help="what runs the emulated chip's ROM: its native build, its RV32IMC image, or in "
        f"turn both (default: {BACK_ENDS[0]})",
    )
    group.addoption(
        "--chip-state",
        type=Path,
        metavar="FILE",
        help="begin each test with the emulated chip that is kept in FILE, which is not changed",
    )
    group.addoption(
        "--chip-lab",
        type=Path,
        metavar="SOCKET",
        help="lab socket of the chip behind the port; found by itself if served on this machine",
    )
    group.addoption(
        "--chip-baud", type=int, default=115200, help="line rate in bit/s (default: 115200)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuses options that contradict each other."""
    if config.getoption("--chip") != EMULATOR:
        if config.getoption("--chip-state") is not None:
            raise pytest.UsageError("--chip-state is for --chip emulator")
        if config.getoption("--chip-cpu") is not None:
            raise pytest.UsageError("--chip-cpu is for --chip emulator")
    elif config.getoption("--chip-lab") is not None:
        raise pytest.UsageError("--chip-lab is for a chip behind a port; name it with --chip")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs each test of a chip once on each back end chosen."""
    if "chip_back_end" in metafunc.fixturenames:
        metafunc.parametrize("chip_back_end", _back_ends(metafunc.config), indirect=True)


def _back_ends(config: pytest.Config) -> tuple[str, ...]:
    if config.getoption("--chip") != EMULATOR:
        return (BEHIND_PORT,)
    chosen = cast("str | None", config.getoption("--chip-cpu"))
    return BACK_ENDS if chosen == BOTH else (chosen or BACK_ENDS[0],)


@pytest.fixture
def chip_back_end(request: pytest.FixtureRequest) -> str:
    """What runs the chip's ROM: a CPU back end, or whatever is behind the port."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def chip(request: pytest.FixtureRequest, chip_back_end: str) -> Iterator[Target]:
    """The chip to test."""
    target: Target
    if chip_back_end == BEHIND_PORT:
        target = _behind_port(request.config, request.getfixturevalue("tmp_path_factory"))
    else:
        target = _emulated(request, chip_back_end)
    request.node.stash[_target_key] = target
    yield target
    target.close()


def _emulated(request: pytest.FixtureRequest, back_end: str) -> Target:
    from mooring_lab.board import Board
    from mooring_lab.emulated import Settings
    from mooring_lab.target import EmulatedTarget
    from mooring_models import Chip, Persistent

    # The test's own name seeds its chip: neither order nor selection of tests changes it.
    node = request.node.nodeid
    name = re.sub(r"[^A-Za-z0-9-]", "-", request.node.name)[:20].strip("-") or "chip"
    digest = hashlib.sha256(node.encode()).hexdigest()[:8]
    baud = cast("int", request.config.getoption("--chip-baud"))
    config = Settings(f"{name}-{digest}", node, baud, cpu=back_end).config()
    kept: Path | None = request.config.getoption("--chip-state")
    made = Chip.manufacture(config) if kept is None else Chip(config, Persistent.load(kept))
    return EmulatedTarget(Board(made))


def _behind_port(config: pytest.Config, folders: pytest.TempPathFactory) -> PortTarget:
    from mooring_lab.target import PortTarget

    target = PortTarget(
        cast("str", config.getoption("--chip")),
        cast("Path | None", config.getoption("--chip-lab")),
        cast("int", config.getoption("--chip-baud")),
    )
    if target.has_lab:
        if _factory_key not in config.stash:
            snapshot = folders.mktemp("chip") / "before-the-first-test"
            target.lab.snapshot(snapshot)
            config.stash[_factory_key] = snapshot
        else:
            target.lab.restore(config.stash[_factory_key])
    else:
        target.reset()
    return target


@pytest.fixture
def client(chip: Target) -> ChipClient:
    """A client connected to the chip."""
    return chip.connect()


@pytest.fixture
def authority(
    chip: Target, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Authority]:
    """A new authority with its own keys and its first trust list.

    A chip that keeps what tests do to it keeps its authority too.
    """
    from mooring_host.authority import init_authority, open_authority
    from mooring_lab.errors import NoLabSocketError

    now = _clock(chip)
    try:
        _ = chip.lab
        folder = tmp_path_factory.mktemp("authority")
    except NoLabSocketError:
        folder = _session_folder(request.config, tmp_path_factory)
    made = folder / "authority.db"
    opened = open_authority(folder, now=now) if made.exists() else init_authority(folder, now=now)
    with opened:
        yield opened


_authority_key: Final = pytest.StashKey[Path]()


def _session_folder(config: pytest.Config, folders: pytest.TempPathFactory) -> Path:
    if _authority_key not in config.stash:
        config.stash[_authority_key] = folders.mktemp("authority")
    return config.stash[_authority_key]


class _clock:
    """The authority's clock: goes with the chip's where that can be read."""

    def __init__(self, chip: Target) -> None:
        from mooring_lab.errors import NoLabSocketError
        from mooring_lab.issuer import START

        self._start = START
        self._lab: Lab | None
        try:
            self._lab = chip.lab
        except NoLabSocketError:
            self._lab = None

    def __call__(self) -> int:
        if self._lab is None:
            return int(time.time())
        return self._start + int(self._lab.now_s())


@pytest.fixture
def bench(chip: Target, client: ChipClient, authority: Authority) -> Bench:
    """Chip, client and authority, not yet knowing each other."""
    from mooring_lab.bench import Bench

    return Bench(client, authority, now=_clock(chip))


@pytest.fixture
def provisioned(bench: Bench) -> Bench:
    """The bench with its chip in production, in DENY mode, and enrolled."""
    from mooring_lab.errors import LabError

    try:
        bench.provision()
    except LabError as error:
        pytest.skip(str(error))
    return bench


@pytest.fixture
def licensed(provisioned: Bench) -> Bench:
    """The provisioned bench with its chip computing."""
    provisioned.boot()
    return provisioned


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Skips a test that wants hands on a board that offers none."""
    try:
        return (yield)
    except Exception as error:
        # A chip was tested only if the lab is loaded; no run loads it for this question.
        if type(error).__name__ == "NoLabSocketError" and _target_key in item.stash:
            pytest.skip(str(error))
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attaches wire trace and console log to a failing test."""
    report = yield
    target = item.stash.get(_target_key, None)
    if report.failed and target is not None:
        report.sections.append(("wire trace", target.trace.text()))
        if console := _console(target):
            report.sections.append(("chip console", console))
    return report


def _console(target: Target) -> str:
    from mooring_host.errors import Error

    try:
        return target.console().replace("\r\n", "\n")
    except Error as error:  # the chip's server may have been what failed
        return f"not to be had: {error}"
