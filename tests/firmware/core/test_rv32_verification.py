# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Verification as the shipped RV32IMC image does it: values, refusals and their price.

Instructions are counted, so the limits are exact and the same on every machine.
"""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Final

import pytest
from firmware.acceptance import ACCEPTANCE, AcceptanceCase
from firmware.image_calls import ImageCalls
from oracles import ed25519_reference as ref

from mooring_firmware import Ed25519Status, images

P: Final = 2**255 - 19
FULL: Final = 2**256
REFUSED: Final = b"\xff" * 32

MAX_UNKNOWN_KEY: Final = 1_900_000
MAX_PREPARED_KEY: Final = 1_200_000
MAX_CORE_BYTES: Final = 11_776  # 11.5 KiB
CONTEXT_BYTES: Final = 512
PREPARED_BYTES: Final = 2084

# One message fits one block of SHA-512 together with R and the key, one does not.
MESSAGES: Final = (b"", bytes(range(47)), bytes(range(100)))


class Verifier:
    """The image's functions over one set of buffers."""

    def __init__(self) -> None:
        self._calls: Final = ImageCalls()
        self._context: Final = self._calls.place(bytes(CONTEXT_BYTES))
        self._prepared: Final = self._calls.place(bytes(PREPARED_BYTES))
        self._key: Final = self._calls.place(bytes(32))
        self._signature: Final = self._calls.place(bytes(64))
        self._r: Final = self._calls.place(bytes(32))
        self._message: Final = self._calls.place(bytes(1200))

    def prepare(self, key: bytes) -> tuple[Ed25519Status, int]:
        """The answer, and instructions."""
        self._calls.instructions = 0
        self._calls.write(self._key, key)
        status = self._calls.call("ed25519_prepare", self._prepared, self._key)
        return Ed25519Status(status), self._calls.instructions

    def recompute(
        self, key: bytes, message: bytes, signature: bytes, *, prepared: bool
    ) -> tuple[Ed25519Status, bytes, int]:
        """Status and R of a whole verification, and instructions."""
        call = self._calls.call
        self._calls.instructions = 0
        for address, content in ((self._key, key), (self._signature, signature)):
            self._calls.write(address, content)
        self._calls.write(self._message, message)
        self._calls.write(self._r, bytes(32))
        if prepared:
            operands = (self._context, self._prepared, self._key, self._signature)
            call("ed25519_start_prepared", *operands)
        else:
            call("ed25519_start", self._context, self._key, self._signature)
        call("ed25519_update", self._context, self._message, len(message))
        if prepared:
            status = call("ed25519_finish_prepared", self._context, self._prepared, self._r)
        else:
            status = call("ed25519_finish", self._context, self._r)
        return Ed25519Status(status), self._calls.read(self._r, 32), self._calls.instructions


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier()


# -- The price ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(4))
def test_verification_stays_within_its_instructions(verifier: Verifier, number: int) -> None:
    seed = random.Random(number).randbytes(32)
    key = ref.public_key(seed)
    prepared, making = verifier.prepare(key)
    assert prepared is Ed25519Status.OK
    for message in MESSAGES:
        signature = ref.sign(seed, message)
        status, r, unknown_key = verifier.recompute(key, message, signature, prepared=False)
        again, again_r, prepared_key = verifier.recompute(key, message, signature, prepared=True)

        assert (status, r) == (again, again_r) == (Ed25519Status.OK, signature[:32])
        assert unknown_key <= MAX_UNKNOWN_KEY
        assert prepared_key <= MAX_PREPARED_KEY
        # Multiples pay from the second signature on, and one alone they hardly delay.
        assert making + 2 * prepared_key < 2 * unknown_key
        assert making + prepared_key < 1.06 * unknown_key


def test_core_fits_its_part_of_the_rom() -> None:
    report = json.loads(images.load().elf.with_suffix(".json").read_text("utf-8"))
    modules: dict[str, int] = report["modules"]

    assert sum(size for name, size in modules.items() if name.startswith("core/")) <= MAX_CORE_BYTES


# -- The values -----------------------------------------------------------------------------------


VALUES: Final = [case for case in ACCEPTANCE if case.recomputed_r is not None]
REFUSALS: Final = [case for case in ACCEPTANCE if case.recomputed_r is None]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.comment)
def test_image_refuses_with_the_same_word(verifier: Verifier, case: AcceptanceCase) -> None:
    assert case.refused_by is not None
    status, r, _ = verifier.recompute(case.key, case.message, case.signature, prepared=False)

    assert (status, r) == (Ed25519Status[case.refused_by], REFUSED)


@pytest.mark.parametrize("case", VALUES, ids=lambda case: case.comment)
def test_image_recomputes_the_same_value(verifier: Verifier, case: AcceptanceCase) -> None:
    assert verifier.prepare(case.key)[0] is Ed25519Status.OK
    for prepared in (False, True):
        status, r, _ = verifier.recompute(case.key, case.message, case.signature, prepared=prepared)

        assert (status, r) == (Ed25519Status.OK, case.recomputed_r)


def field_edges() -> list[int]:
    """Words of zeros and ones, the multiples of p and what overflows 2^256 and comes back."""
    rng = random.Random(32)
    edges = {0, 1, 2, 18, 19, 37, 38, 39, P - 1, P, P + 1, 2**255 - 1, 2**255, 2**255 + 18}
    edges |= {2 * P - 1, 2 * P, 2 * P + 1, FULL - 39, FULL - 38, FULL - 37, FULL - 2, FULL - 1}
    edges |= {2**bit + offset for bit in range(32, 256, 32) for offset in (-1, 0)}
    edges |= {FULL - 2**bit for bit in range(32, 256, 32)}
    edges |= {sum((2**32 - 1) << (64 * i + shift) for i in range(4)) for shift in (0, 32)}
    return sorted(edges) + [rng.getrandbits(256) for _ in range(6)]


def doubly_folded() -> list[tuple[int, int]]:
    """Factors whose product overflows once more while it is folded."""
    rng = random.Random(38)
    pairs: list[tuple[int, int]] = []
    for s in (38, 39, 40, 75, 76, 77, 200, 380, 800):
        for _ in range(4):
            a = rng.getrandbits(255) + 2**255 | 1
            pairs.append((a, s * pow(a, -1, 2 * P) % (2 * P)))
    return pairs


@pytest.fixture(scope="module")
def calls() -> ImageCalls:
    return ImageCalls()


def test_field_operations_of_the_image_at_the_edges_of_its_words(calls: ImageCalls) -> None:
    a_at, b_at, out_at, bytes_at = (calls.place(bytes(32)) for _ in range(4))

    def value() -> int:
        """The result, and it again through its canonical encoding."""
        words = int.from_bytes(calls.read(out_at, 32), "little")
        calls.call("fe_to_bytes", bytes_at, out_at)
        assert calls.read(bytes_at, 32) == (words % P).to_bytes(32, "little")
        return words % P

    edges = field_edges()
    pairs = [*product(edges, repeat=2), *doubly_folded()]
    for a, b in pairs:
        calls.write(a_at, a.to_bytes(32, "little"))
        calls.write(b_at, b.to_bytes(32, "little"))
        calls.call("fe_mul", out_at, a_at, b_at)
        assert value() == a * b % P, (a, b)
        calls.call("fe_add", out_at, a_at, b_at)
        assert value() == (a + b) % P, (a, b)
        calls.call("fe_sub", out_at, a_at, b_at)
        assert value() == (a - b) % P, (a, b)
    for a in edges:
        for times in (1, 3):
            calls.write(a_at, a.to_bytes(32, "little"))
            calls.call("fe_sq_times", out_at, a_at, times)
            assert value() == pow(a, 2**times, P), (a, times)
