# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring evidence`: what a chip signs about itself, and what can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import rich_click as click

from mooring_host import cose
from mooring_host.airgap import LicenceRequest
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._files import read_bytes, write_bytes
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import records, records_if_any
from mooring_host.cli._session import NONCE_BYTES, chip_client, fresh_nonce
from mooring_host.cli._types import IN_FILE, OUT_FILE, HexBytes
from mooring_host.errors import FileError, UnknownRecordError, UsageError
from mooring_host.token import Evidence
from mooring_host.token.inspect import show_time
from mooring_host.verifier import Appraisal, Finding, Reference
from mooring_host.verifier import appraise as appraise_token


@click.group("evidence", cls=NounGroup)
def evidence() -> None:
    """Get what a chip attests, and verify it."""


@dataclass(frozen=True)
class EvidenceView:
    """The cryptographic verdict on evidence, and what it says if it is authentic."""

    schema: ClassVar[str] = "mooring.evidence/1"

    authentic: bool
    key: str
    """Whose key it was verified with: ``enrolled``, ``given`` or ``self-reported``."""
    chip: str | None
    """The label of an enrolled chip."""
    findings: tuple[Finding, ...]
    evidence: Evidence | None

    def text(self) -> str:
        """Verdict, findings, claims."""
        verdict = "authentic" if self.authentic else "NOT AUTHENTIC"
        pairs = [("Evidence", f"{verdict}, by the {self.key} key")]
        if self.chip is not None:
            pairs.append(("Chip", self.chip))
        said = self.evidence
        if said is not None:
            own = said.own_nonce
            pairs += [
                ("UEID", said.ueid.hex()),
                ("Lifecycle", said.lifecycle.name.lower()),
                ("Mode", said.mode.name.lower()),
                ("Gate", said.gate.name.lower()),
                ("Grant left", f"{said.cycles_left} cycles, {said.seconds_left} s"),
                ("Nonce", "none" if own is None else own.hex()),
                ("Trust list", _trust(said)),
                ("Last sequence", f"{said.sequence} of epoch {said.sequence_epoch}"),
                ("Time floor", show_time(said.floor) if said.floor else "none yet"),
                ("Log", f"{said.log_count} entries, head {said.log_head.hex()[:16]}…"),
                (
                    "Record",
                    f"generation {said.generation}, revision {said.revision}, "
                    f"{said.record.name.lower().replace('_', ' ')}",
                ),
                ("Commits left", str(said.counter_left)),
                ("ROM SHA-384", said.measurement.hex()),
            ]
        text = rows(pairs)
        for finding in self.findings:
            text += f"\nFinding: {finding}"
        return text


def _trust(said: Evidence) -> str:
    if not said.epoch:
        return "none accepted yet"
    return f"epoch {said.epoch} of root slot {said.root_slot}"


@dataclass(frozen=True)
class Appraised:
    """An appraisal, and by whose key."""

    appraisal: Appraisal
    key: str
    chip: str | None = None


def appraise(app: App, token: bytes, nonce: bytes, device_cose_key: bytes) -> Appraised:
    """Appraises evidence: as the authority does if it knows the chip, else on the chip's word.

    Raises:
        TokenError: the key is none.
        DatabaseError: the records cannot be used.
    """
    device_key = cose.decode_key(device_cose_key)
    authority = records_if_any(app)
    if authority is not None:
        with authority:
            try:
                chip = authority.chip_by_id(cose.ueid_of(device_key))
            except UnknownRecordError:
                pass
            else:
                appraisal = authority.appraise_evidence(chip, token, nonce)
                return Appraised(appraisal, "enrolled", chip.label)
    return Appraised(_appraise_with(token, nonce, device_key), "self-reported")


def _appraise_with(token: bytes, nonce: bytes, device_key: bytes) -> Appraisal:
    return appraise_token(token, device_key=device_key, nonce=nonce, reference=Reference())


def evidence_view(appraised: Appraised) -> EvidenceView:
    """The result to show."""
    appraisal = appraised.appraisal
    return EvidenceView(
        appraisal.authentic,
        appraised.key,
        appraised.chip,
        appraisal.findings,
        appraisal.evidence,
    )


def exit_unless_genuine(ctx: click.Context, appraised: Appraised) -> None:
    """Exit code 1 for evidence that the chip did not sign."""
    if not appraised.appraisal.authentic:
        ctx.exit(ExitCode.REFUSED)


@dataclass(frozen=True)
class GotView:
    """Evidence in a file."""

    schema: ClassVar[str] = "mooring.evidence.get/1"

    out: Path
    size: int
    nonce: bytes
    device_key: bytes
    """The device's COSE_Key, by its own word."""

    def text(self) -> str:
        """What is needed to verify it."""
        return rows(
            [
                ("Written to", f"{self.out} ({self.size} bytes)"),
                ("Nonce", self.nonce.hex()),
                ("Device key", self.device_key.hex()),
            ]
        )


@evidence.command("get")
@click.option("--out", type=OUT_FILE, required=True, help="File for the evidence.")
@click.option(
    "--nonce",
    type=HexBytes(NONCE_BYTES),
    help="The verifier's nonce.  [default: a fresh one]",
)
@chip_options
@output_options
@pass_app
def evidence_get(app: App, out: Path, nonce: bytes | None) -> None:
    """Ask the chip for signed evidence and write it to a file; changes nothing in the chip."""
    asked = nonce or fresh_nonce(app)
    with chip_client(app) as client:
        device_key = client.info().device_key
        token = client.status(asked)
    write_bytes(out, token)
    app.output.emit(GotView(out, len(token), asked, device_key))


@evidence.command("verify")
@click.argument("file", type=IN_FILE)
@click.option(
    "--nonce",
    type=HexBytes(NONCE_BYTES),
    help="The nonce that it must answer; a licence request brings its own.",
)
@click.option("--chip", "name", help="Enrolled chip that must have signed it, by label or id.")
@click.option(
    "--device-key", type=HexBytes(), help="COSE_Key that must have signed it, instead of --chip."
)
@authority_options
@output_options
@click.pass_context
def evidence_verify(
    ctx: click.Context, file: Path, nonce: bytes | None, name: str | None, device_key: bytes | None
) -> None:
    """Verify evidence in FILE: authentic, fresh, and not a step back.

    FILE is what `evidence get` or `licence request` wrote. Exit code 1 if anything speaks
    against the chip.
    """
    app = ctx.ensure_object(App)
    appraised = _verify(app, read_bytes(file), nonce, name, device_key)
    app.output.emit(evidence_view(appraised))
    if not appraised.appraisal.affirming:
        ctx.exit(ExitCode.REFUSED)


def _verify(
    app: App, data: bytes, nonce: bytes | None, name: str | None, device_key: bytes | None
) -> Appraised:
    attempted = "verify evidence"
    request = _request(data)
    token = request.evidence if request else data
    wanted = nonce or (request.nonce if request else None)
    if wanted is None:
        raise UsageError(
            attempted,
            "no nonce was given: without one old evidence cannot be told from new",
            "Add --nonce, as `evidence get` printed it.",
        )
    if device_key is not None:
        key = cose.decode_key(device_key)
        return Appraised(_appraise_with(token, wanted, key), "given")
    if name is not None:
        with records(app) as authority:
            chip = authority.chip(name)
            return Appraised(
                authority.appraise_evidence(chip, token, wanted), "enrolled", chip.label
            )
    if request is not None:
        return appraise(app, token, wanted, request.device_key)
    raise UsageError(
        attempted, "nobody said whose evidence it should be", "Add --chip NAME or --device-key HEX."
    )


def _request(data: bytes) -> LicenceRequest | None:
    try:
        return LicenceRequest.decode(data)
    except FileError:
        return None
