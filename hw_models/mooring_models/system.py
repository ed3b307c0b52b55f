# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""ROMCTRL and RSTMGR: what ran, why it started, how it ended."""

from __future__ import annotations

import struct
from typing import Final, Protocol

from mooring_models import _regs
from mooring_models._regs import Phase, ResetCause, ResetKey, RomctrlRegs, RstmgrRegs
from mooring_models._spec import WORD_BYTES
from mooring_models.peripheral import Peripheral, on_write

_PHASES: Final = {phase.value: phase for phase in Phase}
MEASUREMENT_BYTES: Final = RomctrlRegs.MEASUREMENT.size


class SystemEvents(Protocol):
    """What the reset manager tells the chip."""

    def reset_requested(self) -> None:
        """The ROM asked for a reset."""

    def shut_down(self, error: int) -> None:
        """The ROM latched its final error word."""

    def phase_entered(self, phase: Phase) -> None:
        """The ROM marked the phase of its work that begins now."""


class RomCtrl(Peripheral, block=RomctrlRegs.BLOCK):
    """Shows the measurement that hardware took before the CPU left reset."""

    __slots__ = ("_measurement",)

    def __init__(self) -> None:
        super().__init__(_regs.ROMCTRL)
        self._measurement = bytes(MEASUREMENT_BYTES)

    @property
    def measurement(self) -> bytes:
        """SHA-384 of the ROM, 48 bytes."""
        return self._measurement

    def measure(self, digest: bytes) -> None:
        """Takes the digest of the ROM that is in place now; raises `ValueError` on its size."""
        if len(digest) != MEASUREMENT_BYTES:
            raise ValueError(f"a measurement of {len(digest)} bytes, expected {MEASUREMENT_BYTES}")
        self._measurement = digest
        self.reset()

    def reset(self) -> None:
        """Shows the measurement, in big-endian words."""
        super().reset()
        self.poke_bytes(RomctrlRegs.MEASUREMENT, _swap_words(self._measurement))


def _swap_words(data: bytes) -> bytes:
    """Each word with its bytes in the opposite order."""
    count = len(data) // WORD_BYTES
    return struct.pack(f"<{count}I", *struct.unpack(f">{count}I", data))


class RstMgr(Peripheral, block=RstmgrRegs.BLOCK):
    """Passes on what the ROM says about its own life."""

    __slots__ = ("_events",)

    def __init__(self, events: SystemEvents) -> None:
        super().__init__(_regs.RSTMGR)
        self._events = events

    def came_up(self, cause: ResetCause) -> None:
        """Notes why the chip leaves reset."""
        self.poke(RstmgrRegs.CAUSE, cause)

    @property
    def cause(self) -> ResetCause:
        """Why the chip last left reset."""
        return ResetCause(self.peek(RstmgrRegs.CAUSE) or ResetCause.POWER_ON)

    @property
    def error(self) -> int:
        """The error word of shutdown; 0 while there was none."""
        return self.peek(RstmgrRegs.SHUTDOWN)

    @on_write(RstmgrRegs.REQUEST)
    def _request(self, value: int) -> None:
        if value == ResetKey.RESET:
            self._events.reset_requested()

    @on_write(RstmgrRegs.SHUTDOWN)
    def _shutdown(self, value: int) -> None:
        self._events.shut_down(value)

    @on_write(RstmgrRegs.PHASE)
    def _phase(self, value: int) -> None:
        phase = _PHASES.get(value)
        if phase is not None:
            self._events.phase_entered(phase)
