# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the library logs, on stderr; only this package's logger is configured."""

from __future__ import annotations

import logging
import sys
from typing import Final, TextIO

_LEVELS: Final = {0: logging.WARNING, 1: logging.INFO}


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Log lines on whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def log_to_stderr(verbose: int) -> None:
    """Shows warnings; with -v what the library does, with -vv the frames, shortened."""
    logger = logging.getLogger("mooring_host")
    logger.setLevel(_LEVELS.get(verbose, logging.DEBUG))
    if not any(isinstance(handler, _StderrHandler) for handler in logger.handlers):
        handler = _StderrHandler()
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        logger.addHandler(handler)
