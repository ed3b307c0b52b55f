# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A file that remembers the units of a campaign that are done, so that it can be resumed.

JSON lines: one that says what is run, then one for each unit.  A last line that power or
Ctrl-C cut short is ignored.  No journal is overwritten: it may be hours of work.
"""

from __future__ import annotations

import json
import os
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
    """An open journal; `add` makes a unit durable.

    Attributes:
        done: the units that were done before.
        seconds: that they took.
    """

    def __init__(self, path: Path, head: dict[str, Any], *, resume: bool) -> None:
        """Begins a journal, or takes one up.

        Args:
            path: the file.
            head: what is run; must be the same to resume.
            resume: whether an existing journal is taken up instead of written anew.

        Raises:
            LabError: there is a journal and it is not to be resumed, it is of another
                campaign, or it cannot be written.
        """
        self._path: Final = path
        self.done: Final[dict[str, UnitResult]] = {}
        self.seconds: float = 0.0
        lines: list[str] = []
        try:
            if path.exists():
                lines = self._take_up(path, head, resume=resume)
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, "".join(lines) or json.dumps(head) + "\n")
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise LabError(f"write {path}", str(error)) from error

    def _take_up(self, path: Path, head: dict[str, Any], *, resume: bool) -> list[str]:
        """The whole lines of a journal that is there."""
        if not resume:
            raise LabError(
                f"begin {path}",
                "there is a journal already",
                "go on with it by --resume, or give another folder by --out",
            )
        lines = [line for line in path.read_text("utf-8").splitlines(True) if line[-1:] == "\n"]
        if lines and json.loads(lines[0]) != head:
            raise LabError(f"resume {path}", "it is of another campaign", "give another --out")
        for line in lines[1:]:
            result, self.seconds = _decode(line)
            self.done[result.key] = result
        return lines

    def add(self, result: UnitResult, seconds: float) -> None:
        """Keeps what came of a unit, `seconds` after the whole run began."""
        self._file.write(_encode(result, seconds) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ignored: object) -> None:
        self._file.close()


def _replace(path: Path, text: str) -> None:
    """Writes a file so that at any time the old one is there, or the new one."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _encode(result: UnitResult, seconds: float) -> str:
    outcomes = [
        [pc, _OUTCOMES.index(outcome), count] for (pc, outcome), count in result.outcomes.items()
    ]
    return json.dumps(
        {
            "key": result.key,
            "scenario": result.cell.scenario,
            "model": result.cell.model.value,
            "run": result.run,
            "seconds": round(seconds, 1),
            "outcomes": outcomes,
            "openings": [asdict(each) for each in result.openings],
        },
        separators=(",", ":"),
    )


def _decode(line: str) -> tuple[UnitResult, float]:
    content = json.loads(line)
    result = UnitResult(
        content["key"],
        Cell(content["scenario"], Model(content["model"])),
        content["run"],
        Counter(dict(_outcomes(content["outcomes"]))),
        [Opening(**each) for each in content["openings"]],
    )
    return result, content["seconds"]


def _outcomes(plain: list[list[int]]) -> Iterator[tuple[tuple[int, Outcome], int]]:
    for pc, outcome, count in plain:
        yield (pc, _OUTCOMES[outcome]), count
