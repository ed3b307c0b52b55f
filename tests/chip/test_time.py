# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Time as a chip without a clock knows it: the nonce's life, the floor, the back-off."""

from __future__ import annotations

from typing import Final

import pytest
from benches.rig import NEXT_ISSUER, Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError, TransportError
from mooring_host.states import GateState
from mooring_host.token import NonceBound, SequenceBound
from mooring_lab.issuer import START
from mooring_models import Chip
from mooring_models._regs import Phase
from mooring_models.clock import SECOND, US

NONCE_LIFE_S: Final = 900


# -- Nonce -------------------------------------------------------------------------------


def tokens(rig: Rig, form: NonceBound, **changes: object) -> tuple[bytes, bytes]:
    location = rig.location(form)
    return location, rig.licence(form, location, **changes)


def test_challenge_draws_once_and_status_never(rig: Rig) -> None:
    at_first = rig.evidence().own_nonce
    drawn = rig.evidence(draw=True).own_nonce
    again = rig.evidence(draw=True).own_nonce

    assert at_first is None
    assert drawn is not None
    assert again == drawn == rig.evidence().own_nonce


def test_refusal_leaves_the_nonce_so_that_a_retry_works(rig: Rig) -> None:
    form = rig.fresh()
    rig.refused(lambda: rig.client.load_licence(*tokens(rig, form, cycles=0)))

    assert rig.client.load_licence(*tokens(rig, form)).gate is GateState.OPEN


def test_accepted_licence_uses_the_nonce_up(rig: Rig) -> None:
    form = rig.fresh()
    rig.client.load_licence(*tokens(rig, form))

    assert rig.evidence().own_nonce is None
    word = rig.refused(lambda: rig.client.load_licence(*tokens(rig, form)))
    assert word is ErrorWord.DECISION_NONCE_EXPIRED
    assert rig.fresh() != form


def test_nonce_ends_at_reset_and_never_comes_back(rig: Rig) -> None:
    seen = {rig.fresh().nonce}
    for again in (rig.client.reset, rig.reboot, rig.chip.reset_line):
        again()
        rig.trust()
        assert rig.evidence().own_nonce is None
        seen.add(rig.fresh().nonce)

    assert len(seen) == 4


def test_nonce_lives_900_seconds(rig: Rig) -> None:
    form = rig.fresh()
    pair = tokens(rig, form)
    rig.chip.run_for(NONCE_LIFE_S - 1)
    assert rig.evidence().own_nonce == form.nonce
    rig.chip.run_for(1)

    assert rig.evidence().own_nonce is None
    word = rig.refused(lambda: rig.client.load_licence(*pair))
    assert word is ErrorWord.DECISION_NONCE_EXPIRED
    assert rig.fresh() != form


def test_nonce_that_expires_during_the_decision_is_a_refusal_at_most(rig: Rig) -> None:
    """The ROM judges three times: that time ran out between two is no fault of the hardware."""
    marks: list[tuple[int, Phase]] = []
    rig.chip.on_phase = lambda time, phase: marks.append((time, phase))
    form = rig.fresh()
    deadline = marks[-1][0] + NONCE_LIFE_S * SECOND  # at most the signing of evidence earlier
    rig.chip.run_until_idle()
    pair = tokens(rig, form)
    before = rig.chip.capture()

    def attempt(sent_at: int) -> tuple[ErrorWord | None, bool, list[int]]:
        """The refusal if any, whether the chip runs on, and when claims were judged."""
        copy = Rig(chip=Chip.from_capture(before))
        copy.chip.loop.advance_to(sent_at)
        judged: list[int] = []
        copy.chip.on_phase = lambda time, phase: (
            judged.append(time) if phase is Phase.PARSE_CLAIMS else None
        )
        try:
            copy.client.load_licence(*pair)
        except ChipError as error:
            return ErrorWord(error.word), not copy.chip.halted, judged
        except TransportError:
            return None, not copy.chip.halted, judged
        return None, not copy.chip.halted, judged

    _, _, judged = attempt(rig.chip.loop.now)
    first, second, third = (time - rig.chip.loop.now for time in judged)
    claims = second - first
    # From all judgements too late to all in time.
    found = [
        attempt(deadline - first - late)[:2]
        for late in range(0, third - first + claims + 200 * US, claims // 10)
    ]

    assert {alive for _, alive in found} == {True}
    assert {word for word, _ in found} == {None, ErrorWord.DECISION_NONCE_EXPIRED}


# -- Floor -------------------------------------------------------------------------------


def test_floor_rises_to_the_issue_of_a_nonce_bound_licence_and_stays(rig: Rig) -> None:
    assert rig.evidence().floor == 0
    rig.load(issued_at=START + 100)
    assert rig.evidence().floor == START + 100
    rig.reboot()
    rig.trust()

    assert rig.evidence().floor == START + 100
    assert rig.refused(lambda: rig.load(issued_at=START + 99)) is ErrorWord.DECISION_TIME_FLOOR
    assert rig.load(issued_at=START + 100).gate is GateState.OPEN


def test_floor_rises_by_nothing_else(rig: Rig) -> None:
    rig.load(SequenceBound(1, 1), issued_at=START + 500)
    rig.refused(lambda: rig.load(issued_at=START + 600, cycles=0))
    rig.trust(rig.issuer.trust_list(2, issued_at=START + 700))

    assert rig.evidence().floor == 0


def test_floor_proves_expiry_of_a_sequence_bound_licence(rig: Rig) -> None:
    rig.load(issued_at=START + 1000)
    form = SequenceBound(1, 1)
    location = rig.location(form)

    def load(lifetime_s: int, where: bytes = location) -> object:
        return rig.client.load_licence(where, rig.licence(form, where, lifetime_s=lifetime_s))

    brief = rig.location(form, lifetime_s=1000)
    assert rig.refused(lambda: load(1000)) is ErrorWord.DECISION_EXPIRED
    assert rig.refused(lambda: load(2000, brief)) is ErrorWord.DECISION_LOCATION_TIME
    assert rig.load(form, lifetime_s=1001).gate is GateState.OPEN


def test_floor_does_not_let_a_nonce_bound_licence_outlive_its_location(rig: Rig) -> None:
    form = rig.fresh()
    location = rig.location(form, lifetime_s=50)

    word = rig.refused(
        lambda: rig.client.load_licence(location, rig.licence(form, location, issued_at=START + 50))
    )

    assert word is ErrorWord.DECISION_LOCATION_TIME


# -- Back-off ----------------------------------------------------------------------------


class Guesser:
    """Sends a licence with a bad signature, over and over."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        form = rig.fresh()
        location = rig.location(form)
        good = rig.licence(form, location)
        self.good = (location, good)
        self.bad = (location, good[:-1] + bytes((good[-1] ^ 1,)))

    def guess(self) -> None:
        """One bad signature, which the chip must judge."""
        word = self._rig.refused(lambda: self._rig.client.load_licence(*self.bad))
        assert word is ErrorWord.KEY_SIGNATURE

    def seconds_left(self) -> int:
        """What LINK_BUSY names; 0 if the chip listens."""
        try:
            self._rig.client.load_licence(*self.bad)
        except ChipError as error:
            if ErrorWord(error.word) is ErrorWord.LINK_BUSY:
                return error.retry_after_s or 0
        return 0


def test_back_off_doubles_up_to_thirty_seconds(rig: Rig) -> None:
    guesser = Guesser(rig)
    named: list[int] = []
    for expected in (1, 2, 4, 8, 16, 30, 30, 30):
        guesser.guess()
        named.append(guesser.seconds_left())
        rig.chip.run_for(expected - 0.1)
        assert guesser.seconds_left() == 1
        rig.chip.run_for(0.2)

    assert named == [1, 2, 4, 8, 16, 30, 30, 30]


def test_back_off_binds_licence_and_trust_alone(rig: Rig) -> None:
    rig.load()
    guesser = Guesser(rig)
    guesser.guess()
    logged = rig.evidence().log_count

    refused = [rig.refused(lambda: rig.client.load_licence(*guesser.good)), rig.refused(rig.trust)]

    assert refused == [ErrorWord.LINK_BUSY] * 2
    assert rig.can_compute()
    assert rig.client.info().ueid == rig.ueid
    assert rig.evidence(draw=True).log_count == logged
    assert rig.client.fuses().counter_used == 1


def test_good_signature_ends_the_run_whatever_comes_of_it(rig: Rig) -> None:
    guesser = Guesser(rig)
    for wait in (1, 2, 4):
        guesser.guess()
        rig.chip.run_for(wait)
    # Signed well, and refused for another reason.
    assert rig.refused(lambda: rig.load(cycles=0)) is ErrorWord.DECISION_ALLOWANCE
    guesser.guess()

    assert guesser.seconds_left() == 1


def test_bad_trust_list_backs_off_too(rig: Rig) -> None:
    good = NEXT_ISSUER.trust_list()
    bad = good[:-1] + bytes((good[-1] ^ 1,))

    assert rig.refused(lambda: rig.trust(bad, NEXT_ISSUER)) is ErrorWord.KEY_SIGNATURE
    assert rig.refused(lambda: rig.load()) is ErrorWord.LINK_BUSY
    rig.chip.run_for(1)
    assert rig.load().gate is GateState.OPEN


def test_client_waits_as_long_as_the_chip_names(rig: Rig) -> None:
    guesser = Guesser(rig)
    guesser.guess()
    began = rig.chip.loop.now

    answer = rig.client.patiently(lambda: rig.client.load_licence(*guesser.good))

    assert answer.gate is GateState.OPEN
    assert rig.chip.loop.now - began == pytest.approx(SECOND, rel=0.5)
