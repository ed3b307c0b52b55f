# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Power cuts, alone and with a hand on the memory in between."""

from __future__ import annotations

from functools import partial
from typing import Final

from mooring_host.token import SequenceBound
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.power import Load, record, scene, violations
from mooring_lab.attacks.trial import Trial, unanswered, word_of
from mooring_models import Tear, WordCut

SAMPLE: Final = 3
# INTENT before the record, COUNTER after it.
BURNS: Final = 2


@attack(
    "power-cut",
    "The supply is cut in the middle of a licence load, between writes and within them",
    Source(Work.OFFLINE, "power cut between the two writes"),
    adversary=Adversary.OWNER,
    prize="a licence twice, a grant that outlives the supply, or a chip that is destroyed",
    expected=Outcome.PREVENTED,
    because="INTENT, then the record, then COUNTER, then the gate; each is read back",
    tests=("chip/test_power_attacks.py", "chip/test_power_cuts.py"),
)
def power_cut(trial: Trial) -> None:
    build = trial.stand().build
    for load in Load:
        begun = scene(build, load)
        moments = record(begun).distinct
        chosen = trial.dice.sample(moments, SAMPLE)
        wrong = [each for moment in chosen for each in violations(begun, moment)]
        trial.attempt(
            f"{load.value}: {SAMPLE} of {len(moments)} states that a cut can leave, sampled",
            bool(wrong),
            "; ".join(wrong) or "it boots closed, the licence counts once, the next is taken",
        )


@attack(
    "power-cut-and-old-memory",
    "The supply is cut in a commit, and the memory from before is put back",
    Source(Work.OFFLINE, "power cut between the two writes"),
    Source(Work.MODEL, "grant twice by power cuts and NVRAM images between them"),
    adversary=Adversary.OWNER,
    prize="a sequence-bound licence, twice",
    expected=Outcome.PREVENTED,
    because="the vault seals one record for each step of INTENT, in the life that burned it",
    tests=("chip/test_sequence_attacks.py", "hw_models/test_keyvault.py"),
)
def power_cut_and_old_memory(trial: Trial) -> None:
    for burn in range(BURNS):
        for tear in (Tear.OLD, Tear.NEW):
            _cut_and_put_back(trial, burn, tear)


def _cut_and_put_back(trial: Trial, burn: int, tear: Tear) -> None:
    """A commit is cut off, then repeated from both images, before and after."""
    stand = trial.stand()
    licence = stand.tokens(SequenceBound(1, 1))
    images = [stand.memory]
    stand.chip.otp.cut = WordCut(burn, tear)
    silent = unanswered(partial(stand.load_once, licence))
    images.append(stand.memory)
    grants = int(stand.open)
    stand.power_up()
    for image in (*images, *images):
        stand.reboot(image)
        stand.trust()
        word, _ = word_of(partial(stand.load, licence))
        grants += word is None
    trial.scene("power fails in the commit", silent)
    trial.attempt(
        f"cut at fuse {burn} ({tear.value}), then four lives from two images",
        grants > 1,
        f"the licence opened the gate {grants} times in all",
    )


ATTACKS: Final = (power_cut, power_cut_and_old_memory)
