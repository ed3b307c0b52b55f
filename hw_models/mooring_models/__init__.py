# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The silicon in software: processor, bus, peripherals, clock and serial ports of the chip."""
