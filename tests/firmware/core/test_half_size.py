# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The host's verdict by half-size scalars: the split of k, and equations for any k.

Signatures only ever present a k that is a hash; these tests choose it.
"""

from __future__ import annotations

import random
from typing import Final, NamedTuple

import pytest
from oracles import ed25519_reference as ref

from mooring_firmware import _native, _native32
from mooring_firmware._core import Core

HOST: Final = Core(_native.ffi, _native.lib)
GROUP_ORDER: Final = 8 * ref.L

pytestmark = pytest.mark.skipif(
    HOST.lib.probe_split(HOST.ffi.new("uint8_t[32]"), HOST.ffi.new("uint8_t[32]"), bytes(32))
    == HOST.lib.kProbeAbsent,
    reason="this machine's configuration judges by recomputing R",
)


class Split(NamedTuple):
    """u (signed) and v, both as Python integers."""

    u: int
    v: int

    @property
    def bits(self) -> int:
        """The length of the longer of the two."""
        return max(abs(self.u).bit_length(), self.v.bit_length())


def split(k: int) -> Split:
    u, v = HOST.ffi.new("uint8_t[32]"), HOST.ffi.new("uint8_t[32]")
    negative = HOST.lib.probe_split(u, v, k.to_bytes(32, "little"))
    magnitude = int.from_bytes(bytes(HOST.ffi.buffer(u)), "little")
    return Split(
        -magnitude if negative == HOST.lib.kProbeYes else magnitude,
        int.from_bytes(bytes(HOST.ffi.buffer(v)), "little"),
    )


def awkward_scalars() -> list[int]:
    """Values of k whose Euclidean sequence is short, long, lopsided, or hits even multipliers."""
    rng = random.Random(6)
    found = {0, 1, 2, 3, ref.L - 1, ref.L - 2, (ref.L - 1) // 2, (ref.L + 1) // 2}
    found |= {2**bit + offset for bit in range(1, 253) for offset in (-1, 0, 1)}
    # Quotients of 8L: the first step leaves almost nothing, at every length.
    found |= {GROUP_ORDER // divisor + offset for divisor in range(9, 60) for offset in (0, 1)}
    found |= {GROUP_ORDER // 2**bit + offset for bit in range(4, 200, 3) for offset in (-1, 0, 1)}
    # v k = u (mod 8L) with a chosen tiny u and a v that is even, or odd and long.
    for bits in range(2, 250, 8):
        v = rng.getrandbits(bits) | 1
        for u in (1, 2, 3, rng.getrandbits(20)):
            found.add(u * pow(v, -1, GROUP_ORDER) % GROUP_ORDER)
    golden = (5**0.5 - 1) / 2
    found.add(int(golden * 2**52) * ref.L // 2**52)
    return sorted(k for k in found if 0 <= k < ref.L)


def test_split_keeps_its_promise_for_awkward_scalars() -> None:
    scalars = awkward_scalars()

    assert len(scalars) > 700
    for k in scalars:
        u, v = split(k)
        assert (v * k - u) % GROUP_ORDER == 0, k
        assert v % 2 == 1, k
        assert 0 < v < ref.L, k


def test_split_of_random_scalars_is_right_and_short() -> None:
    rng = random.Random(7)
    lengths: list[int] = []
    for _ in range(3000):
        k = rng.randrange(ref.L)
        pair = split(k)
        assert (pair.v * k - pair.u) % GROUP_ORDER == 0, k
        assert pair.v % 2 == 1, k
        assert 0 < pair.v < ref.L, k
        lengths.append(pair.bits)

    # The promise is of about 128 bits; the tail falls by half with each bit.
    assert sorted(lengths)[len(lengths) // 2] <= 129
    assert sum(length > 133 for length in lengths) < len(lengths) // 20


def equation(s: int, k: int, a: bytes, r: bytes) -> int:
    answer: int = HOST.lib.probe_equation(s.to_bytes(32, "little"), k.to_bytes(32, "little"), a, r)
    return answer


def mixed_point(rng: random.Random, torsion: int) -> ref.Point:
    """Return a random multiple of B plus one of the eight points of small order."""
    point = ref.multiply(rng.randrange(ref.L), ref.BASE)
    return ref.add(point, ref.TORSION_POINTS[torsion])


def test_equation_holds_for_exactly_the_r_that_belongs_to_awkward_scalars() -> None:
    rng = random.Random(8)
    for number, k in enumerate(awkward_scalars()[::6]):
        a = mixed_point(rng, number % 8)
        s = rng.randrange(ref.L)
        r = ref.add(ref.multiply(s, ref.BASE), ref.negate(ref.multiply(k, a)))
        wrong = ref.add(r, ref.TORSION_POINTS[1 + number % 7])

        assert equation(s, k, ref.encode(a), ref.encode(r)) == HOST.lib.kProbeYes, k
        assert equation(s, k, ref.encode(a), ref.encode(wrong)) == HOST.lib.kProbeNo, k


@pytest.mark.parametrize("key_torsion", range(8))
def test_every_torsion_difference_in_r_is_seen(key_torsion: int) -> None:
    rng = random.Random(key_torsion)
    a = mixed_point(rng, key_torsion)
    s, k = rng.randrange(ref.L), rng.randrange(ref.L)
    r = ref.add(ref.multiply(s, ref.BASE), ref.negate(ref.multiply(k, a)))
    answers = [
        equation(s, k, ref.encode(a), ref.encode(ref.add(r, torsion)))
        for torsion in ref.TORSION_POINTS
    ]

    assert answers == [HOST.lib.kProbeYes] + [HOST.lib.kProbeNo] * 7


@pytest.mark.parametrize("scalar", [0, 1, 2, ref.L - 1])
def test_equation_of_small_multiples_that_meet_their_negatives(scalar: int) -> None:
    for a_scalar in (1, 2, ref.L - 1):
        for k in (0, 1, 2, ref.L - 1):
            a = ref.encode(ref.multiply(a_scalar, ref.BASE))
            r = ref.encode(ref.multiply((scalar - k * a_scalar) % ref.L, ref.BASE))

            assert equation(scalar, k, a, r) == HOST.lib.kProbeYes
            assert equation((scalar + 1) % ref.L, k, a, r) == HOST.lib.kProbeNo


def test_rom_configuration_has_no_split() -> None:
    rom = Core(_native32.ffi, _native32.lib)
    u, v = rom.ffi.new("uint8_t[32]"), rom.ffi.new("uint8_t[32]")

    assert rom.lib.probe_split(u, v, bytes(32)) == rom.lib.kProbeAbsent
