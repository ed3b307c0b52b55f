# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""CBOR, COSE and claims of the firmware from Python, for the tests that drive them.

Every refusal of C is raised as `Refused` with its word; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from mooring_firmware import _native
from mooring_firmware.errors import ErrorWord

_FFI: Final[Any] = _native.ffi
_LIB: Final = _native.lib

_OK: Final = 0x4F4B0000
"""``kErrorOk``: the letters OK and the code of 0."""

KEY_BYTES: Final = 32


class Refused(Exception):
    """C answered with an error word."""

    def __init__(self, word: ErrorWord) -> None:
        super().__init__(word.name)
        self.word: Final = word


def raise_if_refused(status: int) -> None:
    """Raises the error word that a C function returned, if any."""
    if status != _OK:
        raise Refused(ErrorWord(status))


class Typ(IntEnum):
    """Which token is expected."""

    TRUST = _LIB.kCoseTypTrust
    LICENCE = _LIB.kCoseTypLicence
    LOCATION = _LIB.kCoseTypLocation
    EVIDENCE = _LIB.kCoseTypEvidence


class Freshness(IntEnum):
    """How a token is bound to its one use."""

    NONE = _LIB.kClaimsFreshnessNone
    NONCE = _LIB.kClaimsFreshnessNonce
    SEQUENCE = _LIB.kClaimsFreshnessSequence


class Bytes:
    """A copy of `data` in memory of C, which `span` points into for as long as this lives."""

    def __init__(self, data: bytes) -> None:
        self._memory = _FFI.new("uint8_t[]", data)
        self.span: Final = _FFI.new("byte_span_t *", {"data": self._memory, "size": len(data)})[0]


def span_bytes(span: Any) -> bytes:
    """The bytes of a span, empty where it points nowhere."""
    return bytes(_FFI.buffer(span.data, span.size)) if span.data != _FFI.NULL else b""


def _array(field: Any) -> bytes:
    return bytes(_FFI.buffer(field))


class CborMap:
    """A map that a `CborReader` goes through."""

    def __init__(self) -> None:
        self.c: Final = _FFI.new("cbor_map_t *")

    @property
    def left(self) -> int:
        """Pairs not yet read."""
        return int(self.c.left)


class CborReader:
    """The firmware's cursor over `data`."""

    def __init__(self, data: bytes) -> None:
        self._data = Bytes(data)
        self._c = _FFI.new("cbor_reader_t *")
        _LIB.cbor_reader_init(self._c, self._data.span)

    @property
    def offset(self) -> int:
        """Bytes read so far."""
        return int(self._c.offset)

    def _read(self, function: Callable[..., int], out: str, *arguments: object) -> Any:
        target = _FFI.new(out)
        raise_if_refused(function(self._c, *arguments, target))
        return target[0]

    def peek_type(self) -> int:
        """The major type of the next item."""
        return int(self._read(_LIB.cbor_peek_type, "unsigned int *"))

    def uint(self, most: int = 2**64 - 1) -> int:
        """An unsigned integer."""
        return int(self._read(_LIB.cbor_read_uint, "uint64_t *", most))

    def integer(self) -> int:
        """An integer that fits 64 bits with sign."""
        return int(self._read(_LIB.cbor_read_int, "int64_t *"))

    def bstr(self) -> bytes:
        """A byte string."""
        return span_bytes(self._read(_LIB.cbor_read_bstr, "byte_span_t *"))

    def bstr_exact(self, size: int) -> bytes:
        """A byte string of `size` bytes."""
        out = _FFI.new("uint8_t[]", b"\xa5" * size)
        try:
            raise_if_refused(_LIB.cbor_read_bstr_exact(self._c, out, size))
        finally:
            self.last_buffer = _array(out)[:size]
        return self.last_buffer

    def tstr(self) -> bytes:
        """A text string, as its UTF-8."""
        return span_bytes(self._read(_LIB.cbor_read_tstr, "byte_span_t *"))

    def array_head(self, most: int = 2**32 - 1) -> int:
        """The number of elements of an array."""
        return int(self._read(_LIB.cbor_read_array, "uint32_t *", most))

    def map_head(self, most: int = 2**32 - 1) -> CborMap:
        """The head of a map."""
        pairs = CborMap()
        raise_if_refused(_LIB.cbor_read_map(self._c, most, pairs.c))
        return pairs

    def key(self, pairs: CborMap) -> int:
        """The next integer key of a map."""
        return int(self._read(_LIB.cbor_read_key, "int64_t *", pairs.c))

    def boolean(self) -> bool:
        """False or true."""
        return bool(self._read(_LIB.cbor_read_bool, "bool *"))

    def tag(self) -> int:
        """The number of a tag."""
        return int(self._read(_LIB.cbor_read_tag, "uint64_t *"))

    def item(self) -> bytes:
        """The encoding of one whole item."""
        return span_bytes(self._read(_LIB.cbor_read_item, "byte_span_t *"))

    def end(self) -> None:
        """Nothing may be left."""
        raise_if_refused(_LIB.cbor_read_end(self._c))


def cbor_check(data: bytes) -> None:
    """Checks that `data` is one deterministic item."""
    memory = Bytes(data)
    raise_if_refused(_LIB.cbor_check(memory.span))


def cbor_compare(a: bytes, b: bytes) -> int:
    """Compares two byte strings lexicographically."""
    left, right = Bytes(a), Bytes(b)
    return int(_LIB.cbor_compare(left.span, right.span))


class CborWriter:
    """The firmware's writer into a buffer of `capacity` bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._buffer = _FFI.new("uint8_t[]", b"\xa5" * (capacity + 1))
        self.c: Final = _FFI.new("cbor_writer_t *")
        _LIB.cbor_writer_init(self.c, self._buffer, capacity)

    @property
    def buffer(self) -> bytes:
        """The whole buffer, and one byte behind it that must stay A5."""
        return _array(self._buffer)[: self._capacity + 1]

    def uint(self, value: int) -> None:
        """An unsigned integer."""
        _LIB.cbor_write_uint(self.c, value)

    def integer(self, value: int) -> None:
        """An integer."""
        _LIB.cbor_write_int(self.c, value)

    def bstr(self, value: bytes) -> None:
        """A byte string."""
        _LIB.cbor_write_bstr(self.c, value, len(value))

    def bstr_head(self, size: int) -> None:
        """The head of a byte string."""
        _LIB.cbor_write_bstr_head(self.c, size)

    def tstr(self, value: str) -> None:
        """A text string."""
        data = value.encode()
        _LIB.cbor_write_tstr(self.c, data, len(data))

    def array_head(self, count: int) -> None:
        """The head of an array."""
        _LIB.cbor_write_array(self.c, count)

    def map_head(self, count: int) -> None:
        """The head of a map."""
        _LIB.cbor_write_map(self.c, count)

    def boolean(self, value: bool) -> None:
        """False or true."""
        _LIB.cbor_write_bool(self.c, value)

    def tag(self, number: int) -> None:
        """A tag."""
        _LIB.cbor_write_tag(self.c, number)

    def raw(self, value: bytes) -> None:
        """Bytes that are encoded already."""
        _LIB.cbor_write_raw(self.c, value, len(value))

    def finish(self) -> bytes:
        """Everything written."""
        size = _FFI.new("size_t *")
        raise_if_refused(_LIB.cbor_writer_finish(self.c, size))
        return self.buffer[: size[0]]


@dataclass(frozen=True)
class Sign1:
    """A token whose frame is right."""

    algorithm: int
    kid: bytes
    payload: bytes
    signature: bytes
    signed: bytes
    """The Sig_structure: what the signature is over."""


def parse_sign1(token: bytes, typ: Typ) -> Sign1:
    """Parses the frame and header of a token."""
    memory = Bytes(token)
    out = _FFI.new("cose_sign1_t *")
    raise_if_refused(_LIB.cose_sign1_parse(memory.span, typ, out))
    structure = _FFI.new("cose_sig_structure_t *")
    _LIB.cose_sig_structure(out, structure)
    return Sign1(
        out.algorithm,
        span_bytes(out.kid),
        span_bytes(out.payload),
        span_bytes(out.signature),
        b"".join(span_bytes(part) for part in structure.parts),
    )


def write_header(typ: Typ, kid: bytes) -> bytes:
    """The protected header of a token."""
    writer = CborWriter(128)
    _LIB.cose_write_header(writer.c, typ, kid)
    return writer.finish()


def _from_key(function: Callable[[bytes, Any], None], x: bytes, size: int) -> bytes:
    out = _FFI.new("uint8_t[]", size)
    function(x, out)
    return _array(out)


def key_encode(x: bytes) -> bytes:
    """The COSE_Key of a public key."""
    return _from_key(_LIB.cose_key_encode, x, 40)


def key_thumbprint(x: bytes) -> bytes:
    """The RFC 9679 SHA-256 thumbprint of a public key."""
    return _from_key(_LIB.cose_key_thumbprint, x, 32)


def key_kid(x: bytes) -> bytes:
    """The kid of a public key."""
    return _from_key(_LIB.cose_key_kid, x, 8)


def key_ueid(x: bytes) -> bytes:
    """The UEID of the chip with that device key."""
    return _from_key(_LIB.cose_key_ueid, x, 33)


def root_key_parse(data: bytes) -> bytes:
    """The public key in a root key's message."""
    memory = Bytes(data)
    out = _FFI.new("uint8_t[]", KEY_BYTES)
    raise_if_refused(_LIB.cose_root_key_parse(memory.span, out))
    return _array(out)


@dataclass(frozen=True)
class TrustKey:
    """A listed issuer key."""

    kid: bytes
    x: bytes
    algorithm: int
    role: int
    first_epoch: int
    not_before: int
    not_after: int


@dataclass(frozen=True)
class TrustList:
    """The claims of a trust list."""

    epoch: int
    issued_at: int
    end_running: bool
    keys: tuple[TrustKey, ...]


def _trust_list(payload: bytes) -> Any:
    memory = Bytes(payload)
    out = _FFI.new("trust_list_t *")
    raise_if_refused(_LIB.claims_parse_trust(memory.span, out))
    return out


def parse_trust(payload: bytes) -> TrustList:
    """Parses the payload of a trust list."""
    out = _trust_list(payload)
    keys = tuple(
        TrustKey(
            _array(key.kid),
            _array(key.x),
            key.algorithm,
            key.role,
            key.first_epoch,
            key.not_before,
            key.not_after,
        )
        for key in out.keys[0 : out.count]
    )
    end_running = {_LIB.kHardenedTrue: True, _LIB.kHardenedFalse: False}[out.end_running]
    return TrustList(out.epoch, out.issued_at, end_running, keys)


def check_trust_keys(payload: bytes, root_x: bytes) -> None:
    """Parses a trust list and checks its keys against each other and the root key."""
    raise_if_refused(_LIB.claims_check_trust_keys(_trust_list(payload), root_x))


def find_key(payload: bytes, kid: bytes) -> int | None:
    """Parses a trust list; the position of the key with that kid."""
    out = _trust_list(payload)
    found = _LIB.claims_find_key(out, kid)
    return None if found == _FFI.NULL else int(found - _FFI.addressof(out.keys, 0))


@dataclass(frozen=True)
class Licence:
    """The claims of a licence; zones as the encoded names, one after the other."""

    expires: int
    not_before: int
    issued_at: int
    cti: bytes
    freshness: Freshness
    nonce: bytes
    epoch: int
    sequence: int
    ueid: bytes
    cycles: int
    seconds: int
    required_inside: bytes
    required_excluded: bytes
    location_digest: bytes
    zone_set: bytes


def parse_licence(payload: bytes) -> Licence:
    """Parses the payload of a licence."""
    memory = Bytes(payload)
    out = _FFI.new("licence_t *")
    raise_if_refused(_LIB.claims_parse_licence(memory.span, out))
    return Licence(
        out.expires,
        out.not_before,
        out.issued_at,
        _array(out.cti),
        Freshness(out.freshness),
        _array(out.nonce),
        out.epoch,
        out.sequence,
        _array(out.ueid),
        out.cycles,
        out.seconds,
        span_bytes(out.required_inside.names),
        span_bytes(out.required_excluded.names),
        _array(out.location_digest),
        _array(out.zone_set),
    )


@dataclass(frozen=True)
class Location:
    """The claims of a location result; zones as the encoded names, one after the other."""

    expires: int
    issued_at: int
    freshness: Freshness
    nonce: bytes
    ueid: bytes
    method: int
    proven_inside: bytes
    proven_excluded: bytes
    zone_set: bytes


def parse_location(payload: bytes) -> Location:
    """Parses the payload of a location result."""
    memory = Bytes(payload)
    out = _FFI.new("location_t *")
    raise_if_refused(_LIB.claims_parse_location(memory.span, out))
    return Location(
        out.expires,
        out.issued_at,
        Freshness(out.freshness),
        _array(out.nonce),
        _array(out.ueid),
        out.method,
        span_bytes(out.proven_inside.names),
        span_bytes(out.proven_excluded.names),
        _array(out.zone_set),
    )


def profile(typ: Typ) -> str:
    """The text of claim 265 of a token."""
    return span_bytes(_LIB.claims_profile(typ)).decode()


class _Zones:
    """A zone list in memory of C."""

    def __init__(self, names: Sequence[str]) -> None:
        writer = CborWriter(32 * 32)
        for name in names:
            writer.tstr(name)
        self._memory = Bytes(writer.finish())
        self.c: Final = _FFI.new("zone_list_t *")
        if names:
            self.c.names = self._memory.span
        self.c.count = len(names)


def _hardened(value: int) -> bool:
    return {_LIB.kHardenedTrue: True, _LIB.kHardenedFalse: False}[value]


def zones_contains(names: Sequence[str], name: str) -> bool:
    """Whether `name` is listed."""
    # Both are named, so that what C points to lives until it has answered.
    listed, memory = _Zones(names), Bytes(name.encode())
    return _hardened(_LIB.zones_contains(listed.c, memory.span))


def zones_all_in(required: Sequence[str], proven: Sequence[str]) -> bool:
    """Whether every zone required is proven."""
    left, right = _Zones(required), _Zones(proven)
    return _hardened(_LIB.zones_all_in(left.c, right.c))


def zones_any_in(required: Sequence[str], proven: Sequence[str]) -> bool:
    """Whether some zone required is proven."""
    left, right = _Zones(required), _Zones(proven)
    return _hardened(_LIB.zones_any_in(left.c, right.c))
