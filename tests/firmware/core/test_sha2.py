# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""SHA-256, SHA-384 and SHA-512 against NIST CAVP and, by length, against hashlib."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import cryptography_vectors
import pytest

from mooring_firmware import Sha2, Sha2Kind
from mooring_firmware._core import Core

KINDS: Final = list(Sha2Kind)
ORACLES: Final[dict[Sha2Kind, Callable[[bytes], bytes]]] = {
    Sha2Kind.SHA256: lambda data: hashlib.sha256(data).digest(),
    Sha2Kind.SHA384: lambda data: hashlib.sha384(data).digest(),
    Sha2Kind.SHA512: lambda data: hashlib.sha512(data).digest(),
}
PACKAGED: Final = Path(cryptography_vectors.__file__).parent / "hashes" / "SHA2"


class MessageVector(NamedTuple):
    """A message and its digest."""

    message: bytes
    digest: bytes


def one_shot(core: Core, kind: Sha2Kind, data: bytes) -> bytes:
    functions = {
        Sha2Kind.SHA256: core.sha256,
        Sha2Kind.SHA384: core.sha384,
        Sha2Kind.SHA512: core.sha512,
    }
    return functions[kind](data)


def fields(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the `name = value` lines of a CAVP response file."""
    for line in path.read_text(encoding="ascii").splitlines():
        name, separator, value = line.partition(" = ")
        if separator and not line.startswith("["):
            yield name, value


def message_vectors(path: Path) -> list[MessageVector]:
    vectors: list[MessageVector] = []
    length_bytes, message = 0, b""
    for name, value in fields(path):
        if name == "Len":
            length_bytes = int(value) // 8
        elif name == "Msg":
            message = bytes.fromhex(value)[:length_bytes]
        elif name == "MD":
            vectors.append(MessageVector(message, bytes.fromhex(value)))
    return vectors


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("file", "least"), [("ShortMsg", 65), ("LongMsg", 64)])
def test_packaged_cavp_messages(core: Core, kind: Sha2Kind, file: str, least: int) -> None:
    vectors = message_vectors(PACKAGED / f"SHA{kind.value}{file}.rsp")

    assert len(vectors) >= least
    for vector in vectors:
        assert one_shot(core, kind, vector.message) == vector.digest, len(vector.message)


@pytest.mark.parametrize("kind", KINDS)
def test_shared_cavp_messages(core: Core, kind: Sha2Kind, shared_dir: Path) -> None:
    folder = shared_dir / "vectors" / "nist-cavp"
    vectors = message_vectors(folder / f"SHA{kind.value}ShortMsg.rsp")

    assert len(vectors) >= 65
    for vector in vectors:
        assert one_shot(core, kind, vector.message) == vector.digest, len(vector.message)


# Each checkpoint costs 1000 hashes; the chain is the same code from the fifth on.
CHECKPOINTS: Final = 5


@pytest.mark.parametrize("kind", KINDS)
def test_packaged_cavp_monte_carlo_chain(core: Core, kind: Sha2Kind) -> None:
    lines = list(fields(PACKAGED / f"SHA{kind.value}Monte.rsp"))
    seed = bytes.fromhex(next(value for name, value in lines if name == "Seed"))
    expected = [bytes.fromhex(value) for name, value in lines if name == "MD"]

    # [SHAVS §6.4] Each digest is of the three before it.
    for checkpoint in expected[:CHECKPOINTS]:
        a = b = c = seed
        for _ in range(1000):
            a, b, c = b, c, one_shot(core, kind, a + b + c)
        seed = c
        assert seed == checkpoint


@pytest.mark.parametrize("kind", KINDS)
def test_every_length_up_to_three_blocks(core: Core, kind: Sha2Kind) -> None:
    data = random.Random(1).randbytes(3 * 128 + 1)

    for length in range(len(data) + 1):
        assert one_shot(core, kind, data[:length]) == ORACLES[kind](data[:length]), length


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [1, 63, 64, 65, 111, 112, 127, 128, 129, 256, 300])
def test_streaming_gives_the_same_digest_at_every_split(
    core: Core, kind: Sha2Kind, length: int
) -> None:
    data = random.Random(length).randbytes(length)
    expected = ORACLES[kind](data)

    for split in range(length + 1):
        sha = Sha2(kind, core)
        sha.update(data[:split])
        sha.update(data[split:])
        assert sha.digest() == expected, split


@pytest.mark.parametrize("kind", KINDS)
def test_streaming_in_uneven_pieces(core: Core, kind: Sha2Kind) -> None:
    rng = random.Random(7)
    for _ in range(60):
        pieces = [rng.randbytes(rng.choice([0, 1, 7, 63, 64, 65, 128, 200])) for _ in range(8)]
        sha = Sha2(kind, core)
        for piece in pieces:
            sha.update(piece)
        assert sha.digest() == ORACLES[kind](b"".join(pieces))


def test_digest_of_a_running_hash_does_not_end_it(core: Core) -> None:
    sha = Sha2(Sha2Kind.SHA384, core)
    sha.update(b"ab")
    early = sha.digest()
    sha.update(b"c")

    assert early == hashlib.sha384(b"ab").digest()
    assert sha.digest() == hashlib.sha384(b"abc").digest()


@pytest.mark.parametrize(("name", "final"), [("sha256_t", "sha256"), ("sha512_t", "sha512")])
def test_final_leaves_nothing_of_the_message_behind(core: Core, name: str, final: str) -> None:
    ctx = core.ffi.new(f"{name} *")
    digest = core.ffi.new("uint8_t[64]")
    getattr(core.lib, f"{final}_init")(ctx)
    getattr(core.lib, f"{final}_update")(ctx, b"a secret seed", 13)
    getattr(core.lib, f"{final}_final")(ctx, digest)

    assert not any(bytes(core.ffi.buffer(ctx)))


# Where a context keeps things: the length, then the state (mooring/sha2.h).
LENGTH_FIELD: Final = slice(0, 8)
STATE_WORDS: Final = {"sha256": (8, 4, 64), "sha512": (8, 8, 128)}


@pytest.mark.parametrize("name", ["sha256", "sha512"])
@pytest.mark.parametrize("blocks", [2**23, 2**26, 2**54])
def test_padding_counts_bits_past_32_and_64_bit_marks(core: Core, name: str, blocks: int) -> None:
    """A context that claims a past too long to hash must pad with that length.

    Expected is the same last block, padded by hand and hashed as message from the initial state.
    """
    first, word_bytes, block_bytes = STATE_WORDS[name]
    tail = b"the last bytes"
    length_bytes = blocks * block_bytes + len(tail)
    ctx = core.ffi.new(f"{name}_t *")
    init, update = getattr(core.lib, f"{name}_init"), getattr(core.lib, f"{name}_update")
    init(ctx)
    core.ffi.buffer(ctx)[LENGTH_FIELD] = (blocks * block_bytes).to_bytes(8, "little")
    update(ctx, tail, len(tail))
    digest = core.ffi.new("uint8_t[]", 8 * word_bytes)
    getattr(core.lib, f"{name}_final")(ctx, digest)

    length_field = (8 * length_bytes).to_bytes(2 * word_bytes, "big")
    zeros = bytes(block_bytes - len(tail) - 1 - len(length_field))
    init(ctx)
    update(ctx, tail + b"\x80" + zeros + length_field, block_bytes)
    state = bytes(core.ffi.buffer(ctx))[first : first + 8 * word_bytes]
    words = [state[at : at + word_bytes] for at in range(0, len(state), word_bytes)]
    assert bytes(core.ffi.buffer(digest)) == b"".join(word[::-1] for word in words)
