# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What models lend to a CPU in C: with whatever comes over the line, nobody can tell it.

The oracle is the models themselves: while somebody watches the bus, C asks them for everything.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from benches.wire import command, frames
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_models import Chip, ChipConfig, NoiseFault, PassThrough
from mooring_models._regs import TrngRegs
from mooring_models.bus import Bus
from mooring_models.clock import MS, SECOND, US
from mooring_models.entropy import Stream
from mooring_models.state import State
from mooring_models.trng import POOL_BYTES, Trng

BYTE_US = 87
DATA = TrngRegs.DATA.offset
INFO = command(1)


def request(more: bytes = b"") -> bytes:
    """A request for INFO on the line; `more` is too much of it."""
    return b"".join(frames(INFO + more, tag=3))


@dataclass(frozen=True)
class Line:
    """What the far end did and saw.

    Attributes:
        state: the chip's at the end.
        now: its loop's present.
        accesses: of its bus.
        heard: each burst from it, with the moment of its arrival.
    """

    state: State
    now: int
    accesses: int
    heard: tuple[tuple[int, bytes], ...]


def play(seed: int, *, watched: bool) -> Line:
    """Sends a chip good frames, cut frames, noise and breaks, with and without pauses."""
    dice = random.Random(seed)
    chip = Chip.manufacture(ChipConfig(baud=dice.choice((9600, 115_200, 3_000_000))))
    heard: list[tuple[int, bytes]] = []
    chip.link.on_data = lambda data: heard.append((chip.loop.now, data))
    if watched:
        chip.bus.interposer = PassThrough()
    chip.power_on()
    for _ in range(dice.randrange(4, 12)):
        match dice.randrange(6):
            case 0 | 1:
                chip.link.send(request())
            case 2:
                whole = request(dice.randbytes(dice.randrange(600)))
                chip.link.send(whole[: dice.randrange(len(whole))])
            case 3:
                chip.link.send(dice.randbytes(dice.randrange(1, 700)))
            case 4:
                chip.link.send_break()
            case _:
                chip.loop.run_for(dice.randrange(40 * MS))
        if dice.random() < 0.5:
            chip.loop.run_for(dice.randrange(20 * BYTE_US * US))
    chip.run_for(2)
    return Line(chip.capture(), chip.loop.now, chip.bus.accesses, tuple(heard))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_comes_a_watched_chip_does_the_same_at_the_same_time(seed: int) -> None:
    assert play(seed, watched=False) == play(seed, watched=True)


def test_most_of_what_a_chip_does_never_comes_to_the_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    read32 = Bus.read32

    def counted(self: Bus, address: int) -> int:
        asked.append(address)
        return read32(self, address)

    monkeypatch.setattr(Bus, "read32", counted)
    line = play(0, watched=False)

    assert 10 * len(asked) < line.accesses


# -- TRNG ----------------------------------------------------------------------------------


class Borrowed:
    """A TRNG that lends, and what C does with the loan."""

    def __init__(self) -> None:
        self.trng = Trng(Stream(b"lent", "noise"))
        self.pool = self.trng.open_pool()
        self.trng.reset()

    def lent(self) -> int:
        """Bytes that are lent and not taken."""
        return int.from_bytes(self.pool[:4], "little") - int.from_bytes(self.pool[4:8], "little")

    def word(self) -> int:
        """DATA as C reads it: of the loan while that lasts."""
        if self.lent() < 4:
            return self.trng.read32(DATA)
        at = int.from_bytes(self.pool[4:8], "little")
        self.pool[4:8] = (at + 4).to_bytes(4, "little")
        return int.from_bytes(self.pool[8 + at : 12 + at], "little")


def lender() -> Trng:
    """The same TRNG, which lends nothing."""
    trng = Trng(Stream(b"lent", "noise"))
    trng.reset()
    return trng


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["word", "word", "word", "draw", "capture", "reset"]), max_size=60))
def test_lent_noise_is_the_noise_that_comes_next(steps: list[str]) -> None:
    borrowed, plain = Borrowed(), lender()
    for step in steps:
        match step:
            case "word":
                assert borrowed.word() == plain.read32(DATA)
            case "draw":
                assert borrowed.trng.draw(32) == plain.draw(32)
            case "capture":
                assert borrowed.trng.capture() == plain.capture()
            case _:
                borrowed.trng.reset()
                plain.reset()
    assert borrowed.trng.capture() == plain.capture()


def test_noise_is_lent_at_all() -> None:
    borrowed = Borrowed()
    borrowed.word()

    assert borrowed.lent() == POOL_BYTES


@pytest.mark.parametrize("fault", [NoiseFault.STUCK, NoiseFault.BIASED])
def test_fault_strikes_with_the_next_byte_though_others_are_lent(fault: NoiseFault) -> None:
    borrowed, plain = Borrowed(), lender()
    borrowed.word()
    plain.read32(DATA)
    assert borrowed.lent() > 0

    borrowed.trng.fault = plain.fault = fault

    assert borrowed.lent() == 0
    for _ in range(300):
        assert borrowed.word() == plain.read32(DATA)
    assert not borrowed.trng.healthy
    assert borrowed.lent() == 0


def test_chip_with_much_time_behind_it_is_no_other() -> None:
    young, old = (Chip.manufacture(ChipConfig()) for _ in range(2))
    old.loop.advance_to(400 * 24 * 3600 * SECOND)  # picoseconds beyond 64 bits

    for chip in (young, old):
        chip.power_on()
        chip.link.send(request())
        chip.run_for(1)

    assert young.link.receive() == old.link.receive() != b""
    assert young.bus.accesses == old.bus.accesses
