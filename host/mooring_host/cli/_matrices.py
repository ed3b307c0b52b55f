# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Matrices in files: numpy's .npy, and CSV; and random ones from a seed."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Final, cast

import numpy as np

from mooring_host.cli._files import read_bytes, write_bytes
from mooring_host.errors import FileError, UsageError
from mooring_host.matrix import Int8Matrix, Product

MAX_MATRIX_FILE: Final = 64 << 20
MAX_RANDOM: Final = 4096
"""Longest side of a random matrix: a slip of the finger should not fill the memory."""


def read_matrix(path: Path) -> Int8Matrix:
    """An int8 matrix from a ``.npy`` file or, whatever its name, from CSV.

    Raises:
        FileError: it cannot be read, or holds no int8 matrix.
    """
    data = read_bytes(path, MAX_MATRIX_FILE)
    if path.suffix.lower() == ".npy":
        return _from_npy(path, data)
    return _from_csv(path, data)


def _from_npy(path: Path, data: bytes) -> Int8Matrix:
    attempted = f"read the matrix {path}"
    try:
        # Without pickles: a matrix from a stranger must not run code.
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise FileError(attempted, f"no .npy file: {error}") from error
    if not isinstance(array, np.ndarray) or array.ndim != 2 or array.dtype != np.int8:
        kind = (
            f"{array.ndim} dimensions of {array.dtype}"
            if isinstance(array, np.ndarray)
            else ("an archive")
        )
        raise FileError(attempted, f"found {kind}, expected 2 dimensions of int8")
    if not array.size:
        raise FileError(attempted, f"found shape {array.shape}, expected at least 1 by 1")
    rows, columns = cast("tuple[int, int]", array.shape)
    return Int8Matrix(rows, columns, array.tobytes(order="C"))


def _from_csv(path: Path, data: bytes) -> Int8Matrix:
    attempted = f"read the matrix {path}"
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(attempted, f"no CSV file: {error}") from error
    rows: list[list[int]] = []
    for number, line in enumerate(lines, start=1):
        if line:
            rows.append([_element(attempted, number, i, text) for i, text in enumerate(line, 1)])
            if len(rows[-1]) != len(rows[0]):
                raise FileError(
                    attempted,
                    f"line {number}: found {len(rows[-1])} columns, expected {len(rows[0])}",
                )
    if not rows:
        raise FileError(attempted, "the file is empty")
    return Int8Matrix.from_rows(rows)


def _element(attempted: str, line: int, column: int, text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 128
    if not -128 <= value <= 127:
        raise FileError(
            attempted,
            f"line {line}, column {column}: found {text.strip()!r}, "
            "expected an integer from -128 to 127",
        )
    return value


def random_pair(shape: tuple[int, int, int], seed: int) -> tuple[Int8Matrix, Int8Matrix]:
    """Two matrices that can be multiplied, the same for the same seed on any machine."""
    m, k, n = shape
    source = random.Random(seed)  # noqa: S311 - operands of a test, no secrets
    return Int8Matrix(m, k, source.randbytes(m * k)), Int8Matrix(k, n, source.randbytes(k * n))


def parse_shape(text: str) -> tuple[int, int, int]:
    """M x K x N, as in 64x128x64.

    Raises:
        UsageError: it is not of that form, or too large.
    """
    parts = text.lower().split("x")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise UsageError("make random matrices", f"found {text!r}, expected MxKxN, as in 16x16x16")
    m, k, n = (int(part) for part in parts)
    if not all(1 <= side <= MAX_RANDOM for side in (m, k, n)):
        raise UsageError(
            "make random matrices", f"found {text!r}, expected sides from 1 to {MAX_RANDOM}"
        )
    return m, k, n


def product_array(product: Product) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """The product as numpy has it."""
    flat = np.frombuffer(product.data, dtype="<i4").astype(np.int32)
    return flat.reshape(product.rows, product.columns)


def equals_host(a: Int8Matrix, b: Int8Matrix, product: Product) -> bool:
    """Whether the host's own product is the same."""
    left = np.frombuffer(a.data, dtype=np.int8).reshape(a.rows, a.columns).astype(np.int64)
    right = np.frombuffer(b.data, dtype=np.int8).reshape(b.rows, b.columns).astype(np.int64)
    return bool(np.array_equal(left @ right, product_array(product)))


def write_product(path: Path, product: Product) -> None:
    """Writes the product, as .npy or else as CSV.

    Raises:
        FileError: it cannot be written; nothing is left half-written.
    """
    if path.suffix.lower() == ".npy":
        buffer = io.BytesIO()
        np.save(buffer, product_array(product), allow_pickle=False)
        write_bytes(path, buffer.getvalue())
    else:
        text = "".join(",".join(map(str, row)) + "\n" for row in product.to_rows())
        write_bytes(path, text.encode("ascii"))
