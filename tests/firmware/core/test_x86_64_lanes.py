# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Bulk verification with a signature in each lane: every position, every edge, every raggedness.

The oracle is the reference in Python integers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from oracles import ed25519_reference as ref

from mooring_firmware import _native

from .test_x86_64_lane_fields import SPLIT_LANES, split

FFI: Final = _native.ffi
LIB: Final = _native.lib
MOST_LANES: Final = 8
UNTOUCHED: Final = b"\xa5" * 8


def lane_backends() -> list[str]:
    """The back ends of this build that judge many signatures in lanes."""
    found = {FFI.string(LIB.verify_backend_at(i).name) for i in range(LIB.verify_backend_count())}
    return [name for name in ("avx2", "ifma") if name.encode() in found]


@pytest.fixture(params=lane_backends())
def many(request: pytest.FixtureRequest) -> Any:
    """A back end with lanes."""
    backend = LIB.verify_backend_find(request.param.encode(), LIB.cpu_features())
    if backend == FFI.NULL:
        pytest.skip(f"this processor lacks what the back end {request.param} needs")
    return backend


@dataclass(frozen=True)
class Item:
    """A key, a message and a signature."""

    key: bytes
    message: bytes
    signature: bytes


@cache
def expected(item: Item) -> int:
    """What the reference says."""
    return int(ref.judge(item.key, item.message, item.signature).accepted)


def judged(backend: Any, items: list[Item]) -> list[int]:
    """The back end's verdicts; whatever follows them must stay as it is."""
    offsets = [0, *accumulate(len(item.message) for item in items)]
    verdicts = FFI.new("uint8_t[]", len(items) * UNTOUCHED[:1] + UNTOUCHED)
    backend.verify_many(
        len(items),
        b"".join(item.key for item in items),
        b"".join(item.signature for item in items),
        b"".join(item.message for item in items),
        FFI.new("size_t[]", offsets),
        verdicts,
    )
    written = bytes(FFI.buffer(verdicts))
    assert written[len(items) :] == UNTOUCHED + b"\0"
    return list(written[: len(items)])


def signed(rng: random.Random, length: int) -> Item:
    """A good signature over a message of `length` bytes."""
    seed, message = rng.randbytes(32), rng.randbytes(length)
    return Item(ref.public_key(seed), message, ref.sign(seed, message))


def flipped(item: Item, bit: int) -> Item:
    """`item` with one bit of its signature changed."""
    changed = int.from_bytes(item.signature, "little") ^ 1 << bit
    return replace(item, signature=changed.to_bytes(64, "little"))


def with_key(item: Item, key: int) -> Item:
    """`item` with another key."""
    return replace(item, key=key.to_bytes(32, "little"))


def with_r(item: Item, r: int) -> Item:
    """`item` with another R."""
    return replace(item, signature=r.to_bytes(32, "little") + item.signature[32:])


def with_s(item: Item, s: int) -> Item:
    """`item` with another S."""
    return replace(item, signature=item.signature[:32] + s.to_bytes(32, "little"))


def signed_on_torsion(rng: random.Random, key_torsion: int, good: bool) -> Item:
    """A signature whose key and R have parts of small order, which cancel if it is to be good."""
    secret = rng.randrange(1, ref.L)
    torsion = ref.TORSION_POINTS[key_torsion]
    key = ref.encode(ref.add(ref.multiply(secret, ref.BASE), torsion))
    while True:
        nonce, r_torsion, message = rng.randrange(1, ref.L), rng.randrange(8), rng.randbytes(20)
        point = ref.add(ref.multiply(nonce, ref.BASE), ref.TORSION_POINTS[r_torsion])
        r = ref.encode(point)
        k = ref.challenge(r, key, message)
        if ((k * key_torsion + r_torsion) % 8 == 0) == good:
            s = (nonce + k * secret) % ref.L
            return Item(key, message, r + s.to_bytes(32, "little"))


GOOD: Final = [signed(random.Random(40 + i), 5 * i * i) for i in range(12)]


def edges() -> list[Item]:
    """Items at the borders of what is accepted."""
    good = GOOD[3]
    s = int.from_bytes(good.signature[32:], "little")
    ys = [0, 1, 2, 3, 4, 5, ref.P - 3, ref.P - 2, ref.P - 1, ref.P, ref.P + 1, 2**255 - 1]
    ys += [int.from_bytes(each, "little") for each in sorted(ref.SMALL_ORDER_ENCODINGS)]
    # Each limb full or empty, in both radices.
    ys += [2**bit - 1 for bit in (51, 52, 102, 104, 153, 156, 204, 208)]
    ys += [2**bit for bit in (51, 52, 102, 104, 153, 156, 204, 208)]
    found = [with_key(good, y | sign) for y in ys for sign in (0, ref.SIGN_BIT) if y < 2**255]
    found += [with_r(good, y | sign) for y in ys for sign in (0, ref.SIGN_BIT) if y < 2**255]
    found += [
        with_s(good, value) for value in (0, 1, ref.L - 1, ref.L, ref.L + 1, 2**253, s + ref.L)
    ]
    return [*found, with_s(good, 2**256 - 1), with_s(good, s)]


def test_every_lane_accepts_the_good_and_refuses_the_bad(many: Any) -> None:
    for lane in range(MOST_LANES):
        items = [GOOD[(i + lane) % len(GOOD)] for i in range(MOST_LANES)]
        items[lane] = flipped(items[lane], 8 * 40 + lane)

        assert judged(many, items) == [int(i != lane) for i in range(MOST_LANES)]


@pytest.mark.parametrize("count", range(34))
def test_any_count_is_judged_and_nothing_beyond_it_is_written(many: Any, count: int) -> None:
    rng = random.Random(count)
    items = [GOOD[rng.randrange(len(GOOD))] for _ in range(count)]
    verdicts = [1] * count
    for i in range(count):
        if rng.randrange(3) == 0:
            items[i] = flipped(items[i], rng.randrange(512))
            verdicts[i] = 0

    assert judged(many, items) == verdicts


def test_a_longer_batch_with_bad_items_among_good_ones(many: Any) -> None:
    rng = random.Random(9)
    items = [GOOD[rng.randrange(len(GOOD))] for _ in range(203)]
    bad = sorted(rng.sample(range(len(items)), 40))
    for number, i in enumerate(bad):
        items[i] = flipped(items[i], rng.randrange(512))
        if number % 4 == 0:
            items[i] = with_s(items[i], ref.L + number)

    assert [i for i, verdict in enumerate(judged(many, items)) if not verdict] == bad


@pytest.mark.parametrize("first_lane", [0, 5])
def test_edges_are_judged_as_the_reference_judges_them(many: Any, first_lane: int) -> None:
    items = [*GOOD[:first_lane], *edges()]
    verdicts = [expected(item) for item in items]

    assert judged(many, items) == verdicts
    assert sum(verdicts[first_lane:]) == 1


@pytest.mark.parametrize("key_torsion", range(8))
def test_parts_of_small_order_count_as_without_cofactor(many: Any, key_torsion: int) -> None:
    rng = random.Random(key_torsion)
    items = [signed_on_torsion(rng, key_torsion, good=i % 3 == 0) for i in range(12)]
    verdicts = [int(i % 3 == 0) for i in range(12)]

    assert [expected(item) for item in items] == verdicts
    assert judged(many, items) == verdicts


def test_each_bit_of_key_and_signature_matters_in_every_lane(many: Any) -> None:
    for lane in range(MOST_LANES):
        good = GOOD[lane]
        items = [flipped(good, bit) for bit in range(lane, 512, MOST_LANES)]
        key = int.from_bytes(good.key, "little")
        items += [with_key(good, key ^ 1 << bit) for bit in range(lane, 256, MOST_LANES)]

        assert judged(many, items) == [0] * len(items)
        assert judged(many, [good]) == [1]


def test_unaligned_arrays_are_read(many: Any) -> None:
    items = GOOD[:9]
    offsets = [0, *accumulate(len(item.message) for item in items)]
    keys = FFI.new("uint8_t[]", b"?" + b"".join(item.key for item in items))
    signatures = FFI.new("uint8_t[]", b"?" + b"".join(item.signature for item in items))
    messages = FFI.new("uint8_t[]", b"?" + b"".join(item.message for item in items))
    verdicts = FFI.new("uint8_t[]", len(items) + 1)
    many.verify_many(
        len(items),
        keys + 1,
        signatures + 1,
        messages + 1,
        FFI.new("size_t[]", offsets),
        verdicts + 1,
    )

    assert bytes(FFI.buffer(verdicts)) == b"\0" + b"\1" * len(items)


def test_a_lane_whose_split_is_left_to_the_portable_core_is_judged_like_any_other(
    many: Any,
) -> None:
    rng = random.Random(12)
    private = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    key = private.public_key().public_bytes_raw()
    messages = [rng.randbytes(8) for _ in range(250 * SPLIT_LANES)]
    items = [Item(key, message, private.sign(message)) for message in messages]
    challenges = [ref.challenge(item.signature[:32], key, item.message) for item in items]
    groups = range(0, len(items), SPLIT_LANES)
    splits = [pair for i in groups for pair in split(challenges[i : i + SPLIT_LANES])]
    left = [item for item, pair in zip(items, splits, strict=True) if pair is None]
    batch = [*GOOD[:5], *left[:20], *GOOD[:MOST_LANES]]
    bad = [flipped(item, 300) for item in batch]

    assert left  # where there is no split in lanes, that is all of them
    assert judged(many, batch) == [1] * len(batch)
    assert judged(many, bad) == [0] * len(bad)
