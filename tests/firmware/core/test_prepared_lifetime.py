# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Memory of prepared keys lives as long as what uses it, and no shorter."""

from __future__ import annotations

import gc
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring_firmware import PreparedCache, TableSize

SIGNER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY: Final = SIGNER.public_key().public_bytes_raw()
MESSAGE: Final = b"a message"
SIGNATURE: Final = SIGNER.sign(MESSAGE)


@pytest.mark.parametrize("size", TableSize)
@pytest.mark.parametrize("capacity", [1, 128])
def test_a_cache_ends_before_its_memory(size: TableSize, capacity: int) -> None:
    """Large memory goes back to the system at once: touching it afterwards is a fault."""
    cache = PreparedCache(capacity, size, sightings=1)
    assert cache.verify(KEY, MESSAGE, SIGNATURE)
    del cache
    gc.collect()

    assert PreparedCache(capacity, size).verify(KEY, MESSAGE, SIGNATURE)


def test_a_bound_method_keeps_its_cache() -> None:
    verify = PreparedCache(2, sightings=1).verify
    gc.collect()

    assert verify(KEY, MESSAGE, SIGNATURE)
    assert not verify(KEY, MESSAGE + b"!", SIGNATURE)
