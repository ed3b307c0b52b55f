# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From a request to a licence: appraise, locate, decide, record, and only then sign."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import assert_never

from mooring_host.airgap import LicenceDelivery, LicenceRequest
from mooring_host.authority import chips, exports, licences, trust
from mooring_host.authority.authority import Authority
from mooring_host.authority.exports import Consultation
from mooring_host.authority.records import (
    ChipRecord,
    ChipState,
    LicenceRecord,
    LicenceState,
    LocationRecord,
    TrustRecord,
)
from mooring_host.authority.terms import Terms
from mooring_host.errors import Refused
from mooring_host.keys.signer import Signer
from mooring_host.location.method import LocationMethod, Subject
from mooring_host.location.verdict import LocationVerdict
from mooring_host.policy.action import PolicyAction, Verdicts
from mooring_host.policy.checks import LocationProves, Policy, default_policy
from mooring_host.policy.transaction import Transaction
from mooring_host.states import RecordState, Role
from mooring_host.token.evidence import Evidence
from mooring_host.token.frame import TokenKind, issue, payload_of, token_digest
from mooring_host.token.licence import Allowance, Freshness, Licence, NonceBound, SequenceBound
from mooring_host.token.location import LocationResult
from mooring_host.token.trust import TrustList
from mooring_host.verifier import Appraisal


@dataclass(frozen=True)
class Outcome:
    """The three outputs of a request, side by side."""

    chip: ChipRecord
    appraisal: Appraisal | None
    """The cryptographic verdict; None for the sequence form, which takes no evidence."""
    location: LocationVerdict
    action: PolicyAction
    exports: Consultation | None = None
    """What the export rules say; None for an authority that goes by none."""


class LicenceRefused(Refused):
    """The policy did not grant the licence; `outcome` holds all verdicts."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(
            f"issue a licence for {outcome.chip.label}",
            outcome.action.reasons,
            "Nothing was issued. Ask for other zones, or have the place attested anew: "
            "mooring licence issue --help",
        )
        self.outcome = outcome


@dataclass(frozen=True)
class IssuedLicence:
    """A licence that is recorded and signed."""

    record: LicenceRecord
    delivery: LicenceDelivery
    outcome: Outcome


def attest_location(
    authority: Authority,
    ueid: bytes,
    where: LocationMethod,
    *,
    nonce: bytes | None,
    lifetime_s: int,
) -> LocationRecord:
    """Signs and records a location result for one chip.

    Args:
        authority: whose location key signs.
        ueid: the chip, which must be enrolled.
        where: how its place is known.
        nonce: the chip's nonce, for a nonce-bound licence; None for a sequence-bound one.
        lifetime_s: longest life of the result.

    Raises:
        Refused: the place is not known.
    """
    chip = authority.chip_by_id(ueid)
    now = authority.now()
    verdict = where.locate(Subject(ueid), now)
    if not verdict.sound:
        raise Refused(f"attest the location of {chip.label}", verdict.problems)
    return _sign_location(authority, chip, verdict, nonce, now, lifetime_s)


def judge(
    authority: Authority,
    request: LicenceRequest,
    terms: Terms,
    where: LocationMethod | LocationRecord,
    policy: Policy | None = None,
    given: Transaction | None = None,
) -> Outcome:
    """All verdicts on a request for a nonce-bound licence; issues nothing."""
    chip, appraisal = authority.appraise(request)
    nonce = appraisal.evidence.own_nonce if appraisal.evidence else None
    verdict = _locate(authority, chip, where, nonce)
    rules = policy or default_policy(terms.required_inside, terms.required_excluded)
    action = _unless_retired(chip, rules.decide(Verdicts(appraisal, verdict)))
    asked = _ask(authority, chip, given, appraisal.evidence)
    return Outcome(chip, appraisal, verdict, _unless_ruled_out(action, asked), asked)


def issue_licence(
    authority: Authority,
    request: LicenceRequest,
    terms: Terms,
    where: LocationMethod | LocationRecord,
    policy: Policy | None = None,
    given: Transaction | None = None,
) -> IssuedLicence:
    """Issues a nonce-bound licence; its record is durable before it is returned.

    Args:
        authority: who issues.
        request: of the chip.
        terms: what the licence is to say.
        where: how the chip's place is known.
        policy: on evidence and place; None: `default_policy`.
        given: what was sold to whom, for an authority that goes by export rules; None: as for
            the chip's licence before.

    Raises:
        LicenceRefused: the policy did not grant it, or the export rules forbid it.
        UnknownRecordError: the chip is not enrolled.
        UsageError: `given` is not None, and the authority goes by no export rules.
    """
    outcome = judge(authority, request, terms, where, policy, given)
    evidence = outcome.appraisal.evidence if outcome.appraisal else None
    if not outcome.action.grant or evidence is None or evidence.own_nonce is None:
        _note_refusal(authority, outcome)
        raise LicenceRefused(_with_reason(outcome, "there is no nonce to bind a licence to"))
    return _issue(authority, outcome, terms, where, NonceBound(evidence.own_nonce))


def issue_sequence_licence(
    authority: Authority,
    ueid: bytes,
    terms: Terms,
    where: LocationMethod | LocationRecord,
    policy: Policy | None = None,
    given: Transaction | None = None,
) -> IssuedLicence:
    """Issues a sequence-bound licence, for a chip that cannot be asked for a nonce.

    Its location result proves the place at issue, not at boot; the chip must have the fuse
    that allows it. The arguments are those of `issue_licence`.

    Raises:
        LicenceRefused: the policy did not grant it, or the export rules forbid it.
        UnknownRecordError: the chip is not enrolled.
    """
    chip = authority.chip_by_id(ueid)
    verdict = _locate(authority, chip, where, None)
    rules = policy or LocationProves(terms.required_inside, terms.required_excluded)
    action = _unless_retired(chip, rules.decide(Verdicts(None, verdict)))
    if chip.evidence is not None and chip.evidence.record is RecordState.ROLLED_BACK:
        action = PolicyAction(
            (*action.reasons, "the chip's memory was put back: it refuses the sequence form")
        )
    asked = _ask(authority, chip, given, chip.evidence)
    outcome = Outcome(chip, None, verdict, _unless_ruled_out(action, asked), asked)
    if not outcome.action.grant:
        _note_refusal(authority, outcome)
        raise LicenceRefused(outcome)
    return _issue(authority, outcome, terms, where, None)


def renewal_terms(authority: Authority, ueid: bytes) -> Terms:
    """The terms of a chip's newest licence, lapsed or not.

    Only the newest counts: an older one may be wider than what it was since narrowed to.

    Raises:
        Refused: there is none, or it was revoked or never signed.
    """
    chip = authority.chip_by_id(ueid)
    every = authority.licences(ueid)
    if not every:
        raise _not_renewed(chip, "it was never given one")
    newest = every[-1]
    named = f"its newest licence, {newest.number.hex()},"
    match newest.state:
        case LicenceState.ISSUED:
            return Terms.of(newest)
        case LicenceState.REVOKED:
            raise _not_renewed(chip, f"{named} is revoked")
        case LicenceState.RESERVED:
            raise _not_renewed(chip, f"{named} is only reserved: its issue was interrupted")
        case _:
            assert_never(newest.state)


def _not_renewed(chip: ChipRecord, reason: str) -> Refused:
    return Refused(
        f"renew the licence of {chip.label}",
        (reason,),
        "Issue one on terms of its own: mooring licence issue",
    )


def _issue(
    authority: Authority,
    outcome: Outcome,
    terms: Terms,
    where: LocationMethod | LocationRecord,
    freshness: NonceBound | None,
) -> IssuedLicence:
    now = authority.now()
    held = authority.trust()
    signer = authority.signer_for(Role.LICENCE)
    nonce = freshness.nonce if freshness else None
    place = (
        where
        if isinstance(where, LocationRecord)
        else _sign_location(authority, outcome.chip, outcome.location, nonce, now, terms.lifetime_s)
    )

    def reserve(connection: sqlite3.Connection) -> Licence:
        _check_unchanged(connection, outcome.chip, held, signer)
        bound: Freshness
        if freshness is None:
            attested = chips.by_ueid(connection, outcome.chip.ueid).evidence
            used = (attested.sequence_epoch, attested.sequence) if attested else (0, 0)
            bound = SequenceBound(
                held.epoch,
                licences.next_sequence(connection, outcome.chip.ueid, held.epoch, used),
            )
        else:
            bound = freshness
        licence = Licence(
            number=b"",
            ueid=outcome.chip.ueid,
            freshness=bound,
            issued_at=now,
            not_before=now,
            expires_at=now + terms.lifetime_s,
            allowance=Allowance(terms.cycles, terms.seconds),
            location_digest=place.digest,
            zone_set=outcome.location.zone_set,
            required_inside=terms.required_inside,
            required_excluded=terms.required_excluded,
        )
        reserved = licences.reserve(connection, licence)
        _note_export(connection, outcome, reserved, now)
        return reserved

    licence = authority.write("reserve a licence number", reserve)
    token = issue(licence, signer)
    record = authority.write(
        "record a licence", lambda c: licences.complete(c, licence.number, token)
    )
    delivery = LicenceDelivery(held.root.cose_key, held.token, place.token, token)
    return IssuedLicence(record, delivery, outcome)


def _check_unchanged(
    connection: sqlite3.Connection, chip: ChipRecord, held: TrustRecord, signer: Signer
) -> None:
    """Refuses if another process has changed what a verdict rests on."""
    attempted = f"issue a licence for {chip.label}"
    if chips.by_ueid(connection, chip.ueid).state is not ChipState.ACTIVE:
        raise Refused(attempted, (f"chip {chip.label} is retired",))
    epoch = trust.current_list(connection).epoch
    if epoch != held.epoch:
        raise Refused(
            attempted,
            (f"the trust list of epoch {epoch} was issued meanwhile",),
            "Try again.",
        )
    if not trust.is_active(connection, signer.kid):
        raise Refused(attempted, (f"key {signer.kid.hex()} was revoked meanwhile",), "Try again.")


def _sign_location(
    authority: Authority,
    chip: ChipRecord,
    verdict: LocationVerdict,
    nonce: bytes | None,
    now: int,
    lifetime_s: int,
) -> LocationRecord:
    claims = verdict.to_result(chip.ueid, nonce, now, lifetime_s)
    token = issue(claims, authority.signer_for(Role.LOCATION))
    record = LocationRecord(
        token_digest(token), chip.ueid, now, claims.expires_at, verdict.basis, token
    )
    authority.write("record a location result", lambda c: licences.put_location(c, record))
    return record


def import_location(authority: Authority, token: bytes) -> LocationRecord:
    """Records a location result that a location key in the trust list signed elsewhere.

    Raises:
        Refused: no such key signed it.
        TokenError: it is no location result.
        UnknownRecordError: the chip is not enrolled.
    """
    frame, payload = payload_of(token, TokenKind.LOCATION)
    claims = LocationResult.from_payload(payload)
    chip = authority.chip_by_id(claims.ueid)
    key = TrustList.from_token(authority.trust().token).key_of(frame.kid)
    attempted = f"take a location result for {chip.label}"
    if key is None or key.role is not Role.LOCATION:
        raise Refused(attempted, (f"no location key {frame.kid.hex()} is in the trust list",))
    if not authority.may_sign(frame.kid):
        raise Refused(attempted, (f"location key {frame.kid.hex()} is revoked",))
    if not frame.verified_by(key.public_key):
        raise Refused(attempted, ("its signature does not verify",))
    record = LocationRecord(
        token_digest(token), chip.ueid, claims.issued_at, claims.expires_at, "imported", token
    )
    authority.write("record a location result", lambda c: licences.put_location(c, record))
    return record


def _locate(
    authority: Authority,
    chip: ChipRecord,
    where: LocationMethod | LocationRecord,
    nonce: bytes | None,
) -> LocationVerdict:
    now = authority.now()
    if not isinstance(where, LocationRecord):
        return where.locate(Subject(chip.ueid), now)
    result = LocationResult.from_token(where.token)
    problems: list[str] = []
    if result.ueid != chip.ueid:
        problems.append(f"the location result is for chip {result.ueid.hex()}")
    if result.nonce != nonce:
        problems.append("the location result answers another nonce")
    if not result.issued_at <= now < result.expires_at:
        problems.append("the location result is not valid now")
    return LocationVerdict.of_result(result, tuple(problems))


def _unless_retired(chip: ChipRecord, action: PolicyAction) -> PolicyAction:
    if chip.state is ChipState.ACTIVE:
        return action
    return PolicyAction((f"chip {chip.label} is retired", *action.reasons))


def _with_reason(outcome: Outcome, reason: str) -> Outcome:
    """The outcome, with a reason if the policy gave none."""
    if not outcome.action.grant:
        return outcome
    return replace(outcome, action=PolicyAction((reason,)))


def _ask(
    authority: Authority, chip: ChipRecord, given: Transaction | None, said: Evidence | None
) -> Consultation | None:
    mode = None if said is None else said.mode
    now = authority.now()
    return authority.read(
        "ask the export rules", lambda c: exports.consult(c, chip, given, mode, now)
    )


def _unless_ruled_out(action: PolicyAction, asked: Consultation | None) -> PolicyAction:
    if asked is None:
        return action
    return PolicyAction((*action.reasons, *asked.reasons))


def _note_refusal(authority: Authority, outcome: Outcome) -> None:
    """Records what the export rules said of a licence that was not issued."""
    asked, now = outcome.exports, authority.now()
    if asked is not None:
        authority.write(
            "record a decision", lambda c: exports.put(c, outcome.chip.ueid, asked, None, now)
        )


def _note_export(
    connection: sqlite3.Connection, outcome: Outcome, licence: Licence, now: int
) -> None:
    """Records why, with the licence's number, unless the answer has changed under our hands."""
    asked = outcome.exports
    given = None if asked is None else asked.given
    # Asked again under the lock: quantities count what others let through meanwhile.
    again = exports.consult(connection, outcome.chip, given, None, now)
    if again is None and asked is None:
        return
    if again is None or asked is None or again.presets != asked.presets or again.reasons:
        raise Refused(
            f"issue a licence for {outcome.chip.label}",
            ("the export rules' answer has changed meanwhile", *(again.reasons if again else ())),
            "Try again.",
        )
    exports.put(connection, outcome.chip.ueid, again, licence.number, now)
