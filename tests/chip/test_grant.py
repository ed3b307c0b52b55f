# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What an accepted licence does, and for how long."""

from __future__ import annotations

from benches.rig import SMALL_CYCLES, Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.states import GateState
from mooring_host.token import SequenceBound


def test_locked_chip_refuses_to_compute(fresh: Rig) -> None:
    word = fresh.refused(fresh.compute)

    assert word is ErrorWord.ENGINE_GATE_CLOSED


def test_nonce_bound_licence_opens_the_gate(rig: Rig) -> None:
    answer = rig.load()

    assert answer.gate is GateState.OPEN
    assert answer.changed
    assert rig.can_compute()


def test_sequence_bound_licence_opens_the_gate(rig: Rig) -> None:
    answer = rig.load(SequenceBound(1, 1))

    assert answer.gate is GateState.OPEN
    assert rig.can_compute()


def test_grant_lapses_by_itself_when_its_time_is_up(rig: Rig) -> None:
    answer = rig.load(seconds=60)
    assert answer.seconds_left == 60

    rig.chip.run_for(59)
    assert rig.can_compute()
    rig.chip.run_for(2)

    assert rig.refused(rig.compute) is ErrorWord.ENGINE_LAPSED


def test_grant_ends_when_its_cycles_are_used_up(rig: Rig) -> None:
    rig.load(cycles=2 * SMALL_CYCLES)

    assert rig.can_compute()
    assert rig.can_compute()

    assert rig.refused(rig.compute) is ErrorWord.ENGINE_LAPSED


def test_job_dearer_than_what_is_left_is_refused_and_the_rest_stays(rig: Rig) -> None:
    rig.load(cycles=SMALL_CYCLES)

    word = rig.refused(lambda: rig.compute(32))

    assert word is ErrorWord.ENGINE_ALLOWANCE
    assert rig.can_compute()


def test_reset_locks_again(rig: Rig) -> None:
    rig.load()

    rig.client.reset()

    assert rig.refused(rig.compute) is ErrorWord.ENGINE_GATE_CLOSED


def test_same_licence_again_changes_nothing(rig: Rig) -> None:
    form = rig.fresh()
    location = rig.location(form)
    licence = rig.licence(form, location, cycles=10 * SMALL_CYCLES)
    rig.client.load_licence(location, licence)
    assert rig.can_compute()
    before = rig.evidence()

    answer = rig.client.load_licence(location, licence)

    assert not answer.changed
    assert answer.cycles_left == 9 * SMALL_CYCLES
    assert rig.evidence() == before


def test_renewal_replaces_all_terms_and_adds_nothing(rig: Rig) -> None:
    rig.load(cycles=1000, seconds=600)

    answer = rig.load(cycles=50, seconds=30)

    assert (answer.cycles_left, answer.seconds_left) == (50, 30)


def test_fused_cap_limits_the_life_of_a_grant(rig: Rig) -> None:
    form = rig.fresh()
    location = rig.location(form)

    answer = rig.client.load_licence(location, rig.licence(form, location, lifetime_s=80_000))

    assert answer.seconds_left == 7200


def test_grant_ends_with_the_location_result_if_that_is_sooner(rig: Rig) -> None:
    form = rig.fresh()
    location = rig.location(form, lifetime_s=90)

    answer = rig.client.load_licence(location, rig.licence(form, location))

    assert answer.seconds_left == 90
