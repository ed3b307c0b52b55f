# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where the firmware refuses: every REFUSE_IF of token, link and rom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FIRMWARE: Final = Path(__file__).resolve().parents[2] / "firmware"
FOLDERS: Final = ("link", "rom", "token")

_START: Final = re.compile(r"^\s*REFUSE_IF\(", re.MULTILINE)
_WORD: Final = re.compile(r"\bkError(\w+)\s*\)\s*$")


@dataclass(frozen=True, order=True)
class Site:
    """One refusal.

    Attributes:
        file: relative to ``firmware/``.
        first: line on which it begins.
        last: line on which it ends; compilers differ in which of them is ``__LINE__``.
        word: the error as the source names it, an expression if it is not a literal.
        condition: what is refused, in one line.
    """

    file: str
    first: int
    last: int
    word: str
    condition: str

    def __str__(self) -> str:
        return f"{self.file}:{self.first} {self.word}"


def _end(text: str, opened: int) -> int:
    """Index behind the parenthesis that closes the one at `opened`."""
    depth = 0
    for index in range(opened, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index + 1
    raise ValueError(f"an unclosed REFUSE_IF at offset {opened}")


def _sites_of(path: Path) -> list[Site]:
    text = path.read_text(encoding="utf-8")
    found: list[Site] = []
    for match in _START.finditer(text):
        end = _end(text, match.end() - 1)
        arguments = text[match.end() : end - 1]
        condition, _, _ = arguments.rpartition(",")
        word = _WORD.search(text[match.end() : end])
        found.append(
            Site(
                path.relative_to(FIRMWARE).as_posix(),
                text.count("\n", 0, match.start(0) + match.group().index("R")) + 1,
                text.count("\n", 0, end) + 1,
                word.group(1) if word else "(computed)",
                " ".join(condition.split()),
            )
        )
    return found


def all_sites() -> list[Site]:
    """Every site, in the order of files and lines."""
    return sorted(
        site
        for folder in FOLDERS
        for path in sorted((FIRMWARE / folder).rglob("*.c"))
        for site in _sites_of(path)
    )


class Index:
    """Finds the site to which a ``__FILE__`` and ``__LINE__`` belong."""

    def __init__(self, sites: list[Site]) -> None:
        self._by_line = {
            (site.file, line): site for site in sites for line in range(site.first, site.last + 1)
        }

    def find(self, file: str, line: int) -> Site:
        """The site; `file` is a path as the compiler was given it."""
        return self._by_line[Path(file).resolve().relative_to(FIRMWARE).as_posix(), line]
