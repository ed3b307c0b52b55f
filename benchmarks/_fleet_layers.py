# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where the host time of a boot goes, layer by layer, each without those that it calls.

The functions through which one layer calls the next are watched while some chips boot.
Watching costs time itself, so the layers are told as shares as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mooring_firmware import ed25519_recompute
from mooring_host.chip import ChipClient
from mooring_host.link import Link
from mooring_models import EventLoop
from mooring_models.bus import Bus
from mooring_models.cpu.native import NativeCpu

SIGNATURES: Final = 8
"""Signatures that the ROM recomputes in a boot: two of its self-test, three tokens twice."""
_MESSAGE: Final = bytes(330)
_TRIES: Final = 200


class Layer(Enum):
    """The layers, from the ROM outwards."""

    SIGNATURES = "signature verification, C"
    ROM = "the rest of the ROM, C, and its way to Python"
    PERIPHERALS = "peripherals, Python"
    LOOP = "event loop and interrupts, Python"
    LINK = "framing and packets of the host, Python"
    MESSAGES = "messages of the host, Python"
    REST = "powering it, measuring, and the rest"


_DOORS: Final[tuple[tuple[type, str, Layer], ...]] = (
    (NativeCpu, "step", Layer.ROM),
    (Bus, "read32", Layer.PERIPHERALS),
    (Bus, "write32", Layer.PERIPHERALS),
    (Bus, "read_window", Layer.PERIPHERALS),
    (Bus, "write_window", Layer.PERIPHERALS),
    (Bus, "read_fifo", Layer.PERIPHERALS),
    (Bus, "write_fifo", Layer.PERIPHERALS),
    (EventLoop, "advance_to", Layer.LOOP),
    (EventLoop, "run_until", Layer.LOOP),
    (Link, "request", Layer.LINK),
    (ChipClient, "_run", Layer.MESSAGES),
)


class _Watch:
    """Books all time to the layer that was entered last and not yet left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._inside = [Layer.REST]
        self._since = clock()
        self.spent = dict.fromkeys(Layer, 0.0)

    def book(self) -> None:
        """Books the time until now."""
        now = self._clock()
        self.spent[self._inside[-1]] += now - self._since
        self._since = now

    def door(self, function: Callable[..., Any], layer: Layer) -> Callable[..., Any]:
        """The function, as an entrance to `layer`."""

        @wraps(function)
        def watched(*arguments: Any, **options: Any) -> Any:
            self.book()
            self._inside.append(layer)
            try:
                return function(*arguments, **options)
            finally:
                self.book()
                self._inside.pop()

        return watched


@contextmanager
def _watching(watch: _Watch) -> Generator[None]:
    doors = [(owner, name, getattr(owner, name)) for owner, name, _ in _DOORS]
    try:
        for owner, name, layer in _DOORS:
            setattr(owner, name, watch.door(getattr(owner, name), layer))
        yield
    finally:
        for owner, name, function in doors:
            setattr(owner, name, function)


def _signature_s(clock: Callable[[], float]) -> float:
    """Seconds in which the core recomputes one signature as the ROM does, at its fastest."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = private.public_key().public_bytes_raw(), private.sign(_MESSAGE)
    times: list[float] = []
    for _ in range(_TRIES):
        began = clock()
        ed25519_recompute(key, _MESSAGE, signature)
        times.append(clock() - began)
    return min(times)


def _watched(boot: Callable[[], object], clock: Callable[[], float]) -> dict[Layer, float]:
    watch = _Watch(clock)
    with _watching(watch):
        boot()
        watch.book()
    return watch.spent


def layers_of(
    boots: Iterable[Callable[[], object]], clock: Callable[[], float] = time.perf_counter
) -> dict[Layer, float]:
    """Seconds of each layer in the fastest of `boots`: what slows others down is not the code.

    Signatures are not watched, they are counted: so many times what one takes at its fastest.
    """
    spent = min((_watched(boot, clock) for boot in boots), key=lambda each: sum(each.values()))
    signatures = min(SIGNATURES * _signature_s(clock), spent[Layer.ROM])
    spent[Layer.SIGNATURES] = signatures
    spent[Layer.ROM] -= signatures
    return spent
