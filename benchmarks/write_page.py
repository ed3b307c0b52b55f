# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Puts the last `make bench`, tables and plots, into the page: ``python benchmarks/write_page.py``.

The top README's figures are checked against the page, so a test tells which of them moved.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).with_name("README.md")
TABLES: Final = PAGE.parent.parent / "build" / "benchmarks.txt"
PLOTS: Final = PAGE.parent / "plots"
# The one block of plain text below the heading.
RESULTS: Final = re.compile(r"(?<=\n)(## Results\n.*?\n```text\n).*?(```\n)", re.DOTALL)


def main() -> None:
    """Writes the page anew."""
    tables = TABLES.read_text("utf-8")
    page, count = RESULTS.subn(lambda at: at[1] + tables + at[2], PAGE.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{PAGE.name} has {count} blocks of results, expected 1")
    PAGE.write_text(page, "utf-8")
    PLOTS.mkdir(exist_ok=True)
    for drawn in sorted(TABLES.parent.glob("benchmarks-*.svg")):
        shutil.copyfile(drawn, PLOTS / drawn.name.removeprefix("benchmarks-"))


if __name__ == "__main__":
    main()
