# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How long does one Ed25519 verification take, beside the libraries one would otherwise use?

One key, one message of the size of a licence's Sig_structure, one good signature, each library
through its shortest way from Python: OpenSSL with a key object made beforehand, libsodium through
PyNaCl's bindings with signature and message joined beforehand. The core gets plain bytes and does
everything each time, decoding the key included. A refusal costs no more than a verdict.

Beside the verdict stand what the boot ROM does (recompute R, the comparison being hardware's),
the 32-bit configuration that it is built in, and a batch, each of whose items gets its verdict.
A prepared key is made before the clock starts.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_open

from mooring_firmware import (
    Algorithm,
    Ed25519Status,
    _native32,
    pack,
    prepare,
    verify,
    verify_batch,
)
from mooring_firmware import ed25519_recompute as recompute
from mooring_firmware._core import Core

from .conftest import Ratios

MESSAGE: Final = bytes(index & 0xFF for index in range(300))
PRIVATE: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC: Final = PRIVATE.public_key()
KEY: Final = PUBLIC.public_bytes_raw()
SIGNATURE: Final = PRIVATE.sign(MESSAGE)
SIGNED: Final = SIGNATURE + MESSAGE
ED25519: Final = int(Algorithm.ED25519)
BATCH: Final = 64

ONE: Final = "one Ed25519 verification, message of 300 bytes"
MANY: Final = f"{BATCH} Ed25519 verifications"


@pytest.mark.benchmark(group=ONE)
def test_core_verdict(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)

    assert benchmark(verify, ED25519, KEY, MESSAGE, SIGNATURE)


@pytest.mark.benchmark(group=ONE)
def test_core_verdict_by_a_prepared_key(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)

    assert benchmark(prepare(KEY).verify, MESSAGE, SIGNATURE)


@pytest.mark.benchmark(group=ONE)
def test_core_recompute_as_the_rom_does(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)

    assert benchmark(recompute, KEY, MESSAGE, SIGNATURE) == (Ed25519Status.OK, SIGNATURE[:32])


@pytest.mark.benchmark(group=ONE)
def test_core_verdict_32_bit(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)
    core = Core(_native32.ffi, _native32.lib)

    assert benchmark(core.verify, ED25519, KEY, MESSAGE, SIGNATURE)


@pytest.mark.benchmark(group=ONE)
def test_openssl_through_cryptography(benchmark: Any, ratios: Ratios) -> None:
    ratios.theirs(benchmark, "cryptography")

    assert benchmark(PUBLIC.verify, SIGNATURE, MESSAGE) is None


@pytest.mark.benchmark(group=ONE)
def test_libsodium_through_pynacl(benchmark: Any, ratios: Ratios) -> None:
    ratios.theirs(benchmark, "pynacl")

    assert benchmark(crypto_sign_open, SIGNED, KEY) == MESSAGE


@pytest.mark.benchmark(group=MANY)
def test_core_batch(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)
    packed = pack([KEY] * BATCH, [SIGNATURE] * BATCH, [MESSAGE] * BATCH)

    assert benchmark(verify_batch, *packed) == b"\1" * BATCH


@pytest.mark.benchmark(group=MANY)
def test_core_batch_by_a_prepared_key(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)
    prepared = prepare(KEY)

    assert benchmark(prepared.verify_batch, SIGNATURE * BATCH, MESSAGE * BATCH) == b"\1" * BATCH


@pytest.mark.benchmark(group=MANY)
def test_openssl_loop(benchmark: Any, ratios: Ratios) -> None:
    ratios.theirs(benchmark, "cryptography")

    def loop() -> int:
        for _ in range(BATCH):
            PUBLIC.verify(SIGNATURE, MESSAGE)
        return BATCH

    assert benchmark(loop) == BATCH


@pytest.mark.benchmark(group=MANY)
def test_libsodium_loop(benchmark: Any, ratios: Ratios) -> None:
    ratios.theirs(benchmark, "pynacl")

    def loop() -> int:
        return sum(len(crypto_sign_open(SIGNED, KEY)) for _ in range(BATCH))

    assert benchmark(loop) == BATCH * len(MESSAGE)
