# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs the command line in this process, and checks all that it prints."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner
from oracles.json_schema import problems

from mooring_host.cli.kit import App, Edges
from mooring_host.cli.main import main
from mooring_host.transport import Transport, open_transport

SCHEMA: Final[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parent.parent / "docs" / "cli.schema.json").read_text("utf-8")
)
START: Final = 1_800_000_000


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The output, checked against its schema."""
        return checked(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error line, checked against its schema."""
        return checked(self.err.strip().splitlines()[-1])


def checked(text: str) -> dict[str, Any]:
    """A JSON output that is as its schema says."""
    value: dict[str, Any] = json.loads(text)
    assert problems(value, SCHEMA["$defs"][value["schema"]], SCHEMA) == []
    return value


@dataclass
class Dice:
    """Bytes that look random and are the same in every run."""

    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(b"cli" + self.drawn.to_bytes(8, "big")).digest(count)


@dataclass
class Mooring:
    """`mooring` with a clock that stands still and dice that are known."""

    folder: Path
    now: int = START
    asks: bool = False
    shows: bool = False
    dice: Dice = field(default_factory=Dice)
    ports: dict[str, Transport] = field(default_factory=dict[str, Transport])
    """Ports that are not what their name says."""

    def __call__(self, *words: str | Path, typed: str = "", **environ: str) -> Ran:
        """Runs a command; `environ` adds variables, `typed` is standard input."""
        edges = Edges(
            environ=os.environ,
            now=lambda: self.now,
            entropy=self.dice,
            open_port=self._open,
            asks=lambda: self.asks,
            shows=lambda: self.shows,
        )
        result = CliRunner().invoke(
            main,
            [str(word) for word in words],
            input=typed,
            env=environ,
            obj=App(edges),
            prog_name="mooring",
        )
        # Whatever happens, a person sees no traceback.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    def yes(self, *words: str | Path, **environ: str) -> dict[str, Any]:
        """Runs a command that must succeed; its JSON, checked against its schema."""
        ran = self(*words, "--format", "json", **environ)
        assert ran.code == 0, ran.err
        return ran.json

    def no(self, code: int, *words: str | Path, **environ: str) -> dict[str, Any]:
        """Runs a command that must fail with `code`; its error as JSON, checked as well."""
        ran = self(*words, "--format", "json", **environ)
        assert ran.code == code, (ran.out, ran.err)
        assert ran.error["exit_code"] == code
        return ran.error

    def _open(self, url: str, baud: int) -> Transport:
        if url in self.ports:
            return self.ports[url]
        return open_transport(url, baud)
