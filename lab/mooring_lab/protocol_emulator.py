# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""``emulator://NAME``: a chip in this process, opened by pyserial as any other port.

The URL's parameters are in `mooring_lab.emulated.Settings`.  Ports of one name lead to one
chip, which stays powered when they are closed, as a board does.  Virtual time passes while
a reader waits and while bytes are on the line, and at no other time.

pyserial finds this module by its name, in a package of the entry-point group
``serial.protocol_handler_packages``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, cast

from serial.serialutil import PortNotOpenError, SerialBase, SerialException

from mooring_host.errors import Error
from mooring_lab import emulated
from mooring_lab.board import Board
from mooring_models.clock import SECOND, seconds

BITS_PER_BYTE: Final = 10

# Terminal programs read in one thread and write in another; the models know of none.
_one_thread: Final = threading.RLock()


class Serial(SerialBase):
    """A pyserial port wired to the chip of its URL.

    Rate and format are strapped on the board, so the port's own settings change nothing.
    DTR and RTS reach the board: RTS alone holds the chip in reset.
    """

    is_open = False
    # What pyserial's base class keeps of the port's settings.
    _port: str | None
    _timeout: float | None
    _break_state: bool
    _dtr_state: bool
    _rts_state: bool

    def open(self) -> None:
        """Connects to the chip, making it first if there is none of that name."""
        if self.is_open:
            raise SerialException("the port is open already")
        if self._port is None:
            raise SerialException("the port has no URL")
        try:
            self._board: Board = emulated.board_at(self._port)
        except Error as error:
            raise SerialException(str(error)) from error
        self._inbox = bytearray()
        self._unlisten: Callable[[], None] = self._board.link.listen(self._inbox.extend)
        self.is_open = True
        self._update_modem_lines()

    def close(self) -> None:
        """Disconnects; the chip goes on."""
        if self.is_open:
            self.is_open = False
            self._unlisten()

    @property
    def board(self) -> Board:
        """The board behind the port."""
        self._check_open()
        return self._board

    def _check_open(self) -> None:
        if not self.is_open:
            raise PortNotOpenError()

    @property
    def in_waiting(self) -> int:
        """Bytes that `read` would give at once.

        Asking while there are none takes one byte time, so that a program that polls gets on.
        """
        self._check_open()
        with _one_thread:
            if not self._inbox:
                self._board.advance(BITS_PER_BYTE / self._board.baud)
            return len(self._inbox)

    def read(self, size: int = 1, /) -> bytes:
        """Reads `size` bytes, fewer if the timeout passes first, in virtual time.

        Raises:
            SerialException: without a timeout, if the chip will never send that many.
        """
        self._check_open()
        with _one_thread:
            return self._read(size)

    def _read(self, size: int) -> bytes:
        board = self._board
        deadline = None if self._timeout is None else board.loop.now + seconds(self._timeout)
        while len(self._inbox) < size:
            self._serve(size, deadline)
            if len(self._inbox) < size and (deadline is None or board.loop.now >= deadline):
                break
        if deadline is None and len(self._inbox) < size:
            raise SerialException("the chip has nothing more to send, whatever time passes")
        data = bytes(self._inbox[:size])
        del self._inbox[:size]
        return data

    def _serve(self, size: int, deadline: int | None) -> None:
        """Lets time pass until enough has arrived, the deadline, or the end of all events."""
        link = self._board.link

        def enough() -> bool:
            return len(self._inbox) + link.waiting >= size

        loop = self._board.loop
        if deadline is not None:
            loop.run_until(enough, deadline)
        else:
            while not enough() and loop.run_next():
                pass
        self._board.settle()

    def write(self, data: object, /) -> int:
        """Puts bytes on the line; they take their time there, the caller does not wait."""
        self._check_open()
        sent = bytes(cast("bytes", data))
        with _one_thread:
            self._board.link.send(sent)
        return len(sent)

    def flush(self) -> None:
        """Nothing is kept back."""
        self._check_open()

    def reset_input_buffer(self) -> None:
        """Forgets what has arrived."""
        self._check_open()
        with _one_thread:
            self._board.settle()
            self._inbox.clear()

    def reset_output_buffer(self) -> None:
        """What was written is on the line already and can't be taken back."""
        self._check_open()

    def cancel_read(self) -> None:
        """A read never waits in real time, so there is none to cancel."""

    def monotonic(self) -> float:
        """Virtual seconds: the clock by which timeouts on this port are to be measured."""
        self._check_open()
        return self._board.loop.now / SECOND

    def sleep(self, duration_s: float) -> None:
        """Lets virtual time pass."""
        self._check_open()
        with _one_thread:
            self._board.advance(duration_s)

    def _reconfigure_port(self) -> None:
        """Rate and format are the board's."""

    def _update_break_state(self) -> None:
        if self._break_state:
            with _one_thread:
                self._board.link.send_break()

    def _update_modem_lines(self) -> None:
        with _one_thread:
            self._board.modem_lines(dtr=self._dtr_state, rts=self._rts_state)

    _update_dtr_state = _update_modem_lines
    _update_rts_state = _update_modem_lines

    @property
    def cts(self) -> bool:
        """Clear to send: always."""
        return True

    @property
    def dsr(self) -> bool:
        """Data set ready: always."""
        return True

    @property
    def ri(self) -> bool:
        """Ring indicator: never."""
        return False

    @property
    def cd(self) -> bool:
        """Carrier detect: always."""
        return True
