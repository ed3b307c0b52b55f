# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The verdict on one whole token: the firmware's parsers and its verification, from bytes to word.

Nothing is decided here: the calls are the ROM's, in the ROM's order, and every refusal is a
word that C returned.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from mooring_firmware import _native
from mooring_firmware._core import verify
from mooring_firmware._token import KEY_BYTES, Typ
from mooring_firmware.errors import ErrorWord

_FFI: Final[Any] = _native.ffi
_LIB: Final[Any] = _native.lib

_OK: Final = 0x4F4B0000
"""``kErrorOk``: the letters OK and the code of 0."""


class _Claims(NamedTuple):
    """How the claims of one kind of token are parsed: into what, and by what."""

    out: Any
    parse: Any


_CLAIMS: Final = {
    Typ.TRUST: _Claims(_FFI.typeof("trust_list_t *"), _LIB.claims_parse_trust),
    Typ.LICENCE: _Claims(_FFI.typeof("licence_t *"), _LIB.claims_parse_licence),
    Typ.LOCATION: _Claims(_FFI.typeof("location_t *"), _LIB.claims_parse_location),
}


def verify_token(typ: Typ, public_key: bytes, token: bytes) -> ErrorWord | None:
    """Judges what a chip judges of a token by itself: frame, key, signature, claims.

    What only a chip can judge is not judged: its id, its nonce, its time, its place.

    Args:
        typ: the token expected; evidence is none that a chip reads.
        public_key: of the signer, 32 bytes.
        token: the bytes as received.

    Returns:
        The word of the first refusal; None if there is none.

    Raises:
        ValueError: the key is not of 32 bytes, or `typ` is evidence.
    """
    claims = _CLAIMS.get(typ)
    if claims is None or len(public_key) != KEY_BYTES:
        raise ValueError(f"cannot verify {typ.name} with a key of {len(public_key)} bytes")
    memory = _FFI.from_buffer("uint8_t[]", token)
    frame = _FFI.new("cose_sign1_t *")
    status: int = _LIB.cose_sign1_parse((memory, len(token)), typ, frame)
    if status != _OK:
        return ErrorWord(status)
    if _bytes(frame.kid) != _kid(public_key):
        return ErrorWord.KEY_UNKNOWN
    structure = _FFI.new("cose_sig_structure_t *")
    _LIB.cose_sig_structure(frame, structure)
    signed = b"".join([_bytes(part) for part in structure.parts])
    if not verify(frame.algorithm, public_key, signed, _bytes(frame.signature)):
        return ErrorWord.KEY_SIGNATURE
    out = _FFI.new(claims.out)
    status = claims.parse(frame.payload, out)
    if status == _OK and typ is Typ.TRUST:
        status = _LIB.claims_check_trust_keys(out, public_key)
    return None if status == _OK else ErrorWord(status)


def _kid(public_key: bytes) -> bytes:
    out = _FFI.new("uint8_t[8]")
    _LIB.cose_key_kid(public_key, out)
    return bytes(_FFI.buffer(out))


def _bytes(span: Any) -> bytes:
    return bytes(_FFI.buffer(span.data, span.size))
