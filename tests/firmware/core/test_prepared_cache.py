# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The cache of prepared keys: exact verdicts, a bound, and the least recently used goes first."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import pytest
from firmware.acceptance import ACCEPTANCE
from oracles import ed25519_reference as ref

from mooring_firmware import PreparedCache, TableSize, pack, verify_batch

MESSAGE: Final = b"message"


class Signer(NamedTuple):
    """A key and its signature over the message."""

    key: bytes
    signature: bytes


SIGNERS: Final = [
    Signer(ref.public_key(bytes([index]) * 32), ref.sign(bytes([index]) * 32, MESSAGE))
    for index in range(6)
]


def small_cache(capacity: int, sightings: int = 1) -> PreparedCache:
    return PreparedCache(capacity, TableSize.SMALL, sightings=sightings)


def use(cache: PreparedCache, *numbers: int) -> None:
    for number in numbers:
        key, signature = SIGNERS[number]
        assert cache.verify(key, MESSAGE, signature)


def hit(cache: PreparedCache, number: int) -> bool:
    """Uses a key and says whether it was prepared already."""
    before = cache.counts()
    use(cache, number)
    return cache.counts().prepared == before.prepared and cache.counts().hits > before.hits


def test_key_is_prepared_when_it_was_seen_often_enough() -> None:
    cache = small_cache(2, sightings=3)
    use(cache, 0, 0)
    assert cache.counts() == (0, 2, 0, 0)
    use(cache, 0)
    assert cache.counts() == (1, 2, 1, 0)
    use(cache, 0, 0)

    assert cache.counts() == (3, 2, 1, 0)


def test_no_more_keys_are_kept_than_the_capacity() -> None:
    cache = small_cache(3)
    use(cache, 0, 1, 2, 3, 4, 5)

    assert cache.counts() == (6, 0, 6, 3)


def test_least_recently_used_key_makes_room() -> None:
    cache = small_cache(3)
    use(cache, 0, 1, 2)
    use(cache, 0)  # now 1 is the oldest
    use(cache, 3)

    assert [hit(cache, number) for number in (0, 2, 3)] == [True, True, True]
    assert not hit(cache, 1)
    assert not hit(cache, 0)


@pytest.mark.parametrize("capacity", [1, 2, 5])
def test_cache_agrees_with_a_plain_list_by_last_use(capacity: int) -> None:
    rng = random.Random(capacity)
    cache = small_cache(capacity)
    recent: list[int] = []
    for _ in range(200):
        number = rng.randrange(len(SIGNERS))
        assert hit(cache, number) == (number in recent)
        recent = [number, *(each for each in recent if each != number)][:capacity]


@pytest.mark.parametrize("threads", [1, 3])
def test_batch_by_a_cache_gives_the_verdicts_of_a_batch(threads: int) -> None:
    rng = random.Random(threads)
    items = [(case.key, case.signature, case.message) for case in ACCEPTANCE]
    items += [(*rng.choice(SIGNERS), MESSAGE) for _ in range(300)]
    items += [(rng.choice(SIGNERS).key, rng.choice(SIGNERS).signature, MESSAGE) for _ in range(300)]
    rng.shuffle(items)
    packed = pack(*([item[part] for item in items] for part in range(3)))
    expected = verify_batch(*packed)
    cache = small_cache(4, sightings=2)

    assert {0, 1} == set(expected)
    for _ in range(2):
        assert cache.verify_batch(*packed, threads=threads) == expected
    # A key borrowed by another thread stays, so that there may be none to evict.
    assert cache.counts().evicted > 0 or threads > 1
    assert cache.counts().hits + cache.counts().misses == 2 * len(items)


def test_unacceptable_keys_are_never_served_from_the_cache() -> None:
    cache = small_cache(2)
    refused = [case for case in ACCEPTANCE if case.refused_by and "KEY" in case.refused_by]
    assert refused
    for case in refused * 2:
        assert not cache.verify(case.key, case.message, case.signature)

    assert cache.counts().prepared == 0
    assert cache.counts().evicted == 0
    assert not hit(cache, 0)
    assert hit(cache, 0)


def test_threads_share_a_cache() -> None:
    cache = small_cache(2)
    packed = pack(
        [signer.key for signer in SIGNERS] * 20,
        [signer.signature for signer in SIGNERS] * 20,
        [MESSAGE, MESSAGE, b"other", MESSAGE, MESSAGE, b"other"] * 20,
    )
    with ThreadPoolExecutor(4) as pool:
        tasks = [pool.submit(cache.verify_batch, *packed, threads=2) for _ in range(8)]

    assert [task.result() for task in tasks] == [b"\1\1\0\1\1\0" * 20] * 8


@pytest.mark.parametrize(("capacity", "sightings"), [(0, 1), (-1, 1), (1, 0), (2**62, 1)])
def test_cache_without_room_is_refused(capacity: int, sightings: int) -> None:
    with pytest.raises(ValueError, match="capacity"):
        PreparedCache(capacity, TableSize.SMALL, sightings=sightings)


def test_wrong_lengths_are_refused() -> None:
    cache = small_cache(1)

    assert not cache.verify(SIGNERS[0].key[:31], MESSAGE, SIGNERS[0].signature)
    assert not cache.verify(SIGNERS[0].key, MESSAGE, SIGNERS[0].signature + b"\0")
    assert cache.verify_batch(b"", b"", b"") == b""
