# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The loop that keeps served chips alive: their time, their lines, their lab sockets.

One thread does everything, so that the models need no locks.  What a chip says is passed on
only after its fuses and memory are in the state file: a killed server never makes a chip
forget what it has already answered.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final, Protocol

from mooring_host.errors import Error
from mooring_lab.board import Board, BoardLine
from mooring_lab.running import Registration, RunningChip
from mooring_lab.serve.endpoints import Endpoint, Wire
from mooring_lab.serve.lab_socket import LabSocket
from mooring_lab.serve.reactor import Reactor
from mooring_models.clock import Pacer

logger = logging.getLogger(__name__)

# Short waits are cheaper spent in select() with its millisecond grain than spun away.
LONGEST_WAIT_S: Final = 1.0

# What signal.signal() takes and gives back.
_Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None
MakeEndpoint = Callable[[Reactor, Wire], Endpoint]


class Debugger(Protocol):
    """Where a debugger connects to the core of a chip, and stops it and time."""

    @property
    def address(self) -> str:
        """``HOST:PORT``."""
        ...

    def pass_time(self, run: Callable[[], float | None]) -> float | None:
        """Calls `run`, which lets time pass, unless time is to stand still."""
        ...

    def close(self) -> None:
        """Hangs up and listens no more."""
        ...


MakeDebugger = Callable[[Reactor, Board, Callable[[], None]], Debugger]
"""Makes one; the function that it gets is to be called when time goes on."""


class _ServedLine:
    """Joins one line of the board to its endpoints."""

    def __init__(self, board: Board, line: BoardLine, reactor: Reactor) -> None:
        self._board = board
        self._line = line
        self._reactor = reactor
        self._endpoints: list[Endpoint] = []
        self._unlisten = line.listen(self._from_chip)
        self.touched: Callable[[], object] = board.settle

    def join(self, make: MakeEndpoint) -> None:
        """Adds an endpoint."""
        self._endpoints.append(make(self._reactor, self))

    @property
    def urls(self) -> tuple[str, ...]:
        """All ports, in the order in which they joined."""
        return tuple(url for endpoint in self._endpoints for url in endpoint.urls)

    def _from_chip(self, data: bytes) -> None:
        for endpoint in self._endpoints:
            endpoint.send(data)

    def from_outside(self, data: bytes) -> None:
        """Puts a peer's bytes on the line, at the present moment."""
        self.touched()
        self._line.send(data)

    def modem_lines(self, *, dtr: bool, rts: bool) -> None:
        """Passes a peer's control lines to the board."""
        self.touched()
        self._board.modem_lines(dtr=dtr, rts=rts)

    def purge(self) -> None:
        """Nothing is kept: bytes are on the line as soon as they arrive."""

    def close(self) -> None:
        """Takes every endpoint away."""
        self._unlisten()
        for endpoint in self._endpoints:
            endpoint.close()
        self._endpoints.clear()


class ServedChip:
    """One chip with its name, its endpoints, its lab socket and its pace.

    Args:
        board: the chip on its board; closed with this.
        registration: its name.
        lab_path: where its lab socket goes.
        reactor: where its endpoints wait.
        fast: let virtual time run ahead as soon as a line has work, instead of following
            the wall clock.
        speed: virtual seconds for each second of the wall clock.
    """

    def __init__(
        self,
        board: Board,
        registration: Registration,
        lab_path: Path,
        reactor: Reactor,
        *,
        fast: bool,
        speed: float,
    ) -> None:
        self.board: Final = board
        self.name: Final = board.name
        self._registration = registration
        self._fast = fast
        self._pacer = Pacer(board.loop, time.monotonic, time.sleep, speed)
        self.link: Final = _ServedLine(board, board.link, reactor)
        self.console: Final = _ServedLine(board, board.console_line, reactor)
        for line in (self.link, self.console):
            line.touched = self._catch_up
        self._lab = LabSocket(reactor, board, lab_path)
        self._reactor = reactor
        self._debugger: Debugger | None = None

    def debug(self, make: MakeDebugger) -> None:
        """Lets a debugger connect."""
        self._debugger = make(self._reactor, self.board, self._pacer.restart)

    def publish(self) -> RunningChip:
        """Lists the chip among those that run."""
        board = self.board
        record = RunningChip(
            name=board.name,
            pid=os.getpid(),
            ports=self.link.urls,
            consoles=self.console.urls,
            lab=str(self._lab.path),
            state=str(board.state_path or ""),
            baud=board.baud,
            cpu=board.chip.config.cpu,
            gdb=self._debugger.address if self._debugger is not None else "",
        )
        self._registration.publish(record)
        return record

    def _catch_up(self) -> float | None:
        """Brings virtual time up to the wall clock."""
        return self._pass(self._pacer.catch_up)

    def _run(self) -> float | None:
        """The same, and on while there is work if the chip is a fast one."""
        wait = self._pacer.catch_up()
        if self._fast and self.board.run_while_busy():
            wait = self._pacer.catch_up()
        return wait

    def _pass(self, run: Callable[[], float | None]) -> float | None:
        return run() if self._debugger is None else self._debugger.pass_time(run)

    def work(self) -> float | None:
        """Does what is due.

        Returns:
            Seconds until there is more to do, or None if only the outside can cause it.
        """
        wait = self._pass(self._run)
        self.board.settle()
        return wait

    def close(self) -> None:
        """Saves the chip and takes all its names away."""
        self.link.close()
        self.console.close()
        self._lab.close()
        if self._debugger is not None:
            self._debugger.close()
        try:
            self.board.close()
        finally:
            self._registration.close()


class Server:
    """Serves chips until it is told to stop.

    While entered, SIGINT and SIGTERM end `run` instead of the process, also before it begins;
    leaving it closes every chip.
    """

    def __init__(self) -> None:
        self.reactor: Final = Reactor()
        self._chips: list[ServedChip] = []
        self._stopping = False
        self._signals = _Signals(self.reactor, self.stop)

    def __enter__(self) -> Server:
        self._signals.catch()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close(quietly=value is not None)
        finally:
            self._signals.release()
            self.reactor.close()

    def add(self, chip: ServedChip) -> None:
        """Serves one more chip, which the server closes in the end."""
        self._chips.append(chip)

    @property
    def chips(self) -> Sequence[ServedChip]:
        """The chips being served."""
        return self._chips

    def stop(self) -> None:
        """Ends `run` after the work under way."""
        self._stopping = True

    def run(self) -> None:
        """Serves until stopped, by `stop` or by SIGINT or SIGTERM.

        Raises:
            StateFileError: a chip's state can't be saved; the chip stops there, since it
                must not answer what it may forget.
        """
        while not self._stopping:
            waits = [chip.work() for chip in self._chips]
            known = [wait for wait in waits if wait is not None]
            self.reactor.wait(min([LONGEST_WAIT_S, *known]))

    def _close(self, *, quietly: bool) -> None:
        """Closes every chip, also when one of them objects.

        Args:
            quietly: an error is under way already and must not be hidden by another.
        """
        problems: list[Error] = []
        for chip in self._chips:
            try:
                chip.close()
            except Error as error:
                problems.append(error)
        self._chips.clear()
        if problems and not quietly:
            raise problems[0]


class _Signals:
    """Lets SIGINT and SIGTERM wake the reactor and call `stop`."""

    def __init__(self, reactor: Reactor, stop: Callable[[], None]) -> None:
        self._reactor = reactor
        self._stop = stop
        self._before: dict[signal.Signals, _Handler] = {}

    def catch(self) -> None:
        """Takes the signals over."""
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._reactor.watch(self._near, self._woken, selectors.EVENT_READ)
        self._old_fd = signal.set_wakeup_fd(self._far.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._caught)

    def release(self) -> None:
        """Gives the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_fd)
        self._reactor.forget(self._near)
        self._near.close()
        self._far.close()

    def _caught(self, number: int, _frame: FrameType | None) -> None:
        logger.info("stopped by %s", signal.Signals(number).name)
        self._stop()

    def _woken(self, _events: int) -> None:
        self._near.recv(64)
