# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ways around the gate, edits of the die, and what can be read out of a chip."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_host.keys.signer import SoftwareSigner
from mooring_host.token import SequenceBound, issue
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import Stand
from mooring_lab.attacks.trial import Trial
from mooring_models import Chip
from mooring_models._regs import EngineResult, GateRegs
from mooring_models.engine import Engine
from mooring_models.faults import BusAccess
from mooring_models.gate import FULL_SPEED, Admission, Gate

UNITS: Final = 8
EDITED: Final = (0, 1, 4, 8)
# Seen by chance in all that passes the bus about once in 2^40.
FRAGMENT_BYTES: Final = 8


class _ForcedGate(Gate, block=GateRegs.BLOCK):
    """A gate whose answer to one engine was cut off and tied to yes."""

    def admit(self, cycles: int, start: int) -> Admission:
        """Always at full speed."""
        del cycles, start
        return Admission(EngineResult.DONE, FULL_SPEED)


def _ungated_engine(chip: Chip) -> Engine:
    """A further unit on the chip's die, which never asks the real gate."""
    return Engine(chip.time, _ForcedGate(chip.time, chip.otp, chip.trng, chip.keys.wire))


def _strip(
    stand: Stand, unit: Engine, a: NDArray[np.int8], b: NDArray[np.int8]
) -> NDArray[np.int32] | None:
    """A product by one unit."""
    job = unit.submit(a, b)
    stand.chip.run_for(1e-3)
    unit.settle()
    return job.product


@attack(
    "other-ways-in",
    "Work is handed to the engine past the ROM",
    Source(Work.OFF_SWITCHES, "Execution bypass"),
    adversary=Adversary.OWNER,
    prize="compute without a grant",
    expected=Outcome.PREVENTED,
    because="every job of the engine asks the gate, whichever way it came in",
    tests=("hw_models/test_engine.py", "chip/test_modes.py"),
)
def other_ways_in(trial: Trial) -> None:
    stand = trial.stand()
    trial.attempt("through the ROM", stand.computes(), "refused")
    a = b = np.ones((4, 4), np.int8)
    jobs = [stand.chip.engine.submit(a, b) for _ in range(2)]
    stand.chip.run_for(1)
    stand.chip.engine.settle()
    trial.attempt(
        "from the host's bus, past the CPU",
        any(job.product is not None for job in jobs),
        ", ".join(job.result.name for job in jobs),
    )
    stand.load(stand.tokens(cycles=20))
    job = stand.chip.compute(np.ones((64, 64), np.int8), np.ones((64, 64), np.int8))
    trial.attempt(
        "with a grant, a job larger than its allowance",
        job.product is not None,
        job.result.name,
    )
    job = stand.chip.compute(a, b)
    trial.scene("a job within it runs", job.result is EngineResult.DONE)


@attack(
    "ungated-unit",
    "A unit of the accelerator was never wired to the gate",
    Source(Work.OFF_SWITCHES, "Execution bypass"),
    Source(Work.MODEL, "limit 10"),
    adversary=Adversary.OWNER,
    prize="compute without a grant",
    expected=Outcome.NOT_STOPPED,
    because="limit 10: the gate covers what is wired to it; coverage is the designer's task",
    tests=("hw_models/test_engine.py",),
)
def ungated_unit(trial: Trial) -> None:
    stand = trial.stand()
    a = b = np.full((4, 4), 3, np.int8)
    trial.scene("the gated engine refuses", stand.chip.compute(a, b).product is None)
    product = _strip(stand, _ungated_engine(stand.chip), a, b)
    wanted = a.astype(np.int32) @ b
    got = product is not None and bool((product == wanted).all())
    trial.attempt("work routed to the other unit", got, "the product is right")
    trial.appraised("the evidence afterwards", stand.appraise())


@attack(
    "edited-die",
    "The enable wires of some units are cut and tied to yes",
    Source(Work.OFF_SWITCHES, "Physical edit"),
    Source(Work.OFFLINE, "physical attacks"),
    adversary=Adversary.BEYOND,
    prize="compute without a grant",
    expected=Outcome.NOT_STOPPED,
    because="outside the model: many gates raise the price, one for each unit; no gate sees it",
    tests=("hw_models/test_engine.py",),
)
def edited_die(trial: Trial) -> None:
    stand = trial.stand()
    chance = np.random.default_rng(trial.dice.randrange(2**32))
    a = chance.integers(-128, 128, (16, 16), dtype=np.int8)
    b = chance.integers(-128, 128, (16, 4 * UNITS), dtype=np.int8)
    wanted = np.split(a.astype(np.int32) @ b, UNITS, axis=1)
    for edited in EDITED:
        right = 0
        for index, (strip, want) in enumerate(zip(np.split(b, UNITS, axis=1), wanted, strict=True)):
            unit = _ungated_engine(stand.chip) if index < edited else stand.chip.engine
            product = _strip(stand, unit, a, strip)
            right += product is not None and bool((product == want).all())
        trial.scene("each edited unit computes, and no other", right == edited)
        trial.attempt(
            f"{edited} of {UNITS} units edited",
            right == UNITS,
            f"{100 * right // UNITS} % of the product is right",
        )
    trial.appraised("the evidence afterwards", stand.appraise())


class _Probe:
    """Reads along on the bus: each block's reads and writes in their order."""

    def __init__(self) -> None:
        self._streams: defaultdict[tuple[int, str], bytearray] = defaultdict(bytearray)

    def before(self, access: BusAccess) -> None:
        """Nothing."""

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """Notes what the CPU reads."""
        self._streams[access.address >> 12, "read"] += data
        return data

    def write(self, access: BusAccess, data: bytes) -> bytes:
        """Notes what the CPU writes."""
        self._streams[access.address >> 12, "write"] += data
        return data

    @property
    def streams(self) -> list[str]:
        """All that was read or written, in hexadecimal."""
        return [each.hex() for each in self._streams.values()]


def _holds(haystack: list[str], secret: bytes) -> bool:
    """Whether any fragment of a secret is in there; all in hexadecimal."""
    ends = range(FRAGMENT_BYTES, len(secret) + 1)
    fragments = {secret[end - FRAGMENT_BYTES : end].hex() for end in ends}
    return any(fragment in each for each in haystack for fragment in fragments)


@attack(
    "secret-extraction",
    "The bus, the boot CPU's memory, fuses and NVRAM are read for private keys",
    Source(Work.OFF_SWITCHES, "Secret extraction"),
    adversary=Adversary.OWNER,
    prize="a key that makes licences, or speaks for the chip",
    expected=Outcome.PREVENTED,
    because="issuers' keys are never on the chip, and the chip's own never leave its vault",
    tests=("hw_models/test_keyvault.py", "lab/test_attacks.py"),
)
def secret_extraction(trial: Trial) -> None:
    stand = trial.stand()
    probe = _Probe()
    stand.chip.bus.interposer = probe
    stand.reboot()
    stand.trust()
    stand.load(stand.tokens(SequenceBound(1, 1)))
    stand.load()
    stand.appraise()
    chip = stand.chip
    chip.run_until_idle()
    haystack = [
        *probe.streams,
        chip.cpu.capture().to_json(),
        chip.otp.fuses.hex(),
        chip.nvram.contents.hex(),
    ]
    trial.scene(
        "the search finds what is no secret, the device's public key",
        _holds(haystack, chip.public_key),
        f"in {sum(map(len, haystack)) // 2} bytes",
    )
    keys = chip.keys
    secrets = {"device key": keys.device, "storage key": keys.storage, "wire key": keys.wire}
    for name, secret in secrets.items():
        trial.attempt(f"a fragment of the {name}", _holds(haystack, secret), "not there")


@attack(
    "stolen-device-key",
    "The device key was extracted all the same, and answers from elsewhere",
    Source(Work.OFF_SWITCHES, "Secret extraction"),
    Source(Work.MODEL, "adversary D"),
    adversary=Adversary.DEVICE_THIEF,
    prize="evidence of a chip, from where that chip is not",
    expected=Outcome.NOT_STOPPED,
    because="identity is the key; two of one name show only if they contradict each other",
    tests=("host/test_verifier.py",),
)
def stolen_device_key(trial: Trial) -> None:
    stand = trial.stand()
    seen = stand.evidence()

    def answer(key: bytes, nonce: bytes) -> bytes:
        """Evidence of a program that has never seen the chip's board."""
        return issue(replace(seen, nonce=nonce), SoftwareSigner.from_seed(key))

    other = partial(answer, trial.stand("other chip").chip.keys.device)
    trial.scene("under another key nobody believes it", not stand.appraise(ask=other).authentic)
    appraisal = stand.appraise(ask=partial(answer, stand.chip.keys.device))
    trial.attempt("a program answers for the chip", appraisal.authentic, "the evidence is genuine")
    trial.appraised("the authority looks at it", appraisal)


ATTACKS: Final = (other_ways_in, ungated_unit, edited_die, secret_extraction, stolen_device_key)
