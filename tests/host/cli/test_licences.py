# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Licences by command line: through the air gap, renewed, refused, revoked, and in what words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cli_kit import START, Mooring

from mooring_host import ChipClient, LicenceRequest

PLACE = ("--statement", "chip-a.json", "--inside", "hall-a")


def air_gap(mooring: Mooring, *terms: str) -> None:
    mooring.yes("licence", "request", "--out", "a.request")
    mooring.yes("licence", "issue", "--request", "a.request", *PLACE, *terms, "--out", "a.licence")


def test_licence_crosses_the_air_gap_in_two_files(works: Mooring) -> None:
    air_gap(works, "--cycles", "700", "--for", "2h", "--seconds", "60")

    loaded = works.yes("licence", "load", "a.licence")

    assert loaded["gate"] == "open"
    assert (loaded["cycles_left"], loaded["seconds_left"]) == (700, 60)
    assert works.yes("compute", "--random", "4x4x4")["equals_host"] is True


def test_same_file_again_is_accepted_and_changes_nothing(works: Mooring) -> None:
    air_gap(works)
    first = works.yes("licence", "load", "a.licence")

    again = works.yes("licence", "load", "a.licence")

    assert (first["changed"], again["changed"]) == (True, False)


def test_issue_shows_three_verdicts_and_the_licence(works: Mooring) -> None:
    works.yes("licence", "request", "--out", "a.request")

    issued = works.yes(
        "licence", "issue", "--request", "a.request", *PLACE, "--for", "15m", "--out", "a.licence"
    )

    verdicts = issued["verdicts"]
    assert verdicts["cryptographic"] == {"authentic": True, "findings": []}
    assert verdicts["location"]["zones"] == [
        {"zone": "elsewhere", "verdict": "excluded"},
        {"zone": "hall-a", "verdict": "inside"},
    ]
    assert verdicts["action"] == {"grant": True, "reasons": []}
    assert issued["licence"]["expires_at"] == START + 900
    assert issued["licence"]["inside"] == ["hall-a"]


def test_wrong_place_is_refused_with_all_verdicts_on_stdout(works: Mooring, home: Path) -> None:
    works.yes("licence", "request", "--out", "a.request")

    ran = works(
        *("licence", "issue", "--request", "a.request", "--statement", "chip-a.json"),
        *("--inside", "elsewhere", "--out", "a.licence", "--format", "json"),
    )

    assert ran.code == 1
    assert ran.json["verdicts"]["cryptographic"]["authentic"] is True
    assert ran.json["verdicts"]["action"]["grant"] is False
    assert ran.json["licence"] is None
    assert "not proven inside elsewhere" in ran.error["found"]
    assert not (home / "a.licence").exists()
    assert works.yes("licence", "list")["licences"] == []


def test_request_answered_too_late_is_refused_by_the_chip(works: Mooring) -> None:
    air_gap(works)
    works.yes("chip", "reset")

    error = works.no(4, "licence", "load", "a.licence")

    assert error["word"] == "DECISION_NONCE_EXPIRED"
    assert "mooring boot" in error["hint"]


def test_person_is_told_of_the_wait_while_the_chip_backs_off(works: Mooring, home: Path) -> None:
    works.yes("licence", "issue", *PLACE, "--out", "a.licence")
    damaged = bytearray((home / "a.licence").read_bytes())
    damaged[-1] ^= 1
    (home / "bad.licence").write_bytes(damaged)
    works.no(4, "licence", "load", "bad.licence")
    works.no(4, "licence", "load", "bad.licence")

    works.shows = True
    shown = works("licence", "load", "bad.licence")
    works.shows = False
    unseen = works("licence", "load", "a.licence")

    assert "backs off" in shown.err
    assert "trying again in" in shown.err
    assert (unseen.code, unseen.err) == (0, "")


def test_chip_with_an_old_trust_list_is_licensed_once_it_has_the_new_one(works: Mooring) -> None:
    works.yes("authority", "trust", "--issue", "--out", "trust.list")
    works.yes("licence", "request", "--out", "old.request")
    stale = works.no(1, "licence", "issue", "--request", "old.request", *PLACE, "--out", "x")

    works.yes("licence", "request", "--trust", "trust.list", "--out", "new.request")
    works.yes("licence", "issue", "--request", "new.request", *PLACE, "--out", "new.licence")

    assert "trust-stale" in stale["found"]
    assert works.yes("licence", "load", "new.licence")["gate"] == "open"


def test_issue_straight_from_the_port_writes_a_licence(works: Mooring) -> None:
    works.yes("licence", "issue", *PLACE, "--out", "a.licence")

    assert works.yes("licence", "load", "a.licence")["gate"] == "open"


def test_location_attested_apart_serves_a_licence(works: Mooring) -> None:
    works.yes("licence", "request", "--out", "a.request")
    attested = works.yes(
        *("location", "attest", "--statement", "chip-a.json", "--request", "a.request"),
        *("--out", "a.location"),
    )

    works.yes(
        *("licence", "issue", "--request", "a.request", "--location", "a.location"),
        *("--inside", "hall-a", "--out", "a.licence"),
    )

    assert attested["claims"]["inside"] == ["hall-a"]
    assert attested["claims"]["method"] == "inspection"
    assert works.yes("licence", "load", "a.licence")["gate"] == "open"


def test_location_attested_from_the_port_carries_the_chips_nonce(works: Mooring) -> None:
    attested = works.yes("location", "attest", "--statement", "chip-a.json", "--out", "a.location")

    nonce = works.yes("chip", "status")["evidence"]["own_nonce"]
    assert attested["claims"]["nonce"] == nonce


def test_location_of_another_request_is_refused(works: Mooring) -> None:
    works.yes("location", "attest", "--statement", "chip-a.json", "--out", "old.location")
    works.yes("boot", *PLACE)
    works.yes("licence", "request", "--out", "a.request")

    error = works.no(
        1,
        *("licence", "issue", "--request", "a.request", "--location", "old.location"),
        *("--inside", "hall-a", "--out", "a.licence"),
    )

    assert "another nonce" in error["found"]


def test_sequence_bound_licence_needs_no_challenge_and_works_once(works: Mooring) -> None:
    issued = works.yes("licence", "issue", "--chip", "chip-a", *PLACE, "--out", "s.licence")
    loaded = works.yes("licence", "load", "s.licence")
    works.yes("chip", "reset")

    error = works.no(4, "licence", "load", "s.licence")

    assert issued["verdicts"]["cryptographic"] is None
    assert loaded["gate"] == "open"
    assert error["word"] == "DECISION_SEQUENCE"


def test_renewal_takes_the_old_terms_and_changes_what_is_said(works: Mooring) -> None:
    works.yes("boot", *PLACE, "--cycles", "900", "--for", "2h")

    renewed = works.yes("licence", "renew", "--statement", "chip-a.json", "--cycles", "1200")

    assert renewed["loaded"]["cycles_left"] == 1200
    assert renewed["loaded"]["seconds_left"] == 7200
    assert renewed["issued"]["licence"]["inside"] == ["hall-a"]


def test_renewal_to_a_file_leaves_the_grant_alone(works: Mooring) -> None:
    works.yes("boot", *PLACE, "--cycles", "900")
    before = works.yes("chip", "status")["evidence"]["cycles_left"]

    renewed = works.yes("licence", "renew", "--statement", "chip-a.json", "--out", "r.licence")

    assert renewed["loaded"] is None
    assert works.yes("chip", "status")["evidence"]["cycles_left"] == before
    assert works.yes("licence", "load", "r.licence")["cycles_left"] == 900


def test_first_licence_cannot_be_renewed(works: Mooring) -> None:
    error = works.no(1, "licence", "renew", "--statement", "chip-a.json")

    assert "mooring licence issue" in error["hint"]


def test_revoked_licence_is_listed_so_and_not_renewed(works: Mooring) -> None:
    number = works.yes("boot", *PLACE)["licence"]

    works.yes("licence", "revoke", number, "--reason", "sold")

    (listed,) = works.yes("licence", "list")["licences"]
    assert (listed["state"], listed["reason"], listed["revoked_at"]) == ("revoked", "sold", START)
    works.no(1, "licence", "renew", "--statement", "chip-a.json")


def test_trust_list_that_ends_grants_closes_the_gate_at_once(works: Mooring) -> None:
    works.yes("boot", *PLACE)

    sent = works.yes("authority", "trust", "--issue", "--end-running", "--send")

    assert (sent["sent"], sent["end_running"]) == (True, True)
    assert works.yes("chip", "status")["evidence"]["gate"] == "closed"


def test_rotated_key_signs_the_next_licence_and_the_old_one_is_unknown(works: Mooring) -> None:
    air_gap(works)
    works.yes("authority", "trust", "--rotate", "licence=licence-2.pem", "--generate", "--send")

    # The old licence comes with the list that was then in force.
    error = works.no(4, "licence", "load", "a.licence")
    booted = works.yes("boot", *PLACE)

    assert error["word"] == "TRUST_ROLLBACK"
    assert booted["epoch"] == 2


def test_rotation_without_the_root_key_can_be_repeated(office: Mooring) -> None:
    before = office.yes("authority", "show")
    rotate = ("authority", "trust", "--rotate", "licence=licence-2.pem", "--generate")
    root = Path(before["folder"]) / "root-0.pem"
    aside = root.rename(root.with_suffix(".aside"))

    office.no(2, *rotate)
    unchanged = office.yes("authority", "show")
    aside.rename(root)

    assert unchanged == before
    assert office.yes(*rotate)["epoch"] == 2


def test_restored_records_issue_a_list_far_above(office: Mooring) -> None:
    assert office.yes("authority", "restore")["epoch"] > 2**16


def test_revoked_key_is_off_the_list(works: Mooring) -> None:
    works.yes("authority", "trust", "--add", "licence=licence-2.pem", "--generate")
    shown = works.yes("authority", "trust")
    old = next(key["kid"] for key in shown["keys"] if key["key"].endswith("licence-1.pem"))

    changed = works.yes("authority", "trust", "--revoke", old)

    assert len(shown["keys"]) == 3
    assert changed["epoch"] == shown["epoch"] + 1
    assert old not in [key["kid"] for key in changed["keys"]]


def test_new_root_in_a_higher_slot_signs_the_list(office: Mooring, port: str) -> None:
    office.yes("authority", "trust", "--root", "1=root-1.pem", "--generate")
    office.yes("fuse", "burn", "--label", "chip-a", "--lock", "--yes")

    fuses = office.yes("fuse", "show")

    assert office.yes("authority", "trust")["root_slot"] == 1
    assert [root["revoked"] for root in fuses["roots"]] == [True, False, False, False]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--add", "licence=a.pem", "--revoke", "00" * 8), "more than one change"),
        (("--end-running",), "goes with a new list"),
        (("--generate",), "no key to make"),
        (("--add", "captain=a.pem"), "one of licence, location, landmark"),
        (("--add", "a.pem"), "ROLE=KEY"),
        (("--root", "x=a.pem"), "expected 0 to 3"),
        (("--root", "9=root-0.pem"), "slots 0 to 3"),
        (("--add", "licence=root-0.pem"), "one key has one role"),
        (("--add", "licence=env:K", "--generate"), "only key files"),
        (("--add", "licence=licence-1.pem", "--generate"), "exists already"),
        (("--revoke", "00" * 8), "no key"),
    ],
)
def test_wrong_change_of_the_trust_list_changes_nothing(
    office: Mooring, words: tuple[str, ...], found: str
) -> None:
    before = office.yes("authority", "show")

    error = office.no(2, "authority", "trust", *words)

    assert found in error["found"]
    assert office.yes("authority", "show") == before


def test_retired_chip_gets_no_licence(works: Mooring) -> None:
    works.yes("authority", "retire", "chip-a")

    assert "retired" in works.no(1, "boot", *PLACE)["found"]


def test_chip_enrolled_by_request_file_is_known(office: Mooring, port: str) -> None:
    office.yes("licence", "request", "--out", "a.request")

    enrolled = office.yes("authority", "enrol", "--request", "a.request", "--label", "guest")

    assert enrolled["chip"]["label"] == "guest"
    assert enrolled["chip"]["ueid"] == office.yes("chip", "info")["ueid"]


def test_request_file_that_names_the_key_of_another_chip_enrols_nothing(
    office: Mooring, port: str
) -> None:
    office.yes("licence", "request", "--out", "a.request")
    path = Path("a.request")
    path.write_bytes(replace(LicenceRequest.decode(path.read_bytes()), nonce=bytes(32)).encode())

    error = office.no(1, "authority", "enrol", "--request", path, "--label", "guest")

    assert "answers another nonce" in error["found"]
    assert office.yes("authority", "show")["chips"] == []


def test_chip_that_cannot_sign_for_its_key_is_neither_enrolled_nor_burned(
    office: Mooring, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.yes("fuse", "show")
    recorded = ChipClient.status(ChipClient.open(port), bytes(32))

    def status(_client: ChipClient, _nonce: bytes) -> bytes:
        return recorded

    monkeypatch.setattr(ChipClient, "status", status)

    for words in (
        ("authority", "enrol", "--label", "guest"),
        ("fuse", "burn", "--label", "guest", "--yes"),
    ):
        assert "answers another nonce" in office.no(1, *words)["found"]

    assert office.yes("authority", "show")["chips"] == []
    assert office.yes("fuse", "show") == before


def test_step_back_is_refused_until_a_person_accepts_it(works: Mooring) -> None:
    air_gap(works)
    works.yes("chip", "reset")
    works.no(4, "licence", "load", "a.licence")
    works.yes("chip", "status")
    # What the authority then remembers cannot be undone by asking again.
    assert works.yes("authority", "show")["chips"][0]["log_count"] == 1

    accepted = works.yes("authority", "accept-step-back", "chip-a")

    assert accepted["chip"]["log_count"] is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((*PLACE[:2],), "no zone is required"),
        ((*PLACE, "--location", "x"), "or both"),
        (("--inside", "hall-a"), "found neither"),
        ((*PLACE, "--request", "x", "--chip", "chip-a"), "both --chip and --request"),
        ((*PLACE, "--chip", "nobody"), "no chip is called 'nobody'"),
        ((*PLACE, "--inside", "Hall A"), "'Hall A'"),
        ((*PLACE, "--exclude", "hall-a"), "both inside and excluded"),
    ],
)
def test_issue_without_sense_is_a_usage_error(
    works: Mooring, words: tuple[str, ...], found: str
) -> None:
    assert found in works.no(2, "licence", "issue", *words, "--out", "x.licence")["found"]


def test_zone_that_is_not_in_the_set_is_named(works: Mooring) -> None:
    error = works.no(
        2,
        *("location", "statement", "--chip", "chip-a", "--inspector", "x", "--place", "y"),
        *("--inside", "atlantis", "--out", "s.json"),
    )

    assert "'atlantis'" in error["found"]


def test_statement_about_another_chip_is_refused(works: Mooring, home: Path) -> None:
    text = (home / "chip-a.json").read_text()
    ueid = works.yes("chip", "info")["ueid"]
    (home / "other.json").write_text(text.replace(ueid, "01" + "ab" * 32))

    error = works.no(1, "boot", "--statement", "other.json", "--inside", "hall-a")

    assert "is about chip 01abab" in error["found"]


def test_zones_are_shown_as_they_were_defined(office: Mooring) -> None:
    shown = office.yes("location", "zones")

    assert shown["zones"] == [
        {"name": "elsewhere", "geometry": "not Hall A"},
        {"name": "hall-a", "geometry": "Hall A"},
    ]
    assert shown["digest"] in office("location", "zones").out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--set", "Hall A=x"), "'Hall A'"),
        (("--set", "hall-a"), "NAME=GEOMETRY"),
        (("--set", "a=b", "--zones", "x"), "both --zones and --set"),
    ],
)
def test_wrong_zones_leave_the_old_ones(
    office: Mooring, words: tuple[str, ...], found: str
) -> None:
    before = office.yes("location", "zones")

    assert found in office.no(2, "location", "zones", *words)["found"]
    assert office.yes("location", "zones") == before


def test_zones_need_an_authority_to_lie_in(mooring: Mooring) -> None:
    assert "mooring authority init" in mooring.no(2, "location", "zones", "--set", "a=b")["hint"]


def test_location_for_a_sequence_bound_licence_has_no_nonce(works: Mooring) -> None:
    attested = works.yes(
        *("location", "attest", "--statement", "chip-a.json", "--chip", "chip-a"),
        *("--for", "30m", "--out", "s.location"),
    )
    works.yes(
        *("licence", "issue", "--chip", "chip-a", "--location", "s.location"),
        *("--inside", "hall-a", "--out", "s.licence"),
    )

    assert attested["claims"]["nonce"] is None
    assert attested["claims"]["expires_at"] == START + 1800
    assert works.yes("licence", "load", "s.licence")["gate"] == "open"


def test_location_from_forged_evidence_is_refused(works: Mooring, home: Path) -> None:
    works.yes("licence", "request", "--out", "a.request")
    data = bytearray((home / "a.request").read_bytes())
    data[-1] ^= 1
    (home / "a.request").write_bytes(data)

    error = works.no(
        1,
        *("location", "attest", "--statement", "chip-a.json", "--request", "a.request"),
        *("--out", "a.location"),
    )

    assert "signature" in error["found"]
    assert not (home / "a.location").exists()
