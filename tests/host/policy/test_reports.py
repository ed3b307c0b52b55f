# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Evidence and reports: one draft for what is credible, none for anything else, never a second."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from host_kit import START, PaperChip

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import UnknownRecordError
from mooring_host.location import LocationVerdict, ZoneFinding, ZoneVerdict
from mooring_host.policy import ReportKind
from mooring_host.policy.regime import Regime
from mooring_host.registry import (
    AttestedEvidence,
    Desk,
    Evidence,
    Grade,
    Moved,
    PlaceEvidence,
    Registered,
    Registry,
    Sight,
    Transferred,
    TwinEvidence,
    VisitEvidence,
    draft_by_id,
    drafts,
)
from mooring_host.states import GateState, Method
from mooring_host.verifier import Appraisal, Finding, Flaw
from mooring_host.wire.log import LogResponse

SET = bytes(range(8))
CHIP = PaperChip()
ACT = "chip-security-act-is"
FORGED = (Flaw.MALFORMED, Flaw.KEY_ID, Flaw.SIGNATURE, Flaw.CHIP, Flaw.NONCE)


def desk_of(folder: Path, *presets: str, eccn: str = "3A090.a") -> Desk:
    registry = Registry.open(folder / "registry.jsonl")
    registry.append(
        Registered(CHIP.ueid, "chip-a", "H200", eccn, "Exporter <Inc>", "Buyer", ("sg",), SET),
        START,
    )
    return Desk(registry, Regime.of(presets) if presets else None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_of(tmp_path, ACT)


def place(
    inside: tuple[str, ...] = (),
    excluded: tuple[str, ...] = (),
    *,
    problems: tuple[str, ...] = (),
    zone_set: bytes = SET,
    valid_until: int = START + 10**6,
) -> PlaceEvidence:
    findings = [ZoneFinding(zone, ZoneVerdict.INSIDE) for zone in inside]
    findings += [ZoneFinding(zone, ZoneVerdict.EXCLUDED) for zone in excluded]
    rest = {"cn", "sg", "my"} - set(inside) - set(excluded)
    findings += [ZoneFinding(zone, ZoneVerdict.AMBIGUOUS) for zone in sorted(rest)]
    return PlaceEvidence(
        CHIP.ueid,
        LocationVerdict(
            Method.LANDMARK_NETWORK, zone_set, tuple(findings), valid_until, problems, "receipts"
        ),
    )


def attested(*flaws: Flaw, gate: GateState = GateState.CLOSED) -> AttestedEvidence:
    findings = tuple(Finding(flaw, "so it is") for flaw in flaws)
    forged = bool(set(flaws) & set(FORGED))
    said = None if forged else replace(CHIP.evidence, gate=gate)
    return AttestedEvidence(CHIP.ueid, Appraisal(said, findings), b"token")


def logged(*words: ErrorWord, count: int = 3) -> AttestedEvidence:
    said = replace(CHIP.evidence, log_count=3, log_head=bytes(31) + b"\1")
    log = LogResponse(count, said.log_head, tuple((word, 1) for word in words), ())
    return AttestedEvidence(CHIP.ueid, Appraisal(said, ()), b"token", log)


def visit(sight: Sight, seen_at: int = START + 1) -> VisitEvidence:
    return VisitEvidence(CHIP.ueid, "A. Inspector", seen_at, sight, "rack 7")


def twins(first_head: bytes, second_head: bytes, second_count: int = 5) -> TwinEvidence:
    def says(head: bytes, count: int) -> Appraisal:
        return Appraisal(replace(CHIP.evidence, log_count=count, log_head=head), ())

    pair = says(first_head, 5), says(second_head, second_count)
    return TwinEvidence(CHIP.ueid, *pair, (b"one", b"two"))


CREDIBLE = [
    (place(("cn",), ("sg", "my")), ReportKind.WRONG_LOCATION),
    (place((), ("sg",)), ReportKind.WRONG_LOCATION),
    (visit(Sight.ELSEWHERE), ReportKind.WRONG_LOCATION),
    (visit(Sight.DUMMY), ReportKind.DIVERTED_USER),
    (visit(Sight.OTHER_USER), ReportKind.DIVERTED_USER),
    (visit(Sight.OPENED), ReportKind.TAMPERING),
    (attested(Flaw.MEASUREMENT), ReportKind.TAMPERING),
    (attested(Flaw.ROLLED_BACK), ReportKind.TAMPERING),
    (attested(Flaw.LOG_REWRITTEN), ReportKind.TAMPERING),
    (attested(Flaw.LOG_BACKWARDS), ReportKind.TAMPERING),
    (attested(Flaw.COUNTER_BACKWARDS), ReportKind.TAMPERING),
    (attested(gate=GateState.DEAD), ReportKind.TAMPERING),
    (logged(ErrorWord.KEY_SIGNATURE), ReportKind.TAMPERING),
    (logged(ErrorWord.DECISION_SEQUENCE), ReportKind.TAMPERING),
    (logged(ErrorWord.TRUST_ROLLBACK), ReportKind.TAMPERING),
    (twins(bytes(32), bytes(31) + b"\1"), ReportKind.TAMPERING),
]

NOTHING = [
    (place(), Grade.AMBIGUOUS),
    (place(("cn",), ()), Grade.AMBIGUOUS),
    (place((), ("cn",)), Grade.AMBIGUOUS),
    (place(("cn",), ("sg",), problems=("the region is empty",)), Grade.INCONSISTENT),
    (place(("sg",), ("sg",)), Grade.INCONSISTENT),
    (place(("cn",), ("sg",), zone_set=bytes(8)), Grade.AMBIGUOUS),
    (place(("cn",), ("sg",), valid_until=START + 5), Grade.AMBIGUOUS),
    (place(("sg",), ("cn",)), Grade.AS_REGISTERED),
    *((attested(flaw), Grade.INCONSISTENT) for flaw in FORGED),
    *((attested(flaw, Flaw.ROLLED_BACK), Grade.INCONSISTENT) for flaw in FORGED),
    (attested(Flaw.TRUST_STALE), Grade.AMBIGUOUS),
    (attested(Flaw.CLOCK), Grade.AMBIGUOUS),
    (attested(), Grade.AS_REGISTERED),
    (logged(), Grade.AS_REGISTERED),
    (logged(ErrorWord.DECISION_NONCE), Grade.AMBIGUOUS),
    (logged(ErrorWord.KEY_SIGNATURE, count=4), Grade.INCONSISTENT),
    (twins(bytes(32), bytes(32)), Grade.AMBIGUOUS),
    (twins(bytes(32), bytes(31) + b"\1", second_count=6), Grade.AMBIGUOUS),
    (visit(Sight.PRESENT), Grade.AS_REGISTERED),
    (visit(Sight.IN_BOX), Grade.AMBIGUOUS),
    (visit(Sight.MISSING), Grade.AMBIGUOUS),
    (visit(Sight.ELSEWHERE, START + 999), Grade.INCONSISTENT),
    (visit(Sight.ELSEWHERE, START - 1), Grade.AMBIGUOUS),
]


@pytest.mark.parametrize(("evidence", "kind"), CREDIBLE)
def test_credible_evidence_drafts_one_report_however_often_it_comes(
    desk: Desk, evidence: Evidence, kind: ReportKind
) -> None:
    received = [desk.receive(evidence, START + 5 + number) for number in range(4)]

    assert [each.assessment.grade for each in received] == [Grade.CREDIBLE] * 4
    assert [each.report is not None for each in received] == [True, False, False, False]
    assert received[1].why == "it is reported already"
    (report,) = drafts(desk.registry.entries)
    assert report == received[0].report
    assert (report.kind, report.preset, report.observed_at) == (kind, ACT, START + 5)


@pytest.mark.parametrize(("evidence", "grade"), NOTHING)
def test_any_other_evidence_drafts_none_and_is_recorded(
    desk: Desk, evidence: Evidence, grade: Grade
) -> None:
    received = desk.receive(evidence, START + 5)

    assert (received.assessment.grade, received.assessment.kind) == (grade, None)
    assert received.report is None
    assert drafts(desk.registry.entries) == ()
    assert desk.registry.state.chips[CHIP.ueid].observed is not None


@pytest.mark.parametrize(
    ("presets", "eccn", "reports"),
    [
        ((ACT,), "3A090.a", True),
        (("chip-security-act-ans",), "3A090.b", True),
        (("us-law", ACT), "4A090.a", True),
        ((ACT,), "3A001.z", True),
        ((ACT,), "4A003.z", True),
        ((ACT,), "5A992.c", False),
        ((ACT,), "3A001.a", False),
        (("foster-2025-05",), "3A090.a", False),
        (("us-law",), "3A090.a", False),
        ((), "3A090.a", False),
    ],
)
def test_only_covered_products_under_the_acts_are_reported(
    tmp_path: Path, presets: tuple[str, ...], eccn: str, reports: bool
) -> None:
    received = desk_of(tmp_path, *presets, eccn=eccn).receive(place((), ("sg",)), START + 5)

    assert received.assessment.grade is Grade.CREDIBLE
    assert (received.report is not None) is reports


def test_different_matters_have_a_report_each(desk: Desk) -> None:
    seen = [
        desk.receive(place((), ("sg",)), START + 5),
        desk.receive(visit(Sight.OTHER_USER), START + 6),
        desk.receive(visit(Sight.OPENED), START + 7),
        desk.receive(visit(Sight.ELSEWHERE), START + 8),  # the wrong place again
    ]

    assert [each.report is not None for each in seen] == [True, True, True, False]


def test_leave_to_move_makes_a_new_matter_of_the_next_wrong_place(desk: Desk) -> None:
    assert desk.receive(place(("my",), ("sg",)), START + 5).report is not None
    desk.registry.append(Moved(CHIP.ueid, ("my",), SET, "with leave"), START + 6)

    assert desk.receive(place(("my",), ("sg",)), START + 7).assessment.grade is Grade.AS_REGISTERED
    assert desk.receive(place(("cn",), ("my",)), START + 8).report is not None
    assert desk.receive(place(("cn",), ("my",)), START + 9).report is None


def test_another_user_with_leave_does_not_reopen_the_wrong_place(desk: Desk) -> None:
    assert desk.receive(place((), ("sg",)), START + 5).report is not None
    desk.registry.append(Transferred(CHIP.ueid, "Other", "sold"), START + 6)

    assert desk.receive(place((), ("sg",)), START + 7).report is None


def test_report_lost_to_a_power_cut_is_drafted_with_the_next_evidence(
    desk: Desk, tmp_path: Path
) -> None:
    desk.receive(place((), ("sg",)), START + 5)
    lines = desk.registry.path.read_text().splitlines(keepends=True)
    desk.registry.path.write_text("".join(lines[:-1]))

    again = Desk(Registry.open(desk.registry.path), desk.regime)
    seen = [again.receive(place((), ("sg",)), START + 6 + number) for number in range(2)]

    assert [each.report is not None for each in seen] == [True, False]


def test_draft_is_made_again_word_for_word_from_the_entries(desk: Desk) -> None:
    report = desk.receive(place(("cn",), ("sg", "my")), START + 5).report
    assert report is not None
    desk.receive(visit(Sight.OPENED), START + 6)
    desk.registry.append(Moved(CHIP.ueid, ("my",), SET, "with leave"), START + 7)

    again = draft_by_id(Registry.open(desk.registry.path).entries, report.id)

    assert again == report
    assert (again.to_json(), again.to_html()) == (report.to_json(), report.to_html())
    with pytest.raises(UnknownRecordError):
        draft_by_id(desk.registry.entries, "zz")


def test_report_has_the_evidence_and_says_what_it_rests_on(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "chip-security-act-ans")
    report = desk.receive(place(("cn",), ("sg", "my")), START + 5).report
    assert report is not None

    told = json.loads(report.to_json())

    assert told["to"] == "Exporter <Inc>"
    assert told["for_report_to"] == "Under Secretary of Commerce for Industry and Security"
    assert told["kind"] == "wrong-location"
    assert told["chip"]["ueid"] == CHIP.ueid.hex()
    assert told["evidence"]["attached"]["zones"]["cn"] == "inside"
    assert told["evidence"]["attached"]["basis"] == "receipts"
    assert {s["provenance"] for s in told["under"]["sources"]} == {"primary", "secondary"}
    assert "not enacted" in told["under"]["status"]
    page = report.to_html()
    assert "Exporter &lt;Inc&gt;" in page
    assert "<Inc>" not in page
    assert "H.R.3447 ANS" in page
    assert "DRAFT" in page
    assert "receipts" in page


def test_evidence_about_a_chip_that_is_not_registered_is_refused(desk: Desk) -> None:
    stranger = replace(place((), ("sg",)), ueid=PaperChip("stranger").ueid)

    with pytest.raises(UnknownRecordError, match="is not registered"):
        desk.receive(stranger, START + 5)
    assert desk.registry.state.count == 1


def test_evidence_of_any_time_that_a_token_can_name_is_taken(desk: Desk) -> None:
    received = desk.receive(visit(Sight.OPENED), 2**40 - 1)

    assert received.report is not None
    assert "1099511627775 s after 1970" in received.report.to_html()
