# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""``python -m mooring_host.cli``."""

from mooring_host.cli import main

main()
