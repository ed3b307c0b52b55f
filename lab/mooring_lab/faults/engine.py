# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Strikes one fault after the other and follows each until its outcome is certain.

A run is over when the ROM waits or stops, when it has become the golden run again (same
instruction, same registers, same live memory, same peripherals, so the same future), when
it arrives at a join in a state from which an earlier run was followed to its end, or when
it provably goes round for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mooring_lab.errors import LabError
from mooring_lab.faults.aftermath import Aftermath
from mooring_lab.faults.golden import Golden
from mooring_lab.faults.machine import CSR_MIE, CSR_MTVEC, End
from mooring_lab.faults.models import Again, Injection, Point
from mooring_lab.faults.outcome import Outcome, Verdict, excess
from mooring_models.cpu.rv32.core import Stop
from mooring_models.cpu.rv32_cpu import LAYOUT

PATIENCE: Final = 12_000_000
"""Instructions beyond the golden run's end after which a run is hung: more than any
decision takes."""

# Functions in which runs that differ meet again, and how many arguments they have.
_JOINS: Final[Mapping[str, int]] = {"mooring_gate_abort": 1, "mooring_reply_start": 2}
_SHUTDOWN: Final = "mooring_machine_shutdown"
_FIRST_LOOK: Final = 1 << 16
_LOOKS: Final = 32
_SLACK: Final = 1 << 20
"""Instructions by which a first fault may delay the place of the second."""
_SP: Final = 2
# ra, sp, gp, tp, s0, s1, s2 to s11: what a function's caller relies on.
_KEPT: Final = (1, 2, 3, 4, 8, 9, *range(18, 28))
_A0: Final = 10


class _Search:
    """Looks for the second strike: the call that it lies in, then the instruction."""

    def __init__(self, again: Again, pc: int) -> None:
        self.wanted = again.anchor
        self._left = again.entries
        self._pc: Final = pc
        self._then: int | None = again.rank

    def found(self) -> bool:
        """Told of each arrival at `wanted`: whether this is the place."""
        self._left -= 1
        if self._left > 0:
            return False
        if self._then is None:
            return True
        more, self._then = self._then, None
        if self._pc == self.wanted and more == 0:
            return True
        # The first instruction of the call is its own first execution.
        self._left = more if self._pc == self.wanted else more + 1
        self.wanted = self._pc
        return False


class Engine:
    """Judges the faults of one scenario.

    Attributes:
        golden: the run that they strike.
        verdict: of the run without a fault.
    """

    def __init__(self, golden: Golden) -> None:
        self.golden: Final = golden
        self._machine: Final = golden.setting.machine
        self._core: Final = self._machine.core
        layout = golden.setting.layout
        self._joins: Final = {layout.address(name): count for name, count in _JOINS.items()}
        self._shutdown: Final = layout.address(_SHUTDOWN)
        self._known: Final[dict[bytes, Verdict]] = {}
        self._aftermath: Final = Aftermath(golden.setting)
        for address in (*self._joins, self._shutdown):
            self._core.set_breakpoint(address, True)
        self.verdict: Final = self._follow_golden()

    def _follow_golden(self) -> Verdict:
        """The verdict without a fault; learns the joins of the golden run."""
        self._machine.go_to(self.golden.moments[0])
        self._core.set_faults(())
        verdict = self._to_the_end(None)
        expected = Outcome.GRANTED if self.golden.setting.scenario.valid else Outcome.REFUSED
        if verdict.outcome is not expected:
            name = self.golden.setting.scenario.name
            raise LabError(f"run {name}", f"without a fault it is {verdict}, not {expected.value}")
        return verdict

    def sees_a_grant(self) -> bool:
        """Whether the judge sees a gate that is opened by force, without the ROM."""
        self._machine.go_to(self.golden.moments[0])
        self._core.set_faults(())
        self._machine.plant_grant()
        return self._to_the_end(None).outcome is Outcome.OPENED

    def strike(self, injection: Injection) -> Verdict:
        """What the fault comes to."""
        self._machine.go_to(self.golden.before(injection.point.index))
        faults = self._core.set_faults(injection.faults)
        stop = self._pass(injection.faults[-1].at)
        if injection.again is not None and stop is Stop.BUDGET:
            stop = self._reach(injection.again, injection.point)
            if isinstance(stop, End):
                return self._missed(stop)
            fault = replace(injection.faults[0], at=self._core.instret)
            faults = self._core.set_faults((fault,))
            stop = self._pass(fault.at)
        if not all(each.struck for each in faults):
            return self._missed(stop)
        if isinstance(stop, End):
            return self._judge(stop)
        return self._to_the_end(self.golden.place_after(self._core.instret))

    def _missed(self, stop: Stop | End) -> Verdict:
        """The verdict where not all faults struck: only an opening counts."""
        if isinstance(stop, End):
            verdict = self._judge(stop)
            if verdict.outcome is Outcome.OPENED:
                return verdict
        return Verdict(Outcome.MISSED)

    def _reach(self, again: Again, point: Point) -> Stop | End:
        """Goes on after a first fault to where the second strikes.

        If the first changes nothing that lasts, that is as in the golden run.
        """
        moments = self.golden.moments
        place, stride = self.golden.place_after(self._core.instret), 1
        limit = again.index + _SLACK
        search = _Search(again, point.pc)
        self._break_at(search.wanted, True)
        try:
            while True:
                here = self._core.pc
                if here == self._shutdown:
                    return End.SHUT_DOWN
                if here == search.wanted:
                    if search.found():
                        return Stop.BREAKPOINT
                    self._break_at(here, False)
                    self._break_at(search.wanted, True)
                compare = place < len(moments) and moments[place].index <= again.index
                stop = self._machine.run_to(moments[place].index if compare else limit)
                if isinstance(stop, End):
                    return stop
                if stop is Stop.BREAKPOINT:
                    continue
                if not compare:
                    return End.LIMIT
                if self._machine.same_as(moments[place]):
                    self._machine.go_to(self.golden.before(again.index))
                    return self._pass(again.index - 1)
                place += stride
                stride *= 2
        finally:
            self._break_at(search.wanted, False)

    def _break_at(self, address: int, stop: bool) -> None:
        """Sets or clears a breakpoint; those where runs meet stay."""
        if address not in self._joins and address != self._shutdown:
            self._core.set_breakpoint(address, stop)

    def _pass(self, index: int) -> Stop | End:
        """Executes through the instruction `index`, whatever breakpoints say."""
        while True:
            stop = self._machine.run_to(index + 1)
            if stop is not Stop.BREAKPOINT:
                return stop

    # -- Following -----------------------------------------------------------------------

    def _to_the_end(self, place: int | None) -> Verdict:
        """Follows the run; compares it with the golden one from moment `place` on."""
        moments = self.golden.moments
        begin = self._core.instret
        limit = self.golden.last + PATIENCE
        stride, look = 1, _FIRST_LOOK
        joined: list[bytes] = []
        while True:
            compare = place is not None and place < len(moments)
            aim = moments[place].index if place is not None and compare else limit
            aim = min(aim, begin + look)
            stop = self._machine.run_to(aim)
            if stop is Stop.BREAKPOINT:
                pc = self._core.pc
                if pc == self._shutdown:
                    return self._learn(joined, self._judge(End.SHUT_DOWN))
                key = self._state_at_join(self._joins[pc])
                known = self._known.get(key)
                if known is not None:
                    return self._learn(joined, known)
                joined.append(key)
            elif isinstance(stop, End):
                return self._learn(joined, self._judge(stop))
            elif place is not None and compare and aim == moments[place].index:
                if self._machine.same_as(moments[place]):
                    return self._learn(joined, self.verdict)
                place += stride
                stride *= 2
            elif self._core.instret >= limit:
                return self._learn(joined, self._judge(End.LIMIT))
            else:
                look *= 4
                end = self._circling()
                if end is not None:
                    return self._learn(joined, self._judge(end))

    def _learn(self, joined: list[bytes], verdict: Verdict) -> Verdict:
        for key in joined:
            self._known[key] = verdict
        return verdict

    def _state_at_join(self, arguments: int) -> bytes:
        """A digest of all that the future depends on, the time apart."""
        core = self._core
        digest = hashlib.blake2b(digest_size=16)
        kept = (*_KEPT, *range(_A0, _A0 + arguments))
        words = [
            core.pc,
            *(core.get(each) for each in kept),
            core.csr(CSR_MIE),
            core.csr(CSR_MTVEC),
        ]
        digest.update(b"".join(each.to_bytes(4, "little") for each in words))
        stack = min(max(core.get(_SP), LAYOUT.ram_base), LAYOUT.ram_base + LAYOUT.ram_bytes)
        digest.update(core.read_memory(stack, LAYOUT.ram_base + LAYOUT.ram_bytes - stack))
        for part in self._machine.timeless_devices():
            digest.update(part)
        return digest.digest()

    def _circling(self) -> End | None:
        """LIMIT if the core is, before long, in the very state in which it is now.

        Without a bus access in between, it then is for ever.  The end, if it comes meanwhile.
        """
        core = self._core
        here = core.pc
        before = self._machine.timeless_core()
        accesses = self._machine.accesses
        core.set_breakpoint(here, True)
        try:
            for _ in range(_LOOKS):
                stop = self._machine.run_to(core.instret + _FIRST_LOOK)
                if isinstance(stop, End):
                    return stop
                if stop is not Stop.BREAKPOINT or core.pc != here:
                    return None
                if accesses != self._machine.accesses:
                    return None
                if self._machine.timeless_core() == before:
                    return End.LIMIT
            return None
        finally:
            core.set_breakpoint(here, here in self._joins or here == self._shutdown)

    # -- Judging -------------------------------------------------------------------------

    def _judge(self, end: End) -> Verdict:
        """The verdict on a run that is over, by what the hardware holds."""
        permit = self.golden.setting.scenario.permit
        reason = excess(permit, self._machine.grants) or self._aftermath.look(end)
        if reason is not None:
            return Verdict(Outcome.OPENED, reason)
        match end:
            case End.WAITING:
                return Verdict(Outcome.GRANTED if self._machine.grants else Outcome.REFUSED)
            case End.SHUT_DOWN | End.RESET:
                return Verdict(Outcome.SHUT_DOWN)
            case End.LIMIT:
                return Verdict(Outcome.HUNG)
