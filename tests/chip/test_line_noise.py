# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A noisy line: every call succeeds or says clearly why not, in bounded time, and no more.

The noise is seeded and damages bytes independently of each other, on the way in, on the way
out or both.  Once it is gone, the chip boots as if nothing had been.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import pytest
from benches.rig import Rig
from benches.sweep import chosen

from mooring_host.errors import ChipError, Error
from mooring_host.states import GateState
from mooring_host.token import SequenceBound
from mooring_models import Chip, LineNoise
from mooring_models.clock import SECOND
from mooring_models.state import State

# Three tries of 3 s, and the time that the longest request takes at the slowest line.
CALL_S: Final = 15.0
RATES: Final = (0.0003, 0.001, 0.005, 0.02, 0.1)
SEEDS: Final = 20
MOST: Final = {"native": 100, "rv32": 12}
# Two bytes of FCS let one damaged frame of 65536 pass; no more is accepted here.
MOST_UNNOTICED: Final = 1 / 1000


class Noise(NamedTuple):
    """One noisy line.

    Attributes:
        kinds: what happens to bytes.
        inward: whether it does on the way to the chip.
        outward: whether it does on the way from it.
        rate: probability for each kind and byte.
    """

    kinds: tuple[str, ...]
    inward: bool
    outward: bool
    rate: float
    seed: int

    def on(self, chip: Chip) -> None:
        """Begins."""
        for direction, wanted in (("to_chip", self.inward), ("from_chip", self.outward)):
            noise = LineNoise(f"{direction} {self}".encode())
            for kind in self.kinds:
                setattr(noise, kind, self.rate)
            setattr(chip.link, direction, noise if wanted else None)


def all_noise() -> list[Noise]:
    """Each kind and all together, each way and both, at each rate, several times."""
    kinds = (("drop",), ("double",), ("flip",), ("insert",), ("drop", "double", "flip", "insert"))
    ways = ((True, False), (False, True), (True, True))
    return [
        Noise(kind, *way, rate, seed)
        for seed in range(SEEDS)
        for rate in RATES
        for way in ways
        for kind in kinds
    ]


@cache
def locked(cpu: str) -> State:
    """A chip that has been locked and is up."""
    rig = Rig(cpu=cpu)
    rig.chip.run_until_idle()
    return rig.chip.capture()


class NoisyBoot:
    """A boot over a noisy line, call by call.

    Attributes:
        tally: how the calls ended.
        wrong: products that came back and were wrong.
    """

    def __init__(self, noise: Noise, cpu: str) -> None:
        self.rig = Rig(chip=Chip.from_capture(locked(cpu)))
        self.tally: Counter[str] = Counter()
        self.wrong = 0
        noise.on(self.rig.chip)

    def call(self, act: Callable[[], object]) -> None:
        """One call; its error, if any, is one that the library means to raise."""
        began = self.rig.chip.loop.now
        try:
            act()
        except ChipError:
            self.tally["refused"] += 1
        except Error as error:
            self.tally[type(error).__name__] += 1
        else:
            self.tally["done"] += 1
        assert self.rig.chip.loop.now - began < CALL_S * SECOND

    def compute(self) -> None:
        """A product, which had better be right."""
        self.wrong += self.rig.compute().to_rows() != [[19, 22], [43, 50]]

    def run(self) -> None:
        """All that a boot takes."""
        rig = self.rig
        form = SequenceBound(1, 1)
        location = rig.location(form)
        licence = rig.licence(form, location)
        self.call(rig.client.info)
        self.call(rig.trust)
        self.call(rig.fresh)
        self.call(lambda: rig.client.load_licence(location, licence))
        self.call(self.compute)
        self.call(rig.log)

    def check_clean_boot(self) -> None:
        """Without noise all works, and nothing of the noise is left."""
        rig = self.rig
        rig.chip.link.to_chip = rig.chip.link.from_chip = None
        assert not rig.chip.halted
        rig.client.patiently(rig.trust)
        assert rig.client.patiently(rig.load).gate is GateState.OPEN
        assert rig.can_compute()


def test_boot_over_a_noisy_line_works_or_says_why_not(cpu: str) -> None:
    tally: Counter[str] = Counter()
    wrong = 0
    noises = chosen(f"noisy lines, {cpu}", all_noise(), MOST[cpu])
    for noise in noises:
        boot = NoisyBoot(noise, cpu)
        boot.run()
        boot.check_clean_boot()
        tally += boot.tally
        wrong += boot.wrong

    print(", ".join(f"{count} {end}" for end, count in sorted(tally.items())))
    # Damage is neither always harmless nor always fatal here.
    assert {"done", "GarbageAnswer"} <= set(tally)
    assert wrong <= len(noises) * MOST_UNNOTICED


def test_garbage_on_the_line_leaves_a_running_grant_alone(cpu: str) -> None:
    rig = Rig(chip=Chip.from_capture(locked(cpu)))
    rig.trust()
    rig.load(cycles=1000)
    for seed in range(64):
        rig.chip.link.send(random.Random(seed).randbytes(1024))
        assert rig.chip.run_until_idle()

    assert rig.evidence().cycles_left == 1000
    assert rig.can_compute()


@pytest.mark.parametrize("byte", [0x00, 0x01, 0x7D, 0x7E, 0xFF])
def test_endless_byte_does_not_stop_the_chip(cpu: str, byte: int) -> None:
    rig = Rig(chip=Chip.from_capture(locked(cpu)))
    rig.chip.link.send(bytes((byte,)) * 20_000)
    assert rig.chip.run_until_idle()

    rig.trust()
    assert rig.load().gate is GateState.OPEN


def test_break_on_the_line_is_survived(cpu: str) -> None:
    rig = Rig(chip=Chip.from_capture(locked(cpu)))
    rig.trust()
    for _ in range(20):
        rig.chip.link.send_break()
        assert rig.load().gate is GateState.OPEN
