# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ports: what opens, what does not and why, and the clock of a port that has its own."""

from __future__ import annotations

import os
import pty
import socket
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from mooring_host.chip import ChipClient
from mooring_host.errors import NoAnswer, TransportError
from mooring_host.transport import SerialTransport, open_transport, register_protocol_handlers


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: (our end, the name of the other)."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    try:
        yield ours, os.ttyname(theirs)
    finally:
        os.close(ours)
        os.close(theirs)


class Port:
    """A pyserial port that does as told."""

    def __init__(self, replies: list[bytes], failure: Exception | None = None) -> None:
        self.dtr = self.rts = True
        self.lines: list[tuple[bool, bool]] = []
        self.replies = replies
        self.failure = failure

    @property
    def in_waiting(self) -> int:
        return len(self.replies[0]) if self.replies else 0

    def write(self, data: bytes, /) -> int:
        if self.failure:
            raise self.failure
        return len(data)

    def read(self, size: int = 1, /) -> bytes:
        if self.failure:
            raise self.failure
        if not self.replies:
            return b""
        data, self.replies[0] = self.replies[0][:size], self.replies[0][size:]
        if not self.replies[0]:
            self.replies.pop(0)
        return data

    def reset_input_buffer(self) -> None:
        if self.failure:
            raise self.failure
        self.replies.clear()

    def close(self) -> None:
        pass


class VirtualPort(Port):
    """A port with a clock of its own."""

    now = 100.0

    def monotonic(self) -> float:
        self.now += 0.05
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_bytes_cross_a_pseudo_terminal(terminal: tuple[int, str]) -> None:
    ours, name = terminal
    with open_transport(name) as transport:
        transport.write(b"\x7e\x00\xff\x11\x13")
        os.write(ours, b"\x03answer")

        assert os.read(ours, 100) == b"\x7e\x00\xff\x11\x13"
        assert transport.read(1.0) == b"\x03answer"
        os.write(ours, b"late")
        transport.discard_input()
        assert transport.read(0.0) == b""


def test_device_in_use_is_said_to_be(terminal: tuple[int, str]) -> None:
    with (
        open_transport(terminal[1]),
        pytest.raises(TransportError, match="another program is using the port"),
    ):
        open_transport(terminal[1])


def test_absent_device_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(TransportError, match="there is no such device") as got:
        open_transport(str(tmp_path / "tty"))
    assert "mooring chip list" in got.value.hint


def test_file_is_no_port(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("text")

    with pytest.raises(TransportError, match="not a serial port"):
        open_transport(str(path))


def test_permission_denied_names_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise serial.SerialException(13, "could not open port /dev/null: Permission denied")

    monkeypatch.setattr(serial, "serial_for_url", refuse)

    with pytest.raises(TransportError, match="permission denied") as got:
        open_transport("/dev/null")
    assert "dialout" in got.value.hint


def test_unknown_url_is_refused_in_words() -> None:
    with pytest.raises(TransportError, match="open the port nonsense://x"):
        open_transport("nonsense://x")


def test_closed_network_port_is_said_to_be() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]

    with pytest.raises(TransportError, match="refused"):
        open_transport(f"socket://127.0.0.1:{port}")


def test_chip_that_does_not_answer_is_said_so_over_a_real_port(terminal: tuple[int, str]) -> None:
    with (
        ChipClient.open(terminal[1], timeout_s=0.05, tries=2) as client,
        pytest.raises(NoAnswer, match=r"no answer within 0\.05 s, 2 times"),
    ):
        client.info()


@pytest.mark.parametrize("failure", [serial.SerialException("gone"), OSError(5, "gone")])
def test_port_that_fails_under_way_is_a_transport_error(failure: Exception) -> None:
    transport = SerialTransport(Port([], failure), "port")

    for attempt in (
        lambda: transport.write(b"x"),
        lambda: transport.read(1.0),
        transport.discard_input,
    ):
        with pytest.raises(TransportError, match="gone"):
            attempt()


def test_all_that_waits_is_read_at_once() -> None:
    assert SerialTransport(Port([b"abc", b"d"]), "port").read(1.0) == b"abc"


def test_port_with_a_clock_is_timed_by_it() -> None:
    port = VirtualPort([])
    transport = SerialTransport(port, "virtual")

    assert transport.read(3600.0) == b""
    assert port.now > 3700
    transport.sleep(50)
    assert transport.monotonic() > 3750


def test_reset_pulls_rts_alone() -> None:
    class Recorder(VirtualPort):
        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)
            if name in ("dtr", "rts"):
                order.append((name, value))

    order: list[tuple[str, object]] = []
    port = Recorder([b"left over"])
    order.clear()
    SerialTransport(port, "virtual").pulse_reset()

    assert order == [("dtr", False), ("rts", True), ("rts", False)]
    assert port.in_waiting == 0


def test_port_without_reset_line_says_so(terminal: tuple[int, str]) -> None:
    with (
        open_transport(terminal[1]) as transport,
        pytest.raises(TransportError, match="has none") as got,
    ):
        transport.pulse_reset()
    assert "mooring chip reset" in got.value.hint


def test_installed_handlers_are_registered_once() -> None:
    register_protocol_handlers()
    before = list(serial.protocol_handler_packages)
    register_protocol_handlers()

    assert serial.protocol_handler_packages == before
    assert "mooring_lab" in before


@pytest.mark.parametrize(
    ("port", "found"),
    [
        ("/dev", "this is not a serial port"),
        ("/dev/null", "this is not a serial port"),
        ("99999", "there is no such device"),
        ("socket://127.0.0.1:99999", "expected HOST:PORT"),
        ("rfc2217://127.0.0.1:x", "expected HOST:PORT"),
        ("socket://", "expected HOST:PORT"),
        ("socket://[::1", "expected HOST:PORT"),
        ("socket://127.0.0.1:1", "Connection refused"),
        ("hwgrep://(", "missing ), unterminated subpattern at position 0"),
        ("loop://?fuel=1", "expected another address"),
    ],
)
def test_port_that_cannot_be_one_is_told_without_jargon(port: str, found: str) -> None:
    with pytest.raises(TransportError) as caught:
        open_transport(port)

    assert caught.value.attempted == f"open the port {port}"
    assert caught.value.found.startswith(found)
    assert caught.value.hint
    assert "Errno" not in caught.value.found
