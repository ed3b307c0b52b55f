# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Results and instruction counts against QEMU's system emulator.

One program runs from reset on QEMU's `virt` board, each instruction a tick of virtual
time, and on the core.  It computes, traps and returns, then sends its registers and
mcycle through the serial port and switches the board off.  QEMU counts traps in minstret,
too, where the manual says that they do not retire; mcycle is the same on both.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from benches.bare_core import MCYCLE, MEPC, MTVEC
from oracles.rv32_tables import LINES, assemble, constant, program

from mooring_models.cpu.rv32.core import Core, Layout, Stop
from mooring_models.errors import BusError

_QEMU: Final = shutil.which("qemu-system-riscv32")
pytestmark = pytest.mark.skipif(_QEMU is None, reason="qemu-system-riscv32 is not installed")

# The `virt` board: RAM from here on, of which the core takes a part for ROM.
_CODE: Final = 0x80000000
_DATA: Final = 0x80010000
_SERIAL: Final = 0x10000000
_POWER: Final = 0x00100000
_POWER_OFF: Final = 0x5555
_LAYOUT: Final = Layout(_CODE, 0x8000, _DATA, 0x1000)
_DUMPED: Final = tuple(range(1, 27))
# What the random part does not touch: pointers to data and serial port, a scratch
# register, and mcycle at the beginning, since QEMU's does not begin at 0.
_POINTER, _PORT, _SCRATCH, _BEGUN = 8, 27, 28, 29
_TARGETS: Final = tuple(each for each in range(1, 27) if each != _POINTER)


class Board:
    """The two devices of `virt` that the program writes to."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.core: Core | None = None

    def read32(self, address: int) -> int:
        raise BusError("read", "nothing", address, "unmapped")

    def write32(self, address: int, value: int) -> None:
        if address == _SERIAL:
            self.sent.append(value & 0xFF)
        elif (address, value) == (_POWER, _POWER_OFF):
            assert self.core is not None
            self.core.stop()
        else:
            raise BusError("write", "nothing", address, "unmapped")


def _send(register: int) -> Iterator[int]:
    """Sends a register, the lowest byte first; destroys it."""
    for _ in range(4):
        yield assemble("sw", rs2=register, rs1=_PORT)
        yield assemble("srli", rd=register, rs1=register, imm=8)


def _random_instruction(chosen: random.Random) -> int:
    """One that computes, loads, stores, branches over nothing, or traps and comes back."""
    kinds = ("register", "register", "immediate", "load", "store", "branch", "trap", "short")
    rd, rs1, rs2 = (chosen.choice(_TARGETS) for _ in range(3))
    match chosen.choice(kinds):
        case "register":
            names = [each.name for each in LINES.values() if each.match & 0x7F == 0x33]
            return assemble(chosen.choice(names), rd=rd, rs1=rs1, rs2=rs2)
        case "immediate":
            name = chosen.choice(("addi", "slti", "sltiu", "xori", "ori", "andi"))
            return assemble(name, rd=rd, rs1=rs1, imm=chosen.randrange(-2048, 2048))
        case "load":
            name = chosen.choice(("lb", "lh", "lw", "lbu", "lhu"))
            return assemble(name, rd=rd, rs1=_POINTER, imm=4 * chosen.randrange(64))
        case "store":
            name = chosen.choice(("sb", "sh", "sw"))
            return assemble(name, rs2=rs2, rs1=_POINTER, imm=4 * chosen.randrange(64))
        case "branch":
            name = chosen.choice(("beq", "bne", "blt", "bge", "bltu", "bgeu"))
            return assemble(name, rs1=rs1, rs2=rs2, imm=chosen.choice((4, 8)))
        case "trap":
            return assemble("ecall")
        case _:
            return assemble("c.add", rd=rd, rs2=rs2)


def _program(chosen: random.Random, length: int) -> bytes:
    """From reset to power off."""
    handler = program(
        assemble("csrrs", rd=_SCRATCH, csr=MEPC),
        assemble("addi", rd=_SCRATCH, rs1=_SCRATCH, imm=4),
        assemble("csrrw", rs1=_SCRATCH, csr=MEPC),
        assemble("mret"),
    )
    body: list[int] = [
        assemble("csrrs", rd=_BEGUN, csr=MCYCLE),
        *constant(_SCRATCH, _CODE + 4),
        assemble("csrrw", rs1=_SCRATCH, csr=MTVEC),
        *constant(_POINTER, _DATA),
        *constant(_PORT, _SERIAL),
    ]
    for register in _TARGETS:
        body += constant(register, chosen.getrandbits(32))
    # RAM's content is random on neither: all that is read is written first.
    for offset in range(0, 256, 4):
        source = chosen.choice(_TARGETS)
        body.append(assemble("sw", rs2=source, rs1=_POINTER, imm=offset))
    for _ in range(length):
        encoding = _random_instruction(chosen)
        body.append(encoding)
        if encoding & 3 != 3:  # branches go on in steps of four
            body.append(assemble("c.addi"))
    body += [
        *(assemble("addi"), assemble("addi")),
        assemble("csrrs", rd=_SCRATCH, csr=MCYCLE),
        assemble("sub", rd=_SCRATCH, rs1=_SCRATCH, rs2=_BEGUN),
    ]
    for register in (*_DUMPED, _SCRATCH):
        body += _send(register)
    body += [
        *constant(_PORT, _POWER),
        *constant(_SCRATCH, _POWER_OFF),
        assemble("sw", rs2=_SCRATCH, rs1=_PORT),
        assemble("jal", imm=0),
    ]
    over = program(assemble("jal", imm=4 + len(handler)))
    return over + handler + program(*body)


def _on_qemu(image: Path) -> bytes:
    """What the serial port sent."""
    assert _QEMU is not None
    options = ("-machine", "virt", "-m", "16M", "-icount", "shift=0", "-display", "none")
    ports = ("-monitor", "none", "-serial", "stdio", "-bios", str(image))
    done = subprocess.run([_QEMU, *options, *ports], capture_output=True, check=True, timeout=60)
    return done.stdout


def _words(sent: bytes) -> Sequence[int]:
    return [int.from_bytes(sent[at : at + 4], "little") for at in range(0, len(sent), 4)]


@pytest.mark.parametrize("seed", range(3))
def test_program_gives_the_same_registers_and_count(tmp_path: Path, seed: int) -> None:
    image = tmp_path / "program.bin"
    image.write_bytes(_program(random.Random(seed), 4000))
    board = Board()
    core = board.core = Core(_LAYOUT, image.read_bytes(), board)

    stop = core.run(1_000_000)
    theirs = _words(_on_qemu(image))

    ours = _words(bytes(board.sent))
    assert stop is Stop.STOPPED
    assert len(ours) == len(_DUMPED) + 1
    assert ours[-1] > 4000
    assert ours == theirs
