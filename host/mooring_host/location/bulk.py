# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Which countries many chips can be in, each by its round trips to the same landmarks.

The globe is cut into boxes of half a degree once, and once it is found which countries each
touches and how far it is from each landmark. A chip's boxes are then sieved: by its smallest disk
among boxes of ten degrees, then among the fine ones, then by all disks. What is excluded here is
excluded; a region cut by `Region` to finer boxes may exclude more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mooring_host.location.borders import CLAIMED, Outline
from mooring_host.location.bounds import BoundPolicy, DistanceBound
from mooring_host.location.cells import NUMERIC_KM, Cells, Flags, Floats

FINE_DEG: Final = 0.5
SPHERE_KM: Final = 6371.0088
SPHERE_ERROR: Final = 0.006
"""No geodesic of WGS 84 is shorter than the sphere's by more than this share: the least radius of
curvature, 6,335.4 km, is 0.9944 of the sphere's, and so is every path at least."""
_ROUNDING_KM: Final = 0.2
"""What a chord by way of a cosine may be wrong where it is short: 2^-26 of the radius."""
_COARSE_DEG: Final = 5.0
_ROW: Final = int(_COARSE_DEG / FINE_DEG)
_ACROSS: Final = int(360 / FINE_DEG)


@dataclass(frozen=True)
class CountryIndex:
    """Which countries each fine box may hold a point of."""

    codes: tuple[str, ...]
    touched: Flags
    """Boxes by countries."""

    @classmethod
    def of(cls, outlines: Mapping[str, Outline], policy: BoundPolicy) -> CountryIndex:
        """Asks every country about the boxes near it; what it may claim counts as its own."""
        codes = tuple(sorted(outlines))
        boxes, owner = Cells.globe(FINE_DEG).boxes(policy.exclusion_margin_km)
        tree = shapely.STRtree(boxes)
        touched = np.zeros((Cells.globe(FINE_DEG).number, len(codes)), np.bool_)
        for column, code in enumerate(codes):
            shape = outlines[code].shape
            shapely.prepare(shape)
            for part in shapely.get_parts(shape):
                near = tree.query(part)
                found = near[shapely.intersects(shape, boxes[near])]
                touched[owner[found], column] = True
        column_of = {code: column for column, code in enumerate(codes)}
        for territory, owners in CLAIMED.items():
            for owner_code in owners:
                if territory in column_of and owner_code in column_of:
                    touched[:, column_of[owner_code]] |= touched[:, column_of[territory]]
        return cls(codes, touched)


class Network:
    """Landmarks at known places, and an index of countries."""

    def __init__(
        self,
        landmarks: Sequence[tuple[float, float]],
        index: CountryIndex,
        policy: BoundPolicy | None = None,
    ) -> None:
        """Measures every box's distance from every landmark (latitude, longitude in degrees)."""
        self._policy: Final = policy or BoundPolicy()
        self._index: Final = index
        self._packed: Final = np.packbits(index.touched, axis=1)
        disks = [DistanceBound(latitude, longitude, 0.0) for latitude, longitude in landmarks]
        large = Cells.globe(_COARSE_DEG)
        self._coarse: Final = _nearest_km(large, disks)
        self._farthest: Final = large.distances_km(disks) + large.reach_km[:, None]
        self._fine: Final = _nearest_km(Cells.globe(FINE_DEG), disks)
        self._columns: Final = np.ascontiguousarray(self._fine.T)
        self._children: Final = _children()

    def countries(
        self,
        round_trips_ms: Floats,
        progress: Callable[[int], object] | None = None,
    ) -> tuple[Flags, Flags]:
        """The countries that stay possible for each chip.

        Args:
            round_trips_ms: chips by landmarks; NaN where there was no answer.
            progress: called with 1 after each chip.

        Returns:
            chips by countries in the order of the index; and of each chip whether its round trips
            contradict each other, which leaves no country and proves nothing.

        Raises:
            ValueError: a round trip is not positive, or the columns are not the landmarks.
        """
        trips = np.asarray(round_trips_ms, np.float64)
        if trips.ndim != 2 or trips.shape[1] != self._coarse.shape[1]:
            expected = f"chips by {self._coarse.shape[1]} landmarks"
            raise ValueError(f"round trips of shape {trips.shape}, expected {expected}")
        if np.any(trips <= 0) or np.any(np.isinf(trips)):
            raise ValueError("a round trip is not positive and finite")
        radii = self._radii_km(trips)
        possible = np.zeros((len(trips), self._packed.shape[1]), np.uint8)
        empty = np.zeros(len(trips), np.bool_)
        for chip, each in enumerate(radii):
            boxes = self._sieve(each)
            empty[chip] = boxes.size == 0
            possible[chip] = np.bitwise_or.reduce(self._packed[boxes], axis=0)
            if progress is not None:
                progress(1)
        count = len(self._index.codes)
        return np.unpackbits(possible, axis=1, count=count).astype(np.bool_), empty

    def _radii_km(self, trips: Floats) -> Floats:
        padding = self._policy.padding_ms
        slack = trips + self._policy.slack_ms
        longer = np.maximum(slack, np.ceil(slack / padding) * padding) if padding > 0 else slack
        radii = longer * self._policy.speed.value / 2 + self._policy.position_error_km
        usable = radii <= self._policy.largest_radius_km  # NaN is not
        return np.where(usable, radii + NUMERIC_KM, np.inf)

    def _sieve(self, radii: Floats) -> NDArray[np.intp]:
        """The fine boxes that enough disks leave possible."""
        if np.isfinite(radii).sum() < self._policy.minimum_landmarks:
            return np.arange(len(self._fine))
        # Of n usable disks n - outliers have to hold a point; the others, infinite, always do.
        enough = len(radii) - self._policy.outliers
        coarse = np.sum(self._coarse <= radii, axis=1) >= enough
        boxes = self._children[coarse].ravel()
        if self._policy.outliers > 0:
            fitting: Flags = np.sum(self._fine[boxes] <= radii, axis=1) >= enough
            return np.asarray(boxes[fitting], np.intp)
        # A disk that holds all coarse boxes that are left cuts none of their fine ones.
        cuts = np.any(self._farthest[coarse] > radii, axis=0)
        for landmark in np.argsort(radii):
            if cuts[landmark]:
                boxes = boxes[self._columns[landmark][boxes] <= radii[landmark]]
        return np.asarray(boxes, np.intp)


def _nearest_km(cells: Cells, disks: Sequence[DistanceBound]) -> Floats:
    """The least that any point of a box can be from each centre; boxes by landmarks."""
    centres = _on_sphere(cells.south + cells.height / 2, cells.west + cells.width / 2)
    to = _on_sphere(
        np.array([each.latitude_deg for each in disks]),
        np.array([each.longitude_deg for each in disks]),
    )
    chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * centres @ to.T))
    angle = 2.0 * np.arcsin(np.minimum(1.0, chord / 2.0))
    return SPHERE_KM * (1.0 - SPHERE_ERROR) * angle - _ROUNDING_KM - cells.reach_km[:, None]


def _on_sphere(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    """Unit vectors, rows of three."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    aside = np.cos(latitude)
    return np.stack(
        [aside * np.cos(longitude), aside * np.sin(longitude), np.sin(latitude)], axis=1
    )


def _children() -> NDArray[np.intp]:
    """Of each coarse box the numbers of its fine ones, in the order of `Cells.globe`."""
    rows = np.arange(int(180 / _COARSE_DEG))
    columns = np.arange(int(360 / _COARSE_DEG))
    row, column = (each.ravel() for each in np.meshgrid(rows, columns, indexing="ij"))
    first = row * _ROW * _ACROSS + column * _ROW
    within = (np.arange(_ROW)[:, None] * _ACROSS + np.arange(_ROW)).ravel()
    return first[:, None] + within
