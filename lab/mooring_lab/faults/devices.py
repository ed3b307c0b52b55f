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
from mooring_models.line import LineEnd
from mooring_models.peripheral import Peripheral

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


def _kind(value: object) -> Any:
    """The class of a value, which says nothing of what is in it."""
    return type(value)


def _copies(values: Iterable[object]) -> list[object]:
    return [copy(each) for each in values]


def _freeze(value: Any) -> object:
    """A copy that nobody changes."""
    kind = _kind(value)
    if kind is bytearray:
        return bytes(value)
    if kind is set:
        return frozenset(value)
    if kind is dict:
        return tuple(value.items())
    if kind in (deque, list):
        return tuple(_copies(value))
    return value.position() if kind is Stream else value


def _thaw(owner: object, name: str, frozen: Any) -> None:
    """Gives `owner` back what `_freeze` kept of it."""
    value: Any = getattr(owner, name)
    kind = _kind(value)
    if kind is bytearray:
        value[:] = frozen
    elif kind in (set, dict):
        setattr(owner, name, kind(frozen))
    elif kind in (deque, list):
        setattr(owner, name, kind(_copies(frozen)))
    elif kind is Stream:
        value.resume(*frozen)
    else:
        setattr(owner, name, frozen)


def _same(a: Any, b: Any) -> bool:
    """Whether two frozen values are equal; jobs of the engine hold arrays."""
    kind = _kind(a)
    if a is b or kind is not _kind(b):
        return a is b
    if kind is tuple:
        return len(a) == len(b) and all(map(_same, a, b))
    if is_dataclass(kind):
        return all(_same(getattr(a, each.name), getattr(b, each.name)) for each in fields(kind))
    return bool(np.array_equal(a, b)) if kind is np.ndarray else bool(a == b)


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
            chip.responder,
        )
        self._parts: Final = tuple(_Part(each) for each in blocks)
        self.names: Final = tuple(each.name for each in blocks)
        at = {name: index for index, name in enumerate(self.names)}
        self._pages: Final = {each.base >> PAGE_BITS: at[each.name] for each in blocks}
        # What an access to one may change in others, over their private wires.
        self._wired: Final = {
            at["GATE"]: (at["TRNG"], at["ENGINE"]),
            at["KEYVAULT"]: (at["OTP"], at["RESPONDER"], at["UART1"]),
            at["RESPONDER"]: (at["TRNG"], at["UART1"]),
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
