# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How to test your own tools against a chip: copy this file and go on from here.

    pytest test_accelerator.py                                   # an emulated chip
    pytest test_accelerator.py --chip socket://127.0.0.1:7301    # one of `mooring chip run --tcp`
    pytest test_accelerator.py --chip /dev/ttyUSB0               # one on a port

The fixtures come with the installed project: `pytest --fixtures` tells what each one is.
When a test fails, the report shows what was on the wire and on the chip's console.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError
from mooring_host.matrix import Int8Matrix
from mooring_host.states import GateState, Lifecycle
from mooring_host.token import Evidence
from mooring_lab.bench import TERMS, Bench
from mooring_lab.lab import power_cycle
from mooring_lab.target import Target

NONCE = bytes(range(32))


def random_matrix(rows: int, columns: int) -> NDArray[np.int8]:
    return np.random.default_rng(7).integers(-128, 128, (rows, columns), dtype=np.int8)


def product_of(client: ChipClient, a: NDArray[np.int8], b: NDArray[np.int8]) -> NDArray[np.int32]:
    """The product that the chip's engine computes."""
    product = client.compute(Int8Matrix.from_buffer(a.data), Int8Matrix.from_buffer(b.data))
    flat = np.frombuffer(product.data, dtype="<i4")
    return flat.reshape(product.rows, product.columns)


def compute_anything(client: ChipClient) -> None:
    product_of(client, random_matrix(2, 2), random_matrix(2, 2))


def test_chip_from_the_factory_says_who_it_is(client: ChipClient) -> None:
    info = client.info()

    assert info.rom_version == "1.0"
    assert info.ueid[0] == 1


def test_provisioned_chip_is_locked(provisioned: Bench) -> None:
    assert provisioned.client.info().lifecycle is Lifecycle.PRODUCTION

    with pytest.raises(ChipError) as refusal:
        compute_anything(provisioned.client)

    assert refusal.value.name == "ENGINE_GATE_CLOSED"


def test_licensed_chip_multiplies_as_numpy_does(licensed: Bench) -> None:
    a, b = random_matrix(33, 64), random_matrix(64, 20)

    product = product_of(licensed.client, a, b)

    assert (product == a.astype(np.int32) @ b.astype(np.int32)).all()


def test_altered_licence_leaves_the_chip_locked(provisioned: Bench) -> None:
    provisioned.trust()
    issued = provisioned.issue()
    altered = bytearray(issued.delivery.licence)
    altered[-1] ^= 1

    with pytest.raises(ChipError) as refusal:
        provisioned.client.load_licence(issued.delivery.location, bytes(altered))

    assert refusal.value.name == "KEY_SIGNATURE"
    evidence = Evidence.from_token(provisioned.client.status(NONCE))
    assert evidence.gate is GateState.CLOSED


def test_reset_locks_the_chip_again(licensed: Bench, chip: Target) -> None:
    chip.reset()

    with pytest.raises(ChipError, match="ENGINE_GATE_CLOSED"):
        compute_anything(licensed.client)


# What follows lays hands on the board; on a chip without a lab socket these tests are skipped.


def test_grant_ends_by_itself(licensed: Bench, chip: Target) -> None:
    chip.lab.advance(TERMS.lifetime_s)

    with pytest.raises(ChipError, match="ENGINE_LAPSED"):
        compute_anything(licensed.client)


def test_licence_does_not_outlive_the_supply(licensed: Bench, chip: Target) -> None:
    power_cycle(chip.lab)

    with pytest.raises(ChipError, match="ENGINE_GATE_CLOSED"):
        compute_anything(licensed.client)
