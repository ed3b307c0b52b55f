# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring authority trust`: the trust list, and the changes that chips learn by it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import rich_click as click

from mooring_host.airgap import TrustDelivery
from mooring_host.authority import (
    AddKey,
    AddRoot,
    Authority,
    RevokeKey,
    RotateKey,
    TrustChange,
    TrustRecord,
)
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._files import write_bytes
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import rows, table
from mooring_host.cli._records import PASSPHRASE_VARIABLE, passphrase, records
from mooring_host.cli._session import chip_client
from mooring_host.cli._types import OUT_FILE, HexBytes, Pair
from mooring_host.cose import KID_BYTES
from mooring_host.errors import UsageError
from mooring_host.keys import write_key_file
from mooring_host.keys.signer import SEED_BYTES
from mooring_host.states import Role
from mooring_host.token import TrustList
from mooring_host.token.inspect import show_time


@dataclass(frozen=True)
class KeyView:
    """A listed key."""

    kid: bytes
    role: Role
    first_epoch: int
    not_before: int
    not_after: int
    key: str
    """Where the private key is."""


@dataclass(frozen=True)
class TrustView:
    """A trust list."""

    schema: ClassVar[str] = "mooring.authority.trust/1"

    epoch: int
    root_slot: int
    issued_at: int
    end_running: bool
    keys: tuple[KeyView, ...]
    sent: bool = False
    """Whether a chip accepted it just now."""
    out: Path | None = None
    """The file that it was written to."""

    @classmethod
    def of(
        cls, held: Authority, trust: TrustRecord, sent: bool = False, out: Path | None = None
    ) -> TrustView:
        """From a record."""
        uris = {record.key.kid: record.uri for record in held.issuer_keys()}
        keys = tuple(
            KeyView(
                key.kid,
                key.role,
                key.first_epoch,
                key.not_before,
                key.not_after,
                uris.get(key.kid, ""),
            )
            for key in TrustList.from_token(trust.token).keys
        )
        return cls(
            trust.epoch, trust.root.slot, trust.issued_at, trust.end_running, keys, sent, out
        )

    def text(self) -> str:
        """Epoch and keys."""
        pairs = [
            ("Trust list", f"epoch {self.epoch}, signed by root {self.root_slot}"),
            ("Issued", show_time(self.issued_at)),
        ]
        if self.end_running:
            pairs.append(("Effect", "chips end running grants when they accept it"))
        if self.sent:
            pairs.append(("Sent", "accepted by the chip"))
        if self.out is not None:
            pairs.append(("Written to", str(self.out)))
        lines = [
            (k.kid.hex(), k.role.name.lower(), k.first_epoch, show_time(k.not_after), k.key)
            for k in self.keys
        ]
        head = ("KID", "ROLE", "FIRST EPOCH", "NOT AFTER", "KEY")
        return f"{rows(pairs)}\n{table(head, lines)}"


@click.command("trust")
@click.option("--issue", is_flag=True, help="Issue the list anew, under the next epoch.")
@click.option(
    "--add", type=Pair("ROLE=KEY"), help="Add a key: ROLE is licence, location or landmark."
)
@click.option("--rotate", type=Pair("ROLE=KEY"), help="Put a key in the place of all of its role.")
@click.option("--revoke", type=HexBytes(KID_BYTES), metavar="KID", help="Take a key off the list.")
@click.option(
    "--root",
    type=Pair("SLOT=KEY"),
    help="Sign with a new root, whose digest the chips' fuses hold; it replaces lower slots.",
)
@click.option("--generate", is_flag=True, help="Make the key file first.")
@click.option("--end-running", is_flag=True, help="Chips end running grants when they accept it.")
@click.option("--send", is_flag=True, help="Send the list to the chip on --port.")
@click.option(
    "--out", type=OUT_FILE, help="Write the list to a file, for `licence request --trust`."
)
@chip_options
@authority_options
@output_options
@pass_app
def authority_trust(
    app: App,
    issue: bool,
    add: tuple[str, str] | None,
    rotate: tuple[str, str] | None,
    revoke: bytes | None,
    root: tuple[str, str] | None,
    generate: bool,
    end_running: bool,
    send: bool,
    out: Path | None,
) -> None:
    """Show the trust list in force; or change keys, which issues a new one.

    KEY is a path, relative to the authority's folder, or env:NAME. Chips learn of a change
    when they are sent the list: here with --send, or at their next boot.
    """
    given = [each for each in (add, rotate, revoke, root) if each is not None]
    if len(given) > 1:
        raise UsageError("change the trust list", "found more than one change", "One at a time.")
    if end_running and not (given or issue):
        raise UsageError(
            "change the trust list", "--end-running goes with a new list", "Add --issue."
        )
    change = _change(add, rotate, revoke, root)
    if generate and (change is None or isinstance(change, RevokeKey)):
        raise UsageError("make a key", "there is no key to make", "Name one with --add.")
    with records(app) as held:
        if change is not None or issue:
            with _generated(app, held, change) if generate else nullcontext():
                trust = held.issue_trust_list(change, end_running=end_running)
        else:
            trust = held.trust()
        if send:
            with chip_client(app) as client:
                client.patiently(lambda: client.trust(trust.root.cose_key, trust.token))
        if out is not None:
            write_bytes(out, TrustDelivery(trust.root.cose_key, trust.token).encode())
        app.output.emit(TrustView.of(held, trust, send, out))


def _change(
    add: tuple[str, str] | None,
    rotate: tuple[str, str] | None,
    revoke: bytes | None,
    root: tuple[str, str] | None,
) -> TrustChange | None:
    if add is not None:
        return AddKey(_role(add[0]), add[1])
    if rotate is not None:
        return RotateKey(_role(rotate[0]), rotate[1])
    if revoke is not None:
        return RevokeKey(revoke)
    return None if root is None else AddRoot(_slot(root[0]), root[1])


@contextmanager
def _generated(app: App, held: Authority, change: TrustChange | None) -> Generator[None]:
    """Makes the key file of a change; it goes again if the change is not made."""
    if not isinstance(change, AddKey | AddRoot):
        yield
        return
    path, made = _generate(app, change.uri)
    try:
        yield
    except BaseException:
        recorded = {root.public_key for root in held.roots()}
        recorded.update(record.key.public_key for record in held.issuer_keys())
        if made not in recorded:
            path.unlink(missing_ok=True)
        raise


def _generate(app: App, uri: str) -> tuple[Path, bytes]:
    """Makes a key file; its path and public key."""
    scheme, colon, rest = uri.partition(":")
    if colon and scheme != "file":
        raise UsageError(
            f"make the key {uri}",
            "only key files can be made",
            "Name a path, such as licence-2.pem.",
        )
    path = app.authority_folder / (rest if colon else uri)
    seed = app.edges.entropy(SEED_BYTES)
    # Encrypted if a passphrase is set, as the keys beside it then are.
    secret = passphrase(app) if app.edges.environ.get(PASSPHRASE_VARIABLE) else None
    return path, write_key_file(path, seed, secret).public_key


def _role(text: str) -> Role:
    try:
        return Role[text.upper()]
    except KeyError as error:
        known = ", ".join(role.name.lower() for role in Role)
        raise UsageError("add a key", f"role: found {text!r}, expected one of {known}") from error


def _slot(text: str) -> int:
    if not text.isdecimal():
        raise UsageError("add a root key", f"slot: found {text!r}, expected 0 to 3")
    return int(text)
