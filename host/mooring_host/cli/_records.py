# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The authority for the length of one command, and the zone set in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import rich_click as click

from mooring_host.authority import Authority, init_authority, open_authority
from mooring_host.authority.setup import DATABASE_NAME
from mooring_host.cli._app import App
from mooring_host.cli._files import read_text
from mooring_host.errors import UsageError
from mooring_host.location import ZoneSet

PASSPHRASE_VARIABLE: Final = "MOORING_KEY_PASSPHRASE"  # noqa: S105 - a name
ZONES_NAME: Final = "zones.json"
"""The zone set that is used unless an option names another."""


def passphrase(app: App) -> bytes | None:
    """For encrypted keys: from the environment, or typed by a person. Never an argument."""
    given = app.edges.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return given.encode()
    if app.edges.asks():
        typed = click.prompt(
            "Passphrase of the key", hide_input=True, err=True, default="", show_default=False
        )
        return str(typed).encode() or None
    return None


def make_authority(app: App, encrypt: bool) -> Authority:
    """A new authority in the folder of `app`."""
    return init_authority(
        app.authority_folder,
        environ=app.edges.environ,
        passphrase=(lambda: passphrase(app)) if encrypt else (lambda: None),
        now=app.edges.now,
        entropy=app.edges.entropy,
    )


def records(app: App) -> Authority:
    """The authority in the folder of `app`; to be closed by the caller.

    Raises:
        DatabaseError: there is none, or it cannot be used.
    """
    return open_authority(
        app.authority_folder,
        environ=app.edges.environ,
        passphrase=lambda: passphrase(app),
        now=app.edges.now,
        entropy=app.edges.entropy,
    )


def records_if_any(app: App) -> Authority | None:
    """The same, or None where there is no authority."""
    if (app.authority_folder / DATABASE_NAME).exists():
        return records(app)
    return None


def zone_set(app: App, path: Path | None) -> ZoneSet:
    """The zones of a file, by default of the one in the authority's folder.

    Raises:
        FileError: it cannot be read.
        UsageError: there is none.
    """
    if path is not None:
        return ZoneSet.from_json(read_text(path), str(path))
    standard = app.authority_folder / ZONES_NAME
    if not standard.exists():
        raise UsageError(
            "find the zone set",
            f"no --zones was given and there is no {standard}",
            "Write one: mooring location zones --help",
        )
    return ZoneSet.read(standard)
