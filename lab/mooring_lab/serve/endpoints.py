# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Places where a person's tools plug into a serial line: a pty, a TCP port, an RFC 2217 port.

Several endpoints of one line are joined like taps on one wire: what the chip sends goes to
all of them, what any of them sends goes to the chip.  A TCP endpoint takes one peer at a
time and hangs up on a second one, as serial port servers do.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import pty
import selectors
import socket
import struct
import termios
import tty
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol, cast

import serial
from serial import rfc2217

from mooring_lab.errors import ServeError
from mooring_lab.serve.reactor import Reactor, Stream

logger = logging.getLogger(__name__)


class Wire(Protocol):
    """The outside of one serial line of the board."""

    def from_outside(self, data: bytes) -> None:
        """Takes bytes that a peer sent."""
        ...

    def modem_lines(self, *, dtr: bool, rts: bool) -> None:
        """Takes the state of the peer's control lines."""
        ...

    def purge(self) -> None:
        """Forgets what is on its way to the chip."""
        ...


class Endpoint(Protocol):
    """What the server needs of an endpoint."""

    @property
    def urls(self) -> tuple[str, ...]:
        """Names under which pyserial opens it, the best one first."""
        ...

    def send(self, data: bytes) -> None:
        """Passes on what the chip sent."""
        ...

    def close(self) -> None:
        """Takes it away and removes its names."""
        ...


class PtyEndpoint:
    """A pseudo-terminal, and a symbolic link with a stable name to it.

    Raises:
        ServeError: the link's name is taken by something else.
    """

    def __init__(self, reactor: Reactor, wire: Wire, link: Path | None) -> None:
        # The near side stays open, so that the far side survives its peers.
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        self.device: Final = os.ttyname(self._slave)
        self.link: Final = link
        self._stream = Stream(reactor, self._master, wire.from_outside, self._lost, lossy=True)
        if link is not None:
            try:
                _place_link(link, self.device)
            except ServeError:
                self._close_pty()
                raise

    @property
    def urls(self) -> tuple[str, ...]:
        """The link, then the device."""
        return (*([str(self.link)] if self.link else []), self.device)

    def _lost(self) -> None:
        logger.error("%s: the pseudo-terminal has gone", self.device)

    def send(self, data: bytes) -> None:
        """Writes to the far side; what nobody reads is lost once the buffer is full."""
        self._stream.send(data)

    def _close_pty(self) -> None:
        self._stream.close()
        os.close(self._master)
        os.close(self._slave)

    def close(self) -> None:
        """Removes the link if it is still ours, and closes both sides."""
        link = self.link
        if link is not None and link.is_symlink() and str(link.readlink()) == self.device:
            link.unlink()
        self._close_pty()


def _place_link(link: Path, device: str) -> None:
    """Makes `link` point to `device`, replacing only a link to another pseudo-terminal."""
    if link.is_symlink():
        if not str(link.readlink()).startswith("/dev/pts/"):
            raise ServeError(
                f"make the link {link}",
                f"a link to {link.readlink()}, which is no pseudo-terminal",
                "choose another name with --link, or remove it",
            )
    elif link.exists():
        raise ServeError(
            f"make the link {link}",
            "something else of that name",
            "choose another name with --link, or remove it",
        )
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(device)
        fresh.replace(link)
    except OSError as error:
        raise ServeError(
            f"make the link {link}", str(error), "choose another place with --link"
        ) from error


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


class Address:
    """A host and a port number.

    Raises:
        ServeError: the text is not ``HOST:PORT`` or ``PORT``.
    """

    def __init__(self, text: str) -> None:
        host, _, port = text.rpartition(":")
        self.host: Final = host.strip("[]") or "127.0.0.1"
        if not port.isdecimal() or not 0 <= int(port) <= 65535:
            raise ServeError(
                f"read the address {text!r}",
                f"{port!r} where a port number from 0 to 65535 belongs",
                "write HOST:PORT, for instance 127.0.0.1:7301; port 0 takes a free one",
            )
        self.port: Final = int(port)

    def plus(self, offset: int) -> Address:
        """The address of the `offset`-th chip; port 0 stays what it is."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return Address(f"{host}:{self.port + offset if self.port else 0}")


class TcpPort(ABC):
    """A listening TCP port for one peer at a time; a second one is hung up on.

    Raises:
        ServeError: the port can't be listened on.
    """

    scheme: str

    def __init__(self, reactor: Reactor, address: Address) -> None:
        self._reactor = reactor
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((address.host, address.port))
            self._listener.listen()
        except OSError as error:
            self._listener.close()
            raise ServeError(
                f"listen on {address.host}:{address.port}",
                error.strerror or str(error),
                "choose another port, or 0 for any free one",
            ) from error
        self._listener.setblocking(False)
        name = cast("tuple[str, int]", self._listener.getsockname())
        host = f"[{name[0]}]" if ":" in name[0] else name[0]
        self._url = f"{self.scheme}://{host}:{name[1]}"
        self._peer: socket.socket | None = None
        self._stream: Stream | None = None
        reactor.watch(self._listener, self._accept, selectors.EVENT_READ)

    @property
    def urls(self) -> tuple[str, ...]:
        """The address, in pyserial's form."""
        return (self._url,)

    def _accept(self, _: int) -> None:
        try:
            peer, address = self._listener.accept()
        except OSError:  # it left before it was served
            return
        if self._peer is not None:
            logger.warning("%s: %s hung up on, the port is in use", self._url, address)
            peer.close()
            return
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peer = peer
        self._stream = Stream(self._reactor, peer.fileno(), self._arrived, self._hang_up)
        self._greet()

    @abstractmethod
    def _greet(self) -> None:
        """Begins a session."""

    @abstractmethod
    def _arrived(self, data: bytes) -> None:
        """Takes what the peer sent."""

    def _raw_send(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.send(data)

    def _hang_up(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if self._peer is not None:
            self._peer.close()
            self._peer = None

    def close(self) -> None:
        """Hangs up and listens no more."""
        self._hang_up()
        self._reactor.forget(self._listener)
        self._listener.close()


class TcpEndpoint(TcpPort):
    """A TCP port that carries the line's bytes as they are."""

    scheme = "socket"

    def __init__(self, reactor: Reactor, wire: Wire, address: Address) -> None:
        super().__init__(reactor, address)
        self._wire = wire

    def _greet(self) -> None:
        """A line has no beginning."""

    def _arrived(self, data: bytes) -> None:
        self._wire.from_outside(data)

    def send(self, data: bytes) -> None:
        """Passes the bytes to the peer, if there is one."""
        self._raw_send(data)


class _PortSettings:
    """What `serial.rfc2217.PortManager` takes for the port behind it.

    The chip's rate and format are strapped, so settings are kept and confirmed but change
    nothing.  DTR and RTS reach the board.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._dtr = False
        self._rts = False
        self.baudrate = 115200
        self.bytesize = 8
        self.parity = serial.PARITY_NONE
        self.stopbits = 1.0
        self.xonxoff = False
        self.rtscts = False
        self.dsrdtr = False
        self.break_condition = False
        self.cts = self.dsr = self.cd = True
        self.ri = False

    @property
    def dtr(self) -> bool:
        """Data terminal ready, as the peer set it."""
        return self._dtr

    @dtr.setter
    def dtr(self, value: bool) -> None:
        self._dtr = value
        self._wire.modem_lines(dtr=self._dtr, rts=self._rts)

    @property
    def rts(self) -> bool:
        """Request to send, as the peer set it."""
        return self._rts

    @rts.setter
    def rts(self, value: bool) -> None:
        self._rts = value
        self._wire.modem_lines(dtr=self._dtr, rts=self._rts)

    def reset_input_buffer(self) -> None:
        """Nothing is buffered on the way out."""

    def reset_output_buffer(self) -> None:
        """Forgets what is on its way to the chip."""
        self._wire.purge()


class _Telnet:
    """The connection as `PortManager` writes to it."""

    def __init__(self, endpoint: Rfc2217Endpoint) -> None:
        self._endpoint = endpoint

    def write(self, data: bytes) -> None:
        """Sends bytes that are escaped already."""
        self._endpoint.send_escaped(data)


# What pyserial's manager raises on options that are too short, unknown or out of order.
_MALFORMED: Final = (struct.error, LookupError, TypeError, ValueError)


class Rfc2217Endpoint(TcpEndpoint):
    """A TCP port with Telnet's serial port options, so that DTR and RTS work too."""

    scheme = "rfc2217"
    _manager: rfc2217.PortManager | None = None

    def _greet(self) -> None:
        # The manager uses of both only what the two classes here have.
        port = cast("rfc2217.Serial", _PortSettings(self._wire))
        self._manager = rfc2217.PortManager(port, cast("rfc2217.Serial", _Telnet(self)))

    def send_escaped(self, data: bytes) -> None:
        """Sends as it is."""
        self._raw_send(data)

    def _arrived(self, data: bytes) -> None:
        if self._manager is None:
            return
        try:
            plain = b"".join(cast("Iterable[bytes]", self._manager.filter(data)))
        except _MALFORMED as error:
            logger.warning("%s: hung up on a peer, malformed options: %s", self._url, error)
            self._hang_up()
            return
        if plain:
            self._wire.from_outside(plain)

    def send(self, data: bytes) -> None:
        """Escapes and sends."""
        if self._manager is not None:
            self._raw_send(b"".join(cast("Iterable[bytes]", self._manager.escape(data))))

    def _hang_up(self) -> None:
        super()._hang_up()
        self._manager = None
