# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Products cut into tiles that each fit one command."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_host.errors import UsageError
from mooring_host.matrix import Int8Matrix, Tile, TileResult, multiply, tiles
from mooring_host.wire.envelope import Envelope
from mooring_host.wire.messages import ComputeRequest, ComputeResponse

SIZES = st.integers(1, 150)


def run(tile: Tile, a: bytes, b: bytes) -> TileResult:
    """One tile as numpy multiplies it."""
    m, k, n = len(tile.rows), len(tile.inner), len(tile.columns)
    left = np.frombuffer(a, np.int8).reshape(m, k).astype(np.int32)
    right = np.frombuffer(b, np.int8).reshape(k, n).astype(np.int32)
    return TileResult((left @ right).astype("<i4").tobytes(), 16, False)


@given(SIZES, SIZES, SIZES, st.integers(0, 2**32 - 1))
def test_tiled_product_is_the_product(m: int, k: int, n: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    a = generator.integers(-128, 128, (m, k), np.int8)
    b = generator.integers(-128, 128, (k, n), np.int8)

    product = multiply(Int8Matrix.from_buffer(a.data), Int8Matrix.from_buffer(b.data), run)

    assert product.to_rows() == (a.astype(np.int64) @ b.astype(np.int64)).tolist()
    assert product.cycles == 16 * product.commands


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_every_tile_fits_a_message_each_way(m: int, k: int, n: int) -> None:
    for tile in tiles(m, k, n):
        rows, inner, columns = len(tile.rows), len(tile.inner), len(tile.columns)
        request = ComputeRequest(rows, inner, columns, bytes(rows * inner), bytes(inner * columns))
        response = ComputeResponse(bytes(4 * rows * columns), 2**32 - 1, False)

        assert max(rows, inner, columns) <= 64
        assert rows * columns <= 2040
        assert len(Envelope(7, 0, request.encode()).encode()) <= 8192
        assert len(Envelope(7, 0, response.encode()).encode()) <= 8192


def test_product_that_fits_is_one_command() -> None:
    assert len(list(tiles(45, 64, 45))) == 1
    assert len(list(tiles(31, 64, 64))) == 1
    assert len(list(tiles(64, 1, 64))) == 3


def test_rows_of_integers_are_packed_as_int8() -> None:
    matrix = Int8Matrix.from_rows([[-128, 127], [0, -1]])

    assert matrix.data == struct.pack("4b", -128, 127, 0, -1)


NO_MATRICES: list[tuple[list[list[int]], str]] = [
    ([], "0 bytes for 0 x 0"),
    ([[]], "0 bytes for 1 x 0"),
    ([[1], [1, 2]], "different lengths"),
    ([[128]], "no integer from -128 to 127"),
]


@pytest.mark.parametrize(("rows", "found"), NO_MATRICES)
def test_what_is_no_int8_matrix_is_refused(rows: list[list[int]], found: str) -> None:
    with pytest.raises(UsageError, match=found):
        Int8Matrix.from_rows(rows)


def test_buffer_of_another_type_is_refused() -> None:
    for wrong in (np.zeros((2, 2), np.int32), np.zeros(4, np.int8), np.zeros((2, 2), np.uint8)):
        with pytest.raises(UsageError, match="expected 2 dimensions of int8"):
            Int8Matrix.from_buffer(wrong.data)


def test_transposed_buffer_is_read_in_its_own_order() -> None:
    transposed = np.array([[1, 2], [3, 4]], np.int8).T

    assert Int8Matrix.from_buffer(transposed.data).data == bytes([1, 3, 2, 4])


def test_shapes_that_do_not_match_are_refused() -> None:
    with pytest.raises(UsageError, match="2 x 2 times 3 x 1: the inner dimensions differ"):
        multiply(Int8Matrix(2, 2, bytes(4)), Int8Matrix(3, 1, bytes(3)), run)


def test_inner_dimension_beyond_int32_sums_is_refused() -> None:
    size = 131072

    with pytest.raises(UsageError, match="inner dimension 131072, expected at most 131071"):
        multiply(Int8Matrix(1, size, bytes(size)), Int8Matrix(size, 1, bytes(size)), run)


def test_one_throttled_tile_makes_the_product_throttled() -> None:
    seen: list[int] = []

    def sometimes(tile: Tile, a: bytes, b: bytes) -> TileResult:
        seen.append(1)
        return TileResult(run(tile, a, b).product, 1, len(seen) == 2)

    big = Int8Matrix(65, 1, bytes(65))

    assert multiply(big, Int8Matrix(1, 1, b"\x01"), sometimes).throttled
