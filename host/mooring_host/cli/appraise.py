# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring location appraise`: what receipts of landmarks prove of a chip's place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import rich_click as click

from mooring_host.cli._app import App, pass_app
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._options import authority_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._receipts import Judging, judging_options, network, receipt_options
from mooring_host.cli._types import IN_FILE, HexBytes
from mooring_host.location.bounds import BoundPolicy
from mooring_host.location.method import Subject
from mooring_host.location.verdict import Left, LocationVerdict, ZoneFinding
from mooring_host.states import Method
from mooring_host.token.frame import UEID_BYTES
from mooring_host.token.inspect import show_time


@dataclass(frozen=True)
class AppraiseView:
    """What receipts prove."""

    schema: ClassVar[str] = "mooring.location.appraise/1"

    ueid: bytes
    method: Method
    sound: bool
    """False: the evidence proves nothing, and `problems` says why."""
    zones: tuple[ZoneFinding, ...]
    left: Left | None
    speed_km_per_ms: float
    assumes_speed: bool
    """Whether the verdicts hold only if no signal is faster."""
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    """Receipts that do not count, and zones that cannot be judged."""
    valid_until: int

    @classmethod
    def of(cls, ueid: bytes, verdict: LocationVerdict, policy: BoundPolicy) -> AppraiseView:
        """From a verdict."""
        return cls(
            ueid,
            verdict.method,
            verdict.sound,
            verdict.findings,
            verdict.left,
            policy.speed.value,
            not policy.speed.is_proof,
            verdict.problems,
            tuple(
                line
                for line in verdict.basis.splitlines()
                if line.startswith(("receipt ", "zone ")) and line not in verdict.problems
            ),
            verdict.valid_until,
        )

    def text(self) -> str:
        """Verdicts, then what they rest on."""
        assumed = "an assumption: nothing here is proven" if self.assumes_speed else "light"
        pairs: list[tuple[str, object]] = [
            ("Chip", self.ueid.hex()),
            ("Method", self.method.name.lower().replace("_", " ")),
            ("Speed", f"{self.speed_km_per_ms} km/ms, {assumed}"),
        ]
        if self.left is not None:
            pairs += [
                ("Area", f"at most {self.left.area_km2:,.0f} km2"),
                ("Possible", ", ".join(self.left.countries) or "sea"),
                ("Valid until", show_time(self.valid_until)),
            ]
        pairs += [("Problem", problem) for problem in self.problems]
        pairs += [("Remark", remark) for remark in self.remarks]
        lines = [(zone.zone, zone.verdict.name) for zone in self.zones]
        return f"{rows(pairs)}\n\n{table(('ZONE', 'VERDICT'), lines)}"


@click.command("appraise")
@click.argument("receipts", type=IN_FILE, nargs=-1, required=True, metavar="RECEIPT...")
@click.option("--ueid", type=HexBytes(UEID_BYTES), metavar="HEX", required=True, help="The chip.")
@click.option("--zones", "zones_path", type=IN_FILE, help="Zone set.  [default: the authority's]")
@receipt_options
@judging_options
@authority_options
@output_options
@pass_app
@click.pass_context
def location_appraise(
    ctx: click.Context,
    app: App,
    /,
    receipts: tuple[Path, ...],
    ueid: bytes,
    zones_path: Path | None,
    registry_path: Path,
    trust_path: Path | None,
    nonce: bytes,
    **numbers: Any,
) -> None:
    """Say of each zone whether RECEIPTs of landmarks exclude it, prove it, or neither.

    Exit code 1: the receipts prove nothing, or contradict each other.
    """
    judging = Judging(**numbers)
    method = network(app, receipts, registry_path, trust_path, nonce, zones_path, judging)
    verdict = method.locate(Subject(ueid), app.edges.now())
    app.output.emit(AppraiseView.of(ueid, verdict, method.policy))
    if not verdict.sound:
        ctx.exit(ExitCode.REFUSED)
