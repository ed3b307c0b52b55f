# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The classic estimators do what their papers say, no more: they are advisory."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mooring_lab.evaluation.estimators import BestLine, Sample, TypicalSpeed


def test_the_typical_speed_is_four_ninths_of_light() -> None:
    # 4/9 of 299792.458 km/s, and half of the way there and back.
    assert TypicalSpeed().distance_km(3.0) == pytest.approx(199.861639, abs=1e-6)


def test_the_best_line_runs_through_the_samples_that_it_touches() -> None:
    # By hand: the two lowest samples give a slope of 0.02 and 1 ms at no distance.
    samples = [Sample(100, 3), Sample(1000, 21), Sample(500, 30), Sample(900, 25)]

    line = BestLine.fit(samples)

    assert (line.ms_per_km, line.fixed_ms) == pytest.approx((0.02, 1.0))
    assert line.distance_km(11.0) == pytest.approx(500.0)


def test_the_best_line_is_never_faster_than_the_baseline() -> None:
    samples = [Sample(1000, 50), Sample(2000, 51), Sample(4000, 52)]

    assert BestLine.fit(samples).ms_per_km >= 0.01


def test_without_samples_or_with_impossible_ones_the_baseline_stays() -> None:
    for samples in ([], [Sample(10_000, 1)]):
        line = BestLine.fit(samples)
        assert (line.ms_per_km, line.fixed_ms) == (0.01, 0.0)


def test_a_round_trip_below_the_line_is_no_distance() -> None:
    assert BestLine(0.02, 5.0).distance_km(1.0) == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_no_line_on_a_fine_grid_lies_higher(seed: int) -> None:
    chance = random.Random(seed)
    samples = [
        Sample(d := chance.uniform(100, 9000), 0.01 * d * chance.uniform(1.1, 3) + chance.random())
        for _ in range(8)
    ]
    distances = np.array([sample.distance_km for sample in samples])
    trips = np.array([sample.round_trip_ms for sample in samples])
    slopes = np.linspace(0.01, 0.05, 4001)
    # Of each slope the highest line below all samples; none may start below zero.
    fixed = np.min(trips[:, None] - slopes * distances[:, None], axis=0)
    heights = np.where(fixed >= 0, slopes * distances.sum() + fixed * len(samples), -np.inf)

    line = BestLine.fit(samples)

    assert np.all(line.ms_per_km * distances + line.fixed_ms <= trips + 1e-6)
    found = line.ms_per_km * distances.sum() + line.fixed_ms * len(samples)
    assert found >= heights.max() - 1e-6
