# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""SHA-2 by each of an x86-64 processor's instruction sets, one message and many at once.

The hashes are compiled here beside a processor that claims what a test wants of it, so that
every kernel and the choice among them run on a processor that has all.  Oracles are NIST's
vectors and hashlib.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import pytest
from cffi import FFI

from mooring_firmware import _native, backends

from .test_sha2 import PACKAGED, message_vectors

FIRMWARE: Final = Path(__file__).parents[3] / "firmware"
LIB: Final = _native.lib
NATIVE: Final = _native.ffi

CLAIMS: Final[dict[str, int]] = {
    "portable": 0,
    "sha": LIB.kCpuSha,
    "avx2": LIB.kCpuAvx2,
    "avx512": LIB.kCpuAvx2 | LIB.kCpuIfma,
}
"""What `cpu_features()` is to answer."""
WORD_BYTES: Final = {"sha256": 4, "sha384": 8, "sha512": 8}

DECLARATIONS: Final = "extern uint32_t claimed_features;" + "".join(
    f"void mooring_{name}(uint8_t *digest, const uint8_t *data, size_t len_bytes);"
    for name in WORD_BYTES
)
CLAIMANT: Final = """
#include "backends/backend.h"
uint32_t claimed_features;
uint32_t cpu_features(void) { return claimed_features; }
"""

# -----------------------------------------------------------------------------
# One message
# -----------------------------------------------------------------------------


class Hashes:
    """The library under test, on a processor that claims some features."""

    def __init__(self, library: Path) -> None:
        self._ffi = FFI()
        self._ffi.cdef(DECLARATIONS)
        self._lib: Any = self._ffi.dlopen(str(library))

    def claim(self, features: int) -> None:
        self._lib.claimed_features = features

    def digest(self, name: str, data: bytes, misaligned_by: int = 0) -> bytes:
        size = hashlib.new(name).digest_size
        digest = self._ffi.new("uint8_t[]", size + 1)
        digest[size] = 0xA5
        # Exactly as long as the message, so that reading on is an error under sanitizers.
        memory = self._ffi.new("uint8_t[]", bytes(misaligned_by) + data)
        getattr(self._lib, f"mooring_{name}")(digest, memory + misaligned_by, len(data))
        assert digest[size] == 0xA5
        return bytes(self._ffi.buffer(digest))[:size]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Hashes:
    folder = tmp_path_factory.mktemp("sha2")
    claimant, built = folder / "claimant.c", folder / "libsha2.so"
    claimant.write_text(CLAIMANT, encoding="ascii")
    core = FIRMWARE / "core"
    sources = [
        *core.glob("sha2/*.c"),
        *core.glob("x86_64/sha*.c"),
        core / "memory" / "hardened.c",
        core / "backends" / "sha2.c",
        claimant,
    ]
    search = [f"-I{path}" for path in (FIRMWARE / "include", FIRMWARE, core)]
    compiler = os.environ.get("CC", "gcc").split()
    # The suite may run under a preloaded sanitizer, which is not for compilers.
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    options = ["-std=c11", "-O1", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", *search]
    subprocess.run([*compiler, *options, *sources, "-o", built], check=True, env=environment)
    return Hashes(built)


@pytest.fixture(params=CLAIMS)
def hashes(library: Hashes, request: pytest.FixtureRequest) -> Hashes:
    claims = CLAIMS[request.param]
    if claims & ~LIB.cpu_features():
        pytest.skip(f"this processor lacks {request.param}")
    library.claim(claims)
    return library


@pytest.mark.parametrize("name", WORD_BYTES)
@pytest.mark.parametrize("file", ["ShortMsg", "LongMsg"])
def test_each_instruction_set_gives_nist_s_digests(hashes: Hashes, name: str, file: str) -> None:
    vectors = message_vectors(PACKAGED / f"{name.upper()}{file}.rsp")

    assert len(vectors) >= 64
    for vector in vectors:
        assert hashes.digest(name, vector.message) == vector.digest, len(vector.message)


@pytest.mark.parametrize("name", WORD_BYTES)
def test_each_instruction_set_hashes_every_length(hashes: Hashes, name: str) -> None:
    data = random.Random(1).randbytes(16 * 1024 + 1)

    for length in [*range(301), 1023, 1024, 4095, 4096, 16 * 1024, len(data)]:
        expected = hashlib.new(name, data[:length]).digest()
        assert hashes.digest(name, data[:length]) == expected, length


@pytest.mark.parametrize("name", WORD_BYTES)
def test_each_instruction_set_reads_any_alignment(hashes: Hashes, name: str) -> None:
    data = random.Random(2).randbytes(5 * 128 + 9)

    for misaligned_by in range(65):
        digest = hashes.digest(name, data, misaligned_by)
        assert digest == hashlib.new(name, data).digest(), misaligned_by


@pytest.mark.parametrize("name", WORD_BYTES)
@pytest.mark.parametrize("pattern", [b"\x00", b"\xff", b"\x80\x00\x00\x00\x00\x00\x00\x01"])
def test_carries_of_extreme_words_are_kept(hashes: Hashes, name: str, pattern: bytes) -> None:
    data = pattern * 128

    assert hashes.digest(name, data) == hashlib.new(name, data).digest()


# -----------------------------------------------------------------------------
# Challenges of many signatures
# -----------------------------------------------------------------------------


def backend_names() -> list[str]:
    """Every back end of this build."""
    return [backend.name for backend in backends()]


@pytest.fixture(params=backend_names())
def backend(request: pytest.FixtureRequest) -> Any:
    found = LIB.verify_backend_find(request.param.encode(), LIB.cpu_features())
    if found == NATIVE.NULL:
        pytest.skip(f"this processor lacks what the back end {request.param} needs")
    return found


def assert_challenges(backend: Any, messages: Sequence[bytes], seed: int = 3) -> None:
    """The back end's SHA-512(R || A || M) of each message are hashlib's."""
    rng = random.Random(seed)
    count = len(messages)
    keys, signatures = rng.randbytes(32 * count), rng.randbytes(64 * count)
    offsets = NATIVE.new("size_t[]", [0, *accumulate(map(len, messages))])
    digests = NATIVE.new("uint8_t[][64]", count + 1)
    NATIVE.buffer(digests)[64 * count :] = b"\xa5" * 64
    # Exactly as long as they are, so that reading on is an error under sanitizers.
    given = [NATIVE.new("uint8_t[]", data) for data in (keys, signatures, b"".join(messages))]

    backend.challenges(count, *given, offsets, digests)

    found = bytes(NATIVE.buffer(digests))
    for i, message in enumerate(messages):
        text = signatures[64 * i : 64 * i + 32] + keys[32 * i : 32 * i + 32] + message
        assert found[64 * i : 64 * i + 64] == hashlib.sha512(text).digest(), (i, len(message))
    assert found[64 * count :] == b"\xa5" * 64


def test_challenges_of_every_length(backend: Any) -> None:
    rng = random.Random(4)

    assert_challenges(backend, [rng.randbytes(length) for length in range(301)])


@pytest.mark.parametrize("length", [0, 46, 47, 48, 63, 64, 65, 175, 176, 192, 300, 4096])
def test_challenges_of_every_count(backend: Any, length: int) -> None:
    """Counts around the lanes', for each way in which a message can end at a block's border."""
    rng = random.Random(length)

    for count in range(20):
        assert_challenges(backend, [rng.randbytes(length) for _ in range(count)])


@pytest.mark.parametrize("lane", range(8))
def test_a_long_message_in_any_lane_leaves_its_neighbours_alone(backend: Any, lane: int) -> None:
    rng = random.Random(lane)
    messages = [rng.randbytes(40) for _ in range(25)]
    messages[lane] = rng.randbytes(3000)

    assert_challenges(backend, messages)


def test_challenges_of_mixed_lengths(backend: Any) -> None:
    rng = random.Random(5)
    borders = [0, 1, 47, 48, 63, 64, 175, 176, 191, 192]

    for _ in range(30):
        lengths = [rng.choice([*borders, rng.randrange(2000)]) for _ in range(rng.randrange(40))]
        assert_challenges(backend, [rng.randbytes(length) for length in lengths])
