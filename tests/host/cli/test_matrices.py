# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Matrices in files: what is read, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli_kit import Mooring

from mooring_host.matrix import Product


def product_of(mooring: Mooring, a: str, b: str) -> list[list[int]]:
    found: list[list[int]] = mooring.yes("compute", "--a", a, "--b", b)["product"]
    return found


def test_csv_with_spaces_and_empty_lines_is_read(open_gate: Mooring, home: Path) -> None:
    (home / "a.csv").write_text("1, 2\n\n-3, 4\r\n")
    (home / "b.csv").write_text("5\n127\n")

    assert product_of(open_gate, "a.csv", "b.csv") == [[259], [493]]


def test_npy_in_column_order_is_read_as_the_same_matrix(open_gate: Mooring, home: Path) -> None:
    a = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.int8)
    np.save(home / "a.npy", np.asfortranarray(a))
    (home / "b.csv").write_text("1,0\n0,1\n1,1\n")

    assert product_of(open_gate, "a.npy", "b.csv") == [[4, 5], [10, 11]]


def test_product_as_csv_reads_back(open_gate: Mooring, home: Path) -> None:
    open_gate.yes("compute", "--random", "3x5x4", "--seed", "9", "--out", "c.csv")
    shown = open_gate.yes("compute", "--random", "3x5x4", "--seed", "9")["product"]

    assert np.loadtxt(home / "c.csv", delimiter=",", dtype=np.int64).tolist() == shown


def test_same_seed_makes_the_same_product_and_another_one_does_not(open_gate: Mooring) -> None:
    first, again, other = (
        open_gate.yes("compute", "--random", "4x4x4", "--seed", seed)["sha256"]
        for seed in ("1", "1", "2")
    )

    assert first == again != other


def test_wrong_product_is_told_and_exits_1(
    open_gate: Mooring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lies(*_: object) -> Product:
        return Product(1, 1, b"\x2b\0\0\0", 1, 1, throttled=False)

    monkeypatch.setattr("mooring_host.chip.ChipClient.compute", lies)

    checked = open_gate("compute", "--random", "1x1x1", "--format", "json")
    unchecked = open_gate("compute", "--random", "1x1x1", "--no-check", "--format", "json")

    assert (checked.code, checked.json["equals_host"]) == (1, False)
    assert (unchecked.code, unchecked.json["equals_host"]) == (0, None)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"1,2\n3\n", "line 2: found 1 columns, expected 2"),
        ("a.csv", b"1,2\n3,x\n", "line 2, column 2: found 'x'"),
        ("a.csv", b"128\n", "line 1, column 1: found '128'"),
        ("a.csv", b"1.5\n", "found '1.5'"),
        ("a.csv", b"\xff\xfe1", "no CSV file"),
        ("a.csv", b'"1', "no CSV file"),
        ("a.npy", b"no numpy", "no .npy file"),
        ("a.npy", b"", "no .npy file"),
    ],
)
def test_wrong_file_is_refused_before_the_chip_is_asked(
    mooring: Mooring, home: Path, name: str, content: bytes, found: str
) -> None:
    (home / name).write_bytes(content)
    (home / "b.csv").write_text("1\n")

    error = mooring.no(2, "compute", "--a", name, "--b", "b.csv", "-p", "emulator://never")

    assert name in error["attempted"]
    assert found in error["found"]


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (np.zeros((2, 2), dtype=np.int32), "2 dimensions of int32"),
        (np.zeros(4, dtype=np.int8), "1 dimensions of int8"),
        (np.zeros((0, 4), dtype=np.int8), "(0, 4)"),
        (np.array([[object()]]), "no .npy file"),
    ],
)
def test_npy_of_another_kind_is_refused(
    mooring: Mooring,
    home: Path,
    array: np.ndarray[tuple[int, ...], np.dtype[np.generic]],
    found: str,
) -> None:
    np.save(home / "a.npy", array, allow_pickle=True)
    (home / "b.csv").write_text("1\n")

    error = mooring.no(2, "compute", "--a", "a.npy", "--b", "b.csv", "-p", "emulator://never")

    assert found in error["found"]


def test_shapes_that_do_not_fit_are_named(open_gate: Mooring, home: Path) -> None:
    (home / "a.csv").write_text("1,2\n")

    error = open_gate.no(2, "compute", "--a", "a.csv", "--b", "a.csv")

    assert "1 x 2 times 1 x 2" in error["found"]
