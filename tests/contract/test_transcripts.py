# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the documents show being typed prints what they say.

`make demo` in the top README is run by `tests/e2e`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from transcripts import differences, same, steps_of

PAGES = ("docs/howto.md", "docs/policy.md")


@pytest.mark.parametrize("page", PAGES)
def test_page_shows_what_its_commands_print(repository: Path, tmp_path: Path, page: str) -> None:
    text = (repository / page).read_text("utf-8")

    assert steps_of(text), f"{page} has no transcript"
    assert "\n".join(differences(text, tmp_path)) == ""


def test_every_page_with_commands_of_the_tool_is_run(repository: Path) -> None:
    pages = [
        path.relative_to(repository).as_posix()
        for folder in (repository / "docs", *(p.parent for p in repository.glob("*/README.md")))
        for path in sorted(folder.glob("*.md"))
        if any(step.command.startswith("mooring ") for step in steps_of(path.read_text("utf-8")))
    ]

    assert pages == list(PAGES), "add the page to PAGES, so that it stays true"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (["a", "...", "d"], ["a", "b", "c", "d"]),
        (["...", "d"], ["d"]),
        (["key ... end"], ["key 00ff end"]),
        (["Grant left  5 cycles, 12 s"], ["Grant left  5 cycles, 9.75 s"]),
    ],
)
def test_ellipsis_and_spans_of_time_match(expected: list[str], actual: list[str]) -> None:
    assert same(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (["a"], ["a", "b"]),
        (["a", "b"], ["a"]),
        (["a", "...", "d"], ["a", "b"]),
        (["gate open"], ["gate closed"]),
        (["5 cycles"], ["6 cycles"]),
        ([], ["surprise"]),
        (["a.c"], ["abc"]),
    ],
)
def test_anything_else_does_not(expected: list[str], actual: list[str]) -> None:
    assert not same(expected, actual)
