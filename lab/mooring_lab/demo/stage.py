# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How the demonstration speaks: acts, claims, what was seen, and the table at the end."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TextIO, TypeVar

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError

WIDTH: Final = 79
INDENT: Final = "   "

T = TypeVar("T")


@dataclass(frozen=True)
class Shown:
    """One claim of the demonstration.

    Attributes:
        act: number of the act.
        claim: what was to be seen.
        seen: what was seen.
        held: whether that is the same.
    """

    act: int
    claim: str
    seen: str
    held: bool


class Stage:
    """Where the demonstration is told.

    Args:
        out: where to write.
        colour: whether `out` shows colours.
    """

    def __init__(self, out: TextIO, *, colour: bool) -> None:
        self._out = out
        self._colour = colour
        self._act = 0
        self.shown: Final[list[Shown]] = []

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text

    def line(self, text: str = "") -> None:
        """Writes one line at once, so that a watcher sees each step as it happens."""
        print(text, file=self._out, flush=True)

    def say(self, text: str) -> None:
        """Explains, in a paragraph."""
        joined = " ".join(text.split())
        for each in textwrap.wrap(joined, WIDTH - len(INDENT), break_on_hyphens=False):
            self.line(INDENT + each)

    def act(self, title: str, text: str) -> None:
        """Begins an act with what it is about."""
        self._act += 1
        self.line()
        self.line(self._paint(f"{self._act}. {title}", "1"))
        self.say(text)

    def note(self, claim: str, seen: str, held: bool) -> None:
        """Records a claim with what was seen, and shows both."""
        self.shown.append(Shown(self._act, claim, seen, held))
        mark = self._paint("yes", "32") if held else self._paint("NO ", "1;31")
        self.line(f"{INDENT}[{mark}] {claim}")
        for each in textwrap.wrap(seen, WIDTH - 9, break_on_hyphens=False):
            self.line(f"{INDENT}      {each}")

    def expect(self, claim: str, call: Callable[[], T], judge: Callable[[T], str | None]) -> None:
        """Runs `call`; `judge` says what was seen, or gives None if that is not as claimed."""
        try:
            value = call()
        except ChipError as error:
            self.note(claim, f"the chip refused: {error.name}: {error.meaning}", held=False)
            return
        seen = judge(value)
        self.note(claim, seen if seen is not None else f"found {value!r}", held=seen is not None)

    def expect_refusal(self, claim: str, word: ErrorWord, call: Callable[[], object]) -> None:
        """Runs `call`, which the chip is to refuse with exactly this error word."""
        try:
            call()
        except ChipError as error:
            self.note(claim, f"{error.name}: {error.meaning}", held=error.word == word)
            return
        self.note(claim, f"the chip did not refuse; expected {word.name}", held=False)

    def table(self) -> bool:
        """Shows all claims in one table; whether every one held."""
        width = max(len(shown.claim) for shown in self.shown)
        self.line()
        self.line(self._paint("What was shown", "1"))
        for shown in self.shown:
            mark = self._paint("yes", "32") if shown.held else self._paint("NO ", "1;31")
            self.line(f"{INDENT}{shown.act:2}  {shown.claim:<{width}}  {mark}")
        failed = sum(not shown.held for shown in self.shown)
        self.line()
        self.line(
            self._paint(f"{len(self.shown)} of {len(self.shown)} as stated.", "1;32")
            if not failed
            else self._paint(f"{failed} of {len(self.shown)} NOT as stated.", "1;31")
        )
        return not failed
