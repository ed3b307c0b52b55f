# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Seeded byte streams: the only source of chance in the models."""

from __future__ import annotations

import hashlib
from typing import Final

BLOCK_BYTES: Final = 256


class Stream:
    """A reproducible byte stream: SHAKE-256 of label, seed and block number.

    Streams of one seed with different labels are independent.
    """

    __slots__ = ("_buffer", "_key", "_next_block")

    def __init__(self, seed: bytes, label: str, next_block: int = 0) -> None:
        self._key = hashlib.sha256(label.encode() + b"\0" + seed).digest()
        self._next_block = next_block
        self._buffer = b""

    @property
    def next_block(self) -> int:
        """Number of the block that the stream will compute next."""
        return self._next_block

    def draw(self, count: int) -> bytes:
        """The next `count` bytes."""
        while len(self._buffer) < count:
            block = self._key + self._next_block.to_bytes(8, "big")
            self._buffer += hashlib.shake_256(block).digest(BLOCK_BYTES)
            self._next_block += 1
        out, self._buffer = self._buffer[:count], self._buffer[count:]
        return out

    def ahead(self, count: int) -> bytes:
        """The next bytes, `count` at most, as far as they are made already; nothing is drawn."""
        return self._buffer[:count]

    def seek(self, next_block: int) -> None:
        """Goes on at the start of block `next_block`."""
        self._next_block = next_block
        self._buffer = b""

    def position(self) -> tuple[int, bytes]:
        """Where the stream stands, for `resume`."""
        return self._next_block, self._buffer

    def resume(self, next_block: int, buffer: bytes) -> None:
        """Stands again where `position` was taken."""
        self._next_block = next_block
        self._buffer = buffer

    def below(self, limit: int) -> int:
        """A number in [0, `limit`), for choices where a bias of 2^-32 does not matter."""
        return int.from_bytes(self.draw(8), "big") % limit
