# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ed25519 by way of a key's multiples: the same values, and never with another key's."""

from __future__ import annotations

import random
from typing import Any, Final

import pytest
from firmware.acceptance import ACCEPTANCE, AcceptanceCase
from oracles import ed25519_reference as ref

from mooring_firmware import Ed25519Status
from mooring_firmware._core import Core

OK: Final = Ed25519Status.OK
PREPARED: Final = Ed25519Status.PREPARED
NOT_PREPARED: Final = Ed25519Status.NOT_PREPARED
NOT_STARTED: Final = Ed25519Status.NOT_STARTED
REFUSED: Final = b"\xff" * 32
SEED: Final = bytes(range(32))
KEY: Final = ref.public_key(SEED)
OTHER_KEY: Final = ref.public_key(SEED[::-1])
MESSAGE: Final = b"message"
SIGNATURE: Final = ref.sign(SEED, MESSAGE)

Answer = tuple[Ed25519Status, bytes]


def prepare(core: Core, key: bytes) -> tuple[Any, Ed25519Status]:
    prepared = core.ffi.new("ed25519_prepared_t *")
    return prepared, Ed25519Status(core.lib.ed25519_prepare(prepared, key))


def start(core: Core, prepared: Any, key: bytes, signature: bytes) -> tuple[Any, Ed25519Status]:
    ctx = core.ffi.new("ed25519_t *")
    return ctx, Ed25519Status(core.lib.ed25519_start_prepared(ctx, prepared, key, signature))


def finish(core: Core, ctx: Any, prepared: Any) -> Answer:
    r = core.ffi.new("uint8_t[32]", bytes(32))
    status = Ed25519Status(core.lib.ed25519_finish_prepared(ctx, prepared, r))
    return status, bytes(core.ffi.buffer(r))


def recompute(core: Core, prepared: Any, key: bytes, message: bytes, signature: bytes) -> Answer:
    ctx, _ = start(core, prepared, key, signature)
    core.lib.ed25519_update(ctx, message, len(message))
    return finish(core, ctx, prepared)


@pytest.mark.parametrize("case", ACCEPTANCE, ids=lambda case: case.comment)
def test_acceptance_rule_is_the_same_with_multiples(core: Core, case: AcceptanceCase) -> None:
    prepared, prepared_status = prepare(core, case.key)
    answer = recompute(core, prepared, case.key, case.message, case.signature)

    if case.recomputed_r is not None:
        assert prepared_status is OK
        assert answer == (OK, case.recomputed_r)
    elif case.refused_by == "KEY_NOT_ON_CURVE":
        assert prepared_status is Ed25519Status.KEY_NOT_ON_CURVE
        assert answer == (NOT_PREPARED, REFUSED)
    else:
        assert case.refused_by is not None
        assert answer == (Ed25519Status[case.refused_by], REFUSED)


def random_key(rng: random.Random) -> bytes:
    """The encoding of a point of any order but a small one."""
    while True:
        key = rng.randbytes(32)
        if ref.decode(key) is not None:
            return key


def test_value_equals_the_oracles_for_random_input(core: Core) -> None:
    rng = random.Random(8032)
    for _ in range(12):
        key = random_key(rng)
        prepared, _ = prepare(core, key)
        for _ in range(6):
            s = rng.randrange(ref.L).to_bytes(32, "little")
            signature, message = rng.randbytes(31) + b"\0" + s, rng.randbytes(rng.randrange(200))
            expected = ref.judge(key, message, signature).recomputed_r

            assert recompute(core, prepared, key, message, signature) == (OK, expected)


SPLIT_SCALARS: Final = [
    *(2**bit + offset for bit in (124, 127, 128, 129, 132, 252) for offset in (-1, 0, 1)),
    *(0, 1, 15, 16, 17, ref.L - 1, ref.L - 2, ref.L - 2**128, ref.L >> 1),
    (2**124 - 1) << 128,
    # Digits whose carry crosses the split, from windows of all ones.
    *(((1 << length) - 1) << (128 - length + 1) for length in range(1, 8)),
]


def test_value_equals_the_oracles_for_scalars_around_the_split(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    for scalar in SPLIT_SCALARS:
        signature = SIGNATURE[:32] + scalar.to_bytes(32, "little")
        expected = ref.judge(KEY, MESSAGE, signature).recomputed_r

        assert recompute(core, prepared, KEY, MESSAGE, signature) == (OK, expected), hex(scalar)


def test_multiples_serve_any_number_of_signatures(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    for number in range(20):
        message = number.to_bytes(4, "big")
        signature = ref.sign(SEED, message)

        assert recompute(core, prepared, KEY, message, signature) == (OK, signature[:32])
        assert recompute(core, prepared, KEY, message + b"!", signature)[1] != signature[:32]


def test_multiples_of_another_key_are_refused(core: Core) -> None:
    prepared, status = prepare(core, OTHER_KEY)
    _, started = start(core, prepared, KEY, SIGNATURE)

    assert status is OK
    assert started is NOT_PREPARED
    assert recompute(core, prepared, KEY, MESSAGE, SIGNATURE) == (NOT_PREPARED, REFUSED)


@pytest.mark.parametrize("filler", [0x00, 0xFF, 0x5A])
def test_multiples_that_were_never_made_are_refused(core: Core, filler: int) -> None:
    prepared: Any = core.ffi.new("ed25519_prepared_t *")
    buffer = core.ffi.buffer(prepared)
    buffer[:] = bytes([filler]) * len(buffer)
    core.ffi.memmove(prepared.key, KEY, 32)

    assert recompute(core, prepared, KEY, MESSAGE, SIGNATURE) == (NOT_PREPARED, REFUSED)


def test_key_that_is_no_point_leaves_multiples_of_no_key(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    not_a_point = (2).to_bytes(32, "little")
    status = Ed25519Status(core.lib.ed25519_prepare(prepared, not_a_point))

    assert status is Ed25519Status.KEY_NOT_ON_CURVE
    assert start(core, prepared, not_a_point, SIGNATURE)[1] is NOT_PREPARED
    assert start(core, prepared, KEY, SIGNATURE)[1] is NOT_PREPARED


def test_every_single_bit_flip_of_the_multiples_is_refused(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    buffer: Any = core.ffi.buffer(prepared)
    end = core.ffi.offsetof("ed25519_prepared_t", "check") + 4
    ctx = core.ffi.new("ed25519_t *")
    for index in range(end):
        original = buffer[index][0]
        for bit in range(8):
            buffer[index] = bytes([original ^ 1 << bit])
            status = core.lib.ed25519_start_prepared(ctx, prepared, KEY, SIGNATURE)
            assert status == NOT_PREPARED, (index, bit)
        buffer[index] = bytes([original])

    assert recompute(core, prepared, KEY, MESSAGE, SIGNATURE) == (OK, SIGNATURE[:32])


def test_multiples_are_checked_again_at_the_end(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    ctx, started = start(core, prepared, KEY, SIGNATURE)
    core.lib.ed25519_update(ctx, MESSAGE, len(MESSAGE))
    buffer: Any = core.ffi.buffer(prepared)
    buffer[100] = bytes((buffer[100][0] ^ 1,))

    assert started is PREPARED
    assert finish(core, ctx, prepared) == (NOT_PREPARED, REFUSED)


def test_multiples_of_another_key_cannot_take_their_place_before_the_end(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    others, _ = prepare(core, OTHER_KEY)
    ctx, _ = start(core, prepared, KEY, SIGNATURE)
    core.lib.ed25519_update(ctx, MESSAGE, len(MESSAGE))

    assert finish(core, ctx, others) == (NOT_PREPARED, REFUSED)


def test_context_gives_its_value_only_once(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    ctx, _ = start(core, prepared, KEY, SIGNATURE)
    core.lib.ed25519_update(ctx, MESSAGE, len(MESSAGE))

    assert finish(core, ctx, prepared) == (OK, SIGNATURE[:32])
    assert finish(core, ctx, prepared) == (NOT_STARTED, REFUSED)


def test_context_is_finished_the_way_it_was_started(core: Core) -> None:
    prepared, _ = prepare(core, KEY)
    r = core.ffi.new("uint8_t[32]")
    with_multiples, _ = start(core, prepared, KEY, SIGNATURE)
    without = core.ffi.new("ed25519_t *")
    assert core.lib.ed25519_start(without, KEY, SIGNATURE) == OK

    assert core.lib.ed25519_finish(with_multiples, r) == NOT_STARTED
    assert bytes(core.ffi.buffer(r)) == REFUSED
    assert finish(core, without, prepared) == (NOT_STARTED, REFUSED)
