# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring licence`: request, issue, carry, load, renew, revoke, list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import rich_click as click

from mooring_host.airgap import LicenceDelivery, LicenceRequest, TrustDelivery
from mooring_host.authority import (
    Authority,
    DecisionRecord,
    IssuedLicence,
    LicenceRecord,
    LicenceRefused,
    issue_licence,
    issue_sequence_licence,
    renewal_terms,
)
from mooring_host.authority.exporting import export_licence
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._files import read_bytes, write_bytes
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import records
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.cli._terms import (
    TermsGiven,
    place,
    place_options,
    terms_options,
    transaction,
    transaction_option,
)
from mooring_host.cli._types import IN_FILE, OUT_FILE, HexBytes
from mooring_host.cli._verdicts import IssueView, verdict_views
from mooring_host.cose import decode_key, ueid_of
from mooring_host.errors import UsageError
from mooring_host.policy.transaction import Transaction
from mooring_host.states import GateState
from mooring_host.token.inspect import show_time
from mooring_host.token.licence import NUMBER_BYTES, NonceBound
from mooring_host.wire.messages import LicenceResponse


@click.group("licence", cls=NounGroup)
@click.command_panel(
    "Authority", commands=["issue", "renew", "revoke", "list", "decisions", "export"]
)
@click.command_panel("Chip", commands=["request", "load"])
def licence() -> None:
    """Issue licences, carry them to chips, keep account of them."""


@dataclass(frozen=True)
class RequestView:
    """A licence request in a file."""

    schema: ClassVar[str] = "mooring.licence.request/1"

    out: Path
    ueid: bytes
    size: int

    def text(self) -> str:
        """Where it is and what to do with it."""
        return rows([("Written to", f"{self.out} ({self.size} bytes)"), ("Chip", self.ueid.hex())])


@licence.command("request")
@click.option("--out", type=OUT_FILE, required=True, help="File for the request.")
@click.option(
    "--trust",
    "trust_path",
    type=IN_FILE,
    help="Trust list to send to the chip first, from `authority trust --out`.",
)
@chip_options
@output_options
@pass_app
def licence_request(app: App, out: Path, trust_path: Path | None) -> None:
    """Ask the chip for a challenge and write a request that an authority can answer.

    The answer must reach the chip within 900 s, without a reset in between. An authority
    refuses a chip that holds an older trust list than the one in force; --trust mends that.
    """
    trust = TrustDelivery.decode(read_bytes(trust_path)) if trust_path is not None else None
    with chip_client(app) as client:
        if trust is not None:
            client.patiently(lambda: client.trust(trust.root_key, trust.trust_list))
        request = client.request_licence(fresh_nonce(app))
    data = request.encode()
    write_bytes(out, data)
    app.output.emit(RequestView(out, ueid_of(decode_key(request.device_key)), len(data)))
    app.output.note(f"Next, at the authority: mooring licence issue --request {out} --help")


@licence.command("issue")
@click.option("--request", "request_path", type=IN_FILE, help="Licence request of the chip.")
@click.option(
    "--chip", "name", help="Enrolled chip; makes a sequence-bound licence, for a chip without line."
)
@terms_options
@place_options
@transaction_option
@click.option("--out", type=OUT_FILE, required=True, help="File for the licence.")
@chip_options
@authority_options
@output_options
@pass_app
def licence_issue(
    app: App,
    /,
    request_path: Path | None,
    name: str | None,
    statement_path: Path | None,
    zones_path: Path | None,
    location_path: Path | None,
    transaction_path: Path | None,
    out: Path,
    **terms: Any,
) -> None:
    """Judge a request and issue a licence to a file.

    The request comes from --request, or from the chip on --port. Three verdicts are given, and
    not mixed: on the evidence, on the place, and what follows. An authority that goes by export
    rules (`authority policy`) asks them too. Exit code 1 if it is refused.
    """
    wanted = TermsGiven(**terms).terms()
    given = transaction(transaction_path)
    if name is not None and request_path is not None:
        raise UsageError("issue a licence", "found both --chip and --request")
    with records(app) as authority:
        try:
            where = place(app, authority, statement_path, zones_path, location_path)
            if name is not None:
                ueid = authority.chip(name).ueid
                issued = issue_sequence_licence(authority, ueid, wanted, where, given=given)
            else:
                request = _request(app, request_path)
                issued = issue_licence(authority, request, wanted, where, given=given)
        except LicenceRefused as refused:
            app.output.emit(IssueView(verdict_views(refused.outcome), None, None))
            raise
    write_bytes(out, issued.delivery.encode())
    app.output.emit(IssueView.of(issued, out))
    app.output.note(f"Next, at the chip: mooring licence load {out}")


def _request(app: App, path: Path | None) -> LicenceRequest:
    if path is not None:
        return LicenceRequest.decode(read_bytes(path))
    with chip_client(app) as client:
        return client.request_licence(fresh_nonce(app))


@dataclass(frozen=True)
class LoadView:
    """The gate after a licence."""

    schema: ClassVar[str] = "mooring.licence.load/1"

    gate: GateState
    cycles_left: int
    seconds_left: int
    changed: bool
    """False: the chip had accepted this very licence before."""

    @classmethod
    def of(cls, answer: LicenceResponse) -> LoadView:
        """From what the chip answered."""
        return cls(answer.gate, answer.cycles_left, answer.seconds_left, answer.changed)

    def text(self) -> str:
        """The gate and what is left."""
        how = "accepted" if self.changed else "accepted before; nothing changed"
        return rows(
            [
                ("Licence", how),
                ("Gate", self.gate.name.lower()),
                ("Grant left", f"{self.cycles_left} cycles, {self.seconds_left} s"),
            ]
        )


@licence.command("load")
@click.argument("file", type=IN_FILE)
@chip_options
@output_options
@pass_app
def licence_load(app: App, file: Path) -> None:
    """Send the licence in FILE to the chip, with the trust list that came with it."""
    delivery = LicenceDelivery.decode(read_bytes(file))
    with chip_client(app) as client:
        answer = client.patiently(lambda: client.deliver(delivery))
    app.output.emit(LoadView.of(answer))


@dataclass(frozen=True)
class RenewView:
    """A renewed licence."""

    schema: ClassVar[str] = "mooring.licence.renew/1"

    issued: IssueView
    loaded: LoadView | None
    """None: written to a file instead."""

    def text(self) -> str:
        """Both."""
        parts = [self.issued.text()]
        if self.loaded is not None:
            parts.append(self.loaded.text())
        return "\n\n".join(parts)


@licence.command("renew")
@terms_options
@place_options
@transaction_option
@click.option("--out", type=OUT_FILE, help="Write the licence to a file instead of loading it.")
@chip_options
@authority_options
@output_options
@pass_app
def licence_renew(
    app: App,
    /,
    statement_path: Path | None,
    zones_path: Path | None,
    location_path: Path | None,
    transaction_path: Path | None,
    out: Path | None,
    **terms: Any,
) -> None:
    """Issue the chip's newest licence anew, with its terms or changed ones, and load it.

    A renewal replaces a running grant at once and adds nothing to it. If the newest licence
    was revoked there is nothing to renew: issue one.
    """
    given = TermsGiven(**terms)
    sold = transaction(transaction_path)
    with chip_client(app) as client, records(app) as authority:
        trust = authority.trust()
        client.patiently(lambda: client.trust(trust.root.cose_key, trust.token))
        request = client.request_licence(fresh_nonce(app))
        paths = (statement_path, zones_path, location_path)
        issued = _renew(app, authority, request, given, sold, paths)
        loaded = None
        if out is None:
            answer = client.patiently(lambda: client.deliver(issued.delivery))
            loaded = LoadView.of(answer)
        else:
            write_bytes(out, issued.delivery.encode())
    app.output.emit(RenewView(IssueView.of(issued, out), loaded))


def _renew(
    app: App,
    authority: Authority,
    request: LicenceRequest,
    given: TermsGiven,
    sold: Transaction | None,
    paths: tuple[Path | None, Path | None, Path | None],
) -> IssuedLicence:
    ueid = ueid_of(decode_key(request.device_key))
    wanted = given.renew(renewal_terms(authority, ueid))
    try:
        where = place(app, authority, *paths)
        return issue_licence(authority, request, wanted, where, given=sold)
    except LicenceRefused as refused:
        refusal = IssueView(verdict_views(refused.outcome), None, None)
        app.output.emit(RenewView(refusal, None))
        raise


@dataclass(frozen=True)
class LicenceView:
    """A licence in the records."""

    number: bytes
    chip: str
    state: str
    issued_at: int
    expires_at: int
    cycles: int
    seconds: int | None
    inside: tuple[str, ...]
    excluded: tuple[str, ...]
    nonce: bytes | None
    epoch: int | None
    sequence: int | None
    revoked_at: int | None
    reason: str | None

    @classmethod
    def of(cls, record: LicenceRecord, chip: str) -> LicenceView:
        """From a record."""
        bound = record.freshness
        nonce = bound.nonce if isinstance(bound, NonceBound) else None
        epoch = None if isinstance(bound, NonceBound) else bound.epoch
        sequence = None if isinstance(bound, NonceBound) else bound.sequence
        return cls(
            record.number,
            chip,
            record.state.value,
            record.issued_at,
            record.ends_at,
            record.cycles,
            record.seconds,
            record.inside,
            record.excluded,
            nonce,
            epoch,
            sequence,
            record.revoked_at,
            record.reason,
        )


@dataclass(frozen=True)
class LicencesView:
    """Licences in the records."""

    schema: ClassVar[str] = "mooring.licence.list/1"

    licences: tuple[LicenceView, ...]

    def text(self) -> str:
        """A table."""
        if not self.licences:
            return "No licence was issued."
        lines = [
            (
                each.number.hex(),
                each.chip,
                each.state,
                show_time(each.expires_at),
                each.cycles,
                "nonce" if each.nonce is not None else f"{each.epoch}.{each.sequence}",
            )
            for each in self.licences
        ]
        return table(("NUMBER", "CHIP", "STATE", "EXPIRES", "CYCLES", "FRESHNESS"), lines)


@licence.command("list")
@click.option("--chip", "name", help="Only those of one chip, by label or id.")
@authority_options
@output_options
@pass_app
def licence_list(app: App, name: str | None) -> None:
    """List the licences that were issued."""
    with records(app) as authority:
        labels = {chip.ueid: chip.label for chip in authority.chips()}
        ueid = authority.chip(name).ueid if name is not None else None
        found = authority.licences(ueid)
    app.output.emit(LicencesView(tuple(LicenceView.of(each, labels[each.ueid]) for each in found)))


@dataclass(frozen=True)
class ExportView:
    """A licence in a file again."""

    schema: ClassVar[str] = "mooring.licence.export/1"

    out: Path
    number: bytes
    size: int

    def text(self) -> str:
        """Where it is."""
        return rows(
            [("Written to", f"{self.out} ({self.size} bytes)"), ("Licence", self.number.hex())]
        )


@licence.command("export")
@click.argument("number", type=HexBytes(NUMBER_BYTES))
@click.option("--out", type=OUT_FILE, required=True, help="File for the licence.")
@authority_options
@output_options
@pass_app
def licence_export(app: App, number: bytes, out: Path) -> None:
    """Write the licence NUMBER to a file again, from the records.

    Nothing is signed: it is what was issued, with the trust list in force now.
    """
    with records(app) as authority:
        data = export_licence(authority, number).encode()
    write_bytes(out, data)
    app.output.emit(ExportView(out, number, len(data)))
    app.output.note(f"Next, at the chip: mooring licence load {out}")


@licence.command("revoke")
@click.argument("number", type=HexBytes(NUMBER_BYTES))
@click.option("--reason", default="", help="For the records.")
@authority_options
@output_options
@pass_app
def licence_revoke(app: App, number: bytes, reason: str) -> None:
    """Record that the licence NUMBER is revoked: a chip's newest, once revoked, is not renewed.

    A chip that holds it computes on until it lapses.
    """
    with records(app) as authority:
        record = authority.revoke_licence(number, reason)
        label = authority.chip_by_id(record.ueid).label
    app.output.emit(LicencesView((LicenceView.of(record, label),)))
    app.output.note(
        "To end the running grant now: mooring authority trust --issue --end-running --send"
    )


@dataclass(frozen=True)
class RecordedDecisionView:
    """What the export rules said of a licence, as recorded."""

    number: int
    chip: str
    decided_at: int
    presets: tuple[str, ...]
    transaction: str | None
    """As JSON."""
    permits: bool
    reasons: tuple[str, ...]
    why: str
    """JSON of every step, with its citation."""
    licence: bytes | None

    @classmethod
    def of(cls, record: DecisionRecord, chip: str) -> RecordedDecisionView:
        """From a record."""
        return cls(
            record.number,
            chip,
            record.decided_at,
            record.presets,
            record.given,
            record.permits,
            tuple(record.reasons),
            record.why,
            record.licence,
        )


@dataclass(frozen=True)
class DecisionListView:
    """What the export rules said, decision by decision."""

    schema: ClassVar[str] = "mooring.licence.decisions/1"

    decisions: tuple[RecordedDecisionView, ...]

    def text(self) -> str:
        """A paragraph each."""
        if not self.decisions:
            return "No export rule was asked."
        return "\n\n".join(
            rows(
                [
                    ("Decision", f"{each.number}, {show_time(each.decided_at)}"),
                    ("Chip", each.chip),
                    ("Presets", ", ".join(each.presets)),
                    ("Outcome", "permitted" if each.permits else "REFUSED"),
                    *(("Reason", reason) for reason in each.reasons),
                    ("Licence", "none issued" if each.licence is None else each.licence.hex()),
                ]
            )
            for each in self.decisions
        )


@licence.command("decisions")
@click.option("--chip", "name", help="Only those of one chip, by label or id.")
@authority_options
@output_options
@pass_app
def licence_decisions(app: App, name: str | None) -> None:
    """Show what the export rules said of each licence asked for, and why.

    With --format json every step is there with its rule and citation.
    """
    with records(app) as authority:
        labels = {chip.ueid: chip.label for chip in authority.chips()}
        ueid = authority.chip(name).ueid if name is not None else None
        found = authority.decisions(ueid)
    views = tuple(RecordedDecisionView.of(each, labels[each.ueid]) for each in found)
    app.output.emit(DecisionListView(views))
