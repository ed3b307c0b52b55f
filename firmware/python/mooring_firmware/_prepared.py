# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ed25519 keys that are seen again and again: tables made once, and a bounded cache of them.

Verdicts are those of `verify`. A table serves only its own key, its entries are checked when
they are used, and a signature whose table is damaged is verified without it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, NamedTuple

from mooring_firmware._buffers import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    BufferLike,
    bytes_view,
    checked_threads,
    misplaced,
    offsets_view,
    rows_view,
)
from mooring_firmware._core import CORE, Core, VerifyStatus

_OK: Final = int(VerifyStatus.OK)


class TableSize(IntEnum):
    """How large a key's tables are; a larger one is faster and pays later."""

    SMALL = CORE.lib.kPreparedSmall
    MEDIUM = CORE.lib.kPreparedMedium
    STANDARD = CORE.lib.kPreparedStandard
    LARGE = CORE.lib.kPreparedLarge

    @property
    def memory_bytes(self) -> int:
        """The memory that a prepared key of this size takes."""
        found: int = CORE.lib.mooring_prepared_bytes(self)
        return found


class PreparedKey:
    """A public key with its tables; read-only, so any number of threads may use it."""

    def __init__(
        self, public_key: bytes, size: TableSize = TableSize.STANDARD, core: Core = CORE
    ) -> None:
        """Builds the tables, which takes about as long as some verifications.

        Raises:
            ValueError: the key is not of 32 bytes, or not acceptable.
        """
        if len(public_key) != KEY_BYTES:
            raise ValueError(f"public_key: expected {KEY_BYTES} bytes, found {len(public_key)}")
        ffi = core.ffi
        self.public_key: Final = bytes(public_key)
        self.size: Final = TableSize(size)
        self._core: Final = core
        self._memory: Final = _allocate(core, size.memory_bytes)
        found = ffi.new("const mooring_prepared_t **")
        status: int = core.lib.mooring_prepare(
            found, self._memory, size.memory_bytes, size, self.public_key
        )
        if status != _OK:
            raise ValueError("public_key: not an acceptable Ed25519 key")
        self.handle: Final[Any] = found[0]
        """For calls of C."""
        self._verify: Final = core.lib.mooring_verify_prepared

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Judges one signature by this key; one that is not of 64 bytes is refused."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        status: int = self._verify(self.handle, self.public_key, message, len(message), signature)
        return status == _OK

    def verify_batch(
        self,
        signatures: BufferLike,
        messages: BufferLike,
        offsets: BufferLike | None = None,
        *,
        threads: int = 1,
        backend: Any = None,
    ) -> bytes:
        """Judges n signatures by this key; arguments and errors are those of `verify_batch`."""
        view = rows_view("signatures", signatures, SIGNATURE_BYTES)
        count = view.nbytes // SIGNATURE_BYTES
        message_view = bytes_view("messages", messages)
        offset_view = None if offsets is None else offsets_view(offsets, count)
        verdicts = bytearray(count)
        ffi, lib = self._core.ffi, self._core.lib
        status: int = lib.prepared_batch_with(
            lib.verify_backend_chosen() if backend is None else backend,
            self.handle,
            self.public_key,
            count,
            ffi.from_buffer("uint8_t[]", view),
            ffi.from_buffer("uint8_t[]", message_view),
            message_view.nbytes,
            ffi.NULL if offset_view is None else ffi.from_buffer("size_t[]", offset_view),
            checked_threads(threads),
            ffi.from_buffer("uint8_t[]", verdicts),
        )
        if status != _OK:
            raise misplaced("messages", offset_view, message_view.nbytes, count)
        return bytes(verdicts)

    def is_intact(self) -> bool:
        """Whether nothing of the tables has changed since they were made; reads all of them."""
        return bool(self._core.lib.mooring_prepared_is_intact(self.handle))


class CacheCounts(NamedTuple):
    """What a cache did so far."""

    hits: int
    """Items whose key was prepared."""
    misses: int
    """Items that were verified without."""
    prepared: int
    evicted: int


class PreparedCache:
    """Up to `capacity` prepared keys, of which the least recently used makes room for a new one.

    Threads may share a cache.
    """

    def __init__(
        self,
        capacity: int,
        size: TableSize = TableSize.STANDARD,
        *,
        sightings: int = 32,
        core: Core = CORE,
    ) -> None:
        """Allocates all memory that the cache will ever have.

        Args:
            capacity: how many keys at the same time.
            size: of each key's tables.
            sightings: how often a key must be seen before it is prepared.

        Raises:
            ValueError: an argument is below 1, or the capacity is beyond what can be addressed.
        """
        self._core: Final = core
        needed: int = core.lib.mooring_prepared_cache_bytes(capacity, size) if capacity > 0 else 0
        if needed == 0 or sightings < 1:
            raise ValueError(
                f"expected a capacity and sightings of 1 or more, found {capacity} and {sightings}"
            )
        memory = _allocate(core, needed)
        cache = core.lib.mooring_prepared_cache_create(memory, needed, capacity, size, sightings)

        def destroy(cache: Any, memory: Any = memory) -> None:  # which must outlive it
            core.lib.mooring_prepared_cache_destroy(cache)

        self.handle: Final = core.ffi.gc(cache, destroy)
        """For calls of C."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Judges one signature, as `verify` does."""
        if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
            return False
        status: int = self._core.lib.mooring_verify_cached(
            self.handle, public_key, message, len(message), signature
        )
        return status == _OK

    def verify_batch(
        self,
        keys: BufferLike,
        signatures: BufferLike,
        messages: BufferLike,
        offsets: BufferLike | None = None,
        *,
        threads: int = 1,
        backend: Any = None,
    ) -> bytes:
        """Judges n signatures; arguments and errors are those of `verify_batch`."""
        key_view = rows_view("keys", keys, KEY_BYTES)
        count = key_view.nbytes // KEY_BYTES
        signature_view = rows_view("signatures", signatures, SIGNATURE_BYTES, count)
        message_view = bytes_view("messages", messages)
        offset_view = None if offsets is None else offsets_view(offsets, count)
        verdicts = bytearray(count)
        ffi, lib = self._core.ffi, self._core.lib
        status: int = lib.cached_batch_with(
            lib.verify_backend_chosen() if backend is None else backend,
            self.handle,
            count,
            ffi.from_buffer("uint8_t[]", key_view),
            ffi.from_buffer("uint8_t[]", signature_view),
            ffi.from_buffer("uint8_t[]", message_view),
            message_view.nbytes,
            ffi.NULL if offset_view is None else ffi.from_buffer("size_t[]", offset_view),
            checked_threads(threads),
            ffi.from_buffer("uint8_t[]", verdicts),
        )
        if status != _OK:
            raise misplaced("messages", offset_view, message_view.nbytes, count)
        return bytes(verdicts)

    def counts(self) -> CacheCounts:
        """What it did so far."""
        counts: Any = self._core.ffi.new("prepared_cache_counts_t *")
        self._core.lib.mooring_prepared_cache_counts(self.handle, counts)
        return CacheCounts(counts.hits, counts.misses, counts.prepared, counts.evicted)


def prepare(public_key: bytes, size: TableSize = TableSize.STANDARD) -> PreparedKey:
    """Makes a key's tables, with which each of its signatures is verified faster.

    Raises:
        ValueError: the key is not of 32 bytes, or not acceptable.
    """
    return PreparedKey(public_key, size)


def _allocate(core: Core, size_bytes: int) -> Any:
    """Memory that is not cleared first: tables overwrite it."""
    return core.ffi.new_allocator(should_clear_after_alloc=False)("uint8_t[]", size_bytes)
