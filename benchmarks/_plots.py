# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Plots of what the benchmarks measured, as SVG; the same numbers make the same file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from ._report import Series

SINGLE: Final = "single"
BULK: Final = "bulk"
PREPARED: Final = "prepared"
BREAKDOWN: Final = "breakdown"

# Ours in blues, what others do in warm greys, so that a glance tells them apart.
_OURS: Final = ("#0b3c5d", "#1f77b4", "#5fa8d3", "#a6cee3")
_THEIRS: Final = "#b8a99a"
_PHASES: Final = ("#0b3c5d", "#328cc1", "#6fb98f", "#d9b310", "#e07a5f", "#9a8c98", "#cbbfb3")
_STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "mooring",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "figure.constrained_layout.use": True,
}


def draw(series: Sequence[Series], folder: Path) -> list[Path]:
    """Draws each plot that has numbers into `folder`; without matplotlib, none."""
    try:
        import matplotlib
    except ModuleNotFoundError:
        return []
    matplotlib.use("Agg")
    import matplotlib.pyplot as plots

    drawn: list[Path] = []
    with plots.rc_context(_STYLE):
        for name, drawer in _DRAWERS.items():
            chosen = [each for each in series if each.plot == name]
            if chosen:
                figure = drawer(plots, chosen)
                path = folder / f"benchmarks-{name}.svg"
                figure.savefig(path, metadata={"Date": None, "Creator": None})
                plots.close(figure)
                drawn.append(path)
    return drawn


def _single(plots: Any, series: Sequence[Series]) -> Any:
    """Microseconds of one verification: a bar each, the fastest on top."""
    figure, axes = plots.subplots(figsize=(7.5, 4.2))
    bars = [
        (value, str(name), _OURS[1] if each.name == "Mooring" else _THEIRS)
        for each in series
        for name, value in zip(each.x, each.y, strict=True)
    ]
    bars.sort(reverse=True)
    values, names, colours = zip(*bars, strict=True)
    drawn = axes.barh(names, values, color=colours, height=0.7)
    axes.bar_label(drawn, fmt="%.1f", padding=3)
    axes.set_title("One Ed25519 verification, message of 300 bytes")
    axes.set_xlabel("microseconds, fastest round (Mooring in blue)")
    return figure


def _bulk(plots: Any, series: Sequence[Series]) -> Any:
    """Signatures a second against the size of a batch."""
    figure, axes = plots.subplots(figsize=(7.5, 4.6))
    blues = iter(reversed(_OURS))
    for each in series:
        theirs = each.name.startswith("OpenSSL")
        axes.plot(
            each.x,
            each.y,
            marker="o",
            markersize=3.5,
            linestyle="--" if theirs else "-",
            color=_THEIRS if theirs else next(blues),
        )
        axes.annotate(
            each.name,
            (each.x[-1], each.y[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlim(right=max(float(x) for each in series for x in each.x) * 40)
    axes.set_xticks([1, 8, 64, 512, 4096, 65536], ["1", "8", "64", "512", "4,096", "65,536"])
    axes.set_title("Signatures a second on one core")
    axes.set_xlabel("signatures in a batch, a verdict for each")
    axes.grid(axis="y", which="major", color="#e6e6e6")
    return figure


def _prepared(plots: Any, series: Sequence[Series]) -> Any:
    """Microseconds by the memory of a prepared key."""
    figure, axes = plots.subplots(figsize=(7.5, 4.2))
    for each, colour in zip(series, _OURS, strict=False):
        axes.plot(each.x, each.y, marker="o", markersize=4, color=colour)
        axes.annotate(
            each.name,
            (each.x[0], each.y[0]),
            xytext=(0, 8),
            textcoords="offset points",
        )
    axes.set_xscale("log")
    axes.set_xticks([1e5, 1e6], ["100 kB", "1 MB"])
    axes.set_ylim(0, 1.25 * max(value for each in series for value in each.y))
    axes.set_title("A key prepared beforehand")
    axes.set_xlabel("memory of the key's table")
    axes.set_ylabel("microseconds a signature")
    axes.grid(axis="y", color="#e6e6e6")
    return figure


def _breakdown(plots: Any, series: Sequence[Series]) -> Any:
    """Core cycles by phase, each kernel above what its multiplications alone would take."""
    figure, axes = plots.subplots(figsize=(7.5, 3.8))
    names = [str(name) for name in series[0].x]
    left = [0.0] * len(names)
    for each, colour in zip(series, _PHASES, strict=False):
        axes.barh(names, each.y, left=left, color=colour, label=each.name, height=0.6)
        left = [begin + width for begin, width in zip(left, each.y, strict=True)]
    axes.invert_yaxis()
    axes.set_title("Where the cycles of a cold verification go")
    axes.set_xlabel("core cycles a signature")
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


_DRAWERS: Final[dict[str, Callable[[Any, Sequence[Series]], Any]]] = {
    SINGLE: _single,
    BULK: _bulk,
    PREPARED: _prepared,
    BREAKDOWN: _breakdown,
}
