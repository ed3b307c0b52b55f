# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The run of a scenario without a fault: its instructions, its decision section, its moments.

The decision section is every instruction from the begin of the decision to the gate's last
answer, but for what the primitives themselves execute.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_firmware.images import Image, load
from mooring_lab.errors import LabError
from mooring_lab.faults.layout import Layout, Pcs
from mooring_lab.faults.machine import Machine, Moment
from mooring_lab.faults.models import Again, Point
from mooring_lab.faults.scenario import Request, Scenario
from mooring_lab.faults.stage import Stage, rv32_cpu
from mooring_lab.faults.twins import twins
from mooring_models import Chip
from mooring_models.cpu.api import Step
from mooring_models.cpu.rv32_cpu import LAYOUT, Rv32Cpu

LONGEST: Final = 40_000_000
"""More instructions than any request takes."""
DENSE: Final = 256
"""Instructions between two moments of the decision section."""
SPARSE: Final = 1 << 14
"""The same elsewhere."""

_DECIDES: Final = ("mooring_decision_verify", "mooring_compute_start")
_GATE: Final = "mooring_gate_"


class _Here(Exception):
    """The step that is to be struck comes next."""


class _CountedCpu:
    """The chip's CPU, but for its steps, which are counted and may be refused."""

    def __init__(self, cpu: Rv32Cpu, stop_at: int | None = None) -> None:
        self._cpu: Final = cpu
        self._stop_at: Final = stop_at
        self.lengths: Final[list[int]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._cpu, name)

    def step(self) -> Step:
        """One step, unless it is the one to stop at."""
        if len(self.lengths) == self._stop_at:
            raise _Here
        before = self._cpu.core.instret
        outcome = self._cpu.step()
        self.lengths.append(self._cpu.core.instret - before)
        return outcome


def _stage(scenario: Scenario, image: str) -> tuple[Stage, Request, Rv32Cpu]:
    stage = Stage.boot(image)
    request = scenario.prepare(stage)
    stage.chip.run_until_idle()
    return stage, request, rv32_cpu(stage.chip)


def _longest_step(scenario: Scenario, image: str) -> int:
    """Which step after the request was put on the line decides: the longest."""
    stage, request, cpu = _stage(scenario, image)
    counted = _CountedCpu(cpu)
    stage.chip.cpu = counted  # type: ignore[assignment]  # stands in for it
    stage.deliver(request.data)
    return int(np.argmax(counted.lengths))


@dataclass(frozen=True)
class Setting:
    """A scenario, one step before its decision.

    Attributes:
        scenario: what is asked.
        request: the bytes.
        chip: the chip, its loop standing still.
        machine: its CPU, stepped by hand.
        layout: of the image.
    """

    scenario: Scenario
    request: Request
    chip: Chip
    machine: Machine
    layout: Layout


def set_up(scenario: Scenario, image: str) -> Setting:
    """Brings a chip to where the decision is about to begin."""
    at = _longest_step(scenario, image)
    stage, request, cpu = _stage(scenario, image)
    stage.chip.cpu = _CountedCpu(cpu, at)  # type: ignore[assignment]  # stands in for it
    try:
        stage.deliver(request.data)
    except _Here:
        pass
    else:
        raise LabError(f"set up {scenario.name}", "the deciding step never came")
    stage.chip.cpu = cpu
    content: Image = load(image)
    machine = Machine(stage.chip, content, cpu.core.save())
    return Setting(scenario, request, stage.chip, machine, Layout(content))


class Golden:
    """A scenario's run without a fault, after which the machine is at its end.

    Attributes:
        setting: where it begins.
        start: index of its first instruction.
        last: index behind its last one.
        points: instructions that are struck, in ascending order.
        section: how many of them belong to the decision section.
        twins: instructions of the section that are struck twice, and where the second time.
        moments: where runs begin and are compared, in ascending order.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting: Final = setting
        machine = setting.machine
        first = machine.mark()
        self.start: Final = first.index
        pcs = machine.trace(LONGEST)
        self.last: Final = first.index + len(pcs)
        dense = self._dense(pcs)
        self.section: Final = int(dense.sum())
        self.points: Final = self._points(pcs, dense)
        self.twins: Final = self._twins(pcs, dense)
        machine.go_to(first)
        self.moments: Final = self._moments(first, dense)
        self._indices: Final = [each.index for each in self.moments]

    def before(self, index: int) -> Moment:
        """The last moment at or before `index`."""
        return self.moments[bisect_right(self._indices, index) - 1]

    def place_after(self, index: int) -> int:
        """The place in `moments` of the first one at or after `index`; may be its length."""
        return bisect_right(self._indices, index - 1)

    # -- What is struck --------------------------------------------------------------------

    def _dense(self, pcs: Pcs) -> NDArray[np.bool_]:
        """Which instructions are of the decision section."""
        layout = self.setting.layout
        functions = layout.functions(pcs)
        decides = np.flatnonzero(layout.named(functions, *_DECIDES))
        start = int(decides[0]) if len(decides) else 0
        gate = np.flatnonzero(layout.named(functions, _GATE))
        gate = gate[gate > start]
        end = int(gate[-1]) + 1 if len(gate) else len(pcs)
        dense = np.zeros(len(pcs), dtype=np.bool_)
        dense[start:end] = True
        return dense & ~layout.primitive(functions)

    def _points(self, pcs: Pcs, dense: NDArray[np.bool_]) -> tuple[Point, ...]:
        elsewhere = np.flatnonzero(~dense)
        places = (pcs[elsewhere] - np.uint32(LAYOUT.rom_base)) >> np.uint32(1)
        first = np.full(LAYOUT.rom_bytes // 2, -1, dtype=np.intp)
        last = first.copy()
        # Of equal places the assignment that comes last stays.
        first[places[::-1]] = elsewhere[::-1]
        last[places] = elsewhere
        ends = np.concatenate([first[first >= 0], last[last >= 0]])
        struck = np.unique(np.concatenate([np.flatnonzero(dense), ends]))
        layout = self.setting.layout
        hearts = (layout.heart(layout.functions(pcs[struck])) & dense[struck]).tolist()
        return tuple(
            Point(self.start + at, pc, layout.encoding(pc), heart)
            for at, pc, heart in zip(struck.tolist(), pcs[struck].tolist(), hearts, strict=True)
        )

    def _twins(self, pcs: Pcs, dense: NDArray[np.bool_]) -> tuple[tuple[Point, Again], ...]:
        layout = self.setting.layout
        found = twins(layout, pcs, dense)
        firsts = pcs[[twin.first for twin in found]]
        hearts = layout.heart(layout.functions(firsts), twins=True).tolist()
        return tuple(
            (
                Point(self.start + twin.first, pc, layout.encoding(pc), heart),
                Again(self.start + twin.second, twin.anchor, twin.entries, twin.rank),
            )
            for twin, pc, heart in zip(found, firsts.tolist(), hearts, strict=True)
        )

    def _moments(self, first: Moment, dense: NDArray[np.bool_]) -> tuple[Moment, ...]:
        """Moments at every multiple of `SPARSE`, and of `DENSE` around the decision section."""
        near = np.unique(np.flatnonzero(dense) // DENSE)
        places = {*range(0, len(dense), SPARSE), *(DENSE * near), *(DENSE * (near + 1))}
        found = [first]
        for at in sorted(places):
            if 0 < at < len(dense):
                self.setting.machine.run_to(self.start + int(at))
                found.append(self.setting.machine.mark())
        return tuple(found)
