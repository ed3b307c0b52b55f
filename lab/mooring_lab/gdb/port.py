# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The TCP port that a debugger connects to."""

from __future__ import annotations

from collections.abc import Callable

from mooring_lab.board import Board
from mooring_lab.gdb.chip_target import ChipTarget
from mooring_lab.gdb.stub import Stub
from mooring_lab.gdb.target import Stop
from mooring_lab.serve.endpoints import Address, TcpPort
from mooring_lab.serve.reactor import Reactor


class GdbPort(TcpPort):
    """Lets one client at a time debug the core of a served chip.

    The core stops when a client comes, and goes on when it has gone.

    Args:
        reactor: where the port waits.
        board: what the chip is on.
        address: where to listen.
        wait: hold the core at the reset vector until a client lets it go.
        on_resume: called when time begins to pass again.

    Raises:
        ServeError: the port can't be listened on, or the chip has no core to debug.
    """

    scheme = "gdb"
    _stub: Stub | None = None

    def __init__(
        self,
        reactor: Reactor,
        board: Board,
        address: Address,
        *,
        wait: bool,
        on_resume: Callable[[], None],
    ) -> None:
        self._target = ChipTarget(board)
        self._target.on_stop = self._stopped
        self._target.on_resume = on_resume
        if wait:
            self._target.halt()
        super().__init__(reactor, address)

    @property
    def address(self) -> str:
        """``HOST:PORT``, as ``target remote`` takes it."""
        return self._url.removeprefix(f"{self.scheme}://")

    def pass_time(self, run: Callable[[], float | None]) -> float | None:
        """As `ChipTarget.pass_time`."""
        return self._target.pass_time(run)

    def _greet(self) -> None:
        self._target.halt()
        self._stub = Stub(self._target, self._raw_send, self._hang_up)

    def _arrived(self, data: bytes) -> None:
        if self._stub is not None:
            self._stub.receive(data)

    def _stopped(self, stop: Stop) -> None:
        if self._stub is not None:
            self._stub.stopped(stop)

    def _hang_up(self) -> None:
        stub, self._stub = self._stub, None
        super()._hang_up()
        if stub is not None:
            stub.lost()
