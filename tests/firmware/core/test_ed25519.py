# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ed25519 against an oracle and OpenSSL on random input; contexts and lengths."""

from __future__ import annotations

import random
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from oracles import ed25519_reference as ref

from mooring_firmware import Algorithm, Ed25519Status, VerifyStatus
from mooring_firmware._core import Core

ED25519: Final = Algorithm.ED25519
REFUSED: Final = b"\xff" * 32
SEED: Final = bytes(range(32))
KEY: Final = ref.public_key(SEED)
MESSAGE: Final = b"message"
SIGNATURE: Final = ref.sign(SEED, MESSAGE)


def random_encoding(rng: random.Random) -> bytes:
    """Return a point's encoding: any y on the curve, so of mixed order in seven cases of eight."""
    while True:
        encoding = rng.randbytes(32)
        if ref.decode(encoding) is not None:
            return encoding


def test_recomputed_value_equals_the_oracles_for_random_input(core: Core) -> None:
    rng = random.Random(8032)
    for _ in range(60):
        key, r = random_encoding(rng), rng.randbytes(31) + b"\0"
        s = rng.randrange(ref.L).to_bytes(32, "little")
        message = rng.randbytes(rng.randrange(200))
        expected = ref.judge(key, message, r + s).recomputed_r

        assert core.ed25519_recompute(key, message, r + s) == (Ed25519Status.OK, expected)
        assert not core.verify(ED25519, key, message, r + s)


def test_recomputed_value_equals_the_oracles_for_extreme_scalars(core: Core) -> None:
    rng = random.Random(1)
    scalars = [0, 1, 2, 3, 8, ref.L - 1, ref.L - 2, 2**252, 2**252 - 1, 2**128, 2**127 - 1]
    for scalar in scalars:
        signature = rng.randbytes(31) + b"\0" + scalar.to_bytes(32, "little")
        for key in (KEY, ref.encode(ref.BASE), random_encoding(rng)):
            expected = ref.judge(key, b"", signature).recomputed_r

            assert core.ed25519_recompute(key, b"", signature) == (Ed25519Status.OK, expected)


def test_verdict_equals_openssl_on_good_and_damaged_signatures(core: Core) -> None:
    rng = random.Random(2)
    for length in range(150):
        private = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        key, message = private.public_key().public_bytes_raw(), rng.randbytes(length)
        signature = private.sign(message)
        damaged = bytearray(signature)
        damaged[rng.randrange(64)] ^= rng.randrange(1, 256)

        assert core.verify(ED25519, key, message, signature)
        assert not core.verify(ED25519, key, message, bytes(damaged))


@pytest.mark.parametrize("length", [0, 1, 31, 33, 64])
def test_key_of_another_length_is_refused_unread(core: Core, length: int) -> None:
    status = core.verify_status(ED25519, bytes(length), MESSAGE, SIGNATURE)

    assert status is VerifyStatus.BAD_KEY_LENGTH


@pytest.mark.parametrize("length", [0, 32, 63, 65, 128])
def test_signature_of_another_length_is_refused_unread(core: Core, length: int) -> None:
    status = core.verify_status(ED25519, KEY, MESSAGE, (SIGNATURE * 2)[:length])

    assert status is VerifyStatus.BAD_SIGNATURE_LENGTH


@pytest.mark.parametrize("algorithm", [-8, -7, -9, -20, -18, 0, 19, -(2**31), 2**31 - 1])
def test_algorithm_not_built_in_is_refused(core: Core, algorithm: int) -> None:
    status = core.verify_status(algorithm, KEY, MESSAGE, SIGNATURE)

    assert status is VerifyStatus.UNKNOWN_ALGORITHM


def test_message_may_be_null_if_empty(core: Core) -> None:
    signature = ref.sign(SEED, b"")
    status = core.lib.mooring_verify(ED25519, KEY, 32, core.ffi.NULL, 0, signature, 64)

    assert status == VerifyStatus.OK


def started(core: Core, key: bytes, signature: bytes) -> tuple[Any, int]:
    ctx = core.ffi.new("ed25519_t *")
    return ctx, core.lib.ed25519_start(ctx, key, signature)


def finish(core: Core, ctx: Any) -> tuple[Ed25519Status, bytes]:
    r = core.ffi.new("uint8_t[32]", bytes(32))
    status = Ed25519Status(core.lib.ed25519_finish(ctx, r))
    return status, bytes(core.ffi.buffer(r))


def test_message_in_pieces_gives_the_same_value(core: Core) -> None:
    message = random.Random(3).randbytes(200)
    signature = ref.sign(SEED, message)
    for split in range(len(message) + 1):
        ctx, status = started(core, KEY, signature)
        core.lib.ed25519_update(ctx, message[:split], split)
        core.lib.ed25519_update(ctx, message[split:], len(message) - split)

        assert status == Ed25519Status.OK
        assert finish(core, ctx) == (Ed25519Status.OK, signature[:32])


def test_context_gives_its_value_only_once(core: Core) -> None:
    ctx, _ = started(core, KEY, SIGNATURE)
    core.lib.ed25519_update(ctx, MESSAGE, len(MESSAGE))

    assert finish(core, ctx) == (Ed25519Status.OK, SIGNATURE[:32])
    assert finish(core, ctx) == (Ed25519Status.NOT_STARTED, REFUSED)


def test_refused_start_is_kept_until_the_end(core: Core) -> None:
    signature = SIGNATURE[:32] + ref.L.to_bytes(32, "little")
    ctx, status = started(core, KEY, signature)
    core.lib.ed25519_update(ctx, MESSAGE, len(MESSAGE))

    assert status == Ed25519Status.S_OUT_OF_RANGE
    assert finish(core, ctx) == (Ed25519Status.S_OUT_OF_RANGE, REFUSED)


@pytest.mark.parametrize("filler", [0x00, 0xFF, 0x5A])
def test_context_that_was_never_started_refuses(core: Core, filler: int) -> None:
    ctx = core.ffi.new("ed25519_t *")
    buffer = core.ffi.buffer(ctx)
    buffer[:] = bytes([filler]) * len(buffer)
    r = core.ffi.new("uint8_t[32]", bytes(32))

    assert core.lib.ed25519_finish(ctx, r) != Ed25519Status.OK
    assert bytes(core.ffi.buffer(r)) == REFUSED


def test_what_a_refusal_leaves_in_r_is_no_acceptable_r() -> None:
    assert not ref.is_canonical(REFUSED)


def test_recompute_of_other_lengths_is_an_error(core: Core) -> None:
    with pytest.raises(ValueError, match="key of 31 and signature of 64 bytes"):
        core.ed25519_recompute(KEY[:31], MESSAGE, SIGNATURE)
