# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring policy`: dated export rules, and what they say of a chip or a transaction."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import rich_click as click

from mooring_host.cli._app import App, pass_app
from mooring_host.cli._differences import DifferenceView
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._files import read_text
from mooring_host.cli._options import output_options
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._policy import (
    ClassesView,
    ClassView,
    DecisionsView,
    DecisionView,
    GroupsView,
    GroupView,
    PresetsView,
    PresetView,
)
from mooring_host.cli._types import IN_FILE, Pair
from mooring_host.errors import UsageError
from mooring_host.policy.catalogue import parse_preset, preset, presets
from mooring_host.policy.classify import classify
from mooring_host.policy.days import day_of
from mooring_host.policy.diff import diff
from mooring_host.policy.figures import ChipFigures, ChipList, read_chips, tpp_of
from mooring_host.policy.groups import country_group, country_groups
from mooring_host.policy.preset import Preset
from mooring_host.policy.regime import Regime
from mooring_host.policy.transaction import Transaction
from mooring_host.states import Mode

DEFAULT_PRESET: Final = "us-law"
SUFFIX: Final = ".toml"


class Day(click.ParamType[date]):
    """A calendar day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{str(value)[:40]!r}: expected a day as YYYY-MM-DD", param, ctx)


DAY: Final = Day()


def today(app: App) -> date:
    """The day by the clock of this run, in UTC."""
    return day_of(app.edges.now())


def chosen(name: str) -> Preset:
    """The preset of a name, or of a file whose name ends in .toml.

    Raises:
        FileError: the file holds none; the field that is wrong is named.
        UsageError: there is no preset of that name.
    """
    if not name.endswith(SUFFIX):
        return preset(name)
    return parse_preset(read_text(Path(name)), name)


@click.group("policy", cls=NounGroup)
@click.command_panel("Read the rules", commands=["list", "show", "groups", "diff"])
@click.command_panel("Ask them", commands=["classify", "decide"])
def policy() -> None:
    """Ask dated export rules what they say. Research material, not legal advice."""


@policy.command("list")
@click.option("--on", type=DAY, help="Day for which to say what is in force.  [default: today]")
@output_options
@pass_app
def policy_list(app: App, on: date | None) -> None:
    """List the presets: rules, bills and concepts, with their dates."""
    app.output.emit(PresetsView.of(presets(), on or today(app)))


@policy.command("show")
@click.argument("name", metavar="PRESET")
@output_options
@pass_app
def policy_show(app: App, name: str) -> None:
    """Show PRESET with all its rules, each with its citation and how well that is known.

    PRESET is a name, or a file of your own that ends in .toml.
    """
    app.output.emit(PresetView.of(chosen(name)))


@policy.command("groups")
@click.argument("name", metavar="GROUP", required=False)
@click.option("--on", type=DAY, help="Day.  [default: today]")
@output_options
@pass_app
def policy_groups(app: App, name: str | None, on: date | None) -> None:
    """Show the members of GROUP, such as D:5, or of all country groups, on a day."""
    day = on or today(app)
    chosen = [country_group(name)] if name else list(country_groups().values())
    app.output.emit(GroupsView(str(day), tuple(GroupView.of(each, day) for each in chosen)))


@policy.command("classify")
@click.option("--csv", "path", type=IN_FILE, help="Many chips, instead of one by its numbers.")
@click.option("--name", default="the chip", show_default=True, help="What to call it.")
@click.option("--tpp", type=float, help="Total processing performance.")
@click.option(
    "--tops",
    type=Pair("BITS=TOPS"),
    multiple=True,
    help="Dense TOPS at a bit length, instead of --tpp; may be repeated, the largest counts.",
)
@click.option("--die", "die_mm2", type=float, help="Applicable die area in mm².")
@click.option("--memory", "memory_gbps", type=float, help="Memory bandwidth in GB/s.")
@click.option("--io", "io_gbps", type=float, help="I/O bandwidth in GB/s, both directions.")
@click.option("--hbm", "hbm_density", type=float, help="For memory: GB/s/mm² of a stack.")
@click.option(
    "--datacenter/--not-datacenter",
    default=None,
    help="Whether it is designed or marketed for data centres.",
)
@click.option("--on", type=DAY, help="Day.  [default: today]")
@output_options
@pass_app
def policy_classify(
    app: App,
    /,
    path: Path | None,
    name: str,
    tpp: float | None,
    tops: tuple[tuple[str, str], ...],
    datacenter: bool | None,
    on: date | None,
    **figures: Any,
) -> None:
    """Classify a chip by ECCN 3A090 as of a day, by its numbers or from a CSV.

    \b
    mooring policy classify --tops 16=989.5 --tops 8=1979 --die 814 --datacenter

    The CSV has the columns name, dense_fp16_tflops, dense_8bit_tops, dense_4bit_tops, die_mm2
    and mem_bw_GBps. What a chip is marketed for is not among them: Note 2 stays open.
    """
    day = on or today(app)
    if path is not None:
        if tpp is not None or tops or any(value is not None for value in figures.values()):
            raise UsageError("classify chips", "found both --csv and numbers of a single chip")
        chips = read_chips(read_text(path), str(path))
    else:
        speed = _speed(tpp, tops)
        chips = ChipList((ChipFigures(name, speed, datacenter=datacenter, **figures),), ())
    views = tuple(ClassView.of(each, classify(each, day)) for each in chips.chips)
    app.output.emit(ClassesView(str(day), views, chips.unrated))


def _speed(tpp: float | None, tops: tuple[tuple[str, str], ...]) -> float:
    attempted = "classify a chip"
    if (tpp is None) is (not tops):
        raise UsageError(attempted, "found neither --tpp nor --tops, or both")
    if tpp is not None:
        return tpp
    found: dict[int, float] = {}
    for bits, value in tops:
        try:
            found[int(bits)] = float(value)
        except ValueError as error:
            raise UsageError(attempted, f"--tops: found '{bits}={value}', no numbers") from error
    return tpp_of(found)


@policy.command("decide")
@click.argument("transaction", type=IN_FILE, metavar="TRANSACTION")
@click.option(
    "--preset",
    "names",
    multiple=True,
    help=f"Preset to ask, or a TOML file with one; may be repeated.  [default: {DEFAULT_PRESET}]",
)
@click.option("--on", type=DAY, help="Day.  [default: today]")
@click.option(
    "--mode",
    type=click.Choice([mode.name.lower() for mode in Mode]),
    help="Fused mode of the chip: whether the presets allow it.",
)
@output_options
@click.pass_context
@pass_app
def policy_decide(
    app: App,
    ctx: click.Context,
    /,
    transaction: Path,
    names: tuple[str, ...],
    on: date | None,
    mode: str | None,
) -> None:
    """Decide on a TRANSACTION, a file in TOML or JSON, with every step and citation.

    Exit code 1 if an authority that goes by these presets must not license the chip.
    """
    given = Transaction.parse(read_text(transaction), str(transaction))
    regime = Regime.of_presets(tuple(chosen(name) for name in names or (DEFAULT_PRESET,)))
    conflicts = regime.mode_conflicts(Mode[mode.upper()]) if mode else ()
    decisions = regime.decide(given, on or today(app))
    permits = not conflicts and all(each.permits for each in decisions)
    app.output.emit(
        DecisionsView(permits, conflicts, tuple(DecisionView.of(each) for each in decisions))
    )
    if not permits:
        ctx.exit(ExitCode.REFUSED)


@policy.command("diff")
@click.argument("first", type=DAY)
@click.argument("second", type=DAY)
@click.option("--preset", "name", default=DEFAULT_PRESET, show_default=True, help="Preset to ask.")
@output_options
@pass_app
def policy_diff(app: App, first: date, second: date, name: str) -> None:
    """Show what changed for whom from the day FIRST to the day SECOND.

    Every country is asked for as destination and as headquarters, with chips that stand for
    the classes that rules tell apart.
    """
    app.output.emit(DifferenceView.of(diff(first, second, chosen(name))))
