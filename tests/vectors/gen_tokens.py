# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Generate `tokens.json`: good tokens, and each way in which one can be refused for its form.

The words follow from docs/protocol.md; no code of the project is asked for them.  Tokens
are made by `tests/oracles` with `cryptography`, which must also verify each good one.

    python tests/vectors/gen_tokens.py            write the file
    python tests/vectors/gen_tokens.py --check    exit 1 if the committed one differs
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from oracles import token_build as build
from oracles.cbor_build import Raw, encode, long_head
from oracles.claims_faults import Fault, drop, licence_faults, location_faults, put
from oracles.frame_faults import FRAME
from oracles.token_build import Claims
from oracles.trust_faults import good_lists, listed_keys, trust_faults
from oracles.vector_file import run

OUTPUT: Final = Path(__file__).resolve().with_name("tokens.json")

Row = Mapping[str, object]


def key_rows() -> Iterator[Row]:
    """Yield keys with what is derived from them."""
    for key in (build.ROOT, build.LICENCE_KEY, build.LOCATION_KEY, build.DEVICE):
        yield {
            "comment": f"{key.name} key",
            "x": key.x.hex(),
            "cose_key": key.cose_key.hex(),
            "thumbprint": key.thumbprint.hex(),
            "kid": key.kid.hex(),
            "ueid": key.ueid.hex(),
        }


def good_rows() -> Iterator[Row]:
    """Yield a good token of each kind, with its parts."""
    for name, claims, key in (
        ("trust", build.trust_claims(), build.ROOT),
        ("licence", build.licence_claims(), build.LICENCE_KEY),
        ("licence", build.sequence_licence_claims(), build.LICENCE_KEY),
        ("location", build.location_claims(), build.LOCATION_KEY),
        ("evidence", {10: bytes(32), 256: build.DEVICE.ueid}, build.DEVICE),
    ):
        token = build.sign(name, claims, key)
        signed = build.sig_structure(token.protected, token.payload)
        key.private.public_key().verify(token.signature, signed)
        form = " by sequence" if build.SEQUENCE in claims else ""
        yield {
            "comment": f"a good {name}{form}",
            "typ": name,
            "token": token.encoded().hex(),
            "kid": key.kid.hex(),
            "x": key.x.hex(),
            "payload": token.payload.hex(),
            "signature": token.signature.hex(),
            "signed": signed.hex(),
        }


def frame_rows() -> Iterator[Row]:
    """Yield licences with one fault in the frame."""
    good = build.sign("licence", build.licence_claims(), build.LICENCE_KEY)
    for fault in FRAME:
        yield {
            "comment": fault.comment,
            "typ": "licence",
            "token": fault.apply(good).hex(),
            "word": fault.word,
        }


def good_licences() -> Iterator[tuple[str, Claims]]:
    """Yield licences whose form is right."""
    claims = build.licence_claims()
    yield "nonce form", claims
    yield "sequence form", build.sequence_licence_claims()
    yield "inside alone", drop(build.REQUIRED_EXCLUDED)(claims)
    yield "excluded alone", drop(build.REQUIRED_INSIDE)(claims)
    yield "cycles alone", put(build.ALLOWANCE, {1: 2**64 - 1})(claims)
    yield "no cycles and no seconds", put(build.ALLOWANCE, {1: 0, 2: 0})(claims)
    yield "the last times", {**claims, build.EXP: 2**40 - 1, build.NBF: 0, build.IAT: 2**40 - 1}
    most = [f"{index:02}." + "z_-9" * 5 + "a" for index in range(32)]
    yield "32 zones of 24 letters", put(build.REQUIRED_INSIDE, most)(claims)
    yield "zones that are prefixes", put(build.REQUIRED_INSIDE, ["a", "aa", "ab", "b"])(claims)
    yield "zones of one character", put(build.REQUIRED_INSIDE, ["-", ".", "0", "_", "a"])(claims)


def good_locations() -> Iterator[tuple[str, Claims]]:
    """Yield location results whose form is right."""
    claims = build.location_claims()
    yield "with a nonce", claims
    yield "without a nonce", drop(build.NONCE)(claims)
    yield "nothing proven", drop(build.PROVEN_INSIDE, build.PROVEN_EXCLUDED)(claims)
    for method in (2, 3):
        yield f"method {method}", put(build.METHOD, method)(claims)
    yield "the last times", {**claims, build.EXP: 2**40 - 1, build.IAT: 0}


def claims_rows(
    good: Iterator[tuple[str, Claims]], base: Claims, faults: Iterator[Fault]
) -> Iterator[Row]:
    """Yield payloads of one kind: the good ones, then one fault each."""
    for comment, claims in good:
        yield {"comment": comment, "payload": encode(claims).hex(), "word": "OK"}
    for fault in faults:
        yield {"comment": fault.comment, "payload": fault.apply(base).hex(), "word": fault.word}


def root_keys() -> Iterator[tuple[str, bytes]]:
    """Yield what is not a root key."""
    x = build.ROOT.x
    good = build.ROOT.cose_key
    yield "nothing", b""
    yield "the last byte missing", good[:-1]
    yield "a byte behind", good + b"\0"
    yield "the key without its map", x
    yield "with alg", encode({1: 1, 3: build.ED25519, -1: 6, -2: x})
    yield "with d", encode({1: 1, -1: 6, -2: x, -4: bytes(32)})
    yield "kty EC2", encode({1: 2, -1: 6, -2: x})
    yield "crv X25519", encode({1: 1, -1: 4, -2: x})
    yield "crv in place of x", encode({1: 1, -1: 6, -3: x})
    yield "x of text", encode({1: 1, -1: 6, -2: "0" * 32})
    yield "x of 31 bytes", encode({1: 1, -1: 6, -2: x[:-1]})
    yield "x in a long form", Raw(good[:6] + long_head(2, 32, 2) + x)
    yield "x of 31 bytes and a byte behind", Raw(good[:6] + b"\x58\x1f" + x)
    yield "of indefinite length", Raw(b"\xbf" + good[1:] + b"\xff")
    yield "crv first", Raw(b"\xa3" + good[3:5] + good[1:3] + good[5:])


def root_key_rows() -> Iterator[Row]:
    """Yield root keys, right and wrong."""
    yield {"comment": "a good key", "key": build.ROOT.cose_key.hex(), "word": "OK"}
    for comment, data in root_keys():
        yield {"comment": comment, "key": data.hex(), "word": "TRUST_ROOT_KEY"}


def listed_key_rows() -> Iterator[Row]:
    """Yield trust lists whose form is right, judged against each other and a root."""
    for comment, keys, word in listed_keys():
        payload = encode(build.trust_claims(keys))
        root_x = build.ROOT.x.hex()
        yield {"comment": comment, "payload": payload.hex(), "root_x": root_x, "word": word}


GROUPS: Final = {
    "keys": key_rows,
    "good": good_rows,
    "frame": frame_rows,
    "trust": lambda: claims_rows(good_lists(), build.trust_claims(), trust_faults()),
    "licence": lambda: claims_rows(good_licences(), build.licence_claims(), licence_faults()),
    "location": lambda: claims_rows(good_locations(), build.location_claims(), location_faults()),
    "root_keys": root_key_rows,
    "listed_keys": listed_key_rows,
}

if __name__ == "__main__":
    sys.exit(run(__file__, OUTPUT, GROUPS, "docs/protocol.md"))
