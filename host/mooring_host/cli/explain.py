# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring explain`: what an error word means and what to try next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import rich_click as click

from mooring_firmware.errors import ErrorWord
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._options import output_options
from mooring_host.cli._output import rows, table
from mooring_host.explain import Explanation, explain_word
from mooring_host.explain import explain as look_up


@dataclass(frozen=True)
class WordView:
    """One error word."""

    schema: ClassVar[str] = "mooring.explain/1"

    name: str
    word: str
    """8 hexadecimal digits."""
    meaning: str
    hint: str
    logged: bool
    fatal: bool

    def text(self) -> str:
        """The word, its meaning, and what to try."""
        kept = "shuts the chip down" if self.fatal else "is logged" if self.logged else "no trace"
        return rows(
            [
                (self.name, self.word),
                ("Meaning", self.meaning),
                ("Try", self.hint),
                ("In the chip", kept),
            ]
        )


@dataclass(frozen=True)
class WordListView:
    """Every error word."""

    schema: ClassVar[str] = "mooring.explain.list/1"

    words: tuple[WordView, ...]

    def text(self) -> str:
        """A table."""
        return table(("NAME", "WORD", "MEANING"), [(w.name, w.word, w.meaning) for w in self.words])


@click.command("explain")
@click.argument("word", required=False, metavar="ERROR-WORD")
@output_options
@pass_app
def explain(app: App, word: str | None) -> None:
    """Say what an ERROR-WORD of the chip means and what to try.

    The word is given by name (KEY_SIGNATURE) or as the number in hexadecimal. Without one,
    all words are listed.
    """
    if word is None:
        app.output.emit(WordListView(tuple(_view(explain_word(each)) for each in ErrorWord)))
    else:
        app.output.emit(_view(look_up(word)))


def _view(found: Explanation) -> WordView:
    return WordView(
        found.name, f"{found.word:08X}", found.meaning, found.hint, found.logged, found.fatal
    )
