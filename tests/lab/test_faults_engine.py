# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Faults judged early are judged as they are when the whole chip runs on to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Final

import pytest

from mooring_firmware.images import SHIPPED
from mooring_lab.faults import worker
from mooring_lab.faults.campaign import NAIVE
from mooring_lab.faults.engine import Engine
from mooring_lab.faults.golden import Golden, set_up
from mooring_lab.faults.models import Injection, Model
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.plan import Cell, sample
from mooring_lab.faults.scenario import scenarios
from mooring_lab.faults.stage import rv32_cpu
from mooring_lab.faults.twins import links
from mooring_models import Chip
from mooring_models._regs import GateState
from mooring_models.cpu.rv32.core import Fault, FaultKind
from mooring_models.errors import HungError
from mooring_models.state import State

EACH: Final = 12


@cache
def prepared(scenario: str, image: str = SHIPPED) -> tuple[Engine, State]:
    """An engine, and the chip as it was before the step that is struck."""
    setting = set_up(scenarios()[scenario], image)
    captured = setting.chip.capture()
    return Engine(Golden(setting)), captured


def run_whole(captured: State, injection: Injection) -> Outcome:
    """What the fault comes to in a chip of its own, without any short cut."""
    chip = Chip.from_capture(captured)
    strikes = rv32_cpu(chip).core.set_faults(injection.faults)
    chip.uart1.poked()
    try:
        chip.run_until_idle()
    except HungError:
        return Outcome.HUNG
    if not all(each.struck for each in strikes):
        return Outcome.MISSED
    if chip.halted:
        return Outcome.SHUT_DOWN
    return Outcome.GRANTED if chip.gate.state is GateState.OPEN else Outcome.REFUSED


def sampled(scenario: str, model: Model) -> Iterator[Injection]:
    engine, _ = prepared(scenario)
    faults = worker.population(engine, model)
    return (faults[number] for number in sample(7, Cell(scenario, model), faults, EACH))


@pytest.mark.parametrize("scenario", ["wrong-place", "valid-sequence"])
@pytest.mark.parametrize("model", [Model.SKIP_1, Model.OPCODE, Model.REGISTER, Model.PAIR])
def test_verdicts_are_those_of_a_chip_that_runs_to_the_end(scenario: str, model: Model) -> None:
    engine, captured = prepared(scenario)
    for injection in sampled(scenario, model):
        found = engine.strike(injection).outcome
        assert found is run_whole(captured, injection), injection


def test_fault_of_a_run_is_judged_alike_whatever_was_struck_before() -> None:
    engine, _ = prepared("wrong-place")
    faults = list(sampled("wrong-place", Model.SKIP_2))

    forwards = [engine.strike(each) for each in faults]
    backwards = [engine.strike(each) for each in reversed(faults)]

    assert backwards == forwards[::-1]


def test_twin_strikes_the_same_instruction_twice() -> None:
    engine, captured = prepared("valid-sequence")
    twins = sampled("valid-sequence", Model.TWIN_SKIP)
    unshifted = [each for each in twins if not links(each.point.encoding)]
    for each in unshifted:
        assert each.again is not None
        # Where nothing between the two changes, both are found by their index alone.
        second = Fault(each.again.index, FaultKind.SKIP, 1)
        both = replace(each, faults=(*each.faults, second), again=None)
        chip = Chip.from_capture(captured)
        strikes = rv32_cpu(chip).core.set_faults(both.faults)
        chip.uart1.poked()
        with suppress(HungError):
            chip.run_until_idle()
        if [strike.pc for strike in strikes] == [each.point.pc] * 2:
            assert engine.strike(each).outcome is run_whole(captured, both), each


def test_fault_that_no_instruction_meets_counts_for_nothing() -> None:
    engine, _ = prepared("wrong-place")
    point = engine.golden.points[-1]
    never = Fault(engine.golden.last + 1000, FaultKind.SKIP, 1)
    verdict = engine.strike(Injection(Model.SKIP_1, point, (never,), "never"))

    assert verdict.outcome is Outcome.MISSED
    assert not verdict.outcome.counts


def test_twin_whose_second_never_comes_counts_for_nothing() -> None:
    engine, _ = prepared("wrong-place")
    twin = next(sampled("wrong-place", Model.TWIN_SKIP))
    assert twin.again is not None
    beyond = engine.golden.last + 1000
    never = replace(twin, again=replace(twin.again, index=beyond, entries=1_000_000))

    assert engine.strike(never).outcome is Outcome.MISSED


def test_run_that_neither_waits_nor_stops_is_hung() -> None:
    engine, captured = prepared("wrong-place")
    faults = worker.population(engine, Model.SKIP_1)
    every = range(0, len(faults), len(faults) // 1500)
    hung = next(
        each
        for each in (faults[number] for number in every)
        if engine.strike(each).outcome is Outcome.HUNG
    )

    assert run_whole(captured, hung) is Outcome.HUNG


def test_naive_decision_opens_when_its_one_check_is_skipped() -> None:
    engine, captured = prepared("wrong-chip", NAIVE)
    faults = worker.population(engine, Model.SKIP_1)
    verdicts = {place: engine.strike(faults[faults.heart(place)]) for place in range(faults.hearts)}
    opened = [place for place, verdict in verdicts.items() if verdict.outcome is Outcome.OPENED]

    assert opened
    for place in opened:
        # The whole chip agrees: the gate is open for a licence of another chip.
        assert run_whole(captured, faults[faults.heart(place)]) is Outcome.GRANTED
