# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What text must be before it goes into records, tokens and files that others read.

Python's strings hold more than text: half of a surrogate pair stands for a byte that was no
UTF-8, and JSON can write one too.
"""

from __future__ import annotations

from typing import Final

MAX_LABEL: Final = 64
LABEL_FORM: Final = f"1 to {MAX_LABEL} printable characters, no space at either end"


def flaw(text: str) -> str:
    """What keeps `text` from being stored and read back; empty if nothing does."""
    if "\0" in text:
        return "it has a NUL character"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "it is not UTF-8"
    return ""


def is_label(text: str) -> bool:
    """Whether `text` is of `LABEL_FORM`: it fits one line of a table and moves no cursor."""
    return 0 < len(text) <= MAX_LABEL and text.isprintable() and text == text.strip()
