# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One signature by AVX-512 IFMA: its field at the borders of limbs, and its verdicts.

The field is compared with Python integers, verdicts with published vectors and, word for word,
with the portable core.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
from pathlib import Path
from typing import Any, Final

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from firmware.acceptance import ACCEPTANCE
from oracles import ed25519_reference as ref

from mooring_firmware import VerifyStatus, _native
from mooring_firmware._core import Algorithm, Core

from .test_half_size import awkward_scalars

HOST: Final = Core(_native.ffi, _native.lib)
LIB: Final[Any] = HOST.lib
FFI: Final[Any] = HOST.ffi
IFMA: Final[Any] = LIB.verify_backend_find(b"ifma", LIB.cpu_features())
PORTABLE: Final[Any] = LIB.verify_backend_find(b"portable", 0)

LANES: Final = 4
LIMBS: Final = 5
RADIX: Final = 51

pytestmark = pytest.mark.skipif(
    IFMA == FFI.NULL, reason="this processor has no AVX-512 IFMA, or this build none for it"
)

# -----------------------------------------------------------------------------
# The field
# -----------------------------------------------------------------------------

Element = list[int]
"""Five limbs in radix 2^51, each of up to 64 bits."""

FACTOR_LIMIT: Final = 2**51 + 2**16
"""What every limb of a factor is below."""


def value(element: Element) -> int:
    return sum(limb << (RADIX * index) for index, limb in enumerate(element)) % ref.P


def compute(operation: int, a: list[Element], b: list[Element]) -> list[Element]:
    """Run one operation on four lanes."""
    out = FFI.new("uint64_t[20]")
    operands = [
        FFI.new("uint64_t[20]", [lanes[j][i] for i in range(LIMBS) for j in range(LANES)])
        for lanes in (a, b)
    ]
    LIB.probe_fe4(out, operation, *operands)
    numbers: list[int] = list(out)
    return [[numbers[LANES * i + j] for i in range(LIMBS)] for j in range(LANES)]


def border_elements(limit: int, seed: int) -> list[Element]:
    """Elements whose limbs lie at borders below `limit`, and some at random."""
    rng = random.Random(seed)
    borders = [0, 1, 2**51 - 20, 2**51 - 19, 2**51 - 1, 2**51, limit - 1]
    found = [[limb] * LIMBS for limb in borders]
    for place, limb in itertools.product(range(LIMBS), borders):
        found += [[limb if i == place else other for i in range(LIMBS)] for other in (0, limit - 1)]
    # p, 2p, and their neighbours
    found += [[2**51 - 19 + offset] + [2**51 - 1] * 4 for offset in range(-1, 20)]
    found += [[rng.choice(borders) for _ in range(LIMBS)] for _ in range(200)]
    found += [[rng.randrange(limit) for _ in range(LIMBS)] for _ in range(200)]
    return found + found[: -len(found) % LANES]


def rows_of(elements: list[Element]) -> list[list[Element]]:
    return [elements[i : i + LANES] for i in range(0, len(elements) - LANES + 1, LANES)]


def test_products_of_limbs_at_their_borders_are_right_in_every_lane() -> None:
    rng = random.Random(1)
    elements = border_elements(FACTOR_LIMIT, 2)
    shuffled = rng.sample(elements, len(elements))
    for a, b in zip(rows_of(elements), rows_of(shuffled), strict=True):
        for shift in range(LANES):
            turned_a, turned_b = a[shift:] + a[:shift], b[shift:] + b[:shift]
            product = compute(LIB.kProbeFe4Multiply, turned_a, turned_b)
            square = compute(LIB.kProbeFe4Square, turned_a, turned_b)
            for lane in range(LANES):
                x, y = turned_a[lane], turned_b[lane]
                assert value(product[lane]) == value(x) * value(y) % ref.P, (x, y)
                assert value(square[lane]) == value(x) ** 2 % ref.P, x
                assert max(product[lane] + square[lane]) < FACTOR_LIMIT, (x, y)


def test_the_largest_factors_of_all_give_products_within_bounds() -> None:
    largest = [[FACTOR_LIMIT - 1] * LIMBS] * LANES

    product = compute(LIB.kProbeFe4Multiply, largest, largest)

    assert product == compute(LIB.kProbeFe4Square, largest, largest)
    assert all(value(lane) == value(largest[0]) ** 2 % ref.P for lane in product)
    assert max(map(max, product)) < FACTOR_LIMIT


def test_carries_bring_any_limbs_below_62_bits_to_a_factor() -> None:
    for row in rows_of(border_elements(2**62, 3)):
        carried = compute(LIB.kProbeFe4Carry, row, row)
        for before, after in zip(row, carried, strict=True):
            assert value(after) == value(before), before
            assert max(after) < FACTOR_LIMIT, before


def test_frozen_elements_are_the_representatives_below_p() -> None:
    for row in rows_of(border_elements(FACTOR_LIMIT, 4)):
        for before, after in zip(row, compute(LIB.kProbeFe4Freeze, row, row), strict=True):
            number = sum(limb << (RADIX * index) for index, limb in enumerate(after))
            assert number == value(before), before
            assert max(after) < 2**51, before


def test_small_multiples_and_differences_are_right_at_the_borders() -> None:
    elements = border_elements(FACTOR_LIMIT, 5)
    others = elements[::-1]
    for a, b in zip(rows_of(elements), rows_of(others), strict=True):
        constants = [[2**19 - 1 - lane, 0, 0, 0, 0] for lane in range(LANES)]
        multiple = compute(LIB.kProbeFe4MultiplySmall, a, constants)
        difference = compute(LIB.kProbeFe4Subtract, a, b)
        for lane in range(LANES):
            expected = value(a[lane]) * constants[lane][0] % ref.P
            assert value(multiple[lane]) == expected, a[lane]
            assert value(difference[lane]) == (value(a[lane]) - value(b[lane])) % ref.P
            assert max(multiple[lane] + difference[lane]) < FACTOR_LIMIT, a[lane]


# -----------------------------------------------------------------------------
# The equation, for any k
# -----------------------------------------------------------------------------


def equation(s: int, k: int, a: bytes, r: bytes) -> int:
    numbers = (number.to_bytes(32, "little") for number in (s, k))
    answer: int = LIB.probe_equation_ifma(*numbers, a, r)
    return answer


def test_equation_holds_for_exactly_the_r_that_belongs_to_awkward_scalars() -> None:
    rng = random.Random(8)
    for number, k in enumerate(awkward_scalars()[::6]):
        torsion = ref.TORSION_POINTS[number % 8]
        a = ref.add(ref.multiply(rng.randrange(ref.L), ref.BASE), torsion)
        s = rng.randrange(ref.L)
        r = ref.add(ref.multiply(s, ref.BASE), ref.negate(ref.multiply(k, a)))
        wrong = ref.add(r, ref.TORSION_POINTS[1 + number % 7])

        assert equation(s, k, ref.encode(a), ref.encode(r)) == LIB.kProbeYes, k
        assert equation(s, k, ref.encode(a), ref.encode(wrong)) == LIB.kProbeNo, k


@pytest.mark.parametrize("key_torsion", range(8))
def test_every_torsion_difference_in_r_is_seen(key_torsion: int) -> None:
    rng = random.Random(key_torsion)
    a = ref.add(ref.multiply(rng.randrange(ref.L), ref.BASE), ref.TORSION_POINTS[key_torsion])
    s, k = rng.randrange(ref.L), rng.randrange(ref.L)
    r = ref.add(ref.multiply(s, ref.BASE), ref.negate(ref.multiply(k, a)))
    answers = [
        equation(s, k, ref.encode(a), ref.encode(ref.add(r, torsion)))
        for torsion in ref.TORSION_POINTS
    ]

    assert answers == [LIB.kProbeYes] + [LIB.kProbeNo] * 7


@pytest.mark.parametrize("scalar", [0, 1, 2, ref.L - 1])
def test_equation_of_small_multiples_that_meet_their_negatives(scalar: int) -> None:
    for a_scalar, k in itertools.product((1, 2, ref.L - 1), (0, 1, 2, ref.L - 1)):
        a = ref.encode(ref.multiply(a_scalar, ref.BASE))
        r = ref.encode(ref.multiply((scalar - k * a_scalar) % ref.L, ref.BASE))

        assert equation(scalar, k, a, r) == LIB.kProbeYes
        assert equation((scalar + 1) % ref.L, k, a, r) == LIB.kProbeNo


# -----------------------------------------------------------------------------
# Verdicts
# -----------------------------------------------------------------------------


def verdict(backend: Any, key: bytes, message: bytes, signature: bytes) -> VerifyStatus:
    return VerifyStatus(LIB.verify_with(backend, key, message, len(message), signature))


def agreed(key: bytes, message: bytes, signature: bytes) -> VerifyStatus:
    """Return the verdict, which must be the portable core's."""
    found = verdict(IFMA, key, message, signature)
    assert found == verdict(PORTABLE, key, message, signature), (key, message, signature)
    return found


@pytest.mark.parametrize("case", ACCEPTANCE, ids=lambda case: case.comment)
def test_acceptance_rule_gives_the_word(case: Any) -> None:
    found = agreed(case.key, case.message, case.signature)

    if case.refused_by is None:
        assert found is VerifyStatus.OK
    elif case.refused_by.startswith("KEY_"):
        assert found is VerifyStatus.BAD_KEY
    else:
        assert found is VerifyStatus.BAD_SIGNATURE


def test_shared_wycheproof_verdicts(shared_dir: Path) -> None:
    path = shared_dir / "vectors" / "wycheproof" / "ed25519_test.json.gz"
    document: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    for group in document["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            if len(signature) == 64:
                accepted = agreed(key, message, signature) is VerifyStatus.OK
                assert accepted == (test["result"] == "valid"), test["tcId"]


def test_packaged_signatures_are_accepted_and_their_neighbours_refused() -> None:
    path = Path(cryptography_vectors.__file__).parent / "asymmetric" / "Ed25519" / "sign.input"
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines()):
        _, key_text, message_text, signed_text, _ = line.split(":")
        key, message = bytes.fromhex(key_text), bytes.fromhex(message_text)
        signature = bytes.fromhex(signed_text)[:64]
        changed = message + b"!"
        assert verdict(IFMA, key, message, signature) is VerifyStatus.OK, number
        assert verdict(IFMA, key, changed, signature) is VerifyStatus.BAD_SIGNATURE, number


def test_random_and_mutated_signatures_get_the_portable_verdict() -> None:
    rng = random.Random(9)
    accepted = 0
    for _ in range(500):
        private = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        key = private.public_key().public_bytes_raw()
        message = rng.randbytes(rng.randrange(400))
        signature = private.sign(message)
        assert agreed(key, message, signature) is VerifyStatus.OK
        for _ in range(6):
            both = bytearray(key + signature)
            if rng.random() < 0.8:
                both[rng.randrange(96)] ^= 1 << rng.randrange(8)
            else:
                start = rng.choice((0, 32, 64))
                both[start : start + 32] = rng.randbytes(32)
            status = agreed(bytes(both[:32]), message, bytes(both[32:]))
            accepted += status is VerifyStatus.OK
    assert accepted == 0


def edge_encodings() -> list[bytes]:
    """Encodings of the special points, of y around 0 and p, and of points of mixed order."""
    rng = random.Random(10)
    numbers = {ref.P + offset for offset in range(-3, 19)} | set(range(4))
    found = {number.to_bytes(32, "little") for number in numbers}
    found |= {(number | ref.SIGN_BIT).to_bytes(32, "little") for number in numbers}
    base = ref.multiply(rng.randrange(ref.L), ref.BASE)
    for torsion in ref.TORSION_POINTS:
        found |= {ref.encode(torsion), ref.encode(ref.add(base, torsion))}
    return sorted(found)


def test_every_pair_of_edge_encodings_gets_the_portable_verdict_for_s_around_l() -> None:
    scalars = [0, 1, ref.L - 1, ref.L, ref.L + 1, 2**255 - 1, 2**256 - 1]
    judged = 0
    for (number, key), r in itertools.product(enumerate(edge_encodings()), edge_encodings()):
        s = scalars[judged % len(scalars)]
        assert agreed(key, bytes([number]), r + s.to_bytes(32, "little")) is not VerifyStatus.OK
        judged += 1
    assert judged == len(edge_encodings()) ** 2 > 2500


def test_s_plus_l_is_refused_where_s_is_accepted() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key, signature = private.public_key().public_bytes_raw(), private.sign(b"once")
    s = int.from_bytes(signature[32:], "little") + ref.L

    assert agreed(key, b"once", signature) is VerifyStatus.OK
    malleable = signature[:32] + s.to_bytes(32, "little")
    assert agreed(key, b"once", malleable) is VerifyStatus.BAD_SIGNATURE


def test_messages_of_every_length_around_the_blocks_of_the_hash() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = private.public_key().public_bytes_raw()
    for length in [*range(200), 255, 256, 300, 319, 320, 1000, 5000]:
        message = bytes(index & 0xFF for index in range(length))
        signature = private.sign(message)
        assert agreed(key, message, signature) is VerifyStatus.OK, length
        assert agreed(key, message + b"\0", signature) is VerifyStatus.BAD_SIGNATURE, length


def test_the_algorithm_s_own_door_answers_as_this_back_end() -> None:
    case = next(case for case in ACCEPTANCE if case.refused_by is None)
    ours = HOST.verify_status(Algorithm.ED25519, case.key, case.message, case.signature)

    assert ours is verdict(IFMA, case.key, case.message, case.signature) is VerifyStatus.OK
