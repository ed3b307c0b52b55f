# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The whole way on the real firmware: locked, licensed, computing; over the emulator's port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from host_kit import TERMS, Clock, Dice, inspection

from mooring_host.airgap import LicenceDelivery, LicenceRequest
from mooring_host.authority import (
    Authority,
    LicenceRefused,
    issue_licence,
    issue_sequence_licence,
)
from mooring_host.boot import BootStep, LocalSource, boot
from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.matrix import Int8Matrix
from mooring_host.states import GateState, Lifecycle, Mode

NUMBERS = count()
ONE = Int8Matrix.from_rows([[1]])


@pytest.fixture
def client() -> Iterator[ChipClient]:
    """A new chip for each test, as it comes from manufacturing."""
    with ChipClient.open(f"emulator://host-boot-{next(NUMBERS)}?seed=7") as made:
        yield made


@pytest.fixture
def ready(client: ChipClient, authority: Authority) -> ChipClient:
    """The chip in production, its roots those of the authority, enrolled."""
    plan = FusePlan(Mode.DENY, 86400, (authority.roots()[0].digest,), allow_sequence=True)
    burn(client, plan)
    lock(client, plan)
    authority.enrol(client.info().device_key, "emulated")
    return client


def source(authority: Authority, client: ChipClient, **change: Any) -> LocalSource:
    terms = replace(TERMS, **change)
    return LocalSource(authority, terms, inspection(client.info().ueid))


def test_locked_chip_computes_after_one_call(ready: ChipClient, authority: Authority) -> None:
    with pytest.raises(ChipError, match="ENGINE_GATE_CLOSED"):
        ready.compute(ONE, ONE)
    steps: list[BootStep] = []
    report = boot(ready, source(authority, ready), entropy=Dice(), on_step=steps.append)

    assert steps == list(BootStep)
    assert [step for step, _ in report.times] == steps
    assert report.licence.gate is GateState.OPEN
    assert report.product.to_rows() == [[42]]


def test_burned_chip_reports_exactly_the_plan(ready: ChipClient, authority: Authority) -> None:
    fuses = ready.fuses()

    assert fuses.lifecycle is Lifecycle.PRODUCTION
    assert fuses.root_digests[0] == authority.roots()[0].digest
    assert (fuses.max_lifetime, fuses.options, fuses.mode) == (86400, 1, Mode.DENY)


def test_lock_again_is_no_error_if_it_was_this_lock(
    ready: ChipClient, authority: Authority
) -> None:
    assert ready.lock(ready.fuses().map_digest) is Lifecycle.PRODUCTION
    with pytest.raises(ChipError, match="LINK_NOT_IN_LIFECYCLE"):
        ready.lock(bytes(48))


def test_chip_with_a_nonce_but_without_trust_list_gets_no_licence(
    ready: ChipClient, authority: Authority
) -> None:
    with pytest.raises(LicenceRefused, match="trust-stale"):
        source(authority, ready).license(ready.request_licence(Dice()(32)))


def test_place_that_is_not_allowed_gets_no_licence(ready: ChipClient, authority: Authority) -> None:
    elsewhere = source(authority, ready, required_inside=("us",), required_excluded=())

    with pytest.raises(LicenceRefused, match="not proven inside us"):
        boot(ready, elsewhere, entropy=Dice())
    with pytest.raises(ChipError, match="ENGINE_GATE_CLOSED"):
        ready.compute(ONE, ONE)


def test_air_gapped_path_goes_through_files(ready: ChipClient, authority: Authority) -> None:
    trust = authority.trust()
    ready.trust(trust.root.cose_key, trust.token)
    request_file = ready.request_licence(Dice()(32)).encode()

    request = LicenceRequest.decode(request_file)
    where = inspection(ready.info().ueid)
    delivery_file = issue_licence(authority, request, TERMS, where).delivery.encode()

    answer = ready.deliver(LicenceDelivery.decode(delivery_file))
    assert (answer.gate, answer.changed) == (GateState.OPEN, True)
    assert ready.compute(ONE, ONE).to_rows() == [[1]]


def test_sequence_bound_licence_opens_without_a_challenge(
    ready: ChipClient, authority: Authority
) -> None:
    ueid = ready.info().ueid
    first = issue_sequence_licence(authority, ueid, TERMS, inspection(ueid))
    second = issue_sequence_licence(authority, ueid, TERMS, inspection(ueid))

    assert ready.deliver(second.delivery).changed
    assert not ready.deliver(second.delivery).changed
    with pytest.raises(ChipError, match="DECISION_SEQUENCE"):
        ready.deliver(first.delivery)


def test_replayed_licence_is_refused_and_recorded(ready: ChipClient, authority: Authority) -> None:
    report = boot(ready, source(authority, ready), entropy=Dice())
    boot(ready, source(authority, ready), entropy=Dice(b"more"))

    with pytest.raises(ChipError, match="DECISION_NONCE") as got:
        ready.load_licence(report.delivery.location, report.delivery.licence)
    log = ready.log()
    assert [entry.word for entry in log.entries] == [got.value.word]
    assert (log.count, log.counters) == (1, ((got.value.word, 1),))


def test_back_off_after_bad_signatures_is_waited_for(
    ready: ChipClient, authority: Authority
) -> None:
    report = boot(ready, source(authority, ready), entropy=Dice())
    request = ready.request_licence(Dice(b"more")(32))
    delivery = source(authority, ready).license(request)
    forged = delivery.licence[:-1] + bytes([delivery.licence[-1] ^ 1])
    with pytest.raises(ChipError, match="KEY_SIGNATURE"):
        ready.load_licence(delivery.location, forged)

    with pytest.raises(ChipError, match="LINK_BUSY"):
        ready.load_licence(delivery.location, delivery.licence)
    answer = ready.patiently(lambda: ready.load_licence(delivery.location, delivery.licence))

    assert answer.changed
    assert report.licence.changed


def test_evidence_of_the_chip_is_affirmed(ready: ChipClient, authority: Authority) -> None:
    boot(ready, source(authority, ready), entropy=Dice())
    nonce = Dice(b"status")(32)
    chip = authority.chip("emulated")
    appraisal = authority.appraise_evidence(chip, ready.status(nonce), nonce)

    assert appraisal.findings == ()
    assert appraisal.evidence is not None
    assert appraisal.evidence.gate is GateState.OPEN
    assert appraisal.evidence.measurement == ready.info().measurement


def test_reset_locks_the_chip_again(ready: ChipClient, authority: Authority) -> None:
    boot(ready, source(authority, ready), entropy=Dice())
    info = ready.reset()

    assert info == ready.info()
    with pytest.raises(ChipError, match="ENGINE_GATE_CLOSED"):
        ready.compute(ONE, ONE)
    assert boot(ready, source(authority, ready), entropy=Dice(b"again")).licence.changed


def test_rotated_key_is_used_from_the_next_boot_on(
    ready: ChipClient, authority: Authority, clock: Clock
) -> None:
    boot(ready, source(authority, ready), entropy=Dice())
    clock.seconds += 10
    authority.issue_trust_list(end_running=True)
    trust = authority.trust()
    answer = ready.trust(trust.root.cose_key, trust.token)

    assert (answer.epoch, answer.committed) == (2, True)
    with pytest.raises(ChipError, match="ENGINE_"):
        ready.compute(ONE, ONE)
    assert boot(ready, source(authority, ready), entropy=Dice(b"again")).trust.epoch == 2


def test_large_product_runs_in_tiles(ready: ChipClient, authority: Authority) -> None:
    boot(ready, source(authority, ready), entropy=Dice())
    a = [[(3 * i + j) % 256 - 128 for j in range(70)] for i in range(50)]
    b = [[(5 * i - j) % 256 - 128 for j in range(66)] for i in range(70)]

    product = ready.compute(Int8Matrix.from_rows(a), Int8Matrix.from_rows(b))

    expected = [
        [sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)]
        for row in a
    ]
    assert product.to_rows() == expected
    assert product.commands > 1


def test_discovery_names_the_message_type_of_this_protocol(client: ChipClient) -> None:
    endpoint = client.discover()

    assert endpoint.eid == 9
    assert 0x7F in endpoint.message_types
    assert endpoint.versions
