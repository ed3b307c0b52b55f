# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Chips share nothing but time, and one put back from a snapshot goes on bit for bit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from benches.rig import ISSUER, Rig, provisioned
from benches.sweep import chosen

from mooring_host.chip import ChipClient
from mooring_host.states import GateState
from mooring_host.token import Evidence, NonceBound, SequenceBound
from mooring_host.wire.envelope import Command, Completion, Envelope
from mooring_host.wire.framing import encode_frame
from mooring_host.wire.mctp import HOST_EID, LARGEST_UNIT, NULL_EID, packets_of
from mooring_host.wire.messages import LicenceRequest
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_models import Chip, ChipConfig, EventLoop
from mooring_models.clock import SECOND, US
from mooring_models.config import Persistent
from mooring_models.state import State

CHIPS: Final = {"native": 1000, "rv32": 15}
MOST_MOMENTS: Final = {"native": 150, "rv32": 20}
STEP: Final = 250 * US


def licensed(number: int, loop: EventLoop, cpu: str) -> ChipClient:
    """Licenses one chip, with keys of its own and the fuses of all, over its own line."""
    seed = number.to_bytes(4, "big")
    config = ChipConfig(name=f"chip {number}", seed=seed, baud=3_000_000, cpu=cpu)
    kept = replace(Persistent.manufacture(config.seed), fuses=provisioned().fuses)
    chip = Chip(config, kept, loop)
    chip.power_on()
    chip.run_until_idle()
    client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
    client.trust(ISSUER.root_key, ISSUER.trust_list())
    evidence = Evidence.from_token(client.challenge(bytes(32)))
    assert evidence.own_nonce is not None
    form = NonceBound(evidence.own_nonce)
    location = ISSUER.location(evidence.ueid, form.nonce)
    licence = ISSUER.licence(evidence.ueid, form, location, cycles=1000 + number)
    assert client.load_licence(location, licence).gate is GateState.OPEN
    return client


def test_many_chips_run_in_one_process(cpu: str) -> None:
    count = CHIPS[cpu]
    loop = EventLoop()
    clients = [licensed(number, loop, cpu) for number in range(count)]

    found = [Evidence.from_token(client.status(bytes(32))) for client in clients]

    assert [evidence.cycles_left for evidence in found] == [1000 + n for n in range(count)]
    assert {evidence.gate for evidence in found} == {GateState.OPEN}
    assert len({evidence.ueid for evidence in found}) == count


def test_licence_of_one_chip_is_refused_by_its_twin_of_another_name(rig: Rig) -> None:
    other = licensed(1, rig.chip.loop, rig.chip.config.cpu)
    form = SequenceBound(1, 1)
    location = rig.location(form)
    licence = rig.licence(form, location)

    with pytest.raises(Exception, match="DECISION_CHIP"):
        other.load_licence(location, licence)
    assert rig.client.load_licence(location, licence).gate is GateState.OPEN


# -- Snapshots -------------------------------------------------------------------------------


@cache
def transaction(cpu: str) -> tuple[State, bytes]:
    """A chip that trusts its issuer, and the frames of a licence for it."""
    rig = Rig.trusting(cpu=cpu)
    form = rig.fresh()
    rig.chip.run_until_idle()
    location = rig.location(form)
    body = LicenceRequest(location, rig.licence(form, location)).encode()
    packets = packets_of(
        Envelope(Command.LICENCE, Completion.DONE, body).encode(),
        destination=NULL_EID,
        source=HOST_EID,
        tag=1,
        tag_owner=True,
        unit=LARGEST_UNIT,
    )
    return rig.chip.capture(), b"".join(encode_frame(packet.encode()) for packet in packets)


def started(cpu: str) -> Chip:
    """The chip, the first byte of the licence about to arrive."""
    before, frames = transaction(cpu)
    chip = Chip.from_capture(before)
    chip.link.receive()
    chip.link.send(frames)
    return chip


def finished(chip: Chip, already: bytes = b"") -> tuple[bytes, State]:
    """All that the chip answers, and what it is in the end."""
    chip.loop.advance_to(transaction(chip.config.cpu)[0].integer("now") + SECOND)
    return already + chip.link.receive(), chip.capture()


def test_snapshot_in_the_middle_of_a_licence_goes_on_bit_for_bit(cpu: str) -> None:
    expected = finished(started(cpu))
    assert expected[0]
    began = transaction(cpu)[0].integer("now")
    moments = [began + step * STEP for step in range(1200)]
    for moment in chosen(f"snapshot moments, {cpu}", moments, MOST_MOMENTS[cpu]):
        chip = started(cpu)
        chip.loop.advance_to(moment)
        already = chip.link.receive()

        assert finished(Chip.from_capture(chip.capture()), already) == expected


def test_snapshot_file_holds_the_same_chip(cpu: str, tmp_path: Path) -> None:
    chip = started(cpu)
    chip.run_for(0.1)
    already = chip.link.receive()
    chip.snapshot(tmp_path / "chip")

    assert finished(Chip.restore(tmp_path / "chip"), already) == finished(chip, already)
