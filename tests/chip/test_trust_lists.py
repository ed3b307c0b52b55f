# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How trust lists follow each other, how a root is replaced, and what ends with a list."""

from __future__ import annotations

import hashlib

import pytest
from benches.rig import ISSUER, NEXT_ISSUER, Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.states import GateState, Role
from mooring_host.token import SequenceBound
from mooring_lab.issuer import START, Issuer
from mooring_models import FuseFault
from mooring_models._regs import OtpRegs
from mooring_models._spec import Register

STRANGER = Issuer.from_seed(b"a stranger")


def test_no_licence_before_a_trust_list(fresh: Rig) -> None:
    assert fresh.refused(lambda: fresh.load(SequenceBound(1, 1))) is ErrorWord.KEY_NO_TRUST

    fresh.trust()

    assert fresh.load(SequenceBound(1, 1)).gate is GateState.OPEN


def test_list_must_be_shown_again_after_a_reset_and_costs_nothing(rig: Rig) -> None:
    before = rig.evidence()
    rig.reboot()
    assert rig.refused(lambda: rig.load(SequenceBound(1, 1))) is ErrorWord.KEY_NO_TRUST

    answer = rig.client.trust(ISSUER.root_key, ISSUER.trust_list())

    assert not answer.committed
    assert rig.evidence() == before
    assert rig.load(SequenceBound(1, 1)).gate is GateState.OPEN


def test_accepted_list_is_attested(rig: Rig) -> None:
    trust_list = ISSUER.trust_list(7)

    answer = rig.client.trust(ISSUER.root_key, trust_list)

    assert (answer.epoch, answer.root_slot, answer.committed) == (7, 0, True)
    after = rig.evidence()
    assert (after.epoch, after.root_slot) == (7, 0)
    assert after.trust_digest == hashlib.sha256(trust_list).digest()
    assert after.generation == 2
    assert after.counter_left == 1022


@pytest.mark.parametrize("reboot", [False, True], ids=["at once", "after a power cycle"])
def test_older_and_conflicting_lists_are_refused(rig: Rig, reboot: bool) -> None:
    rig.trust(ISSUER.trust_list(5))
    if reboot:
        rig.reboot()

    assert rig.refused(lambda: rig.trust(ISSUER.trust_list(4))) is ErrorWord.TRUST_ROLLBACK
    other = ISSUER.trust_list(5, issued_at=START + 1)
    assert rig.refused(lambda: rig.trust(other)) is ErrorWord.TRUST_CONFLICT
    assert rig.refused(lambda: rig.trust()) is ErrorWord.TRUST_ROLLBACK
    rig.trust(ISSUER.trust_list(5))
    assert rig.evidence().epoch == 5


def test_higher_slot_outranks_every_epoch_and_revokes_the_root_below(rig: Rig) -> None:
    rig.trust(ISSUER.trust_list(1000))

    answer = rig.client.trust(NEXT_ISSUER.root_key, NEXT_ISSUER.trust_list(1))

    assert (answer.epoch, answer.root_slot, answer.committed) == (1, 1, True)
    assert rig.client.fuses().root_revoked == (True, False, False, False)
    word = rig.refused(lambda: rig.trust(ISSUER.trust_list(1001)))
    assert word is ErrorWord.TRUST_ROOT_REVOKED
    rig.issuer = NEXT_ISSUER
    assert rig.load().gate is GateState.OPEN


def test_refused_list_of_a_higher_slot_revokes_nothing(rig: Rig) -> None:
    good = NEXT_ISSUER.trust_list()
    bad = good[:-1] + bytes((good[-1] ^ 1,))

    assert rig.refused(lambda: rig.trust(bad, NEXT_ISSUER)) is ErrorWord.KEY_SIGNATURE
    assert not any(rig.client.fuses().root_revoked)
    rig.chip.run_for(1)
    rig.trust(ISSUER.trust_list(2))


def test_foreign_root_is_unknown_and_its_key_cannot_be_borrowed(rig: Rig) -> None:
    foreign = STRANGER.trust_list(9)

    assert rig.refused(lambda: rig.trust(foreign, STRANGER)) is ErrorWord.TRUST_ROOT_UNKNOWN
    # The right root key beside a list that another root signed.
    assert rig.refused(lambda: rig.client.trust(ISSUER.root_key, foreign)) is ErrorWord.KEY_UNKNOWN
    assert rig.evidence().epoch == 1


@pytest.mark.parametrize("end_running", [False, True])
def test_running_grant_ends_with_its_list_only_if_the_next_says_so(
    rig: Rig, end_running: bool
) -> None:
    rig.load(seconds=60)

    rig.trust(ISSUER.trust_list(2, end_running=end_running))

    assert rig.can_compute() is not end_running
    rig.chip.run_for(60)
    assert not rig.can_compute()


def test_list_that_ended_grants_ends_none_when_it_is_shown_again(rig: Rig) -> None:
    trust_list = ISSUER.trust_list(2, end_running=True)
    rig.trust(trust_list)
    rig.load()

    rig.trust(trust_list)

    assert rig.can_compute()


def test_new_list_discards_what_the_old_one_accepted(rig: Rig) -> None:
    form = SequenceBound(1, 1)
    location = rig.location(form)
    licence = rig.licence(form, location)
    rig.client.load_licence(location, licence)
    assert not rig.client.load_licence(location, licence).changed

    rig.trust(ISSUER.trust_list(2))

    word = rig.refused(lambda: rig.client.load_licence(location, licence))
    assert word is ErrorWord.DECISION_SEQUENCE


def test_key_that_the_next_list_leaves_out_signs_no_more(rig: Rig) -> None:
    form = rig.fresh()
    location = rig.location(form)
    licence = rig.licence(form, location)
    keys = (
        ISSUER.listed(STRANGER.licence_key, Role.LICENCE),
        ISSUER.listed(ISSUER.location_key, Role.LOCATION),
    )
    rig.trust(ISSUER.trust_list(2, keys=keys))

    word = rig.refused(lambda: rig.client.load_licence(location, licence))

    assert word is ErrorWord.KEY_UNKNOWN
    theirs = rig.licence(form, location, key=STRANGER.licence_key)
    assert rig.client.load_licence(location, theirs).gate is GateState.OPEN


@pytest.mark.parametrize(
    "register", [OtpRegs.COUNTER, OtpRegs.ROOT_REVOKED], ids=["counter", "revocation"]
)
def test_list_whose_fuses_do_not_burn_is_taken_up_later_with_all_its_effects(
    rig: Rig, register: Register
) -> None:
    rig.load()
    rig.chip.otp.fault = FuseFault(register)
    ending = NEXT_ISSUER.trust_list(1, end_running=True)

    word = rig.refused(lambda: rig.trust(ending, NEXT_ISSUER))
    assert word is ErrorWord.COMMIT_FUSE
    assert rig.can_compute()
    rig.chip.otp.fault = None
    rig.trust(ending, NEXT_ISSUER)

    assert not rig.can_compute()
    assert rig.client.fuses().root_revoked[0]
    after = rig.evidence()
    assert (after.root_slot, after.generation + after.counter_left) == (1, 1024)


@pytest.mark.parametrize(
    "register", [OtpRegs.COUNTER, OtpRegs.ROOT_REVOKED], ids=["counter", "revocation"]
)
def test_list_that_is_attested_but_not_in_force_leaves_no_other_in_force(
    rig: Rig, register: Register
) -> None:
    form = SequenceBound(1, 1)
    location = rig.location(form)
    licence = rig.licence(form, location)
    rig.client.load_licence(location, licence)
    rig.chip.otp.fault = FuseFault(register)
    newer = NEXT_ISSUER.trust_list(9)

    assert rig.refused(lambda: rig.trust(newer, NEXT_ISSUER)) is ErrorWord.COMMIT_FUSE

    assert (rig.evidence().root_slot, rig.evidence().epoch) == (1, 9)
    assert rig.refused(rig.load) is ErrorWord.KEY_NO_TRUST
    # Nor is the last licence answered as accepted.
    word = rig.refused(lambda: rig.client.load_licence(location, licence))
    assert word is ErrorWord.KEY_NO_TRUST
    rig.chip.otp.fault = None
    rig.trust(newer, NEXT_ISSUER)
    rig.issuer = NEXT_ISSUER
    assert rig.load().gate is GateState.OPEN


@pytest.mark.parametrize("mask", [1, 0x7FFFFFFF], ids=["one dead bit", "one living bit"])
def test_dead_revocation_fuses_do_not_keep_the_next_root_out(rig: Rig, mask: int) -> None:
    rig.chip.otp.fault = FuseFault(OtpRegs.ROOT_REVOKED, 0, mask)
    for epoch in (2, 3):
        rig.trust(NEXT_ISSUER.trust_list(epoch), NEXT_ISSUER)
        rig.reboot()

    assert rig.refused(rig.trust) is ErrorWord.TRUST_ROOT_REVOKED
    rig.trust(NEXT_ISSUER.trust_list(3), NEXT_ISSUER)
    rig.issuer = NEXT_ISSUER
    assert rig.load().gate is GateState.OPEN


def test_list_that_could_not_be_written_leaves_the_old_one_in_force(rig: Rig) -> None:
    rig.chip.otp.fault = FuseFault(OtpRegs.INTENT)

    assert rig.refused(lambda: rig.trust(ISSUER.trust_list(9))) is ErrorWord.COMMIT_FUSE

    assert rig.evidence().epoch == 1
    assert rig.load().gate is GateState.OPEN


def test_root_is_revoked_at_the_next_boot_if_its_fuse_did_not_burn(rig: Rig) -> None:
    rig.chip.otp.fault = FuseFault(OtpRegs.ROOT_REVOKED)
    trust_list = NEXT_ISSUER.trust_list()
    rig.refused(lambda: rig.trust(trust_list, NEXT_ISSUER))
    assert rig.refused(rig.trust) is ErrorWord.TRUST_ROLLBACK
    rig.chip.otp.fault = None

    rig.reboot()

    assert rig.refused(rig.trust) is ErrorWord.TRUST_ROOT_REVOKED
    assert rig.client.fuses().root_revoked[0]
