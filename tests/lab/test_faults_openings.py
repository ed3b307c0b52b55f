# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Faults that once opened the gate of the RV32 image, and stay shut out.

Each is named by its campaign and by what it strikes, not by an address: a new build of the
ROM moves the code, and not the weakness.  docs/fault-patterns.md tells what each taught.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from mooring_firmware.images import SHIPPED
from mooring_lab.faults import worker
from mooring_lab.faults.engine import Engine
from mooring_lab.faults.golden import Golden, set_up
from mooring_lab.faults.models import Injection, Model, Point, Population
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.scenario import scenarios
from mooring_models._regs import RecordRegs
from mooring_models.cpu.rv32.core import Fault, FaultKind

# Of trust_key_t and trust_list_t (mooring/claims.h): the keys begin behind four numbers.
KEYS_AT, KEY_BYTES, NOT_AFTER_AT = 24, 72, 16
FLOOR = RecordRegs.FLOOR.offset


@cache
def engine(scenario: str) -> Engine:
    return Engine(Golden(set_up(scenarios()[scenario], SHIPPED)))


def flips(ready: Engine, point: Point, member: str, offset: int) -> Iterator[Injection]:
    """Each bit of a 64-bit number in the working memory, flipped before `point`."""
    (region,) = ready.golden.setting.layout.regions([member])
    for bit in range(64):
        address = region.address + offset + 4 * (bit // 32)
        fault = Fault(point.index, FaultKind.MEMORY, address, 1 << bit % 32)
        yield Injection(Model.MEMORY, point, (fault,), f"bit {bit} of {member}+{offset}")


@pytest.mark.parametrize(
    ("scenario", "member", "offset"),
    [
        ("expired", "record", FLOOR),
        ("lapsed-key", "trust", KEYS_AT + NOT_AFTER_AT),
        ("lapsed-key", "trust", KEYS_AT + KEY_BYTES + NOT_AFTER_AT),
        ("good-list", "candidate", KEYS_AT + NOT_AFTER_AT),
        ("good-list", "candidate", KEYS_AT + KEY_BYTES + NOT_AFTER_AT),
        ("late-nonce", "nonce", 0),
    ],
)
@pytest.mark.parametrize("part", [0.0, 0.9], ids=["begin", "end"])
def test_flipped_bit_of_what_both_judgements_read_opens_nothing(
    scenario: str, member: str, offset: int, part: float
) -> None:
    ready = engine(scenario)
    hearts = [point for point in ready.golden.points if point.heart]
    point = hearts[int(part * len(hearts))]
    verdicts = {
        each.text: ready.strike(each).outcome for each in flips(ready, point, member, offset)
    }

    assert Outcome.OPENED not in verdicts.values(), verdicts


@pytest.mark.parametrize("model", [Model.SKIP_1, Model.OPCODE])
def test_licence_is_never_spent_as_another_than_it_is(model: Model) -> None:
    ready = engine("valid-sequence")
    place = ready.golden.setting.layout.image.symbols["mooring_commit_licence"]
    commits = [
        point
        for point in ready.golden.points
        if place.address <= point.pc < place.address + place.size
    ]
    faults = Population(model, commits, (), ready.golden.last)
    opened = [each.text for each in faults if ready.strike(each).outcome is Outcome.OPENED]

    assert len(commits) > 30
    assert opened == []


@pytest.mark.parametrize("model", [FaultKind.SKIP, FaultKind.RESULT])
def test_licence_of_one_form_is_never_committed_as_the_other(model: FaultKind) -> None:
    ready = engine("valid-sequence")
    layout = ready.golden.setting.layout
    place = layout.image.symbols["mooring_licence_verify"]
    struck = [
        point
        for point in ready.golden.points
        if place.address <= point.pc < place.address + place.size
    ]
    one = int(model is FaultKind.SKIP)  # skip one instruction, or a result of zero
    verdicts = [
        ready.strike(Injection(Model.SKIP_1, point, (Fault(point.index, model, one),), ""))
        for point in struck
    ]

    assert len(struck) > 30
    assert [each for each in verdicts if each.outcome is Outcome.OPENED] == []


@pytest.mark.parametrize("model", [Model.TWIN_SKIP, Model.TWIN_ZERO])
@pytest.mark.parametrize(
    ("scenario", "functions"),
    [
        ("valid-sequence", ("mooring_decide_licence", "is_higher", "decide_key_time")),
        ("good-list", ("trust.c:judge", "check_order", "mooring_claims_check_trust_keys")),
    ],
)
def test_same_fault_in_two_of_the_judgements_opens_nothing(
    scenario: str, functions: tuple[str, ...], model: Model
) -> None:
    ready = engine(scenario)
    image = ready.golden.setting.layout.image
    twins = [
        each
        for each in worker.population(ready, model)
        if image.function(each.point.pc) in functions
    ]
    verdicts = [(each, ready.strike(each)) for each in twins]
    struck = [each for each, verdict in verdicts if verdict.outcome.counts]

    assert len(struck) > 100
    assert [
        (hex(each.point.pc), verdict.reason)
        for each, verdict in verdicts
        if verdict.outcome is Outcome.OPENED
    ] == []
