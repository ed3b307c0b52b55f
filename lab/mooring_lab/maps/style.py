# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How maps look: few colours, each with one meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mooring_lab.maps.scene import MarkKind, Shade

PAPER: Final = "#ffffff"
SEA: Final = "#e8f0f4"
GRATICULE: Final = "#d3e0e7"
FRAME: Final = "#a9b8c0"
INK: Final = "#1d2a33"
MUTED: Final = "#61717b"
HALO: Final = "#ffffffd8"
REGION: Final = "#1c5fb0"
REGION_TINT: Final = "#1c5fb038"
CIRCLE: Final = "#47617a"

TITLE_PT: Final = 12.5
TEXT_PT: Final = 8.5
LEGEND_PT: Final = 7.8
LABEL_PT: Final = 7.6
SMALL_PT: Final = 6.6

_BORDER: Final = {"edgecolor": "#ffffff", "linewidth": 0.45}

SHADES: Final[Mapping[Shade, Mapping[str, Any]]] = {
    Shade.PLAIN: {"facecolor": "#d9d8d0", **_BORDER},
    Shade.EXCLUDED: {"facecolor": "#b9b2b0", **_BORDER},
    Shade.POSSIBLE: {"facecolor": "#f3cf7a", **_BORDER},
    Shade.RESTRICTED: {"facecolor": "#dc6a5b", **_BORDER},
    Shade.PROVEN: {"facecolor": "#7fbf98", **_BORDER},
}

MARKS: Final[Mapping[MarkKind, Mapping[str, Any]]] = {
    MarkKind.LANDMARK: {
        "marker": "^",
        "markersize": 6.0,
        "markerfacecolor": "#22384a",
        "markeredgecolor": "#ffffff",
        "markeredgewidth": 0.7,
    },
    MarkKind.SITE: {
        "marker": "*",
        "markersize": 13.0,
        "markerfacecolor": "#c2185b",
        "markeredgecolor": "#ffffff",
        "markeredgewidth": 0.8,
    },
    MarkKind.PLACE: {
        "marker": "o",
        "markersize": 4.4,
        "markerfacecolor": "#c2185b",
        "markeredgecolor": "#ffffff",
        "markeredgewidth": 0.6,
    },
    MarkKind.CLAIM: {
        "marker": "X",
        "markersize": 8.5,
        "markerfacecolor": "#6a3d9a",
        "markeredgecolor": "#ffffff",
        "markeredgewidth": 0.8,
    },
}
