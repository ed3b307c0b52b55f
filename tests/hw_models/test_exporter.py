# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The exporter: its outputs are fresh, agree with the source, and bad sources are refused."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from mooring_models import _regs
from mooring_models._spec import Instance

pytest.importorskip("systemrdl", reason="systemrdl-compiler is a development dependency")

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = ROOT / "hw_models" / "export_registers.py"
SOURCE: Final = (ROOT / "hw_models" / "chip.rdl").read_text(encoding="utf-8")
HEADER: Final = ROOT / "firmware/include/mooring/generated/chip_regs.h"


@pytest.fixture(scope="module")
def exporter() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("export_registers", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["export_registers"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def defines() -> dict[str, int]:
    """Every numeric macro of the committed header."""
    pattern = re.compile(r"#define (\w+) (0x[0-9A-F]+|\d+)u")
    text = HEADER.read_text(encoding="utf-8")
    return {name: int(value, 0) for name, value in pattern.findall(text)}


def write(folder: Path, text: str) -> Path:
    path = folder / "bad.rdl"
    path.write_text(text, encoding="utf-8")
    return path


def test_committed_outputs_are_what_the_source_gives(exporter: ModuleType) -> None:
    assert exporter.main(["--check"]) == 0


def test_check_reports_each_file_that_drifted(
    exporter: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert exporter.main(["--root", str(tmp_path)]) == 0
    stale = tmp_path / "docs" / "registers.md"
    stale.write_text(stale.read_text(encoding="utf-8") + "edited\n", encoding="utf-8")
    caplog.clear()

    assert exporter.main(["--root", str(tmp_path), "--check"]) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "docs/registers.md is stale: run make generated"
    ]


def test_header_has_every_base_address_of_the_source(defines: dict[str, int]) -> None:
    bus = SOURCE[SOURCE.index("addrmap chip {") :]
    placed = re.findall(r"(\w+)\s+@ 0x(4[0-9A-F]{7});", bus)

    assert len(placed) == 12
    assert {name: defines[f"CHIP_{name}_BASE"] for name, _ in placed} == {
        name: int(value, 16) for name, value in placed
    }


def test_header_has_every_register_offset_of_the_source(defines: dict[str, int]) -> None:
    for block, body in re.findall(r"\naddrmap (\w+) \{(.*?)\n\};", SOURCE, re.DOTALL):
        placed = re.findall(r"\b([A-Z][A-Z_]+)(?:\[\d+\])? @ 0x([0-9A-F]+);", body)
        for name, offset in placed:
            if block != "chip":
                assert defines[f"{block.upper()}_{name}_OFFSET"] == int(offset, 16)


def test_python_map_and_header_say_the_same(defines: dict[str, int]) -> None:
    instances = [each for each in vars(_regs).values() if isinstance(each, Instance)]
    assert len(instances) == 12
    for instance in instances:
        assert defines[f"CHIP_{instance.name}_BASE"] == instance.base
        for register in instance.block.registers:
            name = f"{instance.block.name.upper()}_{register.name}"
            assert defines[f"{name}_OFFSET"] == register.offset
            assert defines.get(f"{name}_COUNT", 1) == register.count
            for field in register.fields:
                assert defines[f"{name}_{field.name}_MASK"] == field.mask
                assert defines[f"{name}_{field.name}_SHIFT"] == field.lsb


def test_header_compiles_freestanding_without_a_warning() -> None:
    program = '#include "mooring/generated/chip_regs.h"\nint probe(void);\n'
    program += "int probe(void) { return (int)kGateStateOpen; }\n"
    flags = ["-std=c11", "-ffreestanding", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion"]
    command = ["gcc", *flags, "-Werror", f"-I{ROOT / 'firmware/include'}", "-fsyntax-only"]

    done = subprocess.run(
        [*command, "-xc", "-"], input=program, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("addrmap trng {", "addrmap trng {{"), "syntax|extraneous|mismatched|Unexpected"),
        (("field { sw = r; } WORD[32]; } DATA", "field { sw = w1; } WORD[32]; } DATA"), "sw = w1"),
        (("OPEN   = 32'h32899387", "OPEN   = 32'hF2899387"), "must fit in int"),
        (("MEASUREMENT[12] @ 0x00", "MEASUREMENT[12] @ 0x00 += 8"), "must be consecutive"),
        (('onread = rclr; desc = "Overrun', 'onread = rset; desc = "Overrun'), "rset"),
        (("enum nvram_key_e", "enum program_key_e"), "program_key"),
        (("ROMCTRL  @ 0x40000000", "ROMCTRL  @ 0x40001000"), "overlap"),
    ],
)
def test_bad_source_is_refused_and_nothing_written(
    exporter: ModuleType,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    change: tuple[str, str],
    complaint: str,
) -> None:
    text = SOURCE.replace(*change)
    assert text != SOURCE
    if "program_key_e" in change[1]:
        text = text.replace("encode = nvram_key_e", "encode = program_key_e")
    out = tmp_path / "out"

    assert exporter.main(["--source", str(write(tmp_path, text)), "--root", str(out)]) == 1
    assert re.search(complaint, caplog.text)
    assert not out.exists()


def test_missing_source_is_named(exporter: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(exporter.RegisterMapError, match=r"nowhere\.rdl: no such file"):
        exporter.load(tmp_path / "nowhere.rdl")
