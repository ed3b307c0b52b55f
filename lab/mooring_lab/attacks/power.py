# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Power cuts in the middle of a licence load, at every moment that can make a difference.

What a chip keeps changes only with a write on its bus.  So power that fails anywhere between
two consecutive writes leaves the same, and one run of the load, recorded write by write,
gives every state that a cut can leave, those with a torn word included.  Each state is then
booted and judged.  `cut_before_write` cuts for real, to hold the recording to account.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, cached_property, partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError, TransportError
from mooring_host.token import SequenceBound
from mooring_lab.attacks.stand import Build, Stand, Tokens
from mooring_lab.attacks.trial import word_of
from mooring_lab.errors import LabError
from mooring_models import Chip, PassThrough, Persistent, PowerLost, Tear
from mooring_models.cpu.rv32_cpu import Rv32Cpu
from mooring_models.errors import CpuPaused
from mooring_models.faults import AccessKind, BusAccess
from mooring_models.state import State

WORD_BYTES: Final = 4
USED: Final = SequenceBound(1, 1)
NEXT: Final = SequenceBound(1, 2)
LATER: Final = SequenceBound(1, 50)
# Allowances tell whose grant runs.
OLD_CYCLES: Final = 1_000_000
CYCLES: Final = 2_000_000
LATER_CYCLES: Final = 3_000_000


class Load(Enum):
    """A load of a licence in which power fails."""

    NONCE = "nonce-bound licence"
    NONCE_RENEWAL = "nonce-bound renewal"
    SEQUENCE = "sequence-bound licence"
    SEQUENCE_RENEWAL = "sequence-bound renewal"

    @property
    def form(self) -> SequenceBound | None:
        """The freshness of the licence; None for the chip's own nonce."""
        return NEXT if self in (Load.SEQUENCE, Load.SEQUENCE_RENEWAL) else None

    @property
    def renews(self) -> bool:
        """Whether a grant is running meanwhile."""
        return self in (Load.NONCE_RENEWAL, Load.SEQUENCE_RENEWAL)


@dataclass(frozen=True)
class Moment:
    """What is left if power fails now.

    Attributes:
        kept: fuses, NVRAM, and where the noise source stands.
        granted: whether the gate was open under the new licence already.
    """

    kept: Persistent
    granted: bool


@dataclass(frozen=True)
class Scene:
    """A chip just before a load, and what it will be sent.

    Attributes:
        build: how the chip was made.
        load: which load.
        before: the chip.
        tokens: what it will be sent.
    """

    build: Build
    load: Load
    before: State
    tokens: Tokens

    def stand(self) -> Stand:
        """A copy of the chip, ready for the load."""
        return Stand(self.build, Chip.from_capture(self.before))


@cache
def scene(build: Build, load: Load) -> Scene:
    """A chip that has used a sequence and written both slots of its NVRAM, before a load."""
    stand = Stand.trusting(build)
    stand.load(stand.tokens(USED))
    stand.load(stand.tokens(cycles=OLD_CYCLES))
    if not load.renews:
        stand.reboot()
        stand.trust()
    tokens = stand.tokens(load.form, cycles=CYCLES)
    return Scene(build, load, stand.capture(), tokens)


# -- Recording ----------------------------------------------------------------------------


def _granted(chip: Chip) -> bool:
    """Whether the gate is open under the new licence."""
    return chip.gate.cycles_left > OLD_CYCLES


def _executed(chip: Chip) -> int:
    """Instructions since reset, on a back end that executes the chip's."""
    return chip.cpu.core.instret if isinstance(chip.cpu, Rv32Cpu) else 0


class _Recorder(PassThrough):
    """Notes what would be left before each write on the bus."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._begun = _executed(chip)
        self.moments: list[Moment] = []
        self.ends: list[int] = []

    def note(self) -> None:
        """Notes the present."""
        self.moments.append(Moment(self._chip.persistent, _granted(self._chip)))
        self.ends.append(_executed(self._chip) - self._begun)

    def before(self, access: BusAccess) -> None:
        """Notes what the interval leaves that ends with this write."""
        if access.kind is AccessKind.WRITE:
            self.note()


@dataclass(frozen=True)
class Timeline:
    """All that a cut in one load can leave.

    Attributes:
        intervals: what is left in each interval between two consecutive writes, in order;
            the first ends with the first write, the last begins with the last.
        ends: how many instructions of the load have executed when each ends; all 0 on a back
            end that executes none.
    """

    intervals: tuple[Moment, ...]
    ends: tuple[int, ...]

    def after(self, count: int) -> Moment:
        """What is left if power fails when `count` instructions have executed."""
        return self.intervals[bisect_left(self.ends, count)]

    @property
    def commit(self) -> range:
        """The instructions from the first that changes what is kept to the last write."""
        first = next(at for at, moment in enumerate(self.intervals) if moment != self.intervals[0])
        return range(self.ends[first - 1], self.ends[-1])

    @property
    def instructions(self) -> int:
        """How many the whole load takes."""
        return self.ends[-1]

    @cached_property
    def torn(self) -> tuple[Moment, ...]:
        """What is left if power fails while a durable word is written, for each word and tear."""
        return tuple(
            moment
            for old, new in zip(self.intervals, self.intervals[1:], strict=False)
            for moment in _torn(old, new.kept)
        )

    @cached_property
    def distinct(self) -> tuple[Moment, ...]:
        """Each state that a cut can leave, once, in the order of their first occurrence."""
        return tuple(dict.fromkeys((*self.intervals, *self.torn)))


def _torn(old: Moment, new: Persistent) -> Iterator[Moment]:
    for image in _half_written(old.kept.nvram, new.nvram):
        yield replace(old, kept=replace(old.kept, nvram=image))
    for image in _half_written(old.kept.fuses, new.fuses):
        yield replace(old, kept=replace(old.kept, fuses=image))


def _half_written(old: bytes, new: bytes) -> Iterator[bytes]:
    """The image with its changed words new up to one, which is torn in each way."""
    for at in range(0, len(old), WORD_BYTES):
        a, b = (int.from_bytes(image[at : at + WORD_BYTES], "little") for image in (old, new))
        if a != b:
            for tear in Tear:
                word = tear.apply(a, b, at // WORD_BYTES).to_bytes(WORD_BYTES, "little")
                yield new[:at] + word + old[at + WORD_BYTES :]


def record(scene: Scene) -> Timeline:
    """Does the load once, undisturbed, and notes what a cut would leave.

    Raises:
        ChipError: the load was refused.
    """
    stand = scene.stand()
    recorder = _Recorder(stand.chip)
    stand.chip.bus.interposer = recorder
    stand.load_once(scene.tokens)
    stand.chip.run_until_idle()
    recorder.note()
    return Timeline(tuple(recorder.moments), tuple(recorder.ends))


# -- Cutting for real ------------------------------------------------------------------------


class _Knife(PassThrough):
    """Cuts power before the write of that number, counting from 0.

    Attributes:
        granted: whether the gate was open under the new licence when power failed.
    """

    def __init__(self, chip: Chip, number: int) -> None:
        self._chip = chip
        self._left = number
        self.granted = False

    def before(self, access: BusAccess) -> None:
        """Counts writes, and cuts."""
        if access.kind is not AccessKind.WRITE:
            return
        if self._left == 0:
            self.granted = _granted(self._chip)
            raise PowerLost(f"before a write at 0x{access.address:08X}")
        self._left -= 1


def cut_before_write(scene: Scene, number: int) -> Moment:
    """Cuts power in the interval that ends with a write.

    Args:
        scene: the load.
        number: of the write, counting from 0.

    Raises:
        IndexError: the load has no such write.
    """
    stand = scene.stand()
    knife = _Knife(stand.chip, number)
    stand.chip.bus.interposer = knife
    with suppress(ChipError, TransportError):
        stand.load_once(scene.tokens)
    if stand.chip.powered:
        raise IndexError(f"{scene.load.value} has no write {number}")
    return Moment(stand.chip.persistent, knife.granted)


def cut_at_instruction(scene: Scene, count: int) -> Moment:
    """Cuts power when that many instructions of the load have executed.

    Raises:
        IndexError: the load takes no more than that.
        LabError: the back end executes no instructions of the chip's.
    """
    stand = scene.stand()
    cpu = stand.chip.cpu
    if not isinstance(cpu, Rv32Cpu):
        what, found = "count instructions", f"back end {cpu.name} executes none of the chip's"
        raise LabError(what, found, "take rv32")
    cpu.brake.release(count)
    try:
        stand.load_once(scene.tokens)
        stand.chip.run_until_idle()
    except CpuPaused:
        granted = _granted(stand.chip)
        stand.chip.power_off()
        return Moment(stand.chip.persistent, granted)
    raise IndexError(f"{scene.load.value} takes no more than {count} instructions")


# -- What must hold afterwards ---------------------------------------------------------------


def violations(scene: Scene, moment: Moment) -> tuple[str, ...]:
    """What is wrong with the chip that is left, and with how it goes on; nothing, if all is well.

    It boots, computes nothing without a licence, takes the one that was cut off at most once in
    all, before or after the cut, and takes a new one for exactly its terms.
    """
    try:
        return tuple(_violations(scene, moment))
    except (ChipError, TransportError) as error:
        return (f"the owner is refused: {error}",)


def _violations(scene: Scene, moment: Moment) -> Iterator[str]:
    stand = Stand(scene.build, Chip(scene.build.config, moment.kept))
    stand.chip.run_until_idle()
    if stand.chip.halted:
        yield f"the chip shuts down with {stand.chip.shutdown_error:08X}"
        return
    if stand.open or stand.computes():
        yield "the chip computes after power-on"
    stand.trust()
    yield from _again(stand, scene, moment)
    yield from _next(stand)


def _again(stand: Stand, scene: Scene, moment: Moment) -> Iterator[str]:
    """The licence that was cut off, once more."""
    word, said = word_of(partial(stand.load, scene.tokens))
    if scene.load.form is None:
        if word is not ErrorWord.DECISION_NONCE_EXPIRED:
            yield f"the answer to a nonce of the past: {said}"
        return
    if word is None:
        if moment.granted:
            yield "the licence is granted a second time"
        if stand.cycles_left != CYCLES:
            yield f"{stand.cycles_left} cycles are granted instead of {CYCLES}"
        stand.reboot()
        stand.trust()
        word, said = word_of(partial(stand.load, scene.tokens))
    if word is not ErrorWord.DECISION_SEQUENCE:
        yield f"the answer to a spent sequence: {said}"


def _next(stand: Stand) -> Iterator[str]:
    """A new licence of the form that needs the durable counters most."""
    stand.load(stand.tokens(LATER, cycles=LATER_CYCLES))
    if stand.cycles_left != LATER_CYCLES:
        yield f"{stand.cycles_left} cycles are granted instead of {LATER_CYCLES}"
    if not stand.computes():
        yield "a new licence does not open the gate"
