# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fixtures of the host library's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from host_kit import Clock, PaperChip, new_authority

from mooring_host.authority import Authority


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authority(tmp_path: Path, clock: Clock) -> Iterator[Authority]:
    """An authority in which `chip` is enrolled."""
    with new_authority(tmp_path / "authority", clock) as made:
        yield made


@pytest.fixture
def chip(authority: Authority) -> PaperChip:
    """A chip on paper that has accepted the authority's trust list."""
    paper = PaperChip()
    paper.trusts(authority)
    return paper
