# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Processes that share an authority: what one changes between two steps of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from host_kit import TERMS, PaperChip, inspection

from mooring_host.authority import Authority, issue_licence
from mooring_host.errors import Refused
from mooring_host.keys import Signer
from mooring_host.states import Role
from mooring_host.verifier import Flaw


def test_older_evidence_is_refused_whatever_record_of_the_chip_was_in_hand(
    authority: Authority, chip: PaperChip
) -> None:
    before = authority.chip("paper")
    older = chip.attest(bytes(32))
    chip.evidence = replace(chip.evidence, revision=9)
    authority.appraise_evidence(before, chip.attest(bytes(32)), bytes(32))

    # Another process read the chip's record before that.
    appraisal = authority.appraise_evidence(before, older, bytes(32))

    assert appraisal.has(Flaw.RECORD_BACKWARDS)
    noted = authority.chip("paper").evidence
    assert noted is not None
    assert noted.revision == 9


def between_verdict_and_number(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]
) -> None:
    """Lets `change` happen when a licence was judged and is not yet reserved."""
    real = authority.signer_for

    def overtaken(role: Role) -> Signer:
        found = real(role)
        if role is Role.LICENCE:
            change()
        return found

    monkeypatch.setattr(authority, "signer_for", overtaken)


def test_chip_that_is_retired_meanwhile_gets_no_licence(
    authority: Authority, chip: PaperChip, monkeypatch: pytest.MonkeyPatch
) -> None:
    between_verdict_and_number(authority, monkeypatch, lambda: authority.retire(chip.ueid))

    with pytest.raises(Refused, match="chip paper is retired"):
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    assert authority.licences() == []


def test_list_that_is_issued_meanwhile_stops_the_licence(
    authority: Authority, chip: PaperChip, monkeypatch: pytest.MonkeyPatch
) -> None:
    between_verdict_and_number(authority, monkeypatch, authority.issue_trust_list)

    with pytest.raises(Refused, match="the trust list of epoch 2 was issued meanwhile"):
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    assert authority.licences() == []


def test_key_that_is_revoked_meanwhile_signs_no_licence(
    authority: Authority, chip: PaperChip, monkeypatch: pytest.MonkeyPatch
) -> None:
    kid = authority.signer_for(Role.LICENCE).kid
    between_verdict_and_number(authority, monkeypatch, lambda: authority.revoke_key(kid))

    with pytest.raises(Refused, match="was revoked meanwhile"):
        issue_licence(authority, chip.request(), TERMS, inspection(chip.ueid))
    assert authority.licences() == []
