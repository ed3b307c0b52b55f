# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where chip and people meet: demonstration, served chips, attacks, and the pytest plugin."""
