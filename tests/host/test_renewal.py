# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A renewal goes by the newest licence of a chip, whatever older ones said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from host_kit import TERMS, Clock, PaperChip, inspection

from mooring_host.authority import Authority, LicenceRecord, issue_licence, renewal_terms
from mooring_host.errors import DatabaseError, Refused


def test_renewal_takes_the_terms_of_the_newest_licence(
    authority: Authority, chip: PaperChip
) -> None:
    issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    wider = replace(TERMS, cycles=5, seconds=60, required_excluded=())
    issue_licence(authority, chip.request(), wider, inspection(chip.ueid))

    assert renewal_terms(authority, chip.ueid) == wider


def test_chip_without_a_licence_is_not_renewed(authority: Authority, chip: PaperChip) -> None:
    with pytest.raises(Refused, match="it was never given one"):
        renewal_terms(authority, chip.ueid)


def test_revoked_licence_is_not_renewed_from_an_older_one(
    authority: Authority, chip: PaperChip
) -> None:
    issue_licence(authority, chip.request(), replace(TERMS, cycles=10**9), inspection(chip.ueid))
    newest = issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    authority.revoke_licence(newest.record.number, "test")

    with pytest.raises(Refused, match=r"its newest licence, [0-9a-f]{32}, is revoked"):
        renewal_terms(authority, chip.ueid)


def test_licence_that_was_never_signed_is_not_renewed(
    authority: Authority, chip: PaperChip, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))

    def broken(*_: object) -> LicenceRecord:
        raise DatabaseError("record a licence", "stopped by the test")

    monkeypatch.setattr("mooring_host.authority.licences.complete", broken)
    with pytest.raises(DatabaseError, match="by the test"):
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))

    with pytest.raises(Refused, match="is only reserved"):
        renewal_terms(authority, chip.ueid)


def test_lapsed_licence_is_renewed(authority: Authority, chip: PaperChip, clock: Clock) -> None:
    issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    clock.seconds += 2 * TERMS.lifetime_s

    assert renewal_terms(authority, chip.ueid) == TERMS
