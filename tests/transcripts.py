# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Runs the ``console`` blocks of a Markdown page, in order, and compares what they print.

A line ``$ COMMAND`` is run, the lines below it are what it must print, stdout and stderr as
a terminal shows them. ``...`` stands for any lines, or within a line for any text. Commands
``mooring`` run in this process, with a known clock and known dice; one that ends in ``&`` is
a process of its own, which is what a reader would start in another terminal. ``export`` sets
a variable; other commands are run by the shell. Only spans of time, paths of the temporary
folder and names of pseudo-terminals are masked.

``python tests/transcripts.py PAGE`` writes the page anew with what its commands print now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli_kit import START, Dice
from click.testing import CliRunner

from mooring_host.cli.kit import App, Edges
from mooring_host.cli.main import main

MASKS: Final = (
    (re.compile(r"\b[0-9]+(\.[0-9]+)? s\b"), "<time> s"),
    (re.compile(r"/dev/pts/[0-9]+"), "<pty>"),
)
READY: Final = "Ctrl-C ends this."
READY_WITHIN_S: Final = 30.0
_BLOCK: Final = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One command of a page and what the page says that it prints."""

    command: str
    expected: tuple[str, ...]
    span: tuple[int, int]
    """Where the expected lines stand in the page."""


def steps_of(page: str) -> list[Step]:
    """The commands of a page, in order."""
    found: list[Step] = []
    for block in _BLOCK.finditer(page):
        at = block.start(1)
        lines = block[1].splitlines(keepends=True)
        index = 0
        while index < len(lines):
            command = lines[index].removeprefix("$ ").rstrip("\n")
            if not lines[index].startswith("$ "):
                raise ValueError(f"a console block begins with {lines[index]!r}, expected '$ '")
            at += len(lines[index])
            index += 1
            while command.endswith("\\"):
                command = f"{command[:-1].rstrip()} {lines[index].strip()}"
                at += len(lines[index])
                index += 1
            begin = at
            while index < len(lines) and not lines[index].startswith("$ "):
                at += len(lines[index])
                index += 1
            expected = tuple(page[begin:at].splitlines())
            found.append(Step(command, expected, (begin, at)))
    return found


class Terminal:
    """Where the commands of one page run.

    Args:
        folder: an empty folder: home, and where the commands start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._now = START
        self._dice = Dice()
        self._cleanup = ExitStack()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MOORING_", "XDG_"))}
        bin_folder = Path(sys.executable).parent
        self._environ = {
            **kept,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PATH": f"{bin_folder}{os.pathsep}{kept.get('PATH', os.defpath)}",
            "COLUMNS": "80",
        }

    def __enter__(self) -> Terminal:
        before = (Path.cwd(), dict(os.environ))

        def back() -> None:
            os.chdir(before[0])
            os.environ.clear()
            os.environ.update(before[1])

        self._cleanup.callback(back)
        os.chdir(self._folder)
        os.environ.clear()
        os.environ.update(self._environ)
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def run(self, command: str) -> list[str]:
        """Runs one command; the lines that it prints."""
        self._now += 1
        words = shlex.split(command)
        if words[0] == "export":
            name, _, value = command.removeprefix("export ").partition("=")
            os.environ[name] = os.path.expandvars(shlex.split(value)[0])
            return []
        if words[-1] == "&":
            return self._lines(self._start(words[:-1]))
        if words[0] == "mooring" and "|" not in words:
            return self._lines(self._mooring(words[1:]))
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return self._lines(done.stdout)

    def _mooring(self, words: list[str]) -> str:
        edges = Edges(
            environ=os.environ,
            now=lambda: self._now,
            entropy=self._dice,
            asks=lambda: False,
            shows=lambda: False,
        )
        result = CliRunner().invoke(main, words, obj=App(edges), prog_name="mooring")
        return result.output

    def _start(self, words: list[str]) -> str:
        """Starts a server and waits until it says that it is ready."""
        log = self._folder / ".server.log"
        with log.open("wb") as out:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self._cleanup.callback(process.wait)
        self._cleanup.callback(process.terminate)
        give_up = time.monotonic() + READY_WITHIN_S
        while READY not in (text := log.read_text("utf-8")):
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"{words} does not serve: {text}")
            time.sleep(0.02)
        return text

    def _lines(self, text: str) -> list[str]:
        lines = [line.rstrip() for line in text.replace(str(self._folder), "~").splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return lines


def _masked(lines: Sequence[str]) -> list[str]:
    """The lines without what differs from run to run."""
    shown: list[str] = []
    for line in lines:
        for pattern, instead in MASKS:
            line = pattern.sub(instead, line)
        shown.append(line)
    return shown


def same(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether lines are as a page says, but for what is masked."""
    return _matches(_masked(expected), _masked(actual))


def _matches(expected: list[str], actual: list[str]) -> bool:
    """``...`` is any lines, or any text within one."""
    if not expected:
        return not actual
    first, rest = expected[0], expected[1:]
    if first == "...":
        return any(_matches(rest, actual[skip:]) for skip in range(len(actual) + 1))
    if not actual:
        return False
    pattern = ".*".join(re.escape(part) for part in first.split("..."))
    return re.fullmatch(pattern, actual[0]) is not None and _matches(rest, actual[1:])


def differences(page: str, folder: Path) -> Iterator[str]:
    """Runs a page; a text for each command that does not print what it should."""
    with Terminal(folder) as terminal:
        for step in steps_of(page):
            actual = terminal.run(step.command)
            if not same(step.expected, actual):
                wanted, got = "\n".join(step.expected), "\n".join(actual)
                yield f"$ {step.command}\n--- the page says\n{wanted}\n--- it prints\n{got}\n"


def rewritten(page: str, folder: Path) -> str:
    """The page with what its commands print now; what matches is left as it is."""
    with Terminal(folder) as terminal:
        changes: Mapping[tuple[int, int], str] = {
            step.span: "".join(f"{line}\n" for line in actual)
            for step in steps_of(page)
            if not same(step.expected, actual := terminal.run(step.command))
        }
    for (begin, end), text in sorted(changes.items(), reverse=True):
        page = page[:begin] + text + page[end:]
    return page


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(name).resolve()
            path.write_text(rewritten(path.read_text("utf-8"), Path(temporary)), "utf-8")
