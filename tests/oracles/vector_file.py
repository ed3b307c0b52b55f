# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The form of vector files: a head, then groups of numbered rows, one row a line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

Rows: TypeAlias = Callable[[], Iterable[Mapping[str, object]]]


def document(generator: str, groups: Mapping[str, Rows], rule: str) -> str:
    """The text of a vector file; rows are numbered from 1 over all groups."""
    head = {"license": "Apache-2.0", "generator": f"tests/vectors/{generator}", "rule": rule}
    parts = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    number = 0
    for name, rows in groups.items():
        lines: list[str] = []
        for row in rows():
            number += 1
            lines.append("    " + json.dumps({"id": number, **row}))
        parts.append(f"  {json.dumps(name)}: [\n" + ",\n".join(lines) + "\n  ]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def run(program: str, output: Path, groups: Mapping[str, Rows], rule: str) -> int:
    """Writes `output`, or with ``--check`` compares it with the committed one."""
    parser = argparse.ArgumentParser(description=f"Generate {output.name}.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args()
    text = document(Path(program).name, groups, rule)
    if not options.check:
        output.write_text(text, encoding="utf-8")
        return 0
    if output.is_file() and output.read_text(encoding="utf-8") == text:
        return 0
    print(f"{output.name} is stale: run python tests/vectors/{Path(program).name}")
    return 1
