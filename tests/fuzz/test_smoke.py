# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A bounded run of every fuzz target, under ASan and UBSan, from a fixed seed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

import pytest
from fuzz.build import HERE, ROOT, TARGETS, build_smoke, gcc, write_corpus
from oracles.frame_reference import frame

CASES: Final = 50_000
SEED: Final = 1


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every target, built with the suite's driver."""
    return build_smoke(tmp_path_factory.mktemp("fuzz"))


def run(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a target; a sanitizer's report ends it with another status than 0."""
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        # The suite itself may run under a preloaded sanitizer, which is not for children.
        env={"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "halt_on_error=1"},
    )


@pytest.mark.parametrize("target", TARGETS)
def test_target_stands_mutated_inputs(
    target: str, programs: dict[str, Path], tmp_path: Path
) -> None:
    corpus = write_corpus(target, tmp_path, frame)

    done = run(programs[target], str(SEED), str(CASES), *corpus)

    assert done.stderr == ""
    assert (done.returncode, done.stdout) == (0, f"{CASES} cases\n")


def test_every_parser_of_hostile_input_has_a_target() -> None:
    assert TARGETS == ("frame", "licence", "location", "trust")


READS_ONE_BYTE_TOO_MANY: Final = """
#include "fuzz.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const volatile uint8_t *const bytes = fuzz_guard(data, size).data;
  return bytes[size - SPARED] & 0;
}
"""


@pytest.mark.parametrize(("spared", "dies"), [("1", False), ("0", True)])
def test_input_ends_where_memory_ends(spared: str, dies: bool, tmp_path: Path) -> None:
    source, program, data = tmp_path / "target.c", tmp_path / "target", tmp_path / "input"
    source.write_text(READS_ONE_BYTE_TOO_MANY, encoding="utf-8")
    data.write_bytes(b"input")
    include = ROOT / "firmware" / "include"
    options = ["-std=c11", f"-I{HERE}", f"-I{include}", f"-DSPARED={spared}"]
    sources = [source, HERE / "guard.c", HERE / "smoke_main.c"]
    subprocess.run([*gcc(), *options, *sources, "-o", program], check=True)

    done = run(program, "1", "0", data)

    assert (done.returncode < 0) == dies
