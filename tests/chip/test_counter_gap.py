# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A commit counter that reads with a gap while the chip serves: nothing goes on from there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from benches.held import address
from benches.rig import ISSUER, Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import TransportError
from mooring_host.token import SequenceBound
from mooring_models import PassThrough, _regs
from mooring_models._regs import GateState, OtpRegs
from mooring_models._spec import Register
from mooring_models.faults import BusAccess


class Gap(PassThrough):
    """A word of a counter in which the second bit seems unburned."""

    def __init__(self, register: Register) -> None:
        self.at = address(_regs.OTP, register)

    def read(self, access: BusAccess, data: bytes) -> bytes:
        """The counter's first word changed."""
        return b"\x05" + data[1:] if access.address == self.at else data


ACTS: dict[str, Callable[[Rig], object]] = {
    "evidence": lambda rig: rig.evidence(),
    "fuses": lambda rig: rig.client.fuses(),
    "licence": lambda rig: rig.load(SequenceBound(1, 1)),
    "list": lambda rig: rig.trust(ISSUER.trust_list(2)),
    "the same list": lambda rig: rig.trust(),
}


@pytest.mark.parametrize(
    ("act", "register"),
    [
        ("evidence", OtpRegs.INTENT),
        ("fuses", OtpRegs.INTENT),
        ("licence", OtpRegs.INTENT),
        ("licence", OtpRegs.COUNTER),
        ("list", OtpRegs.INTENT),
        ("list", OtpRegs.COUNTER),
        ("the same list", OtpRegs.INTENT),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_gap_shuts_the_chip_down_whoever_looks(rig: Rig, act: str, register: Register) -> None:
    rig.load()
    rig.chip.bus.interposer = Gap(register)

    with pytest.raises(TransportError):
        ACTS[act](rig)

    assert rig.chip.halted
    assert rig.chip.shutdown_error == ErrorWord.HW_FUSE_INTEGRITY
    assert rig.chip.gate.state is GateState.CLOSED
