# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A ROM or fuses that are not the maker's."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from hashlib import sha256, sha384
from typing import Final

import numpy as np

from mooring_firmware import images
from mooring_firmware.errors import ErrorWord
from mooring_firmware.images import SHIPPED
from mooring_host import cbor
from mooring_host.fuses import burn, lock
from mooring_host.states import GateState, Lifecycle
from mooring_host.token import Evidence
from mooring_host.verifier import Flaw
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import Build, Stand, good_measurement
from mooring_lab.attacks.trial import Trial
from mooring_lab.issuer import Issuer
from mooring_models import Chip, _regs
from mooring_models._cose import EVIDENCE_TYPE, protected_header
from mooring_models._regs import (
    GateCommand,
    GateRegs,
    KeyvaultRegs,
    NvramKey,
    NvramRegs,
    RecordKind,
    RecordRegs,
    VaultCommand,
)
from mooring_models._spec import Instance, Register, Window
from mooring_models.record import BODY_BYTES, Record

NAIVE: Final = f"{SHIPPED}-naive"
"""The control of the fault campaigns, which makes its decision as carelessly as it can."""
CYCLES: Final = 10**9
COSE_SIGN1: Final = 18


def _measured(trial: Trial, what: str, measurement: bytes, image: str = SHIPPED) -> None:
    """A ROM that tells the truth about itself."""
    stand = trial.stand()
    trial.appraised("the maker's ROM is appraised", stand.appraise())
    stand.change_rom(measurement, image)
    stand.trust()
    stand.load()
    trial.attempt(f"{what} boots, and computes", stand.computes(), "the chip computes")
    trial.appraised("the authority knows the maker's", stand.appraise(), Flaw.MEASUREMENT)


@attack(
    "modified-firmware",
    "The chip boots a ROM that is not the maker's",
    Source(Work.OFF_SWITCHES, "Supply-chain backdoor"),
    Source(Work.OFFLINE, "modified image"),
    Source(Work.OFFLINE, "firmware modification"),
    adversary=Adversary.SUPPLY,
    prize="a chip that runs what nobody has reviewed",
    expected=Outcome.DETECTED,
    because="ROMCTRL measures the ROM, and the evidence carries it; see lying-firmware",
    tests=("host/test_verifier.py", "hw_models/test_back_ends.py"),
)
def modified_firmware(trial: Trial) -> None:
    # The native back end has one ROM compiled in; it can only be taken for another.
    runs = NAIVE if trial.cpu == "rv32" else SHIPPED
    _measured(trial, "a ROM without its hardening", images.load(NAIVE).measurement, runs)


@attack(
    "older-firmware",
    "The chip boots an older ROM of the same maker, with a known flaw",
    Source(Work.OFFLINE, "older signed image"),
    adversary=Adversary.SUPPLY,
    prize="a flaw that was mended since",
    expected=Outcome.DETECTED,
    because="the ROM is in masks and takes no update; its age shows in the measurement",
    tests=("host/test_verifier.py",),
)
def older_firmware(trial: Trial) -> None:
    _measured(trial, "an older ROM", sha384(b"the ROM of last year").digest())


def _computes(chip: Chip) -> bool:
    """Whether the engine runs a job that comes from the host's bus."""
    ones = np.ones((4, 4), np.int8)
    return chip.compute(ones, ones).product is not None


class _Intruder:
    """The attacker's own code in place of the ROM: it has the bus, and nothing else."""

    def __init__(self, build: Build, stand: Stand) -> None:
        stand.chip.power_off()
        config = replace(build.config, cpu="held", rom_measurement=good_measurement(build))
        self.chip: Final = Chip(config, stand.chip.persistent)
        self.chip.power_on()

    def _write(self, block: Instance, target: Register | Window, data: bytes, at: int = 0) -> None:
        self.chip.bus.write_window(block.base + target.offset + at, data)

    def _put(self, block: Instance, register: Register, value: int) -> None:
        self._write(block, register, value.to_bytes(4, "little"))

    def _vault(self, command: VaultCommand, output: Register, data: bytes = b"") -> bytes:
        """Runs a command of KEYVAULT."""
        if data:
            padded = data.ljust(-(-len(data) // 4) * 4, b"\0")
            self._write(_regs.KEYVAULT, KeyvaultRegs.DATA, padded)
            self._put(_regs.KEYVAULT, KeyvaultRegs.LENGTH, len(data))
        self._put(_regs.KEYVAULT, KeyvaultRegs.COMMAND, command)
        return self.chip.bus.read_window(_regs.KEYVAULT.base + output.offset, output.size)

    def open_gate(self) -> None:
        """Hands the gate values of a signature that nobody made."""
        token = sha256(b"a token that does not exist").digest()
        wanted = (sha256(b"A").digest(), sha256(b"B").digest())
        self._put(_regs.GATE, GateRegs.COMMAND, GateCommand.BEGIN_LICENCE)
        for register, value in (
            (GateRegs.TOKEN_DIGEST, token),
            (GateRegs.EXPECTED_A, wanted[0]),
            (GateRegs.EXPECTED_B, wanted[1]),
        ):
            self._write(_regs.GATE, register, value)
        self._put(_regs.GATE, GateRegs.COMMAND, GateCommand.ARM)
        for value in wanted * 2:
            mask = self.chip.bus.read_window(_regs.GATE.base + GateRegs.MASK.offset, 32)
            blinded = bytes(a ^ b for a, b in zip(value, mask, strict=True))
            self._write(_regs.GATE, GateRegs.VALUE, blinded)
        self._commit(token)

    def _commit(self, token: bytes) -> None:
        """Has a record sealed for it, as the vault wants one before it bears witness."""
        records = [Record(self.chip.nvram.slot(index)[:BODY_BYTES]) for index in range(2)]
        slot = max(range(2), key=lambda index: records[index].word(RecordRegs.REVISION))
        self._put(_regs.KEYVAULT, KeyvaultRegs.SLOT, slot)
        self._vault(VaultCommand.CHECK, KeyvaultRegs.MAC)
        terms = CYCLES.to_bytes(8, "little") + (3600).to_bytes(4, "little")
        body = bytearray(records[slot].body)
        for register, value in (
            (RecordRegs.KIND, int(RecordKind.LICENCE_NONCE).to_bytes(4, "little")),
            (RecordRegs.TOKEN_DIGEST, token),
            (RecordRegs.TERMS, terms),
        ):
            body[register.offset : register.offset + len(value)] = value
        seal = self._vault(VaultCommand.SEAL, KeyvaultRegs.MAC, bytes(body))
        self._put(_regs.NVRAM, NvramRegs.WRITE_ENABLE, NvramKey.ARM)
        at = slot * NvramRegs.SLOTS.size // 2
        self._write(_regs.NVRAM, NvramRegs.SLOTS, bytes(body) + seal, at)
        proof = self._vault(VaultCommand.WITNESS_NONCE, KeyvaultRegs.WITNESS)
        self._write(_regs.GATE, GateRegs.TERMS, terms + bytes(each ^ 0xFF for each in terms))
        self._write(_regs.GATE, GateRegs.WITNESS, proof)
        self.chip.loop.run_for(self.chip.time.busy_for)
        self._put(_regs.GATE, GateRegs.COMMAND, GateCommand.OPEN)

    def sign(self, evidence: Evidence, nonce: bytes) -> bytes:
        """Has the vault sign what an honest ROM would have said."""
        payload = replace(evidence, nonce=nonce).to_payload()
        signature = self._vault(VaultCommand.SIGN_EVIDENCE, KeyvaultRegs.SIGNATURE, payload)
        header = protected_header(self.chip.public_key, EVIDENCE_TYPE)
        return cbor.encode(cbor.Tagged(COSE_SIGN1, [header, {}, payload, signature]))


@attack(
    "lying-firmware",
    "Foreign code runs on the boot CPU, drives the gate and signs what it likes",
    Source(Work.OFF_SWITCHES, "Supply-chain backdoor"),
    Source(Work.OFFLINE, "firmware modification"),
    adversary=Adversary.BEYOND,
    prize="compute without a grant, and evidence that denies it",
    expected=Outcome.NOT_STOPPED,
    because="out of scope: the gate raises the price of faults, not of code execution",
    tests=("hw_models/test_keyvault.py", "hw_models/test_gate.py"),
)
def lying_firmware(trial: Trial) -> None:
    stand = trial.stand()
    evidence = stand.evidence()
    intruder = _Intruder(stand.build, stand)
    trial.scene("without a grant the engine refuses", not _computes(intruder.chip))
    intruder.open_gate()
    trial.attempt("values from no signature at all", _computes(intruder.chip), "the chip computes")
    trial.scene("what it says is that the gate is closed", evidence.gate is GateState.CLOSED)
    appraisal = stand.appraise(ask=partial(intruder.sign, evidence))
    trial.appraised("the authority looks at the evidence", appraisal)


@attack(
    "foreign-roots",
    "Somebody in the supply chain burns a root of his own before the chip is locked",
    Source(Work.OFF_SWITCHES, "Supply-chain backdoor"),
    Source(Work.MODEL, "limit 6"),
    adversary=Adversary.SUPPLY,
    prize="a chip that obeys another authority",
    expected=Outcome.DETECTED,
    because="limit 6: LOCK wants the digest of the map, and the map can be read for ever",
    tests=("chip/test_provisioning.py", "chip/test_interrupted_lock.py"),
)
def foreign_roots(trial: Trial) -> None:
    build = trial.stand().build
    thief = Issuer.from_seed(build.seed + b"foreign")
    plan = build.plan
    foreign = replace(plan, roots=(*plan.roots, thief.root_digest))
    careless, thieving = (Stand(build, Chip.manufacture(build.config)) for _ in range(2))
    for stand in (careless, thieving):
        burn(stand.client, foreign)
    trial.refused(
        "his root is burned, the authority locks the chip with its own map",
        ErrorWord.FUSE_DIGEST,
        partial(lock, careless.client, plan),
    )
    state = careless.client.info().lifecycle
    trial.scene("that chip stays in manufacturing", state is Lifecycle.MANUFACTURING)
    lock(thieving.client, foreign)
    taken = thieving.client.trust(thief.root_key, thief.trust_list())
    trial.attempt("he locks another himself", taken.epoch == 1, "it takes his trust list")
    seen = thieving.client.fuses().map_digest
    trial.watch("its map can be read", seen != plan.digest, f"digest {seen.hex()[:16]}...")


ATTACKS: Final = (modified_firmware, older_firmware, lying_firmware, foreign_roots)
