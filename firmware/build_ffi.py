# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Compiles the firmware for this machine into the cffi extensions of ``mooring_firmware``.

Two extension modules come out of one set of sources:

``_native``
    every part (core, token, link, rom) and the host HAL: the boot ROM of a chip.
``_native32``
    the verification core alone, built as a 32-bit target would see it, so that the
    arithmetic that runs on RV32 meets the same tests on every machine.

The Python side of each part is declared in ``python/cdef/PART.h``; a part without
sources or without a fragment is not bound.  Callbacks must be declared ``extern "Python+C"``,
because it is the HAL's objects that call them and not cffi's generated source.

Usage: ``python firmware/build_ffi.py [--out DIR] [--if-stale] [--only NAME] [--sanitize]
[--mutation] [--coverage] [--objects DIR]``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cffi import FFI, CDefError, VerificationError

FIRMWARE: Final = Path(__file__).resolve().parent
PACKAGE: Final = FIRMWARE / "python" / "mooring_firmware"
CDEF: Final = FIRMWARE / "python" / "cdef"
INCLUDE: Final = FIRMWARE / "include"

WARNINGS: Final = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")
COMMON_FLAGS: Final = ("-std=c11", "-fPIC", "-fvisibility=hidden", "-g1", *WARNINGS)
# With it the refusals of token, link and rom can be switched off one at a time.
MUTATION_FLAGS: Final = ("-DMOORING_MUTATION=1",)
MUTATION_FRAGMENT: Final = "mutation.h"
SANITIZE_FLAGS: Final = (
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
    "-fno-omit-frame-pointer",
)
COVERAGE_FLAGS: Final = ("--coverage",)
LINK_FLAGS: Final = (SANITIZE_FLAGS[0], COVERAGE_FLAGS[0])


@dataclass(frozen=True)
class Part:
    """One folder of C sources that is compiled with its own flags.

    Attributes:
        name: the folder, relative to ``firmware/``; also names the cdef fragment.
        fragment: the file under ``python/cdef`` that declares the part to Python.
        optimise: the optimisation level of the host build.
        recursive: whether sub-folders belong to the part.
    """

    name: str
    fragment: str
    optimise: str = "-O2"
    recursive: bool = True

    def sources(self) -> list[Path]:
        """The part's C files, in a stable order; none if the folder is absent."""
        pattern = "**/*.c" if self.recursive else "*.c"
        return sorted((FIRMWARE / self.name).glob(pattern))


@dataclass(frozen=True)
class Extension:
    """One extension module: which parts it links, and the options they see."""

    name: str
    parts: tuple[Part, ...]
    defines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variant:
    """What a build has beyond the ordinary one."""

    sanitize: bool = False
    mutation: bool = False
    coverage: bool = False

    @property
    def defines(self) -> tuple[str, ...]:
        """Options that decide what is compiled."""
        measurement = f'-DMOORING_SOURCE_MEASUREMENT="{source_measurement()}"'
        return (measurement, *(MUTATION_FLAGS if self.mutation else ()))

    @property
    def instrumentation(self) -> tuple[str, ...]:
        """Options that decide how it is compiled."""
        return (
            *(SANITIZE_FLAGS if self.sanitize else ()),
            *(COVERAGE_FLAGS if self.coverage else ()),
        )

    @property
    def libraries(self) -> list[str]:
        """What the instrumented objects are linked with."""
        return [flag for flag in self.instrumentation if flag in LINK_FLAGS]

    def level(self, part: Part) -> str:
        """The optimisation level: instrumented code is to be read in a report."""
        return "-O1" if self.instrumentation else part.optimise


ORDINARY: Final = Variant()


# The core is what benchmarks measure, so it alone is built for speed.
CORE: Final = Part("core", "core.h", optimise="-O3")
EXTENSIONS: Final = (
    Extension(
        "_native",
        (
            CORE,
            Part("token", "token.h"),
            Part("link", "link.h"),
            Part("rom", "rom.h"),
            Part("hal/host", "hal.h", recursive=False),
        ),
    ),
    Extension(
        "_native32",
        (CORE,),
        defines=("-DMOORING_FORCE_32BIT=1", "-DMOORING_ED25519_BASE_WINDOW=5"),
    ),
)


class BuildError(Exception):
    """The firmware did not compile, or what it linked cannot be loaded."""


def input_files() -> list[Path]:
    """Every file whose content decides what the extensions are."""
    headers = [
        path for path in FIRMWARE.rglob("*") if path.suffix in {".c", ".h"} and path.is_file()
    ]
    return sorted({*headers, Path(__file__).resolve()})


def input_digest() -> str:
    """SHA-256 over the names and contents of all inputs, as hexadecimal digits.

    It is compiled into each extension as ``MOORING_BUILD_INPUTS``; comparing the two
    tells whether a loaded extension is the source in front of the reader.  Contents
    and not modification times, so that a check-out or a deleted file is noticed too.
    """
    digest = hashlib.sha256()
    for path in input_files():
        digest.update(str(path.relative_to(FIRMWARE)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def source_measurement() -> str:
    """SHA-384 over the names and contents of the freestanding sources, as hexadecimal digits.

    The native back end has no ROM image to hash; this stands for it where the firmware
    reports its measurement.  Neither the binding nor the host HAL is part of it.
    """
    digest = hashlib.sha384()
    for folder in ("core", "include", "link", "rom", "token"):
        for path in sorted((FIRMWARE / folder).rglob("*.[ch]")):
            digest.update(path.relative_to(FIRMWARE).as_posix().encode() + b"\0")
            digest.update(hashlib.sha384(path.read_bytes()).digest())
    return digest.hexdigest()


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(  # noqa: S603 - the compiler and our own arguments
        [str(word) for word in command], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def _compile(extension: Extension, variant: Variant, folder: Path) -> list[str]:
    """Compiles every source of `extension` into `folder`; returns the object files."""
    compiler = os.environ.get("CC", "gcc").split()
    jobs: list[tuple[list[str | Path], Path]] = []
    for part in extension.parts:
        for source in part.sources():
            target = folder / ("__".join(source.relative_to(FIRMWARE).parts) + ".o")
            flags: list[str | Path] = [
                *COMMON_FLAGS,
                variant.level(part),
                *variant.instrumentation,
                *variant.defines,
                *extension.defines,
                f"-I{INCLUDE}",
                f"-I{FIRMWARE}",
                f"-I{FIRMWARE / part.name}",
            ]
            jobs.append(([*compiler, *flags, "-c", source, "-o", target], target))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(_run, (command for command, _ in jobs)))
    return [str(target) for _, target in jobs]


def _declarations(extension: Extension, variant: Variant) -> str:
    fragments = [CDEF / part.fragment for part in extension.parts if part.sources()]
    if variant.mutation and len(extension.parts) > 1:
        fragments.append(CDEF / MUTATION_FRAGMENT)
    texts = [path.read_text(encoding="utf-8") for path in fragments if path.is_file()]
    return "\n".join([*texts, "static char *const MOORING_BUILD_INPUTS;"])


def _preamble(digest: str) -> str:
    headers = sorted((INCLUDE / "mooring").glob("*.h"))
    lines = [f'#include "{path.relative_to(INCLUDE).as_posix()}"' for path in headers]
    lines.append(f'static char *const MOORING_BUILD_INPUTS = "{digest}";')
    return "\n".join(lines)


def _probe(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Loads extension `name` from `folder` in a new process and prints its digest."""
    program = (
        "import importlib.util as u, sys\n"
        "s = u.spec_from_file_location(sys.argv[1], sys.argv[2])\n"
        "m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        "print(m.ffi.string(m.lib.MOORING_BUILD_INPUTS).decode())\n"
    )
    target = folder / (name + _suffix())
    return subprocess.run(  # noqa: S603 - this interpreter and our own arguments
        [sys.executable, "-c", program, name, str(target)],
        capture_output=True,
        text=True,
        check=False,
    )


def _suffix() -> str:
    return str(sysconfig.get_config_var("EXT_SUFFIX"))


def is_fresh(extension: Extension, folder: Path, digest: str) -> bool:
    """Whether `folder` holds `extension` built from exactly the present inputs."""
    if not (folder / (extension.name + _suffix())).is_file():
        return False
    return _probe(folder, extension.name).stdout.strip() == digest


def build(
    extension: Extension,
    folder: Path,
    variant: Variant = ORDINARY,
    objects_folder: Path | None = None,
) -> Path:
    """Builds one extension module into `folder` and returns its path.

    The objects go to `objects_folder`, where a coverage build finds its notes again;
    without one, to a temporary folder.

    The old module is replaced in one step, and only by one that loads, so that a
    broken source leaves the last good build in place.

    Raises:
        BuildError: a source did not compile, or the linked module does not load.
    """
    digest = input_digest()
    with tempfile.TemporaryDirectory(prefix="mooring-ext-") as name:
        scratch = Path(name)
        objects_folder = (objects_folder or scratch) / extension.name
        objects_folder.mkdir(parents=True, exist_ok=True)
        objects = _compile(extension, variant, objects_folder)
        ffi = FFI()
        try:
            ffi.cdef(_declarations(extension, variant))
        except CDefError as error:
            raise BuildError(f"cdef fragments of {extension.name}: {error}") from error
        ffi.set_source(
            extension.name,
            _preamble(digest),
            include_dirs=[str(INCLUDE), str(FIRMWARE)],
            extra_objects=objects,
            # The options decide the layout of types, so cffi's own source needs them too.
            extra_compile_args=[
                "-fvisibility=hidden",
                *variant.defines,
                *extension.defines,
                *(SANITIZE_FLAGS if variant.sanitize else ()),
            ],
            extra_link_args=variant.libraries,
        )
        try:
            module = Path(ffi.compile(tmpdir=str(scratch)))
        except VerificationError as error:  # the compiler has already said why
            raise BuildError(f"the binding of {extension.name} does not compile") from error
        if not variant.sanitize:  # a sanitized module loads only under its preloaded run time
            probe = _probe(scratch, extension.name)
            if probe.returncode != 0:
                raise BuildError(f"{module.name} does not load:\n{probe.stderr}")
        folder.mkdir(parents=True, exist_ok=True)
        staged = folder / f".{module.name}.{os.getpid()}"
        shutil.copy2(module, staged)
        return staged.replace(folder / module.name)


def build_all(folder: Path) -> list[Path]:
    """Builds every extension module into `folder`."""
    return [build(extension, folder) for extension in EXTENSIONS]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the firmware's Python extensions.")
    parser.add_argument("--out", type=Path, default=PACKAGE, help="folder for the modules")
    parser.add_argument("--only", choices=[each.name for each in EXTENSIONS])
    parser.add_argument("--if-stale", action="store_true", help="do nothing if up to date")
    parser.add_argument("--sanitize", action="store_true", help="with ASan and UBSan")
    parser.add_argument("--mutation", action="store_true", help="with switchable refusals")
    parser.add_argument("--coverage", action="store_true", help="counting the lines that run")
    parser.add_argument("--objects", type=Path, help="folder for the object files")
    options = parser.parse_args(arguments)
    variant = Variant(options.sanitize, options.mutation, options.coverage)
    digest = input_digest()
    for extension in EXTENSIONS:
        if options.only not in (None, extension.name):
            continue
        if options.if_stale and is_fresh(extension, options.out, digest):
            continue
        try:
            module = build(extension, options.out, variant, options.objects)
        except BuildError as error:
            print(f"build_ffi: {extension.name}: {error}", file=sys.stderr)
            return 1
        print(f"built {module.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
