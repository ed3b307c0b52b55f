# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The interface of all ways to find out where a chip is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mooring_host.location.verdict import LocationVerdict


@dataclass(frozen=True)
class Subject:
    """The chip in question."""

    ueid: bytes


class LocationMethod(Protocol):
    """A way to find out where a chip is: an inspection, or a network of landmarks."""

    def locate(self, subject: Subject, now: int) -> LocationVerdict:
        """The verdict at `now` (seconds since 1970); what speaks against it are problems."""
        ...
