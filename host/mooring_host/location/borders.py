# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Outlines of countries, from the borders that come with this package.

Natural Earth 1:10m, thinned to 0.01 degree except around Singapore, Hong Kong, Taiwan and the
Gulf; ``tools/make_borders.py`` makes the file and says how.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from mooring_host.errors import FileError

SOURCE: Final = "Borders: Natural Earth 1:10m, by way of world-atlas 2.0.2."


@dataclass(frozen=True)
class Outline:
    """A country, or a territory that has no code of its own."""

    code: str
    """ISO 3166-1, two letters; the name where there is none."""
    name: str
    shape: BaseGeometry
    """Longitudes and latitudes in degrees, cut at the antimeridian."""


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, Outline]:
    """All of them, by code.

    Raises:
        FileError: the file is absent or damaged.
    """
    source = resources.files("mooring_host.location") / "data" / "countries.json.gz"
    with resources.as_file(source) as path:
        return read_outlines(path)


def read_outlines(path: Path) -> Mapping[str, Outline]:
    """Reads a file as ``tools/make_borders.py`` writes it.

    Raises:
        FileError: the file is absent or damaged.
    """
    try:
        read: Any = json.loads(gzip.decompress(path.read_bytes()))
        return {outline.code: outline for outline in map(_outline, read["countries"])}
    except (OSError, EOFError, ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as bad:
        hint = "Install Mooring again: its borders are part of it."
        raise FileError(f"read borders {path.name}", f"absent or damaged: {bad}", hint) from bad


def _outline(country: Mapping[str, Any]) -> Outline:
    name = str(country["name"])
    polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in country["polygons"]]
    return Outline(str(country["iso_a2"] or name), name, shapely.MultiPolygon(polygons))
