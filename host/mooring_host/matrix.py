# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Integer matrices as the engine takes and gives them, and products larger than one command."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mooring_host.errors import UsageError
from mooring_host.wire.licensing import MAX_DIMENSION

MAX_PRODUCT: Final = 2040
"""Most elements of one product: 4 bytes each, in one message (docs/protocol.md)."""
MAX_OPERANDS: Final = 8160
"""Most bytes of both operands together in one message of 8192 with its headers."""
MAX_INNER: Final = 2**31 // (128 * 128) - 1
"""Longest inner dimension whose sums of products of int8 always fit an int32."""


@dataclass(frozen=True)
class Int8Matrix:
    """Rows of signed bytes, row-major."""

    rows: int
    columns: int
    data: bytes

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 1 or len(self.data) != self.rows * self.columns:
            raise UsageError(
                "make an int8 matrix",
                f"{len(self.data)} bytes for {self.rows} x {self.columns}, "
                "expected rows and columns of at least 1 and one byte an element",
            )

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[int]]) -> Int8Matrix:
        """A matrix of integers from -128 to 127.

        Raises:
            UsageError: rows of different length, none at all, or an integer out of range.
        """
        columns = len(rows[0]) if rows else 0
        if any(len(row) != columns for row in rows):
            raise UsageError("make an int8 matrix", "the rows have different lengths")
        try:
            data = struct.pack(f"{len(rows) * columns}b", *(x for row in rows for x in row))
        except struct.error as error:
            raise UsageError(
                "make an int8 matrix", "an element is no integer from -128 to 127"
            ) from error
        return cls(len(rows), columns, data)

    @classmethod
    def from_buffer(cls, buffer: memoryview) -> Int8Matrix:
        """A matrix from a two-dimensional buffer of int8, as numpy's ``array.data`` is.

        Raises:
            UsageError: the buffer is of another shape or type.
        """
        if buffer.ndim != 2 or buffer.format != "b" or buffer.shape is None:
            raise UsageError(
                "make an int8 matrix",
                f"a buffer of {buffer.ndim} dimensions and format {buffer.format!r}, "
                "expected 2 dimensions of int8",
            )
        rows, columns = buffer.shape
        return cls(rows, columns, buffer.tobytes(order="C"))

    def block(self, rows: range, columns: range) -> bytes:
        """The elements of a rectangle, row-major."""
        return b"".join(
            self.data[row * self.columns + columns.start : row * self.columns + columns.stop]
            for row in rows
        )


@dataclass(frozen=True)
class Product:
    """An int32 product and what it cost."""

    rows: int
    columns: int
    data: bytes
    """int32 little-endian, row-major."""
    cycles: int
    """Engine cycles charged, over all commands."""
    commands: int
    throttled: bool
    """Whether any part ran without a grant, at a fraction of the speed."""

    def to_rows(self) -> list[list[int]]:
        """The elements as integers."""
        flat = struct.unpack(f"<{self.rows * self.columns}i", self.data)
        return [list(flat[i : i + self.columns]) for i in range(0, len(flat), self.columns)]


@dataclass(frozen=True)
class Tile:
    """One command's share of a product."""

    rows: range
    inner: range
    columns: range


@dataclass(frozen=True)
class TileResult:
    """What a chip answered for one tile."""

    product: bytes
    cycles: int
    throttled: bool


def tiles(m: int, k: int, n: int) -> Iterator[Tile]:
    """Cuts an (m x k) times (k x n) product into commands that each fit a message."""
    height = _best_height(m, n)
    width = _width(n, height)
    depth = min(k, MAX_DIMENSION, MAX_OPERANDS // (height + width))
    for row in range(0, m, height):
        for column in range(0, n, width):
            for inner in range(0, k, depth):
                yield Tile(
                    range(row, min(row + height, m)),
                    range(inner, min(inner + depth, k)),
                    range(column, min(column + width, n)),
                )


def _width(n: int, height: int) -> int:
    return min(n, MAX_DIMENSION, MAX_PRODUCT // height)


def _best_height(m: int, n: int) -> int:
    """The height of tiles that needs the fewest commands; the lowest of equally good ones."""
    return min(
        range(1, min(m, MAX_DIMENSION) + 1),
        key=lambda height: -(-m // height) * -(-n // _width(n, height)),
    )


def multiply(
    a: Int8Matrix, b: Int8Matrix, run: Callable[[Tile, bytes, bytes], TileResult]
) -> Product:
    """Multiplies through `run`, which multiplies one tile on a chip.

    Raises:
        UsageError: the inner dimensions differ, or are too long for int32 sums.
    """
    if a.columns != b.rows:
        raise UsageError(
            "multiply matrices",
            f"{a.rows} x {a.columns} times {b.rows} x {b.columns}: the inner dimensions differ",
        )
    if a.columns > MAX_INNER:
        raise UsageError(
            "multiply matrices", f"inner dimension {a.columns}, expected at most {MAX_INNER}"
        )
    sums = [0] * (a.rows * b.columns)
    cycles = commands = 0
    throttled = False
    for tile in tiles(a.rows, a.columns, b.columns):
        result = run(tile, a.block(tile.rows, tile.inner), b.block(tile.inner, tile.columns))
        cycles += result.cycles
        commands += 1
        throttled = throttled or result.throttled
        part = iter(struct.unpack(f"<{len(tile.rows) * len(tile.columns)}i", result.product))
        for row in tile.rows:
            for column in tile.columns:
                sums[row * b.columns + column] += next(part)
    data = struct.pack(f"<{len(sums)}i", *sums)
    return Product(a.rows, b.columns, data, cycles, commands, throttled)
