# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A file that remembers the units of a campaign that are done, so that it can be resumed.

JSON lines: one that says what is run, then one for each unit.  A last line that power or
Ctrl-C cut short is ignored.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Self

from mooring_lab.errors import LabError
from mooring_lab.faults.models import Model
from mooring_lab.faults.outcome import Outcome
from mooring_lab.faults.plan import Cell
from mooring_lab.faults.tally import Opening, UnitResult

_OUTCOMES: Final = tuple(Outcome)


class Journal:
    """An open journal; `add` makes a unit durable."""

    def __init__(self, path: Path, head: dict[str, Any], *, resume: bool) -> None:
        """Begins a journal, or takes one up.

        Args:
            path: the file.
            head: what is run; must be the same to resume.
            resume: whether an existing journal is taken up instead of written anew.

        Raises:
            LabError: the journal is of another campaign, or cannot be written.
        """
        self._path: Final = path
        self.done: Final[dict[str, UnitResult]] = {}
        lines: list[str] = []
        if resume and path.exists():
            lines = [line for line in path.read_text("utf-8").splitlines(True) if line[-1:] == "\n"]
        if lines:
            if json.loads(lines[0]) != head:
                raise LabError(
                    f"resume {path}", "it is of another campaign", "run it with other --out"
                )
            self.done.update((each.key, each) for each in map(_decode, lines[1:]))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(lines) or json.dumps(head) + "\n", encoding="utf-8")
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise LabError(f"write {path}", str(error)) from error

    def add(self, result: UnitResult) -> None:
        """Keeps what came of a unit."""
        self._file.write(_encode(result) + "\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ignored: object) -> None:
        self._file.close()


def _encode(result: UnitResult) -> str:
    outcomes = [
        [pc, _OUTCOMES.index(outcome), count] for (pc, outcome), count in result.outcomes.items()
    ]
    return json.dumps(
        {
            "key": result.key,
            "scenario": result.cell.scenario,
            "model": result.cell.model.value,
            "run": result.run,
            "outcomes": outcomes,
            "openings": [asdict(each) for each in result.openings],
        },
        separators=(",", ":"),
    )


def _decode(line: str) -> UnitResult:
    content = json.loads(line)
    return UnitResult(
        content["key"],
        Cell(content["scenario"], Model(content["model"])),
        content["run"],
        Counter(dict(_outcomes(content["outcomes"]))),
        [Opening(**each) for each in content["openings"]],
    )


def _outcomes(plain: list[list[int]]) -> Iterator[tuple[tuple[int, Outcome], int]]:
    for pc, outcome, count in plain:
        yield (pc, _OUTCOMES[outcome]), count
