# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The command line. `mooring_host.cli.kit` is for plug-ins."""

from mooring_host.cli._binding import exit_with_advice

try:
    from mooring_host.cli.main import main
except (ImportError, AttributeError) as error:
    exit_with_advice(error)

__all__ = ["main"]
