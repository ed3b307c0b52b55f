# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is sent after a fault must show each time that the gate opens."""

from __future__ import annotations

from mooring_host.token import SequenceBound
from mooring_lab.faults import aftermath
from mooring_lab.faults.scenario import _good, _request
from mooring_lab.faults.stage import Stage, chip_config
from mooring_models import Chip
from mooring_models.config import SHIPPED_IMAGE


def test_a_second_grant_of_the_same_size_is_seen() -> None:
    stage = Stage.boot(SHIPPED_IMAGE, "native")
    stage.trust()
    requests = tuple(
        _request(*_good(stage, SequenceBound(1, sequence))).data for sequence in (7, 8)
    )
    grants = aftermath._deliver(stage, requests)
    assert len(grants) == 2
    assert grants[0] == grants[1]


def test_a_licence_that_is_refused_as_used_is_no_second_grant() -> None:
    stage = Stage.boot(SHIPPED_IMAGE, "native")
    stage.trust()
    request = _request(*_good(stage, SequenceBound(1, 7))).data
    assert len(aftermath._deliver(stage, (request, request))) == 1


def test_a_command_of_manufacturing_burns_where_it_is_taken_and_nowhere_else() -> None:
    fresh = Chip.manufacture(chip_config("native", SHIPPED_IMAGE))
    fresh.power_on()

    assert aftermath._burns(Stage(fresh))
    assert not aftermath._burns(Stage.boot(SHIPPED_IMAGE, "native"))
