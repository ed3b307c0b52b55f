# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The counts of a campaign, for machines and for a table in a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from mooring_firmware.images import load
from mooring_lab.faults.campaign import ENOUGH, Options, Result
from mooring_lab.faults.layout import Layout
from mooring_lab.faults.models import Group, Model
from mooring_lab.faults.plan import Cell
from mooring_lab.faults.report.listing import instructions
from mooring_lab.faults.scenario import scenarios
from mooring_lab.faults.tally import COUNTED, Tally

SCHEMA: Final = "mooring.attack.faults/2"


def counts(tally: Tally, cells: Iterable[Cell]) -> dict[str, int]:
    """Possible, run, struck and each outcome, over some cells."""
    wanted = list(cells)
    found = {
        "possible": sum(tally.possible.get(cell, 0) for cell in wanted),
        "run": sum(tally.run[cell] for cell in wanted),
        "struck": tally.struck(wanted),
    }
    for outcome in COUNTED:
        found[outcome.value.replace(" ", "_")] = sum(tally.counts[cell, outcome] for cell in wanted)
    return found


def by_group(tally: Tally, cells: Iterable[Cell]) -> dict[str, dict[str, int]]:
    """The counts of single faults, of pairs and of twins."""
    wanted = list(cells)
    return {
        group.value: counts(tally, [cell for cell in wanted if cell.model.group is group])
        for group in Group
    }


def coverage(tally: Tally) -> dict[str, dict[str, int]]:
    """Static instructions of each function that each model has struck."""
    layout = Layout(load(tally.image))
    struck: dict[str, dict[str, set[int]]] = {}
    for pc, model, outcome in tally.places:
        if outcome.counts:
            name = layout.image.function(pc) or "?"
            struck.setdefault(name, {}).setdefault(model.value, set()).add(pc)
    return {
        name: {model: len(places) for model, places in sorted(models.items())}
        for name, models in sorted(struck.items())
    }


def command(options: Options) -> str:
    """What repeats the run, but for the number of processes and the folder."""
    words = ["mooring attack faults"]
    if set(options.campaigns) != set(scenarios()):
        words += [f"--campaign {name}" for name in options.campaigns]
    if set(options.models) != set(Model):
        words += [f"--model {model.value}" for model in options.models]
    words.append("--all" if options.sample is None else f"--sample {options.sample}")
    if options.pairs is not None:
        words.append(f"--pairs {options.pairs}")
    if options.twins is not None:
        words.append(f"--twins {options.twins}")
    return " ".join([*words, f"--seed {options.seed}"])


def _tally(tally: Tally) -> dict[str, Any]:
    cells = list(tally.possible)
    models = [model for model in Model if any(cell.model is model for cell in cells)]
    names = sorted({cell.scenario for cell in cells})
    return {
        "image": tally.image,
        "measurement": tally.measurement,
        "seconds": round(tally.seconds, 1),
        **by_group(tally, cells),
        "models": {
            model.value: counts(tally, [cell for cell in cells if cell.model is model])
            for model in models
        },
        "campaigns": {
            name: {
                "title": scenarios()[name].title,
                "decision_section": tally.section[name],
                **by_group(tally, [cell for cell in cells if cell.scenario == name]),
            }
            for name in names
        },
        "openings": [asdict(each) for each in tally.openings],
    }


def summary(result: Result) -> dict[str, Any]:
    """All counts and openings; `coverage` is a part of it."""
    return {
        "schema": SCHEMA,
        "seed": result.options.seed,
        "sampled": result.shipped.sampled,
        "sound": result.sound,
        "flaws": result.flaws,
        "openings_wanted_of_control": ENOUGH,
        "shipped": _tally(result.shipped),
        "control": _tally(result.control),
        "command": command(result.options),
        "instructions": sum(1 for _ in instructions(load(result.shipped.image))),
        "struck_instructions": len(
            {pc for pc, _, outcome in result.shipped.places if outcome.counts}
        ),
        "coverage": coverage(result.shipped),
    }
