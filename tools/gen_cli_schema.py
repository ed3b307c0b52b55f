# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Writes docs/cli.schema.json: what `--format json` of every command looks like.

The commands' views are frozen dataclasses with a `schema` name; their type hints are the
schema (JSON Schema 2020-12). Usage: ``python tools/gen_cli_schema.py [--check]``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import mooring_host.cli
from mooring_host.cli._errors import ERROR_SCHEMA

OUTPUT: Final = Path(__file__).resolve().parent.parent / "docs" / "cli.schema.json"
MODULES: Final = (
    "mooring_lab.attacks.commands",
    "mooring_lab.commands",
    "mooring_lab.evaluation.commands",
    "mooring_lab.faults.commands",
    "mooring_lab.network.commands",
    "mooring_lab.planning.commands",
    "mooring_lab.scenarios.commands",
)
"""Views of plug-ins that come with this distribution."""

Node = dict[str, Any]

_SIMPLE: Final[dict[object, Node]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bytes: {"type": "string", "pattern": "^([0-9a-f]{2})*$"},
    Path: {"type": "string"},
    type(None): {"type": "null"},
}

_ERROR: Final[Node] = {
    "type": "object",
    "description": "A failure, as one line on stderr.",
    "properties": {
        "schema": {"const": ERROR_SCHEMA},
        "exit_code": {"type": "integer"},
        "attempted": {"type": "string"},
        "found": {"type": "string"},
        "hint": {"type": "string"},
        "word": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "retry_after_s": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["schema", "exit_code", "attempted", "found", "hint", "word", "retry_after_s"],
    "additionalProperties": False,
}


class Writer:
    """Turns dataclasses into schemas; those within others are shared by reference."""

    def __init__(self) -> None:
        self.definitions: dict[str, Node] = {}

    def of(self, hint: Any) -> Node:
        """The schema of a type."""
        if hint in _SIMPLE:
            return dict(_SIMPLE[hint])
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(each) for each in arguments]}
        if origin is tuple and not (len(arguments) == 2 and arguments[1] is Ellipsis):
            return {
                "type": "array",
                "prefixItems": [self.of(each) for each in arguments],
                "items": False,
                "minItems": len(arguments),
            }
        if origin in (tuple, list):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if isinstance(hint, type) and issubclass(hint, Enum):
            return {"enum": [self.word(member) for member in hint]}
        if isinstance(hint, type) and is_dataclass(hint):
            return self.reference(hint)
        raise TypeError(f"no schema for {hint}")

    @staticmethod
    def word(member: Enum) -> str:
        """An enumerator as the output writes it."""
        return member.value if isinstance(member.value, str) else member.name.lower()

    def reference(self, kind: type) -> Node:
        """A reference to the schema of a dataclass, which is written down once."""
        # Qualified, because two modules may use one name.
        name = f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
        if name not in self.definitions:
            self.definitions[name] = {}  # a type may contain itself
            self.definitions[name] = self.record(kind)
        return {"$ref": f"#/$defs/{name}"}

    def record(self, kind: type, name: str | None = None) -> Node:
        """The schema of a dataclass; with `name`, that of a whole output."""
        hints = get_type_hints(kind)
        properties = {field.name: self.of(hints[field.name]) for field in fields(kind)}
        if name is not None:
            properties = {"schema": {"const": name}, **properties}
        return {
            "type": "object",
            "description": (kind.__doc__ or "").split("\n")[0],
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


def _modules() -> Iterator[types.ModuleType]:
    package = mooring_host.cli
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)
    for name in MODULES:
        yield importlib.import_module(name)


def views() -> dict[str, type]:
    """Every view by the name of its schema.

    Raises:
        ValueError: two views have one name.
    """
    found: dict[str, type] = {}
    for module in _modules():
        for kind in vars(module).values():
            name = getattr(kind, "schema", None)
            if not isinstance(kind, type) or not is_dataclass(kind) or not isinstance(name, str):
                continue
            if found.setdefault(name, kind) is not kind:
                raise ValueError(f"{kind} and {found[name]} are both {name}")
    return dict(sorted(found.items()))


def document() -> Node:
    """The whole schema."""
    writer = Writer()
    outputs = {name: writer.record(kind, name) for name, kind in views().items()}
    outputs[ERROR_SCHEMA] = _ERROR
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated from the views in mooring_host.cli. Do not edit.",
        "title": "Output of mooring --format json",
        "oneOf": [{"$ref": f"#/$defs/{name.replace('/', '~1')}"} for name in outputs],
        "$defs": {**outputs, **dict(sorted(writer.definitions.items()))},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/cli.schema.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on drift")
    options = parser.parse_args(arguments)
    text = json.dumps(document(), indent=1) + "\n"
    if options.check:
        same = OUTPUT.is_file() and OUTPUT.read_text("utf-8") == text
        if not same:
            print(f"{OUTPUT.name} is not what would be written")
        return 0 if same else 1
    OUTPUT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
