# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Builds the boot ROM's RV32IMC images with the pinned compiler of the ``ziglang`` package.

An image is four committed files in ``mooring_firmware/images``: ``NAME.bin``, the bytes of
the ROM from its first; ``NAME.elf``, the same with symbols and line numbers;
``NAME.sha384``, the digest of the first, as sha384sum writes and checks it; and
``NAME.json``, what it takes of ROM, RAM and stack.  The same figures of the shipped one are
the tables of ``README.md`` between two markers.

The compiler's and the linker's own front ends are called, with nothing of this machine on
their command lines: sources are named relative to ``firmware/``, and there is no cache.
So the same sources give the same bytes in any folder.

Usage: ``python firmware/build_rom.py [--check] [--out DIR] [--only NAME]``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mooring_firmware.images._elf import Elf, ElfError
from rom_report import Report, ReportError, measure

FIRMWARE: Final = Path(__file__).resolve().parent
IMAGES: Final = FIRMWARE / "python" / "mooring_firmware" / "images"

PAGE: Final = FIRMWARE / "README.md"
BEGIN, END = "<!-- begin: written by build_rom.py -->", "<!-- end: written by build_rom.py -->"

SCRIPT: Final = "hal/rv32/image.ld"
SCRIPT_FOLDERS: Final = ("hal/rv32/generated",)

TARGET: Final = ("--target=riscv32-unknown-none-elf", "-march=rv32imc", "-mabi=ilp32")
COMPILE: Final = (
    *TARGET,
    "-std=c11",
    "-Oz",
    # Outlined code would take checks out of the function that they guard, for 0.3 % of bytes.
    "-mno-outline",
    "-ffreestanding",
    "-nostdinc",
    "-msave-restore",
    "-mrelax",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-asynchronous-unwind-tables",
    # For the stack's report: a section that is not loaded, and no jump but to a function
    # that goes through a register.
    "-fstack-size-section",
    "-fno-jump-tables",
    # Lines, so that a fault can be shown in its source; named from firmware/.
    "-gdwarf-4",
    "-gline-tables-only",
    "-ffile-compilation-dir=firmware",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Werror",
)
# Optimisation level 2 of the linker lets strings share their ends.
LINK: Final = (
    *("-m", "elf32lriscv", "-O2", "--gc-sections", "--build-id=none", "--fatal-warnings", "-X"),
)


@dataclass(frozen=True)
class Part:
    """A folder of sources, sub-folders included.

    Attributes:
        folder: relative to ``firmware/``.
        options: what they need beyond `COMPILE`.
        hosted: sub-folders for hosts only, which a ROM leaves out.
        fast: those of them where time counts more than bytes.
    """

    folder: str
    options: tuple[str, ...] = ()
    hosted: frozenset[str] = frozenset()
    fast: frozenset[str] = frozenset()

    def sources(self) -> list[str]:
        """C and assembly, relative to ``firmware/``, in a stable order."""
        folder = FIRMWARE / self.folder
        found = [path.relative_to(folder) for path in folder.rglob("*.[cS]")]
        return sorted(
            f"{self.folder}/{path.as_posix()}" for path in found if path.parts[0] not in self.hosted
        )

    def options_of(self, source: str) -> tuple[str, ...]:
        """What `source` is compiled with beyond `COMPILE`; the last level counts."""
        return (*self.options, *(("-Os",) if source in self.fast else ()))


@dataclass(frozen=True)
class Image:
    """One program that the CPU can leave reset with.

    Attributes:
        name: of its files.
        parts: what it is linked from.
        replaced: sources left out, since another part has its own of them.
        include: folders searched before the ordinary ones, relative to ``firmware/``.
        defines: options that decide what is compiled.
    """

    name: str
    parts: tuple[Part, ...]
    replaced: frozenset[str] = frozenset()
    include: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()


# How a host chooses and accelerates; the core works without.
HOSTED: Final = frozenset({"backends", "prepared", "x86_64"})
# Less is inlined: -Oz does not reckon with calls that the linker makes shorter.
CALLING: Final = ("-mllvm", "-inline-threshold=-20")
# What else -Oz does for speed where this code has nothing to gain from it.
SMALL: Final = (
    *CALLING,
    # A loop keeps one index instead of a running offset for each member that it touches.
    *("-mllvm", "-lsr-exp-narrow"),
    # Instructions and blocks stay in the order of the source: reordering them costs
    # registers, copies and jumps.
    *("-mllvm", "-enable-misched=false"),
    *("-mllvm", "-disable-block-placement"),
)


def _parts(flags: tuple[str, ...]) -> tuple[Part, ...]:
    """All of the ROM, its parsers and its machine compiled with `flags`."""
    return (
        Part("core", hosted=HOSTED, fast=frozenset({"core/ed25519/fe32.c"})),
        Part("token", flags),
        Part("link", flags),
        Part("rom", flags),
        Part("hal/rv32"),
    )


PARTS: Final = _parts(SMALL)
SHIPPED: Final = Image("mooring-rom-rv32imc", PARTS)
IMAGES_BUILT: Final = (
    SHIPPED,
    # The control of fault campaigns: it decides once, by one branch, and must be found open.
    # Blocks are placed as the compiler likes: in the order of the source a branch that is
    # skipped falls into the refusal.
    Image(
        "mooring-rom-rv32imc-naive",
        (*_parts(CALLING), Part("naive", CALLING)),
        replaced=frozenset({"core/memory/hardened.c", "rom/licence.c"}),
        include=("naive/include",),
    ),
)


class BuildError(Exception):
    """The image did not compile or link, or the compiler is not installed."""


def _zig() -> tuple[str, Path]:
    """The compiler's program and its folder of headers."""
    spec = importlib.util.find_spec("ziglang")
    if spec is None or spec.origin is None:
        raise BuildError("the package ziglang is not installed: `make env-dev` does it")
    folder = Path(spec.origin).parent
    return str(folder / "zig"), folder / "lib" / "include"


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(  # noqa: S603 - the compiler and our own arguments
        command, cwd=FIRMWARE, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def _compile(image: Image, folder: Path) -> list[str]:
    """Compiles every source into `folder`; returns the objects in a stable order."""
    zig, headers = _zig()
    include = [*image.include, "include", ".", "include/freestanding"]
    jobs: list[tuple[list[str], str]] = []
    for part in image.parts:
        search = [f"-I{name}" for name in (*include, part.folder)]
        for source in part.sources():
            if source in image.replaced:
                continue
            target = str(folder / _object(source))
            options = [*COMPILE, *part.options_of(source), *image.defines, *search]
            command = [zig, "clang", *options, "-isystem", str(headers)]
            jobs.append(([*command, "-c", source, "-o", target], target))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(_run, (command for command, _ in jobs)))
    return [target for _, target in jobs]


@dataclass(frozen=True)
class Built:
    """What building an image gives: contents of its files by suffix, and its figures."""

    files: Mapping[str, bytes]
    report: Report


def build(image: Image) -> Built:
    """Compiles, links and measures `image`.

    Raises:
        BuildError: a source did not compile, the image did not link, or it does not fit.
    """
    with tempfile.TemporaryDirectory(prefix="mooring-rom-") as name:
        scratch = Path(name)
        objects = _compile(image, scratch)
        linked, listing = scratch / "image.elf", scratch / "image.map"
        zig, _ = _zig()
        search = [f"-L{each}" for each in SCRIPT_FOLDERS]
        inputs = ["-T", SCRIPT, *objects]
        outputs = ["-Map", str(listing), "-o", str(linked)]
        _run([zig, "ld.lld", *LINK, *search, *inputs, *outputs])
        content = linked.read_bytes()
        linker_map = listing.read_text(encoding="utf-8")
    try:
        elf = Elf(content)
        report = measure(elf, _named(linker_map, scratch))
    except (ElfError, ReportError) as error:
        raise BuildError(str(error)) from error
    binary = elf.rom()
    digest = f"{hashlib.sha384(binary).hexdigest()}  {image.name}.bin\n"
    files = {
        ".bin": binary,
        ".elf": content,
        ".sha384": digest.encode("ascii"),
        ".json": report.json().encode("ascii"),
    }
    return Built(files, report)


def _object(source: str) -> str:
    return source.replace("/", "__") + ".o"


def _named(linker_map: str, folder: Path) -> str:
    """The map with sources in place of the objects in `folder`."""
    objects = re.escape(f"{folder}/") + r"(\S+)\.o:\("
    return re.sub(objects, lambda at: at[1].replace("__", "/") + ":(", linker_map)


def _outputs(image: Image, built: Built, folder: Path) -> Mapping[Path, bytes]:
    """Every file that `image` is committed as, with its content."""
    files = {folder / f"{image.name}{kind}": content for kind, content in built.files.items()}
    if folder == IMAGES and image is SHIPPED:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        table = "\n".join([BEGIN, "", *built.report.markdown(), "", END])
        files[PAGE] = (before + table + after).encode("utf-8")
    return files


def _write(files: Mapping[Path, bytes], check: bool) -> int:
    """Writes what differs, or with `check` names it; returns how many that are."""
    stale = 0
    for path, content in files.items():
        if path.is_file() and path.read_bytes() == content:
            continue
        stale += 1
        if check:
            print(f"{path.name} is stale: run make firmware")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return stale


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the boot ROM's RV32IMC images.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on drift")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder for the images")
    parser.add_argument("--only", choices=[each.name for each in IMAGES_BUILT])
    options = parser.parse_args(arguments)
    status = 0
    for image in IMAGES_BUILT:
        if options.only not in (None, image.name):
            continue
        try:
            built = build(image)
        except BuildError as error:
            print(f"build_rom: {image.name}: {error}", file=sys.stderr)
            return 1
        if _write(_outputs(image, built, options.out), options.check) and options.check:
            status = 1
        if not options.check:
            print("\n".join([f"{image.name}", *built.report.lines(), ""]))
    return status


if __name__ == "__main__":
    sys.exit(main())
