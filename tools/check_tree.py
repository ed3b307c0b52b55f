# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Checks what holds for every file of the tree: length, local traces, lines of Markdown.

A source file has at most 500 lines, unless a line near its top that begins with
"Long file:" says why it is longer.  Generated files are exempt; they say so at the top.
Markdown has one sentence a line, so that a change of a sentence is a change of a line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from check import ROOT, tracked

MAX_LINES: Final = 500
HEAD_LINES: Final = 30
SOURCES: Final = ("*.c", "*.h", "*.py", "*.pyi", "*.S", "*.rdl", "*.sh")
REASON: Final = re.compile(r"Long file: \S")
GENERATED: Final = re.compile(r"generated (by|from) .*do not edit", re.DOTALL | re.IGNORECASE)

# A path below a person's or a build machine's own folders.  Files that name such a path
# for a reason of their own write it in pieces.
LOCAL_PATH: Final = re.compile(r"(?<![\w.\-/])/(?:home|root|work|Users)/\w|/tmp/(?!\W)\w")
INDEX_ADDRESS: Final = re.compile(r"--(?:extra-)?index-url|--find-links|files\.pythonhosted")

# The end of a sentence with another behind it; abbreviations are no ends.
SENTENCE_END: Final = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)[.!?][\"')\]*_]* +[A-Z]")
# A list's number is no end either, and code is no prose.
NO_PROSE: Final = re.compile(r"^\s*(?:\d+\. )?|`[^`\n]+`")


def _long_files() -> Iterator[str]:
    for name in tracked(*SOURCES):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        head = "\n".join(lines[:HEAD_LINES])
        if len(lines) > MAX_LINES and not REASON.search(head) and not GENERATED.search(head):
            yield f"{name}: {len(lines)} lines, at most {MAX_LINES} without a reason in its header"


def _matches(pattern: re.Pattern[str], names: list[str], what: str) -> Iterator[str]:
    for name in names:
        if Path(name) == Path(__file__).relative_to(ROOT):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a binary file
        for number, line in enumerate(text.splitlines(), start=1):
            if found := pattern.search(line):
                yield f"{name}:{number}: {what}: {found.group()}"


def _crowded_lines() -> Iterator[str]:
    for name in tracked("*.md"):
        text = (ROOT / name).read_text("utf-8")
        if GENERATED.search(text[:400]):
            continue
        fenced = False
        for number, line in enumerate(text.splitlines(), start=1):
            prose = NO_PROSE.sub("", line)
            if prose.startswith("```"):
                fenced = not fenced
            # A table cell cannot be broken over lines.
            elif not fenced and not prose.startswith("|") and SENTENCE_END.search(prose):
                yield f"{name}:{number}: more than one sentence: {prose[:60]}"


def main() -> int:
    """Prints each violation; returns the exit status."""
    problems = [
        *_long_files(),
        *_crowded_lines(),
        *_matches(LOCAL_PATH, tracked(), "a path of one machine"),
        *_matches(INDEX_ADDRESS, tracked("requirements/*.txt"), "a package index"),
    ]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
