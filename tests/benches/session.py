# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""All that a chip hears and says from power-on to the end of a story, and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mooring_models import Chip, EventLoop
from mooring_models.clock import SECOND
from mooring_models.config import Persistent


@dataclass(frozen=True)
class Session:
    """What a chip's outside saw.

    Attributes:
        heard: bytes on the link to the chip.
        said: bytes on the link from it.
        console: its boot log.
        error: the word it shut down with, or 0.
        kept: fuses, NVRAM, keys, and where the noise source stands.
    """

    heard: bytes
    said: bytes
    console: bytes
    error: int
    kept: Persistent


class Tap:
    """A line filter that changes nothing and keeps everything."""

    def __init__(self) -> None:
        self.data = bytearray()

    def __call__(self, data: bytes) -> bytes:
        """The data."""
        self.data += data
        return data


class OnTheHalfSecond(Tap):
    """Holds back what is sent to a chip until the middle of a second.

    A chip tells the time in whole seconds.  What it says may not depend on the milliseconds
    that its work takes.
    """

    def __init__(self, loop: EventLoop) -> None:
        super().__init__()
        self._loop: Final = loop

    def __call__(self, data: bytes) -> bytes:
        """The data, later."""
        whole = self._loop.now // SECOND * SECOND
        self._loop.advance_to(whole + SECOND + SECOND // 2)
        return super().__call__(data)


class Recorder:
    """Records a chip from now on, and slows its line down to a message a second."""

    def __init__(self, chip: Chip) -> None:
        self._chip: Final = chip
        self._heard = OnTheHalfSecond(chip.loop)
        self._said, self._console = Tap(), Tap()
        chip.link.to_chip = self._heard
        chip.link.from_chip = self._said
        chip.console.from_chip = self._console

    def session(self) -> Session:
        """All of it, once the chip is quiet."""
        self._chip.run_until_idle()
        return Session(
            bytes(self._heard.data),
            bytes(self._said.data),
            bytes(self._console.data),
            self._chip.shutdown_error,
            self._chip.persistent,
        )
