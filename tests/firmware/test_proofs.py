# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The proofs of the parsers: a bounded part of `make prove`, and what it must not prove.

`make prove` runs this file, too, and with MOORING_CAMPAIGN=full plants every mistake.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PROVE: Final = ROOT / "tools" / "prove.py"
NEEDED: Final = ("frama-c", "why3", "z3", "cvc4")
MISSING: Final = [name for name in NEEDED if shutil.which(name) is None]

needs_frama_c = pytest.mark.skipif(bool(MISSING), reason="Frama-C or a solver is not installed")

# Few goals each, and between them every kind: reads, writes, loops, arithmetic, states.
SAMPLE: Final = ("big_endian", "cbor_read_end", "at_count")
# Enough for the sample; a wrong goal ends at this limit instead of the one of `make prove`.
STEPS: Final = 500_000


def prove(*arguments: str) -> tuple[int, str]:
    """Exit status and output of the tool."""
    # A sanitized run's preloaded libraries are not meant for the provers.
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    done = subprocess.run(
        [sys.executable, str(PROVE), "--fresh", "--steps", str(STEPS), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@dataclass(frozen=True)
class Mutant:
    """A mistake planted in a copy of the firmware."""

    name: str
    file: str
    function: str
    right: str
    wrong: str


ALL_MUTANTS: Final = (
    Mutant(
        "a loop runs once too often",
        "token/cbor_reader.c",
        "big_endian",
        "i < size; i++) {\n    value",
        "i <= size; i++) {\n    value",
    ),
    Mutant(
        "a packet of no bytes is waited for",
        "link/mctp_serial.c",
        "at_count",
        "byte < kMctpSerialPacketMinBytes",
        "byte > kMctpSerialPacketMaxBytes",
    ),
    Mutant(
        "a content may end one byte behind the buffer",
        "token/cbor_reader.c",
        "find_content",
        "head->argument > reader->size - start",
        "head->argument > reader->size - start + 1",
    ),
    Mutant(
        "a length is not checked",
        "token/cbor_reader.c",
        "find_content",
        "  REFUSE_IF(head->argument > reader->size - start, kErrorCborTruncated);\n",
        "",
    ),
)

# The first two, a loop's bound and a state, take few seconds.
FULL: Final = os.environ.get("MOORING_CAMPAIGN") == "full"
MUTANTS: Final = ALL_MUTANTS if FULL else ALL_MUTANTS[:2]


def planted(mutant: Mutant, folder: Path) -> Path:
    """A copy of what is proved, with the mistake in it."""
    copy = folder / "firmware"
    for part in ("include", "token", "link"):
        shutil.copytree(ROOT / "firmware" / part, copy / part)
    source = copy / mutant.file
    text = source.read_text(encoding="utf-8")
    assert text.count(mutant.right) == 1
    source.write_text(text.replace(mutant.right, mutant.wrong), encoding="utf-8")
    return copy


@needs_frama_c
def test_a_sample_of_the_parsers_is_proved() -> None:
    functions = {*SAMPLE, *(mutant.function for mutant in MUTANTS)}

    status, report = prove("--only", *sorted(functions))

    assert status == 0, report
    assert f"prove: {len(functions)} of {len(functions)} functions" in report


@needs_frama_c
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_mistake_is_not_proved(mutant: Mutant, tmp_path: Path) -> None:
    status, report = prove("--root", str(planted(mutant, tmp_path)), "--only", mutant.function)

    assert status == 1, report
    counts = re.search(r"prove: 0 of 1 functions, (\d+) of (\d+) goals", report)
    assert counts is not None, report
    proved, goals = (int(count) for count in counts.groups())
    assert 0 < proved < goals


@needs_frama_c
def test_a_contract_that_contradicts_itself_is_found(tmp_path: Path) -> None:
    contract = "requires size <= 8 && \\valid_read(data + (0 .. size - 1));"
    mistake = Mutant(
        "no size will do",
        "token/cbor_reader.c",
        "big_endian",
        contract,
        contract.replace("size <= 8", "size <= 8 && size > 8"),
    )
    copy = str(planted(mistake, tmp_path))

    unseen, _ = prove("--root", copy, "--only", mistake.function)
    status, report = prove("--root", copy, "--only", mistake.function, "--smoke")
    sound, _ = prove("--only", mistake.function, "--smoke")

    assert unseen == 0
    assert status == 1, report
    assert sound == 0


@needs_frama_c
def test_a_function_that_the_list_does_not_name_fails_the_run(tmp_path: Path) -> None:
    copy = tmp_path / "firmware"
    for part in ("include", "token", "link"):
        shutil.copytree(ROOT / "firmware" / part, copy / part)
    source = copy / "token" / "zones.c"
    source.write_text(
        source.read_text(encoding="utf-8") + "\nstatic int newcomer(void) {\n  return 0;\n}\n",
        encoding="utf-8",
    )

    status, report = prove("--root", str(copy), "--only", "cbor_read_end")

    assert status == 1
    assert "defined and not listed: newcomer" in report


def test_the_absence_of_the_tools_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    status, report = prove("--only", "cbor_read_end")

    assert status == 2
    assert "sudo apt install frama-c-base why3 z3 cvc4" in report
