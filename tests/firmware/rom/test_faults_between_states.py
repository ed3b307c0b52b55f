# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What VERIFY leaves in memory for COMMIT and OPEN, changed by one bit on the way.

A fault strikes when the ROM marks the phase: the token is good, the signatures have
matched, and what is changed is what the token is worth.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import pytest
from benches.rig import ISSUER, Rig

from mooring_firmware._native import ffi, lib
from mooring_firmware.errors import ErrorWord
from mooring_host.errors import TransportError
from mooring_host.token import NonceBound, SequenceBound
from mooring_models import Chip
from mooring_models._regs import GateState, Phase

# rom_attempt_t (mooring/rom.h): three digests, then the grant and its inverse, ...
GRANT: Final = 96
INVERSE: Final = GRANT + 40
# ... whose words are:
FIELDS: Final = {
    "cycles": 0,
    "issued at": 8,
    "epoch": 16,
    "sequence": 24,
    "seconds": 32,
    "kind": 36,
}


class Fault:
    """Inverts one bit of the attempt whose digest is `digest` when `phase` begins.

    Args:
        chip: with the native back end.
        digest: SHA-256 of the token under decision.
        phase: when.
        byte: of rom_attempt_t.
        bit: of that byte.

    Attributes:
        value: written there instead of inverting a bit, or None.
        struck: whether it has happened.
    """

    def __init__(self, chip: Chip, digest: bytes, phase: Phase, byte: int, bit: int = 0) -> None:
        self.chip = chip
        self.digest = digest
        self.phase = phase
        self.byte = byte
        self.bit = bit
        self.value: bytes | None = None
        self.struck = False
        chip.on_phase = self.strike

    def strike(self, time: int, phase: Phase) -> None:
        """Changes the memory, once."""
        del time
        if phase is not self.phase or self.struck:
            return
        cpu: Any = self.chip.cpu
        memory: Any = ffi.buffer(cpu._rom)
        at = bytes(memory).index(self.digest) + self.byte
        value = self.value or bytes((memory[at][0] ^ 1 << self.bit,))
        memory[at : at + len(value)] = value
        self.struck = True


def licence(rig: Rig, form: NonceBound | SequenceBound) -> tuple[bytes, bytes]:
    location = rig.location(form)
    return location, rig.licence(form, location)


@pytest.mark.parametrize("phase", [Phase.COMMIT, Phase.OPEN], ids=lambda phase: phase.name)
@pytest.mark.parametrize("sequence", [False, True], ids=["nonce", "sequence"])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("copy", [GRANT, INVERSE], ids=["grant", "inverse"])
def test_grant_that_changes_after_it_was_judged_opens_nothing(
    phase: Phase, sequence: bool, field: str, copy: int
) -> None:
    rig = Rig.trusting()
    tokens = licence(rig, SequenceBound(1, 1) if sequence else rig.fresh())
    digest = hashlib.sha256(tokens[1]).digest()
    fault = Fault(rig.chip, digest, phase, copy + FIELDS[field])

    with pytest.raises(TransportError):
        rig.client.load_licence(*tokens)

    assert fault.struck
    assert rig.chip.halted
    assert rig.chip.shutdown_error == ErrorWord.HW_CONTROL_FLOW
    assert rig.chip.gate.state is GateState.CLOSED


def test_control_without_a_fault_opens() -> None:
    rig = Rig.trusting()
    tokens = licence(rig, rig.fresh())
    fault = Fault(rig.chip, b"", Phase.SERVE, 0)
    fault.struck = True

    assert rig.client.load_licence(*tokens).changed


# ... token and location (two places of 4 bytes), and the words that COMMIT looks at.
KIND: Final = INVERSE + 40 + 8
CHANGED: Final = KIND + 12


@pytest.mark.parametrize("bit", range(8))
def test_new_list_that_passes_for_a_durable_one_takes_no_effect(bit: int) -> None:
    rig = Rig.trusting()
    newer = ISSUER.trust_list(9)
    fault = Fault(rig.chip, hashlib.sha256(newer).digest(), Phase.COMMIT, CHANGED, bit)

    with pytest.raises(TransportError):
        rig.trust(newer)

    assert fault.struck
    assert rig.chip.shutdown_error == ErrorWord.HW_CONTROL_FLOW


def test_new_list_that_is_said_to_be_durable_takes_no_effect() -> None:
    rig = Rig.trusting()
    newer = ISSUER.trust_list(9)
    fault = Fault(rig.chip, hashlib.sha256(newer).digest(), Phase.COMMIT, CHANGED)
    fault.value = lib.kHardenedFalse.to_bytes(4, "little")

    with pytest.raises(TransportError):
        rig.trust(newer)

    assert fault.struck
    assert rig.chip.shutdown_error == ErrorWord.HW_CONTROL_FLOW


@pytest.mark.parametrize("sequence", [False, True], ids=["nonce", "sequence"])
def test_kind_that_is_no_licence_is_committed_as_none(sequence: bool) -> None:
    rig = Rig.trusting()
    tokens = licence(rig, SequenceBound(1, 1) if sequence else rig.fresh())
    before = rig.chip.nvram.contents
    fault = Fault(rig.chip, hashlib.sha256(tokens[1]).digest(), Phase.COMMIT, KIND)

    with pytest.raises(TransportError):
        rig.client.load_licence(*tokens)

    assert fault.struck
    assert rig.chip.shutdown_error == ErrorWord.HW_CONTROL_FLOW
    assert rig.chip.nvram.contents == before
    assert rig.chip.gate.state is GateState.CLOSED
