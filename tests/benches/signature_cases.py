# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ed25519 signatures by the thousand whose verdicts are known from how they are made.

Every point is [x]B + [t]T with known x and t, T being of order 8. So a signature costs one hash
and one product of integers, whether the equation holds is arithmetic modulo L and modulo 8, and
points of mixed order, on which hasty verifiers disagree, are as frequent as one wishes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from oracles import ed25519_reference as ref

KEYS: Final = 16
"""Scalars of keys in a bench; each makes eight keys, one for each torsion."""
NONCES: Final = 64
"""Scalars of nonces, likewise."""


class Kind(Enum):
    """How a signature is made."""

    GOOD = "good"
    MIXED_ORDER = "mixed order"
    FLIPPED_KEY = "bit of the key"
    FLIPPED_R = "bit of R"
    FLIPPED_S = "bit of S"
    FLIPPED_MESSAGE = "bit of the message"
    OTHER_MESSAGE = "other message"
    OTHER_KEY = "other key"
    NEGATED = "negated R or key"
    S_PLUS_ORDERS = "S plus multiples of L"
    S_BORDER = "S at a border"
    EDGE_KEY = "key at an edge"
    EDGE_R = "R at an edge"
    SMALL_KEY_THAT_HOLDS = "small-order key, equation holds"
    SMALL_R_THAT_HOLDS = "small-order R, equation holds"
    RANDOM = "random bytes"


FOREIGN_RULES: Final = frozenset(
    {Kind.EDGE_KEY, Kind.EDGE_R, Kind.SMALL_KEY_THAT_HOLDS, Kind.SMALL_R_THAT_HOLDS}
)
"""Where other libraries may have another rule."""

WEIGHTS: Final[dict[Kind, int]] = {Kind.GOOD: 8, Kind.MIXED_ORDER: 8}
"""How often a kind comes up; once where not named."""


class Case(NamedTuple):
    """A signature, and whether it must be accepted."""

    kind: Kind
    key: bytes
    message: bytes
    signature: bytes
    accepted: bool


@dataclass(frozen=True)
class Known:
    """The point [scalar]B + [torsion]T."""

    scalar: int
    torsion: int
    encoding: bytes


def _encode(number: int) -> bytes:
    return number.to_bytes(32, "little")


def _edge_encodings() -> list[bytes]:
    """Encodings that the rule refuses, as a key and as R: small order and non-canonical."""
    numbers = [*range(ref.P, ref.SIGN_BIT), 0, 1, ref.P - 1]
    noncanonical = [number | sign for number in numbers for sign in (0, ref.SIGN_BIT)]
    return [*sorted(ref.SMALL_ORDER_ENCODINGS), *map(_encode, noncanonical), b"\xff" * 32]


EDGES: Final = _edge_encodings()
SMALL: Final = [Known(0, t, ref.encode(point)) for t, point in enumerate(ref.TORSION_POINTS)]
S_BORDERS: Final = [
    value + offset
    for value in (0, ref.L, 2 * ref.L, 8 * ref.L, 2**252, 2**253, 2**255, 2**256 - 5)
    for offset in range(-4, 5)
    if 0 <= value + offset < 2**256
]
LENGTHS: Final = [0, 1, 31, 32, 46, 47, 48, 63, 64, 65, 128, 175, 176, 192, 300]


def _progression(rng: random.Random, count: int) -> list[Known]:
    """Points with all eight torsions each, their scalars an arithmetic progression."""
    scalar, step = rng.randrange(1, ref.L), rng.randrange(1, ref.L)
    point, increment = ref.multiply(scalar, ref.BASE), ref.multiply(step, ref.BASE)
    found: list[Known] = []
    for _ in range(count):
        for torsion, small in enumerate(ref.TORSION_POINTS):
            found.append(Known(scalar, torsion, ref.encode(ref.add(point, small))))
        scalar, point = (scalar + step) % ref.L, ref.add(point, increment)
    return found


class Bench:
    """Keys and nonces, and cases made of them; the seed decides everything."""

    def __init__(self, seed: str) -> None:
        self._rng: Final = random.Random(seed)
        self.keys: Final = _progression(self._rng, KEYS)
        self._nonces: Final = _progression(self._rng, NONCES)
        self._makers: Final[dict[Kind, Callable[[], Case]]] = {
            Kind.GOOD: self._good,
            Kind.MIXED_ORDER: self._mixed_order,
            Kind.OTHER_MESSAGE: self._other_message,
            Kind.OTHER_KEY: self._other_key,
            Kind.NEGATED: self._negated,
            Kind.S_PLUS_ORDERS: self._s_plus_orders,
            Kind.S_BORDER: self._s_border,
            Kind.EDGE_KEY: self._edge_key,
            Kind.EDGE_R: self._edge_r,
            Kind.SMALL_KEY_THAT_HOLDS: self._small_key_that_holds,
            Kind.SMALL_R_THAT_HOLDS: self._small_r_that_holds,
            Kind.RANDOM: self._random,
        }

    def cases(self, count: int) -> list[Case]:
        """The next `count` cases."""
        kinds = list(Kind)
        picked = self._rng.choices(kinds, [WEIGHTS.get(kind, 1) for kind in kinds], k=count)
        return [
            self._makers[kind]() if kind in self._makers else self._flip(kind) for kind in picked
        ]

    def _message(self) -> bytes:
        choice = self._rng.randrange(4)
        length = self._rng.choice(LENGTHS) if choice == 0 else self._rng.randrange(200)
        return self._rng.randbytes(length)

    def _signed(self, kind: Kind, key: Known, nonce: Known, message: bytes) -> Case:
        """By these points; `accepted` is whether the equation holds."""
        k = ref.challenge(nonce.encoding, key.encoding, message)
        s = (nonce.scalar + k * key.scalar) % ref.L
        # [S]B = R + [k]A: the multiples of B agree, so the torsions must.
        holds = (nonce.torsion + k * key.torsion) % 8 == 0
        return Case(kind, key.encoding, message, nonce.encoding + _encode(s), holds)

    def _good(self, kind: Kind = Kind.GOOD) -> Case:
        """A signature as honest signers make it."""
        key = self.keys[8 * self._rng.randrange(KEYS)]
        nonce = self._nonces[8 * self._rng.randrange(NONCES)]
        return self._signed(kind, key, nonce, self._message())

    def _mixed_order(self) -> Case:
        key, nonce = self._rng.choice(self.keys), self._rng.choice(self._nonces)
        return self._signed(Kind.MIXED_ORDER, key, nonce, self._message())

    def _flip(self, kind: Kind) -> Case:
        good = self._good(kind)
        while kind is Kind.FLIPPED_MESSAGE and not good.message:
            good = self._good(kind)
        fields = {
            Kind.FLIPPED_KEY: good.key,
            Kind.FLIPPED_R: good.signature[:32],
            Kind.FLIPPED_S: good.signature[32:],
            Kind.FLIPPED_MESSAGE: good.message,
        }
        field = fields[kind]
        bit = self._rng.randrange(8 * len(field))
        flipped = int.from_bytes(field, "little") ^ 1 << bit
        fields[kind] = flipped.to_bytes(len(field), "little")
        return Case(
            kind,
            fields[Kind.FLIPPED_KEY],
            fields[Kind.FLIPPED_MESSAGE],
            fields[Kind.FLIPPED_R] + fields[Kind.FLIPPED_S],
            False,
        )

    def _other_message(self) -> Case:
        """Shorter, or with more behind it."""
        good = self._good(Kind.OTHER_MESSAGE)
        shorter = good.message[:-1] if self._rng.randrange(2) else b""
        other = shorter if shorter != good.message else good.message + b"\0"
        return good._replace(message=other, accepted=False)

    def _other_key(self) -> Case:
        good = self._good(Kind.OTHER_KEY)
        other = self._rng.choice([key for key in self.keys if key.encoding != good.key])
        return good._replace(key=other.encoding, accepted=False)

    def _negated(self) -> Case:
        good = self._good(Kind.NEGATED)
        if self._rng.randrange(2):
            return good._replace(key=_with_other_sign(good.key), accepted=False)
        signature = _with_other_sign(good.signature[:32]) + good.signature[32:]
        return good._replace(signature=signature, accepted=False)

    def _s_plus_orders(self) -> Case:
        good = self._good(Kind.S_PLUS_ORDERS)
        s = int.from_bytes(good.signature[32:], "little") + self._rng.randrange(1, 15) * ref.L
        return good._replace(signature=good.signature[:32] + _encode(s), accepted=False)

    def _s_border(self) -> Case:
        good = self._good(Kind.S_BORDER)
        s = _encode(self._rng.choice(S_BORDERS))
        return good._replace(signature=good.signature[:32] + s, accepted=False)

    def _edge_key(self) -> Case:
        good = self._good(Kind.EDGE_KEY)
        return good._replace(key=self._rng.choice(EDGES), accepted=False)

    def _edge_r(self) -> Case:
        good = self._good(Kind.EDGE_R)
        r = self._rng.choice(EDGES)
        return good._replace(signature=r + good.signature[32:], accepted=False)

    def _small_key_that_holds(self) -> Case:
        """Refused for its key alone."""
        while True:
            key, nonce = self._rng.choice(SMALL), self._rng.choice(self._nonces)
            case = self._signed(Kind.SMALL_KEY_THAT_HOLDS, key, nonce, self._message())
            if case.accepted:
                return case._replace(accepted=False)

    def _small_r_that_holds(self) -> Case:
        """Refused for its R alone."""
        while True:
            key, nonce = self._rng.choice(self.keys), self._rng.choice(SMALL)
            case = self._signed(Kind.SMALL_R_THAT_HOLDS, key, nonce, self._message())
            if case.accepted:
                return case._replace(accepted=False)

    def _random(self) -> Case:
        key, signature = self._rng.randbytes(32), self._rng.randbytes(63) + b"\x0f"
        return Case(Kind.RANDOM, key, self._message(), signature, False)


def _with_other_sign(encoding: bytes) -> bytes:
    return encoding[:31] + bytes([encoding[31] ^ 0x80])
