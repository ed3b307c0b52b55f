# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The report's deepest stack: never exceeded by a run, and refused where it would be a guess."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from benches.rig import Rig

from mooring_firmware import images
from mooring_firmware.images._elf import Elf
from mooring_models._regs import RAM, ROM
from rom_report.control_flow import Kind, transfers
from rom_report.stack import POINTERS, CallGraph, Frame, StackError

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = ROOT / "firmware" / "python" / "mooring_firmware" / "images"

BASE: Final = 0x10000
RET: Final = 0x00008067
NOP: Final = 0x00000013
CALL_A1: Final = 0x000580E7  # jalr ra, a1


def jal(link: int, distance: int) -> int:
    """jal, assembled from the manual's picture of the J format."""
    fields = (
        (distance >> 20 & 1) << 31
        | (distance >> 1 & 0x3FF) << 21
        | (distance >> 11 & 1) << 20
        | (distance >> 12 & 0xFF) << 12
    )
    return fields | link << 7 | 0x6F


@dataclass(frozen=True)
class Code:
    """One function of a made-up image; a pair of (link, name) is a jal to it."""

    name: str
    frame: int | None
    body: tuple[int | tuple[int, str], ...]


def image_of(*functions: Code, table: tuple[str, tuple[str, ...]] | None = None) -> Elf:
    """An ELF file with these functions, and a table of pointers to some of them."""
    places: dict[str, int] = {}
    at = BASE
    for each in functions:
        places[each.name] = at
        at += 4 * len(each.body)
    text = b""
    for each in functions:
        for item in each.body:
            here = BASE + len(text)
            word = item if isinstance(item, int) else jal(item[0], places[item[1]] - here)
            text += struct.pack("<I", word)
    symbols = [(n.name, places[n.name], 4 * len(n.body), 2, 1) for n in functions]
    if table is not None:
        symbols.append((table[0], BASE + len(text), 4 * len(table[1]), 1, 1))
        text += b"".join(struct.pack("<I", places[name]) for name in table[1])
    frames = b"".join(
        struct.pack("<IB", places[n.name], n.frame) for n in functions if n.frame is not None
    )
    return Elf(_elf(text, frames, symbols))


def _elf(text: bytes, frames: bytes, symbols: list[tuple[str, int, int, int, int]]) -> bytes:
    strings, table = b"\0", bytes(16)
    for symbol, value, size, kind, section in symbols:
        # Local, as C's static functions: only those must have a known frame.
        table += struct.pack("<IIIBBH", len(strings), value, size, kind, 0, section)
        strings += symbol.encode() + b"\0"
    names = b"\0.text\0.stack_sizes\0.symtab\0.strtab\0.shstrtab\0"
    contents = [b"", text, frames, table, strings, names]
    kinds = [0, 1, 1, 2, 3, 3]
    heads, data = b"", b""
    for index, content in enumerate(contents):
        name = 0 if index == 0 else names.index(names.split(b"\0")[index])
        flags, address = (6, BASE) if index == 1 else (0, 0)
        link = 4 if index == 3 else 0
        place = 52 + len(data)
        heads += struct.pack(
            "<10I", name, kinds[index], flags, address, place, len(content), link, 0, 1, 0
        )
        data += content
    head = b"\x7fELF\x01\x01\x01" + bytes(9)
    head += struct.pack(
        "<HHIIIIIHHHHHH", 2, 243, 1, BASE, 0, 52 + len(data), 0, 52, 32, 0, 40, 6, 5
    )
    return head + data + heads


RA, ZERO, T0 = 1, 0, 5
TRAP: Final = Code("mooring_trap_entry", 0, (RET,))


def test_deepest_path_is_the_heaviest_and_not_the_longest() -> None:
    elf = image_of(
        Code("_start", 16, ((RA, "light"), (RA, "heavy"), RET)),
        Code("light", 16, ((RA, "lighter"), RET)),
        Code("lighter", 16, (RET,)),
        Code("heavy", 100, (RET,)),
        TRAP,
    )

    assert CallGraph(elf).deepest() == (Frame("_start", 16), Frame("heavy", 100))


def test_a_function_left_by_a_jump_keeps_nothing() -> None:
    elf = image_of(
        Code("_start", 16, ((RA, "through"), RET)),
        Code("through", 64, ((ZERO, "last"),)),
        Code("last", 80, (RET,)),
        TRAP,
    )

    assert CallGraph(elf).deepest() == (Frame("_start", 16), Frame("through", 0), Frame("last", 80))


def test_a_trap_has_a_stack_of_its_own() -> None:
    elf = image_of(
        Code("_start", 16, (RET,)),
        Code("mooring_trap_entry", 0, ((RA, "shut"), RET)),
        Code("shut", 48, (RET,)),
    )

    assert sum(each.size_bytes for each in CallGraph(elf).deepest()) == 48


def test_a_call_through_a_pointer_may_reach_all_of_its_table() -> None:
    elf = image_of(
        Code("_start", 0, ((RA, "mooring_machine_step"), RET)),
        Code("mooring_machine_step", 16, (CALL_A1, RET)),
        Code("small", 16, (RET,)),
        Code("large", 96, (RET,)),
        TRAP,
        table=("kRomStates", ("small", "large")),
    )

    assert CallGraph(elf).deepest()[-1] == Frame("large", 96)


def test_recursion_is_refused_with_its_way() -> None:
    elf = image_of(
        Code("_start", 0, ((RA, "even"), RET)),
        Code("even", 16, ((RA, "odd"), RET)),
        Code("odd", 16, ((ZERO, "even"),)),
        TRAP,
    )

    with pytest.raises(StackError, match="recursion: _start > even > odd > even"):
        CallGraph(elf).deepest()


def test_a_call_through_an_unknown_pointer_is_refused() -> None:
    elf = image_of(Code("_start", 0, (CALL_A1, RET)), TRAP)

    with pytest.raises(StackError, match="_start: calls through a pointer"):
        CallGraph(elf).deepest()


def test_a_table_without_functions_is_refused() -> None:
    elf = image_of(
        Code("_start", 0, ((RA, "mooring_machine_step"), RET)),
        Code("mooring_machine_step", 0, (CALL_A1, RET)),
        TRAP,
        table=("kRomStates", ()),
    )

    with pytest.raises(StackError, match="kRomStates: a table without functions"):
        CallGraph(elf).deepest()


def test_a_static_function_without_a_frame_is_refused() -> None:
    elf = image_of(Code("_start", 0, ((RA, "secret"), RET)), Code("secret", None, (RET,)), TRAP)

    with pytest.raises(StackError, match="secret: its frame is not known"):
        CallGraph(elf).deepest()


@pytest.mark.parametrize("link", [RA, ZERO])
def test_a_transfer_into_the_middle_of_a_function_is_refused(link: int) -> None:
    elf = image_of(Code("_start", 0, (jal(link, 8), RET)), Code("other", 0, (NOP, RET)), TRAP)
    inside = image_of(Code("_start", 0, (jal(link, 12), RET)), Code("other", 0, (NOP, RET)), TRAP)

    assert CallGraph(elf).deepest()
    with pytest.raises(StackError, match=r"_start\+0: goes to no function"):
        CallGraph(inside).deepest()


def test_a_foreign_prologue_is_refused() -> None:
    elf = image_of(Code("_start", 0, ((T0, "other"), RET)), Code("other", 0, (RET,)), TRAP)

    with pytest.raises(StackError, match="_start: calls another function through t0"):
        CallGraph(elf).deepest()


# -- The shipped image -----------------------------------------------------------------------


def test_committed_path_is_the_images() -> None:
    image = images.load()
    report = json.loads((FOLDER / f"{image.name}.json").read_text("ascii"))

    path = CallGraph(Elf(image.elf.read_bytes())).deepest()

    assert [[each.function, each.size_bytes] for each in path] == report["deepest_path"]


@pytest.mark.parametrize("name", [images.SHIPPED, "mooring-rom-rv32imc-naive"])
def test_tables_of_pointers_are_named_for_the_functions_that_use_one(name: str) -> None:
    image = images.load(name)
    callers = set[str]()
    for function, place in image.symbols.items():
        at = place.address - ROM.offset
        code = image.binary[at : at + place.size]
        if any(each.kind is Kind.INDIRECT for each in transfers(code, place.address)):
            callers.add(function)

    assert callers == set(POINTERS)


def test_no_run_needs_more_stack_than_the_report_says() -> None:
    """RAM is cleared at reset, and the stack grows down: its lowest set byte is how far."""
    image = images.load()
    report = json.loads((FOLDER / f"{image.name}.json").read_text("ascii"))
    top = image.objects["g_rom"].address
    rig = Rig(cpu="rv32")
    rig.trust()
    rig.load()
    rig.compute()
    rig.log()
    core: Any = rig.chip.cpu

    memory: bytes = core.core.read_memory(RAM.offset, top - RAM.offset)
    lowest = next(at for at, byte in enumerate(memory) if byte != 0)
    measured = top - RAM.offset - lowest
    print(f"stack: computed {report['stack_bytes']} bytes, measured {measured}")

    # A verification is on the deepest path, so the two are close.
    assert report["stack_bytes"] - 64 <= measured <= report["stack_bytes"]
    assert report["stack_bytes"] <= top - RAM.offset
