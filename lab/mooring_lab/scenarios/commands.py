# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring scenario`: list, explain, run, and begin a new one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import cast

import rich_click as click

from mooring_host.cli.kit import App, ExitCode, NounGroup, output_options, pass_app
from mooring_host.errors import FileError, UsageError
from mooring_lab.scenarios import model
from mooring_lab.scenarios.page import page
from mooring_lab.scenarios.reading import read_scenario, shipped
from mooring_lab.scenarios.running import Run, run
from mooring_lab.scenarios.views import (
    FactView,
    LawView,
    ListedView,
    ScenarioListView,
    ScenarioRunsView,
    ScenarioRunView,
    ScenarioView,
    counting,
)
from mooring_lab.scenarios.vocabulary import FACTS, Family
from mooring_models.cpu import RUNNING_BACK_ENDS


@click.group("scenario", cls=NounGroup)
def scenario() -> None:
    """Play what happens to chips, under a law that denies boot and one that has it reported."""


def find(name: str) -> model.Scenario:
    """A scenario by its id, or from a file that ends in .toml.

    Raises:
        UsageError: there is none of that id.
        FileError: the file is none.
    """
    if name.endswith(".toml"):
        return read_scenario(Path(name))
    for each in shipped():
        if each.id.lower() == name.lower():
            return each
    raise UsageError(
        "look up a scenario", f"there is no scenario {name!r}", "See all: mooring scenario list"
    )


@click.command("list")
@output_options
@pass_app
def list_scenarios(app: App) -> None:
    """List the scenarios, and whether the mechanism holds."""
    listed = (
        ListedView(each.id, each.name, each.standing.value, bool(each.corrections))
        for each in shipped()
    )
    app.output.emit(ScenarioListView(tuple(listed)))


@click.command("explain")
@click.argument("name", metavar="ID|FILE.toml")
@output_options
@pass_app
def explain_scenario(app: App, name: str) -> None:
    """Tell a scenario: who is where, what happens, what is expected, and what was corrected."""
    one = find(name)
    first = one.original
    app.output.emit(
        ScenarioView(
            one.id,
            one.name,
            one.text,
            one.standing.value,
            one.lesson,
            counting(one),
            tuple(_told(step) for step in one.steps),
            tuple(_expected(one, family) for family in Family),
            () if first is None else (first.setup, first.boot_denying, first.chip_security_act),
            tuple(f"{c.was} -> {c.now}. {c.because} ({c.source})" for c in one.corrections),
        )
    )


def _told(step: model.Step) -> str:
    parts = [
        f"{name} {_value(value)}"
        for name, value in vars(step).items()
        if value and name not in ("sale",)
    ]
    return f"{type(step).__name__.lower()}: {', '.join(parts)}" if parts else "count"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, cast("tuple[object, ...]", value)))
    return str(value.value if isinstance(value, Enum) else value)


def _expected(one: model.Scenario, family: Family) -> LawView:
    facts = one.expected[family]
    views = tuple(FactView(name, facts[name], ()) for name in FACTS if name in facts)
    return LawView(family.value, family.preset, True, views, (), ())


@click.command("run")
@click.argument("names", metavar="[ID|FILE.toml]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Run all that come with Mooring.")
@click.option(
    "--cpu",
    type=click.Choice(RUNNING_BACK_ENDS),
    default=RUNNING_BACK_ENDS[0],
    show_default=True,
    help="What runs the chips' ROM.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page of HTML with maps and time lines.",
)
@output_options
@pass_app
@click.pass_context
def run_scenarios(
    ctx: click.Context,
    app: App,
    names: Sequence[str],
    everything: bool,
    cpu: str,
    report: Path | None,
) -> None:
    """Run scenarios under both laws, and compare what is seen with what is expected.

    Exits with 0 if everything is as expected, else with 1.
    """
    if everything == bool(names):
        raise click.UsageError("name scenarios, or give --all; mooring scenario list names them")
    chosen = shipped() if everything else tuple(map(find, names))
    pairs: list[tuple[Run, ...]] = []
    with app.output.progress(len(chosen), "Playing") as step:
        for one in chosen:
            step(one.id)
            pairs.append(tuple(run(one, family, cpu=cpu) for family in Family))
    if report is not None:
        with app.output.progress(len(pairs), "Drawing") as step:
            _write(report, page(pairs, begin=step))
    views = tuple(map(ScenarioRunView.of, pairs))
    as_expected = all(each.as_expected for each in views)
    app.output.emit(ScenarioRunsView(cpu, as_expected, views))
    if not as_expected:
        ctx.exit(ExitCode.REFUSED)


@click.command("new")
@click.argument("path", metavar="FILE.toml", type=click.Path(path_type=Path, dir_okay=False))
@output_options
@pass_app
def new_scenario(app: App, path: Path) -> None:
    """Write a scenario to begin with; it runs as it is, and says what can be changed."""
    if path.suffix != ".toml":
        raise UsageError("begin a scenario", f"{path.name} does not end in .toml")
    if path.exists():
        raise FileError(f"write {path}", "it exists already", "Choose another name.")
    _write(path, (files("mooring_lab.scenarios") / "data" / "template.toml").read_text("utf-8"))
    app.output.note(f"Now edit it, and: mooring scenario run {path}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FileError(f"write {path}", error.strerror or str(error)) from error
