# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Writes docs/attacks.md: the catalogue of attacks, as `mooring attack` runs it.

Usage: ``python tools/gen_attacks_page.py [--check]``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mooring_lab.attacks import CATALOGUE, FAMILIES, Attack, Family, Outcome, Work

OUTPUT: Final = Path(__file__).resolve().parent.parent / "docs" / "attacks.md"

HEAD: Final = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- SPDX-FileCopyrightText: 2026 The Mooring Authors -->
<!-- Generated from lab/mooring_lab/attacks. Do not edit. -->

# Catalogue of attacks

Each of these attacks can be tried.
`mooring attack run NAME` does it to a new emulated chip and tells each step.
The outcome follows from what was seen; it is then compared with the one stated here.
`mooring attack run --all --cpu rv32` tries all of them on the RV32IMC image.
The suite runs them on both back ends.

| outcome | means | attacks |
|---|---|---:|
"""
MEANINGS: Final = {
    Outcome.PREVENTED: "the attacker does not get what he is after",
    Outcome.DETECTED: "he gets it, and an authority that looks sees that something is wrong",
    Outcome.NOT_STOPPED: "he gets it, and nothing tells: a limit of the design",
}
AFTER_COUNTS: Final = """
Letters under "who" are adversaries of the [threat model](threat-model.md#adversaries).
A dash is an accident, or an attack beyond that model.
Limits and assumptions have the numbers that they have there.
Tests are below `tests/`.
"""
WORKS: Final = {
    Work.OFF_SWITCHES: "arXiv 2509.07637, Embedded Off-Switches for AI Compute",
    Work.OFFLINE: "arXiv 2404.18308, Near-Term Enforcement by Offline Licensing",
}


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _entry(attack: Attack) -> str:
    outcome = attack.expected.value
    return _row(
        f"`{attack.name}`",
        attack.title,
        attack.adversary.letter,
        f"**{outcome}**" if attack.expected is not Outcome.PREVENTED else outcome,
        attack.because,
        ", ".join(f"`{test}`" for test in attack.tests),
    )


def _family(family: Family) -> Iterator[str]:
    yield f"\n## {family.title}\n"
    yield _row("name", "attack", "who", "outcome", "why", "tested in")
    yield "|---|---|---|---|---|---|"
    yield from map(_entry, family.attacks)


def _work(work: Work, title: str) -> Iterator[str]:
    items: dict[str, list[Attack]] = {}
    for attack in CATALOGUE:
        for source in attack.sources:
            if source.work is work:
                items.setdefault(source.item, []).append(attack)
    yield f"\n### {title}\n"
    yield _row("attack in the paper", "here")
    yield "|---|---|"
    for item, attacks in items.items():
        yield _row(item, ", ".join(f"`{each.name}` {each.expected.value}" for each in attacks))


def page() -> str:
    """The whole page."""
    lines = [
        _row(outcome.value, meaning, str(sum(each.expected is outcome for each in CATALOGUE)))
        for outcome, meaning in MEANINGS.items()
    ]
    lines.append(AFTER_COUNTS.rstrip())
    for family in FAMILIES:
        lines += _family(family)
    lines.append("\n## By the paper that names them")
    for work, title in WORKS.items():
        lines += _work(work, title)
    return HEAD + "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/attacks.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on drift")
    options = parser.parse_args(arguments)
    if options.check:
        same = OUTPUT.is_file() and OUTPUT.read_text("utf-8") == page()
        if not same:
            print(f"{OUTPUT.name} is not what would be written")
        return 0 if same else 1
    OUTPUT.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
