# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring doctor`: what stands between this machine and a chip that computes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import rich_click as click

from mooring_host import diagnosis
from mooring_host.cli._app import App
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._session import open_client
from mooring_host.diagnosis import Finding, Health

_MARK: Final = {
    Health.GOOD: ("ok", "green"),
    Health.NOTE: ("note", "yellow"),
    Health.BAD: ("BAD", "red"),
    Health.UNREACHABLE: ("BAD", "red"),
}


@dataclass(frozen=True)
class DoctorView:
    """All findings."""

    schema: ClassVar[str] = "mooring.doctor/1"

    findings: tuple[Finding, ...]

    def text(self) -> str:
        """One line a finding, with what to try below it."""
        lines: list[str] = []
        for finding in self.findings:
            mark, colour = _MARK[finding.health]
            shown = click.style(f"{mark:>4}", fg=colour)
            lines.append(f"{shown}  {finding.subject}: {finding.found}")
            if finding.hint:
                lines.append(f"      Try: {finding.hint}")
        return "\n".join(lines)


@click.command("doctor")
@chip_options
@authority_options
@output_options
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check the tool, its libraries, the compiler, ports and, with --port, the chip."""
    app = ctx.ensure_object(App)
    named = app.setting("port", str)
    findings = diagnosis.examine(app.edges.environ, (lambda: open_client(app)) if named else None)
    if named and "://" not in named:
        findings.insert(-1, diagnosis.check_port(Path(named)))
    findings += [_config(app), *_plugins(ctx)]
    app.output.emit(DoctorView(tuple(findings)))
    healths = {finding.health for finding in findings}
    if Health.UNREACHABLE in healths:
        ctx.exit(ExitCode.UNREACHABLE)
    if Health.BAD in healths:
        ctx.exit(ExitCode.REFUSED)


def _config(app: App) -> Finding:
    if app.config.path is None:
        return Finding("Defaults", Health.GOOD, "no file of defaults")
    return Finding("Defaults", Health.GOOD, str(app.config.path))


def _plugins(ctx: click.Context) -> list[Finding]:
    root = ctx.find_root().command
    groups = [root, *(root.commands.values() if isinstance(root, click.Group) else ())]
    broken: list[str] = []
    for group in groups:
        if isinstance(group, NounGroup):
            group.list_commands(ctx)
            broken += group.broken
    return [
        Finding("Plug-in", Health.BAD, each, "Install it again, or remove it.") for each in broken
    ]
