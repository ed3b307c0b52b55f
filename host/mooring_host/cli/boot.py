# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring boot`: from a locked chip to a computing one, in one command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import rich_click as click

from mooring_host.authority import LicenceRefused
from mooring_host.boot import BootReport, BootStep, LocalSource
from mooring_host.boot import boot as boot_chip
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows
from mooring_host.cli._records import records
from mooring_host.cli._session import chip_client
from mooring_host.cli._terms import (
    TermsGiven,
    method,
    terms_options,
    transaction,
    transaction_option,
)
from mooring_host.cli._types import IN_FILE
from mooring_host.cli._verdicts import IssueView, verdict_views
from mooring_host.errors import UsageError
from mooring_host.states import GateState
from mooring_host.token import Licence


@dataclass(frozen=True)
class StepTimeView:
    """A step and how long it took."""

    step: str
    seconds: float
    """Of the line's clock."""


@dataclass(frozen=True)
class BootView:
    """What a boot came to."""

    schema: ClassVar[str] = "mooring.boot/1"

    ueid: bytes
    licence: bytes
    """The licence number."""
    gate: GateState
    cycles_left: int
    seconds_left: int
    epoch: int
    """Of the trust list."""
    computes: bool
    times: tuple[StepTimeView, ...]

    @classmethod
    def of(cls, report: BootReport) -> BootView:
        """From a report."""
        claims = Licence.from_token(report.delivery.licence)
        return cls(
            claims.ueid,
            claims.number,
            report.licence.gate,
            report.licence.cycles_left,
            report.licence.seconds_left,
            report.trust.epoch,
            True,
            tuple(StepTimeView(step.name.lower(), round(s, 6)) for step, s in report.times),
        )

    def text(self) -> str:
        """The grant."""
        total = sum(each.seconds for each in self.times)
        return rows(
            [
                ("Chip", self.ueid.hex()),
                ("Licence", self.licence.hex()),
                ("Gate", self.gate.name.lower()),
                ("Grant left", f"{self.cycles_left} cycles, {self.seconds_left} s"),
                ("Computes", f"yes, after {total:.2f} s"),
            ]
        )


@click.command("boot")
@click.option(
    "--statement",
    "statement_path",
    type=IN_FILE,
    required=True,
    help="Statement of an inspector who saw the chip in its place.",
)
@click.option("--zones", "zones_path", type=IN_FILE, help="Zone set.  [default: the authority's]")
@terms_options
@transaction_option
@chip_options
@authority_options
@output_options
@pass_app
def boot(
    app: App,
    /,
    statement_path: Path,
    zones_path: Path | None,
    transaction_path: Path | None,
    **terms: Any,
) -> None:
    """License the chip and see it compute: trust list, challenge, location, licence, product.

    \b
    mooring boot --statement chip-a.json --inside hall-a --for 8h
    """
    if not terms["inside"] and not terms["excluded"]:
        raise UsageError(
            "boot the chip", "no zone is required", "Add --inside ZONE or --exclude ZONE."
        )
    wanted = TermsGiven(**terms).terms()
    where = method(app, statement_path, zones_path)
    given = transaction(transaction_path)
    steps = [step.value for step in BootStep]
    with records(app) as authority, chip_client(app) as client:
        source = LocalSource(authority, wanted, where, given)
        with app.output.progress(len(steps), "Booting") as advance:
            try:
                report = boot_chip(
                    client,
                    source,
                    entropy=app.edges.entropy,
                    on_step=lambda step: advance(step.value),
                )
            except LicenceRefused as refused:
                app.output.emit(IssueView(verdict_views(refused.outcome), None, None))
                raise
    app.output.emit(BootView.of(report))
