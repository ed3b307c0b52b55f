# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The entry point, which survives an installation that is broken."""

from __future__ import annotations

import sys
from typing import NoReturn

INTERNAL = 5


def main() -> NoReturn:
    """Runs ``mooring``; without the compiled firmware it says what to do."""
    try:
        from mooring_host.cli.main import main as run
    except (ImportError, AttributeError) as error:
        # A binding that is missing, or older than the Python beside it.
        if "-v" in sys.argv or "--verbose" in sys.argv:
            raise
        sys.stderr.write(
            f"Failed: start mooring: {error}\n"
            "Try: compile and install again: make ext, or make demo\n"
        )
        sys.exit(INTERNAL)
    run()
    sys.exit(INTERNAL)  # not reached: `run` exits by itself
