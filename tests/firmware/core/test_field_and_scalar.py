# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Field and scalar arithmetic at the operands where carries happen, against Python integers."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise, product
from typing import Final

import pytest

from mooring_firmware._core import Core

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
ORDINARY: Final = 40
WORD_BORDERS: Final = range(32, 255, 32)
FULL: Final = 2**256


def limb_edges() -> list[int]:
    """Values whose 32-bit words or 51-bit limbs are all zeros or ones, and those around p."""
    edges = {0, 1, 2, 18, 19, 20, 2**255 - 1, 2**255 - 2, 2**254, 2**254 - 1}
    edges |= {P + offset for offset in range(-2, 19)}
    edges |= {2**bit - 1 for bit in (51, 102, 153, 204, *WORD_BORDERS)}
    edges |= {2**bit for bit in WORD_BORDERS}
    edges |= {2**255 - 2**bit for bit in (51, 102, 153, 204, *WORD_BORDERS)}
    # Every other limb or word full.
    edges.add(sum((2**51 - 1) << (51 * i) for i in (0, 2, 4)))
    edges.add(sum((2**51 - 1) << (51 * i) for i in (1, 3)))
    edges.add(sum((2**32 - 1) << (64 * i) for i in range(4)))
    edges.add(sum((2**32 - 1) << (64 * i + 32) for i in range(3)))
    return sorted(edges)


def wide_edges() -> list[int]:
    """Values of 256 bits where an overflow past bit 255 comes back 38-fold."""
    edges = {2**255 + offset for offset in range(-20, 21)}
    edges |= {2 * P + offset for offset in range(-3, 38)}
    edges |= {FULL - 2**bit for bit in range(0, 256, 32)}
    edges |= {FULL - 2**bit - 1 for bit in range(0, 256, 32)}
    edges |= {FULL - 38 * factor for factor in (1, 2, 38, 39)}
    edges.add(sum((2**32 - 1) << (64 * i + 32) for i in range(4)))
    return sorted(edge for edge in edges if edge < FULL)


def operands() -> list[int]:
    rng = random.Random(25519)
    return limb_edges() + [rng.getrandbits(255) for _ in range(ORDINARY)]


OPERATIONS: Final[dict[str, Callable[[int, int], int]]] = {
    "kProbeMultiply": lambda a, b: a * b,
    "kProbeMultiplyLoose": lambda a, b: (3 * a - b) * (2 * b - a),
    "kProbeSquareLoose": lambda a, b: (a - b) ** 2,
    "kProbeEncodeLoose": lambda a, b: 3 * a - b,
    "kProbeAdd": lambda a, b: a + b,
    "kProbeSubtract": lambda a, b: a - b,
}
UNARY_OPERATIONS: Final[dict[str, Callable[[int], int]]] = {
    "kProbeSquare": lambda a: a * a,
    "kProbeInvert": lambda a: pow(a, P - 2, P),
    "kProbePowerOfRoot": lambda a: pow(a, 2**252 - 3, P),
}


def field(core: Core, operation: str, a: int, b: int, *, wide: bool = False) -> int:
    out = core.ffi.new("uint8_t[32]")
    number = getattr(core.lib, operation) + (core.lib.kProbeWide if wide else 0)
    core.lib.probe_field(out, number, a.to_bytes(32, "little"), b.to_bytes(32, "little"))
    return int.from_bytes(bytes(core.ffi.buffer(out)), "little")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_field_operation_on_pairs(core: Core, operation: str) -> None:
    for a, b in product(operands(), repeat=2):
        assert field(core, operation, a, b) == OPERATIONS[operation](a, b) % P, (a, b)


@pytest.mark.parametrize("operation", UNARY_OPERATIONS)
def test_field_operation_on_single_elements(core: Core, operation: str) -> None:
    for a in operands():
        assert field(core, operation, a, 0) == UNARY_OPERATIONS[operation](a) % P, a


@pytest.mark.parametrize("operation", OPERATIONS)
def test_field_operation_on_pairs_of_256_bits(core: Core, operation: str) -> None:
    rng = random.Random(256)
    values = wide_edges() + [rng.getrandbits(256) for _ in range(ORDINARY)]
    for a, b in product(values, repeat=2):
        expected = OPERATIONS[operation](a, b) % P
        assert field(core, operation, a, b, wide=True) == expected, (a, b)


@pytest.mark.parametrize("operation", UNARY_OPERATIONS)
def test_field_operation_on_single_elements_of_256_bits(core: Core, operation: str) -> None:
    for a in wide_edges():
        assert field(core, operation, a, 0, wide=True) == UNARY_OPERATIONS[operation](a) % P, a


# A product that is folded once is s + 2p q for some s < 2p. While s is small, adding 38 times what
# overflowed overflows again: q must exceed s / 38, which no random operand brings about.
DOUBLY_FOLDED: Final = (0, 1, 18, 19, 37, 38, 39, 40, 75, 76, 77, 380, 1405, 1406, 1443, 1444, 1445)


def overflows_while_folded(a: int, b: int) -> bool:
    overflow, rest = divmod((a * b >> 256) * 38 + a * b % FULL, FULL)
    return rest + 38 * overflow >= FULL


def test_product_that_overflows_while_it_is_folded(core: Core) -> None:
    rng = random.Random(38)
    overflowing: set[int] = set()
    for s, _ in product(DOUBLY_FOLDED, range(20)):
        a = rng.getrandbits(255) + 2**255 | 1
        b = s * pow(a, -1, 2 * P) % (2 * P)
        if overflows_while_folded(a, b):
            overflowing.add(s)

        assert field(core, "kProbeMultiply", a, b, wide=True) == s % P, (a, b)
    assert overflowing >= {38, 39, 40, 75, 76, 77, 380}


def test_square_that_overflows_while_it_is_folded(core: Core) -> None:
    roots: list[tuple[int, int]] = []
    for s in range(1, 1500):
        root = pow(s, (P + 3) // 8, P)
        root = root if root * root % P == s else root * pow(2, (P - 1) // 4, P) % P
        if root * root % P == s:
            roots += [(s, a) for a in (root, P - root, root + P, 2 * P - root)]
    assert sum(overflows_while_folded(a, a) for _, a in roots) > 300

    for s, a in roots:
        assert field(core, "kProbeSquare", a, 0, wide=True) == s, a


def test_bit_255_of_an_encoding_is_ignored(core: Core) -> None:
    for a in limb_edges():
        assert field(core, "kProbeSquare", a | 1 << 255, 0) == a * a % P


def reduce(core: Core, number: int) -> int:
    out = core.ffi.new("uint8_t[32]")
    core.lib.probe_reduce(out, number.to_bytes(64, "little"))
    return int.from_bytes(bytes(core.ffi.buffer(out)), "little")


def test_reduction_around_every_kind_of_multiple_of_the_order(core: Core) -> None:
    rng = random.Random(252)
    quotients = [0, 1, 2, 3, (2**512 - 1) // L, (2**512 - 1) // L - 1]
    quotients += [2**bit for bit in range(1, 260, 7)]
    quotients += [rng.getrandbits(259) for _ in range(200)]
    for quotient in quotients:
        for offset in (-2, -1, 0, 1, L // 2, L - 1):
            number = quotient * L + offset
            if 0 <= number < 2**512:
                assert reduce(core, number) == number % L, number


def test_reduction_of_powers_of_two_and_their_neighbours(core: Core) -> None:
    for bit in range(512):
        for number in (2**bit - 1, 2**bit, 2**bit + 1):
            assert reduce(core, number) == number % L, number
    assert reduce(core, 2**512 - 1) == (2**512 - 1) % L


@pytest.mark.parametrize("window", [2, 3, 4, 5, 6, 7, 8])
def test_recoded_digits_are_sparse_odd_and_sum_to_the_scalar(core: Core, window: int) -> None:
    rng = random.Random(window)
    scalars = [0, 1, 2, 3, 127, 128, 255, 2**255, 2**256 - 1, 2**256 - 2, L, L - 1]
    scalars += [2**256 - 2**bit for bit in range(0, 256, 9)]
    scalars += [rng.getrandbits(256) for _ in range(100)]
    digits = core.ffi.new("int8_t[257]")
    for scalar in scalars:
        top = core.lib.probe_recode(digits, scalar.to_bytes(32, "little"), window)
        recoded: list[int] = list(digits)
        used = [index for index, digit in enumerate(recoded) if digit]

        assert sum(digit << index for index, digit in enumerate(recoded)) == scalar
        assert all(recoded[index] % 2 and abs(recoded[index]) < 2 ** (window - 1) for index in used)
        assert all(b - a >= window for a, b in pairwise(used))
        assert top == (used[-1] if used else -1)
