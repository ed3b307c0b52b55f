# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""LOG: the refusals that a chip recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from mooring_host import cbor
from mooring_host.cbor import CborValue
from mooring_host.fields import UINT16_MAX, UINT32_MAX, ValueReader
from mooring_host.wire._bodies import read_map
from mooring_host.wire.envelope import Command

DIGEST_BYTES: Final = 32


@dataclass(frozen=True)
class LogRequest:
    """Asks for the log from an entry on."""

    command: ClassVar[Command] = Command.LOG

    first: int = 0

    def encode(self) -> bytes:
        return cbor.encode({1: self.first})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "LOG request")
        request = cls(fields.uint(1, "first entry", UINT32_MAX))
        fields.close()
        return request


@dataclass(frozen=True)
class LogEntry:
    """One refusal that the chip recorded."""

    index: int
    word: int
    seconds: int
    """Since the reset before it."""
    repeats: int
    """Length of the run of bad signatures, else 1."""
    token: bytes
    """First 16 bytes of the token's SHA-256."""


@dataclass(frozen=True)
class LogResponse:
    """The log: totals, chain head, counters, and the entries still held."""

    command: ClassVar[Command] = Command.LOG

    count: int
    head: bytes
    counters: tuple[tuple[int, int], ...]
    """(error word, refusals of that kind up to 65535), by word."""
    entries: tuple[LogEntry, ...]

    def encode(self) -> bytes:
        rows: list[CborValue] = [
            [e.index, e.word, e.seconds, e.repeats, e.token] for e in self.entries
        ]
        return cbor.encode({1: self.count, 2: self.head, 3: dict(self.counters), 4: rows})

    @classmethod
    def decode(cls, body: bytes) -> Self:
        fields = read_map(body, "LOG response")
        check = fields.check
        counters = check.mapping(fields.take(3, "counters"), "counters")
        response = cls(
            count=fields.uint(1, "entries ever made", UINT32_MAX),
            head=fields.blob(2, "chain head", DIGEST_BYTES),
            counters=tuple(
                sorted(
                    (
                        check.uint(word, "counters: word", UINT32_MAX),
                        check.uint(value, "counters: value", UINT16_MAX, minimum=1),
                    )
                    for word, value in counters.items()
                )
            ),
            entries=tuple(_log_entry(check, row) for row in fields.items(4, "entries")),
        )
        fields.close()
        return response


def _log_entry(check: ValueReader, value: CborValue) -> LogEntry:
    index, word, seconds, repeats, token = check.items(value, "entry", minimum=5, maximum=5)
    return LogEntry(
        index=check.uint(index, "entry: index", UINT32_MAX),
        word=check.uint(word, "entry: word", UINT32_MAX),
        seconds=check.uint(seconds, "entry: seconds", UINT32_MAX),
        repeats=check.uint(repeats, "entry: repeats", UINT32_MAX),
        token=check.blob(token, "entry: token", size=16),
    )
