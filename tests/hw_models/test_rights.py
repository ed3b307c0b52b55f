# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Every right of every register, taken from the generated map; and the run-time by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import pytest
from benches.held import Bench, address

from mooring_models import BusError, _regs
from mooring_models._spec import Access, Block, Field, Instance, OnWrite, Register
from mooring_models.peripheral import Peripheral, on_read, on_write, on_write_words
from mooring_models.state import State

INSTANCES: Final = [each for each in vars(_regs).values() if isinstance(each, Instance)]
Place: TypeAlias = tuple[Instance, Register]
EVERY: Final[list[Place]] = [(i, register) for i in INSTANCES for register in i.block.registers]


def name(place: Place) -> str:
    return f"{place[0].name}.{place[1].name}"


def only(*, readable: bool | None = None, writable: bool | None = None) -> list[Place]:
    return [
        (instance, register)
        for instance, register in EVERY
        if readable in (None, register.readable) and writable in (None, register.writable)
    ]


def shares_offset(place: Place) -> bool:
    instance, register = place
    return sum(each.offset == register.offset for each in instance.block.registers) > 1


@pytest.mark.parametrize("place", only(readable=False), ids=name)
def test_write_only_register_cannot_be_read(bench: Bench, place: Place) -> None:
    if shares_offset(place):  # RBR is read where THR is written
        bench.read(*place)
        return
    with pytest.raises(BusError) as caught:
        bench.read(*place)

    assert caught.value.register.startswith(name(place))
    assert caught.value.access == "read"
    assert caught.value.address == address(*place)
    assert caught.value.reason.endswith("write-only")


@pytest.mark.parametrize("place", only(writable=False), ids=name)
def test_read_only_register_cannot_be_written(bench: Bench, place: Place) -> None:
    if shares_offset(place):
        bench.write(*place, 0)
        return
    before = bench.read(*place) if "TRNG" not in name(place) else 0
    for index in {0, place[1].count - 1}:
        with pytest.raises(BusError, match="read-only") as caught:
            bench.write(*place, 0xFFFFFFFF, index)
        assert caught.value.register.startswith(name(place))

    assert "TRNG" in name(place) or bench.read(*place) == before


@pytest.mark.parametrize("place", only(readable=True), ids=name)
def test_readable_register_has_its_reset_value(bench: Bench, place: Place) -> None:
    _, register = place
    with_reset = [each for each in register.fields if each.reset is not None]

    word = bench.read(*place)

    for field in with_reset:
        assert (word & field.mask) >> field.lsb == field.reset


def plain(place: Place) -> bool:
    """Registers that store what is written, with no behaviour of a model behind it."""
    _, register = place
    return (
        register.count == 1
        and register.fuse_page is None
        and all(
            each.access is Access.RW and each.on_write is OnWrite.STORE for each in register.fields
        )
    )


@pytest.mark.parametrize("place", [each for each in EVERY if plain(each)], ids=name)
def test_stored_register_keeps_its_fields_and_nothing_else(bench: Bench, place: Place) -> None:
    fields = sum(each.mask for each in place[1].fields)

    bench.write(*place, 0xFFFFFFFF)
    assert bench.read(*place) == fields
    bench.write(*place, 0)
    assert bench.read(*place) == 0


def test_write_once_register_takes_one_value_until_reset(bench: Bench) -> None:
    place = (_regs.RSTMGR, _regs.RstmgrRegs.SHUTDOWN)
    bench.write(*place, 0x12345678)
    with pytest.raises(BusError, match=r"RSTMGR\.SHUTDOWN .*write-once"):
        bench.write(*place, 0)
    assert bench.read(*place) == 0x12345678

    bench.chip.reset_line()

    assert bench.read(*place) == 0
    bench.write(*place, 7)


def holes(instance: Instance) -> Iterator[int]:
    block = instance.block
    used = {r.offset + 4 * i for r in block.registers for i in range(r.count)}
    used |= {w.offset + 4 * i for w in block.windows for i in range(w.words)}
    return (at for at in range(0, 0x1000, 4) if at not in used)


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda each: each.name)
def test_every_hole_of_a_block_is_unmapped(bench: Bench, instance: Instance) -> None:
    for at in holes(instance):
        with pytest.raises(BusError, match="unmapped"):
            bench.chip.bus.read32(instance.base + at)
        with pytest.raises(BusError, match="unmapped"):
            bench.chip.bus.write32(instance.base + at, 0)


@pytest.mark.parametrize("where", [0x0, 0x00010000, 0x20000000, 0x4000C000, 0xFFFFFFFC])
def test_what_is_not_on_the_bus_is_unmapped(bench: Bench, where: int) -> None:
    bus = bench.chip.bus
    with pytest.raises(BusError, match="unmapped"):
        bus.read32(where)
    with pytest.raises(BusError, match="unmapped"):
        bus.write_window(where, bytes(8))
    with pytest.raises(BusError, match="unmapped"):
        bus.read_fifo(where, 1)


@pytest.mark.parametrize("shift", [1, 2, 3])
def test_misaligned_access_is_refused(bench: Bench, shift: int) -> None:
    where = _regs.TIMER.base + shift
    with pytest.raises(BusError, match="misaligned"):
        bench.chip.bus.read32(where)
    with pytest.raises(BusError, match="misaligned"):
        bench.chip.bus.write32(where, 0)
    with pytest.raises(BusError, match="misaligned"):
        bench.chip.bus.read_window(_regs.TIMER.base, 4 + shift)


def test_window_may_not_leave_its_block(bench: Bench) -> None:
    slots = _regs.NvramRegs.SLOTS
    last = address(_regs.NVRAM, slots, slots.words - 1)

    assert bench.chip.bus.read_window(last, 4) == bytes(4)
    with pytest.raises(BusError, match="leaves the block"):
        bench.chip.bus.read_window(last, 8)


def test_window_over_a_hole_or_a_forbidden_register_is_refused(bench: Bench) -> None:
    with pytest.raises(BusError, match="unmapped"):
        bench.chip.bus.read_window(address(_regs.OTP, _regs.OtpRegs.ROOT_REVOKED), 32)
    with pytest.raises(BusError, match="write-only"):
        bench.chip.bus.read_window(address(_regs.GATE, _regs.GateRegs.VALUE), 32)
    with pytest.raises(BusError, match="read-only"):
        bench.chip.bus.write_window(address(_regs.GATE, _regs.GateRegs.MASK), bytes(32))


def test_fifo_access_wants_a_fifo(bench: Bench) -> None:
    with pytest.raises(BusError, match=r"TIMER\.TIME_LO .*not a FIFO"):
        bench.chip.bus.read_fifo(_regs.TIMER.base, 1)
    with pytest.raises(BusError, match=r"UART0\..*not a FIFO"):
        bench.chip.bus.write_fifo(address(_regs.UART0, _regs.UartRegs.IER), b"x")


def test_bus_error_explains_itself(bench: Bench) -> None:
    with pytest.raises(BusError) as caught:
        bench.write(_regs.GATE, _regs.GateRegs.STATE, 1)

    assert str(caught.value) == ("write of GATE.STATE at 0x40009004: the register is read-only")
    assert caught.value.diagnostics().splitlines() == [
        "attempted: write of GATE.STATE at 0x40009004",
        "found: the register is read-only",
    ]


# -- The run-time, on a block made for the purpose ---------------------------------------

MIXED: Final = Register(
    "MIXED",
    0x0,
    (
        Field("STORED", 0, 4, Access.RW, reset=0x5),
        Field("FLAGS", 4, 4, Access.RW, OnWrite.CLEAR_ONES, reset=0xF),
        Field("FUSES", 8, 4, Access.RW, OnWrite.SET_ONES, reset=0x1),
        Field("SHOWN", 12, 4, Access.RO, reset=0x9),
        Field("SECRET", 16, 4, Access.WO),
        Field("EVENT", 20, 4, Access.RO, clear_on_read=True, reset=0x3),
    ),
)
ONCE: Final = Register("ONCE", 0x4, (Field("V", 0, 32, Access.RW1, reset=0),), count=2)
ARRAY: Final = Register("ARRAY", 0x10, (Field("V", 0, 32, Access.RW, reset=7),), count=4)
HOOKED: Final = Register("HOOKED", 0x20, (Field("V", 0, 8, Access.RW),))
BLOCK: Final = Block("toy", 0x24, (MIXED, ONCE, ARRAY, HOOKED))


class Toy(Peripheral, block=BLOCK):
    """Notes what its hooks are told."""

    def __init__(self) -> None:
        super().__init__(Instance("TOY", 0x1000, BLOCK))
        self.seen: list[tuple[str, int | bytes]] = []

    @on_write(MIXED)
    def _mixed(self, value: int) -> None:
        self.seen.append(("mixed", value))

    @on_read(HOOKED)
    def _read_hooked(self) -> int:
        return 0x77

    @on_write_words(ARRAY)
    def _array(self, index: int, data: bytes) -> None:
        self.seen.append((f"array {index}", data))
        self.poke_bytes(ARRAY, data, index)


def test_each_kind_of_bit_obeys_its_own_rule() -> None:
    toy = Toy()
    assert toy.read32(0) == 0x00309_1_F_5
    assert toy.read32(0) == 0x00009_1_F_5  # EVENT was cleared by reading

    toy.write32(0, 0xFFFF_6_A_C)

    # STORED = C; FLAGS = F & ~A; FUSES = 1 | 6; SHOWN stays; SECRET is not read back.
    assert toy.read32(0) == 0x9_7_5_C
    # The hook sees the written word without the bits that cannot be written.
    assert toy.seen == [("mixed", 0x000F_0_6_A_C)]


def test_write_once_holds_for_each_word_of_an_array_and_ends_with_reset() -> None:
    toy = Toy()
    toy.write32(4, 1)
    toy.write32(8, 2)
    with pytest.raises(BusError, match=r"TOY\.ONCE\[1\] .*was written"):
        toy.write32(8, 3)
    assert toy.read32(8) == 2

    toy.reset()
    toy.write32(8, 3)

    assert (toy.read32(4), toy.read32(8)) == (0, 3)


def test_block_access_gives_one_call_for_the_array() -> None:
    toy = Toy()
    assert toy.read_window(0x10, 16) == b"\7\0\0\0" * 4

    toy.write_window(0x14, bytes(range(8)))
    toy.write32(0x1C, 0x04030201)

    assert toy.seen == [("array 1", bytes(range(8))), ("array 3", b"\1\2\3\4")]
    assert toy.read_window(0x10, 16) == b"\7\0\0\0" + bytes(range(8)) + b"\1\2\3\4"


def test_read_hook_gives_the_word() -> None:
    toy = Toy()
    toy.write32(0x20, 0x1FF)

    assert toy.read32(0x20) == 0x77
    assert toy.peek(HOOKED) == 0xFF


def test_captured_registers_are_put_back_with_used_up_rights() -> None:
    toy, other = Toy(), Toy()
    toy.write32(0, 0xC)
    toy.write32(4, 9)

    other.restore(toy.capture())

    assert other.peek_bytes(MIXED) == toy.peek_bytes(MIXED)
    with pytest.raises(BusError, match="was written"):
        other.write32(4, 1)
    assert isinstance(other.capture(), State)
    assert other.capture() == toy.capture()
