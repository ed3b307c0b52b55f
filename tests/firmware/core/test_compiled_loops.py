# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Loops that must end: each jump of the compiled code is taken out in turn.

What a compiler may conclude, it removes, and a check whose outcome it knows is none.  So
the check of a loop's completion is held to the machine code: without any one of its jumps,
as a fault would leave it, the code must not say that all was compared.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

LEVELS: Final = ("-Os", "-O2", "-O3")
RIGHT, WRONG, TRAPPED = 0, 1, 7

COMPARISON: Final = """
#include "mooring/hardened.h"
enum { kBytes = 48 };
static uint8_t a[kBytes], b[kBytes];
static int says_equal(void) { return %s; }
int main(void) {
  int wrong = 0;
  for (int place = 0; place < kBytes; place++) {
    b[place] = 0x80;
    wrong |= says_equal();
    b[place] = 0;
  }
  return wrong;
}
"""

COUNTED: Final = """
#include <stdlib.h>
#include "mooring/hardened.h"
_Noreturn void hardened_trap(struct hal_bus *bus) { (void)bus; _Exit(7); }
static volatile uint32_t reached;
__attribute__((noinline)) void loop(void) {
  uint32_t counted = 0;
  for (uint32_t i = 0; i < 64; i++) {
    reached = i;
    HARDENED_COUNT(counted);
  }
  HARDENED_CHECK_LOOP_DONE(NULL, counted, 64);
}
int main(void) { loop(); return reached != 63; }
"""


@dataclass(frozen=True)
class Workshop:
    """A folder to compile in.

    Attributes:
        folder: for everything written.
        firmware: the sources under test.
    """

    folder: Path
    firmware: Path

    def _compile(self, *arguments: str | Path) -> None:
        compiler = os.environ.get("CC", "gcc").split()
        flags = ("-std=c11", "-I", self.firmware / "include")
        command = [str(word) for word in (*compiler, *flags, *arguments)]
        subprocess.run(command, check=True, capture_output=True)

    def assembly(self, source: Path, level: str) -> list[str]:
        """The lines of a C file as compiled."""
        output = self.folder / "whole.s"
        self._compile("-S", level, "-o", output, source)
        return output.read_text(encoding="utf-8").splitlines()

    def exit_status(self, lines: list[str], *others: Path) -> int:
        """Of the program made of these lines and the other files."""
        changed, program = self.folder / "changed.s", self.folder / "program"
        changed.write_text("\n".join((*lines, "")), encoding="utf-8")
        self._compile("-O1", "-o", program, changed, *others)
        # A program with a jump removed may crash. That is its answer, and no report of the
        # sanitizers that a run of this suite may have preloaded.
        bare = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        return subprocess.run([str(program)], check=False, timeout=60, env=bare).returncode

    def write(self, name: str, text: str) -> Path:
        """A source file of the test's own."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def workshop(tmp_path: Path, repository: Path) -> Workshop:
    return Workshop(tmp_path, repository / "firmware")


def without_each_jump(lines: list[str], function: str) -> Iterator[list[str]]:
    """The program without one jump of `function`, for each of them."""
    start = next(i for i, line in enumerate(lines) if re.fullmatch(rf"\w*{function}:", line))
    end = next(i for i in range(start, len(lines)) if ".size" in lines[i])
    for index in range(start, end):
        if re.match(r"\s+j[a-z]+\s", lines[index]):
            yield lines[:index] + lines[index + 1 :]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("function", "equal"),
    [
        ("hardened_memeq", "hardened_memeq(a, b, kBytes) == kHardenedTrue"),
        ("hardened_memdiff32", "hardened_memdiff32(a, b, kBytes) == kMemdiffSame"),
    ],
)
def test_comparison_without_any_one_of_its_jumps_never_calls_different_bytes_equal(
    workshop: Workshop, function: str, equal: str, level: str
) -> None:
    driver = workshop.write("driver.c", COMPARISON % equal)
    lines = workshop.assembly(workshop.firmware / "core" / "memory" / "hardened.c", level)

    assert workshop.exit_status(lines, driver) == RIGHT
    outcomes = [workshop.exit_status(each, driver) for each in without_each_jump(lines, function)]

    # A loop that cannot end runs out of its buffer: a crash, and no answer.
    assert RIGHT in outcomes
    assert WRONG not in outcomes


@pytest.mark.parametrize("level", LEVELS)
def test_counted_loop_that_is_left_early_traps(workshop: Workshop, level: str) -> None:
    lines = workshop.assembly(workshop.write("counted.c", COUNTED), level)

    assert workshop.exit_status(lines) == RIGHT
    outcomes = Counter(workshop.exit_status(each) for each in without_each_jump(lines, "loop"))

    assert outcomes[TRAPPED] >= 1
    assert outcomes[WRONG] == 0


def test_every_checked_loop_is_counted_so_that_the_check_is_compiled(repository: Path) -> None:
    checked: list[tuple[str, str]] = []
    for source in sorted((repository / "firmware").rglob("*.c")):
        text = source.read_text(encoding="utf-8")
        for counter in re.findall(r"HARDENED_CHECK_LOOP_DONE\([^,]+,\s*(\w+),", text):
            checked.append((source.name, counter))
            assert f"HARDENED_COUNT({counter});" in text, checked[-1]
            assert not re.search(rf"\b{counter}(\+\+| \+= )", text), checked[-1]

    assert len(checked) >= 3
