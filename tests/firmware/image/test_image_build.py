# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The same sources give the same images anywhere, and other sources do not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mooring_firmware import images

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = Path("firmware/python/mooring_firmware/images")
SUFFIXES: Final = (".bin", ".elf", ".sha384", ".json")


@pytest.fixture(autouse=True)
def compiler() -> None:
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("ziglang is not installed")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The firmware's sources in another folder, whose name has a blank."""
    copy = tmp_path / "another place" / "firmware"
    shutil.copytree(ROOT / "firmware", copy, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    return copy


def run(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the copy's build, with the installed package for what it reads ELF files with."""
    command = [sys.executable, str(tree / "build_rom.py"), *arguments]
    return subprocess.run(
        command,
        cwd=tree.parent,
        env=os.environ | environment,
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )


def test_image_is_the_same_from_another_folder_home_and_locale(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "nobody's home"
    home.mkdir()
    shutil.rmtree(tree.parent / FOLDER)

    done = run(
        tree,
        "--out",
        str(tmp_path / "out"),
        HOME=str(home),
        XDG_CACHE_HOME=str(home / "cache"),
        ZIG_GLOBAL_CACHE_DIR=str(home / "zig"),
        LC_ALL="tr_TR.UTF-8",
        TZ="Asia/Kathmandu",
        SOURCE_DATE_EPOCH="1",
    )

    assert done.returncode == 0, done.stderr
    for name in (images.SHIPPED, "mooring-rom-rv32imc-naive"):
        for suffix in SUFFIXES:
            made = (tmp_path / "out" / (name + suffix)).read_bytes()
            assert made == (ROOT / FOLDER / (name + suffix)).read_bytes(), name + suffix
    assert list(home.rglob("*")) == []


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def changed_source(tree: Path) -> None:
    edit(tree / "rom" / "console.c", "'\\r'", "' '")


def large_constant(tree: Path) -> None:
    edit(
        tree / "rom" / "error.c",
        "enum {\n  kWordCount",
        "__attribute__((used, retain)) const uint8_t kLarge[8192] = {1};\n\nenum {\n  kWordCount",
    )


def deep_stack(tree: Path) -> None:
    # The ROM is full: words that nobody reads make room for what is planted.
    edit(tree / "rom" / "rom.c", '"shutdown: "', '""')
    edit(tree / "rom" / "nonce.c", '"nonce drawn"', '""')
    edit(
        tree / "rom" / "rom.c",
        "  rom->waiting = 0;\n",
        "  rom->waiting = 0;\n  volatile uint8_t deep[8192];\n  deep[rom->slot] = 0;\n",
    )


def writable_data(tree: Path) -> None:
    edit(
        tree / "rom" / "error.c",
        "enum {\n  kWordCount",
        "__attribute__((used, retain)) uint8_t g_state = 1;\n\nenum {\n  kWordCount",
    )


def hosted_call(tree: Path) -> None:
    edit(tree / "rom" / "rom.c", "  rom->waiting = 0;\n", "  rom->waiting = puts();\n")
    edit(tree / "rom" / "rom.c", "void rom_init(", "uint32_t puts(void);\n\nvoid rom_init(")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (changed_source, "mooring-rom-rv32imc.bin is stale"),
        (large_constant, "will not fit in region 'ROM'"),
        (deep_stack, "state and stack exceed RAM"),
        (writable_data, "initialised data"),
        (hosted_call, "undefined symbol: puts"),
    ],
)
def test_check_finds(change: Callable[[Path], None], complaint: str, tree: Path) -> None:
    change(tree)

    done = run(tree, "--check", "--only", images.SHIPPED)

    assert done.returncode == 1
    assert complaint in done.stdout + done.stderr
