# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring attack faults`: fault campaigns on the RV32 image."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import rich_click as click
from click.core import ParameterSource

from mooring_host.cli.kit import App, ExitCode, output_options, pass_app, table
from mooring_lab.faults import report
from mooring_lab.faults.campaign import Options, Progress, Result, run
from mooring_lab.faults.models import PAIR_WINDOW, Model
from mooring_lab.faults.report.summary import by_group, counts
from mooring_lab.faults.scenario import scenarios
from mooring_lab.faults.tally import Opening, Tally

DEFAULT_SAMPLE: Final = 50_000
HUGE: Final = 5_000_000
"""Faults of which a run warns before it begins."""
FAULTS_A_SECOND: Final = 500
"""About what one process manages."""
DEFAULT_OUT: Final = Path("build") / "faults"


@dataclass(frozen=True)
class CountsView:
    """Faults of one kind."""

    possible: int
    run: int
    struck: int
    refused: int
    granted: int
    shut_down: int
    hung: int
    opened: int


@dataclass(frozen=True)
class CampaignView:
    """One campaign."""

    name: str
    title: str
    single: CountsView
    pairs: CountsView
    twins: CountsView


@dataclass(frozen=True)
class FaultsView:
    """What fault campaigns came to."""

    schema: ClassVar[str] = "mooring.attack.faults/2"

    image: str
    measurement: str
    seed: int
    sampled: bool
    """Whether fewer faults were run than are possible."""
    single: CountsView
    pairs: CountsView
    twins: CountsView
    control: CountsView
    """The naive image, which must open."""
    sound: bool
    """Whether it did, often enough and with every model, and no campaign is blind."""
    flaws: tuple[str, ...]
    """What the controls should have found, and did not."""
    campaigns: tuple[CampaignView, ...]
    openings: tuple[Opening, ...]
    seconds: float
    page: str

    @classmethod
    def of(cls, result: Result, page: Path) -> FaultsView:
        """The view of a result."""
        shipped = result.shipped
        names = sorted({cell.scenario for cell in shipped.possible})
        return cls(
            image=shipped.image,
            measurement=shipped.measurement,
            seed=result.options.seed,
            sampled=shipped.sampled,
            **_views(shipped),
            control=CountsView(**counts(result.control, result.control.possible)),
            sound=result.sound,
            flaws=result.flaws,
            campaigns=tuple(
                CampaignView(name, scenarios()[name].title, **_views(shipped, name))
                for name in names
            ),
            openings=tuple(shipped.openings),
            seconds=round(shipped.seconds + result.control.seconds, 1),
            page=str(page),
        )

    def text(self) -> str:
        """A table, the openings, and where the page is."""
        head = ("CAMPAIGN", "POSSIBLE", "RUN", "REFUSED", "GRANTED", "SHUT DOWN", "HUNG", "OPENED")
        lines = [
            (each.name, *_cells(each.single, each.pairs, each.twins)) for each in self.campaigns
        ]
        lines.append(("single faults", *_cells(self.single)))
        lines.append(("pairs of skips", *_cells(self.pairs)))
        lines.append(("twins", *_cells(self.twins)))
        lines.append(("naive control", *_cells(self.control)))
        parts = [table(head, lines)]
        parts += [
            f"{each.scenario}: {each.model} at 0x{each.pc:x}, {each.function}, {each.place}: "
            f"{each.text}: {each.reason}"
            for each in self.openings
        ]
        kind = "a seeded sample" if self.sampled else "every possible fault"
        parts.append(
            f"{len(self.openings)} openings in {self.single.struck:,} single faults, "
            f"{self.pairs.struck:,} pairs of skips and {self.twins.struck:,} twins, {kind}; "
            f"{self.control.opened} in the naive control. {self.seconds:.0f} s.\n"
            f"The page: {self.page}"
        )
        return "\n\n".join(parts)


def _views(tally: Tally, scenario: str | None = None) -> dict[str, CountsView]:
    """A view of each group, by its name."""
    cells = [cell for cell in tally.possible if scenario in (None, cell.scenario)]
    return {name: CountsView(**each) for name, each in by_group(tally, cells).items()}


def _cells(*views: CountsView) -> tuple[str, ...]:
    rows = [
        (
            each.possible,
            each.run,
            each.refused,
            each.granted,
            each.shut_down,
            each.hung,
            each.opened,
        )
        for each in views
    ]
    return tuple(f"{sum(column):,}" for column in zip(*rows, strict=True))


@contextmanager
def _progress(shown: bool) -> Generator[Progress]:
    """A bar for each part of a run, on a terminal only."""
    bars: dict[str, Any] = {}
    with ExitStack() as stack:

        def tell(what: str, done: int, total: int, /) -> None:
            if not shown:
                return
            if what not in bars:
                stack.close()
                bars[what] = stack.enter_context(
                    click.progressbar(length=total, label=what, file=sys.stderr)
                )
            bars[what].update(done - bars[what].pos)

        yield tell


def _refuse_counts(ctx: click.Context) -> None:
    """Refuses counts beside --all."""
    given = [
        f"--{name}"
        for name in ("sample", "pairs", "twins")
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
    ]
    if given:
        raise click.UsageError(f"--all runs every possible fault: leave out {', '.join(given)}")


@click.command("faults")
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    type=click.Choice(tuple(scenarios())),
    help="Which to run; may be given more than once.  [default: all]",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    type=click.Choice(tuple(each.value for each in Model)),
    help="Kind of fault; may be given more than once.  [default: all]",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=DEFAULT_SAMPLE,
    show_default=True,
    help="Single faults to run, over all campaigns.",
)
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    help=f"Pairs of skips, at most {PAIR_WINDOW} instructions apart, to run.  "
    "[default: a twentieth of the sample]",
)
@click.option(
    "--twins",
    type=click.IntRange(min=0),
    help="Twins to run: an instruction that is struck in two corresponding executions.  "
    "[default: a tenth of the sample]",
)
@click.option("--all", "everything", is_flag=True, help="Run every possible fault.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the sample.")
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes.")
@click.option("--resume", is_flag=True, help="Go on with the journal in the output folder.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_OUT,
    show_default=True,
    help="Folder for journal and report.",
)
@output_options
@pass_app
@click.pass_context
def faults(
    ctx: click.Context,
    app: App,
    campaigns: tuple[str, ...],
    models: tuple[str, ...],
    sample: int,
    pairs: int | None,
    twins: int | None,
    everything: bool,
    seed: int,
    jobs: int,
    resume: bool,
    out: Path,
) -> None:
    """Strike the boot ROM's RV32 image with faults, and see whether compute opens.

    A deliberately naive image is struck, too, and must open; if it does not, the campaign is
    broken, and exits with 5.  Else exits with 0 if nothing else opened, and with 1 if so.
    """
    if everything:
        _refuse_counts(ctx)
    options = Options(
        campaigns=campaigns or tuple(scenarios()),
        models=tuple(map(Model, models)) or tuple(Model),
        sample=None if everything else sample,
        pairs=pairs,
        twins=twins,
        seed=seed,
        jobs=jobs,
        out=out,
        resume=resume,
    )
    with _progress(app.output.terminal and not app.output.quiet) as bar:

        def progress(what: str, done: int, total: int, /) -> None:
            if what == "faults" and total > HUGE and not warned:
                warned.append(total)
                hours = total / (FAULTS_A_SECOND * jobs * 3600)
                app.output.warn(f"{total:,} faults are to be run: about {hours:,.1f} hours")
            bar(what, done, total)

        warned: list[int] = []
        result = run(options, progress)
    page = report.write(result, out)
    app.output.emit(FaultsView.of(result, page))
    if not result.sound:
        flaws = "; ".join(result.flaws)
        app.output.warn(f"the controls fail, so that this campaign means nothing: {flaws}")
        ctx.exit(ExitCode.INTERNAL)
    if result.opened:
        ctx.exit(ExitCode.REFUSED)
