# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One bit of the ROM's memory inverted before a decision: the gate stays shut.

A seeded sample of all bits, and every bit of the word that holds the state.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest
from benches.deliveries import KINDS, Delivery, delivery_of
from benches.rig import Rig

from mooring_firmware._native import ffi, lib
from mooring_firmware.errors import ErrorWord
from mooring_host.chip import ChipClient
from mooring_host.errors import Error
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_models import Chip
from mooring_models._regs import GateState

SAMPLES: Final = 250


def damage(chip: Chip, change: Callable[[bytearray], None]) -> None:
    """Changes the ROM's memory between two steps."""
    captured = chip.cpu.capture()
    memory = bytearray(captured.blob("rom"))
    change(memory)
    chip.cpu.restore(captured.replaced(rom=bytes(memory)))


def invert(chip: Chip, bit: int) -> int:
    """Inverts bit `bit`, counted modulo its size, of the ROM's memory; returns its size."""
    size = 8 * int(lib.mooring_rom_size())
    bit %= size

    def change(memory: bytearray) -> None:
        memory[bit // 8] ^= 1 << bit % 8

    damage(chip, change)
    return size


def deliver(chip: Chip, delivery: Delivery) -> None:
    """Sends the licence; what is answered does not matter here."""
    client = ChipClient(ChipTransport(chip), tries=1, timeout_s=2.0, requester=ONLY_REQUESTER)
    try:
        client.load_licence(delivery.location, delivery.licence)
    except Error:
        return


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_one_inverted_bit_does_not_open_the_gate_for_a_bad_token(
    kind: Callable[[Rig], Delivery],
) -> None:
    delivery = delivery_of(kind)
    chance = random.Random(kind.__name__)
    states: Counter[GateState] = Counter()
    bits = 0
    for _ in range(SAMPLES):
        chip = Chip.from_capture(delivery.chip)
        bits = invert(chip, chance.getrandbits(32))
        deliver(chip, delivery)
        states[chip.gate.state] += 1

    print(f"{kind.__name__}: {SAMPLES} of {bits} bits, {dict(states)}")
    assert GateState.OPEN not in states


@pytest.mark.parametrize("bit", range(32))
def test_state_with_one_bit_inverted_is_no_state(bit: int) -> None:
    chip = Chip.from_capture(delivery_of(KINDS[0]).chip)
    invert(chip, 8 * int(ffi.offsetof("rom_t", "state")) + bit)

    chip.link.send(b"\x7e" * 16)
    chip.run_until_idle()

    assert chip.halted
    assert chip.shutdown_error == ErrorWord.HW_STATE


@pytest.mark.parametrize(
    ("field", "value"),
    [("rx_size", 257), ("rx_at", 1000), ("frame_size", 0xFFFF), ("frame_at", 0x8000), ("slot", 2)],
)
def test_index_beyond_its_buffer_ends_the_machine(field: str, value: int) -> None:
    chip = Chip.from_capture(delivery_of(KINDS[0]).chip)
    at = int(ffi.offsetof("rom_t", field))

    def change(memory: bytearray) -> None:
        memory[at : at + 2] = value.to_bytes(2, "little")

    damage(chip, change)
    chip.link.send(b"\x7e" * 16)
    chip.run_until_idle()

    assert chip.halted
    assert chip.shutdown_error == ErrorWord.HW_CONTROL_FLOW
