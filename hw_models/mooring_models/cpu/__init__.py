# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""CPU back ends: what runs the boot ROM."""

from mooring_models.cpu.api import BACK_ENDS, RUNNING_BACK_ENDS, Cpu, CpuFactory, Step, back_end

__all__ = ["BACK_ENDS", "RUNNING_BACK_ENDS", "Cpu", "CpuFactory", "Step", "back_end"]
