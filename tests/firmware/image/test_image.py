# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The committed images: what is in them, what must not be, and what they take."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from mooring_firmware import images
from mooring_firmware.images import Image, ImageError, Place
from mooring_firmware.images._elf import Elf, ElfError, SectionType
from mooring_models._regs import RAM, ROM

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = ROOT / "firmware" / "python" / "mooring_firmware" / "images"
NAMES: Final = (images.SHIPPED, "mooring-rom-rv32imc-naive")

ROM_BUDGET: Final = 40 * 1024
RAM_BUDGET: Final = 24 * 1024
# Names that the ABI or the compiler gives; all others are the project's.
ABI_NAMES: Final = re.compile(r"_start|memcpy|memset|__(ashl|lshr)di3|__riscv_(save|restore)_\d+")
OWN_NAMES: Final = re.compile(r"mooring_\w+|k[A-Z]\w+|rom_t\.[\w.]+")

LOAD: Final = 1
WRITABLE: Final = 2
GLOBAL: Final = 1
UNDEFINED: Final = 0


@pytest.fixture(params=NAMES)
def image(request: pytest.FixtureRequest) -> Image:
    name: str = request.param
    return images.load(name)


def segments(content: bytes) -> list[tuple[int, int, int, bytes]]:
    """Address, size in memory, flags and bytes of each segment that a loader would load."""
    (offset,) = struct.unpack_from("<I", content, 28)
    (count,) = struct.unpack_from("<H", content, 44)
    found: list[tuple[int, int, int, bytes]] = []
    for index in range(count):
        kind, at, address, _, in_file, in_memory, flags, _ = struct.unpack_from(
            "<8I", content, offset + 32 * index
        )
        if kind == LOAD:
            found.append((address, in_memory, flags, content[at : at + in_file]))
    return found


# -- The files belong together ---------------------------------------------------------------


def test_committed_digest_is_that_of_the_image(image: Image) -> None:
    line = (FOLDER / f"{image.name}.sha384").read_text("ascii")

    assert line == f"{hashlib.sha384(image.binary).hexdigest()}  {image.name}.bin\n"
    assert image.measurement.hex() == line.split()[0]


def test_image_is_what_a_loader_would_put_into_the_rom(image: Image) -> None:
    loaded = bytearray(len(image.binary))
    for address, _, flags, data in segments(image.elf.read_bytes()):
        if not flags & WRITABLE:
            loaded[address - ROM.offset : address - ROM.offset + len(data)] = data

    assert bytes(loaded) == image.binary


def test_an_image_that_is_not_there_is_named() -> None:
    with pytest.raises(ImageError, match="no image 'other'"):
        images.load("other")


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x02\x01" + bytes(60), b"\x7fELF\x01\x01" * 12])
def test_what_is_no_elf_file_is_refused(content: bytes) -> None:
    with pytest.raises(ElfError):
        Elf(content)


# -- What must not be in them ----------------------------------------------------------------


def test_nothing_would_have_to_be_put_into_ram(image: Image) -> None:
    writable = [part for part in segments(image.elf.read_bytes()) if part[2] & WRITABLE]

    assert [data for _, _, _, data in writable] == [b""] * len(writable)
    assert all(
        RAM.offset <= address and address + size <= RAM.offset + RAM_BUDGET
        for address, size, _, _ in writable
    )


def test_nothing_is_left_to_link(image: Image) -> None:
    elf = Elf(image.elf.read_bytes())

    relocated = [each.name for each in elf.sections if each.type in (SectionType.REL, 4)]
    undefined = [each.name for each in elf.symbols if each.section == UNDEFINED]

    assert relocated == []
    assert undefined == []


def test_every_global_name_is_the_projects_or_the_abis(image: Image) -> None:
    names = [each.name for each in Elf(image.elf.read_bytes()).symbols if each.binding == GLOBAL]
    foreign = [n for n in names if not OWN_NAMES.fullmatch(n) and not ABI_NAMES.fullmatch(n)]

    assert len(names) > 200
    assert foreign == []


def test_no_path_of_a_machine_is_in_the_file(image: Image) -> None:
    texts = re.findall(rb"[\x20-\x7e]{4,}", image.elf.read_bytes())

    # With a folder in it: four bytes of code may happen to spell a slash and letters.
    assert [text for text in texts if re.match(rb"/[A-Za-z][^/]*/", text)] == []
    assert not any(str(ROOT).encode() in text for text in texts)


# -- What they take --------------------------------------------------------------------------


def test_shipped_image_fits_its_budgets() -> None:
    image = images.load()
    report = json.loads((FOLDER / f"{image.name}.json").read_text("ascii"))

    assert len(image.binary) == report["rom_bytes"] <= ROM_BUDGET == ROM.size
    assert report["data_bytes"] + report["stack_bytes"] <= RAM_BUDGET == RAM.size
    assert report["data_bytes"] >= image.objects["g_rom"].size


def test_bytes_by_module_and_by_source_add_up(image: Image) -> None:
    report = json.loads((FOLDER / f"{image.name}.json").read_text("ascii"))

    assert sum(report["modules"].values()) == len(image.binary)
    assert sum(report["sources"].values()) == len(image.binary)
    assert sum(frame for _, frame in report["deepest_path"]) == report["stack_bytes"]


def test_functions_take_what_their_sources_are_said_to(image: Image) -> None:
    """Symbols and line numbers on one side, the linker's map on the other."""
    report = json.loads((FOLDER / f"{image.name}.json").read_text("ascii"))
    sizes: dict[str, int] = {}
    for place in {*image.symbols.values()}:
        where = image.line(place.address)
        if where is None:
            continue  # begins with an instruction of no line in particular
        source = where[0].removeprefix("firmware/")
        sizes[source] = sizes.get(source, 0) + place.size

    # What a header defines is in every object that calls it.
    own = {name: size for name, size in sizes.items() if not name.endswith(".h")}
    exceeded = {name for name, size in own.items() if size > report["sources"].get(name, 0)}

    assert len(own) > 40
    assert exceeded == set()


# -- Symbols and lines -----------------------------------------------------------------------


def test_a_function_is_found_by_any_address_in_it(image: Image) -> None:
    place = image.symbols["mooring_machine_step"]

    assert image.function(place.address) == "mooring_machine_step"
    assert image.function(place.address + place.size - 2) == "mooring_machine_step"
    assert image.function(place.address + place.size) != "mooring_machine_step"
    assert image.function(ROM.offset - 2) is None
    assert image.function(ROM.offset + ROM.size) is None


def test_functions_have_lines_behind_their_names(image: Image) -> None:
    in_c = [
        (name, found)
        for name, place in image.symbols.items()
        for found in [_lines(image, place)]
        if not any(path.endswith(".S") for path, _ in found)
    ]
    elsewhere = [name for name, found in in_c if not _is_behind_its_name(name, found)]

    assert len(in_c) > 200
    # A long comment between a name and its body, or a body that is all inlined functions.
    assert len(elsewhere) <= len(in_c) // 50, elsewhere


def _lines(image: Image, place: Place) -> set[tuple[str, int]]:
    addresses = range(place.address, place.address + place.size, 2)
    return {where for at in addresses if (where := image.line(at)) is not None}


def _is_behind_its_name(name: str, lines: set[tuple[str, int]]) -> bool:
    """Whether some line has the function's name in it, or in the five above it."""
    base = name.rpartition(":")[2].removeprefix("mooring_").removeprefix("machine_")
    return any(
        f"{base}(" in text
        for path, line in lines
        for text in _source(path)[max(0, line - 6) : line]
    )


@cache
def _source(path: str) -> list[str]:
    return (ROOT / path).read_text("utf-8").splitlines()


def test_an_address_outside_the_code_has_no_line(image: Image) -> None:
    assert image.line(ROM.offset - 2) is None
    assert image.line(RAM.offset) is None


# -- What a debugger reads ----------------------------------------------------------------

CIE: Final = 0xFFFFFFFF
UNDEFINED_RA: Final = bytes((0x07, 1))  # DW_CFA_undefined, x1


def _unwinding(image: Image) -> dict[int, bytes]:
    """Call frame instructions by the address where each function begins [DWARF4 §6.4.1]."""
    section = Elf(image.elf.read_bytes()).section(".debug_frame")
    assert section is not None
    found: dict[int, bytes] = {}
    at = 0
    while at < len(section.data):
        size, kind, begin = struct.unpack_from("<III", section.data, at)
        if kind != CIE:
            found[begin] = section.data[at + 16 : at + 4 + size]
        at += 4 + size
    return found


@pytest.mark.parametrize("name", ["_start", "mooring_trap_entry"])
def test_debugger_s_stack_ends_where_nobody_called(image: Image, name: str) -> None:
    frames = _unwinding(image)

    assert frames[image.symbols[name].address].startswith(UNDEFINED_RA)
    assert not frames[image.symbols["mooring_hal_main"].address].startswith(UNDEFINED_RA)
