# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ed25519 in Python integers, from RFC 8032 §5.1 and the project's acceptance rule.

An oracle: it shares no code and no table with the C core, prefers the obvious to the fast (about
2 ms a multiplication), and says for each refusal which clause of the rule made it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = (-121665 * pow(121666, P - 2, P)) % P
SIGN_BIT: Final = 1 << 255


class Point(NamedTuple):
    """Projective coordinates of RFC 8032 §5.1.4: x = X/Z, y = Y/Z, xy = T/Z."""

    x: int
    y: int
    z: int
    t: int


NEUTRAL: Final = Point(0, 1, 1, 0)


class Clause(Enum):
    """The clause of the acceptance rule that refuses; the names are those of the C words."""

    KEY_NOT_CANONICAL = "KEY_NOT_CANONICAL"
    KEY_SMALL_ORDER = "KEY_SMALL_ORDER"
    R_NOT_CANONICAL = "R_NOT_CANONICAL"
    R_SMALL_ORDER = "R_SMALL_ORDER"
    S_OUT_OF_RANGE = "S_OUT_OF_RANGE"
    KEY_NOT_ON_CURVE = "KEY_NOT_ON_CURVE"
    EQUATION = "EQUATION"


@dataclass(frozen=True)
class Judgement:
    """What the rule says: the clause that refuses (None accepts), and encode([S]B - [k]A)."""

    refused_by: Clause | None
    recomputed_r: bytes | None

    @property
    def accepted(self) -> bool:
        """Whether no clause refuses."""
        return self.refused_by is None


def add(a: Point, b: Point) -> Point:
    """Return a + b (RFC 8032 §5.1.4; complete, also for a = b)."""
    aa = (a.y - a.x) * (b.y - b.x) % P
    bb = (a.y + a.x) * (b.y + b.x) % P
    cc = 2 * a.t * b.t * D % P
    dd = 2 * a.z * b.z % P
    e, f, g, h = bb - aa, dd - cc, dd + cc, bb + aa
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def negate(a: Point) -> Point:
    """Return -a."""
    return Point(-a.x % P, a.y, a.z, -a.t % P)


def multiply(scalar: int, point: Point) -> Point:
    """Return [scalar]point by double and add."""
    result = NEUTRAL
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def encode(point: Point) -> bytes:
    """Return the canonical encoding (RFC 8032 §5.1.2)."""
    inverse = pow(point.z, P - 2, P)
    x, y = point.x * inverse % P, point.y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def recover_x(y: int, sign: int) -> int | None:
    """Return the x of this y and sign, or None (RFC 8032 §5.1.3)."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    if root * root % P != square:
        return None
    return P - root if root & 1 != sign else root


def from_affine(x: int, y: int) -> Point:
    """Return the projective point (x, y)."""
    return Point(x, y, 1, x * y % P)


def decode(encoding: bytes) -> Point | None:
    """Return the point of a canonical encoding, or None."""
    number = int.from_bytes(encoding, "little")
    y, sign = number % SIGN_BIT, number >> 255
    if y >= P:
        return None
    x = recover_x(y, sign)
    return None if x is None else from_affine(x, y)


def _base() -> Point:
    y = 4 * pow(5, P - 2, P) % P
    x = recover_x(y, 0)
    assert x is not None
    return from_affine(x, y)


BASE: Final = _base()


def is_canonical(encoding: bytes) -> bool:
    """Whether y < p, and the sign bit is clear where x is 0."""
    number = int.from_bytes(encoding, "little")
    y, sign = number % SIGN_BIT, number >> 255
    return y < P and not (sign and y in (1, P - 1))


def _torsion_points() -> list[Point]:
    """Return the eight points of small order, as multiples 0 to 7 of one of order 8."""
    y = 2
    while True:
        x = recover_x(y, 0)
        if x is not None:
            generator = multiply(L, from_affine(x, y))
            if encode(multiply(4, generator)) != encode(NEUTRAL):
                return [multiply(i, generator) for i in range(8)]
        y += 1


TORSION_POINTS: Final = _torsion_points()
SMALL_ORDER_ENCODINGS: Final = frozenset(encode(point) for point in TORSION_POINTS)


def challenge(r: bytes, public_key: bytes, message: bytes) -> int:
    """Return k = SHA-512(R || A || M) mod L."""
    return int.from_bytes(hashlib.sha512(r + public_key + message).digest(), "little") % L


def judge(public_key: bytes, message: bytes, signature: bytes) -> Judgement:
    """Apply the acceptance rule, clause by clause in the order of `mooring/ed25519.h`."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if not is_canonical(public_key):
        return Judgement(Clause.KEY_NOT_CANONICAL, None)
    if public_key in SMALL_ORDER_ENCODINGS:
        return Judgement(Clause.KEY_SMALL_ORDER, None)
    if not is_canonical(r):
        return Judgement(Clause.R_NOT_CANONICAL, None)
    if r in SMALL_ORDER_ENCODINGS:
        return Judgement(Clause.R_SMALL_ORDER, None)
    if s >= L:
        return Judgement(Clause.S_OUT_OF_RANGE, None)
    a = decode(public_key)
    if a is None:
        return Judgement(Clause.KEY_NOT_ON_CURVE, None)
    k = challenge(r, public_key, message)
    recomputed = encode(add(multiply(s, BASE), negate(multiply(k, a))))
    return Judgement(None if recomputed == r else Clause.EQUATION, recomputed)


class SecretKey(NamedTuple):
    """An expanded secret: the scalar a, and the prefix from which r is derived."""

    scalar: int
    prefix: bytes


def expand(seed: bytes) -> SecretKey:
    """Expand a 32-byte seed (RFC 8032 §5.1.5)."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    scalar = scalar & ~(7 | SIGN_BIT) | 1 << 254
    return SecretKey(scalar, digest[32:])


def public_key(seed: bytes) -> bytes:
    """Return the public key of a seed."""
    return encode(multiply(expand(seed).scalar, BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign (RFC 8032 §5.1.6)."""
    secret = expand(seed)
    key = public_key(seed)
    nonce = int.from_bytes(hashlib.sha512(secret.prefix + message).digest(), "little") % L
    r = encode(multiply(nonce, BASE))
    s = (nonce + challenge(r, key, message) * secret.scalar) % L
    return r + s.to_bytes(32, "little")
