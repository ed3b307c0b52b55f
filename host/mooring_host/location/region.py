# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where a chip can be, given disks; and what that says about zones.

A region is an outer cover: it holds every point that is in enough disks, and some beside. So
what it does not touch is excluded, what holds all of it holds the chip, and everything else is
ambiguous. It is told by its area and by the countries still possible, never as a point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from mooring_host.location.borders import Outline, claimants
from mooring_host.location.bounds import HALF_MERIDIAN_KM, BoundPolicy, DistanceBound
from mooring_host.location.cells import Cells, cover
from mooring_host.location.shapes import Shape
from mooring_host.location.verdict import ZoneVerdict


@dataclass(frozen=True)
class Region:
    """Every place that the disks leave possible, and little else."""

    cells: Cells

    @classmethod
    def of(cls, disks: Sequence[DistanceBound], outliers: int = 0) -> Region:
        """The points in at least all but `outliers` of the disks.

        Raises:
            ValueError: fewer than one disk has to hold.
        """
        enough = len(disks) - outliers
        if enough < 1 or outliers < 0:
            raise ValueError(f"{outliers} outliers of {len(disks)} disks leave nothing to hold")
        if enough == len(disks):
            # What covers the Earth says nothing, and costs as much as another.
            disks = [each for each in disks if each.radius_km < HALF_MERIDIAN_KM] or disks[:1]
            enough = len(disks)
        return cls(cover(disks, enough))

    @property
    def is_empty(self) -> bool:
        """Whether no place is possible: the disks contradict each other."""
        return self.cells.number == 0

    @property
    def area_km2(self) -> float:
        """How large it is at most, within a hundredth."""
        return self.cells.area_km2

    def verdict(self, shape: Shape | None, policy: BoundPolicy) -> ZoneVerdict:
        """Where the chip is with respect to a zone; an empty region proves nothing."""
        if shape is None or self.is_empty:
            return ZoneVerdict.AMBIGUOUS
        if not shape.touches(self.cells, policy):
            return ZoneVerdict.EXCLUDED
        if shape.holds(self.cells, policy):
            return ZoneVerdict.INSIDE
        return ZoneVerdict.AMBIGUOUS

    def appraise(
        self, zones: Mapping[str, Shape | None], policy: BoundPolicy
    ) -> dict[str, ZoneVerdict]:
        """The verdict on each zone."""
        return {name: self.verdict(shape, policy) for name, shape in zones.items()}

    def countries(self, outlines: Mapping[str, Outline], policy: BoundPolicy) -> tuple[str, ...]:
        """The codes of the countries that are not excluded, sorted; none if it is empty.

        A territory without a code of its own comes by its name, and with those who claim it.
        """
        if self.is_empty:
            return ()
        codes = sorted(outlines)
        boxes, _ = self.cells.boxes(policy.exclusion_margin_km)
        tree = shapely.STRtree([outlines[code].shape for code in codes])
        near: list[int] = np.unique(tree.query(boxes)[1]).tolist()
        drawn = [
            codes[index]
            for index in near
            if np.any(shapely.intersects(outlines[codes[index]].prepared, boxes))
        ]
        return tuple(sorted({*drawn, *claimants(drawn)} & outlines.keys()))
