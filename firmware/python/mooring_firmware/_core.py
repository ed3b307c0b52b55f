# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The verification core from Python: hashes, verdicts, and Ed25519 without its last compare.

Arguments are `bytes`, and for batches any contiguous buffers; they reach C without a copy.
Nothing is decided here: every refusal is a word that C returned.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, NamedTuple, overload

from cffi import FFI

from mooring_firmware import _native
from mooring_firmware._buffers import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    BufferLike,
    bytes_view,
    checked_threads,
    misplaced,
    offsets_view,
    out_view,
    rows_view,
)

_LIB: Final = _native.lib


class Algorithm(IntEnum):
    """COSE algorithm numbers that `verify` knows."""

    ED25519 = _LIB.kVerifyAlgorithmEd25519


class VerifyStatus(IntEnum):
    """What `verify_status` answers; see `mooring/verify.h`."""

    OK = _LIB.kVerifyOk
    BAD_SIGNATURE = _LIB.kVerifyBadSignature
    BAD_KEY = _LIB.kVerifyBadKey
    BAD_KEY_LENGTH = _LIB.kVerifyBadKeyLength
    BAD_SIGNATURE_LENGTH = _LIB.kVerifyBadSignatureLength
    UNKNOWN_ALGORITHM = _LIB.kVerifyUnknownAlgorithm
    NO_BACKEND = _LIB.kVerifyNoBackend
    BAD_OFFSETS = _LIB.kVerifyBadOffsets


_OK: Final = int(VerifyStatus.OK)


class Ed25519Status(IntEnum):
    """What a step of Ed25519 says before any comparison; see `mooring/ed25519.h`."""

    OK = _LIB.kEd25519Ok
    NOT_STARTED = _LIB.kEd25519NotStarted
    KEY_NOT_CANONICAL = _LIB.kEd25519KeyNotCanonical
    KEY_SMALL_ORDER = _LIB.kEd25519KeySmallOrder
    KEY_NOT_ON_CURVE = _LIB.kEd25519KeyNotOnCurve
    R_NOT_CANONICAL = _LIB.kEd25519RNotCanonical
    R_SMALL_ORDER = _LIB.kEd25519RSmallOrder
    S_OUT_OF_RANGE = _LIB.kEd25519SOutOfRange
    NOT_PREPARED = _LIB.kEd25519NotPrepared
    PREPARED = _LIB.kEd25519Prepared


class Recomputed(NamedTuple):
    """What is to be compared with a signature's R: 32 bytes, all FF unless the status is OK."""

    status: Ed25519Status
    r: bytes


class Sha2Kind(IntEnum):
    """A hash of the SHA-2 family by the length of its digest in bits."""

    SHA256 = 256
    SHA384 = 384
    SHA512 = 512


class Sha2:
    """A hash in progress; `digest` may be asked at any point and does not end it."""

    def __init__(self, kind: Sha2Kind, core: Core | None = None) -> None:
        self._kind = kind
        self._core = core or CORE
        self._ctx = self._core.new_sha2(kind)

    def update(self, data: bytes) -> None:
        """Hash more of the message."""
        self._core.update_sha2(self._kind, self._ctx, data)

    def digest(self) -> bytes:
        """Return the digest of what was hashed so far."""
        return self._core.digest_sha2(self._kind, self._ctx)


class Core:
    """One compiled configuration of the verification core."""

    def __init__(self, ffi: FFI, lib: Any) -> None:
        self.ffi: Final = ffi
        self.lib: Final = lib

    def new_sha2(self, kind: Sha2Kind) -> Any:
        """Return an initialised context."""
        ctx = self.ffi.new("sha256_t *" if kind is Sha2Kind.SHA256 else "sha512_t *")
        {
            Sha2Kind.SHA256: self.lib.sha256_init,
            Sha2Kind.SHA384: self.lib.sha384_init,
            Sha2Kind.SHA512: self.lib.sha512_init,
        }[kind](ctx)
        return ctx

    def update_sha2(self, kind: Sha2Kind, ctx: Any, data: bytes) -> None:
        """Hash `data` into a context."""
        wide = kind is not Sha2Kind.SHA256
        (self.lib.sha512_update if wide else self.lib.sha256_update)(ctx, data, len(data))

    def digest_sha2(self, kind: Sha2Kind, ctx: Any) -> bytes:
        """Return the digest of a copy of a context: C's final uses its context up."""
        copy = self.ffi.new(self.ffi.typeof(ctx), ctx[0])
        digest = self.ffi.new("uint8_t[]", kind // 8)
        {
            Sha2Kind.SHA256: self.lib.sha256_final,
            Sha2Kind.SHA384: self.lib.sha384_final,
            Sha2Kind.SHA512: self.lib.sha512_final,
        }[kind](copy, digest)
        return bytes(self.ffi.buffer(digest))

    def sha256(self, data: bytes) -> bytes:
        """Return the SHA-256 of `data`."""
        digest = self.ffi.new("uint8_t[32]")
        self.lib.sha256(digest, data, len(data))
        return bytes(self.ffi.buffer(digest))

    def sha384(self, data: bytes) -> bytes:
        """Return the SHA-384 of `data`."""
        digest = self.ffi.new("uint8_t[48]")
        self.lib.sha384(digest, data, len(data))
        return bytes(self.ffi.buffer(digest))

    def sha512(self, data: bytes) -> bytes:
        """Return the SHA-512 of `data`."""
        digest = self.ffi.new("uint8_t[64]")
        self.lib.sha512(digest, data, len(data))
        return bytes(self.ffi.buffer(digest))

    def verify_status(
        self, algorithm: int, public_key: bytes, message: bytes, signature: bytes
    ) -> VerifyStatus:
        """Judge one signature; return the status word."""
        return VerifyStatus(
            self.lib.mooring_verify(
                algorithm,
                public_key,
                len(public_key),
                message,
                len(message),
                signature,
                len(signature),
            )
        )

    def verify(self, algorithm: int, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Judge one signature; anything wrong with any argument's content is False."""
        status: int = self.lib.mooring_verify(
            algorithm,
            public_key,
            len(public_key),
            message,
            len(message),
            signature,
            len(signature),
        )
        return status == _OK

    @overload
    def verify_batch(
        self,
        keys: BufferLike,
        signatures: BufferLike,
        messages: BufferLike,
        offsets: BufferLike | None = None,
        *,
        threads: int = 1,
        out: None = None,
        backend: Any = None,
    ) -> bytes: ...

    @overload
    def verify_batch(
        self,
        keys: BufferLike,
        signatures: BufferLike,
        messages: BufferLike,
        offsets: BufferLike | None = None,
        *,
        threads: int = 1,
        out: BufferLike,
        backend: Any = None,
    ) -> None: ...

    def verify_batch(
        self,
        keys: BufferLike,
        signatures: BufferLike,
        messages: BufferLike,
        offsets: BufferLike | None = None,
        *,
        threads: int = 1,
        out: BufferLike | None = None,
        backend: Any = None,
    ) -> bytes | None:
        """Judge n Ed25519 signatures; each verdict is the one that `verify` would give.

        Buffers are contiguous, of any kind: `bytes`, `memoryview`, NumPy arrays. None is
        copied, and the interpreter is free meanwhile: nobody may write to them until then.
        `pack` makes them of separate items.

        Args:
            keys: n of 32 bytes.
            signatures: n of 64 bytes.
            messages: end to end.
            offsets: n + 1 integers of 64 bits; message i is ``messages[offsets[i]:offsets[i+1]]``.
                Without them all messages have one length.
            threads: how many work; 0 for one a processor. Verdicts do not depend on it.
            out: n bytes that receive the verdicts.
            backend: a handle of `backends`; without one, what was chosen for the process.

        Returns:
            A byte for each item, 1 accepted and 0 refused; None with `out`.

        Raises:
            TypeError: an argument is no buffer, or of other items than bytes or 64-bit integers.
            ValueError: an argument's length is wrong, it is not contiguous, or an offset runs
                backwards or beyond the messages.
        """
        key_view = rows_view("keys", keys, KEY_BYTES)
        count = key_view.nbytes // KEY_BYTES
        signature_view = rows_view("signatures", signatures, SIGNATURE_BYTES, count)
        message_view = bytes_view("messages", messages)
        offset_view = None if offsets is None else offsets_view(offsets, count)
        verdicts = out_view(bytearray(count) if out is None else out, count)
        ffi = self.ffi
        status: int = self.lib.verify_batch_with(
            self.lib.verify_backend_chosen() if backend is None else backend,
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
        return bytes(verdicts) if out is None else None

    def ed25519_recompute(self, public_key: bytes, message: bytes, signature: bytes) -> Recomputed:
        """Recompute encode([S]B - [k]A) without comparing it with R.

        Raises:
            ValueError: the key is not of 32 bytes, or the signature not of 64.
        """
        if len(public_key) != 32 or len(signature) != 64:
            raise ValueError(
                f"key of {len(public_key)} and signature of {len(signature)} bytes, not 32 and 64"
            )
        ctx = self.ffi.new("ed25519_t *")
        r = self.ffi.new("uint8_t[32]")
        # A refusal is kept in the context and returned again by finish.
        self.lib.ed25519_start(ctx, public_key, signature)
        self.lib.ed25519_update(ctx, message, len(message))
        status = Ed25519Status(self.lib.ed25519_finish(ctx, r))
        return Recomputed(status, bytes(self.ffi.buffer(r)))


CORE: Final = Core(_native.ffi, _native.lib)

sha256 = CORE.sha256
sha384 = CORE.sha384
sha512 = CORE.sha512
verify = CORE.verify
verify_status = CORE.verify_status
verify_batch = CORE.verify_batch
ed25519_recompute = CORE.ed25519_recompute
