# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Diversion scenarios: written as TOML, run on emulated chips, held against what is expected."""
