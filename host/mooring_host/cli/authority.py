# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring authority`: its keys, the trust lists that name them, and the chips it knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import rich_click as click

from mooring_host.airgap import LicenceRequest
from mooring_host.authority import Authority, ChipRecord, LicenceState
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._files import read_bytes
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._policy import SourceView, recalled_lines
from mooring_host.cli._records import make_authority, records
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.cli._types import IN_FILE, LABEL
from mooring_host.cli.trust import TrustView, authority_trust
from mooring_host.errors import UsageError
from mooring_host.policy.catalogue import preset
from mooring_host.policy.regime import Regime
from mooring_host.policy.sources import distinct
from mooring_host.possession import prove, prove_now


@click.group("authority", cls=NounGroup)
@click.command_panel("Read", commands=["show"])
@click.command_panel(
    "Change",
    commands=["init", "policy", "trust", "enrol", "retire", "accept-step-back", "restore"],
)
def authority() -> None:
    """Keep the keys and records of whoever licenses chips."""


authority.add_command(authority_trust)


@dataclass(frozen=True)
class RootView:
    """A root key."""

    slot: int
    digest: bytes
    """SHA-384, what fuses hold."""
    key: str
    """Where the private key is."""


@dataclass(frozen=True)
class ChipView:
    """An enrolled chip."""

    label: str
    ueid: bytes
    state: str
    enrolled_at: int
    attested_at: int | None
    epoch: int | None
    """Of the trust list that it attested last."""
    log_count: int | None

    @classmethod
    def of(cls, chip: ChipRecord) -> ChipView:
        """From a record."""
        said = chip.evidence
        return cls(
            chip.label,
            chip.ueid,
            chip.state.value,
            chip.enrolled_at,
            chip.attested_at,
            None if said is None else said.epoch,
            None if said is None else said.log_count,
        )


@dataclass(frozen=True)
class AuthorityView:
    """An authority."""

    schema: ClassVar[str] = "mooring.authority/1"

    folder: Path
    id: bytes
    roots: tuple[RootView, ...]
    trust: TrustView
    chips: tuple[ChipView, ...]
    licences: dict[str, int]
    """How many, by state."""
    presets: tuple[str, ...]
    """The export rules that are asked before a licence is issued."""

    @classmethod
    def of(cls, folder: Path, held: Authority) -> AuthorityView:
        """From open records."""
        counts = dict.fromkeys((state.value for state in LicenceState), 0)
        for licence in held.licences():
            counts[licence.state.value] += 1
        return cls(
            folder,
            held.authority_id,
            tuple(RootView(root.slot, root.digest, root.uri) for root in held.roots()),
            TrustView.of(held, held.trust()),
            tuple(ChipView.of(chip) for chip in held.chips()),
            counts,
            held.presets(),
        )

    def text(self) -> str:
        """Roots, trust list, chips."""
        counts = ", ".join(f"{count} {state}" for state, count in self.licences.items())
        parts = [
            rows(
                [
                    ("Authority", self.id.hex()),
                    ("Folder", self.folder),
                    ("Licences", counts),
                    ("Export rules", told_presets(self.presets)),
                ]
            ),
            table(
                ("ROOT", "SHA-384", "KEY"),
                [(root.slot, root.digest.hex(), root.key) for root in self.roots],
            ),
            self.trust.text(),
        ]
        if self.chips:
            lines = [
                (
                    chip.label,
                    chip.ueid.hex(),
                    chip.state,
                    chip.epoch or "-",
                    "-" if chip.log_count is None else chip.log_count,
                )
                for chip in self.chips
            ]
            parts.append(table(("CHIP", "UEID", "STATE", "EPOCH", "LOG"), lines))
        else:
            parts.append("No chip is enrolled.")
        return "\n\n".join(parts)


def told_presets(presets: tuple[str, ...]) -> str:
    """The presets for a person, who must be told if there are none."""
    return ", ".join(presets) or "none are asked"


@authority.command("init")
@click.option(
    "--preset",
    "names",
    multiple=True,
    help="Export rules to ask before a licence is issued; may be repeated.  [default: none]",
)
@click.option(
    "--encrypt", is_flag=True, help="Protect the key files with MOORING_KEY_PASSPHRASE, or ask."
)
@authority_options
@output_options
@pass_app
def authority_init(app: App, names: tuple[str, ...], encrypt: bool) -> None:
    """Make an authority: records, a root key, a licence key, a location key, trust list 1.

    The keys lie in the folder, as suits a laboratory. Without --preset no export rules are
    asked; `authority policy` changes that.
    """
    if names:
        Regime.of(names)  # refused before anything is made
    with make_authority(app, encrypt) as held:
        if names:
            held.set_presets(names)
        app.output.emit(AuthorityView.of(app.authority_folder, held))
    app.output.note("Next, define the zones: mooring location zones --help")


@authority.command("show")
@authority_options
@output_options
@pass_app
def authority_show(app: App) -> None:
    """Show roots, keys, the trust list in force, chips, and how many licences there are."""
    with records(app) as held:
        app.output.emit(AuthorityView.of(app.authority_folder, held))


@dataclass(frozen=True)
class RegimeView:
    """The export rules that an authority goes by."""

    schema: ClassVar[str] = "mooring.authority.policy/1"

    presets: tuple[str, ...]
    recalled: tuple[SourceView, ...]
    """What they rest on that nobody has seen."""

    def text(self) -> str:
        """The names, and what must be said of them."""
        lines = [f"Export rules  {told_presets(self.presets)}", *recalled_lines(self.recalled)]
        return "\n".join(lines)


@authority.command("policy")
@click.argument("names", metavar="[PRESET]...", nargs=-1)
@click.option("--none", "nobody", is_flag=True, help="Ask no export rules any more.")
@authority_options
@output_options
@pass_app
def authority_policy(app: App, names: tuple[str, ...], nobody: bool) -> None:
    """Show the export rules that are asked before a licence is issued, or choose them.

    \b
    mooring authority policy us-law chip-security-act-ans
    """
    if names and nobody:
        raise UsageError("choose the export rules", "found both presets and --none")
    with records(app) as held:
        if names or nobody:
            held.set_presets(names)
        chosen = held.presets()
    recalled = distinct([source for name in chosen for source in preset(name).recalled])
    app.output.emit(RegimeView(chosen, tuple(SourceView.of(each) for each in recalled)))


@dataclass(frozen=True)
class EnrolView:
    """An enrolled chip, after a change."""

    schema: ClassVar[str] = "mooring.authority.chip/1"

    chip: ChipView

    def text(self) -> str:
        """Name, id, state."""
        return rows(
            [
                ("Chip", self.chip.label),
                ("UEID", self.chip.ueid.hex()),
                ("State", self.chip.state),
            ]
        )


@authority.command("enrol")
@click.option("--label", type=LABEL, required=True, help="What to call the chip.")
@click.option(
    "--request", "request_path", type=IN_FILE, help="Licence request of the chip, without --port."
)
@chip_options
@authority_options
@output_options
@pass_app
def authority_enrol(app: App, label: str, request_path: Path | None) -> None:
    """Record a chip's key; `fuse burn` does so where the chip is made.

    The chip must sign with it. Whoever holds the line still decides which chip this is: enrol
    where you can trust it.
    """
    if request_path is not None:
        request = LicenceRequest.decode(read_bytes(request_path))
        prove(request)
        device_key = request.device_key
    else:
        with chip_client(app) as client:
            info = client.info()
            prove_now(client, info, fresh_nonce(app))
            device_key = info.device_key
    with records(app) as held:
        chip = held.enrol(device_key, label)
        if chip.label != label:
            app.output.warn(f"this chip is enrolled as {chip.label!r} already; that label stays")
        app.output.emit(EnrolView(ChipView.of(chip)))


@authority.command("retire")
@click.argument("chip")
@authority_options
@output_options
@pass_app
def authority_retire(app: App, chip: str) -> None:
    """License CHIP (a label or id) no more."""
    with records(app) as held:
        ueid = held.chip(chip).ueid
        held.retire(ueid)
        app.output.emit(EnrolView(ChipView.of(held.chip_by_id(ueid))))


@authority.command("accept-step-back")
@click.argument("chip")
@authority_options
@output_options
@pass_app
def authority_accept_step_back(app: App, chip: str) -> None:
    """Forget what CHIP attested, after finding out why its log or record went backwards."""
    with records(app) as held:
        ueid = held.chip(chip).ueid
        held.accept_step_back(ueid)
        app.output.emit(EnrolView(ChipView.of(held.chip_by_id(ueid))))


@authority.command("restore")
@authority_options
@output_options
@pass_app
def authority_restore(app: App) -> None:
    """Make records that were put back from a copy fit for use, before anything else.

    Licence numbers and epochs go on above all that can have been given since, and a trust list
    is issued. What was enrolled, retired or revoked since the copy has to be done again.
    """
    with records(app) as held:
        app.output.emit(TrustView.of(held, held.restore()))
    app.output.note("Send it to every chip: mooring authority trust --send")
