# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the core asks of its bus, and what the bus may do to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pytest
from benches.bare_core import HANDLER, LAYOUT, MEPC, MIE, MSTATUS, MTVAL, bare_core
from oracles.rv32_tables import assemble, program

from mooring_models.cpu.rv32.core import Core, Stop
from mooring_models.errors import BusError

_DEVICE: Final = 0x40000000
_MIE_BIT: Final = 1 << 3
_EXTERNAL: Final = 1 << 11
NOP: Final = assemble("addi")


@dataclass
class Device:
    """A register at _DEVICE that remembers; calls `hook` in each access."""

    hook: Callable[[], None] = lambda: None
    value: int = 0x89ABCDEF
    seen: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def read32(self, address: int) -> int:
        self._access("read", address)
        return self.value

    def write32(self, address: int, value: int) -> None:
        self._access("write", address)
        self.value = value

    def _access(self, access: str, address: int) -> None:
        self.seen.append((access, address))
        self.hook()
        if address != _DEVICE:
            raise BusError(access, "nothing", address, "unmapped")


def _with_device(*encodings: int) -> tuple[Core, Device]:
    """A core with a device; x5 points to it."""
    core, device = bare_core(*encodings), Device()
    core.bus = device
    core.set(5, _DEVICE)
    core.set(6, 0x1234)
    return core, device


LOAD: Final = assemble("lw", rd=7, rs1=5)
STORE: Final = assemble("sw", rs2=6, rs1=5)


def test_words_reach_the_bus_with_the_index_of_their_instruction() -> None:
    core, device = _with_device(NOP, LOAD, NOP, STORE)
    indices: list[tuple[int, int]] = []
    device.hook = lambda: indices.append((core.instret, core.pc))

    core.run(4)

    assert core.get(7) == 0x89ABCDEF
    assert device.value == 0x1234
    assert device.seen == [("read", _DEVICE), ("write", _DEVICE)]
    assert indices == [(1, LAYOUT.rom_base + 4), (3, LAYOUT.rom_base + 12)]


@pytest.mark.parametrize(
    ("encoding", "offset", "cause", "reached"),
    [
        (LOAD, 4, 5, True),
        (STORE, 4, 7, True),
        (LOAD, 2, 4, False),
        (STORE, 1, 6, False),
        (assemble("lb", rd=7, rs1=5), 0, 5, False),
        (assemble("lhu", rd=7, rs1=5), 0, 5, False),
        (assemble("lh", rd=7, rs1=5), 1, 4, False),
        (assemble("sb", rs2=6, rs1=5), 0, 7, False),
        (assemble("sh", rs2=6, rs1=5), 2, 7, False),
        (STORE, LAYOUT.rom_base - _DEVICE, 7, False),
    ],
)
def test_access_that_the_bus_has_not_is_a_fault(
    encoding: int, offset: int, cause: int, reached: bool
) -> None:
    core, device = _with_device(encoding)
    core.set(5, _DEVICE + offset)

    core.run(1)

    assert (core.trap_cause, core.csr(MTVAL)) == (cause, _DEVICE + offset)
    assert core.get(7) == 0
    assert bool(device.seen) == reached


@pytest.mark.parametrize("encoding", [LOAD, STORE])
def test_stop_during_an_access_takes_effect_behind_it(encoding: int) -> None:
    core, device = _with_device(encoding, NOP)
    device.hook = core.stop

    assert core.run(10) is Stop.STOPPED
    assert core.instret == 1
    assert (core.get(7), device.value) in ((0x89ABCDEF, 0x89ABCDEF), (0, 0x1234))
    assert core.run(1) is Stop.BUDGET


@pytest.mark.parametrize("encoding", [LOAD, STORE])
def test_exception_of_the_bus_is_raised_and_the_access_is_still_to_come(encoding: int) -> None:
    class Broken(Exception):
        pass

    def fail() -> None:
        raise Broken

    core, device = _with_device(NOP, encoding)
    device.hook = fail

    for _ in range(2):
        with pytest.raises(Broken):
            core.run(10)
        assert (core.instret, core.pc, core.trap_cause) == (1, LAYOUT.rom_base + 4, None)
    device.hook = lambda: None
    assert core.run(1) is Stop.BUDGET
    assert core.instret == 2


def test_interrupt_raised_by_an_access_is_taken_behind_it() -> None:
    core, device = _with_device(LOAD, NOP)
    core.write_memory(HANDLER, program(NOP))
    core.set_csr(MSTATUS, _MIE_BIT)
    core.set_csr(MIE, _EXTERNAL)
    device.hook = lambda: core.set_external_irq(True)

    core.run(2)

    assert core.csr(MEPC) == LAYOUT.rom_base + 4
