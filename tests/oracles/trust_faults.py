# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How to spoil a good trust list, and the word that docs/protocol.md gives for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from oracles import token_build as build
from oracles.cbor_build import Item, encode, pairs
from oracles.claims_faults import (
    MISSING,
    TIME_END,
    UNKNOWN,
    VALUE,
    Fault,
    drop,
    malformed,
    put,
    unknown,
    wrong_counter,
    wrong_profile,
    wrong_times,
)
from oracles.token_build import Claims, TestKey

KEY_MALFORMED: Final = "TRUST_KEY_MALFORMED"


def keys(*listed: Item) -> Callable[[Claims], Claims]:
    """Sets the keys of a trust list."""
    return put(build.KEYS, list(listed))


def second_key(change: Callable[[Claims], Claims]) -> Callable[[Claims], Claims]:
    """Changes the second of two keys."""
    first = build.issuer_key(build.LICENCE_KEY, 1)
    return keys(first, change(build.issuer_key(build.LOCATION_KEY, 2)))


def key_faults() -> Iterator[Fault]:
    """Yield what can be wrong with a listed key, in the order of judgement."""
    yield Fault("a key with d", "TRUST_KEY_PRIVATE", second_key(put(build.D, bytes(32))))
    yield Fault("a key with d and no more", "TRUST_KEY_PRIVATE", keys({build.D: b""}))
    yield Fault(
        "a key with d and an unknown parameter",
        "TRUST_KEY_PRIVATE",
        second_key(lambda c: {**c, build.D: b"", 99: 0}),
    )
    yield Fault("a key that is bytes", KEY_MALFORMED, keys(build.LICENCE_KEY.x))
    yield Fault("a key that is an array", KEY_MALFORMED, keys([1]))
    yield Fault("a key without parameters", KEY_MALFORMED, keys({}))
    yield Fault("a key with a kid", KEY_MALFORMED, second_key(put(2, b"1")))
    yield Fault("a key with key_ops", KEY_MALFORMED, second_key(put(4, [2])))
    yield Fault("a key with y", KEY_MALFORMED, second_key(put(-3, bytes(32))))
    text = pairs(((encode(1), encode(1)), (encode("a"), encode(1))))
    yield Fault("a parameter named by text", KEY_MALFORMED, keys(text))
    for name, key, wrong in (
        ("kty", build.KTY, (2, 4, 0, "OKP", -1)),
        ("alg", build.ALG, (-8, 18, -20, "Ed25519")),
        ("crv", build.CRV, (1, 4, 7, "Ed25519")),
        ("x", build.X, (bytes(31), bytes(33), b"", "0" * 32, 0)),
        ("first epoch", build.FIRST_EPOCH, (-1, "1", True)),
        ("not before", build.NOT_BEFORE, (-1, TIME_END, "1")),
        ("not after", build.NOT_AFTER, (-1, TIME_END, "1")),
    ):
        yield Fault(f"no {name}", KEY_MALFORMED, second_key(drop(key)))
        for value in wrong:
            shown = value.hex() if isinstance(value, bytes) else value
            yield Fault(f"{name} {shown!r}", KEY_MALFORMED, second_key(put(key, value)))
    yield Fault("no role", "TRUST_KEY_ROLE", second_key(drop(build.ROLE)))
    for role in (0, 4, -1, "licence", [1, 2]):
        yield Fault(f"role {role!r}", "TRUST_KEY_ROLE", second_key(put(build.ROLE, role)))
    window = "TRUST_KEY_WINDOW"
    same = put(build.NOT_BEFORE, build.TIME + 1_000_000)
    yield Fault("not before equal to not after", window, second_key(same))
    later = put(build.NOT_BEFORE, build.TIME + 1_000_001)
    yield Fault("not before later than not after", window, second_key(later))
    yield Fault(
        "first epoch above the list's", "TRUST_KEY_EPOCH", second_key(put(build.FIRST_EPOCH, 6))
    )


def trust_faults() -> Iterator[Fault]:
    """Yield the faults of a trust list."""
    yield from malformed()
    yield from unknown()
    yield Fault("a claim of a licence", UNKNOWN, put(build.EXP, 1))
    yield from wrong_times(build.IAT, "iat")
    yield Fault("profile a number", VALUE, put(build.PROFILE, 1))
    yield from wrong_counter(build.EPOCH, "epoch")
    for value in (False, 1, None, "true"):
        yield Fault(f"end running {value!r}", VALUE, put(build.END_RUNNING, value))
    yield Fault("keys a map", VALUE, put(build.KEYS, {}))
    yield Fault("keys bytes", VALUE, put(build.KEYS, b""))
    yield from wrong_profile(build.profile_text("licence"))
    for name, key in (
        ("iat", build.IAT),
        ("profile", build.PROFILE),
        ("epoch", build.EPOCH),
        ("keys", build.KEYS),
    ):
        yield Fault(f"no {name}", MISSING, drop(key))
    yield Fault("no key", "TRUST_KEY_COUNT", keys())
    many = [build.issuer_key(TestKey(f"many {index}"), 1) for index in range(17)]
    yield Fault("17 keys", "TRUST_KEY_COUNT", keys(*many))
    yield from key_faults()


def good_lists() -> Iterator[tuple[str, Claims]]:
    """Yield lists whose form is right."""
    yield "two keys", build.trust_claims()
    yield "one key", build.trust_claims([build.issuer_key(build.LICENCE_KEY, 3)])
    sixteen: list[Item] = [build.issuer_key(TestKey(f"many {index}"), 1) for index in range(16)]
    yield "sixteen keys", build.trust_claims(sixteen)
    yield "end running", {**build.trust_claims(), build.END_RUNNING: True}
    edge = {**build.issuer_key(build.LICENCE_KEY, 1), build.NOT_BEFORE: 0, build.NOT_AFTER: 1}
    yield (
        "first epoch equal to the list's",
        {
            **build.trust_claims([{**edge, build.FIRST_EPOCH: 0}]),
            build.EPOCH: 0,
        },
    )
    last = {**edge, build.NOT_AFTER: TIME_END - 1, build.FIRST_EPOCH: 2**64 - 1}
    yield "the highest numbers", {**build.trust_claims([last]), build.EPOCH: 2**64 - 1}


def listed_keys() -> Iterator[tuple[str, list[Item], str]]:
    """Yield keys of good form, and how they are judged against each other and the root."""
    licence = build.issuer_key(build.LICENCE_KEY, 1)
    location = build.issuer_key(build.LOCATION_KEY, 2)
    root = build.issuer_key(build.ROOT, 1)
    yield "different keys", [licence, location], "OK"
    yield "a key twice", [licence, licence], "TRUST_KEY_DUPLICATE"
    other_role = build.issuer_key(build.LICENCE_KEY, 2)
    yield "a key in two roles", [licence, location, other_role], "TRUST_KEY_DUPLICATE"
    yield "the root key", [root], "TRUST_KEY_IS_ROOT"
    yield "the root key last", [licence, location, root], "TRUST_KEY_IS_ROOT"
