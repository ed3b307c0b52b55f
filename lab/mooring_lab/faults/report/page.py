# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The report as one page that needs no network: the map of the code, and what struck it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from mooring_lab.faults.campaign import Result
from mooring_lab.faults.models import Model
from mooring_lab.faults.report.listing import Sources, listing
from mooring_lab.faults.tally import COUNTED

_PARTS: Final = ("style.css", "script.js")


def page(result: Result, counts: dict[str, Any], sources: Path | None) -> str:
    """The page's text.

    Args:
        result: what is shown.
        counts: its summary.
        sources: root of the repository, for source lines; None shows none.
    """
    used = Sources(sources)
    data = {
        "counts": counts,
        "outcomes": [each.value for each in COUNTED],
        "models": [[each.value, each.title] for each in Model],
        "images": {
            "shipped": listing(result.shipped, used, struck_only=False),
            "control": listing(result.control, used, struck_only=True),
        },
        "sources": used.used,
    }
    folder = files("mooring_lab.faults.report")
    text = (folder / "page.html").read_text("utf-8")
    for name in _PARTS:
        text = text.replace(f"@{name}@", (folder / name).read_text("utf-8"))
    # No end tag may be in the data; JSON lets the slash be escaped.
    body = json.dumps(data, separators=(",", ":")).replace("</", "<\\/")
    return text.replace("@data@", body)
