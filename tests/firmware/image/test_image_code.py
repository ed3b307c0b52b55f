# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the compiler made of the hardening, and what the stack's report reads, by Capstone."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from oracles import image_code
from oracles.image_code import Instruction

from mooring_firmware import images
from mooring_firmware.images._elf import Elf
from mooring_models._regs import ROM
from rom_report.control_flow import Kind, Transfer, transfers

ROOT: Final = Path(__file__).resolve().parents[3]
CHECK: Final = re.compile(r"\bHARDENED_CHECK_(EQ|NE|LOOP_DONE)\(")
UNKNOWN: Final = ("", 0)
MACROS: Final = "firmware/include/mooring/hardened.h"

Functions = dict[str, tuple[Instruction, ...]]


@pytest.fixture(scope="module")
def functions() -> Functions:
    if os.environ.get("MOORING_SANITIZED"):
        pytest.skip("Capstone does not load under sanitizers")
    return image_code.functions()


def is_branch(instruction: Instruction) -> bool:
    return instruction.mnemonic.removeprefix("c.").startswith("b")


def trapping_branches(functions: Functions) -> Counter[tuple[str, int]]:
    """Conditional branches with a trap on one of their sides, by source line."""
    found: Counter[tuple[str, int]] = Counter()
    for code in functions.values():
        traps = {each.address for each in code if each.mnemonic == "c.ebreak"}
        for each in code:
            if is_branch(each) and {each.target, each.after} & traps:
                found[images.load().line(each.address) or UNKNOWN] += 1
    return found


def written_checks() -> set[tuple[str, int]]:
    """Lines of the ROM's sources with a HARDENED_CHECK macro."""
    return {
        (path.relative_to(ROOT).as_posix(), number)
        for path in sorted((ROOT / "firmware" / "rom").glob("*.c"))
        for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if CHECK.search(text)
    }


def test_every_hardened_check_compares_twice_in_machine_code(functions: Functions) -> None:
    branches = trapping_branches(functions)
    # Of a check whose operands an inline function computes, the branches have the lines of
    # the macros' header.
    elsewhere = sum(count for (path, _), count in branches.items() if path in ("", MACROS))
    checks = written_checks()

    short = {place for place in checks if branches[place] < 2}

    assert len(checks) > 30
    assert 2 * len(short) <= elsewhere, f"compared once or never: {sorted(short)}"
    assert all(count % 2 == 0 for count in branches.values()), branches
    assert sum(branches.values()) >= 2 * len(checks)


def test_every_loop_that_is_checked_counts_in_a_register(functions: Functions) -> None:
    """A counter that the compiler knew would be gone, and the check with it a constant."""
    sources = (ROOT / "firmware" / "rom").glob("*.c")
    counted = {
        (path.relative_to(ROOT).as_posix(), number)
        for path in [*sources, ROOT / "firmware" / "core" / "memory" / "hardened.c"]
        for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if "HARDENED_COUNT(" in text
    }
    additions = {
        images.load().line(each.address)
        for code in functions.values()
        for each in code
        if each.mnemonic in ("addi", "c.addi") and each.operands[-1] in ("1", "0x1")
    }

    assert len(counted) >= 3
    assert counted <= additions


def test_calls_and_jumps_are_those_that_capstone_reads(functions: Functions) -> None:
    image = images.load()
    for name, code in functions.items():
        place = image.symbols[name]
        at = place.address - ROM.offset
        ours = list(transfers(image.binary[at : at + place.size], place.address))

        assert ours == _by_capstone(code), name


def _by_capstone(code: tuple[Instruction, ...]) -> list[Transfer]:
    found: list[Transfer] = []
    for each in code:
        match each.mnemonic.removeprefix("c."), each.operands:
            case "j", _:
                found.append(Transfer(each.address, Kind.JUMP, each.target))
            case "jal", ("t0", _):
                found.append(Transfer(each.address, Kind.SAVE, each.target))
            case "jal", _:
                found.append(Transfer(each.address, Kind.CALL, each.target))
            case "jr", ("ra",) | ("t0",):
                pass
            case (("jr" | "jalr"), _):
                found.append(Transfer(each.address, Kind.INDIRECT))
            case _:
                pass
    return found


def test_frames_are_what_the_code_takes_off_the_stack_pointer(functions: Functions) -> None:
    elf = Elf(images.load().elf.read_bytes())
    section = elf.section(".stack_sizes")
    assert section is not None
    known = dict(_frames(section.data))

    wrong = {
        name: (known[code[0].address], _pushed(code))
        for name, code in functions.items()
        if code[0].address in known and known[code[0].address] != _pushed(code)
    }

    assert len(known) > 200
    assert wrong == {}


def _frames(data: bytes) -> list[tuple[int, int]]:
    """Address and size in pairs, the size in groups of seven bits."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(data):
        end = at + 4
        while data[end] & 0x80:
            end += 1
        groups = [byte & 0x7F for byte in data[at + 4 : end + 1]]
        size = sum(group << 7 * place for place, group in enumerate(groups))
        found.append((int.from_bytes(data[at : at + 4], "little"), size))
        at = end + 1
    return found


def _pushed(code: tuple[Instruction, ...]) -> int:
    """Bytes that a function's prologue takes, shared ones included."""
    total = 0
    for each in code:
        match each.mnemonic.removeprefix("c."), each.operands:
            case (("addi" | "addi16sp"), ("sp", distance) | ("sp", "sp", distance)):
                total += max(0, -int(distance, 0))
            case "jal", ("t0", _):
                saved = images.load().function(each.target)
                assert saved is not None
                total += -(-(int(saved.rpartition("_")[2]) + 1) // 4) * 16
            case _:
                pass
    return total
