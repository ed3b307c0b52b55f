# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The presets that there are, and those that somebody writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from mooring_host.errors import FileError, UsageError
from mooring_host.policy._reading import Written, joined, read
from mooring_host.policy._table import DATA_VERSION, data_file, data_names, parse_toml
from mooring_host.policy.preset import Kind, Preset


@cache
def _written() -> Mapping[str, Written]:
    files = {name: read(data_file("presets", f"{name}.toml")) for name in data_names("presets")}
    return MappingProxyType({each.preset.name: each for each in files.values()})


@cache
def presets() -> tuple[Preset, ...]:
    """All presets: rules by date, then bills and concepts, then composites."""
    order = list(Kind)
    return tuple(
        sorted(
            (joined(each, _written()) for each in _written().values()),
            key=lambda each: (order.index(each.kind), each.begins or date.min, each.name),
        )
    )


def preset(name: str) -> Preset:
    """The preset of this name.

    Raises:
        UsageError: there is none.
    """
    for each in presets():
        if each.name == name:
            return each
    raise UsageError(
        "look up a preset", f"there is no preset {name!r}", "See all: mooring policy list"
    )


def parse_preset(text: str, where: str) -> Preset:
    """A preset that somebody wrote, which may include those there are.

    Raises:
        FileError: it is none, or takes the name of one there is; what is wrong is named.
    """
    file = parse_toml(text, where)
    file.version(DATA_VERSION)
    written = read(file)
    if written.preset.name in _written():
        raise FileError(f"read {where}", f"name: there is a preset {written.preset.name!r} already")
    return joined(written, _written())
