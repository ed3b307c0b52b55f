# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Drawing a scene with matplotlib, the same bytes each time."""

from __future__ import annotations

import importlib
import math
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry as Geometry

from mooring_host.errors import Error
from mooring_lab.maps import style
from mooring_lab.maps.labels import LabelPlacer
from mooring_lab.maps.scene import Mark, MarkKind, Scene, Shade
from mooring_lab.maps.view import Points, RegionalView, View, WorldView, circle

WIDTH_IN: Final = 9.0
"""Of the map; its height follows from the view."""
HEAD_IN: Final = 0.62
FOOT_IN: Final = 0.52
PNG_DPI: Final = 150
PIXELS_ACROSS: Final = 1400
"""Outlines are thinned to about half of one of these."""
SPECK_PX: Final = 3.0
"""Islands of less area are left out, unless something is to be said of their country."""
DECIMALS: Final = 1
"""Of coordinates in an SVG, whose unit is 1/72 inch: finer than any screen."""
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_PATH: Final = re.compile(r'(?<= d=")[^"]*')


class MapError(Error):
    """A map cannot be drawn."""


def draw_map(scene: Scene) -> Any:
    """The scene as a matplotlib figure.

    Raises:
        MapError: matplotlib is not installed.
    """
    figure_module = _matplotlib("matplotlib.figure")
    _matplotlib("matplotlib.backends.backend_agg")
    west, south, east, north = shapely.bounds(scene.view.frame())
    map_in = WIDTH_IN * float((north - south) / (east - west))
    height_in = map_in + HEAD_IN + FOOT_IN
    with _settings():
        figure = figure_module.Figure(figsize=(WIDTH_IN, height_in), facecolor=style.PAPER)
        axes = figure.add_axes((0.0, FOOT_IN / height_in, 1.0, map_in / height_in))
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_aspect("equal")
        axes.axis("off")
        _Painter(scene, axes).paint()
        _write_head(figure, scene, height_in)
        _write_foot(figure, scene, height_in)
    return figure


def save_map(scene: Scene, path: Path) -> None:
    """Writes the scene; the suffix says whether as SVG or as PNG.

    Raises:
        MapError: matplotlib is not installed, the suffix is another, or the file cannot be
            written.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in ("svg", "png"):
        raise MapError(f"draw {path}", f"the suffix {path.suffix!r}", "Name it .svg or .png.")
    figure = draw_map(scene)
    # Neither the time nor the program's version: the same scene is the same file.
    metadata: dict[str, Any] = {"Date": None, "Creator": None} if kind == "svg" else {}
    metadata |= {"Software": None} if kind == "png" else {}
    try:
        with _settings():
            figure.savefig(path, format=kind, dpi=PNG_DPI, metadata=metadata)
    except OSError as error:
        raise MapError(f"draw {path}", error.strerror or str(error)) from error
    if kind == "svg":
        path.write_text(_slim(path.read_text("utf-8")), "utf-8")


def _slim(svg: str) -> str:
    """The same picture without digits that nobody sees, and without trailing blanks."""

    def rounded(found: re.Match[str]) -> str:
        return f"{float(found[0]):.{DECIMALS}f}"

    def thinned(found: re.Match[str]) -> str:
        return _NUMBER.sub(rounded, found[0])

    # Letters are defined in units of their own and scaled down: only outlines are rounded.
    body, letters, rest = svg.partition('<defs>\n  <path id="DejaVu')
    return (
        "\n".join(
            line.rstrip() for line in (_PATH.sub(thinned, body) + letters + rest).splitlines()
        )
        + "\n"
    )


class _Painter:
    """One scene on one pair of axes."""

    def __init__(self, scene: Scene, axes: Any) -> None:
        self._scene = scene
        self._axes = axes
        self._view: View = scene.view
        self._frame = scene.view.frame()
        west, _, east, _ = shapely.bounds(self._frame)
        self._pixel_m = float(east - west) / PIXELS_ACROSS

    def paint(self) -> None:
        """Everything, from the sea upwards."""
        self._fill(self._frame, facecolor=style.SEA, edgecolor="none", zorder=0)
        self._graticule()
        for country in self._scene.countries:
            shape = self._flat(country.shape)
            if country.shade in (Shade.PLAIN, Shade.EXCLUDED):
                shape = self._without_specks(shape)
            if not shape.is_empty:
                self._fill(shape, **style.SHADES[country.shade], zorder=2)
        if self._scene.region is not None and not self._scene.region.is_empty:
            region = self._flat(self._scene.region, thinned=0.05)
            self._fill(region, facecolor=style.REGION, alpha=0.17, edgecolor="none", zorder=3)
            self._fill(region, facecolor="none", edgecolor=style.REGION, linewidth=1.4, zorder=4)
        for mark in self._scene.marks:
            if mark.radius_km is not None:
                self._circle(mark)
        self._marks()
        if self._view.scale_bar:
            self._scale_bar()
        self._outline()

    def _flat(self, shape: Geometry, thinned: float = 0.5) -> Geometry:
        """The part of a shape in the frame, within `thinned` pixels."""
        flat = shapely.simplify(self._view.project(shape), thinned * self._pixel_m)
        return shapely.intersection(shapely.make_valid(flat), self._frame)

    def _without_specks(self, shape: Geometry) -> Geometry:
        least = SPECK_PX * self._pixel_m**2
        parts = shapely.get_parts(shape).tolist()
        return shapely.MultiPolygon(
            [part for part in parts if part.geom_type == "Polygon" and part.area >= least]
        )

    def _fill(self, shape: Geometry, **looks: Any) -> None:
        patches: Any = _matplotlib("matplotlib.patches")
        path: Any = _matplotlib("matplotlib.path").Path
        rings: list[Points] = []
        codes: list[Any] = []
        for part in shapely.get_parts(shape).tolist():
            if part.geom_type != "Polygon":
                continue
            for ring in (part.exterior, *part.interiors):
                points = np.asarray(ring.coords)[:, :2]
                rings.append(points)
                codes += [path.MOVETO, *[path.LINETO] * (len(points) - 2), path.CLOSEPOLY]
        if rings:
            outline = path(np.concatenate(rings), codes)
            self._axes.add_patch(patches.PathPatch(outline, **looks))

    def _line(self, points: Points, **looks: Any) -> None:
        """A line of longitudes and latitudes, broken where it leaves the map's edge."""
        breaks = np.flatnonzero(np.abs(np.diff(points[:, 0])) > 180.0) + 1
        for piece in np.split(points, breaks):
            if len(piece) < 2:
                continue
            flat = self._view.project_points(piece)
            flat = flat[np.all(np.isfinite(flat), axis=1)]
            if len(flat) < 2:
                continue
            clipped = shapely.intersection(shapely.LineString(flat), self._frame)
            for part in shapely.get_parts(clipped).tolist():
                if part.geom_type == "LineString":
                    x, y = np.asarray(part.coords)[:, :2].T
                    self._axes.plot(x, y, solid_capstyle="butt", **looks)

    def _graticule(self) -> None:
        step = 30 if isinstance(self._view, WorldView) else _round_step(self._view)
        looks: dict[str, Any] = {"color": style.GRATICULE, "linewidth": 0.5, "zorder": 1}
        for lon in np.arange(-180.0, 180.0, step):
            lats = np.linspace(-88.0, 88.0, 177)
            self._line(np.column_stack((np.full_like(lats, lon), lats)), **looks)
        for lat in np.arange(-90.0 + step, 90.0, step):
            lons = np.linspace(-180.0, 180.0, 361)
            self._line(np.column_stack((lons, np.full_like(lons, lat))), **looks)

    def _circle(self, mark: Mark) -> None:
        radius = mark.radius_km
        if radius is None:
            return
        points = circle(mark.latitude_deg, mark.longitude_deg, radius)
        looks: dict[str, Any] = {"color": style.CIRCLE, "linewidth": 0.7, "alpha": 0.6}
        self._line(points, zorder=5, **looks)

    def _marks(self) -> None:
        west, south, east, north = shapely.bounds(self._frame)
        placer = LabelPlacer((west, south, east, north), self._pixel_m)
        shown: list[tuple[Mark, float, float]] = []
        for mark in self._scene.marks:
            flat = self._view.project_points(np.array([[mark.longitude_deg, mark.latitude_deg]]))
            x, y = float(flat[0, 0]), float(flat[0, 1])
            if west <= x <= east and south <= y <= north:
                shown.append((mark, x, y))
                placer.occupy(x, y)
        # What matters most takes the best place for its label.
        lesser = (MarkKind.LANDMARK, MarkKind.PLACE)
        for mark, x, y in sorted(shown, key=lambda item: item[0].kind in lesser):
            looks = style.MARKS[mark.kind]
            self._axes.plot([x], [y], linestyle="none", zorder=7, **looks)
            place = placer.place(mark.label, x, y)
            if place is not None:
                self._text(mark.label, *place, bold=mark.kind not in lesser)

    def _text(self, label: str, x: float, y: float, align: str, *, bold: bool) -> None:
        effects = _matplotlib("matplotlib.patheffects")
        halo = effects.withStroke(linewidth=2.4, foreground=style.HALO)
        self._axes.text(
            x,
            y,
            label,
            ha=align,
            va="center",
            fontsize=style.LABEL_PT,
            fontweight="bold" if bold else "normal",
            color=style.INK,
            path_effects=[halo],
            zorder=8,
        )

    def _scale_bar(self) -> None:
        west, south, east, north = (float(value) for value in shapely.bounds(self._frame))
        length_m = 1e3 * _round_length((east - west) / 1e3 / 5)
        x, y = west + 0.025 * (east - west), south + 0.045 * (north - south)
        ink: dict[str, Any] = {"color": style.INK, "zorder": 8}
        self._axes.plot([x, x + length_m], [y, y], linewidth=2.2, solid_capstyle="butt", **ink)
        label = f"{length_m / 1e3:,.0f} km"
        self._text(label, x + length_m / 2, y + 14 * self._pixel_m, "center", bold=False)

    def _outline(self) -> None:
        self._fill(self._frame, facecolor="none", edgecolor=style.FRAME, linewidth=0.9, zorder=9)


def _write_head(figure: Any, scene: Scene, height_in: float) -> None:
    top = 1 - 0.21 / height_in
    ink = {"color": style.INK, "va": "center"}
    figure.text(0.012, top, scene.title, fontsize=style.TITLE_PT, fontweight="bold", **ink)
    if scene.subtitle:
        muted = {"color": style.MUTED, "va": "center"}
        figure.text(0.012, 1 - 0.45 / height_in, scene.subtitle, fontsize=style.TEXT_PT, **muted)


def _write_foot(figure: Any, scene: Scene, height_in: float) -> None:
    lines: Any = _matplotlib("matplotlib.lines")
    patches: Any = _matplotlib("matplotlib.patches")
    handles: list[Any] = []
    shades = {country.shade for country in scene.countries}
    for shade in (Shade.PROVEN, Shade.POSSIBLE, Shade.RESTRICTED, Shade.EXCLUDED):
        if shade in shades:
            handles.append(patches.Patch(label=shade.value, **style.SHADES[shade]))
    if scene.region is not None:
        looks: dict[str, Any] = {"facecolor": style.REGION_TINT, "edgecolor": style.REGION}
        handles.append(patches.Patch(label="feasible region", linewidth=1.2, **looks))
    kinds = {mark.kind for mark in scene.marks}
    for kind in MarkKind:
        if kind in kinds:
            key = lines.Line2D([], [], linestyle="none", label=kind.value, **style.MARKS[kind])
            handles.append(key)
    if any(mark.radius_km is not None for mark in scene.marks):
        key = lines.Line2D([], [], color=style.CIRCLE, linewidth=0.9, label="bound of one landmark")
        handles.append(key)
    if handles:
        figure.legend(
            handles=handles,
            loc="center left",
            bbox_to_anchor=(0.004, 0.34 / height_in),
            ncols=len(handles),
            frameon=False,
            fontsize=style.LEGEND_PT,
            labelcolor=style.INK,
            handlelength=1.3,
            columnspacing=1.2,
            handletextpad=0.4,
            borderpad=0.0,
        )
    small = {"fontsize": style.SMALL_PT, "color": style.MUTED, "va": "center"}
    figure.text(0.012, 0.12 / height_in, scene.source, **small)


def _round_length(length: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above `length`."""
    power: float = 10.0 ** math.floor(math.log10(length))
    return power * max(factor for factor in (1.0, 2.0, 5.0) if factor * power <= length)


def _round_step(view: RegionalView) -> float:
    """Degrees between lines of the graticule, for four or five of them."""
    span_deg = 2 * view.half_width_km / 111.2
    return min((1.0, 2.0, 5.0, 10.0, 15.0, 30.0), key=lambda step: abs(span_deg / step - 5))


def _settings() -> Any:
    """Fonts that come with matplotlib, and identifiers that do not change."""
    settings = {"font.family": "DejaVu Sans", "svg.hashsalt": "mooring", "svg.fonttype": "path"}
    return _matplotlib("matplotlib").rc_context(settings)


def _matplotlib(name: str) -> Any:
    """A module of matplotlib, only when it is needed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MapError(
            "draw a map",
            "matplotlib is not installed",
            "Install it: pip install 'mooring[maps]'",
        ) from error
