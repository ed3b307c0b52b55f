#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Writes what ``chip.rdl`` says in other languages: C, Python, Markdown, linker script.

``python hw_models/export_registers.py`` writes the files; ``--check`` writes nothing
and fails if one of them differs from what would be written.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from systemrdl.compiler import RDLCompiler
from systemrdl.messages import MessagePrinter, RDLCompileError, Severity
from systemrdl.node import AddrmapNode, FieldNode, MemNode, Node, RegNode
from systemrdl.rdltypes.builtin_enums import AccessType, OnReadType, OnWriteType
from systemrdl.rdltypes.user_enum import UserEnum
from systemrdl.source_ref import SourceRefBase

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "hw_models" / "chip.rdl"
HEADER: Final = Path("firmware/include/mooring/generated/chip_regs.h")
LINKER_MAP: Final = Path("firmware/hal/rv32/generated/memory.ld")
PYTHON_MAP: Final = Path("hw_models/mooring_models/_regs.py")
PAGE: Final = Path("docs/registers.md")

# `chip` is the bus; `record` is a layout that is not on it.
BUS: Final = "chip"
LAYOUTS: Final = ("record",)

# REUSE-IgnoreStart: what follows are lines of generated files.
SPDX: Final = (
    "SPDX-License-Identifier: Apache-2.0",
    "SPDX-FileCopyrightText: 2026 The Mooring Authors",
)
# REUSE-IgnoreEnd
BANNER: Final = "Generated from hw_models/chip.rdl by export_registers.py. Do not edit."

ACCESS: Final = {
    AccessType.r: ("RO", "ro"),
    AccessType.w: ("WO", "wo"),
    AccessType.rw: ("RW", "rw"),
    AccessType.rw1: ("RW1", "rw1"),
}


class RegisterMapError(Exception):
    """``chip.rdl`` cannot be read, or says something that the exporter does not carry."""


class _Collector(MessagePrinter):
    """Keeps the compiler's messages, so that the caller decides where they go."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def print_message(
        self, severity: Severity, text: str, src_ref: SourceRefBase | None = None
    ) -> None:
        self.lines.extend(self.format_message(severity, text, src_ref))


@dataclass(frozen=True)
class RegisterMap:
    """The elaborated design.

    Attributes:
        bus: the chip, whose children are instances of blocks.
        blocks: one representative of every block type, in the order of the bus,
            then the layouts.
        enums: every enumeration by its name in the source, without the ``_e``.
    """

    bus: AddrmapNode
    blocks: tuple[AddrmapNode, ...]
    enums: dict[str, type[UserEnum]]


def load(source: Path) -> RegisterMap:
    """Compiles and elaborates `source`.

    Raises:
        RegisterMapError: the file is missing, is not SystemRDL, or uses a right or a
            shape that no output has a word for; the message names place and reason.
    """
    if not source.is_file():
        raise RegisterMapError(f"{source}: no such file")
    messages = _Collector()
    compiler = RDLCompiler(message_printer=messages)
    try:
        compiler.compile_file(str(source))
        tops = [compiler.elaborate(name).top for name in (BUS, *LAYOUTS)]
    except RDLCompileError as error:
        raise RegisterMapError("\n".join([*messages.lines, str(error)])) from error
    bus, *layouts = tops
    types: dict[str, AddrmapNode] = {}
    for node in on_bus(bus):
        if isinstance(node, AddrmapNode):
            types.setdefault(_name(node), node)
    blocks = (*types.values(), *layouts)
    enums: dict[str, type[UserEnum]] = {}
    for block in blocks:
        for reg in registers(block):
            if reg.is_array and reg.array_stride != 4:
                raise RegisterMapError(f"{reg.get_path()}: array words must be consecutive")
            for field in reg.fields():
                if field.get_property("sw") not in ACCESS:
                    raise RegisterMapError(
                        f"{field.get_path()}: sw = {field.get_property('sw').name} is not one of "
                        + ", ".join(each.name for each in ACCESS)
                    )
                encoding = field.get_property("encode")
                if (
                    encoding is not None
                    and enums.setdefault(_enum(encoding), encoding) is not encoding
                ):
                    raise RegisterMapError(f"{field.get_path()}: two enums named {_enum(encoding)}")
    return RegisterMap(bus, blocks, enums)


def on_bus(bus: AddrmapNode) -> Iterator[AddrmapNode | MemNode]:
    """What has an address of its own on the bus, in order."""
    for node in bus.children():
        if not isinstance(node, AddrmapNode | MemNode):
            raise RegisterMapError(f"{node.get_path()}: only addrmap and mem go on the bus")
        yield node


def registers(block: AddrmapNode) -> Iterator[RegNode]:
    """The block's registers, arrays not unrolled."""
    return (node for node in block.children() if isinstance(node, RegNode))


def memories(node: AddrmapNode) -> Iterator[MemNode]:
    """The memories directly inside `node`."""
    return (each for each in node.children() if isinstance(each, MemNode))


def _describe(node: Node | UserEnum) -> str:
    text = node.rdl_desc if isinstance(node, UserEnum) else node.get_property("desc")
    return " ".join((text or "").split())


def _count(reg: RegNode) -> int:
    return reg.n_elements if reg.is_array else 1


def _name(block: AddrmapNode) -> str:
    return str(block.type_name or block.inst_name)


def _enum(encoding: type[UserEnum]) -> str:
    return str(encoding.type_name).removesuffix("_e")


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


# -----------------------------------------------------------------------------
# C
# -----------------------------------------------------------------------------


def c_header(regs: RegisterMap) -> str:
    """The freestanding header: bases, offsets, masks and enumerations."""
    guard = "MOORING_GENERATED_CHIP_REGS_H_"
    out = [*(f"// {line}" for line in (*SPDX, BANNER)), "", "// clang-format off"]
    out += [f"#ifndef {guard}", f"#define {guard}", "", "// Bus"]
    for node in on_bus(regs.bus):
        out.append(f"#define CHIP_{node.inst_name}_BASE 0x{node.absolute_address:08X}u")
        if isinstance(node, MemNode):
            out.append(f"#define CHIP_{node.inst_name}_SIZE {node.size}u")
    for block in regs.blocks:
        prefix = _name(block).upper()
        out += ["", f"// {block.get_property('name')}", f"#define {prefix}_SIZE {block.size}u"]
        for reg in registers(block):
            out += _c_register(prefix, reg)
        for mem in memories(block):
            name = f"{prefix}_{mem.inst_name}"
            out.append(f"#define {name}_OFFSET 0x{mem.raw_address_offset:03X}u")
            out.append(f"#define {name}_SIZE {mem.size}u")
    for name, members in regs.enums.items():
        out += ["", f"typedef enum {name} {{"]
        for each in members:
            if each.value > 0x7FFFFFFF:
                raise RegisterMapError(f"{name}.{each.name}: a C11 enumerator must fit in int")
            comment = f"  // {_describe(each)}" if _describe(each) else ""
            out.append(f"  k{_camel(name)}{_camel(each.name)} = 0x{each.value:X},{comment}")
        out.append(f"}} {name}_t;")
    return "\n".join([*out, "", f"#endif  // {guard}", ""])


def _c_register(prefix: str, reg: RegNode) -> Iterator[str]:
    name = f"{prefix}_{reg.inst_name}"
    yield f"#define {name}_OFFSET 0x{reg.raw_address_offset:03X}u"
    if reg.is_array:
        yield f"#define {name}_COUNT {_count(reg)}u"
        yield f"#define {name}_STRIDE {reg.array_stride}u"
    if reg.get_property("fuse_page") is not None:
        yield f"#define {name}_PAGE {reg.get_property('fuse_page')}u"
    for field in reg.fields():
        mask = ((1 << field.width) - 1) << field.lsb
        yield f"#define {name}_{field.inst_name}_MASK 0x{mask:X}u"
        yield f"#define {name}_{field.inst_name}_SHIFT {field.lsb}u"


# -----------------------------------------------------------------------------
# Linker script
# -----------------------------------------------------------------------------


def linker_map(regs: RegisterMap) -> str:
    """The memories that an image of the boot ROM is linked into."""
    out = [f"/* {SPDX[0]}", f"   {SPDX[1]}", f"   {BANNER} */", "", "MEMORY", "{"]
    for mem in memories(regs.bus):
        rights = "rw" if mem.get_property("sw") == AccessType.rw else "rx"
        place = f"ORIGIN = 0x{mem.absolute_address:08X}, LENGTH = {mem.size}"
        out.append(f"  {mem.inst_name} ({rights}) : {place}")
    return "\n".join([*out, "}", ""])


# -----------------------------------------------------------------------------
# Python
# -----------------------------------------------------------------------------


def python_map(regs: RegisterMap) -> str:
    """The typed map that the models are built on."""
    out = [f"# {line}" for line in (*SPDX, BANNER)]
    out += ["# Over 500 lines because it is one table.", "# fmt: off"]
    out += ['"""The register map of the chip: enumerations, blocks and their places."""', ""]
    out += ["from __future__ import annotations", "", "from enum import IntEnum"]
    out += ["from typing import Final", ""]
    names = "Access, Block, Field, Instance, OnWrite, Register, Window"
    out += [f"from mooring_models._spec import {names}", ""]
    for name, members in regs.enums.items():
        out += ["", f"class {_camel(name)}(IntEnum):", f'    """Values of ``{name}_e``."""', ""]
        out += [f"    {each.name} = 0x{each.value:X}" for each in members]
        out.append("")
    for block in regs.blocks:
        name = _name(block)
        out += ["", f"class {_camel(name)}Regs:", f'    """{block.get_property("name")}."""', ""]
        for reg in registers(block):
            out += _python_register(reg)
        windows = list(memories(block))
        out += [f"    {mem.inst_name}: Final = {_python_window(mem)}" for mem in windows]
        out += [f"    BLOCK: Final = Block({name!r}, {block.size}, (".replace("'", '"')]
        out += [f"        {reg.inst_name}," for reg in registers(block)]
        out += [
            "    ), (" + "".join(f"{mem.inst_name}, " for mem in windows).rstrip(" ") + "))",
            "",
        ]
    out += ["", *(f"{mem.inst_name}: Final = {_python_window(mem)}" for mem in memories(regs.bus))]
    for node in on_bus(regs.bus):
        if isinstance(node, AddrmapNode):
            place = f'"{node.inst_name}", 0x{node.absolute_address:08X}'
            out.append(
                f"{node.inst_name}: Final = Instance({place}, {_camel(_name(node))}Regs.BLOCK)"
            )
    return "\n".join([*out, ""])


def _python_window(mem: MemNode) -> str:
    words = mem.size // 4
    access = ACCESS[mem.get_property("sw")][0]
    return f'Window("{mem.inst_name}", 0x{mem.raw_address_offset:X}, {words}, Access.{access})'


def _python_register(reg: RegNode) -> Iterator[str]:
    place = f'"{reg.inst_name}", 0x{reg.raw_address_offset:X}'
    yield f"    {reg.inst_name}: Final = Register({place}, ("
    for field in reg.fields():
        yield f"        {_python_field(field)},"
    page = reg.get_property("fuse_page")
    extras = [f"count={_count(reg)}"] if reg.is_array else []
    extras += [f"fuse_page={page}"] if page is not None else []
    yield "    )" + "".join(f", {each}" for each in extras) + ")"


def _python_field(field: FieldNode) -> str:
    access = ACCESS[field.get_property("sw")][0]
    parts = [f'"{field.inst_name}"', str(field.lsb), str(field.width), f"Access.{access}"]
    match field.get_property("onwrite"):
        case None:
            pass
        case OnWriteType.woclr:
            parts.append("OnWrite.CLEAR_ONES")
        case OnWriteType.woset:
            parts.append("OnWrite.SET_ONES")
        case other:
            raise RegisterMapError(f"{field.get_path()}: onwrite = {other.name} is not supported")
    match field.get_property("onread"):
        case None:
            pass
        case OnReadType.rclr:
            parts.append("clear_on_read=True")
        case other:
            raise RegisterMapError(f"{field.get_path()}: onread = {other.name} is not supported")
    if field.get_property("reset") is not None:
        parts.append(f"reset=0x{field.get_property('reset'):X}")
    encoding = field.get_property("encode")
    if encoding is not None:
        parts.append(f"encoding={_camel(_enum(encoding))}")
    return f"Field({', '.join(parts)})"


# -----------------------------------------------------------------------------
# Markdown
# -----------------------------------------------------------------------------


def markdown_page(regs: RegisterMap) -> str:
    """The page for people: one table a block and one an enumeration."""
    out = ["<!--", *SPDX, BANNER, "-->", "", "# Registers", ""]
    out += ["All registers are 32 bits wide, little-endian, and accessed as whole words.", ""]
    out += ["## Bus", ""]
    rows = [
        (f"`0x{node.absolute_address:08X}`", f"`{node.inst_name}`", _summary(node))
        for node in on_bus(regs.bus)
    ]
    out += [*_table(("base", "block", "what it is"), rows), ""]
    for block in regs.blocks:
        out += [f"## `{_name(block)}`: {block.get_property('name')}", ""]
        out += [_describe(block), ""] if _describe(block) else []
        out += [
            *_table(("offset", "register", "bits", "access", "reset", "meaning"), _rows(block)),
            "",
        ]
    out += ["## Enumerations", ""]
    for name, members in regs.enums.items():
        values = [(f"`0x{m.value:08X}`", f"`{m.name}`", _describe(m)) for m in members]
        out += [f"### `{name}`", "", *_table(("value", "name", "meaning"), values), ""]
    return "\n".join(out)


def _summary(node: Node) -> str:
    if isinstance(node, MemNode):
        return f"{_describe(node)} {node.size} bytes."
    return str(node.get_property("name"))


def _rows(block: AddrmapNode) -> Iterator[tuple[str, ...]]:
    for reg in registers(block):
        suffix = f"[{_count(reg)}]" if reg.is_array else ""
        page = reg.get_property("fuse_page")
        meaning = " ".join([_describe(reg), *([f"Fuse page {page}."] if page is not None else [])])
        offset = f"`0x{reg.raw_address_offset:03X}`"
        yield offset, f"`{reg.inst_name}{suffix}`", "", "", "", meaning.strip()
        for field in reg.fields():
            bits = f"{field.msb}:{field.lsb}" if field.width > 1 else str(field.lsb)
            yield "", f"`.{field.inst_name}`", bits, _access(field), _reset(field), _meaning(field)
    for mem in memories(block):
        access = ACCESS[mem.get_property("sw")][1]
        name = f"`{mem.inst_name}`"
        meaning = f"{_describe(mem)} {mem.size} bytes."
        yield f"`0x{mem.raw_address_offset:03X}`", name, "", access, "", meaning


def _access(field: FieldNode) -> str:
    words = [ACCESS[field.get_property("sw")][1]]
    for effect in (field.get_property("onwrite"), field.get_property("onread")):
        words += (
            [{"woclr": "w1c", "woset": "one-way", "rclr": "rclr"}[effect.name]] if effect else []
        )
    return " ".join(words)


def _reset(field: FieldNode) -> str:
    reset = field.get_property("reset")
    return "" if reset is None else f"`0x{reset:X}`"


def _meaning(field: FieldNode) -> str:
    encoding = field.get_property("encode")
    link = ""
    if encoding is not None:
        link = f"See [`{_enum(encoding)}`](#{_enum(encoding)})."
    return " ".join(text for text in (_describe(field), link) if text)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


# -----------------------------------------------------------------------------
# Command
# -----------------------------------------------------------------------------


def outputs(source: Path = SOURCE) -> dict[Path, str]:
    """Every generated file, relative to the repository, with its text."""
    regs = load(source)
    return {
        HEADER: c_header(regs),
        LINKER_MAP: linker_map(regs),
        PYTHON_MAP: python_map(regs),
        PAGE: markdown_page(regs),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    log = logging.getLogger("export_registers")
    parser = argparse.ArgumentParser(description="Export chip.rdl to other languages.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on drift")
    parser.add_argument("--source", type=Path, default=SOURCE, help="the SystemRDL file")
    parser.add_argument("--root", type=Path, default=ROOT, help="where the outputs lie")
    options = parser.parse_args(arguments)
    try:
        texts = outputs(options.source)
    except RegisterMapError as error:
        log.error("export_registers: %s", error)
        return 1
    stale = 0
    for name, text in texts.items():
        path = options.root / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if options.check:
            log.error("%s is stale: run make generated", name)
            stale = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            log.info("wrote %s", name)
    return stale


if __name__ == "__main__":
    sys.exit(main())
