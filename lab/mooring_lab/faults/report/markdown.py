# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The counts as tables of a document."""

from __future__ import annotations

from typing import Any, Final

from mooring_lab.faults.models import Model

_COLUMNS: Final = (
    ("possible", "possible"),
    ("run", "run"),
    ("struck", "struck"),
    ("refused", "refused"),
    ("granted", "granted as asked"),
    ("shut_down", "shut down"),
    ("hung", "hung"),
    ("opened", "**opened**"),
)


def _table(first: str, rows: list[tuple[str, dict[str, int]]]) -> list[str]:
    head = " | ".join((first, *(title for _, title in _COLUMNS)))
    lines = [f"| {head} |", "|---|" + "---:|" * len(_COLUMNS)]
    for title, counts in rows:
        cells = " | ".join(f"{counts[name]:,}" for name, _ in _COLUMNS)
        lines.append(f"| {title} | {cells} |")
    return lines


def markdown(counts: dict[str, Any]) -> str:
    """Totals, models and campaigns of the image under test, and the control."""
    shipped, control = counts["shipped"], counts["control"]
    sampled = "A seeded sample of the possible faults" if counts["sampled"] else "Every fault"
    parts = [
        f"{sampled} was run on `{shipped['image']}`, SHA-384 `{shipped['measurement'][:16]}…`, "
        f"seed {counts['seed']}.",
        "",
        *_table(
            "faults",
            [
                ("single", shipped["single"]),
                ("pairs of skips", shipped["pairs"]),
                ("control: the naive image", control["single"]),
            ],
        ),
        "",
        *_table(
            "model",
            [(Model(name).title, row) for name, row in shipped["models"].items()],
        ),
        "",
        *_table(
            "campaign",
            [
                (f"`{name}`: {row['title']}", _sum(row))
                for name, row in shipped["campaigns"].items()
            ],
        ),
        "",
    ]
    return "\n".join(parts)


def _sum(campaign: dict[str, Any]) -> dict[str, int]:
    """Single faults and pairs together."""
    single, pairs = campaign["single"], campaign["pairs"]
    return {name: single[name] + pairs[name] for name in single}
