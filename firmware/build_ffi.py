# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Compiles the project's C for this machine into cffi extensions.

Two extension modules of ``mooring_firmware`` come out of the firmware's sources:

``_native``
    every part (core, token, link, rom) and the host HAL: the boot ROM of a chip.
``_native32``
    the verification core alone, built as a 32-bit target would see it (and so without
    accelerated back ends), so that the
    arithmetic that runs on RV32 meets the same tests on every machine.

One of ``mooring_models.cpu.rv32`` comes out of the sources beside it:

``_rv32``
    the interpreter that executes the RV32IMC image of the same firmware.

The Python side of each part is declared in the fragments it names; a part without
sources or without a fragment is not bound.  Callbacks must be declared ``extern "Python+C"``
where it is the part's objects that call them and not cffi's generated source.

Usage: ``python firmware/build_ffi.py [--out DIR] [--if-stale] [--only NAME] [--sanitize]
[--mutation] [--coverage] [--objects DIR]``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
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

ROOT: Final = Path(__file__).resolve().parent.parent
SUFFIXES: Final = frozenset({".c", ".h", ".cdef"})

WARNINGS: Final = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")
COMMON_FLAGS: Final = ("-std=c11", "-fPIC", "-fvisibility=hidden", "-g1", *WARNINGS)
# With it the refusals of token, link and rom can be switched off one at a time.
MUTATION_FLAGS: Final = ("-DMOORING_MUTATION=1",)
SANITIZE_FLAGS: Final = (
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
    "-fno-omit-frame-pointer",
)
COVERAGE_FLAGS: Final = ("--coverage",)
LINK_FLAGS: Final = (SANITIZE_FLAGS[0], COVERAGE_FLAGS[0])


@dataclass(frozen=True)
class Tree:
    """C sources that belong together, and the package that their extensions join.

    Attributes:
        folder: where the sources are; all below it decides what the extensions are.
        include: the folder of the headers that others include.
        headers: those that the binding sees, a pattern below `include`.
        cdef: the folder of the fragments that declare the parts to Python.
        import_root: the folder that Python finds the package in.
        package: the package's name, with dots.
        measured: whether its own measurement is compiled in.
    """

    folder: Path
    include: Path
    headers: str
    cdef: Path
    import_root: Path
    package: str
    measured: bool = False

    def package_folder(self, out: Path | None = None) -> Path:
        """The package below `out`, or below its import root."""
        return (out or self.import_root).joinpath(*self.package.split("."))

    def input_files(self) -> list[Path]:
        """Every file whose content decides what the extensions are."""
        found = [
            path for path in self.folder.rglob("*") if path.suffix in SUFFIXES and path.is_file()
        ]
        return sorted({*found, Path(__file__).resolve()})

    def input_digest(self) -> str:
        """SHA-256 over the names and contents of all inputs, as hexadecimal digits.

        It is compiled into each extension as ``MOORING_BUILD_INPUTS``; comparing the two
        tells whether a loaded extension is the source in front of the reader.  Contents
        and not modification times, so that a check-out or a deleted file is noticed too.
        """
        digest = hashlib.sha256()
        for path in self.input_files():
            digest.update(os.path.relpath(path, self.folder).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Part:
    """One folder of C sources that is compiled with its own flags.

    Attributes:
        name: the folder, relative to its tree's.
        fragments: the files of the tree's cdef folder that declare the part to Python.
        optimise: the optimisation level of the host build.
        recursive: whether sub-folders belong to the part.
        headers: its own headers, relative to the part, that the fragments need.
        uses: other parts whose own headers it includes.
    """

    name: str
    fragments: tuple[str, ...]
    optimise: str = "-O2"
    recursive: bool = True
    headers: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()

    def sources(self, tree: Tree) -> list[Path]:
        """The part's C files, in a stable order; none if the folder is absent."""
        pattern = "**/*.c" if self.recursive else "*.c"
        return sorted((tree.folder / self.name).glob(pattern))


@dataclass(frozen=True)
class Extension:
    """One extension module: which parts it links, and the options they see.

    Attributes:
        tree: whose package it joins.
        name: the module's.
        parts: what it is linked from.
        defines: options for all of them.
        mutation_fragment: declares what a build with switchable refusals has more.
    """

    tree: Tree
    name: str
    parts: tuple[Part, ...]
    defines: tuple[str, ...] = ()
    mutation_fragment: str | None = None

    def module(self, out: Path | None = None) -> Path:
        """The compiled module, below `out` or in its own package."""
        return self.tree.package_folder(out) / (self.name + _suffix())


@dataclass(frozen=True)
class Variant:
    """What a build has beyond the ordinary one."""

    sanitize: bool = False
    mutation: bool = False
    coverage: bool = False

    def defines(self, extension: Extension) -> tuple[str, ...]:
        """Options that decide what is compiled."""
        measurement = f'-DMOORING_SOURCE_MEASUREMENT="{source_measurement()}"'
        return (
            *((measurement,) if extension.tree.measured else ()),
            *(MUTATION_FLAGS if self.mutation else ()),
            *extension.defines,
        )

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


FIRMWARE: Final = Tree(
    folder=ROOT / "firmware",
    include=ROOT / "firmware" / "include",
    headers="mooring/*.h",
    cdef=ROOT / "firmware" / "python" / "cdef",
    import_root=ROOT / "firmware" / "python",
    package="mooring_firmware",
    measured=True,
)
_RV32: Final = ROOT / "hw_models" / "mooring_models" / "cpu" / "rv32"
RV32: Final = Tree(
    folder=_RV32,
    include=_RV32,
    headers="rv32.h",
    cdef=_RV32,
    import_root=ROOT / "hw_models",
    package="mooring_models.cpu.rv32",
)

# What benchmarks measure is built for speed.
CORE: Final = Part(
    "core",
    ("core.h", "prepared.h"),
    optimise="-O3",
    headers=(
        "backends/backend.h",
        "prepared/prepared.h",
        "prepared/probe.h",
        "x86_64/cpu.h",
        "x86_64/probe_ifma.h",
        "x86_64/probe_lanes.h",
    ),
)
EXTENSIONS: Final = (
    Extension(
        FIRMWARE,
        "_native",
        (
            CORE,
            Part("token", ("token.h",)),
            Part("verifier", ("verifier.h",), uses=("core",)),
            Part("link", ("link.h",)),
            Part("rom", ("rom.h",)),
            Part("hal/host", ("hal.h",), recursive=False),
        ),
        mutation_fragment="mutation.h",
    ),
    Extension(
        FIRMWARE,
        "_native32",
        (CORE,),
        defines=("-DMOORING_FORCE_32BIT=1", "-DMOORING_ED25519_BASE_WINDOW=5"),
    ),
    # Its header is plain enough to be its own declaration.
    Extension(RV32, "_rv32", (Part(".", ("rv32.h", "callbacks.cdef"), optimise="-O3"),)),
)


class BuildError(Exception):
    """The firmware did not compile, or what it linked cannot be loaded."""


def source_measurement() -> str:
    """SHA-384 over the names and contents of the freestanding sources, as hexadecimal digits.

    The native back end has no ROM image to hash; this stands for it where the firmware
    reports its measurement.  Neither the binding nor the host HAL is part of it.
    """
    digest = hashlib.sha384()
    for folder in ("core", "include", "link", "rom", "token"):
        for path in sorted((FIRMWARE.folder / folder).rglob("*.[ch]")):
            digest.update(path.relative_to(FIRMWARE.folder).as_posix().encode() + b"\0")
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
    tree = extension.tree
    jobs: list[tuple[list[str | Path], Path]] = []
    for part in extension.parts:
        for source in part.sources(tree):
            target = folder / ("__".join(source.relative_to(tree.folder).parts) + ".o")
            flags: list[str | Path] = [
                *COMMON_FLAGS,
                variant.level(part),
                *variant.instrumentation,
                *variant.defines(extension),
                f"-I{tree.include}",
                f"-I{tree.folder}",
                f"-I{tree.folder / part.name}",
                *(f"-I{tree.folder / name}" for name in part.uses),
            ]
            jobs.append(([*compiler, *flags, "-c", source, "-o", target], target))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(_run, (command for command, _ in jobs)))
    return [str(target) for _, target in jobs]


def _declarations(extension: Extension, variant: Variant) -> str:
    tree = extension.tree
    names = [name for part in extension.parts if part.sources(tree) for name in part.fragments]
    if variant.mutation and extension.mutation_fragment is not None:
        names.append(extension.mutation_fragment)
    fragments = [tree.cdef / name for name in names]
    texts = [path.read_text(encoding="utf-8") for path in fragments if path.is_file()]
    # cffi parses declarations and has no preprocessor.
    plain = re.sub(r"^#.*$", "", "\n".join(texts), flags=re.MULTILINE)
    return plain + "\nstatic char *const MOORING_BUILD_INPUTS;"


def _preamble(extension: Extension) -> str:
    tree = extension.tree
    headers = sorted(tree.include.glob(tree.headers))
    lines = [f'#include "{path.relative_to(tree.include).as_posix()}"' for path in headers]
    lines += [f'#include "{name}"' for part in extension.parts for name in part.headers]
    lines.append(f'static char *const MOORING_BUILD_INPUTS = "{tree.input_digest()}";')
    return "\n".join(lines)


def _probe(module: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Loads extension `name` from `module` in a new process and prints its digest."""
    program = (
        "import importlib.util as u, sys\n"
        "s = u.spec_from_file_location(sys.argv[1], sys.argv[2])\n"
        "m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        "print(m.ffi.string(m.lib.MOORING_BUILD_INPUTS).decode())\n"
    )
    return subprocess.run(  # noqa: S603 - this interpreter and our own arguments
        [sys.executable, "-c", program, name, str(module)],
        capture_output=True,
        text=True,
        check=False,
    )


def _suffix() -> str:
    return str(sysconfig.get_config_var("EXT_SUFFIX"))


def is_fresh(extension: Extension, out: Path | None = None) -> bool:
    """Whether `extension` is there, built from exactly the present inputs."""
    module = extension.module(out)
    if not module.is_file():
        return False
    return _probe(module, extension.name).stdout.strip() == extension.tree.input_digest()


def build(
    extension: Extension,
    out: Path | None = None,
    variant: Variant = ORDINARY,
    objects_folder: Path | None = None,
) -> Path:
    """Builds one extension module into its package below `out`, and returns its path.

    Without `out` it goes where the package is in the source tree.

    The objects go to `objects_folder`, where a coverage build finds its notes again;
    without one, to a temporary folder.

    The old module is replaced in one step, and only by one that loads, so that a
    broken source leaves the last good build in place.

    Raises:
        BuildError: a source did not compile, or the linked module does not load.
    """
    tree = extension.tree
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
            _preamble(extension),
            include_dirs=[
                str(folder)
                for folder in (
                    tree.include,
                    tree.folder,
                    *(tree.folder / part.name for part in extension.parts if part.headers),
                )
            ],
            extra_objects=objects,
            # The options decide the layout of types, so cffi's own source needs them too.
            extra_compile_args=[
                "-fvisibility=hidden",
                *variant.defines(extension),
                *(SANITIZE_FLAGS if variant.sanitize else ()),
            ],
            extra_link_args=variant.libraries,
        )
        try:
            built = Path(ffi.compile(tmpdir=str(scratch)))
        except VerificationError as error:  # the compiler has already said why
            raise BuildError(f"the binding of {extension.name} does not compile") from error
        if not variant.sanitize:  # a sanitized module loads only under its preloaded run time
            probe = _probe(built, extension.name)
            if probe.returncode != 0:
                raise BuildError(f"{built.name} does not load:\n{probe.stderr}")
        module = extension.module(out)
        module.parent.mkdir(parents=True, exist_ok=True)
        staged = module.with_name(f".{module.name}.{os.getpid()}")
        shutil.copy2(built, staged)
        return staged.replace(module)


def build_all(out: Path | None = None) -> list[Path]:
    """Builds every extension module; each into its package below `out`."""
    return [build(extension, out) for extension in EXTENSIONS]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the project's Python extensions.")
    parser.add_argument("--out", type=Path, help="folder for the packages of the modules")
    parser.add_argument("--only", choices=[each.name for each in EXTENSIONS])
    parser.add_argument("--if-stale", action="store_true", help="do nothing if up to date")
    parser.add_argument("--sanitize", action="store_true", help="with ASan and UBSan")
    parser.add_argument("--mutation", action="store_true", help="with switchable refusals")
    parser.add_argument("--coverage", action="store_true", help="counting the lines that run")
    parser.add_argument("--objects", type=Path, help="folder for the object files")
    options = parser.parse_args(arguments)
    variant = Variant(options.sanitize, options.mutation, options.coverage)
    for extension in EXTENSIONS:
        if options.only not in (None, extension.name):
            continue
        if options.if_stale and is_fresh(extension, options.out):
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
