# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The counts as a document."""

from __future__ import annotations

from typing import Any, Final

from mooring_lab.faults.models import Group, Model

_COLUMNS: Final = (
    ("possible", "possible"),
    ("run", "run"),
    ("struck", "struck"),
    ("refused", "refused"),
    ("granted", "granted as asked"),
    ("shut_down", "shut down"),
    ("hung", "hung"),
    ("opened", "opened"),
)
_HEAD: Final = """\
<!--
SPDX-License-Identifier: Apache-2.0
SPDX-FileCopyrightText: 2026 The Mooring Authors

Written by `mooring attack faults`; do not edit.
-->

# Fault campaign on the boot ROM

What single faults, pairs of skips and twins do to the RV32IMC image, campaign by campaign.
[fault-patterns.md](fault-patterns.md) tells how faults are chosen and judged, and what they taught.

"""


def _table(first: str, rows: list[tuple[str, dict[str, int]]]) -> list[str]:
    head = " | ".join((first, *(title for _, title in _COLUMNS)))
    lines = [f"| {head} |", "|---|" + "---:|" * len(_COLUMNS)]
    for title, counts in rows:
        cells = " | ".join(f"{counts[name]:,}" for name, _ in _COLUMNS)
        lines.append(f"| {title} | {cells} |")
    return [*lines, ""]


def markdown(counts: dict[str, Any]) -> str:
    """Totals, models and campaigns of the image under test, the control, and the coverage."""
    shipped, control = counts["shipped"], counts["control"]
    single, pairs, twins = shipped["single"], shipped["pairs"], shipped["twins"]
    whole, beaten = _sum(shipped), _sum(control)
    kind = "a seeded sample of the possible faults" if counts["sampled"] else "every fault"
    lines = [
        "```sh",
        counts["command"],
        "```",
        "",
        f"Image `{shipped['image']}`, SHA-384 `{shipped['measurement']}`.",
        f"**{whole['opened']} openings** in {single['struck']:,} single faults, "
        f"{pairs['struck']:,} pairs of skips and {twins['struck']:,} twins that struck: {kind}.",
        f"{beaten['opened']} openings in {beaten['struck']:,} faults in the "
        f"naive control, which must open at least {counts['openings_wanted_of_control']} times.",
        "",
        *_table(
            "faults",
            [
                ("single", single),
                ("pairs of skips", pairs),
                ("twins", twins),
                ("control: the naive image", beaten),
            ],
        ),
        "## By model",
        "",
        *_table("model", [(Model(name).title, row) for name, row in shipped["models"].items()]),
        "## By campaign",
        "",
        "Single faults, pairs and twins together.",
        "",
        *_table(
            "campaign",
            [
                (f"`{name}`: {row['title']}", _sum(row))
                for name, row in shipped["campaigns"].items()
            ],
        ),
        "## Coverage",
        "",
        f"{counts['struck_instructions']:,} of the image's {counts['instructions']:,} static "
        "instructions were struck; the others are executed in no campaign, such as those that "
        "provision a chip.",
        "Which model struck how many of each function is in the JSON beside this page.",
        "",
    ]
    return _HEAD + "\n".join(lines)


def _sum(counts: dict[str, Any]) -> dict[str, int]:
    """All groups together."""
    groups = [counts[group.value] for group in Group]
    return {name: sum(each[name] for each in groups) for name in groups[0]}
