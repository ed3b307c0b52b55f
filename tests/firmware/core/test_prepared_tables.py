# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Prepared keys: the verdicts of `verify`, by tables that are bound to their key and checked."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import pytest
from firmware.acceptance import ACCEPTANCE, AcceptanceCase
from firmware.core.conftest import CORES
from oracles import ed25519_reference as ref

from mooring_firmware import TableSize, VerifyStatus, backends, prepare
from mooring_firmware._core import Core

SEED: Final = bytes(range(32))
KEY: Final = ref.public_key(SEED)
OTHER_KEY: Final = ref.public_key(SEED[::-1])
MESSAGE: Final = b"message"
SIGNATURE: Final = ref.sign(SEED, MESSAGE)
KEY_REFUSALS: Final = {"KEY_NOT_CANONICAL", "KEY_SMALL_ORDER", "KEY_NOT_ON_CURVE"}


class Way(NamedTuple):
    """A core, one of its back ends, and the means to prepare a key for it."""

    core: Core
    backend: Any

    def memory(self, size: int = TableSize.SMALL) -> Any:
        return self.core.ffi.new("uint8_t[]", self.core.lib.mooring_prepared_bytes(size))

    def prepare(self, key: bytes, memory: Any, size: int = TableSize.SMALL) -> Any:
        """The prepared key; NULL if it is none."""
        found: Any = self.core.ffi.new("const mooring_prepared_t **")
        status = self.core.lib.mooring_prepare(found, memory, len(memory), size, key)
        assert (status == VerifyStatus.OK) == (found[0] != self.core.ffi.NULL)
        return found[0]

    def verify(self, prepared: Any, key: bytes, message: bytes, signature: bytes) -> VerifyStatus:
        return VerifyStatus(
            self.core.lib.prepared_verify_with(
                self.backend, prepared, key, message, len(message), signature
            )
        )

    def judge(self, prepared: list[Any], scalars: list[int], signatures: list[bytes]) -> list[int]:
        ffi = self.core.ffi
        outcomes = ffi.new("uint8_t[]", len(prepared))
        self.core.lib.probe_judge(
            self.backend,
            ffi.new("const mooring_prepared_t *[]", prepared),
            len(prepared),
            b"".join(scalar.to_bytes(32, "little") for scalar in scalars),
            b"".join(signatures),
            outcomes,
        )
        return list(bytes(ffi.buffer(outcomes)))


WAYS: Final = {
    f"{bits}, {each.name}": (core, each) for bits, core in CORES.items() for each in backends(core)
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    core, backend = WAYS[request.param]
    if not backend.available:
        pytest.skip("this processor lacks the back end's instructions")
    name = backend.name.encode("ascii")
    return Way(core, core.lib.verify_backend_find(name, core.lib.cpu_features()))


@pytest.fixture(params=TableSize, ids=lambda size: size.name.lower())
def size(request: pytest.FixtureRequest) -> TableSize:
    found: TableSize = request.param
    return found


@pytest.fixture(params=CORES)
def core(request: pytest.FixtureRequest) -> Core:
    return CORES[request.param]


# -----------------------------------------------------------------------------
# The rule
# -----------------------------------------------------------------------------


def words_of(case: AcceptanceCase) -> VerifyStatus:
    if case.refused_by is None:
        return VerifyStatus.OK
    return VerifyStatus.BAD_KEY if case.refused_by in KEY_REFUSALS else VerifyStatus.BAD_SIGNATURE


def test_acceptance_rule_is_the_same_by_tables(way: Way) -> None:
    memory = way.memory()
    for case in ACCEPTANCE:
        prepared = way.prepare(case.key, memory)

        status = way.verify(prepared, case.key, case.message, case.signature)

        assert status is words_of(case), case.comment


def test_only_acceptable_keys_are_prepared(core: Core) -> None:
    way = Way(core, None)
    memory = way.memory()
    acceptable = {case.key: way.prepare(case.key, memory) != core.ffi.NULL for case in ACCEPTANCE}

    assert set(acceptable.values()) == {True, False}
    for case in ACCEPTANCE:
        if case.refused_by in KEY_REFUSALS:
            assert not acceptable[case.key], case.comment
        if case.refused_by is None:
            assert acceptable[case.key], case.comment


def scalars_at_borders(window: int) -> list[int]:
    """Scalars below L whose digits are extreme, or carry from window to window."""
    half, full = 1 << (window - 1), 1 << window
    windows = range(0, 253, window)
    found = {0, 1, 2, ref.L - 1, ref.L - 2, ref.L >> 1, 2**252, 2**252 - 1}
    for digit in (1, half - 1, half, half + 1, full - 1):
        found.add(sum(digit << bit for bit in windows))
        found |= {digit << bit for bit in windows}
    found |= {(1 << bit) - 1 for bit in (51, 52, 63, 64, 65, 127, 128, 191, 192, 251)}
    return sorted(scalar for scalar in found if scalar < ref.L)


def test_digits_add_up_to_their_scalar_and_stay_within_the_table(
    core: Core, size: TableSize
) -> None:
    digits = core.ffi.new("int16_t[64]")
    rng = random.Random(4)
    scalars = scalars_at_borders(size) + [rng.randrange(ref.L) for _ in range(300)]
    for scalar in scalars:
        count = core.lib.probe_digits(digits, scalar.to_bytes(32, "little"), size)
        found: list[int] = [digits[index] for index in range(count)]

        assert sum(digit << (size * index) for index, digit in enumerate(found)) == scalar
        assert all(-(1 << (size - 1)) <= digit <= 1 << (size - 1) for digit in found), scalar
        assert count == -(-253 // size)


def mixed_key(rng: random.Random, torsion: int) -> ref.Point:
    """A multiple of B plus one of the eight points of small order."""
    point = ref.multiply(rng.randrange(1, ref.L), ref.BASE)
    return ref.add(point, ref.TORSION_POINTS[torsion])


def expected_r(s: int, k: int, a: ref.Point) -> bytes:
    return ref.encode(ref.add(ref.multiply(s, ref.BASE), ref.negate(ref.multiply(k, a))))


@pytest.mark.parametrize("torsion", range(8))
def test_equation_holds_for_exactly_the_r_that_belongs(way: Way, torsion: int) -> None:
    rng = random.Random(torsion)
    a = mixed_key(rng, torsion)
    memory = way.memory(TableSize.MEDIUM)
    prepared = way.prepare(ref.encode(a), memory, TableSize.MEDIUM)
    borders = scalars_at_borders(TableSize.MEDIUM)[torsion::8] + scalars_at_borders(11)[torsion::8]
    scalars = rng.sample(borders, 11)
    others = rng.sample(borders, 11)
    right = [expected_r(s, k, a) for s, k in zip(others, scalars, strict=True)]
    wrong = [
        ref.encode(ref.add(decoded, ref.TORSION_POINTS[1 + index % 7]))
        for index, r in enumerate(right)
        if (decoded := ref.decode(r)) is not None
    ]
    assert len(wrong) == len(right)
    tails = [s.to_bytes(32, "little") for s in others]

    # Alone, by few and by many, so that every lane and every way of grouping has its turn.
    for count in (1, 3, 5, 8, 11):
        for rs, outcome in ((right, way.core.lib.kCombEquals), (wrong, way.core.lib.kCombDiffers)):
            signatures = [r + tail for r, tail in zip(rs, tails, strict=True)][:count]
            assert way.judge([prepared] * count, scalars[:count], signatures) == [outcome] * count


def test_sign_of_x_is_part_of_the_verdict(way: Way) -> None:
    prepared = way.prepare(KEY, memory := way.memory())
    flipped = SIGNATURE[:31] + bytes([SIGNATURE[31] ^ 0x80]) + SIGNATURE[32:]

    assert len(memory) > 0
    assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK
    assert way.verify(prepared, KEY, MESSAGE, flipped) is VerifyStatus.BAD_SIGNATURE


def test_every_size_serves_alone_and_in_batches(way: Way, size: TableSize) -> None:
    memory = way.memory(size)
    prepared = way.prepare(KEY, memory, size)
    messages = [bytes(index) for index in range(19)]
    signatures = [ref.sign(SEED, message) for message in messages]
    signatures[3] = SIGNATURE
    signatures[17] = signatures[17][:32] + (
        int.from_bytes(signatures[17][32:], "little") + ref.L
    ).to_bytes(32, "little")
    expected = bytes(index not in (3, 17) for index in range(19))
    offsets = way.core.ffi.new("size_t[]", [index * (index - 1) // 2 for index in range(20)])
    verdicts = way.core.ffi.new("uint8_t[19]")

    status = way.core.lib.prepared_batch_with(
        way.backend,
        prepared,
        KEY,
        19,
        b"".join(signatures),
        b"".join(messages),
        sum(map(len, messages)),
        offsets,
        2,
        verdicts,
    )

    assert status == VerifyStatus.OK
    assert bytes(way.core.ffi.buffer(verdicts)) == expected
    for message, signature, verdict in zip(messages, signatures, expected, strict=True):
        assert (way.verify(prepared, KEY, message, signature) is VerifyStatus.OK) == verdict


@pytest.mark.parametrize("value", [0, 1, 2, 18, 19, ref.P - 1, ref.P - 2, 2**254, 2**62, 2**248])
def test_inverse_is_right_at_borders(core: Core, value: int) -> None:
    assert inverse(core, value) == pow(value, ref.P - 2, ref.P)


def inverse(core: Core, value: int) -> int:
    out = core.ffi.new("uint8_t[32]")
    core.lib.probe_inverse(out, value.to_bytes(32, "little"))
    return int.from_bytes(bytes(core.ffi.buffer(out)), "little")


def test_inverse_of_random_elements_is_right(core: Core) -> None:
    rng = random.Random(255)
    for _ in range(300):
        value = rng.randrange(1, 1 << rng.randrange(2, 256)) % ref.P
        assert inverse(core, value) == pow(value, ref.P - 2, ref.P), value


# -----------------------------------------------------------------------------
# Binding and damage
# -----------------------------------------------------------------------------


def test_tables_of_another_key_are_not_used(way: Way) -> None:
    memory = way.memory()
    prepared = way.prepare(OTHER_KEY, memory)

    assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK
    assert way.verify(prepared, KEY, MESSAGE + b"!", SIGNATURE) is VerifyStatus.BAD_SIGNATURE
    assert way.verify(prepared, OTHER_KEY, MESSAGE, SIGNATURE) is VerifyStatus.BAD_SIGNATURE
    assert way.verify(way.core.ffi.NULL, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK


def table_words(way: Way, prepared: Any) -> Any:
    """Every word of a small prepared key's table, to be read and written."""
    words: Any = way.core.ffi.cast("uint64_t(*)[9216]", prepared.minus_a.entries)
    return words[0]


def test_damage_of_any_word_changes_no_verdict(way: Way) -> None:
    memory = way.memory()
    prepared = way.prepare(KEY, memory)
    words = table_words(way, prepared)
    rng = random.Random(9)
    k = ref.challenge(SIGNATURE[:32], KEY, MESSAGE)
    sampled = range(0, len(words), 7)
    outcomes: list[int] = []
    for index in sampled:
        original = words[index]
        words[index] = original ^ 1 << rng.randrange(52)
        assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK, index
        assert way.verify(prepared, KEY, b"", SIGNATURE) is VerifyStatus.BAD_SIGNATURE, index
        assert not way.core.lib.mooring_prepared_is_intact(prepared)
        outcomes += way.judge([prepared], [k], [SIGNATURE])
        words[index] = original
    noticed = outcomes.count(way.core.lib.kCombDamaged)
    print(f"words possible {len(words)}, run {len(sampled)}, sampled; noticed {noticed}")

    # A scalar needs one entry in nine; the others may be as they like.
    assert noticed + outcomes.count(way.core.lib.kCombEquals) == len(sampled)
    assert len(sampled) // 18 < noticed < len(sampled) // 5
    assert way.core.lib.mooring_prepared_is_intact(prepared)


def test_upper_bits_of_a_word_change_no_verdict(way: Way) -> None:
    prepared = way.prepare(KEY, memory := way.memory())
    words = table_words(way, prepared)
    for index in range(len(words)):
        words[index] |= 1 << 52 + index % 12

    assert len(memory) > 0
    assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK
    assert way.verify(prepared, KEY, b"", SIGNATURE) is VerifyStatus.BAD_SIGNATURE
    assert not way.core.lib.mooring_prepared_is_intact(prepared)


def wipe(entries: memoryview) -> None:
    entries[:] = bytes(len(entries))


def exchange_neighbours(entries: memoryview) -> None:
    """The multiples 1 and 2, 3 and 4, ... of each window change places."""
    for at in range(0, len(entries), 9 * 128):
        for pair in range(at + 128, at + 9 * 128, 256):
            first = bytes(entries[pair : pair + 128])
            entries[pair : pair + 128] = entries[pair + 128 : pair + 256]
            entries[pair + 128 : pair + 256] = first


def negate(entries: memoryview) -> None:
    """y + x and y - x change places in each entry."""
    for at in range(0, len(entries), 128):
        first = bytes(entries[at : at + 40])
        entries[at : at + 40] = entries[at + 40 : at + 80]
        entries[at + 40 : at + 80] = first


@pytest.mark.parametrize(
    "harm", [wipe, exchange_neighbours, negate], ids=lambda harm: harm.__name__
)
def test_gross_damage_is_noticed_and_changes_no_verdict(
    way: Way, harm: Callable[[memoryview], None]
) -> None:
    prepared = way.prepare(KEY, memory := way.memory())
    k = ref.challenge(SIGNATURE[:32], KEY, MESSAGE)
    damaged = way.core.lib.kCombDamaged
    harm(memoryview(way.core.ffi.buffer(prepared.minus_a.entries, 64 * 9 * 128)))

    assert len(memory) > 0
    for count in (1, 8):
        outcomes = way.judge([prepared] * count, [k] * count, [SIGNATURE] * count)
        assert outcomes == [damaged] * count
    assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK
    assert way.verify(prepared, KEY, b"", SIGNATURE) is VerifyStatus.BAD_SIGNATURE


def test_entries_of_another_key_are_noticed(way: Way) -> None:
    ffi = way.core.ffi
    prepared = way.prepare(KEY, memory := way.memory())
    other = way.prepare(OTHER_KEY, others := way.memory())
    assert len(memory) == len(others)
    ffi.memmove(prepared.minus_a.entries, other.minus_a.entries, 64 * 9 * 128)

    assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK
    assert way.verify(prepared, KEY, b"", SIGNATURE) is VerifyStatus.BAD_SIGNATURE
    assert not way.core.lib.mooring_prepared_is_intact(prepared)


def test_damage_in_one_lane_leaves_the_others_alone(way: Way) -> None:
    keys = [ref.public_key(bytes([index]) * 32) for index in range(8)]
    memories = [way.memory() for _ in keys]
    prepared = [way.prepare(key, memory) for key, memory in zip(keys, memories, strict=True)]
    signatures = [ref.sign(bytes([index]) * 32, MESSAGE) for index in range(8)]
    scalars = [
        ref.challenge(signature[:32], key, MESSAGE)
        for key, signature in zip(keys, signatures, strict=True)
    ]
    lib = way.core.lib
    for lane in range(8):
        entries = way.core.ffi.buffer(prepared[lane].minus_a.entries, 64 * 9 * 128)
        before = bytes(entries)
        entries[:] = bytes(len(entries))
        expected = [lib.kCombDamaged if i == lane else lib.kCombEquals for i in range(8)]

        assert way.judge(prepared, scalars, signatures) == expected
        entries[:] = before


@pytest.mark.parametrize("at", range(0, 64, 4))
def test_damage_of_the_header_changes_no_verdict(way: Way, at: int) -> None:
    prepared = way.prepare(KEY, memory := way.memory())
    header: Any = way.core.ffi.cast("uint8_t *", prepared)
    header[at] ^= 0x10

    assert len(memory) > 0
    assert way.verify(prepared, KEY, MESSAGE, SIGNATURE) is VerifyStatus.OK
    assert way.verify(prepared, KEY, b"", SIGNATURE) is VerifyStatus.BAD_SIGNATURE


def test_memory_may_begin_anywhere_and_must_suffice(core: Core) -> None:
    lib, ffi = core.lib, core.ffi
    needed = lib.mooring_prepared_bytes(TableSize.SMALL)
    memory = ffi.new("uint8_t[]", b"\xa5" * (needed + 200))
    found = ffi.new("const mooring_prepared_t **")
    for shift in (0, 1, 63, 64, 127, 128):
        status = lib.mooring_prepare(found, memory + shift, needed, TableSize.SMALL, KEY)

        assert status == VerifyStatus.OK
        assert lib.mooring_prepared_is_intact(found[0])
        assert set(bytes(ffi.buffer(memory))[shift + needed : needed + 200]) == {0xA5}
    assert lib.mooring_prepare(found, memory, needed - 1, 4, KEY) == lib.kPreparedNoRoom
    assert found[0] == ffi.NULL
    assert lib.mooring_prepare(found, memory, needed, 5, KEY) == lib.kPreparedNoRoom
    assert lib.mooring_prepared_bytes(5) == 0


def test_threads_share_a_prepared_key() -> None:
    prepared = prepare(KEY, TableSize.SMALL)
    signatures = [ref.sign(SEED, bytes([index])) for index in range(8)]

    def work(start: int) -> list[bool]:
        return [
            prepared.verify(bytes([(start + step) % 8]), signatures[step % 8]) for step in range(64)
        ]

    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(work, range(8)))

    assert verdicts[0] == [True] * 64
    assert verdicts[1:] == [[False] * 64] * 7


# -----------------------------------------------------------------------------
# Python
# -----------------------------------------------------------------------------


def test_prepared_key_verifies_as_verify_does() -> None:
    prepared = prepare(KEY)

    assert prepared.verify(MESSAGE, SIGNATURE)
    assert not prepared.verify(MESSAGE + b"!", SIGNATURE)
    assert not prepared.verify(MESSAGE, SIGNATURE[:63])
    assert prepared.verify_batch(SIGNATURE * 3, b"message" * 2 + b"massage") == b"\1\1\0"
    assert prepared.verify_batch(b"", b"") == b""
    assert prepared.size is TableSize.STANDARD
    assert prepared.is_intact()


@pytest.mark.parametrize("key", [b"", KEY[:31], bytes(32), b"\xff" * 32])
def test_unacceptable_key_is_not_prepared(key: bytes) -> None:
    with pytest.raises(ValueError, match="public_key"):
        prepare(key)


def test_offsets_that_do_not_fit_are_named() -> None:
    prepared = prepare(KEY, TableSize.SMALL)
    with pytest.raises(ValueError, match="offsets"):
        prepared.verify_batch(SIGNATURE, MESSAGE, array("Q", [0, 8]))
    with pytest.raises(ValueError, match="messages"):
        prepared.verify_batch(SIGNATURE * 2, MESSAGE)
    with pytest.raises(ValueError, match="signatures"):
        prepared.verify_batch(SIGNATURE[:63], MESSAGE)
