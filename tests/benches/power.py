# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Power cuts in the middle of what a chip makes durable.

A `Deed` is one exchange with a chip that leads to something durable.  Its tokens exist
before power is cut, so that each cut repeats the very same exchange on a copy of the same
chip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from benches.rig import Rig

from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError, TransportError
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_models import AccessCut, Chip, Tear, WordCut
from mooring_models.state import State

NEVER: Final = 1 << 40


class Where(Enum):
    """What a cut counts."""

    ACCESS = "accesses"
    """Accesses of the bus; power fails before the access does anything."""
    NVRAM = "NVRAM words"
    """Durable words of the NVRAM; the word under way is torn."""
    OTP = "fuse words"
    """Fuse words programmed; the word under way is torn."""


class Cut(NamedTuple):
    """One power cut."""

    where: Where
    after: int
    tear: Tear = Tear.OLD


@dataclass(frozen=True)
class Deed:
    """One exchange.

    Attributes:
        name: what it is.
        before: the chip just before it; one without power is switched on by it.
        act: the exchange, on any copy of that chip.
    """

    name: str
    before: State
    act: Callable[[ChipClient], object]

    @classmethod
    def on(cls, rig: Rig, name: str, act: Callable[[ChipClient], object]) -> Deed:
        """An exchange with the chip of `rig` as it is now."""
        rig.chip.run_until_idle()
        return cls(name, rig.chip.capture(), act)

    def copy(self) -> Copy:
        """A copy of the chip, ready for the exchange."""
        return Copy(Chip.from_capture(self.before))

    def cuts(self) -> tuple[Cut, ...]:
        """All cuts that can strike it, found by doing it once."""
        copy = self.copy()
        meter = AccessCut(NEVER)
        copy.chip.bus.interposer = meter
        words, burns = copy.chip.nvram.words_written, copy.chip.otp.burns
        copy.attempt(self.act)
        torn = [
            (Where.NVRAM, copy.chip.nvram.words_written - words),
            (Where.OTP, copy.chip.otp.burns - burns),
        ]
        return (
            *(Cut(Where.ACCESS, after) for after in range(meter.seen)),
            *(
                Cut(where, after, tear)
                for where, count in torn
                for after in range(count)
                for tear in Tear
            ),
        )


class Copy(Rig):
    """A copy of a deed's chip.

    Attributes:
        answered: whether the chip answered the exchange that power was cut in.
    """

    def __init__(self, chip: Chip) -> None:
        super().__init__(chip=chip)
        # A chip without power answers nothing, however often it is asked.
        self.once: Final = ChipClient(ChipTransport(chip), tries=1, requester=ONLY_REQUESTER)
        self.answered = False

    def attempt(self, act: Callable[[ChipClient], object]) -> None:
        """Does `act`; a refusal is an answer, too."""
        try:
            act(self.once)
        except TransportError:
            self.answered = False
        except ChipError:
            self.answered = True
        else:
            self.answered = True

    def cut(self, cut: Cut, act: Callable[[ChipClient], object]) -> None:
        """Does `act` until power is cut in it.

        Raises:
            AssertionError: power was not cut.
        """
        match cut.where:
            case Where.ACCESS:
                self.chip.bus.interposer = AccessCut(cut.after)
            case Where.NVRAM:
                self.chip.nvram.cut = WordCut(cut.after, cut.tear)
            case Where.OTP:
                self.chip.otp.cut = WordCut(cut.after, cut.tear)
        self.attempt(act)
        assert not self.chip.powered, f"{cut} struck nothing"
        self.chip.bus.interposer = None

    def power_up(self) -> None:
        """Brings the supply back; what is left on the line belongs to the past."""
        self.chip.power_on()
        self.chip.run_until_idle()
        self.chip.link.receive()
