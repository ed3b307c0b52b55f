# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Outlines of countries, from the borders that come with this package.

Natural Earth 1:10m, thinned to 0.01 degree except around Singapore, Hong Kong, Taiwan and the
Gulf; ``tools/make_borders.py`` makes the file and says how.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from mooring_host.errors import FileError

SOURCE: Final = "Borders: Natural Earth 1:10m, by way of world-atlas 2.0.2."


_NATURAL_EARTH: Final = "d31ddc589cf43653c95af6bb85f9aebee710c0141ea0138586cc7139d62769cc"
"""SHA-256 of the file that comes with this package; ``tools/make_borders.py`` prints it."""
_DAMAGE: Final = (
    OSError,
    EOFError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    zlib.error,
    shapely.errors.ShapelyError,
)

CLAIMED: Final[Mapping[str, tuple[str, ...]]] = {
    "Akrotiri": ("CY", "GB"),
    "Baikonur": ("KZ", "RU"),
    "Cyprus U.N. Buffer Zone": ("CY",),
    "Dhekelia": ("CY", "GB"),
    "Indian Ocean Ter.": ("AU",),
    "N. Cyprus": ("CY", "TR"),
    "Siachen Glacier": ("IN", "PK"),
    "Somaliland": ("SO",),
    "USNB Guantanamo Bay": ("CU", "US"),
}
"""Territories that the borders draw apart and that have no code: whose they may be held to be.
None of these countries is excluded while its territory is possible; none is proven by it.
The reefs and banks without a code, such as the Spratly Islands, are nobody's but their own."""


def territories(codes: Iterable[str]) -> frozenset[str]:
    """The codes, and the territories that one of these countries may be held to own."""
    own = frozenset(codes)
    return own | {name for name, owners in CLAIMED.items() if own & set(owners)}


def claimants(codes: Iterable[str]) -> frozenset[str]:
    """The countries that one of these territories may be held to belong to."""
    return frozenset(owner for code in codes for owner in CLAIMED.get(code, ()))


@dataclass(frozen=True)
class Outline:
    """A country, or a territory that has no code of its own."""

    code: str
    """ISO 3166-1, two letters; the name where there is none."""
    name: str
    shape: BaseGeometry
    """Longitudes and latitudes in degrees, cut at the antimeridian."""

    @property
    def prepared(self) -> BaseGeometry:
        """The shape, made fast to ask; asking again costs nothing."""
        shapely.prepare(self.shape)
        return self.shape


@dataclass(frozen=True)
class Borders:
    """Outlines by code, and which file they are from."""

    outlines: Mapping[str, Outline]
    digest: bytes
    """First 8 bytes of SHA-256 over the file."""

    @classmethod
    def natural_earth(cls) -> Borders:
        """Those that come with this package.

        Raises:
            FileError: the file is absent or is not the one that this version came with.
        """
        return _natural_earth()

    @classmethod
    def read(cls, path: Path) -> Borders:
        """Reads a file as ``tools/make_borders.py`` writes it.

        Raises:
            FileError: the file is absent or damaged.
        """
        return cls._decoded(_content(path), path.name)

    @classmethod
    def _decoded(cls, content: bytes, name: str) -> Borders:
        try:
            read: Any = json.loads(gzip.decompress(content))
            found = {outline.code: outline for outline in map(_outline, read["countries"])}
        except _DAMAGE as bad:
            raise _damaged(name, str(bad)) from bad
        if not found:
            raise _damaged(name, "no countries")
        return cls(found, hashlib.sha256(content).digest()[:8])


@lru_cache(maxsize=1)
def _natural_earth() -> Borders:
    source = resources.files("mooring_host.location") / "data" / "countries.json.gz"
    with resources.as_file(source) as path:
        content = _content(path)
    # A border moved by damage would make a false verdict, not an error.
    if hashlib.sha256(content).hexdigest() != _NATURAL_EARTH:
        raise _damaged("countries.json.gz", "its SHA-256 is not the expected one")
    return Borders._decoded(content, "countries.json.gz")


def outlines() -> Mapping[str, Outline]:
    """All outlines that come with this package, by code.

    Raises:
        FileError: the file is absent or damaged.
    """
    return Borders.natural_earth().outlines


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as bad:
        raise _damaged(path.name, bad.strerror or "cannot be read") from bad


def _damaged(name: str, found: str) -> FileError:
    hint = "Install Mooring again if the file is its own."
    return FileError(f"read borders {name}", f"absent or damaged: {found}", hint)


def _outline(country: Mapping[str, Any]) -> Outline:
    name = str(country["name"])
    polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in country["polygons"]]
    # Islands may share an edge, where a ring was cut.
    shape = shapely.union_all(polygons) if all(p.is_valid for p in polygons) else None
    west, south, east, north = (math.nan,) * 4 if shape is None else shape.bounds
    if shape is None or not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
        raise ValueError(f"{name} is no area on the globe")
    return Outline(str(country["iso_a2"] or name), name, shape)
