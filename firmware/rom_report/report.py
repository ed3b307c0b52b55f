# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One image's figures, as lines for a person and as JSON, held to the memories it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from mooring_firmware.images._elf import Elf
from rom_report.sizes import by_module, by_source, table
from rom_report.stack import CallGraph, Frame, StackError, total_bytes


class ReportError(Exception):
    """The image does not fit its memories, or its stack cannot be told."""


@dataclass(frozen=True)
class Report:
    """What an image takes.

    Attributes:
        rom_bytes: code and constants.
        ram_bytes: the working memory of the chip.
        data_bytes: what the image keeps in RAM besides the stack.
        modules: bytes of ROM by module.
        sources: bytes of ROM by source.
        path: the calls with the deepest stack, each with its frame.
    """

    rom_bytes: int
    ram_bytes: int
    data_bytes: int
    modules: Mapping[str, int]
    sources: Mapping[str, int]
    path: tuple[Frame, ...]

    @property
    def stack_bytes(self) -> int:
        """The deepest stack."""
        return total_bytes(self.path)

    def lines(self) -> list[str]:
        """The report for a person."""
        path = [(each.function, each.size_bytes) for each in self.path]
        used = self.data_bytes + self.stack_bytes
        return [
            "bytes of ROM",
            *table([*self.modules.items(), ("in all", self.rom_bytes)]),
            "deepest stack",
            *table([*path, ("in all", self.stack_bytes)]),
            "bytes of RAM",
            *table(
                [
                    ("state", self.data_bytes),
                    ("stack", self.stack_bytes),
                    ("in all", used),
                    ("of", self.ram_bytes),
                ]
            ),
        ]

    def markdown(self) -> list[str]:
        """The report as tables for a page."""
        modules = [
            f"| {name} | {size:,} |"
            for name, size in [*self.modules.items(), ("in all", self.rom_bytes)]
        ]
        path = [
            f"| `{each.function}` | {each.size_bytes:,} |" for each in self.path if each.size_bytes
        ]
        used = self.data_bytes + self.stack_bytes
        return [
            "| part | bytes of ROM |",
            "|---|---|",
            *modules,
            "",
            f"RAM: {self.data_bytes:,} bytes of state and {self.stack_bytes:,} bytes of stack,"
            f" together {used:,} of {self.ram_bytes:,}.",
            "The stack is deepest on this path.",
            "",
            "| function | frame, bytes |",
            "|---|---|",
            *path,
        ]

    def json(self) -> str:
        """The report for a program."""
        value = {
            "schema": "mooring-rom-report/1",
            "rom_bytes": self.rom_bytes,
            "ram_bytes": self.ram_bytes,
            "data_bytes": self.data_bytes,
            "stack_bytes": self.stack_bytes,
            "deepest_path": [[each.function, each.size_bytes] for each in self.path],
            "modules": dict(self.modules),
            "sources": dict(sorted(self.sources.items())),
        }
        return json.dumps(value, indent=2) + "\n"


def measure(elf: Elf, linker_map: str) -> Report:
    """The figures of a linked image.

    Raises:
        ReportError: state and deepest stack do not fit into RAM together, or the stack
            cannot be told.
    """
    try:
        path = CallGraph(elf).deepest()
    except StackError as error:
        raise ReportError(str(error)) from error
    places = {symbol.name: symbol.address for symbol in elf.symbols}
    top, end = places["mooring_stack_top"], places["mooring_ram_end"]
    start, code = places["mooring_ram_start"], places["_start"]
    sources = by_source(linker_map, code, code + len(elf.rom()))
    report = Report(
        rom_bytes=len(elf.rom()),
        ram_bytes=end - start,
        data_bytes=end - top,
        modules=by_module(sources),
        sources=sources,
        path=path,
    )
    if report.data_bytes + report.stack_bytes > report.ram_bytes:
        raise ReportError("state and stack exceed RAM\n" + "\n".join(report.lines()))
    return report
