# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Makes the borders: ``python tools/make_borders.py ATLAS CODES``.

ATLAS is ``countries-10m.json`` of npm's world-atlas 2.0.2, which is Natural Earth 1:10m
(public domain) as TopoJSON.  CODES is a GeoJSON file of the same countries whose properties
``name`` and ``iso_a2`` give each its code.

A border that two countries share is one arc, thinned once, so that no gap opens between them.
A ring over the antimeridian is unrolled and cut: left as it is, a plane reads it as a band
around the globe, and Siberia's coast is lost to whatever repairs that.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from mooring_lab.maps.view import cut

OUT: Final = Path(__file__).parents[1] / "host/mooring_host/location/data/countries.json.gz"
TOLERANCE_DEG: Final = 0.01
"""Thinned outlines are this close to those of the atlas."""
FULL_DETAIL: Final = (
    shapely.box(102.0, 0.4, 105.5, 2.8),  # Singapore, Johor, Batam
    shapely.box(113.0, 21.6, 115.0, 23.0),  # Hong Kong, Macau, Shenzhen
    shapely.box(117.5, 23.0, 122.5, 26.5),  # Taiwan and Fujian
    shapely.box(51.0, 22.5, 57.0, 27.5),  # the Gulf
)
DECIMALS: Final = 3
"""About 100 m."""


Arcs: TypeAlias = list[np.ndarray[Any, Any]]


def main() -> None:
    """Writes the file."""
    atlas_path, codes_path = map(Path, sys.argv[1:3])
    atlas: Any = json.loads(atlas_path.read_text("utf-8"))
    codes: Any = json.loads(codes_path.read_text("utf-8"))
    code_of = {"Vatican": "VA"} | {
        feature["properties"]["name"]: feature["properties"]["iso_a2"]
        for feature in codes["features"]
    }
    whole = [_decoded(arc, atlas["transform"]) for arc in atlas["arcs"]]
    arcs = (whole, [_thinned(arc) for arc in whole])
    countries = [
        {
            "name": item["properties"]["name"],
            "iso_a2": code_of[item["properties"]["name"]],
            "polygons": _polygons(item, arcs),
        }
        for item in atlas["objects"]["countries"]["geometries"]
    ]
    countries.sort(key=lambda country: (country["iso_a2"] or "~", country["name"]))
    text = json.dumps(
        {"source": "Natural Earth 1:10m", "countries": countries}, separators=(",", ":")
    )
    packed = gzip.compress(text.encode(), 9, mtime=0)
    OUT.write_bytes(packed)
    print(hashlib.sha256(packed).hexdigest())  # for mooring_host/location/borders.py


def _decoded(arc: list[list[int]], transform: Any) -> np.ndarray[Any, Any]:
    steps = np.array(arc, dtype=np.float64)
    scale, origin = np.array(transform["scale"]), np.array(transform["translate"])
    points: np.ndarray[Any, Any] = np.cumsum(steps, axis=0) * scale + origin
    return points


def _thinned(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    line = shapely.LineString(points)
    if any(line.intersects(box) for box in FULL_DETAIL):
        return points
    thin = shapely.simplify(line, TOLERANCE_DEG, preserve_topology=True)
    return np.asarray(thin.coords)


def _polygons(item: Any, arcs: tuple[Arcs, Arcs]) -> list[Any]:
    polygons = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
    parts: list[Any] = []
    for polygon in polygons:
        rings = [_ring(indices, arcs) for indices in polygon]
        holes = [ring for ring in rings[1:] if _has_area(ring)]
        # What the atlas has as a point or a line is an islet: it keeps a little land.
        outer = shapely.Polygon(rings[0], holes) if _has_area(rings[0]) else _islet(rings[0])
        whole = cut(outer)
        for part in shapely.get_parts(shapely.set_precision(whole, 10.0**-DECIMALS)).tolist():
            if isinstance(part, shapely.Polygon) and not part.is_empty:
                parts.append([_rounded(r.coords) for r in (part.exterior, *part.interiors)])
    return parts


def _ring(indices: list[int], arcs: tuple[Arcs, Arcs]) -> np.ndarray[Any, Any]:
    """The ring of thinned arcs, or of whole ones where thinning left of an island a line."""
    whole, thin = arcs
    ring = _joined(indices, thin)
    return ring if _has_area(ring) else _joined(indices, whole)


def _has_area(ring: np.ndarray[Any, Any]) -> bool:
    return len(ring) >= 4 and len(np.unique(ring, axis=0)) >= 3


def _islet(points: np.ndarray[Any, Any]) -> shapely.Polygon:
    west, south, east, north = shapely.bounds(shapely.MultiPoint(points))
    edge = 10.0**-DECIMALS
    low, high = (west - edge, south - edge), (east + edge, north + edge)
    return shapely.Polygon([low, (high[0], low[1]), high, (low[0], high[1])])


def _joined(indices: list[int], arcs: Arcs) -> np.ndarray[Any, Any]:
    pieces = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _rounded(points: Iterable[tuple[float, ...]]) -> list[list[float]]:
    return [[round(x, DECIMALS), round(y, DECIMALS)] for x, y, *_ in points]


if __name__ == "__main__":
    main()
