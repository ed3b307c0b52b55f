# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How to spoil the frame of a good token, and the word that docs/protocol.md gives for it.

The faults are in the order in which a chip judges them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from oracles import token_build as build
from oracles.cbor_build import Item, Raw, bstr, encode, long_head, pairs, tag
from oracles.token_build import Token


@dataclass(frozen=True)
class FrameFault:
    """A way to spoil the frame of a token; `late` ones work on its bytes."""

    comment: str
    word: str
    change: Callable[[Token], Token] | None = None
    late: Callable[[bytes], bytes] | None = None

    def apply(self, token: Token) -> bytes:
        """The bytes of the spoiled token."""
        data = (self.change(token) if self.change else token).encoded()
        return self.late(data) if self.late else data


def _header(change: Mapping[int, Item | None]) -> Callable[[Token], Token]:
    """Replaces header parameters, or leaves out those given as None."""
    good = build.header("licence", build.LICENCE_KEY)
    items = {key: value for key, value in {**good, **change}.items() if value is not None}
    return lambda token: replace(token, protected=bytes(encode(items)))


def _protected(data: bytes) -> Callable[[Token], Token]:
    return lambda token: replace(token, protected=data)


_GOOD_HEADER: Final = encode(build.header("licence", build.LICENCE_KEY))
_ALG: Final = (encode(1), encode(build.ED25519))
_KID: Final = (encode(4), bstr(build.LICENCE_KEY.kid))
_TYP: Final = (encode(16), encode(build.typ_text("licence")))
_SWAPPED: Final = pairs((_KID, _ALG, _TYP))
_TEXT_KEY: Final = pairs((_ALG, _KID, _TYP, (encode("a"), encode(0))))
_TWICE: Final = pairs((_ALG, _ALG, _KID, _TYP))


def _cut_head(data: bytes) -> bytes:
    # The tag and the array head stay; the length of the protected header goes past the end.
    return data[:2] + b"\x59\xff\xff" + data[3:]


FRAME: Final[list[FrameFault]] = [
    FrameFault("4097 bytes", "COSE_TOKEN_TOO_LONG", late=lambda data: data.ljust(4097, b"\0")),
    FrameFault("nothing at all", "CBOR_TRUNCATED", late=lambda _: b""),
    FrameFault("no tag", "COSE_TAG", lambda t: replace(t, tag_number=None)),
    FrameFault("tag 17, COSE_Mac0", "COSE_TAG", lambda t: replace(t, tag_number=17)),
    FrameFault("tag 61, CWT", "COSE_TAG", late=lambda data: tag(61, data)),
    FrameFault("tag 18 in a long form", "CBOR_NOT_SHORTEST", late=lambda d: b"\xd8\x12" + d[1:]),
    FrameFault("a byte string instead", "COSE_TAG", late=lambda data: bstr(data)),
    FrameFault("a tagged integer", "COSE_STRUCTURE", late=lambda _: tag(18, encode(0))),
    FrameFault("a tagged map", "COSE_STRUCTURE", late=lambda _: b"\xd2\xa0"),
    FrameFault("three elements", "COSE_STRUCTURE", late=lambda data: b"\xd2\x83" + data[2:]),
    FrameFault("five elements", "COSE_STRUCTURE", lambda t: replace(t, surplus=(0,))),
    FrameFault(
        "2^32 elements", "COSE_STRUCTURE", late=lambda d: b"\xd2\x9b\0\0\0\1\0\0\0\0" + d[2:]
    ),
    FrameFault(
        "an array of indefinite length", "CBOR_INDEFINITE", late=lambda d: b"\xd2\x9f" + d[2:]
    ),
    FrameFault(
        "an array head of two bytes", "CBOR_NOT_SHORTEST", late=lambda d: b"\xd2\x98\4" + d[2:]
    ),
    FrameFault("header longer than the token", "CBOR_TRUNCATED", late=_cut_head),
    FrameFault(
        "header not in a byte string",
        "COSE_PROTECTED",
        lambda t: replace(t, protected_item=_GOOD_HEADER),
    ),
    FrameFault("header an empty string", "COSE_PROTECTED", _protected(b"")),
    FrameFault("header an empty map", "COSE_PROTECTED", _protected(b"\xa0")),
    FrameFault("header an array", "COSE_PROTECTED", _protected(b"\x80")),
    FrameFault("header cut", "CBOR_TRUNCATED", _protected(_GOOD_HEADER[:-1])),
    FrameFault("header of indefinite length", "CBOR_INDEFINITE", _protected(b"\xbf\xff")),
    FrameFault("header with a byte behind it", "CBOR_TRAILING", _protected(_GOOD_HEADER + b"\0")),
    FrameFault("header out of order", "CBOR_ORDER", _protected(_SWAPPED)),
    FrameFault("alg twice", "CBOR_DUPLICATE", _protected(_TWICE)),
    FrameFault(
        "alg in a long form",
        "CBOR_NOT_SHORTEST",
        _protected(pairs(((encode(1), long_head(1, 18, 1)), _KID, _TYP))),
    ),
    FrameFault(
        "typ not UTF-8",
        "CBOR_TEXT",
        _protected(pairs((_ALG, _KID, (encode(16), b"\x61\xff")))),
    ),
    FrameFault("no alg", "COSE_PROTECTED", _header({1: None})),
    FrameFault("no kid", "COSE_PROTECTED", _header({4: None})),
    FrameFault("no typ", "COSE_PROTECTED", _header({16: None})),
    FrameFault("crit beside the three", "COSE_PROTECTED", _header({2: [99]})),
    FrameFault("content type beside the three", "COSE_PROTECTED", _header({3: 61})),
    FrameFault("another parameter for typ", "COSE_PROTECTED", _header({16: None, 17: "x"})),
    FrameFault("a tagged parameter", "COSE_PROTECTED", _header({17: tag(1, encode(0))})),
    FrameFault(
        "a parameter of text",
        "COSE_PROTECTED",
        _protected(_TEXT_KEY),
    ),
    FrameFault("alg -8, EdDSA", "COSE_ALGORITHM", _header({1: -8})),
    FrameFault("alg -7, ES256", "COSE_ALGORITHM", _header({1: -7})),
    FrameFault("alg 18, the argument of -19", "COSE_ALGORITHM", _header({1: 18})),
    FrameFault("alg text", "COSE_ALGORITHM", _header({1: "Ed25519"})),
    FrameFault("alg -2^64", "COSE_ALGORITHM", _header({1: -(2**64)})),
    FrameFault("kid of 7 bytes", "COSE_KID", _header({4: build.LICENCE_KEY.kid[:7]})),
    FrameFault("kid of 9 bytes", "COSE_KID", _header({4: build.LICENCE_KEY.kid + b"\0"})),
    FrameFault("kid empty", "COSE_KID", _header({4: b""})),
    FrameFault("kid text", "COSE_KID", _header({4: "12345678"})),
    FrameFault("typ of a location result", "COSE_TYP", _header({16: build.typ_text("location")})),
    FrameFault("typ cut", "COSE_TYP", _header({16: build.typ_text("licence")[:-1]})),
    FrameFault("typ in capitals", "COSE_TYP", _header({16: build.typ_text("licence").upper()})),
    FrameFault("typ a content format number", "COSE_TYP", _header({16: 61})),
    FrameFault("typ in bytes", "COSE_TYP", _header({16: build.typ_text("licence").encode()})),
    FrameFault(
        "kid in the unprotected header",
        "COSE_UNPROTECTED",
        lambda t: replace(t, unprotected={4: b"1"}),
    ),
    FrameFault("unprotected an array", "COSE_UNPROTECTED", lambda t: replace(t, unprotected=[])),
    FrameFault("unprotected null", "COSE_UNPROTECTED", lambda t: replace(t, unprotected=None)),
    FrameFault(
        "unprotected of indefinite length",
        "CBOR_INDEFINITE",
        lambda t: replace(t, unprotected=Raw(b"\xbf\xff")),
    ),
    FrameFault("payload detached", "COSE_PAYLOAD", lambda t: replace(t, payload_item=encode(None))),
    FrameFault("payload empty", "COSE_PAYLOAD", lambda t: replace(t, payload=b"")),
    FrameFault(
        "payload not in a byte string",
        "COSE_PAYLOAD",
        lambda t: replace(t, payload_item=Raw(t.payload)),
    ),
    FrameFault(
        "payload in a long form",
        "CBOR_NOT_SHORTEST",
        lambda t: replace(t, payload_item=Raw(long_head(2, len(t.payload), 4) + t.payload)),
    ),
    FrameFault(
        "signature of 63 bytes",
        "COSE_SIGNATURE_LENGTH",
        lambda t: replace(t, signature=t.signature[:-1]),
    ),
    FrameFault(
        "signature of 65 bytes",
        "COSE_SIGNATURE_LENGTH",
        lambda t: replace(t, signature=t.signature + b"\0"),
    ),
    FrameFault(
        "signature null",
        "COSE_SIGNATURE_LENGTH",
        lambda t: replace(t, signature_item=encode(None)),
    ),
    FrameFault("the last byte missing", "CBOR_TRUNCATED", late=lambda data: data[:-1]),
    FrameFault("a byte behind the token", "CBOR_TRAILING", late=lambda data: data + b"\0"),
]
