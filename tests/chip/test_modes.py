# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""DENY, THROTTLE and REPORT: what hardware does without a grant, whatever the ROM does."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from benches.rig import SMALL_CYCLES, Rig, provisioned

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import NoAnswer
from mooring_host.states import GateState, Mode
from mooring_models import PassThrough, _regs
from mooring_models._regs import EngineResult, GateRegs, OtpRegs
from mooring_models.faults import BusAccess

VALUE_AT: Final = _regs.GATE.base + GateRegs.VALUE.offset
# The rig's fuses: 6554/65536 of full speed, so 9.99 times as long.
SLOWER: Final = 65536 / 6554
ONES: Final = np.ones((64, 64), np.int8)
# What the gate says to a job without a grant, before and after one has run.
WITHOUT_GRANT: Final = {
    Mode.DENY: {EngineResult.GATE_CLOSED, EngineResult.LAPSED},
    Mode.THROTTLE: {EngineResult.THROTTLED},
    Mode.REPORT: {EngineResult.DONE},
}


class WrongValue(PassThrough):
    """Flips a bit of each value on its way to the gate: tampering, as the gate sees it."""

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """The data, or its corruption."""
        if access.address != VALUE_AT:
            return data
        return bytes((data[0] ^ 1,)) + data[1:]


def rig_of(mode: Mode, cpu: str) -> Rig:
    return Rig.trusting(provisioned(mode, cpu=cpu), cpu=cpu)


def works(rig: Rig, mode: Mode) -> bool:
    """Whether the engine answers a job past the CPU as `mode` says."""
    job = rig.chip.compute(ONES, ONES)
    return job.result in WITHOUT_GRANT[mode]


def shut_down(rig: Rig) -> None:
    """Tampers with a licence, so that the ROM shuts down."""
    rig.chip.bus.interposer = WrongValue()
    with pytest.raises(NoAnswer):
        rig.load()
    rig.chip.bus.interposer = None


@pytest.mark.parametrize("mode", list(Mode))
def test_mode_alone_decides_without_a_grant(cpu: str, mode: Mode) -> None:
    rig = rig_of(mode, cpu)

    assert works(rig, mode)
    assert rig.can_compute() == (mode is not Mode.DENY)
    assert rig.evidence().mode is mode
    assert rig.evidence().gate is GateState.CLOSED


@pytest.mark.parametrize("mode", list(Mode))
def test_mode_decides_again_after_a_lapse(cpu: str, mode: Mode) -> None:
    rig = rig_of(mode, cpu)
    rig.load(seconds=10)
    during = rig.chip.compute(ONES, ONES).result
    rig.chip.run_for(11)

    assert during is EngineResult.DONE
    assert works(rig, mode)
    assert rig.evidence().gate is GateState.CLOSED


@pytest.mark.parametrize("mode", list(Mode))
def test_refusal_and_back_off_change_nothing_for_the_engine(cpu: str, mode: Mode) -> None:
    rig = rig_of(mode, cpu)
    before = rig.chip.compute(ONES, ONES).result
    form = rig.fresh()
    location = rig.location(form)
    licence = rig.licence(form, location)

    word = rig.refused(
        lambda: rig.client.load_licence(location, licence[:-1] + bytes((licence[-1] ^ 1,)))
    )
    busy = rig.refused(lambda: rig.client.load_licence(location, licence))

    assert (word, busy) == (ErrorWord.KEY_SIGNATURE, ErrorWord.LINK_BUSY)
    assert rig.chip.compute(ONES, ONES).result is before


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("running", [False, True], ids=["locked", "with a running grant"])
def test_after_shutdown_the_fuses_alone_decide(cpu: str, mode: Mode, running: bool) -> None:
    rig = rig_of(mode, cpu)
    if running:
        rig.load()
    shut_down(rig)

    assert rig.chip.halted
    assert ErrorWord(rig.chip.shutdown_error) is ErrorWord.HW_GATE_DEAD
    rig.chip.run_for(0.01)
    assert rig.chip.console.receive().endswith(b"\r\nshutdown: HW_GATE_DEAD\r\n")
    assert works(rig, mode)
    # Only a reset helps, and it helps wholly.
    rig.chip.reset_line()
    rig.trust()
    rig.load()
    assert rig.can_compute()


def test_throttled_product_is_right_but_slow_and_says_so(cpu: str) -> None:
    rig = rig_of(Mode.THROTTLE, cpu)

    def time_of_job() -> int:
        began = rig.chip.loop.now
        product = rig.chip.compute(ONES, ONES).product
        assert product is not None
        assert (product == 64).all()
        return rig.chip.loop.now - began

    slow, told_slow = time_of_job(), rig.compute().throttled
    rig.load()
    fast, told_fast = time_of_job(), rig.compute().throttled

    assert slow / fast == pytest.approx(SLOWER, rel=1e-3)
    assert (told_slow, told_fast) == (True, False)


def test_throttled_work_does_not_draw_on_a_later_grant(cpu: str) -> None:
    rig = rig_of(Mode.THROTTLE, cpu)
    assert rig.can_compute()
    answer = rig.load(cycles=SMALL_CYCLES)

    assert answer.cycles_left == SMALL_CYCLES
    assert not rig.compute().throttled
    assert rig.compute().throttled


def test_report_mode_records_what_it_does_not_hinder(cpu: str) -> None:
    rig = rig_of(Mode.REPORT, cpu)
    before = rig.evidence()
    form = rig.fresh()
    location = rig.location(form)

    word = rig.refused(
        lambda: rig.client.load_licence(location, rig.licence(form, location, cycles=0))
    )

    assert word is ErrorWord.DECISION_ALLOWANCE
    assert rig.can_compute()
    after = rig.evidence()
    assert (after.gate, after.log_count) == (GateState.CLOSED, before.log_count + 1)


def test_blank_mode_denies(cpu: str) -> None:
    rig = rig_of(Mode.REPORT, cpu)
    rig.chip.otp.poke(OtpRegs.MODE, 0)

    assert works(rig, Mode.DENY)


@pytest.mark.parametrize("bit", range(32))
def test_mode_with_one_wrong_bit_denies(cpu: str, bit: int) -> None:
    rig = rig_of(Mode.REPORT, cpu)
    rig.chip.otp.poke(OtpRegs.MODE, _regs.ModeWord.REPORT ^ 1 << bit)

    assert works(rig, Mode.DENY)
