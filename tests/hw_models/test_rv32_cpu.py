# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The RV32 core as a chip's CPU: its time, its hangs, its images, its snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from benches.rig import Rig, config, provisioned
from benches.session import Recorder, Session

from mooring_models import Chip, ChipConfig, ChipStateError, HungError, SnapshotError
from mooring_models._regs import RAM, ROM
from mooring_models.clock import NS
from mooring_models.config import SHIPPED_IMAGE
from mooring_models.cpu.rv32_cpu import STEP_BUDGET, Rv32Cpu
from mooring_models.state import Value

CYCLE: Final = 10 * NS
# The RISC-V Instruction Set Manual, volume I.
JUMP_TO_ITSELF: Final = 0x0000006F
ILLEGAL: Final = 0x00000000
# lui t0, 0x40002 (nothing is at 0x40002FFC); addi t0, t0, -4; lw t1, 0(t0)
LOAD_FROM_NOTHING: Final = (0x400022B7, 0xFFC28293, 0x0002A303)


def off(*program: int) -> tuple[Chip, Rv32Cpu]:
    """A chip without power, `program` at its reset vector."""
    chip = Chip.manufacture(ChipConfig(cpu="rv32"))
    cpu = chip.cpu
    assert isinstance(cpu, Rv32Cpu)
    code = b"".join(word.to_bytes(4, "little") for word in program)
    cpu.core.write_memory(ROM.offset, code)
    return chip, cpu


def booted() -> Chip:
    """A chip that has booted."""
    chip, _ = off()
    chip.power_on()
    assert chip.run_until_idle()
    return chip


def test_each_instruction_takes_a_cycle() -> None:
    chip, cpu = off()
    seen: list[tuple[int, int]] = []
    chip.on_phase = lambda time, _: seen.append((time, cpu.core.instret))
    chip.power_on()
    chip.loop.run_next()

    assert len(seen) == 3
    assert all(time == instret * CYCLE for time, instret in seen)
    assert chip.time.now == cpu.core.instret * CYCLE


def _life(*, stepping: bool) -> tuple[Session, str]:
    """From power-on to a product; what the outside saw, and the whole chip at the end."""
    chip = Chip(config("rv32"), provisioned(cpu="rv32"))
    cpu = chip.cpu
    assert isinstance(cpu, Rv32Cpu)
    if stepping:
        cpu.core.profile()
    rig = Rig(chip=chip)
    recorder = Recorder(chip)
    rig.trust()
    rig.load()
    rig.compute()
    rig.evidence()
    assert cpu.core.instret > 5_000_000
    return recorder.session(), chip.capture().to_json()


def test_fast_path_is_the_stepping_path_from_power_on_to_a_product() -> None:
    assert _life(stepping=False) == _life(stepping=True)


# -- Hangs -------------------------------------------------------------------------------


def test_endless_loop_is_reported_with_its_place_and_ends_at_reset() -> None:
    chip, cpu = off()
    sound = cpu.core.read_memory(ROM.offset, 4)
    cpu.core.write_memory(ROM.offset, JUMP_TO_ITSELF.to_bytes(4, "little"))
    chip.power_on()

    with pytest.raises(HungError, match=rf"{STEP_BUDGET} instructions.*0x00010000 in _start, .*S:"):
        chip.run_until_idle()

    assert chip.halted
    assert cpu.core.instret == STEP_BUDGET
    chip.link.send(b"\x7e")
    assert chip.run_until_idle()
    assert cpu.core.instret == STEP_BUDGET
    cpu.core.write_memory(ROM.offset, sound)
    chip.reset_line()
    assert chip.run_until_idle()
    assert not chip.halted


def test_trap_without_a_handler_is_reported() -> None:
    chip, _ = off(ILLEGAL)
    chip.power_on()

    with pytest.raises(HungError, match=r"cause 2 has no handler, at 0x00010000 in _start,.* 1 "):
        chip.run_until_idle()

    assert chip.halted


def test_bus_fault_without_a_handler_is_kept_for_diagnosis() -> None:
    chip, _ = off(*LOAD_FROM_NOTHING)
    chip.power_on()

    with pytest.raises(HungError):
        chip.run_until_idle()

    assert chip.bus_fault is not None
    assert chip.bus_fault.address == 0x40001FFC


# -- Images ------------------------------------------------------------------------------


def test_image_that_is_not_there_is_named() -> None:
    with pytest.raises(ChipStateError, match="no image 'mooring-rom-z80'"):
        Chip.manufacture(ChipConfig(cpu="rv32", image="mooring-rom-z80"))


def test_native_build_stands_in_for_the_shipped_image_alone() -> None:
    with pytest.raises(ChipStateError, match=f"only {SHIPPED_IMAGE} is compiled in"):
        Chip.manufacture(ChipConfig(image="mooring-rom-rv32imc-naive"))


# -- Snapshots ---------------------------------------------------------------------------


def test_snapshot_holds_registers_and_memory_and_says_of_which_back_end(tmp_path: Path) -> None:
    chip = booted()
    chip.snapshot(tmp_path / "shot")

    restored = Chip.restore(tmp_path / "shot")

    assert restored.config == chip.config
    assert restored.capture() == chip.capture()
    assert isinstance(restored.cpu, Rv32Cpu)
    assert isinstance(chip.cpu, Rv32Cpu)
    memory = chip.cpu.core.read_memory(RAM.offset, RAM.size)
    assert restored.cpu.core.read_memory(RAM.offset, RAM.size) == memory
    assert any(memory)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"core": b"abc"}, "damaged, or of another layout"),
        ({"back_end": "native"}, "of the back end native, this is rv32"),
        ({"stopped": 1}, "stopped is int"),
    ],
)
def test_state_of_another_kind_is_refused(change: dict[str, Value], complaint: str) -> None:
    chip = booted()

    with pytest.raises(SnapshotError, match=complaint):
        chip.cpu.restore(chip.cpu.capture().replaced(**change))


@pytest.mark.parametrize(("taken", "here"), [("native", "rv32"), ("rv32", "native")])
def test_cpu_state_does_not_cross_back_ends(taken: str, here: str) -> None:
    states: dict[str, Chip] = {}
    for cpu in (taken, here):
        states[cpu] = Chip.manufacture(ChipConfig(cpu=cpu))

    with pytest.raises(SnapshotError, match=f"of the back end {taken}, this is {here}"):
        states[here].cpu.restore(states[taken].cpu.capture())
