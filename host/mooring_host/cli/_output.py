# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Results to stdout, as text or as JSON; everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias, cast

import rich_click as click

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Format(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"


class View(Protocol):
    """A result: a dataclass whose fields are the JSON, and that can tell itself in text.

    `schema` is ``mooring.NOUN.VERB/VERSION``; a field that goes or changes its meaning takes
    a new version, a new field does not.
    """

    schema: ClassVar[str]

    def text(self) -> str:
        """The result for a person, without the last newline."""
        ...


def to_json(value: object) -> Json:
    """A value of a view as JSON: bytes as hexadecimal, enumerators as words.

    Raises:
        TypeError: a view holds what JSON cannot say; a defect.
    """
    match value:
        case Enum():
            return value.value if isinstance(value.value, str) else value.name.lower()
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return value.hex()
        case Path():
            return str(value)
        case Mapping():
            named = cast("Mapping[object, object]", value)
            return {str(key): to_json(item) for key, item in named.items()}
        case Sequence():
            return [to_json(item) for item in cast("Sequence[object]", value)]
        case _ if is_dataclass(value):
            return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


@dataclass
class Output:
    """Where a command says what it has to say."""

    format: Format = Format.TEXT
    quiet: bool = False
    verbose: int = 0
    color: bool | None = None
    """None: colours if the stream is a terminal."""
    terminal: bool = False
    """Whether stderr is a terminal: progress is shown only there."""
    stdout_taken: bool = False
    """Whether a file goes to stdout, so that results go to stderr."""

    def emit(self, view: View) -> None:
        """Writes a result."""
        if self.format is Format.JSON:
            body = to_json(view)
            if not isinstance(body, dict):
                raise TypeError("a view is a dataclass")
            text = json.dumps({"schema": view.schema, **body}, indent=2)
        else:
            text = _sayable(view.text())
        click.echo(text, err=self.stdout_taken, color=self.color)

    def note(self, text: str) -> None:
        """Says something beside the result; ``--quiet`` silences it."""
        if not self.quiet:
            click.echo(_sayable(text), err=True, color=self.color)

    def warn(self, text: str) -> None:
        """Says something that must be heard."""
        click.echo(
            _sayable(f"{click.style('Warning:', fg='yellow', bold=True)} {text}"),
            err=True,
            color=self.color,
        )

    def say(self, text: str) -> None:
        """Says something that a decision needs; ``--quiet`` does not silence it."""
        click.echo(_sayable(text), err=True, color=self.color)

    @contextmanager
    def progress(self, count: int, title: str) -> Generator[Callable[[str], None]]:
        """A bar of `count` steps on a terminal; with -v a line a step; else nothing.

        What it yields is called as each step begins.
        """
        if self.verbose:
            yield self.note
        elif self.quiet or not self.terminal:
            yield _nothing
        else:
            stream = sys.stderr
            begun = 0

            def advance(_: str) -> None:
                nonlocal begun
                bar.update(1 if begun else 0)
                begun += 1

            with click.progressbar(length=count, label=title, file=stream) as bar:
                yield advance
                bar.update(count - max(begun - 1, 0))


def _sayable(text: str) -> str:
    """The text with escapes for what is no UTF-8, as a file name may hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _nothing(_: str) -> None:
    """Nobody watches."""


def rows(pairs: Iterable[tuple[str, object]], indent: str = "") -> str:
    """Names and values in two columns."""
    listed = [(name, str(value)) for name, value in pairs]
    width = max((len(name) for name, _ in listed), default=0)
    return "\n".join(f"{indent}{name:<{width}}  {value}".rstrip() for name, value in listed)


def table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """A table with a head; columns as wide as they must be."""
    text = [list(head), *([str(cell) for cell in line] for line in lines)]
    widths = [max(len(line[i]) for line in text) for i in range(len(head))]
    shown = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in text
    ]
    return "\n".join(shown)
