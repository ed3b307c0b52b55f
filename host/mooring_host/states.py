# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The states of a chip as messages and evidence name them (docs/protocol.cddl)."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

from mooring_host.cbor import CborValue
from mooring_host.fields import ValueReader


class Lifecycle(IntEnum):
    """Where a chip is in its life; production is for good."""

    MANUFACTURING = 1
    PRODUCTION = 2


class Mode(IntEnum):
    """What the gate does without a grant: nothing, a fraction, or everything."""

    DENY = 1
    THROTTLE = 2
    REPORT = 3


class GateState(IntEnum):
    """Whether a grant runs; DEAD until reset after tampering."""

    CLOSED = 1
    OPEN = 2
    DEAD = 3


class RecordState(IntEnum):
    """Whether the chip's durable record fits its fuse counter."""

    CONSISTENT = 1
    ROLLED_BACK = 2


class Role(IntEnum):
    """The one thing that a listed key may sign."""

    LICENCE = 1
    LOCATION = 2
    LANDMARK = 3


class Method(IntEnum):
    """How a location was found."""

    INSPECTION = 1
    LANDMARK_NETWORK = 2
    COLOCATED_LANDMARK = 3


State = TypeVar("State", bound=IntEnum)


def read_state(check: ValueReader, kind: type[State], value: CborValue, name: str) -> State:
    """The member of `kind` that a field names."""
    return kind(check.uint(value, name, maximum=max(kind), minimum=min(kind)))
