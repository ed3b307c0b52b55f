# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A line's bytes pass whole through pty, TCP and RFC 2217, also after a peer misbehaved."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from mooring_lab.errors import ServeError
from mooring_lab.serve.endpoints import (
    Address,
    Endpoint,
    PtyEndpoint,
    Rfc2217Endpoint,
    TcpEndpoint,
    is_loopback,
)
from mooring_lab.serve.reactor import Reactor

# Every byte, and Telnet's own 0xFF next to everything else.
ALL_BYTES = bytes(range(256)) + b"\xff\xff\x00\x0d\x0a\x7e"
WAIT_S = 10.0


class EchoWire:
    """A line that answers with what it hears, and notes the control lines."""

    def __init__(self) -> None:
        self.endpoint: Endpoint | None = None
        self.lines: list[tuple[bool, bool]] = []

    def from_outside(self, data: bytes) -> None:
        assert self.endpoint is not None
        self.endpoint.send(data)

    def modem_lines(self, *, dtr: bool, rts: bool) -> None:
        self.lines.append((dtr, rts))

    def purge(self) -> None:
        pass


Make = Callable[[Reactor, EchoWire], Endpoint]


def make_pty(reactor: Reactor, wire: EchoWire) -> Endpoint:
    return PtyEndpoint(reactor, wire, None)


def make_tcp(reactor: Reactor, wire: EchoWire) -> Endpoint:
    return TcpEndpoint(reactor, wire, Address("127.0.0.1:0"))


def make_rfc2217(reactor: Reactor, wire: EchoWire) -> Endpoint:
    return Rfc2217Endpoint(reactor, wire, Address("127.0.0.1:0"))


@pytest.fixture
def wire() -> EchoWire:
    return EchoWire()


@pytest.fixture(params=[make_pty, make_tcp, make_rfc2217], ids=["pty", "tcp", "rfc2217"])
def make(request: pytest.FixtureRequest) -> Make:
    chosen: Make = request.param
    return chosen


def serve(make: Make, wire: EchoWire) -> Iterator[Endpoint]:
    """An endpoint, served by a thread as a server's loop does."""
    reactor = Reactor()
    endpoint = make(reactor, wire)
    wire.endpoint = endpoint
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            reactor.wait(0.005)

    thread = threading.Thread(target=run)
    thread.start()
    yield endpoint
    stop.set()
    thread.join()
    endpoint.close()
    reactor.close()


@pytest.fixture
def endpoint(make: Make, wire: EchoWire) -> Iterator[Endpoint]:
    yield from serve(make, wire)


@pytest.fixture
def rfc2217(wire: EchoWire) -> Iterator[Endpoint]:
    yield from serve(make_rfc2217, wire)


def open_port(url: str) -> serial.Serial:
    return serial.serial_for_url(url, baudrate=115200, timeout=WAIT_S)


def test_every_byte_passes_both_ways(endpoint: Endpoint) -> None:
    with open_port(endpoint.urls[0]) as port:
        port.write(ALL_BYTES)

        assert port.read(len(ALL_BYTES)) == ALL_BYTES


def test_next_peer_is_served_after_one_left_in_the_middle(endpoint: Endpoint) -> None:
    with open_port(endpoint.urls[0]) as port:
        port.write(ALL_BYTES)

    with open_port(endpoint.urls[0]) as port:
        port.reset_input_buffer()
        port.write(b"still there\n")

        assert port.read_until(b"still there\n").endswith(b"still there\n")


def test_long_answers_arrive_whole(endpoint: Endpoint) -> None:
    data = ALL_BYTES * 40

    with open_port(endpoint.urls[0]) as port:
        received = b""
        for at in range(0, len(data), 1000):
            port.write(data[at : at + 1000])
            received += port.read(len(data[at : at + 1000]))

    assert received == data


def test_second_tcp_peer_is_hung_up_on_and_the_first_undisturbed(wire: EchoWire) -> None:
    for endpoint in serve(make_tcp, wire):
        with open_port(endpoint.urls[0]) as first, open_port(endpoint.urls[0]) as second:
            with pytest.raises(serial.SerialException):
                second.read(1)
            first.write(b"mine")

            assert first.read(4) == b"mine"


def test_control_lines_arrive_over_rfc2217(rfc2217: Endpoint, wire: EchoWire) -> None:
    with open_port(rfc2217.urls[0]) as port:
        port.dtr = False
        port.rts = True
        port.rts = False

    assert wire.lines[-3:] == [(False, True), (False, True), (False, False)]


@pytest.mark.parametrize(
    "malformed",
    [
        pytest.param("ff fa 2c 01 00 ff f0", id="rate of one byte"),
        pytest.param("ff fa 2c 02 ff f0", id="no data size"),
        pytest.param("ff fa 2c 03 63 ff f0", id="unknown parity"),
        pytest.param("ff fa 2c 04 63 ff f0", id="unknown stop bits"),
        pytest.param("ff f0", id="end of an option that never began"),
    ],
)
def test_peer_with_malformed_port_options_is_hung_up_on_and_the_next_is_served(
    rfc2217: Endpoint, malformed: str
) -> None:
    address = ("127.0.0.1", int(rfc2217.urls[0].rpartition(":")[2]))
    with socket.create_connection(address, WAIT_S) as peer:
        peer.sendall(bytes.fromhex(malformed))
        while peer.recv(1000):
            pass  # the server's greeting, then its end of the connection

    with open_port(rfc2217.urls[0]) as port:
        port.write(b"next")

        assert port.read(4) == b"next"


def test_port_in_use_is_a_clear_error() -> None:
    reactor = Reactor()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]

        with pytest.raises(ServeError) as caught:
            TcpEndpoint(reactor, EchoWire(), Address(f"127.0.0.1:{port}"))

    reactor.close()
    assert caught.value.attempted == f"listen on 127.0.0.1:{port}"
    assert "in use" in caught.value.found
    assert "another port" in caught.value.hint


@pytest.mark.parametrize("text", ["", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:-1", "h:65536"])
def test_address_that_is_none_is_a_clear_error(text: str) -> None:
    with pytest.raises(ServeError, match="port number from 0 to 65535"):
        Address(text)


def test_further_chips_take_the_ports_that_follow() -> None:
    assert Address("[::1]:7301").plus(2).port == 7303
    assert Address("[::1]:7301").plus(2).host == "::1"
    assert Address("127.0.0.1:0").plus(2).port == 0


def test_only_loopback_names_count_as_loopback() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost")] == [True] * 3
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "192.0.2.1", "127.example"))  # noqa: S104


def place(link: Path) -> PtyEndpoint:
    reactor = Reactor()
    try:
        return PtyEndpoint(reactor, EchoWire(), link)
    finally:
        reactor.close()


def test_link_leads_to_the_pty_and_goes_with_it(tmp_path: Path) -> None:
    link = tmp_path / "new folder" / "chip"
    reactor = Reactor()
    endpoint = PtyEndpoint(reactor, EchoWire(), link)

    assert str(link.readlink()) == endpoint.device
    assert endpoint.urls == (str(link), endpoint.device)
    endpoint.close()
    reactor.close()
    assert not link.is_symlink()


def test_link_left_by_a_killed_server_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "chip"
    link.symlink_to("/dev/pts/4194304")
    reactor = Reactor()
    endpoint = PtyEndpoint(reactor, EchoWire(), link)

    assert str(link.readlink()) == endpoint.device
    endpoint.close()
    reactor.close()


def test_link_that_somebody_took_over_is_left_alone(tmp_path: Path) -> None:
    link = tmp_path / "chip"
    reactor = Reactor()
    endpoint = PtyEndpoint(reactor, EchoWire(), link)
    link.unlink()
    link.symlink_to("/dev/pts/4194304")

    endpoint.close()
    reactor.close()

    assert str(link.readlink()) == "/dev/pts/4194304"


def test_file_in_the_place_of_the_link_is_not_touched(tmp_path: Path) -> None:
    link = tmp_path / "chip"
    link.write_text("a letter")

    with pytest.raises(ServeError, match="something else of that name"):
        place(link)

    assert link.read_text() == "a letter"


def test_link_to_anything_but_a_pty_is_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "chip"
    link.symlink_to(tmp_path)

    with pytest.raises(ServeError, match="which is no pseudo-terminal"):
        place(link)

    assert link.readlink() == tmp_path
