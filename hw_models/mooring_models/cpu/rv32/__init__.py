# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An RV32IMC interpreter in C, and its binding."""

from mooring_models.cpu.rv32.core import (
    PC,
    Bus,
    Core,
    CoreError,
    Fault,
    FaultKind,
    Layout,
    Profile,
    Snapshot,
    Stop,
    Strike,
    disassemble,
    length,
)

__all__ = [
    "PC",
    "Bus",
    "Core",
    "CoreError",
    "Fault",
    "FaultKind",
    "Layout",
    "Profile",
    "Snapshot",
    "Stop",
    "Strike",
    "disassemble",
    "length",
]
