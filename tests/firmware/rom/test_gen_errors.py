# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The generator of the error words refuses a table that breaks its rules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

PROGRAM: Final = Path(__file__).resolve().parents[3] / "firmware" / "rom" / "gen_errors.py"

GOOD: Final = """X(LinkBusy, LINK_BUSY, 'L', 'K', 8, kErrorClassPlain, "The chip waits.") \\"""


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The generator as a module; it is a program and no package."""
    spec = importlib.util.spec_from_file_location("gen_errors", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gen_errors"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("", "the table has no entry"),
        ("X(LinkBusy, LINK_BUSY)", "line 1: not an entry"),
        (GOOD.replace("Plain", "Odd"), "line 1: not an entry"),
        (GOOD.replace(" 8,", " 0,"), "number 0 is not in 1..127"),
        (GOOD.replace(" 8,", " 128,"), "number 128 is not in 1..127"),
        (GOOD.replace("'L'", "'Q'"), "tag QK has no module name"),
        (GOOD.replace("LINK_BUSY", "LINK_IDLE"), "its enumerator LinkBusy is another word"),
        (GOOD.replace("waits.", "waits"), "the meaning is not a sentence"),
        (GOOD + "\n" + GOOD.replace("Busy", "Idle").replace("BUSY", "IDLE"), "is LINK_BUSY's"),
    ],
)
def test_broken_table_is_refused_by_name(generator: ModuleType, table: str, complaint: str) -> None:
    with pytest.raises(generator.TableError, match=complaint):
        generator.parse(table)


def test_drift_is_reported_and_nothing_written(
    generator: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stale = tmp_path / "errors.py"
    stale.write_text("old\n", encoding="utf-8")
    monkeypatch.setattr(generator, "PYTHON", stale)

    assert generator.main(["--check"]) == 1
    assert stale.read_text(encoding="utf-8") == "old\n"


def test_committed_outputs_are_what_the_table_says(generator: ModuleType) -> None:
    assert generator.main(["--check"]) == 0
