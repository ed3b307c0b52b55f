# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the benchmarks of signatures have in common."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring_firmware import backends

from ._interleaved import Measured
from ._peers import Item

MESSAGE_BYTES: Final = 300
USABLE: Final = tuple(each for each in backends() if each.available)


def items(count: int, signers: int) -> list[Item]:
    """Good signatures by that many keys in turn, the same on every run."""
    rng = random.Random(count)
    keys = [Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)) for _ in range(signers)]
    public = [key.public_key().public_bytes_raw() for key in keys]
    made: list[Item] = []
    for index in range(count):
        message = rng.randbytes(MESSAGE_BYTES)
        signer = index % signers
        made.append(Item(public[signer], keys[signer].sign(message), message))
    return made


def once(benchmark: Any, body: Callable[[], list[Measured]]) -> list[Measured]:
    """Runs a body that measures by itself as the one round of a benchmark."""
    found: list[Measured] = benchmark.pedantic(body, rounds=1)
    return found
