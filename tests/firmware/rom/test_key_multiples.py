# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Multiples of the signers' keys, which the ROM keeps from one decision to the next.

They serve the second round only, and whatever becomes of them between two decisions, a good
signature is accepted with those of its key, and a bad one never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from benches.rig import ISSUER, Rig
from oracles import ed25519_reference as ref

from mooring_firmware._native import ffi, lib
from mooring_firmware.errors import ErrorWord
from mooring_host.errors import Error
from mooring_host.keys.signer import Signer, SoftwareSigner
from mooring_lab.issuer import Issuer
from mooring_models._regs import GateState

SIZE: Final = int(ffi.sizeof("ed25519_prepared_t"))
USED: Final = int(ffi.offsetof("ed25519_prepared_t", "check")) + 4
KEPT: Final = {
    "licence_key": ISSUER.licence_key.public_key,
    "location_key": ISSUER.location_key.public_key,
}
THIEF_SEED: Final = bytes(range(32))
THIEF: Final = SoftwareSigner.from_seed(THIEF_SEED)


class Impostor:
    """Signs in another's name so that the thief's multiples give the signature's R."""

    def __init__(self, victim: Signer) -> None:
        self.public_key: Final = victim.public_key
        self.kid: Final = victim.kid

    def sign(self, message: bytes) -> bytes:
        secret = ref.expand(THIEF_SEED).scalar
        r = ref.encode(ref.multiply(2, ref.BASE))
        k = ref.challenge(r, self.public_key, message)
        return r + ((2 + k * secret) % ref.L).to_bytes(32, "little")


def checksum(limbs: bytes) -> bytes:
    """FNV-1a over 32-bit words, as ed25519.c has it."""
    check = 0x811C9DC5
    for at in range(0, len(limbs), 4):
        check = (check ^ int.from_bytes(limbs[at : at + 4], "little")) * 0x01000193 % 2**32
    return check.to_bytes(4, "little")


def multiples_of(key: bytes) -> bytes:
    """What the core makes of a key; by itself it is tested elsewhere."""
    prepared: Any = ffi.new("ed25519_prepared_t *")
    assert lib.ed25519_prepare(prepared, key) == lib.kEd25519Ok
    return bytes(ffi.buffer(prepared))


def place(field: str) -> slice:
    at = int(ffi.offsetof("rom_t", field))
    return slice(at, at + SIZE)


def kept(rig: Rig, field: str) -> bytes:
    return rig.chip.cpu.capture().blob("rom")[place(field)]


def put(rig: Rig, field: str, content: bytes) -> None:
    """Writes to the ROM's memory between two steps."""
    captured = rig.chip.cpu.capture()
    memory = bytearray(captured.blob("rom"))
    memory[place(field)] = content
    rig.chip.cpu.restore(captured.replaced(rom=bytes(memory)))


def issuer_with(field: str, key: Signer) -> Issuer:
    """The rig's issuer with another licence or location key."""
    if field == "licence_key":
        return replace(ISSUER, licence_key=key)
    return replace(ISSUER, location_key=key)


@pytest.fixture
def rig() -> Rig:
    """A chip that has accepted a licence."""
    rig = Rig.trusting()
    rig.load()
    return rig


def inverted_bit(multiples: bytes) -> bytes:
    return bytes((multiples[0] ^ 1,)) + multiples[1:]


def of_another_key(_: bytes) -> bytes:
    return multiples_of(THIEF.public_key)


def wiped(multiples: bytes) -> bytes:
    return bytes(len(multiples))


def renamed(multiples: bytes) -> bytes:
    """The thief's multiples, intact, under this key's name."""
    key_at = int(ffi.offsetof("ed25519_prepared_t", "key"))
    thiefs = multiples_of(THIEF.public_key)
    assert thiefs[USED - 4 : USED] == checksum(thiefs[:key_at])
    return thiefs[:key_at] + multiples[key_at : key_at + 32] + thiefs[key_at + 32 :]


@pytest.mark.parametrize("field", KEPT)
def test_accepted_licence_leaves_the_multiples_of_its_keys(rig: Rig, field: str) -> None:
    assert kept(rig, field)[:USED] == multiples_of(KEPT[field])[:USED]


@pytest.mark.parametrize("field", KEPT)
def test_refused_signature_leaves_no_multiples(field: str) -> None:
    rig = Rig.trusting()
    rig.issuer = issuer_with(field, THIEF)
    form = rig.fresh()
    location = rig.location(form)

    with pytest.raises(Error):
        rig.client.load_licence(location, rig.licence(form, location))
    assert kept(rig, field) == bytes(SIZE)


@pytest.mark.parametrize("field", KEPT)
@pytest.mark.parametrize("damage", [inverted_bit, of_another_key, wiped])
def test_damaged_multiples_are_made_anew(
    rig: Rig, field: str, damage: Callable[[bytes], bytes]
) -> None:
    put(rig, field, damage(kept(rig, field)))
    rig.load()

    assert rig.can_compute()
    assert kept(rig, field)[:USED] == multiples_of(KEPT[field])[:USED]


def test_multiples_follow_the_trust_list_to_its_new_keys(rig: Rig) -> None:
    old = rig.issuer
    rig.issuer = replace(old, licence_key=THIEF)
    rig.trust(rig.issuer.trust_list(epoch=2))
    rig.load()

    assert rig.can_compute()
    assert kept(rig, "licence_key")[:USED] == multiples_of(THIEF.public_key)[:USED]


@pytest.mark.parametrize("field", KEPT)
def test_forged_multiples_alone_would_pass_an_impostor(field: str) -> None:
    victim: Signer = getattr(ISSUER, field)
    message = b"any"
    signature = Impostor(victim).sign(message)
    forged = ffi.new("ed25519_prepared_t *")
    ffi.buffer(forged)[:] = renamed(multiples_of(victim.public_key))
    ctx, r = ffi.new("ed25519_t *"), ffi.new("uint8_t[32]")
    started = lib.ed25519_start_prepared(ctx, forged, victim.public_key, signature)
    lib.ed25519_update(ctx, message, len(message))

    assert started == lib.kEd25519Prepared
    assert lib.ed25519_finish_prepared(ctx, forged, r) == lib.kEd25519Ok
    assert bytes(ffi.buffer(r)) == signature[:32]


@pytest.mark.parametrize("field", KEPT)
def test_forged_multiples_accept_nothing_from_whom_they_belong_to(rig: Rig, field: str) -> None:
    # The worst that could be left there, and the first round knows nothing of it.
    put(rig, field, renamed(kept(rig, field)))
    rig.issuer = issuer_with(field, Impostor(getattr(ISSUER, field)))

    assert rig.refused(rig.load) is ErrorWord.KEY_SIGNATURE
    assert rig.chip.gate.state is GateState.OPEN  # of the licence before
    assert not rig.chip.halted


@pytest.mark.parametrize("field", KEPT)
def test_forged_multiples_stop_the_machine_at_the_next_good_signature(rig: Rig, field: str) -> None:
    put(rig, field, renamed(kept(rig, field)))
    with pytest.raises(Error):
        rig.load()

    assert rig.chip.halted
    assert rig.chip.shutdown_error == ErrorWord.HW_CONTROL_FLOW
    assert rig.chip.gate.state is not GateState.OPEN
