# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How fast does the interpreter execute, go back to a snapshot, and strike faults?

The program is the shipped ROM's start with its self-test (three hashes and two signature
verifications), on a bus that answers every read with zero.  Unicorn, a compiler of whole
blocks, executes the same bytes with the same answers, up to the same instruction, and
counts nothing meanwhile.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

import pytest

from mooring_firmware.images import load
from mooring_models import _regs
from mooring_models.cpu.rv32.core import Core, Fault, FaultKind, Layout, Stop

LAYOUT: Final = Layout(_regs.ROM.offset, _regs.ROM.size, _regs.RAM.offset, _regs.RAM.size)
IMAGE: Final = load().binary.ljust(LAYOUT.rom_bytes, b"\0")
PERIPHERALS: Final = 0x40000000
PERIPHERALS_BYTES: Final = 0x00100000
LIMIT: Final = 100_000_000

# In the middle of the self-test; how far a faulted run goes before it is undone.
MIDDLE: Final = 1_000_000
FAULTED: Final = 5_000
FAULTS: Final = 200


class SilentBus:
    """Reads as zero, ignores what is written."""

    def read32(self, address: int) -> int:
        return 0

    def write32(self, address: int, value: int) -> None:
        pass


def _read(_uc: object, _offset: int, _size: int, _data: object) -> int:
    return 0


def _write(_uc: object, _offset: int, _size: int, _value: int, _data: object) -> None:
    pass


def _core() -> Core:
    return Core(LAYOUT, IMAGE, SilentBus())


@pytest.fixture(scope="module")
def start() -> tuple[int, int]:
    """Instructions until the ROM waits or halts, and where it does."""
    core = _core()
    assert core.run(LIMIT) is Stop.WFI
    return core.instret, core.pc - 4


@pytest.mark.benchmark(group="the ROM's start on RV32")
def test_interpreter(benchmark: Any, ratios: Any, rates: Any, start: tuple[int, int]) -> None:
    core = _core()

    def run() -> None:
        core.reset()
        core.run(LIMIT)

    benchmark(run)
    ratios.ours(benchmark)
    rates.counts(benchmark, start[0], "instructions")

    assert core.instret == start[0]


@pytest.mark.benchmark(group="the ROM's start on RV32, with a profile")
def test_stepping_path(benchmark: Any, rates: Any, start: tuple[int, int]) -> None:
    core = _core()
    profile = core.profile()

    def run() -> None:
        core.reset()
        core.run(LIMIT)

    benchmark(run)
    rates.counts(benchmark, start[0], "instructions")

    assert profile.executed(LAYOUT.rom_base) > 0


@pytest.mark.benchmark(group="the ROM's start on RV32")
def test_unicorn(benchmark: Any, ratios: Any, start: tuple[int, int]) -> None:
    unicorn: Any = importlib.import_module("unicorn")  # its bindings have no types
    constants: Any = importlib.import_module("unicorn.riscv_const")
    uc = unicorn.Uc(unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
    # Whole pages: ROM's and RAM's sizes need not be.
    uc.mem_map(LAYOUT.rom_base, -(-LAYOUT.rom_bytes // 0x1000) * 0x1000)
    uc.mem_map(LAYOUT.ram_base, -(-LAYOUT.ram_bytes // 0x1000) * 0x1000)
    uc.mmio_map(PERIPHERALS, PERIPHERALS_BYTES, _read, None, _write, None)
    uc.mem_write(LAYOUT.rom_base, IMAGE)

    def run() -> None:
        uc.mem_write(LAYOUT.ram_base, bytes(LAYOUT.ram_bytes))
        uc.emu_start(LAYOUT.rom_base, start[1])

    benchmark(run)
    ratios.theirs(benchmark, "unicorn")

    assert uc.reg_read(constants.UC_RISCV_REG_PC) == start[1]


@pytest.mark.benchmark(group="back to a snapshot")
@pytest.mark.parametrize("executed", [0, 100, 5_000])
def test_restore(benchmark: Any, rates: Any, executed: int) -> None:
    core = _core()
    core.run(MIDDLE)
    snapshot, saved = core.snapshot(), core.save()

    def dirty() -> None:
        core.run(executed)

    benchmark.pedantic(core.restore, (snapshot,), setup=dirty, rounds=500)
    rates.counts(benchmark, 1, f"restores {executed} instructions later")

    assert core.save() == saved


@pytest.mark.benchmark(group="faults struck")
def test_faults(benchmark: Any, rates: Any) -> None:
    core = _core()
    core.run(MIDDLE)
    snapshot = core.snapshot()
    struck: list[bool] = []

    def campaign() -> None:
        for number in range(FAULTS):
            core.restore(snapshot)
            (strike,) = core.set_faults([Fault(MIDDLE + number, FaultKind.SKIP, 1)])
            core.run(FAULTED)
            struck.append(strike.struck)

    benchmark(campaign)
    rates.counts(benchmark, FAULTS, f"faults, each followed for {FAULTED} instructions")

    assert all(struck)
