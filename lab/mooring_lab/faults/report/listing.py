# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""An image as a listing: functions, their instructions, their sources, and what struck them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mooring_firmware.images import Image, Place, load
from mooring_lab.faults import isa
from mooring_lab.faults.models import Model
from mooring_lab.faults.tally import COUNTED, Tally
from mooring_models.cpu.rv32.core import disassemble
from mooring_models.cpu.rv32_cpu import LAYOUT

_MODELS: Final = tuple(Model)


class Sources:
    """Lines of the firmware's sources, where the sources are at hand."""

    def __init__(self, root: Path | None) -> None:
        self._root: Final = root
        self._files: Final[dict[str, list[str]]] = {}
        self.used: Final[dict[str, dict[int, str]]] = {}

    def note(self, file: str, line: int) -> None:
        """Keeps a line, if there is one."""
        if file not in self._files:
            path = None if self._root is None else self._root / file
            found = path is not None and path.is_file()
            self._files[file] = path.read_text("utf-8").splitlines() if path and found else []
        lines = self._files[file]
        if 0 < line <= len(lines):
            self.used.setdefault(file, {})[line] = lines[line - 1].rstrip()


def _counts(tally: Tally) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Outcomes by address in the order of `COUNTED`, and a mask of models by address."""
    outcomes: dict[int, list[int]] = {}
    models: Counter[int] = Counter()
    for (pc, model, outcome), count in tally.places.items():
        if outcome.counts:
            row = outcomes.setdefault(pc, [0] * len(COUNTED))
            row[COUNTED.index(outcome)] += count
            models[pc] |= 1 << _MODELS.index(model)
    return outcomes, dict(models)


def listing(tally: Tally, sources: Sources, *, struck_only: bool) -> list[dict[str, Any]]:
    """The functions of an image in the order of their addresses.

    Args:
        tally: what struck it.
        sources: told of every line that is shown.
        struck_only: whether functions that nothing struck are left out.
    """
    image = load(tally.image)
    outcomes, models = _counts(tally)
    found: list[dict[str, Any]] = []
    for name, place in sorted(image.symbols.items(), key=lambda item: item[1].address):
        rows = _rows(image, place, sources, outcomes, models)
        if rows and (not struck_only or any(row[3] for row in rows)):
            line = image.line(place.address)
            found.append({"name": name, "file": line[0] if line else "", "rows": rows})
    return found


def _rows(
    image: Image,
    place: Place,
    sources: Sources,
    outcomes: dict[int, list[int]],
    models: dict[int, int],
) -> list[list[Any]]:
    """Address, text, place in the source, outcomes and models of each instruction."""
    rows: list[list[Any]] = []
    for at, word in _words(image, place):
        line = image.line(at)
        if line is not None:
            sources.note(*line)
        where = f"{line[0]}:{line[1]}" if line else ""
        rows.append([at, disassemble(at, word), where, outcomes.get(at, 0), models.get(at, 0)])
    return rows


def _words(image: Image, place: Place) -> Iterator[tuple[int, int]]:
    """Address and encoding of each instruction of a function."""
    at = place.address
    while at < place.address + place.size:
        offset = at - LAYOUT.rom_base
        size = isa.length(int.from_bytes(image.binary[offset : offset + 2], "little"))
        yield at, int.from_bytes(image.binary[offset : offset + size], "little")
        at += size


def instructions(image: Image) -> Iterator[tuple[int, int]]:
    """Address and encoding of every instruction of an image's functions."""
    for place in image.symbols.values():
        yield from _words(image, place)
