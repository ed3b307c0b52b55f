# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A GDB remote stub: step the boot ROM of a served chip with any client of the protocol."""
