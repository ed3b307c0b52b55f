# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring location`: zones, statements of inspectors, and signed location results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import rich_click as click

from mooring_host.airgap import LicenceRequest
from mooring_host.authority import Authority, attest_location
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._files import read_bytes, write_bytes
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import ZONES_NAME, records, zone_set
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.cli._terms import method
from mooring_host.cli._types import DURATION, IN_FILE, OUT_FILE, Pair, span
from mooring_host.cli.appraise import location_appraise
from mooring_host.errors import Refused, UsageError
from mooring_host.location import InspectionStatement, ZoneSet
from mooring_host.token import LocationResult
from mooring_host.token.inspect import show_time
from mooring_host.token.zones import sorted_zones


@click.group("location", cls=NounGroup)
@click.command_panel("Describe places", commands=["zones", "statement"])
@click.command_panel("Judge and sign", commands=["appraise", "attest"])
@click.command_panel("Study", commands=["evaluate", "plan"])
def location() -> None:
    """Say where a chip was found to be."""


location.add_command(location_appraise)


@dataclass(frozen=True)
class ZoneView:
    """One zone."""

    name: str
    geometry: str


@dataclass(frozen=True)
class ZonesView:
    """A zone set."""

    schema: ClassVar[str] = "mooring.location.zones/1"

    digest: bytes
    zones: tuple[ZoneView, ...]

    @classmethod
    def of(cls, zones: ZoneSet) -> ZonesView:
        """From a set."""
        return cls(zones.digest, tuple(ZoneView(z.name, z.geometry) for z in zones.zones))

    def text(self) -> str:
        """Digest and zones."""
        lines = [(zone.name, zone.geometry) for zone in self.zones]
        return f"Zone set {self.digest.hex()}\n{table(('ZONE', 'GEOMETRY'), lines)}"


@location.command("zones")
@click.option("--zones", "path", type=IN_FILE, help="Zone set to show.  [default: the authority's]")
@click.option(
    "--set",
    "given",
    type=Pair("NAME=GEOMETRY"),
    multiple=True,
    help="Write a new zone set of these zones to the authority's folder.",
)
@authority_options
@output_options
@pass_app
def location_zones(app: App, path: Path | None, given: tuple[tuple[str, str], ...]) -> None:
    """Show the zones that location results speak of, or define them.

    \b
    mooring location zones --set "hall-a=Hall A, Example Street 1" --set "elsewhere=not Hall A"
    """
    if given and path is not None:
        raise UsageError("define the zones", "found both --zones and --set")
    if given:
        records(app).close()  # says what to do if there is no authority
        zones = ZoneSet.of(dict(given))
        view = ZonesView.of(zones)  # what cannot be digested must not be written
        write_bytes(app.authority_folder / ZONES_NAME, f"{zones.to_json()}\n".encode())
    else:
        view = ZonesView.of(zone_set(app, path))
    app.output.emit(view)


@dataclass(frozen=True)
class StatementView:
    """A statement in a file."""

    schema: ClassVar[str] = "mooring.location.statement/1"

    out: Path
    ueid: bytes
    inspector: str
    place: str
    seen_at: int
    valid_until: int
    zone_set: bytes
    inside: tuple[str, ...]
    excluded: tuple[str, ...]

    def text(self) -> str:
        """The statement."""
        return rows(
            [
                ("Written to", self.out),
                ("Chip", self.ueid.hex()),
                ("Seen by", f"{self.inspector} at {self.place}"),
                ("Seen at", show_time(self.seen_at)),
                ("Valid until", show_time(self.valid_until)),
                ("Zone set", self.zone_set.hex()),
                ("Inside", ", ".join(self.inside) or "nothing"),
                ("Excluded", ", ".join(self.excluded) or "nothing"),
            ]
        )


@location.command("statement")
@click.option("--chip", "name", required=True, help="The enrolled chip, by label or id.")
@click.option("--inspector", required=True, help="Who saw it.")
@click.option("--place", required=True, help="Where, for people: address, room, rack.")
@click.option("--inside", multiple=True, metavar="ZONE", help="Zone that it is inside of.")
@click.option(
    "--exclude", "excluded", multiple=True, metavar="ZONE", help="Zone that it is outside of."
)
@click.option(
    "--for", "valid_s", type=DURATION, default="30d", show_default=True, help="How long it stays."
)
@click.option("--zones", "zones_path", type=IN_FILE, help="Zone set.  [default: the authority's]")
@click.option("--out", type=OUT_FILE, required=True, help="File for the statement.")
@authority_options
@output_options
@pass_app
def location_statement(
    app: App,
    name: str,
    inspector: str,
    place: str,
    inside: tuple[str, ...],
    excluded: tuple[str, ...],
    valid_s: int,
    zones_path: Path | None,
    out: Path,
) -> None:
    """Write down what an inspector on site states about a chip."""
    zones = zone_set(app, zones_path)
    with records(app) as authority:
        ueid = authority.chip(name).ueid
    now = app.edges.now()
    said = InspectionStatement(
        inspector,
        place,
        ueid,
        now,
        now + valid_s,
        zones.digest,
        sorted_zones(inside),
        sorted_zones(excluded),
    )
    # Read back before it is written: what cannot be read is refused here.
    text = InspectionStatement.from_json(said.to_json()).to_json()
    unknown = sorted((set(inside) | set(excluded)) - zones.names)
    if unknown:
        raise UsageError(
            "write a statement",
            f"the zone set has no zone {unknown[0]!r}",
            "See them: mooring location zones",
        )
    write_bytes(out, f"{text}\n".encode())
    app.output.emit(
        StatementView(
            out,
            said.ueid,
            inspector,
            place,
            said.seen_at,
            said.valid_until,
            said.zone_set,
            said.inside,
            said.excluded,
        )
    )


@dataclass(frozen=True)
class AttestView:
    """A signed location result."""

    schema: ClassVar[str] = "mooring.location.attest/1"

    out: Path
    digest: bytes
    claims: LocationResult

    def text(self) -> str:
        """What it says."""
        claims = self.claims
        lifetime = span(claims.expires_at - claims.issued_at)
        return rows(
            [
                ("Written to", self.out),
                ("Digest", self.digest.hex()),
                ("Chip", claims.ueid.hex()),
                ("Method", claims.method.name.lower().replace("_", " ")),
                ("Inside", ", ".join(claims.inside) or "nothing"),
                ("Excluded", ", ".join(claims.excluded) or "nothing"),
                ("Zone set", claims.zone_set.hex()),
                (
                    "Nonce",
                    "none: for a sequence-bound licence"
                    if claims.nonce is None
                    else claims.nonce.hex(),
                ),
                ("Issued", show_time(claims.issued_at)),
                ("Expires", f"{show_time(claims.expires_at)}, after {lifetime}"),
            ]
        )


@location.command("attest")
@click.option(
    "--statement",
    "statement_path",
    type=IN_FILE,
    required=True,
    help="Statement of an inspector who saw the chip in its place.",
)
@click.option("--zones", "zones_path", type=IN_FILE, help="Zone set.  [default: the authority's]")
@click.option(
    "--request",
    "request_path",
    type=IN_FILE,
    help="Licence request of the chip; the result answers its nonce.",
)
@click.option("--chip", "name", help="Enrolled chip; the result is for a sequence-bound licence.")
@click.option(
    "--for",
    "lifetime_s",
    type=DURATION,
    default="1h",
    show_default=True,
    help="Life of the result.",
)
@click.option("--out", type=OUT_FILE, required=True, help="File for the location result.")
@chip_options
@authority_options
@output_options
@pass_app
def location_attest(
    app: App,
    statement_path: Path,
    zones_path: Path | None,
    request_path: Path | None,
    name: str | None,
    lifetime_s: int,
    out: Path,
) -> None:
    """Sign a location result from a statement.

    With --request, or with the chip on --port, it is bound to the chip's nonce.
    """
    where = method(app, statement_path, zones_path)
    with records(app) as authority:
        ueid, nonce = _subject(app, authority, request_path, name)
        record = attest_location(authority, ueid, where, nonce=nonce, lifetime_s=lifetime_s)
    write_bytes(out, record.token)
    app.output.emit(AttestView(out, record.digest, LocationResult.from_token(record.token)))


def _subject(
    app: App, authority: Authority, request_path: Path | None, name: str | None
) -> tuple[bytes, bytes | None]:
    """The chip, and its nonce unless the result is to be without one."""
    if name is not None and request_path is None:
        return authority.chip(name).ueid, None
    if name is not None:
        raise UsageError("attest a location", "found both --chip and --request")
    if request_path is not None:
        request = LicenceRequest.decode(read_bytes(request_path))
    else:
        with chip_client(app) as client:
            request = client.request_licence(fresh_nonce(app))
    chip, appraisal = authority.appraise(request)
    said = appraisal.evidence
    if said is None or said.own_nonce is None:
        reasons = tuple(map(str, appraisal.findings)) or ("the chip has no valid nonce",)
        raise Refused(f"attest the location of {chip.label}", reasons)
    return chip.ueid, said.own_nonce
