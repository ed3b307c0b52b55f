# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The campaign of `make verify-campaign`, bounded; and that it would see what it looks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import pytest
from benches import verify_campaign
from benches.signature_cases import Bench, Case, Kind
from oracles import ed25519_reference as ref

from mooring_firmware import TableSize

BOUNDED: Final = 6_000


@cache
def tally() -> verify_campaign.Tally:
    """One run for all tests here; it prints what is possible, run and sampled."""
    found = verify_campaign.judge("suite", 0, BOUNDED)
    print("\n".join(found.lines()))
    return found


def test_every_way_to_verify_gives_the_verdict_known_from_the_making() -> None:
    found = tally()

    assert found.differences == []
    assert found.differing == 0


def test_every_kind_of_case_came_up_and_went_every_way() -> None:
    found = tally()

    assert {kind for kind, _ in found.kinds} == set(Kind)
    assert found.kinds[Kind.MIXED_ORDER, True] > 100
    assert found.kinds[Kind.MIXED_ORDER, False] > 100
    assert found.ways["portable, in bulk"] == BOUNDED
    assert all(found.ways[name] == BOUNDED for name in verify_campaign.ways(TableSize.SMALL))


def test_known_verdicts_are_the_reference_s() -> None:
    seen: dict[tuple[Kind, bool], Case] = {}
    for case in Bench("reference").cases(1000):
        seen.setdefault((case.kind, case.accepted), case)

    assert len(seen) == len(Kind) + 1  # mixed order goes both ways
    for case in seen.values():
        judgement = ref.judge(case.key, case.message, case.signature)
        assert judgement.accepted == case.accepted, case


@pytest.mark.parametrize("accepted", [True, False])
def test_one_wrong_verdict_among_thousands_is_reported(
    monkeypatch: pytest.MonkeyPatch, accepted: bool
) -> None:
    def almost(cases: Sequence[Case]) -> bytes:
        verdicts = bytearray(case.accepted for case in cases)
        verdicts[verdicts.index(accepted)] ^= 1
        return bytes(verdicts)

    def one_way(*_: object) -> dict[str, verify_campaign.Way]:
        return {"almost": almost}

    monkeypatch.setattr(verify_campaign, "ways", one_way)
    found = verify_campaign.judge("almost", 0, 2000)

    assert found.differing == 1
    assert found.differences[0].case.accepted == accepted
    assert str(found.differences[0]).startswith(f"almost: {int(not accepted)}, not {int(accepted)}")


def test_campaigns_of_one_seed_are_the_same() -> None:
    first, second, other = (Bench(seed).cases(50) for seed in ("one", "one", "other"))

    assert first == second
    assert first != other
