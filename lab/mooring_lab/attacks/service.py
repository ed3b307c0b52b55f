# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Denying service, and doing without it."""

from __future__ import annotations

from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.states import GateState, Mode
from mooring_host.token import SequenceBound
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.trial import Trial, word_of

HALF_HOUR_S: Final = 1800
MONTH_S: Final = 30 * 86_400


@attack(
    "cut-network",
    "The network to the authority is cut",
    Source(Work.OFF_SWITCHES, "Network disruption"),
    adversary=Adversary.LINE,
    prize="chips that stand still because nobody can reach them",
    expected=Outcome.PREVENTED,
    because="a grant runs for its terms without a line, and a licence can come as a file",
    tests=("e2e/test_demo.py", "chip/test_grant.py"),
)
def cut_network(trial: Trial) -> None:
    stand = trial.stand()
    stand.load()
    by_file = stand.tokens(SequenceBound(1, 1))
    stand.chip.run_for(HALF_HOUR_S)
    trial.attempt("half an hour without a line", not stand.computes(), "the grant goes on")
    stand.chip.run_for(MONTH_S)
    trial.scene("after its terms it is over", not stand.computes())
    stand.load(by_file)
    trial.attempt(
        "a month later, without a challenge", not stand.computes(), "a licence by file opens it"
    )


@attack(
    "jammed-line",
    "Forged licences keep the chip in back-off",
    Source(Work.OFF_SWITCHES, "denial of service"),
    Source(Work.MODEL, "limit 7"),
    adversary=Adversary.LINE,
    prize="an owner whose licences are not heard",
    expected=Outcome.NOT_STOPPED,
    because="limit 7: whoever holds the line can deny licensing; a running grant goes on",
    tests=("chip/test_time.py",),
)
def jammed_line(trial: Trial) -> None:
    stand = trial.stand()
    stand.load()
    good = stand.tokens()
    bad = good.licence[:-1] + bytes((good.licence[-1] ^ 1,))
    for _ in range(5):
        stand.chip.run_for(30)
        word, _ = word_of(partial(stand.client.load_licence, good.location, bad))
        trial.scene("a forged licence is refused", word is ErrorWord.KEY_SIGNATURE)
    trial.denied("the owner's good one, at once", ErrorWord.LINK_BUSY, partial(stand.load, good))
    trial.scene("the running grant is not touched", stand.computes())
    stand.chip.run_for(30)
    stand.load(good)
    trial.scene("after at most 30 s of quiet it is accepted", stand.computes())


@attack(
    "report-mode",
    "A chip whose fuses say REPORT computes without a licence",
    Source(Work.MODEL, "limit 8"),
    adversary=Adversary.OWNER,
    prize="compute without a grant",
    expected=Outcome.NOT_STOPPED,
    because="limit 8: by design; that mode records and attests, and never hinders",
    tests=("chip/test_modes.py", "e2e/test_demo.py"),
)
def report_mode(trial: Trial) -> None:
    stand = trial.stand(mode=Mode.REPORT)
    other = trial.stand()
    trial.scene("the same chip with DENY does not", not other.computes())
    trial.attempt("without any licence", stand.computes(), "the chip computes")
    evidence = stand.evidence()
    trial.scene(
        "the evidence tells mode and gate, and not whether it computes",
        (evidence.mode, evidence.gate) == (Mode.REPORT, GateState.CLOSED),
    )
    trial.appraised("the authority looks at it", stand.appraise())


ATTACKS: Final = (cut_network, jammed_line, report_mode)
