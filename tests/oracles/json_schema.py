# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A validator for the part of JSON Schema (2020-12) that this repository's schemas use.

A keyword that it does not know is an error: a check that is not made must not pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
_KNOWN: Final = frozenset(
    {
        "$ref",
        "additionalProperties",
        "anyOf",
        "const",
        "description",
        "enum",
        "items",
        "minItems",
        "pattern",
        "prefixItems",
        "properties",
        "required",
        "type",
    }
)


def problems(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """Everything in which `value` differs from `schema`, a part of `document`."""
    return list(_problems(value, schema, document, "$"))


def _problems(
    value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], at: str
) -> Sequence[str]:
    unknown = set(schema) - _KNOWN
    if unknown:
        raise ValueError(f"{at}: keywords this validator does not know: {sorted(unknown)}")
    found: list[str] = []
    if "$ref" in schema:
        found += _problems(value, _resolve(schema["$ref"], document), document, at)
    if "anyOf" in schema and all(_problems(value, each, document, at) for each in schema["anyOf"]):
        found.append(f"{at}: {value!r} is none of the alternatives")
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is not one of {schema['enum']}")
    if "type" in schema and not _is(value, schema["type"]):
        return [*found, f"{at}: {value!r} is no {schema['type']}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: {value!r} does not match {schema['pattern']}")
    if isinstance(value, dict):
        found += _object(cast("dict[str, Any]", value), schema, document, at)
    if isinstance(value, list):
        found += _array(cast("Sequence[Any]", value), schema, document, at)
    return found


def _is(value: Any, name: str) -> bool:
    # In Python true is an integer; in JSON it is not.
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _object(
    value: dict[str, Any], schema: Mapping[str, Any], document: Mapping[str, Any], at: str
) -> list[str]:
    found = [f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    named: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in named:
            found += _problems(item, named[name], document, f"{at}.{name}")
        elif others is False:
            found.append(f"{at}: {name} is not foreseen")
        elif isinstance(others, dict):
            found += _problems(item, cast("dict[str, Any]", others), document, f"{at}.{name}")
    return found


def _array(
    value: Sequence[Any], schema: Mapping[str, Any], document: Mapping[str, Any], at: str
) -> list[str]:
    found: list[str] = []
    if len(value) < schema.get("minItems", 0):
        found.append(f"{at}: {len(value)} items")
    first: Sequence[Any] = schema.get("prefixItems", ())
    for index, item in enumerate(value):
        if index < len(first):
            found += _problems(item, first[index], document, f"{at}[{index}]")
        elif schema.get("items") is False:
            found.append(f"{at}[{index}] is not foreseen")
        elif "items" in schema:
            found += _problems(item, schema["items"], document, f"{at}[{index}]")
    return found


def _resolve(reference: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """RFC 6901 inside one document."""
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    result: Mapping[str, Any] = node
    return result
