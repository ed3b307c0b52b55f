# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Days of times: rules hold by the day, records by the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

_EPOCH: Final = date(1970, 1, 1)
_LAST: Final = (date.max - _EPOCH).days


def day_of(seconds: int) -> date:
    """The day, in UTC, of a time in seconds since 1970; times after year 9999 are its last day."""
    return _EPOCH + timedelta(days=min(seconds // 86400, _LAST))


def show(seconds: int) -> str:
    """A time for people."""
    if day_of(seconds) == date.max:
        return f"{seconds} s after 1970"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
