# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Light checkpoints of a chip's peripherals and its time.

`Chip.capture` makes files; this makes hundreds of thousands of comparisons and returns to
where a run began.  What a peripheral remembers is what its slots hold, but for its wires
to other parts, which stay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from mooring_models import Chip, EventLoop
from mooring_models.bus import PAGE_BITS
from mooring_models.clock import LocalTime
from mooring_models.entropy import Stream
from mooring_models.keyvault import DeviceKeys
from mooring_models.peripheral import Peripheral
from mooring_models.uart import LineEnd

Frozen: TypeAlias = tuple[object, ...]

_WIRES: Final = (Peripheral, Chip, LocalTime, EventLoop, LineEnd, DeviceKeys)

# What of each is the same whenever it is looked at, and can lead to a grant.
_TIMELESS: Final = {
    "UART1": ("_slab", "_rx_fifo"),
    "OTP": ("_slab", "_armed", "_sealable"),
    "NVRAM": ("_slab", "_armed"),
    "TRNG": ("_failed",),
    "KEYVAULT": ("_slab", "_latched"),
    "GATE": (
        "_slab",
        "_state",
        "_attempt",
        "_kind",
        "_run",
        "_nonce",
        "_cycles_left",
        "_written",
        "seconds_left",
    ),
}


def _is_state(value: object) -> bool:
    return not isinstance(value, _WIRES) and not callable(value)


def _freeze(value: object) -> object:
    match value:
        case bytearray():
            return bytes(value)
        case set():
            return frozenset(value)
        case dict():
            return tuple(value.items())
        case deque():
            return tuple(copy(each) for each in value)
        case Stream():
            return value.position()
        case _:
            return value


def _thaw(owner: object, name: str, frozen: Any) -> None:
    value = getattr(owner, name)
    match value:
        case bytearray():
            value[:] = frozen
        case set():
            setattr(owner, name, set(frozen))
        case dict():
            setattr(owner, name, dict(frozen))
        case deque():
            setattr(owner, name, deque(copy(each) for each in frozen))
        case Stream():
            value.resume(*frozen)
        case _:
            setattr(owner, name, frozen)


def _same(a: object, b: object) -> bool:
    """Whether two frozen values are equal; jobs of the engine hold arrays."""
    if a is b:
        return True
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if is_dataclass(a) and type(a) is type(b):
        return all(_same(getattr(a, each.name), getattr(b, each.name)) for each in fields(a))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return a == b


class _Part:
    """One peripheral and the names of what it remembers."""

    def __init__(self, peripheral: Peripheral) -> None:
        self.peripheral: Final = peripheral
        slots = (
            name for each in type(peripheral).__mro__ for name in vars(each).get("__slots__", ())
        )
        self.names: Final = tuple(
            name
            for name in slots
            if hasattr(peripheral, name) and _is_state(getattr(peripheral, name))
        )

    def freeze(self) -> Frozen:
        return tuple([_freeze(getattr(self.peripheral, name)) for name in self.names])

    def thaw(self, frozen: Frozen) -> None:
        for name, value in zip(self.names, frozen, strict=True):
            _thaw(self.peripheral, name, value)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All peripherals at one moment.

    Attributes:
        parts: what each remembers, in the order of `Devices.names`.
        ahead: picoseconds by which the CPU's present is ahead of the loop.
    """

    parts: tuple[Frozen, ...]
    ahead: int


class Devices:
    """The peripherals of one chip whose loop stands still.

    Attributes:
        names: of the blocks, in the order of `Checkpoint.parts`.
    """

    def __init__(self, chip: Chip) -> None:
        self._time: Final = chip.time
        blocks = (
            chip.rstmgr,
            chip.uart0,
            chip.uart1,
            chip.otp,
            chip.nvram,
            chip.trng,
            chip.timer,
            chip.keyvault,
            chip.gate,
            chip.engine,
        )
        self._parts: Final = tuple(_Part(each) for each in blocks)
        self.names: Final = tuple(each.name for each in blocks)
        at = {name: index for index, name in enumerate(self.names)}
        self._pages: Final = {each.base >> PAGE_BITS: at[each.name] for each in blocks}
        # What an access to one may change in others, over their private wires.
        self._wired: Final = {
            at["GATE"]: (at["TRNG"], at["ENGINE"]),
            at["KEYVAULT"]: (at["OTP"],),
            at["ENGINE"]: (at["GATE"],),
        }

    def save(self, before: Checkpoint | None = None, touched: Iterable[int] = ()) -> Checkpoint:
        """A checkpoint; what is not `touched` since `before` is taken over from it."""
        if before is None:
            parts = tuple(part.freeze() for part in self._parts)
        else:
            made = list(before.parts)
            for at in self._reached(touched):
                made[at] = self._parts[at].freeze()
            parts = tuple(made)
        return Checkpoint(parts, self._time.busy_for)

    def restore(self, to: Checkpoint, base: Checkpoint, touched: Iterable[int]) -> None:
        """Goes to `to` from where only pages in `touched` were accessed since `base`."""
        reached = self._reached(touched)
        for at, part in enumerate(self._parts):
            frozen = to.parts[at]
            if at in reached or frozen is not base.parts[at]:
                part.thaw(frozen)
        self._time.restart(to.ahead)

    def equal(self, checkpoint: Checkpoint) -> bool:
        """Whether all is as it was at `checkpoint`."""
        return self._time.busy_for == checkpoint.ahead and all(
            _same(part.freeze(), frozen)
            for part, frozen in zip(self._parts, checkpoint.parts, strict=True)
        )

    def timeless(self) -> Iterator[bytes]:
        """What decides over grants, without moments and counts of use."""
        for part in self._parts:
            for name in _TIMELESS.get(part.peripheral.name, ()):
                value = getattr(part.peripheral, name)
                yield bytes(value) if isinstance(value, bytearray) else repr(value).encode()

    def _reached(self, touched: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for page in touched:
            at = self._pages.get(page)
            if at is not None:
                found.add(at)
                found.update(self._wired.get(at, ()))
        return found
