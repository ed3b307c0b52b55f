# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Builds the fuzz targets, and their first inputs from the vector files.

A target is a ``fuzz_NAME.c`` beside this file.  It is linked with the parsers either to
libFuzzer or to the small driver that the test suite runs.  libFuzzer needs no system
package: `ziglang`'s clang instruments, gcc links, and `atheris` carries the library.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
FIRMWARE: Final = ROOT / "firmware"
VECTORS: Final = ROOT / "tests" / "vectors"

TARGETS: Final = tuple(sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.c")))
PARTS: Final = ("token", "link", "core/sha2", "core/memory")

COMMON: Final = (
    "-std=c11",
    "-g",
    "-O1",
    "-Wall",
    "-Wextra",
    "-Werror",
    # The portable hash: the choice among others is not linked.
    "-DMOORING_NO_X86_64=1",
    f"-I{FIRMWARE / 'include'}",
    f"-I{FIRMWARE}",
    f"-I{FIRMWARE / 'core'}",
    f"-I{HERE}",
)
SANITIZE: Final = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
FUZZER: Final = ("-fsanitize=fuzzer-no-link", "-fno-sanitize=undefined")
LIBFUZZER: Final = "libclang_rt.fuzzer_no_main.a"


class BuildError(Exception):
    """A compiler was not satisfied; the text is what it said."""


def gcc() -> list[str]:
    """The system's compiler as a command."""
    return os.environ.get("CC", "gcc").split()


def _run(command: Sequence[str | Path]) -> None:
    # The suite may run under a preloaded sanitizer, which is not for compilers.
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode != 0:
        raise BuildError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def parsers() -> list[Path]:
    """The firmware's sources that every target is linked with."""
    folders = (FIRMWARE / part for part in PARTS)
    return sorted(source for folder in folders for source in folder.rglob("*.c"))


def _objects(
    compiler: Sequence[str], flags: Sequence[str], sources: Sequence[Path], folder: Path
) -> dict[Path, Path]:
    """Compiles sources, two at a time; returns the object of each."""
    folder.mkdir(parents=True, exist_ok=True)
    objects = {source: folder / f"{source.parent.name}-{source.stem}.o" for source in sources}
    commands = (
        [*compiler, *COMMON, *flags, "-c", str(source), "-o", str(target)]
        for source, target in objects.items()
    )
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(_run, commands))
    return objects


def _link(
    folder: Path,
    objects: dict[Path, Path],
    main: Path,
    options: Sequence[str | Path],
) -> dict[str, Path]:
    shared = [objects[source] for source in (*parsers(), HERE / "guard.c", main)]
    programs: dict[str, Path] = {}
    for target in TARGETS:
        program = folder / target
        own = objects[HERE / f"fuzz_{target}.c"]
        _run([*gcc(), own, *shared, *options, "-o", program])
        programs[target] = program
    return programs


def _sources(main: Path) -> list[Path]:
    return [*parsers(), HERE / "guard.c", main, *(HERE / f"fuzz_{name}.c" for name in TARGETS)]


def build_smoke(folder: Path) -> dict[str, Path]:
    """Builds every target with the suite's driver, under ASan and UBSan.

    Raises:
        BuildError: something did not compile.
    """
    main = HERE / "smoke_main.c"
    objects = _objects(gcc(), SANITIZE, _sources(main), folder)
    return _link(folder, objects, main, SANITIZE)


def build_libfuzzer(folder: Path) -> dict[str, Path]:
    """Builds every target with libFuzzer.

    Raises:
        BuildError: a tool is absent, or something did not compile.
    """
    main = HERE / "libfuzzer_main.c"
    found = importlib.util.find_spec("atheris")
    if found is None or found.origin is None or importlib.util.find_spec("ziglang") is None:
        raise BuildError("fuzzing needs ziglang and atheris: run `make env-dev`")
    library = Path(found.origin).parent.parent / LIBFUZZER
    if not library.is_file():
        raise BuildError(f"atheris carries no {LIBFUZZER}")
    zig = [sys.executable, "-m", "ziglang", "cc"]
    objects = _objects(zig, FUZZER, _sources(main), folder)
    return _link(folder, objects, main, [library, "-lstdc++", "-lpthread", "-ldl", "-lm"])


# Which fields of which groups a target begins with.
SEEDS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "frame": (
        ("frames.json", "frames", "frame"),
        ("frames.json", "streams", "stream"),
    ),
    "trust": (
        ("tokens.json", "good", "token"),
        ("tokens.json", "trust", "payload"),
        ("tokens.json", "root_keys", "key"),
    ),
    "licence": (
        ("tokens.json", "good", "token"),
        ("tokens.json", "frame", "token"),
        ("tokens.json", "licence", "payload"),
    ),
    "location": (
        ("tokens.json", "good", "token"),
        ("tokens.json", "location", "payload"),
    ),
}


def _framed(frame: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Messages of the vector files as streams of frames."""
    document: Any = json.loads((VECTORS / "frames.json").read_text(encoding="utf-8"))
    for row in document["assemblies"]:
        yield b"".join(
            frame(bytes.fromhex(packet)) for packet in row["packets"] if len(packet) >= 10
        )
    for group in ("control", "vendor"):
        for row in document[group]:
            message = bytes.fromhex(row["request"])
            yield frame(b"\x01\x09\x08\xc9" + message)


def seeds(target: str, frame: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """The first inputs of a target."""
    for name, group, field in SEEDS[target]:
        document: Any = json.loads((VECTORS / name).read_text(encoding="utf-8"))
        for row in document[group]:
            yield bytes.fromhex(row[field])
    if target == "frame":
        yield from _framed(frame)


def write_corpus(target: str, folder: Path, frame: Callable[[bytes], bytes]) -> list[Path]:
    """Writes the first inputs of a target into `folder`, named by their content."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: set[Path] = set()
    for data in seeds(target, frame):
        path = folder / hashlib.sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        paths.add(path)
    return sorted(paths)
