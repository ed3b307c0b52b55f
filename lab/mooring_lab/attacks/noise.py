# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A noise source that is stuck, biased, fails midway, or says the same after every reset."""

from __future__ import annotations

from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.token import SequenceBound
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.trial import Trial, unanswered
from mooring_models import Chip, NoiseFault, PassThrough, _regs
from mooring_models._regs import GateCommand, GateRegs
from mooring_models.faults import BusAccess

_COMMAND: Final = _regs.GATE.base + GateRegs.COMMAND.offset


@attack(
    "bad-noise",
    "The noise source is stuck or biased, so that nonces and masks could be known",
    Source(Work.OFF_SWITCHES, "Licence reuse"),
    adversary=Adversary.OWNER,
    prize="a nonce that comes again, or a gate whose masks are known",
    expected=Outcome.PREVENTED,
    because="the health tests of SP 800-90B; without noise there is no nonce and no attempt",
    tests=("chip/test_commit_faults.py", "chip/test_noise.py", "hw_models/test_timer_trng.py"),
)
def bad_noise(trial: Trial) -> None:
    for fault in (NoiseFault.STUCK, NoiseFault.BIASED):
        stand = trial.stand()
        offline = stand.tokens(SequenceBound(1, 1))
        stand.chip.trng.fault = fault
        stand.reboot()
        trial.refused(f"a nonce, {fault.value}", ErrorWord.HW_TRNG, stand.fresh)
        trial.refused("a trust list", ErrorWord.HW_TRNG, stand.trust)
        trial.refused("a licence", ErrorWord.KEY_NO_TRUST, partial(stand.load, offline))
        stand.chip.trng.fault = NoiseFault.NONE
        stand.reboot()
        stand.trust()
        stand.load(offline)
        trial.scene("with the source mended the licence is accepted", stand.computes())


class _StickAtBegin(PassThrough):
    """A source that sticks just when the gate is about to draw from it."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def write(self, access: BusAccess, data: bytes) -> bytes:
        """Spoils the source at the first step of an attempt."""
        first = int.from_bytes(data[:4], "little") == GateCommand.BEGIN_LICENCE
        if access.address == _COMMAND and first:
            self._chip.trng.fault = NoiseFault.STUCK
        return data


@attack(
    "noise-fails-midway",
    "The noise source is stuck at the very moment at which the gate draws its masks",
    Source(Work.OFF_SWITCHES, "Licence reuse"),
    adversary=Adversary.OWNER,
    prize="a gate whose masks are known",
    expected=Outcome.PREVENTED,
    because="the gate is dead until reset once it cannot draw",
    tests=("chip/test_noise.py",),
)
def noise_fails_midway(trial: Trial) -> None:
    stand = trial.stand()
    offline = stand.tokens(SequenceBound(1, 1))
    stand.chip.bus.interposer = _StickAtBegin(stand.chip)
    silent = unanswered(partial(stand.load_once, offline))
    error = stand.chip.shutdown_error
    trial.scene(
        "the chip shuts down", silent and error == ErrorWord.HW_GATE_DEAD, ErrorWord(error).name
    )
    trial.attempt("the gate", stand.open, stand.chip.gate.state.name.lower())


@attack(
    "repeating-noise",
    "The noise source is replaced by one that says the same after every reset",
    Source(Work.OFF_SWITCHES, "Licence reuse"),
    adversary=Adversary.OWNER,
    prize="a nonce-bound licence for every power-on",
    expected=Outcome.NOT_STOPPED,
    because="assumption 4: each byte looks like noise, and no health test can see a repetition",
    tests=("chip/test_power_attacks.py", "hw_models/test_timer_trng.py"),
)
def repeating_noise(trial: Trial) -> None:
    stand = trial.stand()
    stand.chip.trng.fault = NoiseFault.REPEATING
    stand.reboot()
    stand.trust()
    recorded = stand.tokens()
    stand.load(recorded)
    trial.scene("a nonce-bound licence is accepted", stand.computes())
    stand.reboot()
    stand.trust()
    trial.scene("after a reset the chip draws the same nonce", stand.fresh() == recorded.form)
    stand.load(recorded)
    trial.attempt("the recorded licence again", stand.computes(), "the chip computes")
    trial.appraised("the evidence afterwards", stand.appraise())


ATTACKS: Final = (bad_noise, noise_fails_midway, repeating_noise)
