# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An authority asks its export rules first, records why, and refuses with the citation."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from host_kit import TERMS, ZONES, Clock, PaperChip, inspection, new_authority, statement

from mooring_host.authority import (
    Authority,
    LicenceRefused,
    issue_licence,
    issue_sequence_licence,
    open_authority,
)
from mooring_host.authority.schema import _LICENSING  # the tables of version 1
from mooring_host.authority.setup import DATABASE_NAME
from mooring_host.errors import UsageError
from mooring_host.location import Inspection
from mooring_host.policy import Certificate, ChipFigures, Transaction
from mooring_host.states import Mode

H200 = ChipFigures("H200", 15832, memory_gbps=4800, datacenter=True)
SALE = Transaction(H200, "SG", "Buyer", headquarters="SG", parent="SG", reference="PO 1")
BANNED = replace(SALE, destination="CN")


def licensed(
    authority: Authority, chip: PaperChip, given: Transaction | None
) -> LicenceRefused | bytes:
    """The number of a licence, or the refusal."""
    seen = replace(statement(chip.ueid), seen_at=0)
    where = Inspection(seen, ZONES)
    try:
        return issue_licence(authority, chip.request(), TERMS, where, given=given).record.number
    except LicenceRefused as refused:
        return refused


def refusal(authority: Authority, chip: PaperChip, given: Transaction | None) -> str:
    found = licensed(authority, chip, given)
    assert isinstance(found, LicenceRefused)
    return str(found)


def test_without_presets_nothing_is_asked_and_nothing_recorded(
    authority: Authority, chip: PaperChip
) -> None:
    assert authority.presets() == ()
    assert isinstance(licensed(authority, chip, None), bytes)
    assert authority.decisions() == []


def test_transaction_for_an_authority_without_presets_is_not_ignored(
    authority: Authority, chip: PaperChip
) -> None:
    with pytest.raises(UsageError, match="goes by no preset"):
        licensed(authority, chip, SALE)
    assert authority.licences() == []


def test_permitted_export_is_licensed_and_says_why_with_citations(
    authority: Authority, chip: PaperChip
) -> None:
    authority.set_presets(["us-law"])

    number = licensed(authority, chip, SALE)

    (record,) = authority.decisions(chip.ueid)
    assert (record.licence, record.permits, record.presets) == (number, True, ("us-law",))
    assert record.given is not None
    assert Transaction.parse(record.given) == SALE
    why = json.loads(record.why)
    assert why["decisions"][0]["outcome"] == "no licence needed"
    assert any("88 FR 73458" in step for step in why["decisions"][0]["steps"])
    assert any("15 CFR 740 supp. 1" in each for each in why["decisions"][0]["recalled"])


def test_banned_export_is_refused_with_the_citation_and_recorded(
    authority: Authority, chip: PaperChip
) -> None:
    authority.set_presets(["us-law"])

    told = refusal(authority, chip, BANNED)

    assert "presumption of denial" in told
    assert "91 FR 1684" in told
    assert authority.licences() == []
    (record,) = authority.decisions()
    assert (record.permits, record.licence) == (False, None)
    assert "91 FR 1684" in " ".join(record.reasons)


def test_presets_without_a_transaction_refuse_the_first_licence(
    authority: Authority, chip: PaperChip
) -> None:
    authority.set_presets(["us-law"])

    assert "no transaction is given, and none is recorded" in refusal(authority, chip, None)


def test_later_licences_go_by_the_recorded_transaction_and_the_day(
    authority: Authority, chip: PaperChip
) -> None:
    authority.set_presets(["us-law"])
    assert isinstance(licensed(authority, chip, SALE), bytes)

    assert isinstance(licensed(authority, chip, None), bytes)
    refusal(authority, chip, BANNED)
    # A refused transaction does not take the place of the one that was licensed.
    assert isinstance(licensed(authority, chip, None), bytes)
    assert [record.permits for record in authority.decisions()] == [True, True, False, True]


def test_preset_that_is_over_refuses_and_does_not_mean_freedom(
    authority: Authority, chip: PaperChip
) -> None:
    authority.set_presets(["acs-2023-11"])

    assert "acs-2023-11 is not in force on 2027-01-15" in refusal(authority, chip, SALE)


@pytest.mark.parametrize(
    ("mode", "granted"), [(Mode.DENY, False), (Mode.THROTTLE, False), (Mode.REPORT, True)]
)
def test_chip_that_hinders_is_not_licensed_under_the_act_that_forbids_it(
    authority: Authority, chip: PaperChip, mode: Mode, granted: bool
) -> None:
    authority.set_presets(["chip-security-act-ans"])
    chip.evidence = replace(chip.evidence, mode=mode)

    found = licensed(authority, chip, SALE)

    assert isinstance(found, bytes) is granted
    if isinstance(found, LicenceRefused):
        assert f"fused to {mode.name}" in str(found)
        assert "H.R.3447 ANS" in str(found)


def test_sequence_form_asks_the_same_rules(authority: Authority, chip: PaperChip) -> None:
    authority.set_presets(["us-law"])
    where = inspection(chip.ueid)

    with pytest.raises(LicenceRefused, match="91 FR 1684"):
        issue_sequence_licence(authority, chip.ueid, TERMS, where, given=BANNED)
    issued = issue_sequence_licence(authority, chip.ueid, TERMS, where, given=SALE)
    assert [record.licence for record in authority.decisions()] == [None, issued.record.number]


def test_export_licence_and_certificates_open_what_is_judged_case_by_case(
    authority: Authority, chip: PaperChip
) -> None:
    authority.set_presets(["us-law"])
    good = replace(
        BANNED,
        certificates=frozenset(
            {Certificate.US_AVAILABLE, Certificate.US_LAB_TEST, Certificate.RECIPIENT_KYC}
        ),
        us_volume_share=0.2,
        export_licence="D1234567",
    )

    assert isinstance(licensed(authority, chip, good), bytes)
    assert "names none" in refusal(authority, chip, replace(good, export_licence=None))
    b200 = replace(good, chip=replace(H200, tpp=36000.0))
    assert "presumption of denial" in refusal(authority, chip, b200)


def test_quantities_add_up_over_what_was_licensed_before(tmp_path: Path) -> None:
    may_2025 = Clock(1_746_400_000)  # 2025-05-04
    with new_authority(tmp_path / "authority", may_2025) as authority:
        authority.set_presets(["diffusion-2025-01"])
        chips = [PaperChip(f"chip {number}") for number in range(3)]
        for number, chip in enumerate(chips):
            authority.enrol(chip.device_key, f"chip-{number}")
            chip.trusts(authority)
        order = replace(SALE, destination="MY", quantity=1000)

        assert isinstance(licensed(authority, chips[0], order), bytes)
        # Another chip of the same shipment counts nothing twice; another shipment is too much.
        assert isinstance(licensed(authority, chips[1], order), bytes)
        second = replace(order, reference="PO 2")
        assert "country-cap" in refusal(authority, chips[2], second)
        elsewhere = replace(second, consignee="Another")  # whose own year is empty
        assert isinstance(licensed(authority, chips[2], elsewhere), bytes)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["gain-act"], "no preset 'gain-act'"),
        (["foster-2025-05", "chip-security-act-ans"], "forbids it"),
    ],
)
def test_bad_presets_change_nothing(authority: Authority, names: list[str], found: str) -> None:
    authority.set_presets(["us-law"])

    with pytest.raises(UsageError, match=found):
        authority.set_presets(names)
    assert authority.presets() == ("us-law",)


def test_presets_can_be_left_again(authority: Authority, chip: PaperChip) -> None:
    authority.set_presets(["us-law"])
    authority.set_presets([])

    assert authority.presets() == ()
    assert isinstance(licensed(authority, chip, None), bytes)


def test_records_of_the_version_before_are_brought_up_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    clock = Clock()
    chip = PaperChip("old")
    with new_authority(folder, clock) as authority:
        authority.enrol(chip.device_key, "old")
        chip.trusts(authority)
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in tables:
            if f"CREATE TABLE {name} " not in _LICENSING:
                connection.execute(f"DROP TABLE {name}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()

    for _ in range(2):
        with open_authority(folder, environ={}, now=clock) as again:
            assert [each.label for each in again.chips()] == ["old", "paper"]
            again.set_presets(["us-law"])
            assert isinstance(licensed(again, chip, SALE), bytes)
    with open_authority(folder, environ={}, now=clock) as again:
        assert len(again.decisions()) == 2
