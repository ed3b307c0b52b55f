# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Well-formed, signed tokens that a chip must refuse, each with its exact error word.

The order of the table is that of docs/protocol.md, Decisions; the last test pairs the faults
up and wants the word of the earlier one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import pytest
from benches.forge import Forge, Pair
from benches.sweep import chosen
from oracles import token_build as build
from oracles.token_build import Claims, TestKey

from mooring_firmware.errors import ErrorClass
from mooring_host.states import GateState

Change = Callable[[Pair], None]

# The native build takes every pair, the interpreted image a sample.
MOST_PAIRS: Final = {"native": 100_000, "rv32": 150}
STRANGER: Final = TestKey("a stranger")


@dataclass(frozen=True)
class Case:
    """A way to spoil a good pair.

    Attributes:
        word: of the refusal.
        comment: what is wrong.
        change: makes it so.
        touches: what it needs; two cases that touch the same thing are not combined.
        forms: the freshness forms it applies to.
    """

    word: str
    comment: str
    change: Change
    touches: frozenset[str]
    forms: tuple[str, ...] = ("nonce", "sequence")


def licence(
    word: str, comment: str, forms: tuple[str, ...] = ("nonce", "sequence"), /, **claims: object
) -> Case:
    """A licence with other claims."""
    return _claims("licence", word, comment, forms, claims)


def location(
    word: str, comment: str, forms: tuple[str, ...] = ("nonce", "sequence"), /, **claims: object
) -> Case:
    """A location result with other claims."""
    return _claims("location", word, comment, forms, claims)


def _claims(
    part: str, word: str, comment: str, forms: tuple[str, ...], claims: dict[str, object]
) -> Case:
    numbers = {getattr(build, name): value for name, value in claims.items()}

    def change(pair: Pair) -> None:
        target: Claims = getattr(pair, part)
        target.update(numbers)

    return Case(word, comment, change, frozenset(f"{part}.{name}" for name in claims), forms)


def keys(word: str, comment: str, **names: TestKey) -> Case:
    """Signed by other keys."""

    def change(pair: Pair) -> None:
        for name, key in names.items():
            setattr(pair, name, key)

    return Case(word, comment, change, frozenset(names))


T: Final = build.TIME
# The keys of build.trust_claims() are valid from TIME - 1000 to TIME + 1,000,000.
EARLY: Final = T - 1001
LATE: Final = T + 1_000_000
NONCE: Final = ("nonce",)
SEQUENCE: Final = ("sequence",)

CASES: Final = (
    keys("KEY_UNKNOWN", "location key not listed", location_key=STRANGER),
    keys("KEY_ROLE", "location signed by the licence key", location_key=build.LICENCE_KEY),
    keys("KEY_UNKNOWN", "licence key not listed", licence_key=STRANGER),
    keys("KEY_UNKNOWN", "licence signed by the root", licence_key=build.ROOT),
    keys("KEY_ROLE", "licence signed by the location key", licence_key=build.LOCATION_KEY),
    licence("DECISION_CHIP", "for another chip", UEID=build.DEVICE.ueid),
    location("DECISION_LOCATION_CHIP", "result for another chip", UEID=build.DEVICE.ueid),
    licence("DECISION_LOCATION_DIGEST", "names another result", LOCATION_DIGEST=bytes(32)),
    licence("DECISION_NONCE", "answers another nonce", NONCE, NONCE=bytes(32)),
    location("DECISION_LOCATION_NONCE", "result answers another nonce", NONCE, NONCE=bytes(32)),
    licence("KEY_EPOCH", "epoch above the list's", SEQUENCE, EPOCH=6),
    licence("KEY_EPOCH", "epoch before the key's first", SEQUENCE, EPOCH=0),
    location("DECISION_LOCATION_NONCE", "a nonce beside a sequence", SEQUENCE, NONCE=bytes(32)),
    location("KEY_TIME", "result before its key", IAT=EARLY),
    location("KEY_TIME", "result at its key's end", IAT=LATE, EXP=LATE + 9000),
    licence("KEY_TIME", "licence before its key", IAT=EARLY),
    licence("KEY_TIME", "licence at its key's end", IAT=LATE, NBF=LATE, EXP=LATE + 3600),
    licence("DECISION_NOT_YET_VALID", "not before is later than iat", NBF=T + 1),
    licence("DECISION_EXPIRED", "expires at iat", EXP=T),
    licence("DECISION_EXPIRED", "expired before iat", EXP=T - 1),
    location("DECISION_LOCATION_TIME", "result from later than the licence", IAT=T + 1),
    location("DECISION_LOCATION_TIME", "result expires when the licence is issued", EXP=T),
    licence("DECISION_ZONE_SET", "another zone set", ZONE_SET=b"zone-SET"),
    licence("DECISION_NOT_EXCLUDED", "a zone not proven excluded",
            REQUIRED_EXCLUDED=["embargoed", "embargoed-too"]),
    licence("DECISION_NOT_EXCLUDED", "a prefix of a proven zone", REQUIRED_EXCLUDED=["se"]),
    licence("DECISION_NOT_EXCLUDED", "a zone proven inside instead", REQUIRED_EXCLUDED=["alps"],
            REQUIRED_INSIDE=["rhine-valley"]),
    licence("DECISION_NOT_INSIDE", "in none of the zones", REQUIRED_INSIDE=["rhine-valley"]),
    licence("DECISION_NOT_INSIDE", "only proven excluded", REQUIRED_INSIDE=["sea"]),
    licence("DECISION_ALLOWANCE", "no cycles", ALLOWANCE={1: 0, 2: 60}),
    licence("DECISION_LIFETIME", "no seconds", ALLOWANCE={1: 1, 2: 0}),
)  # fmt: skip


def pair_of(forge: Forge, form: str) -> Pair:
    return forge.nonce_pair() if form == "nonce" else forge.sequence_pair()


def each_form() -> list[object]:
    return [
        pytest.param(case, form, id=f"{case.word}: {case.comment}, {form}")
        for case in CASES
        for form in case.forms
    ]


@pytest.mark.parametrize("form", ["nonce", "sequence"])
def test_the_unspoiled_pair_is_accepted(cpu: str, form: str) -> None:
    forge = Forge(cpu=cpu)

    assert forge.load(pair_of(forge, form)).gate is GateState.OPEN


@pytest.mark.parametrize(("case", "form"), each_form())
def test_refusal_has_its_word_and_changes_nothing(cpu: str, case: Case, form: str) -> None:
    forge = Forge(cpu=cpu)
    good = pair_of(forge, form)
    bad = pair_of(forge, form)
    case.change(bad)
    before = forge.rig.evidence()

    word = forge.rig.refused(lambda: forge.load(bad))

    assert word.name == case.word
    assert word.error_class is ErrorClass.LOGGED
    after = forge.rig.evidence()
    assert after.gate is GateState.CLOSED
    assert after.log_count == before.log_count + 1
    assert (after.own_nonce, after.floor, after.generation) == (
        before.own_nonce,
        before.floor,
        before.generation,
    )
    assert not forge.rig.can_compute()
    # What was refused does not stand in the way of what is right.
    assert forge.load(good).gate is GateState.OPEN


def ordered_pairs() -> list[tuple[Case, Case, str]]:
    """Two faults that do not touch the same thing, the earlier one first."""
    found: list[tuple[Case, Case, str]] = []
    for form in ("nonce", "sequence"):
        usable = [case for case in CASES if form in case.forms]
        for first, second in itertools.combinations(usable, 2):
            if not first.touches & second.touches and first.word != second.word:
                found.append((first, second, form))
    return found


def test_of_two_faults_the_earlier_one_is_named(cpu: str) -> None:
    forge = Forge(cpu=cpu)
    pairs = chosen(f"pairs of faults, {cpu}", ordered_pairs(), MOST_PAIRS[cpu])
    wrong: list[tuple[str, str, str, str]] = []
    for first, second, form in pairs:
        pair = pair_of(forge, form)
        first.change(pair)
        second.change(pair)
        word = forge.rig.refused(partial(forge.load, pair))
        if word.name != first.word:
            wrong.append((first.comment, second.comment, form, word.name))

    assert not wrong
