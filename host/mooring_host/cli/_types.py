# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Kinds of values that people type: spans of time, hexadecimal bytes, files, zones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import rich_click as click

from mooring_host.cli._app import App
from mooring_host.text import LABEL_FORM, flaw, is_label

_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SPAN: Final = re.compile(r"([0-9]+)([smhdw]?)")


class Text(click.ParamType[str]):
    """Text that can be stored; `NounGroup` makes it the type of every option without one."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text itself."""
        text = str(value)
        if problem := flaw(text):
            self.fail(f"{text[:40]!r}: {problem}", param, ctx)
        return text


class Label(Text):
    """A name for a chip."""

    name = "label"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The label itself."""
        text = super().convert(value, param, ctx)
        if not is_label(text):
            self.fail(f"{text[:40]!r}: expected {LABEL_FORM}", param, ctx)
        return text


class FileName(click.Path):
    """A path; bytes that are no UTF-8 are allowed, as in file names, but not a NUL."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(path_type=Path, **attributes)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if "\0" in str(value):
            self.fail(f"{str(value)[:40]!r}: it has a NUL character", param, ctx)
        # Only the bare dash stands for a stream; pathlib takes ./- for the same.
        if str(value) != "-" and Path(str(value)) == Path("-"):
            value = Path.cwd() / "-"
        return super().convert(value, param, ctx)


class OutFile(FileName):
    """A file to write, or ``-`` for standard output, where then nothing else may go."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if str(value) == "-" and ctx is not None:
            ctx.ensure_object(App).stdout_taken = True
        return super().convert(value, param, ctx)


IN_FILE: Final = FileName(dir_okay=False, allow_dash=True)
OUT_FILE: Final = OutFile(dir_okay=False, allow_dash=True)
TEXT: Final = Text()
LABEL: Final = Label()


class Duration(click.ParamType[int]):
    """Seconds, or a number with s, m, h, d or w."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The span in seconds."""
        match = _SPAN.fullmatch(str(value).strip().lower())
        if match is None:
            self.fail(f"{value!r}: expected seconds, or as in 90s, 15m, 8h, 30d, 2w", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


class HexBytes(click.ParamType[bytes]):
    """Bytes in hexadecimal, of one length or any."""

    name = "hex"

    def __init__(self, size: int | None = None) -> None:
        self._size = size

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> bytes:
        """The bytes."""
        if isinstance(value, bytes):
            return value
        try:
            data = bytes.fromhex(str(value))
        except ValueError:
            self.fail(f"{str(value)[:40]!r}: expected hexadecimal digits", param, ctx)
        if self._size is not None and len(data) != self._size:
            self.fail(f"found {len(data)} bytes, expected {self._size}", param, ctx)
        return data


class Pair(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "pair"

    def __init__(self, form: str) -> None:
        self._form = form

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The two halves."""
        left, equals, right = TEXT.convert(value, param, ctx).partition("=")
        if not (left and equals and right):
            self.fail(f"{value!r}: expected {self._form}", param, ctx)
        return left, right


DURATION: Final = Duration()


def span(seconds: int) -> str:
    """Seconds for a person: the largest unit that divides them."""
    for unit in ("w", "d", "h", "m"):
        count, rest = divmod(seconds, _UNITS[unit])
        if count and not rest:
            return f"{count} {unit}"
    return f"{seconds} s"
