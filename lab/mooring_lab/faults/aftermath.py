# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a fault leaves behind, and whether compute opens later because of it.

Two things outlive a run: the stores, which the next boot reads, and the working memory on
which the next decision rests.  Where either differs from everything seen before, the
request is sent again, to a chip that boots from those stores, and to a copy of the chip
that goes on from that memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from mooring_lab.faults.golden import Setting
from mooring_lab.faults.layout import STANDING
from mooring_lab.faults.machine import End
from mooring_lab.faults.outcome import Grant, excess
from mooring_lab.faults.scenario import burn_probe
from mooring_lab.faults.stage import Stage, rv32_cpu
from mooring_models import Chip
from mooring_models._regs import GateState, RecordRegs
from mooring_models.config import SHIPPED_IMAGE, Persistent
from mooring_models.errors import HungError, LivelockError

_BACK_OFF_S: Final = 31
"""Longer than a chip backs off after bad signatures."""

# What of a record later decisions read; the rest is the log and what proves it.
_DECIDES: Final = (
    RecordRegs.MAGIC,
    RecordRegs.GENERATION,
    RecordRegs.FLAGS,
    RecordRegs.SEQUENCE_EPOCH,
    RecordRegs.SEQUENCE,
    RecordRegs.ROOT_SLOT,
    RecordRegs.TRUST_EPOCH,
    RecordRegs.TRUST_DIGEST,
    RecordRegs.FLOOR,
)


def _gist(record: bytes) -> bytes:
    """The fields of a record on which decisions rest."""
    return b"".join(record[each.offset : each.offset + each.size] for each in _DECIDES)


def _deliver(stage: Stage, requests: tuple[bytes, ...]) -> tuple[Grant, ...]:
    """Sends requests one by one, as long as the chip lives; what the gate opened for."""
    grants: tuple[Grant, ...] = ()
    for data in requests:
        for act in (partial(stage.wait, _BACK_OFF_S), partial(stage.deliver, data)):
            grant, lives = _watch(stage, act)
            grants += grant
            if not lives:
                return grants
    return grants


def _watch(stage: Stage, act: Callable[[], None]) -> tuple[tuple[Grant, ...], bool]:
    """What the gate opened for during `act`, and whether the chip lives.

    The gate is looked at right before: the seconds of a grant that runs have become fewer
    by then, so that one of the same size shows.
    """
    gate = stage.chip.gate
    before = Grant(gate.cycles_left, gate.seconds_left)
    lives = True
    try:
        act()
    except (HungError, LivelockError):
        lives = False
    after = Grant(gate.cycles_left, gate.seconds_left)
    more = after.cycles > before.cycles or after.seconds > before.seconds
    return ((after,) if gate.state is GateState.OPEN and more else ()), lives


def _burns(stage: Stage) -> bool:
    """Whether the chip takes a command of manufacturing, by which all else could follow."""
    before = stage.chip.otp.fuses
    _watch(stage, partial(stage.deliver, burn_probe()))
    return stage.chip.otp.fuses != before


class Aftermath:
    """Looks at what runs of one scenario leave behind."""

    def __init__(self, setting: Setting) -> None:
        self._setting: Final = setting
        gate = setting.chip.gate
        self._running: Final = (gate.cycles_left, gate.seconds_left)
        self._regions: Final = setting.layout.regions(STANDING)
        self._stores: Final[dict[tuple[object, ...], str | None]] = {}
        self._memories: Final[dict[tuple[object, ...], str | None]] = {}

    def look(self, end: End) -> str | None:
        """How compute opens after a run that ended with `end`; None if it does not."""
        grants = self._setting.machine.grants
        return (
            self._gate_holds_more(grants)
            or self._after_reboot(grants)
            or (self._in_this_cycle(grants) if end is End.WAITING else None)
        )

    def _gate_holds_more(self, grants: tuple[Grant, ...]) -> str | None:
        gate = self._setting.chip.gate
        cycles, seconds = self._running
        if grants or (gate.cycles_left <= cycles and gate.seconds_left <= seconds):
            return None
        return "the running grant has become larger"

    # -- Stores ----------------------------------------------------------------------------

    def _after_reboot(self, grants: tuple[Grant, ...]) -> str | None:
        chip = self._setting.chip
        key = (chip.otp.fuses, *self._records(chip), grants)
        if key not in self._stores:
            self._stores[key] = self._reboot(chip.persistent, grants)
        return self._stores[key]

    @staticmethod
    def _records(chip: Chip) -> tuple[bytes, ...]:
        """Both slots, as far as the next boot decides by them, in the order of their age."""
        sealed = [chip.nvram.slot(at) for at in (0, 1) if chip.keyvault.holds(at)]
        return tuple(_gist(slot) for slot in sorted(sealed, key=_age))

    def _reboot(self, kept: Persistent, grants: tuple[Grant, ...]) -> str | None:
        """Boots the native core from what was kept: it decides by the same rules."""
        request = self._setting.request
        stage = Stage.boot(SHIPPED_IMAGE, "native", kept)
        more = _deliver(stage, request.lists) + _deliver(stage, request.probes)
        found = excess(self._setting.scenario.permit, grants + more)
        return found and f"after a reboot {found}"  # the control counts on these words

    # -- Memory ----------------------------------------------------------------------------

    def _in_this_cycle(self, grants: tuple[Grant, ...]) -> str | None:
        core = self._setting.machine.core
        gate = self._setting.chip.gate
        memory: list[bytes] = []
        for region in self._regions:
            content = core.read_memory(region.address, region.size)
            memory.append(_gist(content) if region.name == "record" else content)
        key = (*memory, gate.state, gate.attempt, grants)
        if key not in self._memories:
            self._memories[key] = self._go_on(grants)
        return self._memories[key]

    def _go_on(self, grants: tuple[Grant, ...]) -> str | None:
        """Lets a copy of the chip go on, its own CPU in the state of the struck one."""
        chip = self._setting.chip
        rv32_cpu(chip).core.load(self._setting.machine.core.save())
        stage = Stage(Chip.from_capture(chip.capture()))
        more = _deliver(stage, self._setting.request.probes)
        found = excess(self._setting.scenario.permit, grants + more)
        if found is None and _burns(stage):
            found = "a fuse was burned"
        return found and f"in this power cycle, later: {found}"


def _age(record: bytes) -> tuple[int, int]:
    generation, revision = (
        int.from_bytes(record[each.offset : each.offset + 4], "little")
        for each in (RecordRegs.GENERATION, RecordRegs.REVISION)
    )
    return generation, revision
