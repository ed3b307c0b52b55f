# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where labels stand: beside their marks, and never over each other."""

from __future__ import annotations

from typing import Final, NamedTuple

LETTER_PX: Final = 7.6
"""Mean width of a letter of a label, in pixels of 1400 across a map."""
LINE_PX: Final = 15.0
GAP_PX: Final = 9.0
MARK_PX: Final = 13.0


class Box(NamedTuple):
    """A rectangle on the plane, metres."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.west < other.east
            and other.west < self.east
            and self.south < other.north
            and other.south < self.north
        )

    def holds(self, other: Box) -> bool:
        """Whether the other is inside."""
        return (
            self.west <= other.west
            and self.south <= other.south
            and other.east <= self.east
            and other.north <= self.north
        )


class Place(NamedTuple):
    """Where a label goes."""

    x: float
    y: float
    align: str
    """Horizontal alignment, matplotlib's word."""


class LabelPlacer:
    """Takes labels in order of importance; each gets the first free place of eight, or none."""

    def __init__(self, frame: tuple[float, float, float, float], pixel_m: float) -> None:
        self._frame = Box(*frame)
        self._pixel_m = pixel_m
        self._taken: list[Box] = []
        self._marks: list[Box] = []

    def occupy(self, x: float, y: float) -> None:
        """A mark stands there."""
        half = MARK_PX / 2 * self._pixel_m
        self._marks.append(Box(x - half, y - half, x + half, y + half))

    def place(self, label: str, x: float, y: float) -> Place | None:
        """A place for the label of the mark at that point; None if there is no room."""
        if not label:
            return None
        width = LETTER_PX * len(label) * self._pixel_m
        half = LINE_PX / 2 * self._pixel_m
        gap = GAP_PX * self._pixel_m
        rise = LINE_PX * self._pixel_m
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            at_x, at_y = x + dx * gap, y + dy * rise
            west = at_x + {1: 0.0, 0: -width / 2, -1: -width}[dx]
            box = Box(west, at_y - half, west + width, at_y + half)
            if self._frame.holds(box) and not any(box.meets(b) for b in self._others(x, y)):
                self._taken.append(box)
                return Place(at_x, at_y, {1: "left", 0: "center", -1: "right"}[dx])
        return None

    def _others(self, x: float, y: float) -> list[Box]:
        """All that a label must keep off: other labels, and all marks but its own."""
        others = [
            box
            for box in self._marks
            if not (box.west < x < box.east and box.south < y < box.north)
        ]
        return self._taken + others
