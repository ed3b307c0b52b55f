# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Licences that are used again, elsewhere, out of order, or kept for later."""

from __future__ import annotations

from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.token import SequenceBound
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import SMALL_CYCLES
from mooring_lab.attacks.trial import Trial
from mooring_lab.issuer import START

LONG_AFTER_S: Final = 400 * 86_400
HOARD: Final = 4


@attack(
    "replay",
    "A licence is sent a second time while the chip runs",
    Source(Work.OFF_SWITCHES, "Licence reuse"),
    Source(Work.OFFLINE, "licence reuse"),
    adversary=Adversary.LINE,
    prize="the allowance of one licence, twice",
    expected=Outcome.PREVENTED,
    because="the nonce is used up at commit, and a sequence must rise",
    tests=("chip/test_state_refusals.py", "chip/test_grant.py"),
)
def replay(trial: Trial) -> None:
    stand = trial.stand()
    spent = stand.tokens(cycles=SMALL_CYCLES)
    stand.load(spent)
    trial.scene("the licence opens the gate for one small product", stand.computes())
    again = stand.load(spent)
    trial.attempt("the very same licence again", again.changed or stand.computes())
    stand.load()
    trial.refused(
        "and once another has been accepted",
        ErrorWord.DECISION_NONCE_EXPIRED,
        partial(stand.load, spent),
    )
    offline = stand.tokens(SequenceBound(1, 1))
    stand.load(offline)
    stand.load(stand.tokens(SequenceBound(1, 2)))
    trial.refused(
        "a sequence-bound one behind its successor",
        ErrorWord.DECISION_SEQUENCE,
        partial(stand.load, offline),
    )


@attack(
    "replay-after-power-cycle",
    "A licence is sent a second time after the supply was cut",
    Source(Work.OFF_SWITCHES, "Licence reuse"),
    Source(Work.OFFLINE, "licence reuse"),
    adversary=Adversary.OWNER,
    prize="a licence for each power-on out of one",
    expected=Outcome.PREVENTED,
    because="the nonce is new at each reset; the sequence is durable before the gate opens",
    tests=("chip/test_time.py", "chip/test_power_cuts.py"),
)
def replay_after_power_cycle(trial: Trial) -> None:
    stand = trial.stand()
    online, offline = stand.tokens(), stand.tokens(SequenceBound(1, 1))
    for tokens, word in (
        (online, ErrorWord.DECISION_NONCE),
        (offline, ErrorWord.DECISION_SEQUENCE),
    ):
        stand.load(tokens)
        trial.scene("the licence opens the gate", stand.computes())
        stand.reboot()
        stand.trust()
        trial.scene("without power the grant is gone", not stand.computes())
        stand.fresh()
        trial.refused("the same licence after power-on", word, partial(stand.load, tokens))


@attack(
    "replay-elsewhere",
    "A licence for one chip is sent to another",
    Source(Work.OFF_SWITCHES, "Licence reuse"),
    Source(Work.OFFLINE, "licence reuse"),
    adversary=Adversary.OWNER,
    prize="one licence for a whole hall of chips",
    expected=Outcome.PREVENTED,
    because="licence and location result both name the chip by the hash of its own key",
    tests=("chip/test_many_chips.py", "chip/test_decisions.py"),
)
def replay_elsewhere(trial: Trial) -> None:
    stand, other = trial.stand(), trial.stand("other chip")
    tokens = stand.tokens(SequenceBound(1, 1))
    trial.refused(
        "the second chip is sent the first one's licence",
        ErrorWord.DECISION_CHIP,
        partial(other.load, tokens),
    )
    mixed = other.tokens(SequenceBound(1, 1), place={"ueid": stand.ueid})
    trial.refused(
        "its own licence with the first one's place",
        ErrorWord.DECISION_LOCATION_CHIP,
        partial(other.load, mixed),
    )
    stand.load(tokens)
    trial.scene("the chip that it is for takes it", stand.computes())


@attack(
    "hoard-nonce",
    "Licences for the running nonce are collected, to be added up",
    Source(Work.OFFLINE, "licence hoarding"),
    adversary=Adversary.OWNER,
    prize="more allowance at once than any one licence gives",
    expected=Outcome.PREVENTED,
    because="one nonce lives at a time, and a renewal replaces the grant, it never adds to it",
    tests=("chip/test_grant.py", "chip/test_state_refusals.py"),
)
def hoard_nonce(trial: Trial) -> None:
    stand = trial.stand()
    form = stand.fresh()
    hoard = [stand.tokens(form, cycles=1000 + each) for each in range(HOARD)]
    stand.load(hoard[0])
    for tokens in hoard[1:]:
        trial.refused(
            "another licence for the same nonce",
            ErrorWord.DECISION_NONCE_EXPIRED,
            partial(stand.load, tokens),
        )
    stand.load(stand.tokens(cycles=2000))
    trial.attempt(
        "renewing, to have both allowances",
        stand.cycles_left > 2000,
        f"{stand.cycles_left} cycles are left, of 1000 and then 2000 granted",
    )


@attack(
    "hoard-sequence",
    "Sequence-bound licences are collected and used long after they expired",
    Source(Work.OFFLINE, "licence hoarding"),
    adversary=Adversary.OWNER,
    prize="compute for years after the last licence was issued",
    expected=Outcome.NOT_STOPPED,
    because="limit 3: that form has no present time; a fuse must allow it, a newer list ends it",
    tests=("chip/test_sequence_attacks.py", "chip/test_decisions.py"),
)
def hoard_sequence(trial: Trial) -> None:
    stand = trial.stand()
    hoard = [stand.tokens(SequenceBound(1, 1 + each)) for each in range(HOARD)]
    stand.chip.run_for(LONG_AFTER_S)
    stand.reboot()
    stand.trust()
    stand.load(hoard[0])
    trial.attempt("a licence that expired a year ago", stand.computes(), "it opens the gate")
    stand.load(stand.tokens(issued_at=START + 86_400))
    trial.refused(
        "the next one, once a nonce-bound licence has told the chip a later time",
        ErrorWord.DECISION_EXPIRED,
        partial(stand.load, hoard[1]),
    )
    trial.appraised("the authority looks at the evidence", stand.appraise())


ATTACKS: Final = (replay, replay_after_power_cycle, replay_elsewhere, hoard_nonce, hoard_sequence)
