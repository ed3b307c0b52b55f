# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How long does it take to find every country that each of many chips can be in?

The chips and the landmarks lie anywhere on the Earth, at random; each landmark hears each chip
after 1.3 to 2.5 times what light would take, and 0.2 ms.  One core; the borders are read and
indexed within the time that is told.

Usage: ``python -m benchmarks.location [--chips N] [--landmarks N] [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import rich_click as click
from numpy.typing import NDArray
from pyproj import Geod

from mooring_host.location.borders import Borders
from mooring_host.location.bounds import BoundPolicy, Speed
from mooring_host.location.bulk import CountryIndex, Network

SEED: Final = 20261124
LIMIT_S: Final = 30.0
"""What 10,000 chips with 30 landmarks each may take."""


def main() -> None:
    """Measures, prints, and writes a file if told to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chips", type=int, default=10_000)
    parser.add_argument("--landmarks", type=int, default=30)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    measured = measure(given.chips, given.landmarks)
    print(json.dumps(measured, indent=2))
    if given.json is not None:
        given.json.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")


def measure(chips: int, landmarks: int) -> dict[str, float]:
    """Seconds, and how much was left possible."""
    rng = np.random.default_rng(SEED)
    marks = _places(rng, landmarks)
    trips = _round_trips_ms(rng, _places(rng, chips), marks)
    policy = BoundPolicy()

    started = time.perf_counter()
    index = CountryIndex.of(Borders.natural_earth().outlines, policy)
    network = Network([(float(lat), float(lon)) for lat, lon in marks], index, policy)
    prepared = time.perf_counter()
    with click.progressbar(length=chips, label="Chips", file=sys.stderr) as bar:
        possible, empty = network.countries(trips, bar.update)
    finished = time.perf_counter()
    return {
        "chips": chips,
        "landmarks": landmarks,
        "prepare_s": round(prepared - started, 2),
        "judge_s": round(finished - prepared, 2),
        "total_s": round(finished - started, 2),
        "limit_s": LIMIT_S,
        "countries_left_mean": round(float(possible.sum(axis=1).mean()), 2),
        "contradictions": int(empty.sum()),
    }


def _places(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Latitudes and longitudes, even over the globe."""
    latitude = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    return np.column_stack((latitude, rng.uniform(-180, 180, count)))


def _round_trips_ms(
    rng: np.random.Generator, places: NDArray[np.float64], marks: NDArray[np.float64]
) -> NDArray[np.float64]:
    shape = (len(places), len(marks))
    here = np.repeat(places, len(marks), axis=0)
    there = np.tile(marks, (len(places), 1))
    geod: Any = Geod(ellps="WGS84")
    _, _, metres = geod.inv(here[:, 1], here[:, 0], there[:, 1], there[:, 0])
    least = np.asarray(metres, np.float64).reshape(shape) / 1e3 * 2 / Speed.LIGHT.value
    trips: NDArray[np.float64] = least * rng.uniform(1.3, 2.5, shape) + 0.2
    return trips


if __name__ == "__main__":
    main()
