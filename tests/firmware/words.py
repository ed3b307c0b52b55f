# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Error words as the firmware tests compare them: by name, with ``OK`` for none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, ParamSpec

from mooring_firmware._token import Refused

P = ParamSpec("P")

OK: Final = "OK"


def word_of(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> str:
    """The name of the word that a call is refused with, or ``OK``."""
    try:
        function(*args, **kwargs)
    except Refused as refusal:
        return refusal.word.name
    return OK
