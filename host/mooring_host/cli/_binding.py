# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is said if the compiled verification core is absent, or older than what uses it.

Nothing here may import anything that needs the core.
"""

from __future__ import annotations

import sys
from traceback import walk_tb
from typing import Final, NoReturn

BINDING: Final = "mooring_firmware"
ADVICE: Final = "run: make ext"
_INTERNAL: Final = 5


def is_of_the_binding(error: BaseException) -> bool:
    """Whether the package around the compiled core could not be imported as it is."""
    return isinstance(error, ImportError | AttributeError) and any(
        frame.f_globals.get("__name__", "").partition(".")[0] == BINDING
        for frame, _ in walk_tb(error.__traceback__)
    )


def exit_with_advice(error: BaseException) -> NoReturn:
    """Ends with one line on stderr.

    Raises:
        SystemExit: with the exit code of an internal failure.
        BaseException: `error` itself, if it has another cause.
    """
    if not is_of_the_binding(error):
        raise error
    sys.stderr.write(f"Failed: load the compiled verification core: {error}; {ADVICE}\n")
    raise SystemExit(_INTERNAL) from error
