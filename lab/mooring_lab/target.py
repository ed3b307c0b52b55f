# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip to be tested: in this process, or behind any port; tests need not know which."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from mooring_host.chip import ChipClient
from mooring_host.link import DEFAULT_TIMEOUT_S, DEFAULT_TRIES
from mooring_host.transport import DEFAULT_BAUD
from mooring_lab import emulated
from mooring_lab.board import Board
from mooring_lab.control import LabControl
from mooring_lab.errors import NoLabSocketError
from mooring_lab.lab import Lab
from mooring_lab.running import chip_at
from mooring_lab.trace import WireTrace


class Target(Protocol):
    """A chip and what can be done to it."""

    @property
    def port(self) -> str:
        """What pyserial opens."""
        ...

    @property
    def lab(self) -> Lab:
        """Hands on the board; raises `NoLabSocketError` where there are none."""
        ...

    @property
    def trace(self) -> WireTrace:
        """What this target's clients have said and heard."""
        ...

    def connect(
        self, *, timeout_s: float = DEFAULT_TIMEOUT_S, tries: int = DEFAULT_TRIES
    ) -> ChipClient:
        """A client of the chip; it is closed with the target."""
        ...

    def reset(self) -> None:
        """Resets the chip: by the reset line where there is one, else by the RESET command."""
        ...

    def console(self) -> str:
        """What the chip's console has printed; empty where nobody listens to it."""
        ...

    def close(self) -> None:
        """Closes all clients."""
        ...


class _Traced:
    """What both kinds of target have in common."""

    def __init__(self, port: str, baud: int) -> None:
        self.port: Final = port
        self._baud = baud
        self._clients: list[ChipClient] = []
        self._now_s = 0.0
        self.trace: Final = WireTrace(self._line_time)

    def _line_time(self) -> float:
        return self._clients[-1].link.transport.monotonic() if self._clients else 0.0

    def connect(
        self, *, timeout_s: float = DEFAULT_TIMEOUT_S, tries: int = DEFAULT_TRIES
    ) -> ChipClient:
        """A client of the chip."""
        client = ChipClient.open(
            self.port,
            baud=self._baud,
            timeout_s=timeout_s,
            tries=tries,
            observer=self.trace.observe,
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        """Closes all clients."""
        for client in self._clients:
            client.close()
        self._clients.clear()


class EmulatedTarget(_Traced):
    """A chip in this process; satisfies `Target`."""

    def __init__(self, board: Board) -> None:
        super().__init__(emulated.adopt(board), board.baud)
        self.lab: Final[Lab] = board

    def reset(self) -> None:
        """Pulls the reset line."""
        self.lab.reset()

    def console(self) -> str:
        """What the console has printed."""
        return self.lab.console()

    def close(self) -> None:
        """Closes all clients and takes the chip away."""
        super().close()
        emulated.remove(self.port.removeprefix(f"{emulated.SCHEME}://"))


class PortTarget(_Traced):
    """A chip behind a port; satisfies `Target`.

    Args:
        port: what pyserial opens.
        lab: its lab socket; by default that of a chip served on this machine at this port.
        baud: line rate in bit/s.
    """

    def __init__(self, port: str, lab: Path | None = None, baud: int = DEFAULT_BAUD) -> None:
        super().__init__(port, baud)
        self._control: LabControl | None = None
        if lab is None and (served := chip_at(port)) is not None:
            lab = Path(served.lab)
        if lab is not None:
            self._control = LabControl(lab)

    @property
    def has_lab(self) -> bool:
        """Whether there are hands on the board."""
        return self._control is not None

    @property
    def lab(self) -> Lab:
        """Hands on the board, through the lab socket.

        Raises:
            NoLabSocketError: there is none.
        """
        if self._control is None:
            raise NoLabSocketError(
                f"lay hands on the board at {self.port}",
                "it has no lab socket: it may be a real one, or served on another machine",
                "name the socket with --chip-lab if there is one",
            )
        return self._control

    def reset(self) -> None:
        """Pulls the reset line if the lab can, else sends RESET."""
        if self._control is not None:
            self._control.reset()
        elif self._clients:
            self._clients[-1].reset()
        else:
            # Not kept: some ports take only one client at a time.
            with ChipClient.open(self.port, baud=self._baud) as client:
                client.reset()

    def console(self) -> str:
        """What the console has printed, if there is a lab socket."""
        return self._control.console() if self._control is not None else ""

    def close(self) -> None:
        """Closes all clients and the lab socket."""
        super().close()
        if self._control is not None:
            self._control.close()
