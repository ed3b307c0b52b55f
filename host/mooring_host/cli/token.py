# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring token`: what a token says, and whether somebody signed it who may."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import rich_click as click

from mooring_host.airgap import LicenceDelivery, LicenceRequest, TrustDelivery
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._files import read_bytes
from mooring_host.cli._options import authority_options, output_options
from mooring_host.cli._output import rows
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import records
from mooring_host.cli._types import IN_FILE, HexBytes
from mooring_host.cose import PUBLIC_KEY_BYTES
from mooring_host.errors import FileError
from mooring_host.provenance import Provenance, Signers, verify_token
from mooring_host.states import Role
from mooring_host.token import Inspection, IssuerKey, TokenKind, TrustList, inspect
from mooring_host.token.inspect import UNVERIFIED, AnyClaims


@click.group("token", cls=NounGroup)
def token() -> None:
    """Read tokens, and verify who signed them."""


@dataclass(frozen=True)
class TokenView:
    """What one token says."""

    kind: TokenKind
    kid: bytes
    size: int
    digest: bytes
    claims: AnyClaims


@dataclass(frozen=True)
class InspectView:
    """What the tokens of a file say."""

    schema: ClassVar[str] = "mooring.token.inspect/1"

    verified: bool
    """Always false."""
    warning: str
    tokens: tuple[TokenView, ...]

    @classmethod
    def of(cls, found: tuple[Inspection, ...]) -> InspectView:
        """From what was read."""
        return cls(
            False,
            UNVERIFIED,
            tuple(TokenView(i.kind, i.kid, i.size, i.digest, i.claims) for i in found),
        )

    def text(self) -> str:
        """Each token in two columns."""
        parts = [self.warning]
        for each in self.tokens:
            said = Inspection(each.kind, each.kid, each.size, each.digest, each.claims)
            parts.append(rows(pair for pair in said.lines() if pair[0] != "warning"))
        return "\n\n".join(parts)


def tokens_in(data: bytes) -> list[bytes]:
    """The tokens of a file: one, or those in a licence request, a licence or a trust list file.

    Raises:
        FileError: such a file, damaged.
    """
    try:
        delivery = LicenceDelivery.decode(data)
    except FileError:
        pass
    else:
        return [delivery.trust_list, delivery.location, delivery.licence]
    try:
        return [TrustDelivery.decode(data).trust_list]
    except FileError:
        pass
    try:
        return [LicenceRequest.decode(data).evidence]
    except FileError:
        return [data]


@token.command("inspect")
@click.argument("file", type=IN_FILE)
@output_options
@pass_app
def token_inspect(app: App, file: Path) -> None:
    """Show what the tokens in FILE say. Nothing is verified.

    FILE is a token, a licence request or a licence; - is standard input.
    """
    found = tuple(inspect(each) for each in tokens_in(read_bytes(file)))
    app.output.emit(InspectView.of(found))


@dataclass(frozen=True)
class SignatureView:
    """The verdict on one token."""

    kind: TokenKind
    kid: bytes
    genuine: bool
    signer: str | None
    problem: str

    @classmethod
    def of(cls, verdict: Provenance) -> SignatureView:
        """From a verdict."""
        return cls(verdict.kind, verdict.kid, verdict.genuine, verdict.signer, verdict.problem)


@dataclass(frozen=True)
class VerifyView:
    """The verdicts on the tokens of a file."""

    schema: ClassVar[str] = "mooring.token.verify/1"

    genuine: bool
    """All of them."""
    tokens: tuple[SignatureView, ...]

    def text(self) -> str:
        """A line a token."""
        return "\n".join(
            f"{each.kind.value}: signed by {each.signer}"
            if each.genuine
            else f"{each.kind.value}: NOT GENUINE: {each.problem}"
            for each in self.tokens
        )


@token.command("verify")
@click.argument("file", type=IN_FILE)
@click.option(
    "--public-key",
    type=HexBytes(PUBLIC_KEY_BYTES),
    help="Ed25519 key that must have signed it, instead of the authority's.",
)
@authority_options
@output_options
@click.pass_context
def token_verify(ctx: click.Context, file: Path, public_key: bytes | None) -> None:
    """Verify that the tokens in FILE were signed by keys that may sign them.

    Those are the keys of the authority: its roots, its trust list, its enrolled chips.
    Freshness, time and place are not judged: only a chip can. Exit code 1 if one is not genuine.
    """
    app = ctx.ensure_object(App)
    data = read_bytes(file)
    signers = _anything(public_key) if public_key is not None else _authority_signers(app)
    verdicts = tuple(SignatureView.of(verify_token(each, signers)) for each in tokens_in(data))
    view = VerifyView(all(each.genuine for each in verdicts), verdicts)
    app.output.emit(view)
    if not view.genuine:
        ctx.exit(ExitCode.REFUSED)


def _authority_signers(app: App) -> Signers:
    with records(app) as authority:
        return Signers(
            tuple(root.public_key for root in authority.roots()),
            TrustList.from_token(authority.trust().token),
            {chip.device_key: chip.label for chip in authority.chips()},
        )


def _anything(key: bytes) -> Signers:
    """One key for every kind of token."""
    roles = tuple(IssuerKey(key, role, 0, 0, 1) for role in (Role.LICENCE, Role.LOCATION))
    return Signers((key,), TrustList(0, 0, roles), {key: "with that key"})
