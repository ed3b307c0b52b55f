# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Generate `ed25519_acceptance.json`: the corners of the Ed25519 acceptance rule.

Every case is made to stand on one side of one clause, and judged by the reference in
`tests/oracles`; a case whose verdict is not the intended one stops the generator.

    python tests/vectors/gen_ed25519_acceptance.py            write the file
    python tests/vectors/gen_ed25519_acceptance.py --check    exit 1 if the committed one differs
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

TESTS: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from oracles import ed25519_reference as ref  # noqa: E402 -- found through the path above

OUTPUT: Final = Path(__file__).resolve().parent / "ed25519_acceptance.json"

SEED: Final = hashlib.sha256(b"mooring ed25519 acceptance").digest()
MESSAGE: Final = b"the signature-verification core"


class Case(NamedTuple):
    """One vector; `refused_by` is None for a signature that must be accepted."""

    comment: str
    flags: list[str]
    key: bytes
    message: bytes
    signature: bytes
    refused_by: ref.Clause | None


def to32(number: int) -> bytes:
    """Return a little-endian encoding of 32 bytes."""
    return number.to_bytes(32, "little")


def reading(encoding: bytes) -> int:
    """Return a little-endian number."""
    return int.from_bytes(encoding, "little")


def non_canonical_encodings() -> Iterator[tuple[str, bytes]]:
    """Yield every encoding of y >= p with both signs, and the two of x = 0 with the sign bit."""
    for excess in range(19):
        for sign in (0, 1):
            yield f"y = p + {excess}, sign {sign}", to32((ref.P + excess) | sign << 255)
    yield "y = 1, x = 0, sign 1", to32(1 | ref.SIGN_BIT)
    yield "y = -1, x = 0, sign 1", to32((ref.P - 1) | ref.SIGN_BIT)


def scalars(good: bytes) -> Iterator[tuple[str, bytes, ref.Clause | None]]:
    """Yield replacements of a good signature's S."""
    s = reading(good[32:])
    out = ref.Clause.S_OUT_OF_RANGE
    yield "S + L", to32(s + ref.L), out
    yield "S + 2L", to32(s + 2 * ref.L), out
    yield "S + 15L", to32(s + 15 * ref.L), out
    yield "S = L", to32(ref.L), out
    yield "S = L + 1", to32(ref.L + 1), out
    yield "S = 2^252 + 2^125: L is less", to32(2**252 + 2**125), out
    yield "S = 2^253", to32(2**253), out
    yield "S = 2^255 - 1", to32(2**255 - 1), out
    yield "S = 2^256 - 1", to32(2**256 - 1), out
    yield "S = L - 1 is in range but wrong", to32(ref.L - 1), ref.Clause.EQUATION
    yield "S = 2^252 is in range but wrong", to32(2**252), ref.Clause.EQUATION
    yield "S = 0 is in range but wrong", to32(0), ref.Clause.EQUATION
    yield "L - S", to32(ref.L - s), ref.Clause.EQUATION


def simple_multiples() -> Iterator[Case]:
    """Yield good signatures whose A and R are small multiples of B, equal or opposite ones too.

    Sums of such points meet their own doubles and negatives on the way.
    """
    names = {1: "B", 2: "2B", 3: "3B", ref.L - 1: "-B", ref.L - 2: "-2B"}
    for key_scalar, key_name in names.items():
        for r_scalar, r_name in names.items():
            key = ref.encode(ref.multiply(key_scalar, ref.BASE))
            r = ref.encode(ref.multiply(r_scalar, ref.BASE))
            s = (r_scalar + ref.challenge(r, key, MESSAGE) * key_scalar) % ref.L
            comment = f"A is {key_name}, R is {r_name}"
            yield Case(comment, ["multiple-of-base"], key, MESSAGE, r + to32(s), None)


def mixed_signature(
    key_torsion: int, r_torsion: int, message: bytes
) -> tuple[bytes, bytes, int, int]:
    """Return key, signature, k mod 8 and digest mod 8 for A and R with torsion components."""
    torsion = ref.TORSION_POINTS
    secret = ref.expand(SEED)
    nonce = reading(hashlib.sha512(b"nonce" + message).digest()) % ref.L
    a = ref.add(ref.multiply(secret.scalar, ref.BASE), torsion[key_torsion])
    r_point = ref.add(ref.multiply(nonce, ref.BASE), torsion[r_torsion])
    key, r = ref.encode(a), ref.encode(r_point)
    digest = reading(hashlib.sha512(r + key + message).digest())
    k = digest % ref.L
    s = (nonce + k * secret.scalar) % ref.L
    return key, r + to32(s), k % 8, digest % 8


def mixed_order_cases() -> Iterator[Case]:
    """Yield signatures whose A or R is of mixed order: accepted only if the equation holds as is.

    With A = aB + T and R = rB + U the cofactorless equation asks for U = -kT; the cofactored
    one, which is not this project's, accepts all of them.
    """
    for key_torsion, r_torsion in ((1, 0), (1, 7), (1, 3), (2, 0), (2, 6), (4, 0), (4, 4), (3, 5)):
        seen: set[str] = set()
        counter = 0
        while len(seen) < 4:
            counter += 1
            message = b"mixed order %d" % counter
            key, signature, k8, digest8 = mixed_signature(key_torsion, r_torsion, message)
            holds = (k8 * key_torsion + r_torsion) % 8 == 0
            holds_unreduced = (digest8 * key_torsion + r_torsion) % 8 == 0
            kind = "holds" if holds else "fails"
            if holds != holds_unreduced:
                kind += ", k not reduced would say otherwise"
            if kind in seen:
                continue
            seen.add(kind)
            flags = ["mixed-order"] + ([] if holds else ["cofactored-accepts"])
            clause = None if holds else ref.Clause.EQUATION
            comment = f"A has torsion {key_torsion}, R {r_torsion}: {kind}"
            yield Case(comment, flags, key, message, signature, clause)
    for r_torsion in range(1, 8):
        key, signature, _, _ = mixed_signature(0, r_torsion, MESSAGE)
        comment = f"A of prime order, R with torsion {r_torsion}"
        flags = ["mixed-order", "cofactored-accepts"]
        yield Case(comment, flags, key, MESSAGE, signature, ref.Clause.EQUATION)


def small_order_cases(key: bytes, good: bytes) -> Iterator[Case]:
    """Yield the eight points of small order as A, as R and as both."""
    for index, point in enumerate(ref.TORSION_POINTS):
        encoding = ref.encode(point)
        where = f"torsion point {index}"
        small_key, small_r = ref.Clause.KEY_SMALL_ORDER, ref.Clause.R_SMALL_ORDER
        yield Case(f"A is {where}", ["small-order"], encoding, MESSAGE, good, small_key)
        yield Case(f"R is {where}", ["small-order"], key, MESSAGE, encoding + good[32:], small_r)
        forged = encoding + bytes(32)
        yield Case(
            f"A and R are {where}, S = 0: the equation holds for some messages",
            ["small-order"],
            encoding,
            MESSAGE,
            forged,
            small_key,
        )
        secret = ref.expand(SEED)
        s = ref.challenge(encoding, key, MESSAGE) * secret.scalar % ref.L
        yield Case(
            f"R is {where} and S fits its r = 0",
            ["small-order"],
            key,
            MESSAGE,
            encoding + to32(s),
            small_r,
        )


def off_curve_cases(good: bytes) -> Iterator[Case]:
    """Yield keys whose y has no x, with both signs."""
    found = 0
    y = 2
    while found < 4:
        if ref.recover_x(y, 0) is None:
            found += 1
            for sign in (0, 1):
                clause = ref.Clause.KEY_NOT_ON_CURVE
                key = to32(y | sign << 255)
                comment = f"y = {y} is not on the curve, sign {sign}"
                yield Case(comment, ["off-curve"], key, MESSAGE, good, clause)
        y += 1


def off_curve_r_cases(key: bytes, good: bytes) -> Iterator[Case]:
    """Yield an R that is no point: nothing recomputed can equal it."""
    y = next(y for y in range(2, 100) if ref.recover_x(y, 0) is None)
    clause = ref.Clause.EQUATION
    yield Case("R is not on the curve", ["off-curve"], key, MESSAGE, to32(y) + good[32:], clause)


def cases() -> Iterator[Case]:
    """Yield all cases in the order of the file."""
    key, good = ref.public_key(SEED), ref.sign(SEED, MESSAGE)
    yield Case("a good signature", ["good"], key, MESSAGE, good, None)
    for length in (0, 1, 63, 64, 65, 127, 128, 129, 1023):
        message = bytes(index & 0xFF for index in range(length))
        signature = ref.sign(SEED, message)
        yield Case(f"a message of {length} bytes", ["good"], key, message, signature, None)
    for what, s, clause in scalars(good):
        yield Case(what, ["scalar"], key, MESSAGE, good[:32] + s, clause)
    yield from simple_multiples()
    for what, encoding in non_canonical_encodings():
        canonical_key, canonical_r = ref.Clause.KEY_NOT_CANONICAL, ref.Clause.R_NOT_CANONICAL
        flags = ["non-canonical"]
        yield Case(f"A: {what}", flags, encoding, MESSAGE, good, canonical_key)
        yield Case(f"R: {what}", flags, key, MESSAGE, encoding + good[32:], canonical_r)
    yield from small_order_cases(key, good)
    yield from mixed_order_cases()
    yield from off_curve_cases(good)
    yield from off_curve_r_cases(key, good)


def document() -> str:
    """Return the file's text.

    Raises:
        ValueError: the reference judges a case otherwise than it was built to be judged.
    """
    rows: list[str] = []
    for number, case in enumerate(cases(), start=1):
        judged = ref.judge(case.key, case.message, case.signature)
        if judged.refused_by is not case.refused_by:
            raise ValueError(f"{case.comment}: {judged.refused_by}, meant {case.refused_by}")
        row = {
            "id": number,
            "comment": case.comment,
            "flags": case.flags,
            "key": case.key.hex(),
            "message": case.message.hex(),
            "signature": case.signature.hex(),
            "refused_by": case.refused_by.value if case.refused_by else None,
            "recomputed_r": judged.recomputed_r.hex() if judged.recomputed_r else None,
        }
        rows.append("    " + json.dumps(row))
    head = {
        "license": "Apache-2.0",
        "generator": "tests/vectors/gen_ed25519_acceptance.py",
        "rule": "firmware/include/mooring/ed25519.h",
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    return "\n".join(["{", *lines, '  "tests": [', ",\n".join(rows), "  ]", "}", ""])


def main() -> int:
    """Write the file, or compare it with the committed one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    text = document()
    if not args.check:
        OUTPUT.write_text(text, encoding="utf-8")
        return 0
    if OUTPUT.is_file() and OUTPUT.read_text(encoding="utf-8") == text:
        return 0
    print(f"{OUTPUT.name} is stale: run python tests/vectors/gen_ed25519_acceptance.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
