# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One fault on the bus, at every access of a decision in turn: the gate stays shut.

A write is lost or changed, a read comes back changed, or the access faults.  The tokens
are such as one check alone refuses, so that each check is what the faults are aimed at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final, NamedTuple

import pytest
from benches.deliveries import KINDS, Delivery, delivery_of, good
from benches.rig import Rig
from benches.sweep import chosen

from mooring_firmware.errors import ErrorWord
from mooring_host.chip import ChipClient
from mooring_host.errors import Error
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_models import Chip
from mooring_models._regs import GateState
from mooring_models.errors import BusError
from mooring_models.faults import AccessKind, BusAccess, PassThrough

# Accesses that the suite strikes; the native build has each of them struck.
MOST: Final = {"native": 100_000, "rv32": 12}
NEVER: Final = 1 << 40


class Fault(Enum):
    """What becomes of one access."""

    SKIP = "writes are lost, reads come back zero"
    ZEROS = "all bits clear"
    ONES = "all bits set"
    FLIP = "the lowest bit inverted"
    BUS = "the bus answers with an error"


class FaultAt(PassThrough):
    """Strikes access number `at`, counting from 0 and from now; counts them all."""

    def __init__(self, fault: Fault, at: int) -> None:
        self.fault: Final = fault
        self.at: Final = at
        self.seen = 0

    def before(self, access: BusAccess) -> None:
        """Counts, and fails the access if that is the fault."""
        self.seen += 1
        if self._strikes() and self.fault is Fault.BUS:
            raise BusError(access.kind.value, "what a fault hit", access.address, "injected")

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """What the CPU reads."""
        return self._changed(data) if self._strikes() else data

    def write(self, access: BusAccess, data: bytes) -> bytes | None:
        """What is written."""
        if not self._strikes():
            return data
        return None if self.fault is Fault.SKIP else self._changed(data)

    def _strikes(self) -> bool:
        return self.seen == self.at + 1

    def _changed(self, data: bytes) -> bytes:
        match self.fault:
            case Fault.ONES:
                return b"\xff" * len(data)
            case Fault.FLIP:
                return bytes([data[0] ^ 1]) + data[1:]
            case _:
                return bytes(len(data))


class Run(NamedTuple):
    """What one fault led to."""

    chip: Chip
    accepted: bool
    reached: bool


def deliver(delivery: Delivery, fault: Fault, at: int) -> Run:
    """Delivers to a copy of the chip, with a fault at one access."""
    chip = Chip.from_capture(delivery.chip)
    struck = FaultAt(fault, at)
    chip.bus.interposer = struck
    accepted = send(chip, delivery)
    chip.bus.interposer = None
    return Run(chip, accepted, struck.seen > at)


def campaign(
    kind: Callable[[Rig], Delivery], fault: Fault, cpu: str, most: Mapping[str, int] = MOST
) -> list[Run]:
    """One run for each access of the exchange; on RV32, where each is a word, for some."""
    delivery = delivery_of(kind, cpu)
    watch = FaultAt(fault, NEVER)
    watched = Chip.from_capture(delivery.chip)
    watched.bus.interposer = watch
    send(watched, delivery)
    assert watch.seen > 50
    places = chosen(f"accesses, {kind.__name__}, {fault.name}, {cpu}", range(watch.seen), most[cpu])
    runs = [deliver(delivery, fault, at) for at in places]
    assert all(run.reached for run in runs)
    return runs


def send(chip: Chip, delivery: Delivery) -> bool:
    """Delivers once; whether the licence was accepted."""
    client = ChipClient(ChipTransport(chip), tries=1, timeout_s=2.0, requester=ONLY_REQUESTER)
    try:
        client.load_licence(delivery.location, delivery.licence)
    except Error:
        return False
    return True


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_one_fault_does_not_open_the_gate_for_a_bad_token(
    cpu: str, kind: Callable[[Rig], Delivery], fault: Fault
) -> None:
    runs = campaign(kind, fault, cpu)

    states = Counter(run.chip.gate.state for run in runs)
    print(dict(states))
    assert not any(run.accepted for run in runs)
    assert GateState.OPEN not in states


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_without_a_fault_exactly_one_check_refuses(
    cpu: str, kind: Callable[[Rig], Delivery]
) -> None:
    delivery = delivery_of(kind, cpu)
    rig = Rig(chip=Chip.from_capture(delivery.chip))

    word = rig.refused(lambda: rig.client.load_licence(delivery.location, delivery.licence))

    assert word is delivery.word


def test_faults_do_reach_the_decision_of_a_good_token(cpu: str) -> None:
    runs = campaign(good, Fault.FLIP, cpu, {**MOST, "rv32": 150})

    accepted = sum(run.accepted for run in runs)
    assert 0 < accepted < len(runs)
    words = {run.chip.shutdown_error for run in runs}
    assert ErrorWord.HW_GATE_DEAD in words
    # A word among thousands, too rare for a sample.
    assert ErrorWord.HW_CONTROL_FLOW in words or cpu == "rv32"


def test_every_bus_fault_shuts_down_with_its_word_and_closes_the_gate(cpu: str) -> None:
    runs = campaign(good, Fault.BUS, cpu, {**MOST, "rv32": 50})

    assert {run.chip.shutdown_error for run in runs} == {ErrorWord.HW_BUS_FAULT}
    assert all(run.chip.halted for run in runs)
    assert GateState.OPEN not in {run.chip.gate.state for run in runs}


@pytest.mark.parametrize("fault", [Fault.ZEROS, Fault.BUS], ids=lambda fault: fault.name.lower())
def test_a_chip_struck_by_a_fault_is_sound_after_reset(cpu: str, fault: Fault) -> None:
    runs = campaign(good, fault, cpu, {"native": 100, "rv32": 10})

    for run in runs:
        rig = Rig(chip=run.chip)
        rig.reboot()
        rig.trust()
        assert not rig.can_compute()
        rig.load()
        assert rig.can_compute()


def test_access_kinds_of_the_campaign_are_both_directions() -> None:
    kinds: set[AccessKind] = set()

    class Watch(PassThrough):
        def before(self, access: BusAccess) -> None:
            kinds.add(access.kind)

    delivery = delivery_of(good)
    chip = Chip.from_capture(delivery.chip)
    chip.bus.interposer = Watch()
    ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER).load_licence(
        delivery.location, delivery.licence
    )

    assert kinds == set(AccessKind)
