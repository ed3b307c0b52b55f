# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Time and chance, the two things that the rest of the package is always given."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeAlias

Now: TypeAlias = Callable[[], int]
"""Seconds since 1970."""

Entropy: TypeAlias = Callable[[int], bytes]
"""That many unpredictable bytes."""


def system_now() -> int:
    """The wall clock, whole seconds."""
    return int(time.time())


def system_entropy(count: int) -> bytes:
    """Bytes of the operating system's generator."""
    return secrets.token_bytes(count)
