# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the native back end has to charge for each phase, so that it takes the image's time.

``python -m mooring_lab.phase_costs`` measures both back ends in one session and prints the
table for `mooring_models.cpu.native.PHASE_COST`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from statistics import fmean
from typing import Final, TextIO

from mooring_host.chip import ChipClient
from mooring_host.matrix import Int8Matrix
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import VERIFIER_NONCE, ChipTransport, Form, PhaseMeter, Prepared, prepare
from mooring_lab.issuer import Issuer
from mooring_models import Phase
from mooring_models.clock import NS, US
from mooring_models.cpu.native import PHASE_COST

# No time on the line: what is measured is work.
BAUD: Final = 3_000_000
MATRIX: Final = Int8Matrix(16, 16, bytes(256))
SIGNIFICANT_DIGITS: Final = 2


def _session(prepared: Prepared) -> list[tuple[Phase, int]]:
    """One boot to compute, an answer of each kind, and the phases of all of it."""
    chip = prepared.chip()
    meter = PhaseMeter(chip)
    client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
    tokens = prepared.delivery
    chip.power_on()
    client.info()
    client.trust(tokens.root_key, tokens.trust_list)
    client.challenge(VERIFIER_NONCE)
    client.load_licence(tokens.location, tokens.licence)
    client.compute(MATRIX, MATRIX)
    client.status(VERIFIER_NONCE)
    client.log()
    meter.close()
    return meter.spans


def _means(cpu: str) -> dict[Phase, float]:
    """Mean picoseconds of each phase, over a session in each form of freshness."""
    issuer = Issuer.from_seed(b"phase costs")
    spans = [
        span
        for form in Form
        for span in _session(prepare("meter", issuer, baud=BAUD, form=form, cpu=cpu))
    ]
    return {phase: fmean(span for each, span in spans if each is phase) for phase in Phase}


def measure() -> dict[Phase, float]:
    """What each phase has to cost in picoseconds; accesses and storage are charged anyway."""
    native, image = _means("native"), _means("rv32")
    return {phase: PHASE_COST[phase] + image[phase] - native[phase] for phase in Phase}


def print_table(costs: Mapping[Phase, float], out: TextIO) -> None:
    """The table as Python, in units that leave whole numbers."""
    for phase, cost in costs.items():
        name, unit = ("US", US) if cost >= 10 * US else ("NS", NS)
        number = float(f"{cost / unit:.{SIGNIFICANT_DIGITS}g}")
        print(f"    Phase.{phase.name}: {number:_.0f} * {name},", file=out)


if __name__ == "__main__":
    print_table(measure(), sys.stdout)
