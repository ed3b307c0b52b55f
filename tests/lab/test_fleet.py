# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A fleet boots for real: every step is there, and costs what the line and the ROM cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError
from mooring_host.states import Mode
from mooring_host.token import Licence, LocationResult, NonceBound, SequenceBound, TrustList
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.errors import LabError
from mooring_lab.fleet import ChipTransport, Form, Step, boot_all, full_boot, nonce_of, prepare
from mooring_lab.issuer import START, Issuer
from mooring_models import Phase
from mooring_models.clock import SECOND
from mooring_models.cpu.native import PHASE_COST


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.from_seed(b"fleet test")


@pytest.mark.parametrize("form", Form)
def test_booted_chip_computes_and_an_unlicensed_one_does_not(
    issuer: Issuer, form: Form, cpu: str
) -> None:
    prepared = prepare("one", issuer, form=form, cpu=cpu)
    matrix = np.eye(8, dtype=np.int8)
    locked = prepared.chip()
    locked.power_on()
    locked.run_until_idle()

    chip, _ = full_boot(prepared)

    assert chip.compute(matrix, matrix).result.name == "DONE"
    assert locked.compute(matrix, matrix).result.name == "GATE_CLOSED"


def test_every_step_of_a_boot_has_its_cost(issuer: Issuer) -> None:
    _, report = full_boot(prepare("one", issuer), clock=count().__next__)

    assert list(report.steps) == [Step.POWER, Step.TRUST, Step.CHALLENGE, Step.LICENCE]
    assert report.steps[Step.POWER].virtual_s > PHASE_COST[Phase.SELF_TEST] / SECOND
    for step in (Step.TRUST, Step.CHALLENGE, Step.LICENCE):
        cost = report.steps[step]
        # 10 bits a byte at 115200 bit/s: no step is faster than its bytes.
        assert cost.virtual_s > 10 * (cost.to_chip + cost.from_chip) / 115200
        assert min(cost.to_chip, cost.from_chip, cost.accesses) > 0
    assert report.total.host_s == 4  # one tick a step
    assert report.total.accesses == sum(cost.accesses for cost in report.steps.values())


def test_work_of_the_rom_is_told_phase_by_phase(issuer: Issuer, cpu: str) -> None:
    _, slow = full_boot(prepare("one", issuer, baud=9600, cpu=cpu))
    _, fast = full_boot(prepare("one", issuer, baud=3_000_000, cpu=cpu))

    costs = {phase: PHASE_COST[phase] / SECOND for phase in Phase}
    # Two of the trust list, two of the location result, two of the licence.
    assert fast.phases[Phase.VERIFY_SIGNATURE] == pytest.approx(
        6 * costs[Phase.VERIFY_SIGNATURE], rel=0.1
    )
    assert fast.phases[Phase.SELF_TEST] == pytest.approx(costs[Phase.SELF_TEST], rel=0.1)
    assert slow.phases == pytest.approx(fast.phases, rel=0.1)
    assert slow.total.virtual_s > fast.total.virtual_s > sum(fast.phases.values())


def test_sequence_form_needs_no_challenge(issuer: Issuer) -> None:
    _, report = full_boot(prepare("one", issuer, form=Form.SEQUENCE))

    assert list(report.steps) == [Step.POWER, Step.TRUST, Step.LICENCE]


def test_line_rate_changes_time_but_not_traffic(issuer: Issuer) -> None:
    slow = full_boot(prepare("one", issuer, baud=115_200))[1].total
    fast = full_boot(prepare("one", issuer, baud=3_000_000))[1].total

    assert (slow.to_chip, slow.from_chip) == (fast.to_chip, fast.from_chip)
    assert fast.virtual_s < slow.virtual_s


def test_boots_of_a_prepared_chip_are_all_the_same(issuer: Issuer) -> None:
    prepared = prepare("one", issuer)

    first, second = (full_boot(prepared)[1] for _ in range(2))

    for cost, again in zip(first.steps.values(), second.steps.values(), strict=True):
        assert replace(cost, host_s=0.0) == replace(again, host_s=0.0)


@pytest.mark.parametrize("form", Form)
def test_boot_that_nobody_measures_ends_the_same(issuer: Issuer, form: Form) -> None:
    prepared = prepare("one", issuer, form=form)

    (booted,) = boot_all([prepared])
    chip, _ = full_boot(prepared)

    assert booted.chip.capture() == chip.capture()
    assert bool(booted.evidence) == (form is Form.NONCE)


def test_each_chip_of_a_fleet_has_its_own_tokens(issuer: Issuer) -> None:
    one, two = prepare("one", issuer), prepare("two", issuer)

    with pytest.raises(ChipError, match="DECISION_CHIP"):
        boot_all([replace(one, delivery=two.delivery)])


def test_report_mode_boots_too(issuer: Issuer) -> None:
    chip, _ = full_boot(prepare("one", issuer, mode=Mode.REPORT))

    assert chip.shutdown_error == 0


def test_evidence_without_a_nonce_is_no_challenge(issuer: Issuer) -> None:
    chip = prepare("one", issuer).chip()
    chip.power_on()
    status = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER).status(bytes(32))

    with pytest.raises(LabError, match="no nonce of the chip"):
        nonce_of(status)


def test_issuer_says_what_it_is_told(issuer: Issuer) -> None:
    ueid, nonce = b"\x01" + bytes(32), bytes(range(32))

    location = issuer.location(ueid, nonce, excluded=("a", "b"), inside=())
    licence = Licence.from_token(issuer.licence(ueid, SequenceBound(3, 4), location, cycles=7))
    trust = TrustList.from_token(issuer.trust_list(9, end_running=True))

    assert LocationResult.from_token(location).excluded == ("a", "b")
    assert licence.freshness == SequenceBound(3, 4)
    assert (licence.allowance.cycles, licence.issued_at) == (7, START)
    assert (trust.epoch, trust.end_running, len(trust.keys)) == (9, True, 2)


def test_same_seed_signs_the_same_tokens() -> None:
    ueid, nonce = b"\x01" + bytes(32), bytes(32)
    one, two = (Issuer.from_seed(b"same").delivery(ueid, NonceBound(nonce)) for _ in range(2))

    assert one == two
    assert one != Issuer.from_seed(b"other").delivery(ueid, NonceBound(nonce))
