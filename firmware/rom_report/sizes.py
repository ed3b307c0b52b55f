# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Bytes of ROM by source, from the linker's map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

# Columns of lld's map: address, load address, size, alignment, then what lies there,
# indented by its kind; an input section is `file:(section)`.
_INPUT: Final = re.compile(
    r"\s*(?P<address>[0-9a-f]+)\s+[0-9a-f]+\s+(?P<size>[0-9a-f]+)\s+\d+ {9}"
    r"(?P<file>\S.*):\((?P<section>\S+)\)"
)
STRINGS: Final = "strings"
PADDING: Final = "padding"


def by_source(linker_map: str, start: int, end: int) -> Mapping[str, int]:
    """Bytes between `start` and `end` of each object, named as the linker was told.

    Strings of all sources are merged by the linker: together they are `STRINGS`.
    What lies between sections to align them is `PADDING`.
    """
    sizes: Counter[str] = Counter()
    for line in linker_map.splitlines():
        match = _INPUT.match(line)
        if match is None or not start <= int(match["address"], 16) < end:
            continue
        name = STRINGS if match["file"] == "<internal>" else match["file"]
        sizes[name] += int(match["size"], 16)
    sizes[PADDING] = end - start - sizes.total()
    return {name: size for name, size in sizes.items() if size}


def by_module(sources: Mapping[str, int]) -> Mapping[str, int]:
    """The same by folder: two levels of one for the core and the HAL, one for the others."""
    sizes: Counter[str] = Counter()
    for name, size in sources.items():
        sizes[_module(name.split("/"))] += size
    return dict(sorted(sizes.items()))


def _module(parts: list[str]) -> str:
    return "/".join(parts[:2]) if parts[0] in ("core", "hal") else parts[0]


def table(rows: Iterable[tuple[str, int]]) -> list[str]:
    """Lines of a table, each size right-aligned behind its name."""
    listed = list(rows)
    width = max(len(name) for name, _ in listed)
    return [f"  {name:<{width}}  {size:>7,}" for name, size in listed]
