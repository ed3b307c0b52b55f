# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Maps of what landmarks prove: regions, landmarks, borders and sites, as SVG or PNG."""

from mooring_lab.maps.canvas import MapError, draw_map, save_map
from mooring_lab.maps.scene import Country, Mark, MarkKind, Scene, Shade
from mooring_lab.maps.view import RegionalView, View, WorldView

__all__ = [
    "Country",
    "MapError",
    "Mark",
    "MarkKind",
    "RegionalView",
    "Scene",
    "Shade",
    "View",
    "WorldView",
    "draw_map",
    "save_map",
]
