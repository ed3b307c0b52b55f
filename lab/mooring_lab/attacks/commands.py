# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring attack`: the group, which other modules join, and the catalogue's two verbs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import rich_click as click

from mooring_host.cli.kit import App, ExitCode, NounGroup, output_options, pass_app, table
from mooring_lab.attacks.catalogue import CATALOGUE, find, run_all
from mooring_lab.attacks.model import Attack, Kind, Report
from mooring_models.cpu import RUNNING_BACK_ENDS

WIDTH: Final = 79


@click.group("attack", cls=NounGroup)
def attack() -> None:
    """Attack emulated chips: what stops each attack, and what is not stopped."""


@dataclass(frozen=True)
class EntryView:
    """An attack of the catalogue."""

    name: str
    title: str
    sources: tuple[str, ...]
    adversary: str
    prize: str
    expected: str
    because: str
    tests: tuple[str, ...]

    @classmethod
    def of(cls, entry: Attack) -> EntryView:
        """The view of an attack."""
        sources = tuple(map(str, entry.sources))
        return cls(
            entry.name,
            entry.title,
            sources,
            entry.adversary.value,
            entry.prize,
            entry.expected.value,
            entry.because,
            entry.tests,
        )


@dataclass(frozen=True)
class ListView:
    """The catalogue of attacks, with the outcome that is stated for each."""

    schema: ClassVar[str] = "mooring.attack.list/1"

    attacks: tuple[EntryView, ...]

    def text(self) -> str:
        """A line each."""
        lines = [(each.name, each.expected, each.title) for each in self.attacks]
        return table(("NAME", "OUTCOME", "ATTACK"), lines)


@click.command("list")
@output_options
@pass_app
def list_attacks(app: App) -> None:
    """List the attacks with their stated outcomes; JSON also names sources and tests."""
    app.output.emit(ListView(tuple(map(EntryView.of, CATALOGUE))))


@dataclass(frozen=True)
class StepView:
    """One thing that was seen in a run."""

    kind: str
    claim: str
    seen: str
    held: bool
    telling: bool


@dataclass(frozen=True)
class ReportView:
    """What came of one attack."""

    name: str
    title: str
    prize: str
    because: str
    expected: str
    outcome: str
    as_stated: bool
    steps: tuple[StepView, ...]

    @classmethod
    def of(cls, report: Report) -> ReportView:
        """The view of a report."""
        entry = report.attack
        steps = tuple(
            StepView(step.kind.value, step.claim, step.seen, step.held, step.telling)
            for step in report.steps
        )
        return cls(
            entry.name,
            entry.title,
            entry.prize,
            entry.because,
            entry.expected.value,
            report.outcome.value,
            report.as_stated,
            steps,
        )

    def story(self) -> str:
        """The run step by step."""
        lines = [click.style(f"{self.name}: {self.title}", bold=True)]
        lines += _wrapped(f"The prize: {self.prize}.", "   ")
        for step in self.steps:
            lines += [f"   {_mark(step)} {step.claim}", *_wrapped(step.seen, " " * 14)]
        lines += _wrapped(f"{self.outcome}: {self.because}.", "   => ")
        return "\n".join(lines)


@dataclass(frozen=True)
class RunView:
    """What came of the attacks that were run."""

    schema: ClassVar[str] = "mooring.attack.run/1"

    cpu: str
    seed: int
    as_stated: bool
    """Whether every outcome is the stated one."""
    reports: tuple[ReportView, ...]
    told: ClassVar[int] = 3
    """Of so many runs each is told step by step; of more, those not as stated."""

    def text(self) -> str:
        """Stories, a table and a sum."""
        few = len(self.reports) <= self.told
        parts = [each.story() for each in self.reports if few or not each.as_stated]
        lines = [
            (each.name, each.outcome, _yes("as stated") if each.as_stated else _no("NOT as stated"))
            for each in self.reports
        ]
        parts.append(table(("ATTACK", "OUTCOME", ""), lines))
        wrong = sum(not each.as_stated for each in self.reports)
        count = len(self.reports)
        parts.append(
            _no(f"{wrong} of {count} NOT as stated.")
            if wrong
            else _yes(f"{count} of {count} as stated.")
        )
        return "\n\n".join(parts)


def _yes(text: str) -> str:
    return click.style(text, fg="green")


def _no(text: str) -> str:
    return click.style(text, fg="red", bold=True)


_MARKS: Final = {
    (Kind.SCENE.value, False): "      yes",
    (Kind.ATTEMPT.value, False): "  stopped",
    (Kind.ATTEMPT.value, True): "got prize",
    (Kind.WATCH.value, False): " not seen",
    (Kind.WATCH.value, True): "     seen",
}


def _mark(step: StepView) -> str:
    if not step.held:
        return _no("    WRONG")
    mark = _MARKS[step.kind, step.telling]
    bad = step.kind != Kind.SCENE.value and step.telling is (step.kind == Kind.ATTEMPT.value)
    return click.style(mark, fg="yellow") if bad else _yes(mark)


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_on_hyphens=False,
    )


@click.command("run")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Run the whole catalogue.")
@click.option(
    "--cpu",
    type=click.Choice(RUNNING_BACK_ENDS),
    default=RUNNING_BACK_ENDS[0],
    show_default=True,
    help="What runs the ROM.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is random.")
@output_options
@pass_app
@click.pass_context
def run_attacks(
    ctx: click.Context, app: App, names: Sequence[str], everything: bool, cpu: str, seed: int
) -> None:
    """Run attacks on new emulated chips, and compare what comes of them with what is stated.

    Exits with 0 if every outcome is as stated, else with 1.
    """
    if everything == bool(names):
        raise click.UsageError("name attacks, or give --all; mooring attack list names them")
    chosen = CATALOGUE if everything else tuple(map(find, names))
    with app.output.progress(len(chosen), "attacks") as step:
        reports = run_all(chosen, cpu=cpu, seed=seed, begin=lambda each: step(each.name))
    as_stated = all(report.as_stated for report in reports)
    app.output.emit(RunView(cpu, seed, as_stated, tuple(map(ReportView.of, reports))))
    if not as_stated:
        ctx.exit(ExitCode.REFUSED)
