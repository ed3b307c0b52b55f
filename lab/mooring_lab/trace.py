# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reads along on a serial line and tells it as one line for each message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mooring_firmware.errors import explain
from mooring_host import link
from mooring_host.errors import Error
from mooring_host.link import WireEvent
from mooring_host.wire import messages
from mooring_host.wire.envelope import Command, Completion, Envelope
from mooring_host.wire.framing import FrameDecoder
from mooring_host.wire.mctp import CHIP_EID, Assembler, MessageType, Packet
from mooring_lab.lab import Direction

ARROW: Final = {Direction.TO_CHIP: "->", Direction.FROM_CHIP: "<-"}
# Tokens are never shown in full: enough to tell two of them apart.
SHOWN_BYTES: Final = 6


@dataclass(frozen=True)
class TraceLine:
    """One message, or bytes in which there is none.

    Attributes:
        time_s: when its last byte was on the line.
        direction: which way it went.
        text: what it says.
    """

    time_s: float
    direction: Direction
    text: str

    def __str__(self) -> str:
        return f"{self.time_s:12.6f} {ARROW[self.direction]} {self.text}"


def _size(name: str, data: bytes) -> str:
    return f"{name} {len(data)} B {data[-SHOWN_BYTES:].hex()}"


def _log(body: bytes) -> str:
    log = messages.LogResponse.decode(body)
    return f"{log.count} entries ever, {len(log.entries)} shown, head {log.head[:8].hex()}"


def _info(body: bytes) -> str:
    info = messages.InfoResponse.decode(body)
    return f"ROM {info.rom_version}, {info.lifecycle.name}, {info.mode.name}, ueid {_ueid(info)}"


def _ueid(info: messages.InfoResponse) -> str:
    return info.ueid[:8].hex()


def _trust_request(body: bytes) -> str:
    return _size("list", messages.TrustRequest.decode(body).trust_list)


def _licence_request(body: bytes) -> str:
    request = messages.LicenceRequest.decode(body)
    return f"{_size('location', request.location)}, {_size('licence', request.licence)}"


def _compute_request(body: bytes) -> str:
    request = messages.ComputeRequest.decode(body)
    return f"({request.m} x {request.k}) times ({request.k} x {request.n})"


def _burn_request(body: bytes) -> str:
    request = messages.BurnRequest.decode(body)
    return f"{request}"


def _trust_response(body: bytes) -> str:
    response = messages.TrustResponse.decode(body)
    how = "committed" if response.committed else "already durable"
    return f"epoch {response.epoch} of root slot {response.root_slot}, {how}"


def _licence_response(body: bytes) -> str:
    response = messages.LicenceResponse.decode(body)
    how = "" if response.changed else ", already accepted"
    left = f"{response.cycles_left} cycles and {response.seconds_left} s left"
    return f"gate {response.gate.name}, {left}{how}"


def _compute_response(body: bytes) -> str:
    response = messages.ComputeResponse.decode(body)
    how = ", throttled" if response.throttled else ""
    return f"product of {len(response.product)} B for {response.cycles} cycles{how}"


_REQUESTS: Final[dict[int, Callable[[bytes], str]]] = {
    Command.TRUST: _trust_request,
    Command.LICENCE: _licence_request,
    Command.COMPUTE: _compute_request,
    Command.BURN: _burn_request,
}
_RESPONSES: Final[dict[int, Callable[[bytes], str]]] = {
    Command.INFO: _info,
    Command.LOG: _log,
    Command.TRUST: _trust_response,
    Command.LICENCE: _licence_response,
    Command.COMPUTE: _compute_response,
}


def _failure(body: bytes) -> str:
    failure = messages.Failure.decode(body)
    found = explain(failure.word)
    name = found.word.name if found is not None else f"error word {failure.word:08X}"
    wait = "" if failure.retry_after_s is None else f", {failure.retry_after_s} s left"
    return f"refused: {name}{wait}"


def describe(body: bytes, direction: Direction) -> str:
    """What a message says, in one line; never raises, whatever the message is."""
    if body[0] == MessageType.CONTROL:
        return f"MCTP control {body[1:].hex(' ')}"
    try:
        envelope = Envelope.decode(body)
    except Error as error:
        return f"{len(body)} bytes that are no message: {error.found}"
    known = set(Command)
    name = (
        Command(envelope.command).name
        if envelope.command in known
        else f"command {envelope.command:02X}"
    )
    readers = _REQUESTS if direction is Direction.TO_CHIP else _RESPONSES
    refused = direction is Direction.FROM_CHIP and envelope.completion == Completion.REFUSED
    read = _failure if refused else readers.get(envelope.command)
    size = f"{len(envelope.body)} B"
    try:
        text = read(envelope.body) if read is not None else size
    except Error as error:
        text = f"{size} that do not decode: {error.found}"
    return f"{name} {text}"


class _Half:
    """One direction: bytes to packets to messages."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._frames = FrameDecoder()
        self._dropped = 0
        # Answers go to whoever asked.
        self._assembler = Assembler(CHIP_EID if direction is Direction.TO_CHIP else None)

    def feed(self, data: bytes) -> list[str]:
        """What the next bytes complete."""
        told: list[str] = []
        for raw in self._frames.feed(data):
            packet = Packet.decode(raw)
            message = self._assembler.feed(packet) if packet is not None else None
            if message is not None:
                told.append(describe(message.body, self._direction))
        if self._frames.dropped != self._dropped:
            told.append(f"{self._frames.dropped - self._dropped} damaged frames dropped")
            self._dropped = self._frames.dropped
        return told


class WireTrace:
    """A listener on both directions of a line.

    Args:
        now_s: what time it is on the line.
        sink: gets each line as it is told, beside `lines`.
    """

    def __init__(
        self, now_s: Callable[[], float], sink: Callable[[TraceLine], None] | None = None
    ) -> None:
        self._now_s = now_s
        self._sink = sink
        self._halves = {direction: _Half(direction) for direction in Direction}
        self.lines: Final[list[TraceLine]] = []
        self.bytes_to_chip = 0
        self.bytes_from_chip = 0

    def feed(self, direction: Direction, data: bytes) -> None:
        """Hears the next bytes of one direction."""
        if direction is Direction.TO_CHIP:
            self.bytes_to_chip += len(data)
        else:
            self.bytes_from_chip += len(data)
        for text in self._halves[direction].feed(data):
            line = TraceLine(self._now_s(), direction, text)
            self.lines.append(line)
            if self._sink is not None:
                self._sink(line)

    def observe(self, event: WireEvent) -> None:
        """Hears an event of a host's link; give this method as a client's observer."""
        sent = event.direction is link.Direction.SENT
        self.feed(Direction.TO_CHIP if sent else Direction.FROM_CHIP, event.data)

    def text(self) -> str:
        """All lines so far."""
        return "\n".join(str(line) for line in self.lines)
