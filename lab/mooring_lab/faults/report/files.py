# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Writes a campaign's report into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import mooring_firmware
from mooring_lab.errors import LabError
from mooring_lab.faults.campaign import Result
from mooring_lab.faults.report.markdown import markdown
from mooring_lab.faults.report.page import page
from mooring_lab.faults.report.summary import summary

PAGE: Final = "faults.html"
COUNTS: Final = "faults.json"
TABLE: Final = "faults.md"


def _sources() -> Path | None:
    """The repository's root, if this is a working copy and no installed package."""
    root = Path(mooring_firmware.__file__).resolve().parents[3]
    return root if (root / "firmware" / "rom").is_dir() else None


def write(result: Result, folder: Path) -> Path:
    """Writes page, JSON and table; returns the page.

    Raises:
        LabError: the folder cannot be written.
    """
    counts = summary(result)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / COUNTS).write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
        (folder / TABLE).write_text(markdown(counts), encoding="utf-8")
        shown = folder / PAGE
        shown.write_text(page(result, counts, _sources()), encoding="utf-8")
    except OSError as error:
        raise LabError(f"write the report to {folder}", str(error)) from error
    return shown
