# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The verdict on whole tokens: the firmware's parsers and its verification, from bytes to word.

Nothing is decided here: every refusal is a word that C returned, in the chip's order.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, overload

from mooring_firmware import _native
from mooring_firmware._buffers import (
    KEY_BYTES,
    BufferLike,
    bytes_view,
    checked_threads,
    misplaced,
    offsets_of,
    offsets_view,
    rows_view,
)
from mooring_firmware._core import VerifyStatus
from mooring_firmware._prepared import PreparedCache, PreparedKey
from mooring_firmware._token import Typ
from mooring_firmware.errors import ErrorWord

_FFI: Final[Any] = _native.ffi
_LIB: Final[Any] = _native.lib

_OK: Final = 0x4F4B0000
"""``kErrorOk``: the letters OK and the code of 0."""
_KID_BYTES: Final = 8
_BYTES: Final[Any] = _FFI.typeof("uint8_t[]")


def verify_token(typ: Typ, public_key: bytes | PreparedKey, token: bytes) -> ErrorWord | None:
    """Judges what a chip judges of a token by itself: frame, key, signature, claims.

    What only a chip can judge is not judged: its id, its nonce, its time, its place.

    Args:
        typ: the token expected; evidence is none that a chip reads.
        public_key: of the signer, 32 bytes; or as `prepare` made it, which is several times
            as fast.
        token: the bytes as received.

    Returns:
        The word of the first refusal; None if there is none.

    Raises:
        ValueError: the key is not of 32 bytes, or `typ` is evidence.
    """
    prepared: Any
    if isinstance(public_key, PreparedKey):
        key, prepared = public_key.public_key, public_key.handle
    else:
        key, prepared = public_key, _FFI.NULL
    if len(key) != KEY_BYTES or typ is Typ.EVIDENCE:
        raise ValueError(f"cannot verify {typ.name} with a key of {len(key)} bytes")
    memory = _FFI.from_buffer(_BYTES, token)
    word: int = _LIB.token_verify(typ, key, prepared, (memory, len(token)))
    return None if word == _OK else ErrorWord(word)


class KeySet:
    """Keys by any of which a token may be signed; its key id says by which.

    Key ids are no secrets and need not be unique: keys with the same one are all tried.
    """

    def __init__(self, keys: BufferLike) -> None:
        """Orders `keys`, n of 32 bytes in a contiguous buffer.

        Raises:
            TypeError: it is no buffer of bytes.
            ValueError: it is not contiguous, or its length no multiple of 32.
        """
        view = rows_view("keys", keys, KEY_BYTES).cast("B")
        count = view.nbytes // KEY_BYTES
        kids = bytearray(count * _KID_BYTES)
        if count:
            _LIB.token_key_ids(
                count,
                _FFI.from_buffer(_BYTES, view),
                _FFI.from_buffer(_BYTES, kids),
            )
        rows = sorted(
            (bytes(kids[8 * index : 8 * index + 8]), bytes(view[32 * index : 32 * index + 32]))
            for index in range(count)
        )
        self.kids: Final = b"".join(kid for kid, _ in rows)
        self.keys: Final = b"".join(key for _, key in rows)

    def __len__(self) -> int:
        return len(self.keys) // KEY_BYTES


@dataclass(frozen=True)
class TokenVerdicts(Sequence[ErrorWord | None]):
    """What was found of many tokens: for each the word of its first refusal, or None."""

    words: array[int]
    """Error words as numbers; `ErrorWord` names them."""
    _tokens: memoryview = field(repr=False)
    _payloads: array[int] = field(repr=False)
    _signers: array[int] = field(repr=False)
    _keys: memoryview = field(repr=False)

    def __len__(self) -> int:
        return len(self.words)

    @overload
    def __getitem__(self, index: int) -> ErrorWord | None: ...

    @overload
    def __getitem__(self, index: slice) -> list[ErrorWord | None]: ...

    def __getitem__(self, index: int | slice) -> ErrorWord | list[ErrorWord | None] | None:
        """The word against token `index`; of a slice, all of them."""
        if isinstance(index, int):
            return _word(self.words[index])
        return [_word(number) for number in self.words[index]]

    def __iter__(self) -> Iterator[ErrorWord | None]:
        return map(_word, self.words)

    @property
    def accepted(self) -> int:
        """How many tokens nothing speaks against."""
        return self.words.count(_OK)

    def refusals(self) -> dict[int, ErrorWord]:
        """The refused tokens' places and words."""
        return {
            index: ErrorWord(number) for index, number in enumerate(self.words) if number != _OK
        }

    def payload(self, index: int) -> bytes:
        """The payload of an accepted token; empty of a refused one."""
        begin, end = self._payloads[2 * index], self._payloads[2 * index + 1]
        return bytes(self._tokens[begin:end])

    def signer(self, index: int) -> bytes | None:
        """The public key that signed an accepted token; None of a refused one."""
        if self.words[index] != _OK:
            return None
        place = KEY_BYTES * self._signers[index]
        return bytes(self._keys[place : place + KEY_BYTES])


def verify_tokens(
    typ: Typ,
    keys: KeySet | BufferLike,
    tokens: Sequence[bytes] | BufferLike,
    offsets: BufferLike | None = None,
    *,
    threads: int = 1,
    cache: PreparedCache | None = None,
) -> TokenVerdicts:
    """Judges many tokens of one kind in one call; each finding is as if it came alone.

    As `verify_token`, and evidence too: its frame, its key and its signature, since no chip
    reads evidence and so no firmware its claims.

    Args:
        typ: the tokens expected.
        keys: the signers: one of 32 bytes for each token, end to end; or a `KeySet`, of which
            each token names its own.
        tokens: a sequence of them; or, with `offsets`, a contiguous buffer that is not to be
            written to meanwhile.
        offsets: n + 1 integers of 64 bits; token i is ``tokens[offsets[i]:offsets[i+1]]``.
        threads: how many work; 0 for one a processor. Findings do not depend on it.
        cache: prepares keys that come back, and verifies by them; findings are the same.

    Raises:
        TypeError: an argument is no buffer, or of other items than bytes or 64-bit integers.
        ValueError: an argument's length is wrong, it is not contiguous, or an offset runs
            backwards or beyond the tokens.
    """
    if offsets is None:
        items = _separate(tokens)
        offset_view = memoryview(offsets_of(items))
        token_view = memoryview(b"".join(items))
    else:
        token_view = bytes_view("tokens", tokens)  # type: ignore[arg-type]  # or a TypeError
        offset_view = offsets_view(offsets, None)
    count = offset_view.nbytes // 8 - 1
    key_view = (
        memoryview(keys.keys)
        if isinstance(keys, KeySet)
        else rows_view("keys", keys, KEY_BYTES, count).cast("B")
    )
    words, payloads = array("I", bytes(4 * count)), array("Q", bytes(16 * count))
    signers = array("I", bytes(4 * count))
    # What the structures point to must live as long as the call.
    key_memory = _FFI.from_buffer(_BYTES, key_view)
    if isinstance(keys, KeySet):
        kid_memory = _FFI.from_buffer(_BYTES, keys.kids)
    else:
        kid_memory = _FFI.new("uint8_t[]", max(1, _KID_BYTES * count))
        _LIB.token_key_ids(count, key_memory, kid_memory)
    token_memory = _FFI.from_buffer(_BYTES, token_view)
    choice = _LIB.kTokenSignerAny if isinstance(keys, KeySet) else _LIB.kTokenSignerEach
    key_count = key_view.nbytes // KEY_BYTES
    tables = _FFI.NULL if cache is None else cache.handle
    status: int = _LIB.token_verify_many(
        typ,
        _FFI.new("token_signers_t *", (choice, key_count, key_memory, kid_memory, tables)),
        count,
        (token_memory, token_view.nbytes),
        _FFI.from_buffer("size_t[]", offset_view),
        checked_threads(threads),
        _FFI.new(
            "token_findings_t *",
            (
                _FFI.from_buffer("uint32_t[]", words),
                _FFI.from_buffer("token_range_t[]", payloads),
                _FFI.from_buffer("uint32_t[]", signers),
            ),
        ),
    )
    if status != VerifyStatus.OK:
        raise misplaced("tokens", offset_view, token_view.nbytes, count)
    return TokenVerdicts(words, token_view, payloads, signers, key_view)


def _separate(tokens: Sequence[bytes] | BufferLike) -> Sequence[bytes]:
    if not isinstance(tokens, Sequence) or isinstance(tokens, bytes | bytearray | memoryview):
        raise TypeError(
            f"tokens: without offsets expected a sequence of bytes, found {type(tokens).__name__}"
        )
    return tokens


def _word(number: int) -> ErrorWord | None:
    return None if number == _OK else ErrorWord(number)
