# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Batches: each item's verdict is its own, whatever the buffers, offsets and threads."""

from __future__ import annotations

import random
import sys
import threading
from array import array
from typing import Any, Final

import numpy as np
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mooring_firmware import Algorithm, Packed, VerifyStatus, pack
from mooring_firmware._core import Core

ED25519: Final = Algorithm.ED25519
PRIVATE: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY: Final = PRIVATE.public_key().public_bytes_raw()
MESSAGE: Final = b"message"
SIGNATURE: Final = PRIVATE.sign(MESSAGE)


def items(count: int = 24) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Keys, signatures and messages: good and damaged in turn, empty messages and long ones."""
    rng = random.Random(4)
    keys: list[bytes] = []
    signatures: list[bytes] = []
    messages: list[bytes] = []
    for index in range(count):
        private = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        message = rng.randbytes(rng.choice([0, 1, 100, 300]))
        signature = private.sign(message)
        if index % 3 == 1:
            signature = signature[:40] + bytes(8) + signature[48:]
        keys.append(private.public_key().public_bytes_raw())
        messages.append(message)
        signatures.append(signature)
    # One of small order, one not canonical, one not on the curve.
    keys[3], keys[6], keys[9] = bytes(32), b"\xff" * 32, (2).to_bytes(32, "little")
    return keys, signatures, messages


def openssl_accepts(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


ITEMS: Final = items()
# OpenSSL's rule is ours for these: no key here has a point that only one of them takes.
EXPECTED: Final = bytes(openssl_accepts(*item) for item in zip(*ITEMS, strict=True))
PACKED: Final = pack(*ITEMS)


def test_batch_gives_each_item_openssl_s_verdict(core: Core) -> None:
    assert core.verify_batch(*PACKED) == EXPECTED
    assert EXPECTED.count(1) == 13


def test_batch_verdict_does_not_depend_on_the_neighbours(core: Core) -> None:
    backwards = pack(*(each[::-1] for each in ITEMS))

    assert core.verify_batch(*backwards) == EXPECTED[::-1]


def test_batch_of_any_count_judges_exactly_its_items(core: Core) -> None:
    for count in range(len(EXPECTED) + 1):
        part = pack(*(each[:count] for each in ITEMS))

        assert core.verify_batch(*part) == EXPECTED[:count]


def test_two_errors_that_would_cancel_in_a_sum_are_both_refused(core: Core) -> None:
    # S + 1 in one item and S - 1 in the other: a combined equation with equal weights holds.
    s = int.from_bytes(SIGNATURE[32:], "little")
    up = SIGNATURE[:32] + (s + 1).to_bytes(32, "little")
    down = SIGNATURE[:32] + (s - 1).to_bytes(32, "little")

    assert core.verify_batch(KEY * 2, up + down, MESSAGE * 2) == b"\0\0"


@pytest.mark.parametrize("threads", [0, 1, 2, 3, 7, 300])
def test_verdicts_do_not_depend_on_the_number_of_threads(core: Core, threads: int) -> None:
    times = 6
    repeated = pack(*(each * times for each in ITEMS))

    assert core.verify_batch(*repeated, threads=threads) == EXPECTED * times


def test_messages_of_one_length_need_no_offsets(core: Core) -> None:
    count = 700  # more than a chunk
    signatures = [SIGNATURE] * count
    signatures[513] = SIGNATURE[:32] + bytes(32)
    verdicts = core.verify_batch(KEY * count, b"".join(signatures), MESSAGE * count)

    assert verdicts == b"\1" * 513 + b"\0" + b"\1" * (count - 514)


def test_empty_batch_is_judged(core: Core) -> None:
    assert core.verify_batch(b"", b"", b"") == b""
    assert core.verify_batch(b"", b"", b"", array("Q", [0])) == b""


def test_offsets_may_leave_bytes_out_at_either_end(core: Core) -> None:
    offsets = array("Q", [3, 3 + len(MESSAGE)])

    assert core.verify_batch(KEY, SIGNATURE, b"???" + MESSAGE + b"!", offsets) == b"\1"


# -----------------------------------------------------------------------------
# Buffers
# -----------------------------------------------------------------------------


def numpy_of(packed: Packed) -> tuple[Any, ...]:
    return (
        np.frombuffer(packed.keys, np.uint8).reshape(-1, 32),
        np.frombuffer(packed.signatures, np.uint8).reshape(-1, 64),
        np.frombuffer(packed.messages, np.uint8),
        np.array(packed.offsets, np.uint64),
    )


BUFFERS: Final = {
    "bytearray": (bytearray(PACKED[0]), bytearray(PACKED[1]), bytearray(PACKED[2]), PACKED[3]),
    "memoryview": tuple(memoryview(each) for each in PACKED),
    "unaligned": (*(memoryview(b"x" + each)[1:] for each in PACKED[:3]), PACKED[3]),
    "NumPy": numpy_of(PACKED),
    "NumPy, signed offsets": (*numpy_of(PACKED)[:3], np.array(PACKED.offsets, np.int64)),
}


@pytest.mark.parametrize("kind", BUFFERS)
def test_any_contiguous_buffer_will_do(core: Core, kind: str) -> None:
    assert core.verify_batch(*BUFFERS[kind]) == EXPECTED


def test_out_receives_the_verdicts(core: Core) -> None:
    out = np.full(len(EXPECTED), 7, np.uint8)

    assert core.verify_batch(*PACKED, out=out) is None
    assert out.tobytes() == EXPECTED


def unwritten(**replaced: Any) -> dict[str, Any]:
    arguments = dict(zip(("keys", "signatures", "messages", "offsets"), PACKED, strict=True))
    return {**arguments, **replaced}


WRONG: Final = {
    "text": (unwritten(keys="k"), TypeError, "keys: expected a contiguous buffer.* found str"),
    "wide keys": (
        unwritten(keys=np.zeros((24, 4), np.uint64)),
        TypeError,
        "keys: expected bytes, found items of 8 bytes",
    ),
    "half a key": (
        unwritten(keys=PACKED.keys[:-1]),
        ValueError,
        "keys: expected 32 bytes an item, found 767 bytes in all",
    ),
    "rows of another length": (
        unwritten(keys=np.zeros((12, 64), np.uint8)),
        ValueError,
        r"keys: expected rows of 32 bytes, found shape \(12, 64\)",
    ),
    "every second key": (
        unwritten(keys=np.zeros((48, 32), np.uint8)[::2]),
        ValueError,
        r"keys: expected a contiguous buffer, found strides \(64, 1\)",
    ),
    "too few signatures": (
        unwritten(signatures=PACKED.signatures[64:]),
        ValueError,
        "signatures: expected 24 items of 64 bytes, 1536 in all, found 1472",
    ),
    "messages of words": (
        unwritten(messages=array("I", [0])),
        TypeError,
        "messages: expected bytes, found items of 4 bytes",
    ),
    "too few offsets": (
        unwritten(offsets=PACKED.offsets[1:]),
        ValueError,
        "offsets: expected 25, one more than there are items, found 24",
    ),
    "narrow offsets": (
        unwritten(offsets=np.array(PACKED.offsets, np.uint32)),
        TypeError,
        "offsets: expected integers of 64 bits .* found items of 4 bytes",
    ),
    "offsets in fractions": (
        unwritten(offsets=np.array(PACKED.offsets, np.float64)),
        TypeError,
        "offsets: expected integers of 64 bits",
    ),
    "foreign byte order": (
        unwritten(offsets=np.array(PACKED.offsets, ">u8" if sys.byteorder == "little" else "<u8")),
        TypeError,
        "offsets: expected integers of 64 bits in this machine's order",
    ),
    "offsets running backwards": (
        unwritten(offsets=array("Q", [*PACKED.offsets[:5], 9999, *PACKED.offsets[6:]])),
        ValueError,
        "offsets: expected none below the one before it, found 9999 at 5 and",
    ),
    "offsets beyond the end": (
        unwritten(offsets=array("Q", [*PACKED.offsets[:-1], len(PACKED.messages) + 1])),
        ValueError,
        f"beyond the {len(PACKED.messages)} bytes of messages, found {len(PACKED.messages) + 1}",
    ),
    "negative offset": (
        unwritten(offsets=array("q", [-1, *PACKED.offsets[1:]])),
        ValueError,
        "offsets: expected none below the one before it, found 18446744073709551615 at 0",
    ),
    "unequal lengths without offsets": (
        unwritten(offsets=None, messages=bytes(25)),
        ValueError,
        "messages: without offsets expected 24 of one length, found 25 bytes in all",
    ),
    "read-only out": (unwritten(out=bytes(24)), TypeError, "out: expected a buffer that can be"),
    "short out": (
        unwritten(out=bytearray(23)),
        ValueError,
        "out: expected 24 items of 1 bytes, 24 in all, found 23",
    ),
    "negative threads": (unwritten(threads=-1), ValueError, "threads: expected 0 .* found -1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_unfit_argument_is_named_with_what_was_expected(core: Core, case: str) -> None:
    arguments, error, text = WRONG[case]
    with pytest.raises(error, match=text):
        core.verify_batch(**arguments)


@pytest.mark.parametrize("case", ["offsets beyond the end", "offsets running backwards"])
def test_refused_arguments_leave_no_verdict_behind(core: Core, case: str) -> None:
    out = bytearray(b"\1" * len(EXPECTED))
    with pytest.raises(ValueError, match="offsets"):
        core.verify_batch(**unwritten(**WRONG[case][0], out=out))

    assert out == bytes(len(EXPECTED))


def test_pack_refuses_items_of_other_lengths() -> None:
    with pytest.raises(ValueError, match="keys: expected 32 bytes each, found 31 in item 1"):
        pack([KEY, KEY[:31]], [SIGNATURE] * 2, [MESSAGE] * 2)
    with pytest.raises(ValueError, match="signatures: expected 64 bytes each, found 65 in item 0"):
        pack([KEY], [SIGNATURE + b"x"], [MESSAGE])
    with pytest.raises(ValueError, match="2 keys, 1 signatures and 1 messages"):
        pack([KEY, KEY], [SIGNATURE], [MESSAGE])


def test_other_threads_run_while_a_batch_is_judged(core: Core) -> None:
    # No thread is preempted in these thousand seconds: the other one runs only if C lets it.
    turn, ran = threading.Lock(), threading.Event()

    def wait() -> None:
        with turn:
            ran.set()

    other = threading.Thread(target=wait)
    before = sys.getswitchinterval()
    with turn:
        other.start()
        sys.setswitchinterval(1000)
    try:
        batches = 0
        while not ran.is_set() and batches < 1000:
            core.verify_batch(*PACKED)
            batches += 1
        meanwhile = ran.is_set()
    finally:
        sys.setswitchinterval(before)
        other.join()

    assert meanwhile


# -----------------------------------------------------------------------------
# The C function itself
# -----------------------------------------------------------------------------


@pytest.mark.parametrize("offsets", [[7, 0, 7], [0, 7, 8], [0, 8, 7], [0, 2**64 - 1, 7]])
def test_c_refuses_offsets_that_do_not_fit_and_judges_nothing(
    core: Core, offsets: list[int]
) -> None:
    verdicts = core.ffi.new("uint8_t[]", b"\1\1")
    array = core.ffi.new("size_t[]", offsets)
    status = core.lib.mooring_verify_batch(
        ED25519, 2, KEY * 2, SIGNATURE * 2, MESSAGE, len(MESSAGE), array, 1, verdicts
    )

    assert status == VerifyStatus.BAD_OFFSETS
    assert list(verdicts)[:2] == [0, 0]


def test_c_judges_by_the_chosen_back_end(core: Core) -> None:
    verdicts = core.ffi.new("uint8_t[]", b"\1\0")
    status = core.lib.mooring_verify_batch(
        ED25519, 2, KEY * 2, bytes(64) + SIGNATURE, MESSAGE * 2, 14, core.ffi.NULL, 1, verdicts
    )

    assert status == VerifyStatus.OK
    assert list(verdicts)[:2] == [0, 1]


def test_batch_of_an_unknown_algorithm_refuses_every_item(core: Core) -> None:
    verdicts = core.ffi.new("uint8_t[]", b"\1\1")
    status = core.lib.mooring_verify_batch(
        -7, 2, KEY * 2, SIGNATURE * 2, MESSAGE * 2, 14, core.ffi.NULL, 1, verdicts
    )

    assert status == VerifyStatus.UNKNOWN_ALGORITHM
    assert list(verdicts)[:2] == [0, 0]


def test_messages_may_be_null_if_all_are_empty(core: Core) -> None:
    verdicts = core.ffi.new("uint8_t[]", 2)
    status = core.lib.mooring_verify_batch(
        ED25519,
        2,
        KEY * 2,
        PRIVATE.sign(b"") + SIGNATURE,
        core.ffi.NULL,
        0,
        core.ffi.NULL,
        1,
        verdicts,
    )

    assert status == VerifyStatus.OK
    assert list(verdicts)[:2] == [1, 0]
