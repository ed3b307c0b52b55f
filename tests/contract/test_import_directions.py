# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The parts know each other only in the directions that docs/architecture.md draws."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PARTS = {
    "mooring_firmware": "firmware/python",
    "mooring_models": "hw_models",
    "mooring_host": "host",
    "mooring_lab": "lab",
}

# Which of the other parts each one may import.
MAY_IMPORT = {
    "mooring_firmware": set[str](),
    "mooring_models": {"mooring_firmware"},
    "mooring_host": {"mooring_firmware"},
    "mooring_lab": {"mooring_firmware", "mooring_models", "mooring_host"},
}

# All that the host takes from the firmware: how to verify, and what its errors mean.
HOST_MAY_TAKE = {
    "mooring_firmware": {
        *("Algorithm", "errors", "verify", "verify_batch"),
        *("KeySet", "PreparedCache", "Typ", "verify_tokens"),
    },
    "mooring_firmware.errors": None,
}


@dataclass(frozen=True)
class Import:
    """One imported module, with the names taken from it (none for a plain import)."""

    where: str
    module: str
    names: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """The top-level package."""
        return self.module.partition(".")[0]


def imports_in(source: str, where: str) -> Iterator[Import]:
    """Every absolute import in `source`, wherever it stands, `import_module` included."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(f"{where}:{node.lineno}", alias.name)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                taken = tuple(alias.name for alias in names)
                yield Import(f"{where}:{node.lineno}", module, taken)
            case ast.Call(
                func=ast.Attribute(attr="import_module")
                | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield Import(f"{where}:{node.lineno}", module)
            case _:
                pass


def imports_of(repository: Path, package: str) -> list[Import]:
    files = sorted((repository / PARTS[package] / package).rglob("*.py"))
    assert files, f"{package} has no modules"
    return [
        found
        for path in files
        for found in imports_in(path.read_text("utf-8"), str(path.relative_to(repository)))
    ]


@pytest.mark.parametrize("package", PARTS)
def test_package_imports_only_parts_it_may_know(repository: Path, package: str) -> None:
    forbidden = [
        f"{found.where} imports {found.module}"
        for found in imports_of(repository, package)
        if found.part in PARTS and found.part not in MAY_IMPORT[package] | {package}
    ]

    assert forbidden == []


def test_host_takes_only_verification_and_error_words_from_firmware(repository: Path) -> None:
    forbidden: list[str] = []
    for found in imports_of(repository, "mooring_host"):
        if found.part != "mooring_firmware":
            continue
        allowed = HOST_MAY_TAKE.get(found.module, set())
        if allowed is None:
            continue
        extra = set(found.names) - allowed if found.names else {"the whole module"}
        forbidden += [f"{found.where} takes {name} from {found.module}" for name in sorted(extra)]

    assert forbidden == []


def test_import_reader_sees_each_form_of_import() -> None:
    source = (
        "import mooring_models.gate\n"
        "def f():\n"
        "    from mooring_lab import serve, demo\n"
        "    importlib.import_module('mooring_host.cli')\n"
        "    __import__('mooring_firmware')\n"
        "from . import sibling\n"
    )

    seen = [(found.module, found.names) for found in imports_in(source, "x.py")]

    assert sorted(seen) == [
        ("mooring_firmware", ()),
        ("mooring_host.cli", ()),
        ("mooring_lab", ("serve", "demo")),
        ("mooring_models.gate", ()),
    ]
