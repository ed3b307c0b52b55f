# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring chip`: who a chip is, what state it is in, what it refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import rich_click as click

from mooring_host.cli._app import App, pass_app
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.cli.evidence import appraise, evidence_view, exit_unless_genuine
from mooring_host.explain import explain_word
from mooring_host.states import Lifecycle, Mode
from mooring_host.wire.messages import InfoResponse, LogResponse


@click.group("chip", cls=NounGroup)
@click.command_panel("Read", commands=["info", "status", "log", "list", "console"])
@click.command_panel("Change", commands=["reset"])
@click.command_panel("Emulated chips", commands=["run", "snapshot"])
def chip() -> None:
    """Talk to one chip; or run an emulated one."""


@dataclass(frozen=True)
class InfoView:
    """Who a chip is."""

    schema: ClassVar[str] = "mooring.chip.info/1"

    port: str
    ueid: bytes
    lifecycle: Lifecycle
    mode: Mode
    rom_version: str
    measurement: bytes
    algorithms: tuple[int, ...]
    max_message: int
    max_token: int
    device_key: bytes
    """The device's COSE_Key."""

    @classmethod
    def of(cls, port: str, info: InfoResponse) -> InfoView:
        """From what the chip answered."""
        return cls(
            port,
            info.ueid,
            info.lifecycle,
            info.mode,
            info.rom_version,
            info.measurement,
            info.algorithms,
            info.max_message,
            info.max_token,
            info.device_key,
        )

    def text(self) -> str:
        """Two columns."""
        return rows(
            [
                ("Port", self.port),
                ("UEID", self.ueid.hex()),
                ("Lifecycle", self.lifecycle.name.lower()),
                ("Mode", self.mode.name.lower()),
                ("ROM", self.rom_version),
                ("ROM SHA-384", self.measurement.hex()),
                ("Algorithms", ", ".join(map(str, self.algorithms))),
                ("Limits", f"{self.max_message} bytes a message, {self.max_token} a token"),
                ("Device key", self.device_key.hex()),
            ]
        )


@chip.command("info")
@chip_options
@output_options
@pass_app
def chip_info(app: App) -> None:
    """Say who the chip is: its id, its ROM, its limits."""
    with chip_client(app) as client:
        app.output.emit(InfoView.of(client.link.transport.name, client.info()))


@chip.command("status")
@chip_options
@authority_options
@output_options
@click.pass_context
def chip_status(ctx: click.Context) -> None:
    """Show the chip's signed state: gate, grant, time floor, log, counters.

    The signature is checked, with the enrolled key if the authority knows the chip.
    """
    app = ctx.ensure_object(App)
    nonce = fresh_nonce(app)
    with chip_client(app) as client:
        info = client.info()
        token = client.status(nonce)
    appraised = appraise(app, token, nonce, info.device_key)
    app.output.emit(evidence_view(appraised))
    exit_unless_genuine(ctx, appraised)


@dataclass(frozen=True)
class LogEntryView:
    """One recorded refusal."""

    index: int
    word: str
    name: str
    seconds: int
    """Since the reset before it."""
    repeats: int
    token: bytes
    """First 16 bytes of the token's SHA-256."""


@dataclass(frozen=True)
class LogView:
    """What a chip refused."""

    schema: ClassVar[str] = "mooring.chip.log/1"

    count: int
    """Entries ever made."""
    head: bytes
    counters: dict[str, int]
    """Refusals by name; they stop at 65535."""
    entries: tuple[LogEntryView, ...]

    @classmethod
    def of(cls, log: LogResponse) -> LogView:
        """From what the chip answered."""
        return cls(
            log.count,
            log.head,
            {explain_word(word).name: count for word, count in log.counters},
            tuple(
                LogEntryView(
                    e.index,
                    f"{e.word:08X}",
                    explain_word(e.word).name,
                    e.seconds,
                    e.repeats,
                    e.token,
                )
                for e in log.entries
            ),
        )

    def text(self) -> str:
        """The entries still held, then the counters."""
        kept = f"{len(self.entries)} of {self.count} entries are still held"
        parts = [f"{kept}; chain head {self.head.hex()}"]
        if self.entries:
            lines = [(e.index, e.seconds, e.name, e.repeats, e.token.hex()) for e in self.entries]
            parts.append(table(("NO", "SECONDS", "REFUSAL", "REPEATS", "TOKEN"), lines))
        if self.counters:
            parts.append(table(("REFUSAL", "TIMES"), sorted(self.counters.items())))
        return "\n\n".join(parts)


@chip.command("log")
@click.option("--first", type=click.IntRange(min=0), default=0, help="First entry wanted.")
@chip_options
@output_options
@pass_app
def chip_log(app: App, first: int) -> None:
    """Show the refusals that the chip recorded."""
    with chip_client(app) as client:
        app.output.emit(LogView.of(client.log(first)))


@chip.command("reset")
@chip_options
@output_options
@pass_app
def chip_reset(app: App) -> None:
    """Reset the chip; a running grant ends."""
    with chip_client(app) as client:
        info = client.reset()
        app.output.emit(InfoView.of(client.link.transport.name, info))
