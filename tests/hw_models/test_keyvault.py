# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""KEYVAULT: what it signs, seals and witnesses, and what it refuses."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import cbor2
import pytest
from benches.held import (
    BODY_BYTES,
    DIGEST_A,
    DIGEST_B,
    Bench,
    record,
    xor,
)
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mooring_models import Chip, ChipConfig, _regs
from mooring_models._regs import (
    GateCommand,
    KeyvaultRegs,
    RecordKind,
    RecordRegs,
    VaultCommand,
    VaultResult,
)

OK, BAD_MAC, REFUSED = VaultResult.OK, VaultResult.BAD_MAC, VaultResult.REFUSED
HOUSE: Final = RecordKind.HOUSEKEEPING


def thumbprint(public_key: bytes) -> bytes:
    """RFC 9679 by another CBOR encoder."""
    return hashlib.sha256(cbor2.dumps({1: 1, -1: 6, -2: public_key})).digest()


def change(body: bytes, register: Any, value: bytes) -> bytes:
    """The record with one field replaced, from its first byte on."""
    return body[: register.offset] + value + body[register.offset + len(value) :]


def word(value: int) -> bytes:
    return value.to_bytes(4, "little")


def kind(body: bytes, new: RecordKind) -> bytes:
    return change(body, RecordRegs.KIND, word(new))


@pytest.fixture
def trusted(production: Bench) -> Bench:
    """With a trust list of epoch 5 in slot A, generation 1."""
    production.accept_trust()
    return production


@pytest.fixture
def body(trusted: Bench) -> bytes:
    """The current record of `trusted`."""
    return trusted.chip.nvram.slot(0)[:BODY_BYTES]


# -- Identity and evidence ---------------------------------------------------------------


def test_device_id_is_made_of_the_public_key(bench: Bench) -> None:
    public = bench.vault_output(KeyvaultRegs.PUBLIC_KEY)

    assert public == bench.chip.public_key
    assert bench.chip.ueid == b"\x01" + thumbprint(public)


def test_chips_of_different_seeds_have_different_keys() -> None:
    chips = [Chip.manufacture(ChipConfig(seed=bytes((n,)), cpu="held")) for n in range(20)]
    again = Chip.manufacture(ChipConfig(seed=b"\0", cpu="held"))

    assert len({chip.ueid for chip in chips}) == 20
    assert again.ueid == chips[0].ueid


@pytest.mark.parametrize("length", [1, 23, 24, 255, 256, 1024])
def test_evidence_signature_is_of_the_cose_structure(bench: Bench, length: int) -> None:
    payload = bytes(each % 256 for each in range(length))
    assert bench.vault(VaultCommand.SIGN_EVIDENCE, payload) is OK
    public = bench.chip.public_key
    header = {1: -19, 4: thumbprint(public)[:8], 16: "application/vnd.mooring.evidence+cwt"}
    structure = cbor2.dumps(["Signature1", cbor2.dumps(header), b"", payload])
    verifier = Ed25519PublicKey.from_public_bytes(public)

    signature = bench.vault_output(KeyvaultRegs.SIGNATURE)

    verifier.verify(signature, structure)
    with pytest.raises(InvalidSignature):
        verifier.verify(signature, payload)


@pytest.mark.parametrize("length", [0, 1025, 0xFFFF])
def test_evidence_of_no_or_too_much_payload_is_refused(bench: Bench, length: int) -> None:
    bench.write(_regs.KEYVAULT, KeyvaultRegs.LENGTH, length)

    assert bench.vault(VaultCommand.SIGN_EVIDENCE) is REFUSED
    assert bench.vault_output(KeyvaultRegs.SIGNATURE) == bytes(64)


def test_unknown_command_is_refused_and_clears_outputs(bench: Bench) -> None:
    bench.vault(VaultCommand.SIGN_EVIDENCE, b"x")

    assert bench.vault(0x12345678) is REFUSED
    assert bench.vault_output(KeyvaultRegs.SIGNATURE) == bytes(64)


def test_secrets_do_not_show_in_a_representation(bench: Bench) -> None:
    text = repr(bench.chip.keys) + repr(bench.chip.persistent)

    assert bench.chip.keys.device.hex() not in text
    assert repr(bench.chip.keys.device) not in text


# -- CHECK -------------------------------------------------------------------------------


def test_blank_slot_is_no_record(bench: Bench) -> None:
    assert bench.vault(VaultCommand.CHECK) is BAD_MAC


def test_every_bit_of_a_record_is_under_the_mac(bench: Bench) -> None:
    assert bench.commit(record(HOUSE, FLOOR=7)) is OK
    good = bench.chip.nvram.slot(0)
    for place in range(0, 8 * 1024, 61):
        damaged = bytearray(good)
        damaged[place // 8] ^= 1 << place % 8
        bench.store(0, bytes(damaged))
        assert bench.vault(VaultCommand.CHECK) is BAD_MAC
    bench.store(0, good)

    assert bench.vault(VaultCommand.CHECK) is OK


def test_record_of_another_chip_is_no_record(bench: Bench) -> None:
    other = Bench(Chip.manufacture(ChipConfig(seed=b"other", cpu="held")))
    assert other.commit(record(HOUSE)) is OK

    bench.store(0, other.chip.nvram.slot(0))

    assert bench.vault(VaultCommand.CHECK) is BAD_MAC


# -- HOUSEKEEPING ------------------------------------------------------------------------


def test_first_record_is_blank_but_for_log_and_floor(bench: Bench) -> None:
    assert bench.seal(record(HOUSE, FLOOR=1, LOG_COUNT=2, REVISION=3)) is OK
    for changed in ({"GENERATION": 1}, {"TRUST_EPOCH": 1}, {"SEQUENCE": 1}, {"FLAGS": 1}):
        assert bench.seal(record(HOUSE, **changed)) is REFUSED


def test_first_record_on_used_fuses_must_admit_the_loss(bench: Bench) -> None:
    bench.burn_count(3)

    assert bench.seal(record(HOUSE)) is REFUSED
    assert bench.seal(record(HOUSE, FLAGS=1)) is OK


def test_housekeeping_may_not_touch_the_protected_part(trusted: Bench, body: bytes) -> None:
    house = kind(body, HOUSE)
    assert trusted.seal(change(house, RecordRegs.FLOOR, word(99))) is OK
    for offset in range(0, RecordRegs.KIND.offset, 4):
        old = int.from_bytes(house[offset : offset + 4], "little")
        changed = house[:offset] + word(old ^ 1) + house[offset + 4 :]
        assert trusted.seal(changed) is REFUSED


def test_record_that_was_not_checked_since_reset_is_not_followed(
    trusted: Bench, body: bytes
) -> None:
    trusted.chip.reset_line()
    assert trusted.seal(kind(body, HOUSE)) is REFUSED

    trusted.vault(VaultCommand.CHECK)

    assert trusted.seal(kind(body, HOUSE)) is OK


@pytest.mark.parametrize("length", [0, BODY_BYTES - 4, BODY_BYTES + 4])
def test_record_of_another_length_is_refused(bench: Bench, length: int) -> None:
    bench.seal(record(HOUSE))
    bench.write(_regs.KEYVAULT, KeyvaultRegs.LENGTH, length)

    assert bench.vault(VaultCommand.SEAL) is REFUSED
    assert bench.vault_output(KeyvaultRegs.MAC) == bytes(32)


@pytest.mark.parametrize(
    ("register", "value"),
    [
        (RecordRegs.MAGIC, b"\0"),
        (RecordRegs.KIND, b"\0"),
        (RecordRegs.FLAGS, b"\x02"),
    ],
)
def test_malformed_record_is_refused(bench: Bench, register: Any, value: bytes) -> None:
    assert bench.seal(change(record(HOUSE), register, value)) is REFUSED


@pytest.mark.parametrize("offset", [0x58, 0x5C, 0x8C, 0x94, 0x9C, 0x340, 0x3DC])
def test_unused_words_must_be_zero(bench: Bench, offset: int) -> None:
    body = bytearray(record(HOUSE))
    body[offset] = 1

    assert bench.seal(bytes(body)) is REFUSED


# -- TRUST -------------------------------------------------------------------------------


def next_trust(bench: Bench, body: bytes, slot: int, epoch: int, **changes: bytes) -> bytes:
    """A record that accepts the list DIGEST_A after `body`."""
    new = kind(body, RecordKind.TRUST)
    new = change(new, RecordRegs.GENERATION, word(bench.chip.otp.intent))
    new = change(new, RecordRegs.ROOT_SLOT, word(slot))
    new = change(new, RecordRegs.TRUST_EPOCH, epoch.to_bytes(8, "little"))
    new = change(new, RecordRegs.TRUST_DIGEST, DIGEST_A)
    new = change(new, RecordRegs.TOKEN_DIGEST, DIGEST_A)
    for name, value in changes.items():
        new = change(new, getattr(RecordRegs, name), value)
    return new


@pytest.mark.parametrize(
    ("slot", "epoch", "result"),
    [
        (0, 6, OK),
        (1, 0, OK),
        (0, 1 << 40, OK),
        (0, 5, REFUSED),
        (0, 4, REFUSED),
        (0, 0, REFUSED),
    ],
)
def test_trust_lists_only_go_up(
    trusted: Bench, body: bytes, slot: int, epoch: int, result: VaultResult
) -> None:
    trusted.match_trust(DIGEST_A)
    trusted.burn_intent()

    assert trusted.seal(next_trust(trusted, body, slot, epoch)) is result


@pytest.mark.parametrize(
    "changes",
    [
        {"GENERATION": word(1)},
        {"GENERATION": word(3)},
        {"TOKEN_DIGEST": DIGEST_B},
        {"TRUST_DIGEST": DIGEST_B},
        {"SEQUENCE": word(1)},
        {"SEQUENCE_EPOCH": word(1)},
    ],
    ids=str,
)
def test_trust_record_must_be_what_the_gate_matched(
    trusted: Bench, body: bytes, changes: dict[str, bytes]
) -> None:
    trusted.match_trust(DIGEST_A)
    trusted.burn_intent()

    assert trusted.seal(next_trust(trusted, body, 0, 6, **changes)) is REFUSED
    assert trusted.seal(next_trust(trusted, body, 0, 6)) is OK


def test_each_step_of_intent_seals_one_record(trusted: Bench, body: bytes) -> None:
    trusted.match_trust(DIGEST_A)
    assert trusted.seal(next_trust(trusted, body, 0, 6)) is REFUSED
    trusted.burn_intent()
    new = next_trust(trusted, body, 0, 6)
    assert trusted.seal(new) is OK

    assert trusted.seal(new) is REFUSED
    trusted.command(GateCommand.ABORT)
    trusted.match_trust(DIGEST_A)
    assert trusted.seal(new) is REFUSED


def test_step_of_intent_that_was_burned_before_a_reset_seals_nothing(
    trusted: Bench, body: bytes
) -> None:
    trusted.burn_intent()
    trusted.chip.reset_line()
    assert trusted.vault(VaultCommand.CHECK) is OK
    trusted.match_trust(DIGEST_A)

    assert trusted.seal(next_trust(trusted, body, 0, 6)) is REFUSED
    trusted.burn_intent()
    assert trusted.seal(next_trust(trusted, body, 0, 6)) is OK


def test_trust_record_needs_a_matched_trust_attempt(trusted: Bench, body: bytes) -> None:
    trusted.burn_intent()
    new = next_trust(trusted, body, 0, 6)
    assert trusted.seal(new) is REFUSED
    trusted.match_licence(DIGEST_A)
    assert trusted.seal(new) is REFUSED
    trusted.command(GateCommand.ABORT)
    trusted.match_trust(DIGEST_B)

    assert trusted.seal(new) is REFUSED


def test_first_list_may_have_any_order(production: Bench) -> None:
    production.match_trust(DIGEST_A)
    production.burn_intent()
    blank = record(HOUSE)

    assert production.seal(next_trust(production, blank, 0, 0)) is OK


# -- LICENCE -----------------------------------------------------------------------------


def next_sequence(body: bytes, epoch: int, sequence: int, **changes: bytes) -> bytes:
    new = kind(body, RecordKind.LICENCE_SEQUENCE)
    new = change(new, RecordRegs.GENERATION, word(2))
    new = change(new, RecordRegs.SEQUENCE_EPOCH, epoch.to_bytes(8, "little"))
    new = change(new, RecordRegs.SEQUENCE, sequence.to_bytes(8, "little"))
    new = change(new, RecordRegs.TOKEN_DIGEST, DIGEST_A)
    for name, value in changes.items():
        new = change(new, getattr(RecordRegs, name), value)
    return new


def next_nonce(body: bytes) -> bytes:
    return change(kind(body, RecordKind.LICENCE_NONCE), RecordRegs.TOKEN_DIGEST, DIGEST_A)


@pytest.mark.parametrize("allowed", [False, True])
def test_sequence_record_needs_the_fuse_that_allows_it(allowed: bool) -> None:
    bench = Bench().to_production(allow_sequence=allowed)
    bench.accept_trust()
    body = bench.chip.nvram.slot(0)[:BODY_BYTES]
    bench.match_licence(DIGEST_A)
    bench.burn_intent()

    assert bench.seal(next_sequence(body, 5, 1)) is (OK if allowed else REFUSED)


def test_nonce_record_needs_the_matched_licence_and_leaves_the_protected_part(
    trusted: Bench, body: bytes
) -> None:
    new = next_nonce(body)
    assert trusted.seal(new) is REFUSED
    trusted.match_licence(DIGEST_A)
    assert trusted.seal(new) is OK

    assert trusted.seal(change(new, RecordRegs.GENERATION, word(2))) is REFUSED
    assert trusted.seal(change(new, RecordRegs.TRUST_EPOCH, word(6))) is REFUSED
    assert trusted.seal(change(new, RecordRegs.TOKEN_DIGEST, DIGEST_B)) is REFUSED


def test_sequence_record_takes_one_step_of_the_counter(trusted: Bench, body: bytes) -> None:
    trusted.burn_intent()
    new = next_sequence(body, 5, 1)
    assert trusted.seal(new) is REFUSED
    trusted.match_licence(DIGEST_A)

    for changes in (
        {"GENERATION": word(1)},
        {"GENERATION": word(3)},
        {"FLAGS": word(1)},
        {"TRUST_EPOCH": word(6)},
        {"TOKEN_DIGEST": DIGEST_B},
    ):
        assert trusted.seal(next_sequence(body, 5, 1, **changes)) is REFUSED
    assert trusted.seal(new) is OK
    assert trusted.seal(new) is REFUSED


def test_sequences_only_go_up_by_epoch_and_then_by_number(trusted: Bench, body: bytes) -> None:
    trusted.match_licence(DIGEST_A)
    trusted.burn_intent()
    first = next_sequence(body, 5, 7)
    assert trusted.commit(first, slot=1) is OK
    trusted.burn_count(2)

    def again(epoch: int, sequence: int) -> VaultResult:
        generation = word(trusted.burn_intent())
        return trusted.seal(next_sequence(first, epoch, sequence, GENERATION=generation))

    assert [again(5, 8), again(6, 0), again(5, 1 << 63)] == [OK, OK, OK]
    assert [again(5, 7), again(5, 6), again(4, 9)] == [REFUSED] * 3


def test_interrupted_commit_is_not_followed_by_another(trusted: Bench, body: bytes) -> None:
    trusted.match_licence(DIGEST_A)
    trusted.burn_intent()
    first = next_sequence(body, 5, 7)
    assert trusted.commit(first, slot=1) is OK  # but COUNTER is not burned

    second = next_sequence(first, 5, 8, GENERATION=word(3))

    assert trusted.seal(second) is REFUSED
    assert trusted.seal(kind(first, HOUSE)) is OK


# -- An old image put back -----------------------------------------------------------------


@pytest.fixture
def rolled_back(trusted: Bench) -> Bench:
    """The record of generation 1, and three fuse steps."""
    trusted.burn_count(3)
    trusted.chip.reset_line()
    assert trusted.vault(VaultCommand.CHECK) is OK
    return trusted


def test_rollback_must_be_admitted_by_whatever_is_sealed_next(
    rolled_back: Bench, body: bytes
) -> None:
    house = kind(body, HOUSE)
    flagged = change(house, RecordRegs.FLAGS, word(1))
    rolled_back.match_licence(DIGEST_A)

    assert rolled_back.seal(house) is REFUSED
    assert rolled_back.seal(flagged) is OK
    assert rolled_back.seal(next_nonce(body)) is REFUSED
    assert rolled_back.seal(next_nonce(flagged)) is OK
    for generation in (2, 4):
        changed = next_sequence(flagged, 5, 1, GENERATION=word(generation))
        assert rolled_back.seal(changed) is REFUSED


def test_admitted_rollback_is_never_taken_back(rolled_back: Bench, body: bytes) -> None:
    flagged = change(kind(body, HOUSE), RecordRegs.FLAGS, word(1))
    assert rolled_back.commit(flagged) is OK
    rolled_back.match_trust(DIGEST_A)
    rolled_back.burn_intent()

    forgiven = next_trust(rolled_back, body, 0, 6)
    kept = change(forgiven, RecordRegs.FLAGS, word(1))

    assert rolled_back.seal(forgiven) is REFUSED
    assert rolled_back.commit(kept, slot=1) is OK
    rolled_back.burn_count(4)
    assert rolled_back.seal(kind(forgiven, HOUSE)) is REFUSED
    assert rolled_back.seal(kind(kept, HOUSE)) is OK


# -- WITNESS -----------------------------------------------------------------------------


def test_witness_is_of_the_matched_token_in_a_record_of_its_kind(
    trusted: Bench, body: bytes
) -> None:
    trusted.match_licence(DIGEST_A)
    assert trusted.commit(next_nonce(body), slot=1) is OK

    assert trusted.vault(VaultCommand.WITNESS_SEQUENCE, slot=1) is REFUSED
    assert trusted.vault_output(KeyvaultRegs.WITNESS) == bytes(32)
    assert trusted.vault(VaultCommand.WITNESS_NONCE, slot=0) is REFUSED
    assert trusted.vault(VaultCommand.WITNESS_NONCE, slot=1) is OK
    assert trusted.vault_output(KeyvaultRegs.WITNESS) != bytes(32)
    trusted.command(GateCommand.ABORT)
    assert trusted.vault(VaultCommand.WITNESS_NONCE, slot=1) is REFUSED
    trusted.match_licence(DIGEST_B)
    assert trusted.vault(VaultCommand.WITNESS_NONCE, slot=1) is REFUSED


def test_witness_of_a_damaged_record_is_refused_as_such(trusted: Bench, body: bytes) -> None:
    trusted.match_licence(DIGEST_A)
    trusted.commit(next_nonce(body), slot=1)
    trusted.store(1, xor(trusted.chip.nvram.slot(1), bytes(0x80) + b"\1" + bytes(0x37F)))

    assert trusted.vault(VaultCommand.WITNESS_NONCE, slot=1) is BAD_MAC


def test_sequence_witness_comes_only_after_the_fuse(trusted: Bench, body: bytes) -> None:
    trusted.match_licence(DIGEST_A)
    trusted.burn_intent()
    assert trusted.commit(next_sequence(body, 5, 1), slot=1) is OK
    assert trusted.vault(VaultCommand.WITNESS_SEQUENCE, slot=1) is REFUSED

    trusted.burn_count(2)

    assert trusted.vault(VaultCommand.WITNESS_SEQUENCE, slot=1) is OK
