# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Appraisal of evidence, and what policies make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from host_kit import START, TERMS, PaperChip, inspection, signer

from mooring_firmware import PreparedCache, TableSize
from mooring_host import cose
from mooring_host.location import LocationVerdict, Subject
from mooring_host.policy import (
    AllOf,
    AnyOf,
    EvidenceSound,
    LocationProves,
    NoncePresent,
    Policy,
    PolicyAction,
    UnsafeAnything,
    Verdicts,
    default_policy,
)
from mooring_host.states import GateState, Lifecycle, Method, RecordState
from mooring_host.token import issue
from mooring_host.verifier import (
    FORGED,
    Appraisal,
    AttestedState,
    Flaw,
    Reference,
    Submission,
    TrustState,
    Verifier,
    appraise,
)

NONCE = bytes(range(32))
CHIP = PaperChip()
KEY = CHIP.key.public_key


def judged(
    change: dict[str, Any] | None = None,
    reference: Reference | None = None,
    before: AttestedState | None = None,
) -> Appraisal:
    token = issue(replace(CHIP.evidence, nonce=NONCE, **(change or {})), CHIP.key)
    return appraise(
        token, device_key=KEY, nonce=NONCE, reference=reference or Reference(), before=before
    )


def flaws(appraisal: Appraisal) -> list[Flaw]:
    return [finding.flaw for finding in appraisal.findings]


def test_good_evidence_is_affirmed() -> None:
    appraisal = judged()

    assert appraisal.affirming
    assert appraisal.evidence == replace(CHIP.evidence, nonce=NONCE)


def forge(token: bytes) -> bytes:
    return token[:-1] + bytes([token[-1] ^ 1])


FORGERIES: list[tuple[Callable[[], bytes], Flaw]] = [
    (lambda: b"", Flaw.MALFORMED),
    (lambda: CHIP.attest(NONCE)[:-1], Flaw.MALFORMED),
    (lambda: issue(CHIP.evidence, signer("other")), Flaw.KEY_ID),
    (lambda: forge(CHIP.attest(NONCE)), Flaw.SIGNATURE),
    (lambda: CHIP.attest(bytes(32)), Flaw.NONCE),
    (
        lambda: issue(replace(CHIP.evidence, nonce=NONCE, ueid=bytes(33)), CHIP.key),
        Flaw.CHIP,
    ),
    (
        lambda: cose.sign1("application/vnd.mooring.evidence+cwt", b"\xa0", CHIP.key),
        Flaw.MALFORMED,
    ),
    (
        lambda: cose.sign1(
            "application/vnd.mooring.licence+cwt", CHIP.evidence.to_payload(), CHIP.key
        ),
        Flaw.MALFORMED,
    ),
]


@pytest.mark.parametrize(("make", "flaw"), FORGERIES)
def test_forged_evidence_says_nothing_of_the_chip(make: Callable[[], bytes], flaw: Flaw) -> None:
    appraisal = appraise(make(), device_key=KEY, nonce=NONCE, reference=Reference())

    assert flaws(appraisal) == [flaw]
    assert flaw in FORGED
    assert appraisal.evidence is None
    assert not appraisal.authentic
    assert not appraisal.affirming


TRUST = TrustState(root_slot=1, epoch=5, digest=b"d" * 32)
TRUSTED = {"root_slot": 1, "epoch": 5, "trust_digest": b"d" * 32}


@pytest.mark.parametrize(
    ("change", "reference", "expected"),
    [
        ({}, Reference(measurements=frozenset({bytes(48)})), []),
        ({}, Reference(measurements=frozenset({b"x" * 48})), [Flaw.MEASUREMENT]),
        ({"lifecycle": Lifecycle.MANUFACTURING}, Reference(), [Flaw.LIFECYCLE]),
        ({"record": RecordState.ROLLED_BACK}, Reference(), [Flaw.ROLLED_BACK]),
        ({"floor": 10}, Reference(now=10), []),
        ({"floor": 11}, Reference(now=10), [Flaw.CLOCK]),
        (TRUSTED, Reference(trust=TRUST), []),
        ({**TRUSTED, "epoch": 4}, Reference(trust=TRUST), [Flaw.TRUST_STALE]),
        ({**TRUSTED, "root_slot": 0, "epoch": 9}, Reference(trust=TRUST), [Flaw.TRUST_STALE]),
        ({**TRUSTED, "epoch": 6}, Reference(trust=TRUST), [Flaw.TRUST_UNKNOWN]),
        ({**TRUSTED, "trust_digest": bytes(32)}, Reference(trust=TRUST), [Flaw.TRUST_UNKNOWN]),
    ],
)
def test_chip_is_compared_with_the_reference(
    change: dict[str, Any], reference: Reference, expected: list[Flaw]
) -> None:
    appraisal = judged(change, reference)

    assert flaws(appraisal) == expected
    assert appraisal.authentic


BEFORE = AttestedState(
    log_count=5,
    log_head=b"h" * 32,
    generation=3,
    revision=7,
    floor=100,
    counter_left=1021,
    lifecycle=Lifecycle.PRODUCTION,
)
SAME = {
    "log_count": 5,
    "log_head": b"h" * 32,
    "generation": 3,
    "revision": 7,
    "floor": 100,
    "counter_left": 1021,
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"log_count": 6, "log_head": bytes(32), "revision": 8, "floor": 101}, []),
        ({"generation": 4, "revision": 0, "counter_left": 1020}, []),
        ({"log_count": 4}, [Flaw.LOG_BACKWARDS]),
        ({"log_head": bytes(32)}, [Flaw.LOG_REWRITTEN]),
        ({"revision": 6}, [Flaw.RECORD_BACKWARDS]),
        ({"generation": 2, "revision": 99}, [Flaw.RECORD_BACKWARDS]),
        ({"floor": 99}, [Flaw.FLOOR_BACKWARDS]),
        ({"counter_left": 1022}, [Flaw.COUNTER_BACKWARDS]),
        ({"lifecycle": Lifecycle.MANUFACTURING}, [Flaw.LIFECYCLE, Flaw.LIFECYCLE_BACKWARDS]),
    ],
)
def test_what_may_not_go_backwards_is_compared_with_before(
    change: dict[str, Any], expected: list[Flaw]
) -> None:
    assert flaws(judged({**SAME, **change}, before=BEFORE)) == expected


def test_attested_state_is_taken_from_evidence() -> None:
    appraisal = judged(SAME)
    assert appraisal.evidence is not None

    assert AttestedState.of(appraisal.evidence) == BEFORE


def test_running_grant_is_no_flaw() -> None:
    assert judged({"gate": GateState.OPEN, "cycles_left": 5}).affirming


# ---------------------------------------------------------------- policy ---

LOCATION = inspection(CHIP.ueid).locate(Subject(CHIP.ueid), START)


def decide(policy: Policy, appraisal: Appraisal | None = None) -> PolicyAction:
    return policy.decide(Verdicts(appraisal or judged(), LOCATION))


def test_default_policy_grants_what_is_good() -> None:
    assert decide(default_policy(TERMS.required_inside, TERMS.required_excluded)).grant


@pytest.mark.parametrize("flaw", [flaw for flaw in Flaw if flaw is not Flaw.ROLLED_BACK])
def test_default_policy_refuses_every_flaw_but_an_old_roll_back(flaw: Flaw) -> None:
    appraisal = judged({"record": RecordState.ROLLED_BACK})
    assert decide(default_policy(("nl",), ()), appraisal).grant

    flawed = replace(appraisal, findings=(replace(appraisal.findings[0], flaw=flaw),))

    assert not decide(default_policy(("nl",), ()), flawed).grant


def test_forgery_cannot_be_tolerated() -> None:
    forged = appraise(b"", device_key=KEY, nonce=NONCE, reference=Reference())

    assert not decide(EvidenceSound(tolerated=frozenset(Flaw)), forged).grant


def test_missing_evidence_is_a_reason() -> None:
    action = EvidenceSound().decide(Verdicts(None, LOCATION))

    assert action.reasons == ("there is no evidence",)


def test_all_reasons_are_given() -> None:
    policy = AllOf((LocationProves(("us",), ("xx", "nl")), NoncePresent()))
    action = decide(policy, judged({"own_nonce": None}))

    assert [reason.partition(":")[0] for reason in action.reasons] == [
        "location",
        "location",
        "location",
        "the chip has no valid nonce",
    ]


def test_one_alternative_is_enough() -> None:
    good, bad = LocationProves(("nl",), ()), LocationProves(("us",), ())

    assert decide(AnyOf((bad, good))).grant
    assert len(decide(AnyOf((bad, bad))).reasons) == 2
    assert decide(AnyOf(())).reasons == ("no alternative is given",)


def test_one_of_the_zones_inside_is_enough_but_each_excluded_is_needed() -> None:
    assert decide(LocationProves(("nl", "xx"), ("us",))).grant
    assert not decide(LocationProves((), ("us", "xx"))).grant


def test_unsound_location_proves_nothing() -> None:
    verdict = LocationVerdict(Method.INSPECTION, bytes(8), LOCATION.findings, START, ("why",))
    action = LocationProves(("nl",), ()).decide(Verdicts(judged(), verdict))

    assert action.reasons == ("location: why",)


def test_unsafe_policy_grants_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    assert decide(UnsafeAnything()).grant
    assert "without looking" in caplog.text


# -----------------------------------------------------------------------------
# Fleets
# -----------------------------------------------------------------------------


def fleet(count: int) -> list[Submission]:
    """Good evidence of `count` chips, each for a nonce of its own."""
    chips = [PaperChip(f"fleet {index}") for index in range(count)]
    nonces = [bytes([index]) * 32 for index in range(count)]
    return [
        Submission(chip.attest(nonce), chip.key.public_key, nonce)
        for chip, nonce in zip(chips, nonces, strict=True)
    ]


def test_every_chip_of_a_fleet_is_appraised_as_if_alone() -> None:
    submissions = fleet(4)
    for make, _ in FORGERIES:
        submissions += [Submission(make(), KEY, NONCE), Submission(CHIP.attest(NONCE), KEY, NONCE)]
    backwards = replace(AttestedState.of(CHIP.evidence), log_count=CHIP.evidence.log_count + 1)
    submissions.append(Submission(CHIP.attest(NONCE), KEY, NONCE, backwards))
    reference = Reference(now=START - 1)
    together = Verifier(reference, threads=2).appraise_all(submissions)

    assert together == tuple(
        appraise(
            each.token,
            device_key=each.device_key,
            nonce=each.nonce,
            reference=reference,
            before=each.before,
        )
        for each in submissions
    )
    assert [each.authentic for each in together] == [
        *[True] * 4,
        *[False, True] * len(FORGERIES),
        True,
    ]
    assert together[-1].has(Flaw.LOG_BACKWARDS)


def test_keys_that_come_back_change_no_appraisal() -> None:
    submissions = fleet(3) * 3
    submissions[4] = replace(submissions[4], token=forge(submissions[4].token))
    cache = PreparedCache(2, TableSize.SMALL, sightings=2)
    verifier = Verifier(cache=cache)
    first = verifier.appraise_all(submissions)

    assert verifier.appraise_all(submissions) == first == Verifier().appraise_all(submissions)
    assert flaws(first[4]) == [Flaw.SIGNATURE]
    assert cache.counts().hits > 0


def test_evidence_of_one_chip_does_not_speak_for_another() -> None:
    submissions = fleet(3)
    tokens = [each.token for each in submissions]
    swapped = [
        replace(each, token=token)
        for each, token in zip(submissions, tokens[1:] + tokens[:1], strict=True)
    ]

    assert all(each.affirming for each in Verifier().appraise_all(submissions))
    assert [flaws(each) for each in Verifier().appraise_all(swapped)] == [[Flaw.KEY_ID]] * 3


def test_fleet_of_none_has_no_appraisals() -> None:
    assert Verifier().appraise_all([]) == ()


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_device_key_of_another_length_is_named_by_its_place(length: int) -> None:
    submissions = [*fleet(1), Submission(CHIP.attest(NONCE), bytes(length), NONCE)]
    with pytest.raises(ValueError, match=f"submission 1: .* 32 bytes, found {length}"):
        Verifier().appraise_all(submissions)
