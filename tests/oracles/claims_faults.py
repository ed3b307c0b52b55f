# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How to spoil good claims, and the word that docs/protocol.md gives for it.

The faults of each kind are in the order in which a chip judges them, so that claims with
two faults that do not touch each other get the word of the earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from oracles import token_build as build
from oracles.cbor_build import Item, Raw, encode, long_head, pairs, tag
from oracles.token_build import Claims

TIME_END: Final = 2**40
COUNTER_END: Final = 2**64
MALFORMED, UNKNOWN, VALUE = "CLAIM_MALFORMED", "CLAIM_UNKNOWN", "CLAIM_VALUE"
PROFILE, MISSING = "CLAIM_PROFILE", "CLAIM_MISSING"


@dataclass(frozen=True)
class Fault:
    """A change that spoils claims; `late` ones work on their encoding."""

    comment: str
    word: str
    change: Callable[[Claims], Claims] | None = None
    late: Callable[[bytes], bytes] | None = None

    def apply(self, claims: Claims) -> bytes:
        """The bytes of the spoiled payload."""
        data = bytes(encode(self.change(claims) if self.change else claims))
        return self.late(data) if self.late else data


def put(key: int, value: Item) -> Callable[[Claims], Claims]:
    """Sets one claim."""
    return lambda claims: {**claims, key: value}


def drop(*keys: int) -> Callable[[Claims], Claims]:
    """Leaves claims out."""
    return lambda claims: {key: value for key, value in claims.items() if key not in keys}


def swap_first(data: bytes) -> bytes:
    """Exchanges the first two pairs of a map whose first two values are times."""
    size = len(encode(build.TIME))
    first, second = data[1 : 2 + size], data[2 + size : 3 + 2 * size]
    return data[:1] + second + first + data[3 + 2 * size :]


def malformed() -> Iterator[Fault]:
    """Yield what makes a payload no deterministic map, whatever its claims."""
    yield Fault("nothing", MALFORMED, late=lambda _: b"")
    yield Fault("an array", MALFORMED, late=lambda _: b"\x80")
    yield Fault("an integer", MALFORMED, late=lambda _: b"\x00")
    yield Fault("a byte behind", MALFORMED, late=lambda data: data + b"\0")
    yield Fault("the last byte missing", MALFORMED, late=lambda data: data[:-1])
    yield Fault("of indefinite length", MALFORMED, late=lambda d: b"\xbf" + d[1:] + b"\xff")
    yield Fault("a long count", MALFORMED, late=lambda d: bytes((0xB8, d[0] & 31)) + d[1:])
    yield Fault("a claim is a float", MALFORMED, put(build.IAT, Raw(b"\xf9\x3c\x00")))
    yield Fault("a claim is a tagged time", MALFORMED, put(build.IAT, tag(1, encode(1))))
    long_time = Raw(long_head(0, build.TIME, 8))
    yield Fault("a time in a long form", MALFORMED, put(build.IAT, long_time))
    yield Fault("the profile is not UTF-8", MALFORMED, put(build.PROFILE, Raw(b"\x61\xff")))
    unordered = pairs(((encode(2), encode(0)), (encode(1), encode(0))))
    yield Fault("a nested map out of order", MALFORMED, put(99, unordered))


def unknown() -> Iterator[Fault]:
    """Yield claims that no profile knows."""
    yield Fault("an unknown positive claim", UNKNOWN, put(8, {1: 1}))
    yield Fault("an unknown private claim", UNKNOWN, put(-75099, 0))
    yield Fault("a claim beyond 64 bits with sign", UNKNOWN, put(2**63, 0))

    def text_key(data: bytes) -> bytes:
        return bytes((data[0] + 1,)) + data[1:] + encode("iss") + encode(0)

    yield Fault("a claim named by text", UNKNOWN, late=text_key)


def wrong_times(key: int, name: str) -> Iterator[Fault]:
    """Yield values that are no time."""
    yield Fault(f"{name} of 2^40", VALUE, put(key, TIME_END))
    yield Fault(f"{name} of 2^64 - 1", VALUE, put(key, COUNTER_END - 1))
    yield Fault(f"{name} negative", VALUE, put(key, -1))
    yield Fault(f"{name} text", VALUE, put(key, "2026"))


def wrong_bytes(key: int, name: str, size: int) -> Iterator[Fault]:
    """Yield values that are no byte string of `size`."""
    yield Fault(f"{name} of {size - 1} bytes", VALUE, put(key, bytes(size - 1)))
    yield Fault(f"{name} of {size + 1} bytes", VALUE, put(key, bytes(size + 1)))
    yield Fault(f"{name} empty", VALUE, put(key, b""))
    yield Fault(f"{name} text", VALUE, put(key, "0" * size))
    yield Fault(f"{name} null", VALUE, put(key, None))


def wrong_counter(key: int, name: str) -> Iterator[Fault]:
    """Yield values that are no counter."""
    yield Fault(f"{name} negative", VALUE, put(key, -1))
    yield Fault(f"{name} text", VALUE, put(key, "1"))
    yield Fault(f"{name} true", VALUE, put(key, True))


def wrong_profile(other: str) -> Iterator[Fault]:
    """Yield texts that are another profile."""
    yield Fault("profile of another token", PROFILE, put(build.PROFILE, other))
    yield Fault("profile empty", PROFILE, put(build.PROFILE, ""))
    longer = build.profile_text("licence") + "s"
    yield Fault("profile with a letter more", PROFILE, put(build.PROFILE, longer))


def wrong_zone_values(key: int, name: str) -> Iterator[Fault]:
    """Yield values that are no array of at most 32 texts."""
    yield Fault(f"{name} text", VALUE, put(key, "alps"))
    yield Fault(f"{name} with bytes in it", VALUE, put(key, ["a", b"b"]))
    yield Fault(f"{name} with a number in it", VALUE, put(key, ["a", 1]))
    many = [f"z{index:02}" for index in range(33)]
    yield Fault(f"{name} of 33 zones", VALUE, put(key, many))


def wrong_zones(key: int, name: str) -> Iterator[Fault]:
    """Yield arrays of texts that are no zone list."""
    yield Fault(f"{name} empty", "CLAIM_ZONE_EMPTY", put(key, []))
    for zone in (
        "",
        "a" * 25,
        "Alps",
        "al ps",
        "alps\n",
        "zürich",
        "a/b",
        "a\x00",
        "a:b",
        "{",
        "`",
    ):
        label = zone.encode("unicode_escape").decode()
        yield Fault(f"{name} with zone '{label}'", "CLAIM_ZONE_NAME", put(key, [zone]))
    yield Fault(f"{name}, the second name bad", "CLAIM_ZONE_NAME", put(key, ["a", "B"]))
    yield Fault(f"{name} out of order", "CLAIM_ZONE_ORDER", put(key, ["b", "a"]))
    yield Fault(f"{name} ordered by length", "CLAIM_ZONE_ORDER", put(key, ["z", "aa"]))
    yield Fault(f"{name} with a zone twice", "CLAIM_ZONE_ORDER", put(key, ["a", "a"]))
    late = ["a", "b", "c", "c"]
    yield Fault(f"{name} with the last zone twice", "CLAIM_ZONE_ORDER", put(key, late))


def licence_faults() -> Iterator[Fault]:
    """Yield the faults of a licence."""
    yield from malformed()
    yield Fault("exp and nbf exchanged", MALFORMED, late=swap_first)
    yield from unknown()
    yield Fault("a claim of a location result", UNKNOWN, put(build.METHOD, 1))
    yield Fault("a claim of a trust list", UNKNOWN, put(build.END_RUNNING, True))
    yield from wrong_times(build.EXP, "exp")
    yield from wrong_times(build.NBF, "nbf")
    yield from wrong_times(build.IAT, "iat")
    yield from wrong_bytes(build.CTI, "cti", 16)
    yield from wrong_bytes(build.NONCE, "nonce", 32)
    yield from wrong_bytes(build.UEID, "ueid", 33)
    yield Fault("profile a number", VALUE, put(build.PROFILE, 1))
    yield Fault("profile in bytes", VALUE, put(build.PROFILE, b"tag:"))
    yield from wrong_counter(build.EPOCH, "epoch")
    yield from wrong_counter(build.SEQUENCE, "sequence")
    yield Fault("allowance a number", VALUE, put(build.ALLOWANCE, 1))
    yield Fault("allowance an array", VALUE, put(build.ALLOWANCE, [1]))
    yield Fault("cycles negative", VALUE, put(build.ALLOWANCE, {1: -1}))
    yield Fault("cycles text", VALUE, put(build.ALLOWANCE, {1: "1"}))
    yield Fault("seconds of 2^32", VALUE, put(build.ALLOWANCE, {1: 1, 2: 2**32}))
    yield Fault("seconds negative", VALUE, put(build.ALLOWANCE, {1: 1, 2: -1}))
    yield from wrong_zone_values(build.REQUIRED_INSIDE, "inside")
    yield from wrong_zone_values(build.REQUIRED_EXCLUDED, "excluded")
    yield from wrong_bytes(build.LOCATION_DIGEST, "location digest", 32)
    yield from wrong_bytes(build.ZONE_SET, "zone set", 8)
    yield from wrong_profile(build.profile_text("location"))
    required = {
        "exp": build.EXP,
        "nbf": build.NBF,
        "iat": build.IAT,
        "cti": build.CTI,
        "ueid": build.UEID,
        "profile": build.PROFILE,
        "allowance": build.ALLOWANCE,
        "location digest": build.LOCATION_DIGEST,
        "zone set": build.ZONE_SET,
    }
    for name, key in required.items():
        yield Fault(f"no {name}", MISSING, drop(key))
    yield from wrong_zones(build.REQUIRED_INSIDE, "inside")
    yield from wrong_zones(build.REQUIRED_EXCLUDED, "excluded")
    both: list[Item] = ["a", "alps"]
    yield Fault("a zone both ways", "CLAIM_ZONE_BOTH", put(build.REQUIRED_EXCLUDED, both))
    form = "CLAIM_FRESHNESS_FORM"
    yield Fault("no freshness", form, drop(build.NONCE))
    yield Fault("nonce and epoch", form, put(build.EPOCH, 1))
    yield Fault("nonce and sequence", form, put(build.SEQUENCE, 1))
    yield Fault(
        "nonce, epoch and sequence", form, lambda c: {**c, build.EPOCH: 1, build.SEQUENCE: 1}
    )
    yield Fault("epoch alone", form, lambda c: {**drop(build.NONCE)(c), build.EPOCH: 1})
    yield Fault("sequence alone", form, lambda c: {**drop(build.NONCE)(c), build.SEQUENCE: 1})
    both_lists = drop(build.REQUIRED_INSIDE, build.REQUIRED_EXCLUDED)
    yield Fault("no zones at all", "CLAIM_NO_CONDITION", both_lists)
    yield Fault("allowance empty", "CLAIM_ALLOWANCE", put(build.ALLOWANCE, {}))
    yield Fault("allowance of seconds alone", "CLAIM_ALLOWANCE", put(build.ALLOWANCE, {2: 1}))
    yield Fault("an unknown meter", "CLAIM_ALLOWANCE", put(build.ALLOWANCE, {1: 1, 3: 1}))
    named = pairs(((encode(1), encode(1)), (encode("t"), encode(1))))
    yield Fault("a meter named by text", "CLAIM_ALLOWANCE", put(build.ALLOWANCE, named))


def location_faults() -> Iterator[Fault]:
    """Yield the faults of a location result."""
    yield from malformed()
    yield Fault("exp and iat exchanged", MALFORMED, late=swap_first)
    yield from unknown()
    yield Fault("a claim of a licence", UNKNOWN, put(build.NBF, 1))
    yield Fault("a sequence", UNKNOWN, put(build.SEQUENCE, 1))
    yield from wrong_times(build.EXP, "exp")
    yield from wrong_times(build.IAT, "iat")
    yield from wrong_bytes(build.NONCE, "nonce", 32)
    yield from wrong_bytes(build.UEID, "ueid", 33)
    yield Fault("profile a number", VALUE, put(build.PROFILE, 1))
    for method in (0, 4, -1, "1", COUNTER_END - 1):
        yield Fault(f"method {method!r}", VALUE, put(build.METHOD, method))
    yield from wrong_zone_values(build.PROVEN_INSIDE, "inside")
    yield from wrong_zone_values(build.PROVEN_EXCLUDED, "excluded")
    yield from wrong_bytes(build.ZONE_SET, "zone set", 8)
    yield from wrong_profile(build.profile_text("licence"))
    required = {
        "exp": build.EXP,
        "iat": build.IAT,
        "ueid": build.UEID,
        "profile": build.PROFILE,
        "method": build.METHOD,
        "zone set": build.ZONE_SET,
    }
    for name, key in required.items():
        yield Fault(f"no {name}", MISSING, drop(key))
    yield from wrong_zones(build.PROVEN_INSIDE, "inside")
    yield from wrong_zones(build.PROVEN_EXCLUDED, "excluded")
    both: list[Item] = ["a", "alps"]
    yield Fault("a zone both ways", "CLAIM_ZONE_BOTH", put(build.PROVEN_EXCLUDED, both))
