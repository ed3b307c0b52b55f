# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The chip's one oscillator, slowed, stopped or sped up.

All that the chip knows of time comes from that oscillator: CPU, timer, line and engine run
slower or faster together.  So nothing changes inside, but the world's time goes at another
rate; the attacker matches the baud rate of his port.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import SMALL_CYCLES, Stand
from mooring_lab.attacks.trial import Trial
from mooring_lab.issuer import START

HOUR_S: Final = 3600
NONCE_LIFE_S: Final = 900
SLOW: Final = 10
DAY_S: Final = 24 * HOUR_S


@dataclass
class World:
    """Time outside the chip.

    Attributes:
        stand: the chip.
        rate: seconds of the chip for each second outside; 0 is a stopped oscillator.
        passed_s: seconds since the attack began.
    """

    stand: Stand
    rate: float
    passed_s: float = 0.0

    def wait(self, seconds: float) -> None:
        """Time passes for everybody."""
        self.passed_s += seconds
        self.stand.chip.run_for(seconds * self.rate)

    @property
    def now(self) -> int:
        """The authority's clock."""
        return START + round(self.passed_s)


def _products(stand: Stand, rate: float) -> int:
    """How many small products an allowance for three gives."""
    world = World(stand, rate)
    stand.load(stand.tokens(cycles=3 * SMALL_CYCLES))
    done = 0
    while stand.computes():
        world.wait(60)
        done += 1
    return done


@attack(
    "slow-meter",
    "The oscillator is slowed, so that the meter of compute runs slower",
    Source(Work.OFFLINE, "meter clock slowed"),
    Source(Work.OFFLINE, "meter tampering"),
    adversary=Adversary.OWNER,
    prize="more compute than the allowance",
    expected=Outcome.PREVENTED,
    because="the engine meters its own cycles: a slower clock is slower compute, not more",
    tests=("hw_models/test_engine.py", "chip/test_grant.py"),
)
def slow_meter(trial: Trial) -> None:
    normal, slowed = (_products(trial.stand(), rate) for rate in (1.0, 1 / SLOW))
    trial.scene("at full speed the allowance is three products", normal == 3)
    trial.attempt("at a tenth of it", slowed > normal, f"{slowed} products, and then none")


@attack(
    "slow-clock",
    "The oscillator is slowed, so that an hour's grant lasts longer",
    Source(Work.OFFLINE, "meter clock slowed"),
    Source(Work.MODEL, "limit 5"),
    adversary=Adversary.OWNER,
    prize="a grant that outlives its licence",
    expected=Outcome.NOT_STOPPED,
    because="limit 5: seconds stretch with the clock; the allowance of cycles does not",
    tests=("chip/test_power_attacks.py",),
)
def slow_clock(trial: Trial) -> None:
    stand = trial.stand()
    world = World(stand, 1 / SLOW)
    stand.load()
    world.wait(9 * HOUR_S)
    trial.attempt("nine hours into a licence of one", stand.computes(), "the chip computes")
    trial.appraised("the authority looks at the evidence", stand.appraise(now=world.now))
    left = stand.evidence().seconds_left
    trial.scene(
        "who compares it with his own clock can tell: seconds left of a grant that is over",
        left > 0,
        f"{left} s",
    )
    world.wait(HOUR_S + 60)
    trial.scene("ten times as long is the end of it", not stand.computes())


@attack(
    "stopped-clock",
    "The oscillator is stopped for days, and the grant with it",
    Source(Work.OFFLINE, "meter tampering"),
    Source(Work.MODEL, "limit 5"),
    adversary=Adversary.OWNER,
    prize="a grant that outlives its licence",
    expected=Outcome.NOT_STOPPED,
    because="limit 5: a chip that stands still knows of no time; nor does it compute meanwhile",
    tests=("chip/test_power_attacks.py",),
)
def stopped_clock(trial: Trial) -> None:
    stand = trial.stand()
    stand.load()
    world = World(stand, rate=0)
    before = stand.cycles_left
    world.wait(30 * DAY_S)
    trial.scene("while it stands still nothing is computed", stand.cycles_left == before)
    trial.attempt("thirty days into a licence of an hour", stand.computes(), "the chip computes")
    world.rate = 1
    world.wait(HOUR_S)
    trial.scene("an hour of its own time is the end of it", not stand.computes())


@attack(
    "stopped-clock-nonce",
    "The oscillator is stopped between challenge and licence",
    Source(Work.OFFLINE, "meter tampering"),
    Source(Work.MODEL, "limit 5"),
    adversary=Adversary.OWNER,
    prize="a licence that is kept for later, in the form that must be fresh",
    expected=Outcome.NOT_STOPPED,
    because="limit 5: a nonce lives for 900 s of the chip's time; one licence, delayed once",
    tests=("chip/test_time.py",),
)
def stopped_clock_nonce(trial: Trial) -> None:
    stand = trial.stand()
    kept = stand.tokens()
    late = stand.capture()
    World(stand, rate=1).wait(NONCE_LIFE_S + 1)
    word = ErrorWord.DECISION_NONCE_EXPIRED
    trial.refused("with the clock running, after 900 s", word, partial(stand.load, kept))
    stand.restore(late)
    World(stand, rate=0).wait(30 * DAY_S)
    stand.load(kept)
    trial.attempt("with the clock stopped, a month later", stand.computes(), "the chip computes")
    stand.reboot()
    stand.trust()
    stand.fresh()
    trial.refused("and once more", ErrorWord.DECISION_NONCE, partial(stand.load, kept))


@attack(
    "fast-clock",
    "The oscillator is sped up, to get past the back-off and the nonce's life",
    Source(Work.OFFLINE, "meter tampering"),
    adversary=Adversary.OWNER,
    prize="compute that the licence does not give",
    expected=Outcome.PREVENTED,
    because="a fast clock ends grants early; the back-off limits load, not guessing",
    tests=("chip/test_time.py",),
)
def fast_clock(trial: Trial) -> None:
    stand = trial.stand()
    world = World(stand, rate=SLOW)
    stand.load(stand.tokens(cycles=3 * SMALL_CYCLES))
    form = stand.fresh()
    forged = stand.tokens(form)
    bad = bytes((forged.licence[-1] ^ 1,))
    for _ in range(4):
        trial.refused(
            "a forged licence",
            ErrorWord.KEY_SIGNATURE,
            partial(stand.client.load_licence, forged.location, forged.licence[:-1] + bad),
        )
        world.wait(1)
    trial.attempt(
        "the allowance", stand.cycles_left > 3 * SMALL_CYCLES, f"{stand.cycles_left} cycles"
    )
    world.wait(HOUR_S / SLOW)
    trial.attempt("after a tenth of the hour", stand.computes(), "the grant is over")


ATTACKS: Final = (slow_meter, slow_clock, stopped_clock, stopped_clock_nonce, fast_clock)
