# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""UART: baud timing, FIFOs, interrupts, errors, and noise on the line."""

from __future__ import annotations

import pytest
from benches.held import Bench, address
from hypothesis import given
from hypothesis import strategies as st

from mooring_models import Chip, ChipConfig, LineNoise, _regs
from mooring_models._regs import UartRegs
from mooring_models.clock import MS, SECOND

UART = _regs.UART1
BYTE = SECOND * 10 // 115_200  # 8N1: ten bit times
IER_RX, IER_TX = 1, 2
LSR_DR, LSR_OE, LSR_FE, LSR_THRE, LSR_TEMT = 0x01, 0x02, 0x08, 0x20, 0x40


def level(bench: Bench) -> int:
    return bench.read(UART, UartRegs.RX_LEVEL)


def take(bench: Bench, count: int) -> bytes:
    return bench.chip.bus.read_fifo(address(UART, UartRegs.RBR), count)


def give(bench: Bench, data: bytes) -> None:
    bench.chip.bus.write_fifo(address(UART, UartRegs.THR), data)


# -- Receiving ---------------------------------------------------------------------------


def test_bytes_arrive_one_byte_time_apart(bench: Bench) -> None:
    bench.chip.link.send(b"abc")
    seen = []
    for _ in range(4):
        seen.append(level(bench))
        bench.chip.loop.run_for(BYTE)

    assert seen == [0, 1, 2, 3]
    assert take(bench, 3) == b"abc"
    assert level(bench) == 0


def test_line_rate_is_the_strapped_one() -> None:
    bench = Bench(Chip.manufacture(ChipConfig(cpu="held", baud=9600)))
    assert bench.read(UART, UartRegs.BAUD) == 9600
    assert bench.chip.link.bits_per_second == 9600
    bench.chip.link.send(b"x" * 96)

    bench.chip.run_for(0.0999)
    assert level(bench) == 95
    bench.chip.run_for(0.0002)

    assert level(bench) == 96


def test_later_bytes_queue_after_earlier_ones(bench: Bench) -> None:
    bench.chip.link.send(b"aa")
    bench.chip.loop.run_for(BYTE // 2)
    bench.chip.link.send(b"bb")

    bench.chip.loop.run_for(3 * BYTE)
    assert level(bench) == 3
    bench.chip.loop.run_for(BYTE)

    assert take(bench, 4) == b"aabb"


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(0, 12)), max_size=12))
def test_any_pattern_of_bursts_and_pauses_arrives_whole_and_in_order(
    bursts: list[tuple[bytes, int]],
) -> None:
    bench = Bench()
    received = b""
    for data, pause in bursts:
        bench.chip.link.send(data)
        bench.chip.loop.run_for(pause * BYTE // 3)
        received += take(bench, level(bench))
    bench.chip.run_for(1)

    assert received + take(bench, level(bench)) == b"".join(data for data, _ in bursts)


def test_byte_that_finds_the_fifo_full_is_lost_and_reported_once(bench: Bench) -> None:
    bench.chip.link.send(bytes(range(256)) + b"lost")
    bench.chip.run_for(1)

    assert level(bench) == 256
    assert bench.read(UART, UartRegs.LSR) & LSR_OE
    assert not bench.read(UART, UartRegs.LSR) & LSR_OE
    assert take(bench, 256) == bytes(range(256))
    assert level(bench) == 0


def test_break_is_a_zero_byte_with_a_framing_error(bench: Bench) -> None:
    bench.chip.link.send(b"a")
    bench.chip.link.send_break()
    bench.chip.link.send(b"b")
    bench.chip.run_for(0.01)

    assert bench.read(UART, UartRegs.LSR) & (LSR_FE | LSR_DR) == LSR_FE | LSR_DR
    assert bench.read(UART, UartRegs.LSR) & LSR_FE == 0
    assert take(bench, 3) == b"a\0b"


def test_reading_an_empty_fifo_gives_zero(bench: Bench) -> None:
    assert bench.read(UART, UartRegs.RBR) == 0
    assert take(bench, 5) == bytes(5)


def test_fifo_reset_empties_only_what_has_arrived(bench: Bench) -> None:
    bench.chip.link.send(b"abcd")
    bench.chip.loop.run_for(2 * BYTE)

    bench.write(UART, UartRegs.FCR, 0b010)
    assert level(bench) == 0
    bench.chip.run_for(1)

    assert take(bench, level(bench)) == b"cd"


def test_nothing_is_received_without_power(bench: Bench) -> None:
    bench.chip.power_off()
    bench.chip.link.send(b"abc")
    bench.chip.power_on()
    bench.chip.run_for(1)

    assert level(bench) == 0


# -- Interrupts --------------------------------------------------------------------------


def test_receive_interrupt_comes_at_the_trigger_level(bench: Bench) -> None:
    bench.write(UART, UartRegs.TRIGGER, 64)
    bench.write(UART, UartRegs.IER, IER_RX)
    assert bench.chip.uart1.next_irq() is None

    bench.chip.link.send(bytes(100))

    assert bench.chip.uart1.next_irq() == 64 * BYTE
    bench.chip.loop.run_for(64 * BYTE)
    assert bench.chip.uart1.next_irq() == bench.chip.loop.now


def test_receive_interrupt_comes_four_characters_after_a_short_burst(bench: Bench) -> None:
    bench.write(UART, UartRegs.TRIGGER, 64)
    bench.write(UART, UartRegs.IER, IER_RX)

    bench.chip.link.send(bytes(10))

    assert bench.chip.uart1.next_irq() == 14 * BYTE


def test_receive_interrupt_counts_what_lies_in_the_fifo_already(bench: Bench) -> None:
    bench.write(UART, UartRegs.TRIGGER, 8)
    bench.chip.link.send(bytes(6))
    bench.chip.loop.run_for(7 * BYTE)
    bench.write(UART, UartRegs.IER, IER_RX)

    bench.chip.link.send(bytes(5))

    assert bench.chip.uart1.next_irq() == 9 * BYTE


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 30)), min_size=1, max_size=6),
    st.integers(1, 30),
)
def test_receive_interrupt_is_at_the_first_moment_that_the_rule_gives(
    bursts: list[tuple[int, int]], trigger: int
) -> None:
    bench = Bench()
    bench.write(UART, UartRegs.TRIGGER, trigger)
    arrivals: list[int] = []
    for count, pause in bursts:
        start = max([bench.chip.loop.now, *arrivals[-1:]])
        arrivals += [start + (number + 1) * BYTE for number in range(count)]
        bench.chip.link.send(bytes(count))
        bench.chip.loop.run_for(pause * BYTE // 2)
    bench.write(UART, UartRegs.IER, IER_RX)

    def asserted(moment: int) -> bool:
        here = [each for each in arrivals if each <= moment]
        return len(here) >= trigger or bool(here and moment - here[-1] >= 4 * BYTE)

    now = bench.chip.loop.now
    moments = [now, *arrivals, *(each + 4 * BYTE for each in arrivals)]
    first = min(each for each in moments if each >= now and asserted(each))
    assert bench.chip.uart1.next_irq() == first


def test_disabled_interrupts_do_not_come(bench: Bench) -> None:
    bench.chip.link.send(bytes(10))
    assert bench.chip.uart1.next_irq() is None


def test_transmit_interrupt_comes_when_half_is_sent(bench: Bench) -> None:
    bench.write(UART, UartRegs.IER, IER_TX)
    assert bench.chip.uart1.next_irq() == 0

    give(bench, bytes(100))
    give(bench, bytes(100))

    assert bench.chip.uart1.next_irq() == (200 - 128) * BYTE


# -- Sending -----------------------------------------------------------------------------


def test_bytes_leave_at_the_line_rate_and_space_returns(bench: Bench) -> None:
    give(bench, b"hello")
    assert bench.read(UART, UartRegs.TX_SPACE) == 251
    assert bench.read(UART, UartRegs.LSR) & (LSR_THRE | LSR_TEMT) == 0
    bench.chip.loop.run_for(2 * BYTE)
    assert bench.read(UART, UartRegs.TX_SPACE) == 253

    bench.chip.loop.run_for(3 * BYTE)

    assert bench.read(UART, UartRegs.LSR) & LSR_TEMT
    assert bench.chip.link.waiting == 5
    assert bench.chip.link.receive() == b"hello"
    assert bench.chip.link.receive() == b""


def test_byte_given_to_a_full_fifo_is_lost(bench: Bench) -> None:
    give(bench, bytes(range(256)))
    bench.write(UART, UartRegs.THR, 0xEE)
    bench.chip.run_for(1)

    assert bench.chip.link.receive() == bytes(range(256))


def test_reset_loses_what_is_unsent(bench: Bench) -> None:
    give(bench, b"0123456789")
    bench.chip.loop.run_for(4 * BYTE + BYTE // 2)

    bench.chip.reset_line()
    bench.chip.run_for(1)

    assert bench.chip.link.receive() == b"0123"


def test_listener_is_called_with_each_burst(bench: Bench) -> None:
    seen: list[tuple[int, bytes]] = []
    bench.chip.link.on_data = lambda data: seen.append((bench.chip.loop.now, data))

    give(bench, b"ab")
    bench.chip.loop.run_for(10 * MS)
    give(bench, b"c")
    bench.chip.run_for(1)

    assert seen == [(2 * BYTE, b"ab"), (10 * MS + BYTE, b"c")]


def test_the_two_lines_are_separate(bench: Bench) -> None:
    give(bench, b"link")
    bench.chip.bus.write_fifo(address(_regs.UART0, UartRegs.THR), b"console")
    bench.chip.run_for(1)

    assert (bench.chip.link.receive(), bench.chip.console.receive()) == (b"link", b"console")


# -- Noise -------------------------------------------------------------------------------


def test_noise_without_probability_changes_nothing() -> None:
    noise = LineNoise(b"seed")
    assert noise(bytes(range(256))) == bytes(range(256))
    assert noise.damaged == 0


def test_noise_is_reproducible_and_of_its_kind() -> None:
    data = bytes(1000)
    first = LineNoise(b"seed", flip=0.1)
    damaged = first(data)

    assert damaged == LineNoise(b"seed", flip=0.1)(data)
    assert damaged != LineNoise(b"other", flip=0.1)(data)
    assert len(damaged) == 1000
    assert {each.bit_count() for each in damaged} == {0, 1}
    assert sum(map(bool, damaged)) == first.damaged
    assert 50 < first.damaged < 150


@pytest.mark.parametrize(
    ("kind", "length"), [("drop", 0), ("double", 200), ("insert", 200), ("flip", 100)]
)
def test_certain_noise_strikes_every_byte(kind: str, length: int) -> None:
    noise = LineNoise(b"seed")
    setattr(noise, kind, 1.0)
    out = noise(b"\x55" * 100)

    assert len(out) == length
    assert noise.damaged == 100


def test_noise_wants_probabilities() -> None:
    with pytest.raises(ValueError, match=r"drop is 1\.5"):
        LineNoise(b"", drop=1.5)


def test_noise_on_a_line_damages_each_direction_by_itself(bench: Bench) -> None:
    bench.chip.link.to_chip = LineNoise(b"in", drop=1.0)
    bench.chip.link.from_chip = LineNoise(b"out", double=1.0)
    bench.chip.link.send(b"abc")
    give(bench, b"xy")
    bench.chip.run_for(1)

    assert level(bench) == 0
    assert bench.chip.link.receive() == b"xxyy"
