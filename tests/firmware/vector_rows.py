# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Reads the project's own vector files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, TypeAlias

Row: TypeAlias = dict[str, Any]
"""One vector; which fields it has is its group's business."""

VECTORS: Final = Path(__file__).resolve().parent.parent / "vectors"


def rows(name: str, group: str = "tests") -> list[Row]:
    """The rows of one group of a vector file."""
    document: dict[str, list[Row]] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return document[group]


def row_id(row: Row) -> str:
    """How a test names a row."""
    return f"{row['id']}-{row['comment']}"
