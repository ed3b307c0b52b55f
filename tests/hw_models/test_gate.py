# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""GATE: the way to OPEN, and every way off it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from benches.held import DIGEST_A, R_A, R_B, Bench, address, terms_block, xor

from mooring_models import BusError, NoiseFault, _regs
from mooring_models._regs import (
    GateAttempt,
    GateCommand,
    GateRegs,
    GateState,
    KeyvaultRegs,
    OtpRegs,
    VaultCommand,
)

GATE: Final = _regs.GATE


def state(bench: Bench) -> tuple[GateState, GateAttempt]:
    return (
        GateState(bench.read(GATE, GateRegs.STATE)),
        GateAttempt(bench.read(GATE, GateRegs.ATTEMPT)),
    )


def left(bench: Bench) -> tuple[int, int]:
    low = bench.read(GATE, GateRegs.LEFT_LO)
    high = bench.read(GATE, GateRegs.LEFT_HI)
    return high << 32 | low, bench.read(GATE, GateRegs.LEFT_SECONDS)


@pytest.fixture
def trusted(production: Bench) -> Bench:
    """In production, with a trust list."""
    production.accept_trust()
    return production


@pytest.fixture
def opened(trusted: Bench) -> Bench:
    """With a running grant of 1000 cycles and 60 s."""
    trusted.open_gate(1000, 60)
    return trusted


def collect(bench: Bench) -> None:
    bench.command(GateCommand.BEGIN_LICENCE)
    bench.gate_words(GateRegs.TOKEN_DIGEST, DIGEST_A)
    bench.gate_words(GateRegs.EXPECTED_A, R_A)
    bench.gate_words(GateRegs.EXPECTED_B, R_B)


def arm(bench: Bench) -> None:
    collect(bench)
    bench.command(GateCommand.ARM)


# -- The way through ---------------------------------------------------------------------


def test_whole_way_opens_with_the_terms_of_the_licence(trusted: Bench) -> None:
    trusted.open_gate(cycles=0x1_0000_0007, seconds=60)

    assert state(trusted) == (GateState.OPEN, GateAttempt.IDLE)
    assert left(trusted) == (0x1_0000_0007, 60)


def test_each_run_has_a_new_mask_and_there_is_none_outside(production: Bench) -> None:
    assert production.mask() == bytes(32)
    arm(production)
    masks: list[bytes] = []
    for run, value in enumerate((R_A, R_B, R_A, R_B)):
        assert production.read(GATE, GateRegs.RUN) == run
        masks.append(production.mask())
        production.run(value)

    assert len({*masks, bytes(32)}) == 5
    assert production.mask() == bytes(32)
    assert state(production) == (GateState.CLOSED, GateAttempt.MATCHED)


def test_word_by_word_is_the_same_as_in_blocks(production: Bench) -> None:
    production.command(GateCommand.BEGIN_TRUST)
    for register, data in ((GateRegs.TOKEN_DIGEST, DIGEST_A), (GateRegs.EXPECTED_A, R_A)):
        for index in range(8):
            word = int.from_bytes(data[4 * index : 4 * index + 4], "little")
            production.write(GATE, register, word, index)
    production.command(GateCommand.ARM)
    for _ in range(2):
        blinded = xor(R_A, production.mask())
        for index in range(8):
            word = int.from_bytes(blinded[4 * index : 4 * index + 4], "little")
            production.write(GATE, GateRegs.VALUE, word, index)

    assert state(production) == (GateState.CLOSED, GateAttempt.MATCHED)
    assert production.read(GATE, GateRegs.TOKEN_DIGEST) == 0x03020100


def test_grant_closes_by_itself_when_its_seconds_have_passed(opened: Bench) -> None:
    opened.chip.run_for(59.0)
    assert left(opened) == (1000, 1)
    assert state(opened)[0] is GateState.OPEN

    opened.chip.run_for(1.0)

    assert state(opened)[0] is GateState.CLOSED
    assert left(opened) == (0, 0)


def test_seconds_left_are_rounded_up(opened: Bench) -> None:
    opened.chip.run_for(0.5)
    assert left(opened)[1] == 60
    opened.chip.run_for(0.6)
    assert left(opened)[1] == 59


def test_fused_lifetime_caps_the_grant(bench: Bench) -> None:
    bench.to_production(max_lifetime=30)
    bench.accept_trust()
    bench.open_gate(1000, 60)

    assert left(bench) == (1000, 30)


@pytest.mark.parametrize(("cycles", "seconds", "cap"), [(1, 60, 0), (0, 60, 60), (1, 0, 60)])
def test_nothing_to_grant_grants_nothing(cycles: int, seconds: int, cap: int) -> None:
    bench = Bench().to_production(max_lifetime=cap)
    bench.accept_trust()
    bench.open_gate(cycles, seconds)

    assert state(bench) == (GateState.CLOSED, GateAttempt.IDLE)


def test_manufacturing_chip_never_opens(bench: Bench) -> None:
    bench.burn(OtpRegs.MODE, _regs.ModeWord.REPORT)
    bench.burn(OtpRegs.MAX_LIFETIME, 3600)
    bench.accept_trust()
    bench.open_gate()

    assert state(bench) == (GateState.CLOSED, GateAttempt.IDLE)


def test_renewal_replaces_all_terms_at_once(opened: Bench) -> None:
    opened.chip.run_for(10)

    opened.open_gate(cycles=7, seconds=20)

    assert left(opened) == (7, 20)


def test_refused_attempt_leaves_the_running_grant(opened: Bench) -> None:
    arm(opened)
    opened.command(GateCommand.ABORT)

    assert state(opened) == (GateState.OPEN, GateAttempt.IDLE)
    assert left(opened) == (1000, 60)


def test_close_ends_the_grant_and_nothing_else(opened: Bench) -> None:
    arm(opened)
    opened.command(GateCommand.CLOSE)

    assert state(opened) == (GateState.CLOSED, GateAttempt.RUN)


def test_reset_closes_and_forgets(opened: Bench) -> None:
    arm(opened)
    opened.chip.reset_line()

    assert state(opened) == (GateState.CLOSED, GateAttempt.IDLE)
    assert opened.mask() == bytes(32)
    assert opened.read(GATE, GateRegs.TOKEN_DIGEST) == 0


@pytest.mark.parametrize("steps", range(9))
def test_abort_is_harmless_at_every_point_before_open(trusted: Bench, steps: int) -> None:
    way: list[Callable[[], None]] = [
        lambda: trusted.command(GateCommand.BEGIN_LICENCE),
        lambda: trusted.gate_words(GateRegs.TOKEN_DIGEST, DIGEST_A),
        lambda: trusted.gate_words(GateRegs.EXPECTED_A, R_A),
        lambda: trusted.gate_words(GateRegs.EXPECTED_B, R_B),
        lambda: trusted.command(GateCommand.ARM),
        lambda: trusted.run(R_A),
        lambda: trusted.write(GATE, GateRegs.VALUE, 1),
        lambda: trusted.command(GateCommand.ABORT),
    ]
    for step in way[:steps]:
        step()

    trusted.command(GateCommand.ABORT)

    assert state(trusted) == (GateState.CLOSED, GateAttempt.IDLE)
    trusted.open_gate()
    assert state(trusted)[0] is GateState.OPEN


# -- Every way off it is DEAD ------------------------------------------------------------


def wrong_value(bench: Bench) -> None:
    arm(bench)
    bench.run(xor(R_A, bytes(31) + b"\x01"))


def unblinded_value(bench: Bench) -> None:
    arm(bench)
    bench.gate_words(GateRegs.VALUE, R_A)


def replayed_blinding(bench: Bench) -> None:
    arm(bench)
    blinded = xor(R_A, bench.mask())
    bench.gate_words(GateRegs.VALUE, blinded)
    bench.run(R_B)
    bench.gate_words(GateRegs.VALUE, blinded)


def b_in_place_of_a(bench: Bench) -> None:
    arm(bench)
    bench.run(R_B)


def last_run_wrong(bench: Bench) -> None:
    arm(bench)
    for value in (R_A, R_B, R_A, R_A):
        bench.run(value)


def begin_twice(bench: Bench) -> None:
    bench.command(GateCommand.BEGIN_LICENCE)
    bench.command(GateCommand.BEGIN_LICENCE)


def arm_without_begin(bench: Bench) -> None:
    bench.command(GateCommand.ARM)


def arm_without_digest(bench: Bench) -> None:
    bench.command(GateCommand.BEGIN_TRUST)
    bench.gate_words(GateRegs.EXPECTED_A, R_A)
    bench.command(GateCommand.ARM)


def arm_without_second_value(bench: Bench) -> None:
    bench.command(GateCommand.BEGIN_LICENCE)
    bench.gate_words(GateRegs.TOKEN_DIGEST, DIGEST_A)
    bench.gate_words(GateRegs.EXPECTED_A, R_A)
    bench.command(GateCommand.ARM)


def arm_with_one_word_missing(bench: Bench) -> None:
    bench.command(GateCommand.BEGIN_TRUST)
    bench.gate_words(GateRegs.TOKEN_DIGEST, DIGEST_A[:28])
    bench.gate_words(GateRegs.EXPECTED_A, R_A)
    bench.command(GateCommand.ARM)


def second_value_of_a_trust_list(bench: Bench) -> None:
    bench.command(GateCommand.BEGIN_TRUST)
    bench.gate_words(GateRegs.EXPECTED_B, R_B)


def digest_written_twice(bench: Bench) -> None:
    collect(bench)
    bench.write(GATE, GateRegs.TOKEN_DIGEST, 0x03020100)


def expected_changed_after_arm(bench: Bench) -> None:
    arm(bench)
    bench.gate_words(GateRegs.EXPECTED_A, R_B)


def digest_without_begin(bench: Bench) -> None:
    bench.gate_words(GateRegs.TOKEN_DIGEST, DIGEST_A)


def value_before_arm(bench: Bench) -> None:
    collect(bench)
    bench.gate_words(GateRegs.VALUE, R_A)


def value_word_twice(bench: Bench) -> None:
    arm(bench)
    bench.write(GATE, GateRegs.VALUE, 0)
    bench.write(GATE, GateRegs.VALUE, 0)


def value_after_matched(bench: Bench) -> None:
    bench.match_licence()
    bench.gate_words(GateRegs.VALUE, R_A)


def terms_before_matched(bench: Bench) -> None:
    arm(bench)
    bench.gate_words(GateRegs.TERMS, terms_block(1, 1))


def terms_of_a_trust_list(bench: Bench) -> None:
    bench.match_trust()
    bench.gate_words(GateRegs.TERMS, terms_block(1, 1))


def terms_with_a_wrong_complement(bench: Bench) -> None:
    bench.match_licence()
    bench.gate_words(GateRegs.TERMS, xor(terms_block(1, 1), bytes(20) + b"\x80\0\0\0"))


def terms_twice(bench: Bench) -> None:
    bench.match_licence()
    bench.gate_words(GateRegs.TERMS, terms_block(1, 1))
    bench.gate_words(GateRegs.TERMS, terms_block(1, 1))


def witness_before_terms(bench: Bench) -> None:
    bench.match_licence()
    bench.gate_words(GateRegs.WITNESS, bytes(32))


def made_up_witness(bench: Bench) -> None:
    bench.match_licence()
    bench.gate_words(GateRegs.TERMS, terms_block(1, 1))
    bench.gate_words(GateRegs.WITNESS, bytes(32))


def open_without_begin(bench: Bench) -> None:
    bench.command(GateCommand.OPEN)


def open_after_matched(bench: Bench) -> None:
    bench.match_licence()
    bench.gate_words(GateRegs.TERMS, terms_block(1, 1))
    bench.command(GateCommand.OPEN)


def open_a_trust_list(bench: Bench) -> None:
    bench.match_trust()
    bench.command(GateCommand.OPEN)


def unknown_command(bench: Bench) -> None:
    bench.command(0x4F50454F)


OFFENCES: Final = [
    wrong_value,
    unblinded_value,
    replayed_blinding,
    b_in_place_of_a,
    last_run_wrong,
    begin_twice,
    arm_without_begin,
    arm_without_digest,
    arm_without_second_value,
    arm_with_one_word_missing,
    second_value_of_a_trust_list,
    digest_written_twice,
    expected_changed_after_arm,
    digest_without_begin,
    value_before_arm,
    value_word_twice,
    value_after_matched,
    terms_before_matched,
    terms_of_a_trust_list,
    terms_with_a_wrong_complement,
    terms_twice,
    witness_before_terms,
    made_up_witness,
    open_without_begin,
    open_after_matched,
    open_a_trust_list,
    unknown_command,
]


@pytest.mark.parametrize("offence", OFFENCES, ids=lambda each: each.__name__)
def test_offence_is_dead_until_reset(opened: Bench, offence: Callable[[Bench], None]) -> None:
    offence(opened)

    assert state(opened) == (GateState.DEAD, GateAttempt.IDLE)
    assert left(opened) == (0, 0)
    arm(opened)
    opened.command(GateCommand.ABORT)
    opened.command(GateCommand.CLOSE)
    assert state(opened) == (GateState.DEAD, GateAttempt.IDLE)
    opened.chip.reset_line()
    assert state(opened) == (GateState.CLOSED, GateAttempt.IDLE)


def test_attempt_without_healthy_noise_is_dead(production: Bench) -> None:
    production.chip.trng.fault = NoiseFault.STUCK
    production.command(GateCommand.BEGIN_LICENCE)

    assert state(production)[0] is GateState.DEAD


def test_noise_failing_within_an_attempt_is_dead(production: Bench) -> None:
    arm(production)
    production.chip.trng.fault = NoiseFault.STUCK
    production.run(R_A)

    assert state(production)[0] is GateState.DEAD


def test_witness_of_an_earlier_attempt_is_dead(trusted: Bench) -> None:
    trusted.open_gate()
    old = trusted.vault_output(KeyvaultRegs.WITNESS)
    trusted.match_licence()
    trusted.vault(VaultCommand.WITNESS_NONCE, slot=1)
    assert trusted.vault_output(KeyvaultRegs.WITNESS) != old

    trusted.gate_words(GateRegs.TERMS, terms_block(1000, 60))
    trusted.gate_words(GateRegs.WITNESS, old)

    assert state(trusted)[0] is GateState.DEAD


def test_terms_other_than_the_record_s_are_dead(trusted: Bench) -> None:
    trusted.open_gate(1000, 60)
    trusted.match_licence()
    trusted.vault(VaultCommand.WITNESS_NONCE, slot=1)

    trusted.gate_words(GateRegs.TERMS, terms_block(1001, 60))
    trusted.gate_words(GateRegs.WITNESS, trusted.vault_output(KeyvaultRegs.WITNESS))

    assert state(trusted)[0] is GateState.DEAD


def test_expected_values_cannot_be_read_back(production: Bench) -> None:
    collect(production)
    with pytest.raises(BusError, match="write-only"):
        production.chip.bus.read_window(address(GATE, GateRegs.EXPECTED_A), 32)
