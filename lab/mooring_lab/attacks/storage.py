# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Hands on what is durable: NVRAM put back or kept from being written, fuses kept from burning."""

from __future__ import annotations

from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.token import SequenceBound
from mooring_host.verifier import Flaw
from mooring_lab.attacks.keys import revoking
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import Stand
from mooring_lab.attacks.trial import Trial, unanswered
from mooring_lab.issuer import START
from mooring_models import FuseFault, PassThrough, Tear, WordCut, _regs
from mooring_models._regs import NvramRegs, OtpRegs
from mooring_models._spec import Register
from mooring_models.faults import BusAccess

HISTORY: Final = 4
# docs/protocol.md, Maxima.
COUNTER_BITS: Final = 1024
TRUST_RESERVE: Final = 32
LATER_S: Final = 86_400
_SLOTS_AT: Final = _regs.NVRAM.base + NvramRegs.SLOTS.offset


class DeafNvram(PassThrough):
    """Writes to the record slots do nothing, as if their supply were too low."""

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """The data, or nothing where it goes to a slot."""
        return None if 0 <= access.address - _SLOTS_AT < NvramRegs.SLOTS.size else data


def _history(stand: Stand) -> list[bytes]:
    """Uses some sequences; the NVRAM before each and after the last."""
    images = [stand.memory]
    for sequence in range(1, HISTORY + 1):
        stand.load(stand.tokens(SequenceBound(1, sequence)))
        images.append(stand.memory)
    return images


@attack(
    "old-memory",
    "An old image of the NVRAM is put back, to use sequences again",
    Source(Work.OFFLINE, "restore old NVM snapshot"),
    adversary=Adversary.OWNER,
    prize="a sequence-bound licence, twice",
    expected=Outcome.PREVENTED,
    because="the record's generation must equal two fuse counters, and a fuse keeps the mark",
    tests=(
        "chip/test_commit_faults.py",
        "chip/test_rollback_mark.py",
        "chip/test_power_attacks.py",
    ),
)
def old_memory(trial: Trial) -> None:
    stand = trial.stand()
    used = [stand.tokens(SequenceBound(1, each)) for each in range(1, HISTORY + 2)]
    images = _history(stand)
    before = stand.capture()
    for age, image in enumerate(reversed(images[:-1]), start=1):
        stand.restore(before)
        stand.reboot(image)
        stand.trust()
        for sequence, tokens in enumerate(used, start=1):
            trial.refused(
                f"{age} commits back, sequence {sequence} of {HISTORY} used",
                ErrorWord.COMMIT_ROLLED_BACK,
                partial(stand.load, tokens),
            )
    stand.reboot(images[-1])
    stand.trust()
    trial.refused(
        "the newest image again, to remove the mark",
        ErrorWord.COMMIT_ROLLED_BACK,
        partial(stand.load, used[-1]),
    )
    trial.appraised("the authority sees it for good", stand.appraise(), Flaw.ROLLED_BACK)
    stand.load()
    trial.scene("the nonce form still serves the owner", stand.computes())


@attack(
    "old-memory-old-keys",
    "An old image of the NVRAM is put back, to bring revoked keys back",
    Source(Work.OFFLINE, "restore old NVM snapshot"),
    Source(Work.MODEL, "limit 2"),
    adversary=Adversary.THIEF,
    prize="compute under keys that were revoked",
    expected=Outcome.DETECTED,
    because="limit 2: the floor of trust lists is lost with the record, the mark stays",
    tests=("chip/test_commit_faults.py", "chip/test_rollback_mark.py"),
)
def old_memory_old_keys(trial: Trial) -> None:
    stand = trial.stand()
    image = stand.memory
    stand.trust(2, revoking(stand, 2))
    trial.scene("a list has revoked the stolen keys", stand.evidence().epoch == 2)
    stand.reboot(image)
    stand.trust(1)
    stand.load()
    trial.attempt("old image, old list, stolen keys", stand.computes(), "the chip computes")
    trial.appraised(
        "the authority looks", stand.appraise(epoch=2), Flaw.ROLLED_BACK, Flaw.TRUST_STALE
    )


@attack(
    "old-revision",
    "An older image of the same generation is put back, to forget a time and a refusal",
    Source(Work.OFFLINE, "restore old NVM snapshot"),
    Source(Work.MODEL, "Freshness and history"),
    adversary=Adversary.OWNER,
    prize="a time floor and a log without what happened last",
    expected=Outcome.DETECTED,
    because="floor, log and revision are attested; the authority remembers what it saw",
    tests=("chip/test_commit_faults.py", "host/test_verifier.py"),
)
def old_revision(trial: Trial) -> None:
    stand = trial.stand()
    image = stand.memory
    stand.load(stand.tokens(issued_at=START + LATER_S))
    trial.refused(
        "an attempt is refused and logged",
        ErrorWord.DECISION_ALLOWANCE,
        partial(stand.load, stand.tokens(issued_at=START + LATER_S, cycles=0)),
    )
    attested = stand.evidence()
    trial.scene(
        "both are in the evidence", (attested.floor, attested.log_count) == (START + LATER_S, 1)
    )
    stand.reboot(image)
    stand.trust()
    now = stand.evidence()
    trial.attempt(
        "the image from before",
        (now.floor, now.log_count) < (attested.floor, attested.log_count),
        f"floor {now.floor}, {now.log_count} log entries",
    )
    trial.appraised(
        "an authority that had evidence in between",
        stand.appraise(before=attested, now=START + 2 * LATER_S),
        Flaw.FLOOR_BACKWARDS,
        Flaw.LOG_BACKWARDS,
        Flaw.RECORD_BACKWARDS,
    )


@attack(
    "blocked-memory",
    "The NVRAM is kept from taking what is written",
    Source(Work.OFFLINE, "block the NVM write"),
    adversary=Adversary.OWNER,
    prize="a licence whose use is not remembered",
    expected=Outcome.PREVENTED,
    because="the record is read back and its MAC checked before the counter burns",
    tests=("chip/test_commit_faults.py", "chip/test_power_attacks.py"),
)
def blocked_memory(trial: Trial) -> None:
    stand = trial.stand()
    offline, list_ = stand.tokens(SequenceBound(1, 1)), stand.issuer.trust_list(2)
    online = stand.tokens()
    stand.chip.bus.interposer = DeafNvram()
    for name, call in (
        ("a sequence-bound licence", partial(stand.load, offline)),
        ("a nonce-bound licence", partial(stand.load, online)),
        ("a trust list", partial(stand.trust, 2, list_)),
    ):
        trial.refused(f"{name}, with the store deaf", ErrorWord.COMMIT_NVRAM, call)
    trial.attempt("the gate", stand.open, "closed")
    stand.chip.bus.interposer = None
    stand.load(offline)
    trial.scene("with the store mended the same licence is accepted once", stand.computes())


FUSE_STEPS: Final[tuple[tuple[Register, str], ...]] = (
    (OtpRegs.INTENT, "the step of INTENT, before the record"),
    (OtpRegs.COUNTER, "the step of COUNTER, after the record"),
)


@attack(
    "blocked-fuses",
    "The fuses are starved of their programming voltage during a commit",
    Source(Work.OFF_SWITCHES, "Persistent-counter variant"),
    adversary=Adversary.OWNER,
    prize="a sequence-bound licence, twice",
    expected=Outcome.PREVENTED,
    because="each step is read back before the next, and the gate opens after the last",
    tests=("chip/test_commit_faults.py", "chip/test_power_attacks.py"),
)
def blocked_fuses(trial: Trial) -> None:
    for register, step in FUSE_STEPS:
        stand = trial.stand()
        offline = stand.tokens(SequenceBound(1, 1))
        stand.chip.otp.fault = FuseFault(register)
        trial.refused(
            f"a licence, without {step}", ErrorWord.COMMIT_FUSE, partial(stand.load, offline)
        )
        trial.attempt("the gate", stand.open, "closed")
        stand.chip.otp.fault = None
        stand.load(stand.tokens(SequenceBound(1, 2)))
        trial.scene("with the fuses mended the next licence is accepted", stand.computes())
        stand.reboot()
        stand.trust()
        trial.refused(
            "and the starved one is spent",
            ErrorWord.DECISION_SEQUENCE,
            partial(stand.load, offline),
        )


@attack(
    "starved-mark",
    "An old image is put back while the fuse that would mark it is starved",
    Source(Work.OFF_SWITCHES, "Persistent-counter variant"),
    Source(Work.OFFLINE, "restore old NVM snapshot"),
    adversary=Adversary.OWNER,
    prize="an old record, and no mark of it",
    expected=Outcome.PREVENTED,
    because="until the mark has burned no trust list and no licence is taken",
    tests=("chip/test_rollback_mark.py", "chip/test_sequence_attacks.py"),
)
def starved_mark(trial: Trial) -> None:
    stand = trial.stand()
    image = stand.memory
    offline = stand.tokens(SequenceBound(1, 1))
    stand.load(offline)
    newest = stand.memory
    stand.chip.power_off()
    stand.chip.otp.fault = FuseFault(OtpRegs.ROLLED_BACK)
    stand.reboot(image)
    trial.refused("the old record's trust list", ErrorWord.COMMIT_FUSE, stand.trust)
    trial.refused("the licence again", ErrorWord.COMMIT_FUSE, partial(stand.load, offline))
    stand.reboot(newest)
    stand.chip.otp.fault = None
    stand.trust()
    trial.refused(
        "and with the newest record", ErrorWord.DECISION_SEQUENCE, partial(stand.load, offline)
    )
    stand.load()
    trial.scene("the chip serves its owner", stand.computes())


@attack(
    "used-up-counter",
    "One licence is cut off again and again, to use up the commit counter",
    Source(Work.MODEL, "limit 4"),
    adversary=Adversary.OWNER,
    prize="a chip that takes no sequence-bound licence any more",
    expected=Outcome.DETECTED,
    because="limit 4: a commit that is cut off has taken its step; steps left are attested",
    tests=("chip/test_commit_faults.py",),
)
def used_up_counter(trial: Trial) -> None:
    stand = trial.stand()
    left = stand.evidence().counter_left
    licence = stand.tokens(SequenceBound(1, 1))
    otp, before = stand.chip.otp, stand.memory
    begun = otp.intent
    otp.cut = WordCut(0, Tear.NEW)
    trial.scene(
        "power fails right after the step of INTENT", unanswered(partial(stand.load_once, licence))
    )
    trial.scene(
        "it has cost the step and not the licence",
        (otp.intent, stand.memory) == (begun + 1, before),
    )
    # Nothing but INTENT differs from cut to cut: the fuses that hundreds more would leave.
    steps = COUNTER_BITS - TRUST_RESERVE
    otp.poke_bytes(OtpRegs.INTENT, ((1 << steps) - 1).to_bytes(COUNTER_BITS // 8, "little"))
    stand.power_up()
    stand.trust()
    trial.denied(
        "the very same licence, hundreds of cuts later",
        ErrorWord.COMMIT_COUNTER_EXHAUSTED,
        partial(stand.load, licence),
    )
    now = stand.evidence().counter_left
    trial.watch("the evidence tells the steps left", now < left, f"{now}, before {left}")
    stand.load()
    trial.scene("the nonce form needs none", stand.computes())
    stand.trust(2)
    trial.scene("and the last steps are for trust lists", stand.evidence().epoch == 2)


ATTACKS: Final = (
    old_memory,
    old_memory_old_keys,
    old_revision,
    blocked_memory,
    blocked_fuses,
    starved_mark,
    used_up_counter,
)
