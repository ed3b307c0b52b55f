# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From a request to a licence: three outputs, and nothing leaves that is not recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from host_kit import START, TERMS, ZONES, Clock, PaperChip, inspection, signer, statement

from mooring_host import cose
from mooring_host.airgap import LicenceRequest
from mooring_host.authority import (
    Authority,
    LicenceRefused,
    LicenceState,
    attest_location,
    import_location,
    issue_licence,
    issue_sequence_licence,
    judge,
)
from mooring_host.errors import Refused, UnknownRecordError, UsageError
from mooring_host.keys import Signer
from mooring_host.location import Inspection, ZoneSet
from mooring_host.policy import UnsafeAnything
from mooring_host.states import Lifecycle, RecordState, Role
from mooring_host.token import (
    Licence,
    LocationResult,
    NonceBound,
    SequenceBound,
    TokenKind,
    TrustList,
    issue,
)
from mooring_host.token.frame import payload_of, token_digest
from mooring_host.verifier import Flaw


def test_issued_licence_says_what_was_asked_for(authority: Authority, chip: PaperChip) -> None:
    issued = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    licence = Licence.from_token(issued.delivery.licence)
    location = LocationResult.from_token(issued.delivery.location)

    assert licence.ueid == location.ueid == chip.ueid
    assert licence.freshness == NonceBound(chip.evidence.own_nonce or b"")
    assert location.nonce == chip.evidence.own_nonce
    assert (licence.issued_at, licence.not_before, licence.expires_at) == (
        START,
        START,
        START + 3600,
    )
    assert licence.location_digest == token_digest(issued.delivery.location)
    assert licence.zone_set == location.zone_set == ZONES.digest
    assert (licence.required_inside, licence.required_excluded) == (("nl",), ("us",))
    assert (location.inside, location.excluded) == (("nl",), ("us",))
    assert licence.allowance.cycles == 10**6


def test_tokens_are_signed_by_keys_of_their_role(authority: Authority, chip: PaperChip) -> None:
    issued = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    trust = TrustList.from_token(issued.delivery.trust_list)

    for token, kind, role in (
        (issued.delivery.licence, TokenKind.LICENCE, Role.LICENCE),
        (issued.delivery.location, TokenKind.LOCATION, Role.LOCATION),
    ):
        frame, _ = payload_of(token, kind)
        key = trust.key_of(frame.kid)
        assert key is not None
        assert key.role is role
        assert frame.verified_by(key.public_key)
    assert cose.decode_key(issued.delivery.root_key) == authority.roots()[0].public_key


def test_record_is_durable_before_the_licence_is_signed(
    authority: Authority, chip: PaperChip, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[list[LicenceState]] = []

    class Watching:
        def __init__(self, key: Signer) -> None:
            self._key = key

        @property
        def public_key(self) -> bytes:
            return self._key.public_key

        @property
        def kid(self) -> bytes:
            return self._key.kid

        def sign(self, message: bytes) -> bytes:
            states.append([record.state for record in authority.licences()])
            return self._key.sign(message)

    real = authority.signer_for

    def watched_signer(role: Role) -> Signer:
        return Watching(real(role))

    monkeypatch.setattr(authority, "signer_for", watched_signer)
    issued = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))

    # First the location result, then the licence.
    assert states == [[], [LicenceState.RESERVED]]
    assert issued.record.state is LicenceState.ISSUED
    assert authority.licence(issued.record.number).token == issued.delivery.licence


def test_numbers_begin_with_the_authority_and_count(authority: Authority, chip: PaperChip) -> None:
    numbers = [
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid)).record.number
        for _ in range(3)
    ]

    assert numbers == [authority.authority_id + n.to_bytes(8, "big") for n in (1, 2, 3)]


def test_number_of_a_licence_that_could_not_be_signed_is_not_used_again(
    authority: Authority, chip: PaperChip, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = attest_location(
        authority, chip.ueid, inspection(chip.ueid), nonce=chip.evidence.own_nonce, lifetime_s=60
    )

    kid = authority.signer_for(Role.LICENCE).kid

    class Broken:
        @property
        def public_key(self) -> bytes:
            return bytes(32)

        @property
        def kid(self) -> bytes:
            return kid

        def sign(self, message: bytes) -> bytes:
            raise OSError("the token was pulled out")

    def broken_signer(_: Role) -> Signer:
        return Broken()

    with monkeypatch.context() as patch:
        patch.setattr(authority, "signer_for", broken_signer)
        with pytest.raises(OSError, match="pulled out"):
            issue_licence(authority, chip.request(), TERMS, where)
    second = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))

    assert [record.state for record in authority.licences()] == [
        LicenceState.RESERVED,
        LicenceState.ISSUED,
    ]
    assert second.record.number[-1] == 2


def test_three_outputs_stand_side_by_side(authority: Authority, chip: PaperChip) -> None:
    elsewhere = Inspection(replace(statement(chip.ueid), inside=("us",), excluded=("nl",)), ZONES)
    outcome = judge(authority, chip.request(), TERMS, elsewhere)

    assert outcome.appraisal is not None
    assert outcome.appraisal.affirming
    assert outcome.location.sound
    assert outcome.action.reasons == (
        "location: not proven inside nl (proven inside: us)",
        "location: not proven outside us",
    )
    assert authority.licences() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"own_nonce": None}, "the chip has no valid nonce"),
        ({"epoch": 0, "trust_digest": bytes(32)}, "trust-stale: epoch 0 of root slot 0"),
        ({"trust_digest": bytes(32)}, "trust-unknown"),
        ({"epoch": 9}, "trust-unknown"),
        ({"floor": START + 1}, "clock: the chip has seen time"),
    ],
)
def test_chip_in_a_bad_state_gets_no_licence(
    authority: Authority, chip: PaperChip, change: dict[str, Any], reason: str
) -> None:
    chip.evidence = replace(chip.evidence, **change)

    with pytest.raises(LicenceRefused, match=reason) as got:
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    assert not got.value.outcome.action.grant
    assert authority.licences() == []


def test_forged_evidence_gets_no_licence_and_says_nothing_of_the_chip(
    authority: Authority, chip: PaperChip
) -> None:
    chip.key = signer("somebody else")
    forged = LicenceRequest(PaperChip().device_key, bytes(32), chip.attest(bytes(32)))

    with pytest.raises(LicenceRefused, match="key-id") as got:
        issue_licence(authority, forged, TERMS, inspection(chip.ueid))
    assert got.value.outcome.appraisal is not None
    assert not got.value.outcome.appraisal.authentic
    assert authority.chip("paper").attested is None


def test_unknown_chip_gets_no_licence(authority: Authority) -> None:
    stranger = PaperChip("stranger")

    with pytest.raises(UnknownRecordError, match="is not enrolled"):
        issue_licence(authority, stranger.request(), TERMS, inspection(stranger.ueid))


def test_retired_chip_gets_no_licence(authority: Authority, chip: PaperChip) -> None:
    authority.retire(chip.ueid)

    with pytest.raises(LicenceRefused, match="chip paper is retired"):
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    with pytest.raises(LicenceRefused, match="chip paper is retired"):
        issue_sequence_licence(authority, chip.ueid, TERMS, inspection(chip.ueid))


def test_statement_about_another_chip_gets_no_licence(
    authority: Authority, chip: PaperChip
) -> None:
    with pytest.raises(LicenceRefused, match="the statement is about chip"):
        issue_licence(authority, chip.request(), TERMS, inspection(bytes(33)))


def test_log_that_went_backwards_is_refused_until_somebody_looked(
    authority: Authority, chip: PaperChip
) -> None:
    chip.evidence = replace(chip.evidence, log_count=5, log_head=b"h" * 32)
    issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    chip.evidence = replace(chip.evidence, log_count=4)

    for _ in range(2):  # refusing does not make it forget
        with pytest.raises(LicenceRefused, match="log count 4, but 5 was attested before"):
            issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    authority.accept_step_back(chip.ueid)

    assert issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))


def test_chip_that_says_it_is_in_manufacturing_again_is_not_believed_the_next_time(
    authority: Authority, chip: PaperChip
) -> None:
    production = chip.evidence
    authority.appraise(chip.request())
    chip.evidence = replace(production, lifecycle=Lifecycle.MANUFACTURING)

    for _ in range(2):
        _, appraisal = authority.appraise(chip.request())
        assert appraisal.has(Flaw.LIFECYCLE_BACKWARDS)
    noted = authority.chip("paper").evidence
    assert noted is not None
    assert noted.lifecycle is Lifecycle.PRODUCTION


def test_chip_whose_memory_was_put_back_gets_only_nonce_bound_licences(
    authority: Authority, chip: PaperChip
) -> None:
    chip.evidence = replace(chip.evidence, record=RecordState.ROLLED_BACK)
    issued = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))

    assert issued.outcome.appraisal is not None
    assert issued.outcome.appraisal.has(Flaw.ROLLED_BACK)
    with pytest.raises(LicenceRefused, match="memory was put back"):
        issue_sequence_licence(authority, chip.ueid, TERMS, inspection(chip.ueid))


def test_unsafe_policy_still_needs_a_nonce(
    authority: Authority, chip: PaperChip, caplog: pytest.LogCaptureFixture
) -> None:
    chip.evidence = replace(chip.evidence, own_nonce=None)

    with pytest.raises(LicenceRefused, match="no nonce to bind"):
        issue_licence(
            authority, chip.request(), TERMS, inspection(chip.ueid), policy=UnsafeAnything()
        )
    assert "UnsafeAnything" in caplog.text


# -------------------------------------------------------------- sequence ---


def test_sequences_count_for_each_chip_and_epoch(authority: Authority, chip: PaperChip) -> None:
    second = PaperChip("second")
    authority.enrol(second.device_key, "second")

    def next_of(ueid: bytes) -> SequenceBound:
        issued = issue_sequence_licence(authority, ueid, TERMS, inspection(ueid))
        assert LocationResult.from_token(issued.delivery.location).nonce is None
        freshness = Licence.from_token(issued.delivery.licence).freshness
        assert isinstance(freshness, SequenceBound)
        return freshness

    assert [next_of(chip.ueid) for _ in range(2)] == [SequenceBound(1, 1), SequenceBound(1, 2)]
    assert next_of(second.ueid) == SequenceBound(1, 1)
    authority.issue_trust_list()
    assert next_of(chip.ueid) == SequenceBound(2, 1)


def test_sequence_goes_on_above_what_the_chip_has_used(
    authority: Authority, chip: PaperChip
) -> None:
    chip.evidence = replace(chip.evidence, sequence_epoch=1, sequence=41)
    authority.appraise(chip.request())

    issued = issue_sequence_licence(authority, chip.ueid, TERMS, inspection(chip.ueid))

    assert issued.record.freshness == SequenceBound(1, 42)


def test_sequence_licence_needs_the_place_too(authority: Authority, chip: PaperChip) -> None:
    terms = replace(TERMS, required_inside=("xx",))

    with pytest.raises(LicenceRefused, match="not proven inside xx"):
        issue_sequence_licence(authority, chip.ueid, terms, inspection(chip.ueid))


# -------------------------------------------------------------- location ---


def test_location_expires_with_the_statement(authority: Authority, chip: PaperChip) -> None:
    where = Inspection(statement(chip.ueid, valid_until=START + 100), ZONES)
    issued = issue_licence(authority, chip.request(), TERMS, where)

    assert LocationResult.from_token(issued.delivery.location).expires_at == START + 100
    assert authority.location(issued.record.location_digest).basis == where.statement.to_json()


def test_licence_ends_on_record_with_its_place(authority: Authority, chip: PaperChip) -> None:
    soon = Inspection(statement(chip.ueid, valid_until=START + 60), ZONES)
    short = issue_licence(authority, chip.request(), TERMS, soon).record
    full = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid)).record

    assert (short.ends_at, short.expires_at) == (START + 60, START + 3600)
    assert full.ends_at == full.expires_at == START + 3600
    assert authority.licences() == [short, full]


def test_location_attested_before_can_be_used(authority: Authority, chip: PaperChip) -> None:
    nonce = chip.evidence.own_nonce
    where = attest_location(authority, chip.ueid, inspection(chip.ueid), nonce=nonce, lifetime_s=60)
    issued = issue_licence(authority, chip.request(), TERMS, where)

    assert issued.delivery.location == where.token


@pytest.mark.parametrize(
    ("nonce", "later", "reason"),
    [(bytes(32), 0, "answers another nonce"), (None, 0, "another nonce"), ("own", 60, "not valid")],
)
def test_location_attested_for_something_else_is_refused(
    authority: Authority,
    chip: PaperChip,
    clock: Clock,
    nonce: bytes | str | None,
    later: int,
    reason: str,
) -> None:
    used = chip.evidence.own_nonce if isinstance(nonce, str) else nonce
    where = attest_location(authority, chip.ueid, inspection(chip.ueid), nonce=used, lifetime_s=60)
    clock.seconds += later

    with pytest.raises(LicenceRefused, match=reason):
        issue_licence(authority, chip.request(), TERMS, where)


def test_place_that_is_not_known_is_not_attested(authority: Authority, chip: PaperChip) -> None:
    with pytest.raises(Refused, match="no longer valid"):
        attest_location(
            authority,
            chip.ueid,
            Inspection(statement(chip.ueid, valid_until=START), ZONES),
            nonce=None,
            lifetime_s=60,
        )


def test_location_signed_elsewhere_is_imported_if_its_key_is_listed(
    authority: Authority, chip: PaperChip
) -> None:
    made = attest_location(
        authority,
        chip.ueid,
        inspection(chip.ueid),
        nonce=chip.evidence.own_nonce,
        lifetime_s=60,
    )
    imported = import_location(authority, made.token)
    stranger = issue(LocationResult.from_token(made.token), signer("stranger"))
    licence_key = issue(LocationResult.from_token(made.token), authority.signer_for(Role.LICENCE))
    forged = made.token[:-1] + bytes([made.token[-1] ^ 1])

    assert imported.digest == made.digest
    for wrong, text in (
        (stranger, "no location key"),
        (licence_key, "no location key"),
        (forged, "does not verify"),
    ):
        with pytest.raises(Refused, match=text):
            import_location(authority, wrong)


def test_location_signed_by_a_revoked_key_is_not_imported(
    authority: Authority, chip: PaperChip
) -> None:
    where = inspection(chip.ueid)
    made = attest_location(authority, chip.ueid, where, nonce=None, lifetime_s=60)
    authority.revoke_key(authority.signer_for(Role.LOCATION).kid)

    with pytest.raises(Refused, match="is revoked"):
        import_location(authority, made.token)


def test_zone_set_of_the_licence_is_that_of_the_place(
    authority: Authority, chip: PaperChip
) -> None:
    other = ZoneSet.of({"nl": "another shape", "us": "the United States"})
    where = Inspection(replace(statement(chip.ueid), zone_set=other.digest), other)
    issued = issue_licence(authority, chip.request(), TERMS, where)

    assert Licence.from_token(issued.delivery.licence).zone_set == other.digest


# --------------------------------------------------------------- the rest ---


def test_revocation_is_recorded_once_with_its_reason(
    authority: Authority, chip: PaperChip, clock: Clock
) -> None:
    number = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid)).record.number
    first = authority.revoke_licence(number, "stolen")
    clock.seconds += 9
    again = authority.revoke_licence(number, "forgotten")

    assert (first.state, first.reason, first.revoked_at) == (
        LicenceState.REVOKED,
        "stolen",
        START,
    )
    assert again == first
    with pytest.raises(UnknownRecordError):
        authority.revoke_licence(bytes(16), "none")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"cycles": 0}, "cycles: found 0"),
        ({"cycles": 2**63}, "cycles: found"),
        ({"lifetime_s": 0}, "lifetime in seconds: found 0"),
        ({"seconds": 0}, "seconds of grant: found 0"),
        ({"required_inside": (), "required_excluded": ()}, "no zone is required"),
        ({"required_inside": ("NL",)}, "found 'NL', expected"),
        ({"required_inside": ("us", "nl")}, "'nl' follows 'us'"),
        ({"required_inside": ("us",)}, "'us' is listed both"),
    ],
)
def test_terms_that_no_chip_would_take_are_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        replace(TERMS, **change)
