# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring registry`: which chips there are, whose, where they belong, and what was reported."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from mooring_host.airgap import LicenceRequest
from mooring_host.authority import Authority, LocationRecord
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._files import read_bytes, write_bytes
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import records, zone_set
from mooring_host.cli._registry import (
    EntryView,
    HistoryView,
    ReceivedView,
    RecordedView,
    RegistryView,
    ReportsView,
    ReportView,
    WrittenView,
)
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.cli._terms import place, place_options
from mooring_host.cli._types import DURATION, IN_FILE, OUT_FILE, HexBytes
from mooring_host.errors import UsageError
from mooring_host.location.method import Subject
from mooring_host.location.verdict import LocationVerdict
from mooring_host.location.zoneset import ZoneSet
from mooring_host.policy.regime import Regime
from mooring_host.registry import (
    AttestedEvidence,
    Desk,
    Event,
    Evidence,
    Moved,
    PlaceEvidence,
    Registered,
    Registry,
    Retired,
    Sight,
    Transferred,
    VisitEvidence,
    draft_by_id,
    drafts,
)
from mooring_host.registry.chain import HASH_BYTES
from mooring_host.token.location import LocationResult
from mooring_host.token.zones import Zones, sorted_zones
from mooring_host.wire.log import LogResponse

REGISTRY_NAME: Final = "registry.jsonl"


@click.group("registry", cls=NounGroup)
@click.command_panel("Read", commands=["list", "history", "verify", "reports", "report"])
@click.command_panel("Record", commands=["register", "move", "transfer", "retire"])
@click.command_panel("Take evidence", commands=["locate", "attest", "visit"])
def registry() -> None:
    """Keep account of exported chips, and draft reports from evidence about them."""


def _registry(app: App, head: bytes | None = None) -> Registry:
    return Registry.open(app.authority_folder / REGISTRY_NAME, head=head)


def _record(app: App, held: Registry, event: Event) -> None:
    app.output.emit(RecordedView(EntryView.of(held.append(event, app.edges.now()))))


def _zones(app: App, names: tuple[str, ...], path: Path | None) -> tuple[Zones, ZoneSet]:
    known = zone_set(app, path)
    for name in names:
        if name not in known.names:
            raise UsageError("say where a chip belongs", f"the zone set has no zone {name!r}")
    return sorted_zones(names), known


@registry.command("list")
@click.option("--at", type=click.IntRange(min=0), help="As of this time, in seconds since 1970.")
@click.option(
    "--unattested-for",
    "silent_s",
    type=DURATION,
    help="Only those that have not signed for themselves so long, as in 30d.",
)
@authority_options
@output_options
@pass_app
def registry_list(app: App, at: int | None, silent_s: int | None) -> None:
    """List the chips, as they are known now or were at a time."""
    held = _registry(app)
    now = app.edges.now() if at is None else at
    state = held.state if at is None else held.as_of(at)
    chips = None if silent_s is None else state.unattested(now - silent_s)
    app.output.emit(RegistryView.of(state, chips))


@registry.command("history")
@click.argument("chip")
@authority_options
@output_options
@pass_app
def registry_history(app: App, chip: str) -> None:
    """Show everything that happened to CHIP (a label or id)."""
    held = _registry(app)
    entries = held.history(held.state.chip(chip).ueid)
    app.output.emit(HistoryView(tuple(EntryView.of(each) for each in entries)))


@registry.command("verify")
@click.option(
    "--head",
    type=HexBytes(HASH_BYTES),
    help="A head that was noted earlier, and elsewhere: entries cut off since are noticed.",
)
@authority_options
@output_options
@pass_app
def registry_verify(app: App, head: bytes | None) -> None:
    """Check the chain of entries, and rebuild the registry from them."""
    app.output.emit(RegistryView.of(_registry(app, head).state))


@registry.command("register")
@click.argument("chip")
@click.option("--product", required=True, help="What it is sold as.")
@click.option("--eccn", required=True, help="Its ECCN, such as 3A090.a.")
@click.option("--exporter", required=True, help="Who exported it, and gets the reports.")
@click.option("--end-user", required=True, help="Who has it.")
@click.option("--zone", "names", multiple=True, required=True, help="Zone that it belongs in.")
@click.option("--zones", "zones_path", type=IN_FILE, help="Zone set.  [default: the authority's]")
@authority_options
@output_options
@pass_app
def registry_register(
    app: App,
    /,
    chip: str,
    product: str,
    eccn: str,
    exporter: str,
    end_user: str,
    names: tuple[str, ...],
    zones_path: Path | None,
) -> None:
    """Register the enrolled CHIP (a label or id)."""
    zones, known = _zones(app, names, zones_path)
    with records(app) as authority:
        enrolled = authority.chip(chip)
    event = Registered(
        enrolled.ueid, enrolled.label, product, eccn, exporter, end_user, zones, known.digest
    )
    _record(app, _registry(app), event)


@registry.command("move")
@click.argument("chip")
@click.option("--zone", "names", multiple=True, required=True, help="Zone that it belongs in now.")
@click.option("--zones", "zones_path", type=IN_FILE, help="Zone set.  [default: the authority's]")
@click.option("--reason", required=True, help="For the records: by whose leave.")
@authority_options
@output_options
@pass_app
def registry_move(
    app: App, chip: str, names: tuple[str, ...], zones_path: Path | None, reason: str
) -> None:
    """Record that CHIP belongs elsewhere from now on, with leave."""
    zones, known = _zones(app, names, zones_path)
    held = _registry(app)
    _record(app, held, Moved(held.state.chip(chip).ueid, zones, known.digest, reason))


@registry.command("transfer")
@click.argument("chip")
@click.option("--end-user", required=True, help="Who has it now.")
@click.option("--reason", required=True, help="For the records: by whose leave.")
@authority_options
@output_options
@pass_app
def registry_transfer(app: App, chip: str, end_user: str, reason: str) -> None:
    """Record that CHIP has another end user from now on, with leave."""
    held = _registry(app)
    _record(app, held, Transferred(held.state.chip(chip).ueid, end_user, reason))


@registry.command("retire")
@click.argument("chip")
@click.option("--reason", required=True, help="For the records.")
@authority_options
@output_options
@pass_app
def registry_retire(app: App, chip: str, reason: str) -> None:
    """Record that CHIP is no longer in use."""
    held = _registry(app)
    _record(app, held, Retired(held.state.chip(chip).ueid, reason))


def _receive(app: App, authority: Authority, held: Registry, evidence: Evidence) -> None:
    names = authority.presets()
    desk = Desk(held, Regime.of(names) if names else None)
    received = desk.receive(evidence, app.edges.now())
    app.output.emit(ReceivedView.of(received))
    if received.report is not None:
        app.output.note(f"Next: mooring registry report {received.report.id} --html report.html")


@registry.command("locate")
@click.argument("chip")
@place_options
@authority_options
@output_options
@pass_app
def registry_locate(
    app: App,
    chip: str,
    statement_path: Path | None,
    zones_path: Path | None,
    location_path: Path | None,
) -> None:
    """Take evidence of where CHIP is: a statement, or a signed location result."""
    held = _registry(app)
    ueid = held.state.chip(chip).ueid
    now = app.edges.now()
    with records(app) as authority:
        where = place(app, authority, statement_path, zones_path, location_path)
        if isinstance(where, LocationRecord):
            result = LocationResult.from_token(where.token)
            problems = () if result.ueid == ueid else ("it is about another chip",)
            verdict = LocationVerdict.of_result(result, problems)
            evidence = PlaceEvidence(ueid, verdict, where.token)
        else:
            evidence = PlaceEvidence(ueid, where.locate(Subject(ueid), now))
        _receive(app, authority, held, evidence)


@registry.command("attest")
@click.argument("chip")
@click.option("--request", "request_path", type=IN_FILE, help="Licence request, without --port.")
@chip_options
@authority_options
@output_options
@pass_app
def registry_attest(app: App, chip: str, request_path: Path | None) -> None:
    """Take what CHIP attests, and its log if it is on the port."""
    held = _registry(app)
    ueid = held.state.chip(chip).ueid
    log: LogResponse | None = None
    if request_path is not None:
        request = LicenceRequest.decode(read_bytes(request_path))
    else:
        with chip_client(app) as client:
            request = client.request_licence(fresh_nonce(app))
            log = client.log()
    with records(app) as authority:
        enrolled = authority.chip_by_id(ueid)
        appraisal = authority.appraise_evidence(enrolled, request.evidence, request.nonce)
        evidence = AttestedEvidence(ueid, appraisal, request.evidence, log)
        _receive(app, authority, held, evidence)


@registry.command("visit")
@click.argument("chip")
@click.option("--inspector", required=True, help="Who went there.")
@click.option(
    "--found",
    type=click.Choice([sight.value for sight in Sight]),
    required=True,
    help="What was found.",
)
@click.option("--text", required=True, help="In words, with the place.")
@click.option("--seen-at", type=click.IntRange(min=0), help="Seconds since 1970.  [default: now]")
@authority_options
@output_options
@pass_app
def registry_visit(
    app: App, chip: str, inspector: str, found: str, text: str, seen_at: int | None
) -> None:
    """Take what somebody saw who went to see CHIP."""
    held = _registry(app)
    evidence = VisitEvidence(
        held.state.chip(chip).ueid,
        inspector,
        app.edges.now() if seen_at is None else seen_at,
        Sight(found),
        text,
    )
    with records(app) as authority:
        _receive(app, authority, held, evidence)


@registry.command("reports")
@authority_options
@output_options
@pass_app
def registry_reports(app: App) -> None:
    """List the reports that were drafted."""
    found = drafts(_registry(app).entries)
    app.output.emit(ReportsView(tuple(ReportView.of(each) for each in found)))


@registry.command("report")
@click.argument("report")
@click.option("--json", "json_path", type=OUT_FILE, help="File for machines.")
@click.option("--html", "html_path", type=OUT_FILE, help="Page for people.")
@authority_options
@output_options
@pass_app
def registry_report(app: App, report: str, json_path: Path | None, html_path: Path | None) -> None:
    """Show REPORT (its id, or the beginning of it), or write it to files.

    It is made from the registry's entries, the same each time. It is a draft: a person checks
    it and sends it.
    """
    found = draft_by_id(_registry(app).entries, report)
    if json_path is not None:
        write_bytes(json_path, f"{found.to_json()}\n".encode())
    if html_path is not None:
        write_bytes(html_path, found.to_html().encode())
    app.output.emit(WrittenView(ReportView.of(found), json_path, html_path))
