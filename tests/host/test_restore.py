# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Records put back from a copy give no number twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from host_kit import TERMS, Clock, PaperChip, inspection

from mooring_host.authority import Authority, issue_sequence_licence, open_authority
from mooring_host.token import SequenceBound


def given(authority: Authority, chip: PaperChip) -> tuple[bytes, tuple[int, int]]:
    """Number, epoch and sequence of a new licence."""
    record = issue_sequence_licence(authority, chip.ueid, TERMS, inspection(chip.ueid)).record
    assert isinstance(record.freshness, SequenceBound)
    return record.number, (record.freshness.epoch, record.freshness.sequence)


def test_restored_records_give_nothing_that_was_given_since_the_copy(
    authority: Authority, chip: PaperChip, clock: Clock, tmp_path: Path
) -> None:
    given(authority, chip)
    authority.close()
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "authority", copy)
    with open_authority(tmp_path / "authority", environ={}, now=clock) as original:
        since = [given(original, chip) for _ in range(3)]
        original.issue_trust_list()
        since.append(given(original, chip))
        last_epoch = original.trust().epoch

    with open_authority(copy, environ={}, now=clock) as restored:
        trust = restored.restore()
        after = [given(restored, chip) for _ in range(4)]

    assert trust.epoch > last_epoch
    assert not {number for number, _ in since} & {number for number, _ in after}
    assert not {place for _, place in since} & {place for _, place in after}
    assert min(number for number, _ in after) > max(number for number, _ in since)


def test_epoch_that_a_chip_attested_since_is_passed_too(
    authority: Authority, chip: PaperChip
) -> None:
    ahead = PaperChip()
    ahead.evidence = replace(ahead.evidence, epoch=10**6)
    authority.appraise_evidence(authority.chip("paper"), ahead.attest(bytes(32)), bytes(32))

    assert authority.restore().epoch > 10**6
