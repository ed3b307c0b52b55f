# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring fuse`: what is burned, what would be, and burning it for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import rich_click as click

from mooring_host.chip import ChipClient
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._confirm import confirm_word, irreversible_options
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._plans import PlanGiven, plan_options
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import records
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.errors import ChipError, ProtocolError, Refused, TransportError
from mooring_host.fuses import BurnStep, FuseDiff, FusePlan, burn, diff, lock
from mooring_host.fuses.plan import BLANK_ROOT
from mooring_host.possession import prove_now
from mooring_host.states import Lifecycle, Mode
from mooring_host.wire.messages import FusesResponse

BURN_WORD = "BURN"
LOCK_WORD = "LOCK"


@click.group("fuse", cls=NounGroup)
@click.command_panel("Read", commands=["show", "plan"])
@click.command_panel("Burn: cannot be undone", commands=["burn"])
def fuse() -> None:
    """Look at the fuses of a chip, and burn them where it is made."""


@dataclass(frozen=True)
class RootSlotView:
    """One root slot."""

    slot: int
    digest: bytes | None
    """None: empty."""
    revoked: bool


@dataclass(frozen=True)
class FusesView:
    """The public fuses."""

    schema: ClassVar[str] = "mooring.fuse.show/1"

    lifecycle: Lifecycle
    mode: Mode
    throttle: int
    max_lifetime: int
    options: int
    roots: tuple[RootSlotView, ...]
    counter_used: int
    counter_left: int
    map_digest: bytes

    @classmethod
    def of(cls, fuses: FusesResponse) -> FusesView:
        """From what the chip answered."""
        slots = zip(fuses.root_digests, fuses.root_revoked, strict=True)
        return cls(
            fuses.lifecycle,
            fuses.mode,
            fuses.throttle,
            fuses.max_lifetime,
            fuses.options,
            tuple(
                RootSlotView(slot, None if digest == BLANK_ROOT else digest, revoked)
                for slot, (digest, revoked) in enumerate(slots)
            ),
            fuses.counter_used,
            fuses.counter_left,
            fuses.map_digest,
        )

    def text(self) -> str:
        """Two columns, then the root slots."""
        pairs = [
            ("Lifecycle", self.lifecycle.name.lower()),
            ("Mode", self.mode.name.lower()),
            ("Throttle", f"{self.throttle} of 65536"),
            ("Longest grant", f"{self.max_lifetime} s"),
            ("Sequence-bound licences", "accepted" if self.options & 1 else "refused"),
            ("Commit counter", f"{self.counter_used} used, {self.counter_left} left"),
            ("Fuse map SHA-384", self.map_digest.hex()),
        ]
        lines = [
            (
                root.slot,
                "revoked" if root.revoked else "empty" if root.digest is None else "trusted",
                "-" if root.digest is None else root.digest.hex(),
            )
            for root in self.roots
        ]
        return f"{rows(pairs)}\n\n{table(('ROOT', 'STATE', 'SHA-384'), lines)}"


@fuse.command("show")
@chip_options
@output_options
@pass_app
def fuse_show(app: App) -> None:
    """Show the public fuses of the chip."""
    with chip_client(app) as client:
        app.output.emit(FusesView.of(client.fuses()))


@dataclass(frozen=True)
class StepView:
    """One BURN command of a plan."""

    field: str
    value: bytes


@dataclass(frozen=True)
class PlanView:
    """The plan for one chip."""

    label: str | None
    mode: Mode
    throttle: int
    max_lifetime: int
    allow_sequence: bool
    steps: tuple[StepView, ...]
    map_digest: bytes
    """Of the chip when it is burned; LOCK is given it."""

    @classmethod
    def of(cls, plan: FusePlan, label: str | None) -> PlanView:
        """From a plan."""
        return cls(
            label,
            plan.mode,
            plan.throttle,
            plan.max_lifetime,
            plan.allow_sequence,
            tuple(StepView(step.name, step.value) for step in plan.steps()),
            plan.digest,
        )

    def text(self) -> str:
        """The commands, then the digest."""
        lines = [(step.field, step.value.hex()) for step in self.steps]
        head = f"Plan for {self.label}\n" if self.label else ""
        return f"{head}{table(('FUSE', 'VALUE'), lines)}\nFuse map SHA-384  {self.map_digest.hex()}"


@dataclass(frozen=True)
class PlansView:
    """The plans, one a chip."""

    schema: ClassVar[str] = "mooring.fuse.plan/1"

    plans: tuple[PlanView, ...]

    def text(self) -> str:
        """One after the other."""
        return "\n\n".join(plan.text() for plan in self.plans)


@fuse.command("plan")
@plan_options
@authority_options
@output_options
@pass_app
def fuse_plan(app: App, /, **given: Any) -> None:
    """Show what would be burned, without any chip.

    With --batch, the plan of each row of a CSV file; --label chooses one. What it would change
    in a certain chip shows `mooring fuse burn --dry-run`.
    """
    plans = PlanGiven(**given).plans(app)
    app.output.emit(PlansView(tuple(PlanView.of(plan, label) for label, plan in plans)))


@dataclass(frozen=True)
class ChangeView:
    """One fuse field before and after."""

    field: str
    before: str
    after: str
    meaning: str
    needed: bool


@dataclass(frozen=True)
class BurnView:
    """What was burned, or would be."""

    schema: ClassVar[str] = "mooring.fuse.burn/1"

    dry_run: bool
    ueid: bytes
    changes: tuple[ChangeView, ...]
    conflicts: tuple[str, ...]
    map_digest: bytes
    burned: tuple[str, ...]
    lifecycle: Lifecycle
    label: str | None
    """As which the chip was enrolled; None: it was not."""

    def text(self) -> str:
        """What became of the chip."""
        if self.dry_run:
            done = "nothing: this is a dry run"
        else:
            done = ", ".join(self.burned) or "nothing: all of it was burned before"
        pairs = [
            ("Chip", self.ueid.hex()),
            ("Burned", done),
            ("Fuse map SHA-384", self.map_digest.hex()),
            ("Lifecycle", self.lifecycle.name.lower()),
        ]
        if self.label is not None:
            pairs.append(("Enrolled as", self.label))
        return rows(pairs)


@fuse.command("burn")
@plan_options
@click.option("--lock", "locks", is_flag=True, help="Then take the chip to production, for good.")
@click.option("--enrol/--no-enrol", default=True, show_default=True, help="Record the chip's key.")
@irreversible_options
@chip_options
@authority_options
@output_options
@pass_app
def fuse_burn(
    app: App, /, locks: bool, enrol: bool, yes: bool, dry_run: bool, **given: Any
) -> None:
    """Burn fuses. This cannot be undone.

    The exact change is shown first, and a typed word is asked for. An interrupted burn goes on
    where it stopped when the same command is run again. With --lock the chip is then taken to
    production: its fuse map is closed, only licences open its gate, and it is sent the
    authority's trust list.
    """
    label, plan = PlanGiven(**given).plan(app)
    with chip_client(app) as client:
        info = client.info()
        fuses = client.fuses()
        found = diff(fuses, plan)
        name = label or f"chip-{info.ueid.hex()[2:10]}"
        _show(app, found, info.ueid, locks and fuses.lifecycle is not Lifecycle.PRODUCTION)
        if dry_run:
            _emit(app, found, info.ueid, (), fuses.lifecycle, None, dry_run=True)
            return
        if found.steps and not found.conflicts:
            confirm_word(app, "burn the fuses", BURN_WORD, yes)
        prove_now(client, info, fresh_nonce(app))
        if enrol and not found.conflicts:
            # Before burning, so that no burned chip is left that nobody knows.
            with records(app) as authority:
                name = authority.enrol(info.device_key, name).label
        burned = _burn(app, client, found)
        lifecycle = fuses.lifecycle
        if locks and lifecycle is not Lifecycle.PRODUCTION:
            confirm_word(app, "lock the chip", LOCK_WORD, yes)
            lifecycle = lock(client, plan)
        if locks and enrol:
            # It leaves the factory with a list, so that an older one can never be its first.
            with records(app) as authority:
                trust = authority.trust()
            client.patiently(lambda: client.trust(trust.root.cose_key, trust.token))
        _emit(app, found, info.ueid, burned, lifecycle, name if enrol else None, dry_run=False)
    if lifecycle is not Lifecycle.PRODUCTION:
        app.output.note("The gate stays closed in manufacturing. Next: the same with --lock")
    else:
        app.output.note("Next: mooring boot")


def _show(app: App, found: FuseDiff, ueid: bytes, locks: bool) -> None:
    """The exact change, before anything happens."""
    app.output.say(f"Fuses of chip {ueid.hex()}:")
    for line in found.lines():
        app.output.say(f"  {line}")
    if locks:
        app.output.say("  LOCK: closes the fuse map and takes the chip to production, for good")


def _burn(app: App, client: ChipClient, found: FuseDiff) -> tuple[str, ...]:
    begun: list[str] = []

    def on_step(step: BurnStep) -> None:
        app.output.note(f"burning {step.name} ({len(begun) + 1} of {len(found.steps)})")
        begun.append(step.name)

    try:
        report = burn(client, found.plan, on_step=on_step)
    except (TransportError, ProtocolError, ChipError):
        if begun:
            app.output.warn(
                f"interrupted at {begun[-1]}, fuse {len(begun)} of {len(found.steps)}; "
                "run the same command again: burning goes on where it stopped"
            )
        raise
    return tuple(step.name for step in report.burned)


def _emit(
    app: App,
    found: FuseDiff,
    ueid: bytes,
    burned: tuple[str, ...],
    lifecycle: Lifecycle,
    label: str | None,
    *,
    dry_run: bool,
) -> None:
    changes = tuple(
        ChangeView(c.step.name, c.before, c.after, c.meaning, c.needed) for c in found.changes
    )
    app.output.emit(
        BurnView(
            dry_run,
            ueid,
            changes,
            found.conflicts,
            found.plan.digest,
            burned,
            lifecycle,
            label,
        )
    )
    if dry_run and found.conflicts:
        raise Refused("burn the fuses", found.conflicts, "Compare: mooring fuse show")
