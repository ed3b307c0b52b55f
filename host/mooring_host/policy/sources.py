# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Citations, each with a mark of how well it is known here.

Whoever shows a rule shows its mark with it: an entry from memory says so wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType

from mooring_host.errors import FileError
from mooring_host.policy._table import Table, data_file


class Provenance(Enum):
    """How well a source is known here, best first."""

    PRIMARY = "primary"
    """Its text was read in full."""
    EXCERPT = "excerpt"
    """A part of its text was read."""
    SECONDARY = "secondary"
    """Others report what it says."""
    RECALLED = "recalled"
    """From memory, not seen: to be checked before anyone relies on it."""


@dataclass(frozen=True)
class Source:
    """Something that a rule, a list or a number comes from."""

    id: str
    cite: str
    title: str
    provenance: Provenance
    note: str = ""

    @property
    def recalled(self) -> bool:
        """Whether it is from memory only."""
        return self.provenance is Provenance.RECALLED

    def __str__(self) -> str:
        if self.recalled:
            return f"{self.cite} [RECALLED, not checked]"
        return f"{self.cite} [{self.provenance.value}]"


@cache
def sources() -> MappingProxyType[str, Source]:
    """All sources of the package's data by id."""
    file = data_file("sources.toml")
    listed = file.table("sources")
    file.close()
    return MappingProxyType(read_sources(listed))


def read_sources(listed: Table) -> dict[str, Source]:
    """Sources by id, from a table of tables.

    Raises:
        FileError: one is not what it should be; the field is named.
    """
    found: dict[str, Source] = {}
    for name in listed.names():
        entry = listed.table(name)
        found[name] = Source(
            name,
            entry.text("cite"),
            entry.text("title"),
            entry.word("provenance", Provenance),
            entry.maybe_text("note") or "",
        )
        entry.close()
    return found


def source(name: str, where: str, own: Mapping[str, Source] = MappingProxyType({})) -> Source:
    """The source with this id, one of the file's `own` or of the package's.

    Raises:
        FileError: there is none.
    """
    found = own.get(name) or sources().get(name)
    if found is None:
        raise FileError(f"read {where}", f"source: there is no source {name!r}")
    return found


def distinct(cited: Iterable[Source]) -> tuple[Source, ...]:
    """Each source once, in order of first use."""
    return tuple({each.id: each for each in cited}.values())
