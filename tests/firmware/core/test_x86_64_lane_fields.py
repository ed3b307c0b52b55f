# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The fields and the split under bulk verification, at the borders of their limbs.

Everything is compared with Python integers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import pytest
from oracles import ed25519_reference as ref

from mooring_firmware import _native

from .test_half_size import awkward_scalars

FFI: Final[Any] = _native.ffi
LIB: Final[Any] = _native.lib

Element = list[int]


@dataclass(frozen=True)
class Field:
    """One representation: how limbs weigh, and what bounds they have."""

    name: str
    lanes: int
    widths: tuple[int, ...]
    read_bits: tuple[int, ...]
    """How many bits of each limb of a factor count."""
    limits: tuple[int, ...]
    """What those bits of a factor are below."""
    unit: int
    """What a column of a product is below."""
    probe: Callable[[Any, int, list[int], list[int]], None]

    @property
    def weights(self) -> list[int]:
        return [1 << bit for bit in accumulate((0, *self.widths[:-1]))]

    def value(self, limbs: Element) -> int:
        """A sum's residue."""
        return sum(a * b for a, b in zip(limbs, self.weights, strict=True)) % ref.P

    def factor(self, limbs: Element) -> int:
        """A factor's residue."""
        read = [a % 2**bits for a, bits in zip(limbs, self.read_bits, strict=True)]
        assert all(a < limit for a, limit in zip(read, self.limits, strict=True))
        return self.value(read)

    def limbs_of(self, value: int) -> Element:
        """The limbs of an integer; the last takes what is left."""
        limbs = []
        for width in self.widths[:-1]:
            limbs.append(value % 2**width)
            value >>= width
        return [*limbs, value]

    def run(self, operation: int, a: list[Element], b: list[Element]) -> list[Element]:
        """One operation in every lane, an element a lane."""
        out = FFI.new("uint64_t[40]")
        flat = [[lane[i] for i in range(len(self.widths)) for lane in each] for each in (a, b)]
        self.probe(out, operation, *flat)
        numbers = list(out)
        rows = [numbers[i : i + self.lanes] for i in range(0, 40, self.lanes)]
        return [[row[lane] for row in rows] for lane in range(self.lanes)]

    def mask(self, operation: int, a: list[Element]) -> list[bool]:
        """A question asked of every lane."""
        bits = self.run(operation, a, a)[0][0]
        return [bool(bits >> lane & 1) for lane in range(self.lanes)]


FE8: Final = Field(
    "ifma",
    8,
    (52,) * 4 + (47,),
    (52,) * 4 + (64,),
    (2**52,) * 4 + (2**47 + 2**12,),
    2**56,
    LIB.probe_fe8,
)
FE4: Final = Field(
    "avx2",
    4,
    (26, 25) * 5,
    (32,) * 10,
    (2**26 + 2**17, 2**25 + 2**17) * 5,
    2**59,
    LIB.probe_fe4_avx2,
)


@pytest.fixture(params=[FE8, FE4], ids=lambda field: field.name)
def field(request: pytest.FixtureRequest) -> Field:
    """A representation that this processor can compute with."""
    found: Field = request.param
    if LIB.verify_backend_find(found.name.encode(), LIB.cpu_features()) == FFI.NULL:
        pytest.skip(f"this processor lacks what the back end {found.name} needs")
    return found


def factors(field: Field, rng: random.Random) -> Iterator[Element]:
    """Every limb full, empty, one off or random, and what does not count set at random."""
    width = len(field.widths)
    patterns = [[limit - 1 for limit in field.limits], [0] * width]
    patterns += [
        field.limbs_of(value) for value in (1, 19, ref.P - 1, ref.P, ref.P + 1, 2**255 - 1)
    ]
    for i in range(width):
        patterns.append([field.limits[j] - 1 if j == i else 0 for j in range(width)])
        patterns.append([0 if j == i else field.limits[j] - 1 for j in range(width)])
    for _ in range(120):
        choices = [(0, 1, limit - 1, limit - 2, rng.randrange(limit)) for limit in field.limits]
        patterns.append([rng.choice(each) for each in choices])
    for pattern in patterns:
        yield [
            limb | rng.getrandbits(64 - bits) << bits if bits < 64 else limb
            for limb, bits in zip(pattern, field.read_bits, strict=True)
        ]


def in_lanes(field: Field, elements: list[Element]) -> Iterator[list[Element]]:
    """As many at a time as there are lanes, each element in each lane once."""
    for first in range(len(elements)):
        yield [elements[(first + lane) % len(elements)] for lane in range(field.lanes)]


def test_products_squares_and_their_sums_are_right_at_limb_borders(field: Field) -> None:
    rng = random.Random(1)
    left = list(factors(field, rng))
    right = left[:]
    rng.shuffle(right)
    for a, b in zip(in_lanes(field, left), in_lanes(field, right), strict=True):
        products = field.run(LIB.kProbeLanesMultiply, a, b)
        squares = field.run(LIB.kProbeLanesSquare, a, b)
        mixed = field.run(LIB.kProbeLanesMixed, a, b)
        for lane in range(field.lanes):
            x, y = field.factor(a[lane]), field.factor(b[lane])

            assert max(products[lane]) < field.unit
            assert max(squares[lane]) < field.unit
            assert field.value(products[lane]) == x * y % ref.P
            assert field.value(squares[lane]) == x * x % ref.P
            assert field.factor(mixed[lane]) == (x * y - x * x + y * y) % ref.P


def sums(field: Field, rng: random.Random) -> list[Element]:
    """Columns up to the largest that a carry takes."""
    width = len(field.widths)
    choices = (0, 1, 2**63 - 1, 2**62, 2**52 - 1, 2**52, 2**26 - 1, 2**25)
    found = [[2**63 - 1] * width, [0] * width]
    found += [[2**63 - 1 if j == i else 0 for j in range(width)] for i in range(width)]
    found += [
        [rng.choice((*choices, rng.getrandbits(63))) for _ in range(width)] for _ in range(80)
    ]
    return found


def test_the_largest_sums_are_carried_to_factors(field: Field) -> None:
    for a in in_lanes(field, sums(field, random.Random(2))):
        carried = field.run(LIB.kProbeLanesCarry, a, a)

        assert [field.factor(lane) for lane in carried] == [field.value(lane) for lane in a]


def test_zero_and_parity_are_seen_in_every_form_of_a_residue(field: Field) -> None:
    rng = random.Random(3)
    near = [0, 1, 2, 18, 19, 20, ref.P - 2, ref.P - 1, ref.P, ref.P + 1, 2**255 - 20, 2**255 - 1]
    near += [2**255 + offset for offset in (0, 1, 19)]
    near += [rng.randrange(ref.P) for _ in range(20)]
    for a in in_lanes(field, [field.limbs_of(value) for value in near]):
        residues = [field.value(lane) for lane in a]
        fits = all(field_limbs[-1] < field.limits[-1] for field_limbs in a)

        assert field.mask(LIB.kProbeLanesIsZero, a) == [value == 0 for value in residues]
        assert fits
        assert field.mask(LIB.kProbeLanesIsOdd, a) == [value % 2 == 1 for value in residues]
    for multiple in range(1, 40):
        a = [field.limbs_of(multiple * ref.P + lane) for lane in range(field.lanes)]

        assert field.mask(LIB.kProbeLanesIsZero, a) == [lane == 0 for lane in range(field.lanes)]


# -----------------------------------------------------------------------------
# The split
# -----------------------------------------------------------------------------

SPLIT_LANES: Final = 8
GROUP_ORDER: Final = 8 * ref.L
HAS_IFMA: Final = LIB.verify_backend_find(b"ifma", LIB.cpu_features()) != FFI.NULL


def split(scalars: list[int]) -> list[tuple[int, int] | None]:
    """u and v of eight scalars, None where the split is left to the portable core."""
    if not HAS_IFMA:
        return [None] * SPLIT_LANES
    u, v = FFI.new("int64_t[40]"), FFI.new("int64_t[40]")
    words = [k >> 64 * i & 2**64 - 1 for i in range(4) for k in scalars]
    done = LIB.probe_half8(u, v, words)
    return [
        (
            sum(u[8 * i + lane] << 28 * i for i in range(5)),
            sum(v[8 * i + lane] << 28 * i for i in range(5)),
        )
        if done >> lane & 1
        else None
        for lane in range(SPLIT_LANES)
    ]


@pytest.mark.skipif(
    not HAS_IFMA, reason="this processor has no AVX-512 IFMA, or this build none for it"
)
def test_split_in_lanes_is_right_or_left_to_the_portable_core() -> None:
    rng = random.Random(4)
    random_scalars = [rng.randrange(ref.L) for _ in range(2000)]
    scalars = random_scalars + awkward_scalars()
    scalars += [0] * (-len(scalars) % SPLIT_LANES)
    results = [
        pair
        for first in range(0, len(scalars), SPLIT_LANES)
        for pair in split(scalars[first : first + SPLIT_LANES])
    ]
    for k, pair in zip(scalars, results, strict=True):
        if pair is not None:
            u, v = pair
            assert (v * k - u) % GROUP_ORDER == 0, k
            assert v % 2 == 1, k
            assert 0 < v < 0.91 * 2**131, k
            assert abs(u) < 0.91 * 2**131, k

    assert sum(pair is None for pair in results[: len(random_scalars)]) < 20
