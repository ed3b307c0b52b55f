# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The line to a chip: any port that pyserial can open, behind a small interface."""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self, runtime_checkable
from urllib.parse import urlsplit

import serial

from mooring_host.errors import Error, TransportError

DEFAULT_BAUD: Final = 115200
HANDLER_GROUP: Final = "serial.protocol_handler_packages"
"""Entry points that name packages with pyserial protocol handlers, as ``emulator://`` has."""

_RESET_PULSE_S: Final = 0.05
_POLL_S: Final = 0.05
"""Time-out of a single read of the port; set once, since RFC 2217 ports negotiate anew
whenever it changes."""
_WRITE_TIMEOUT_S: Final = 10.0


class Transport(Protocol):
    """A line of bytes with a clock.

    The clock is the line's own: for an emulated chip it is virtual, and a timeout costs no
    time of a person's.
    """

    @property
    def name(self) -> str:
        """The port, for messages."""
        ...

    def write(self, data: bytes) -> None:
        """Sends all of `data`; raises `TransportError`."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, at least 1 byte; none after `timeout_s`. Raises `TransportError`."""
        ...

    def discard_input(self) -> None:
        """Forgets what has arrived."""
        ...

    def monotonic(self) -> float:
        """Seconds of the line's clock."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Lets `seconds` of the line's clock pass."""
        ...

    def close(self) -> None:
        """Gives the port back; closing twice is no error."""
        ...


class Port(Protocol):
    """What is used of a pyserial port."""

    @property
    def dtr(self) -> bool: ...

    @dtr.setter
    def dtr(self, value: bool, /) -> None: ...

    @property
    def rts(self) -> bool: ...

    @rts.setter
    def rts(self, value: bool, /) -> None: ...

    @property
    def in_waiting(self) -> int: ...

    def write(self, data: bytes, /) -> int | None: ...

    def read(self, size: int = 1, /) -> bytes: ...

    def reset_input_buffer(self) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class VirtualTime(Protocol):
    """A pyserial port whose time is its own, such as an emulated chip's."""

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Lets time pass."""
        ...


class SerialTransport:
    """A pyserial port as a transport."""

    def __init__(self, port: Port, name: str) -> None:
        """Takes over `port`, whose reads must time out by themselves soon."""
        self._port = port
        self._name = name
        self._monotonic: Callable[[], float] = time.monotonic
        self._sleep: Callable[[float], None] = time.sleep
        if isinstance(port, VirtualTime):
            self._monotonic = port.monotonic
            self._sleep = port.sleep

    @property
    def name(self) -> str:
        return self._name

    @property
    def port(self) -> Port:
        """The port itself, for what only some ports can do."""
        return self._port

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except (serial.SerialException, OSError) as error:
            raise self._failed("write to", error) from error

    def read(self, timeout_s: float) -> bytes:
        deadline = self._monotonic() + timeout_s
        try:
            while not (first := self._port.read(1)):
                if self._monotonic() >= deadline:
                    return b""
            waiting = self._port.in_waiting
            return first + self._port.read(waiting) if waiting else first
        except (serial.SerialException, OSError, TypeError) as error:
            # pyserial's POSIX port raises TypeError if it was closed by another thread.
            raise self._failed("read from", error) from error

    def discard_input(self) -> None:
        try:
            self._port.reset_input_buffer()
        except (serial.SerialException, OSError) as error:
            raise self._failed("read from", error) from error

    def monotonic(self) -> float:
        return self._monotonic()

    def sleep(self, seconds: float) -> None:
        self._sleep(seconds)

    def close(self) -> None:
        self._port.close()

    def pulse_reset(self) -> None:
        """Pulls the reset line (RTS, with DTR released), as boards wire it.

        Raises:
            TransportError: the port has no such lines, as a pseudo-terminal has not.
        """
        try:
            self._port.dtr = False
            self._port.rts = True
            self._sleep(_RESET_PULSE_S)
            self._port.rts = False
        except (serial.SerialException, OSError) as error:
            raise TransportError(
                f"pull the reset line of {self._name}",
                f"the port has none: {error}",
                "Use the RESET command: mooring chip reset",
            ) from error
        self.discard_input()

    def _failed(self, verb: str, error: Exception) -> TransportError:
        return TransportError(
            f"{verb} {self._name}",
            f"the port failed: {error}",
            "Is the chip still connected? Is another program using the port?",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def register_protocol_handlers() -> None:
    """Tells pyserial of the packages with URL handlers that are installed."""
    for point in entry_points(group=HANDLER_GROUP):
        if point.value not in serial.protocol_handler_packages:
            serial.protocol_handler_packages.append(point.value)


def open_transport(url: str, baud: int = DEFAULT_BAUD) -> SerialTransport:
    """Opens a device, a pyserial URL or an emulated chip.

    Args:
        url: ``/dev/ttyUSB0``, ``socket://host:port``, ``rfc2217://host:port``,
            ``emulator://name`` and whatever else pyserial knows.
        baud: bits a second, 8N1.

    Raises:
        TransportError: there is no such port, it may not be opened, or it is in use.
    """
    register_protocol_handlers()
    attempted = f"open the port {url}"
    device = "://" not in url
    _check_address(attempted, url)
    try:
        port = serial.serial_for_url(
            url,
            baudrate=baud,
            timeout=_POLL_S,
            write_timeout=_WRITE_TIMEOUT_S if device else None,
            # Two programs on one device would read each other's answers.
            exclusive=True if device else None,
        )
    except serial.SerialException as error:
        raise TransportError(attempted, *_why(url, error)) from error
    except LookupError as error:  # of a parameter that a handler does not know
        raise TransportError(
            attempted, f"expected another address: {error}", "List the ports: mooring chip list"
        ) from error
    except (OSError, ValueError, re.error) as error:
        raise TransportError(
            attempted, str(error), "List the ports of this machine: mooring chip list"
        ) from error
    return SerialTransport(port, url)


def _check_address(attempted: str, url: str) -> None:
    """Refuses what pyserial would refuse too, but in words of its own inside."""
    scheme = url.partition("://")[0]
    if scheme not in ("socket", "rfc2217"):
        return
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname and parts.port)
    except ValueError:
        good = False
    if not good:
        raise TransportError(
            attempted,
            f"expected HOST:PORT after {scheme}://, with a port from 1 to 65535",
            f"As in {scheme}://127.0.0.1:7301",
        )


def _number(error: BaseException | None) -> tuple[int | None, str]:
    """(errno, text) of the error that lies at the bottom; termios has its in the arguments.

    What a handler of ours has explained already is not dug out from under it.
    """
    number, text = None, ""
    while error is not None:
        if isinstance(error, Error):
            return None, ""
        match error.args:
            case (int(found), str(said), *_):
                number, text = found, said
            case _:
                pass
        error = error.__cause__ or error.__context__
    return number, text


def _why(url: str, error: serial.SerialException) -> tuple[str, str]:
    """(found, hint) for a port that did not open."""
    number, text = _number(error)
    path = Path(url)
    if "://" not in url:
        if number == errno.ENOENT or not path.exists():
            return "there is no such device", "List the ports: mooring chip list"
        if number == errno.EACCES:
            return (
                "permission denied",
                "Join the group that owns the device (often dialout), then log in again: "
                "mooring doctor",
            )
        if number in (errno.EAGAIN, errno.EBUSY) or "exclusive" in str(error).lower():
            return "another program is using the port", f"Find it with: fuser {url}"
        if number in (errno.ENOTTY, errno.EISDIR) or path.is_file():
            return "this is not a serial port", "List the ports: mooring chip list"
    return text or str(error), "Is the address right, and is the chip served there?"
