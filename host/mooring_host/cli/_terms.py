# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Options that say what a licence grants, and how the place of the chip is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click

from mooring_host.authority import Authority, LocationRecord, Terms, import_location
from mooring_host.cli._app import App
from mooring_host.cli._files import read_bytes, read_text
from mooring_host.cli._records import zone_set
from mooring_host.cli._types import DURATION, IN_FILE
from mooring_host.errors import UsageError
from mooring_host.location import Inspection, InspectionStatement
from mooring_host.location.method import LocationMethod
from mooring_host.policy.transaction import Transaction
from mooring_host.token.zones import sorted_zones

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_CYCLES: Final = 10**9
DEFAULT_LIFETIME_S: Final = 3600


@dataclass(frozen=True)
class TermsGiven:
    """What was said of the terms; None and empty: nothing."""

    cycles: int | None
    lifetime_s: int | None
    seconds: int | None
    inside: tuple[str, ...]
    excluded: tuple[str, ...]

    def terms(self) -> Terms:
        """The terms of a first licence."""
        return Terms(
            cycles=self.cycles if self.cycles is not None else DEFAULT_CYCLES,
            lifetime_s=self.lifetime_s if self.lifetime_s is not None else DEFAULT_LIFETIME_S,
            seconds=self.seconds,
            required_inside=sorted_zones(self.inside),
            required_excluded=sorted_zones(self.excluded),
        )

    def renew(self, terms: Terms) -> Terms:
        """Earlier terms, with what was said now in their place."""
        changed = terms
        if self.cycles is not None:
            changed = replace(changed, cycles=self.cycles)
        if self.lifetime_s is not None:
            changed = replace(changed, lifetime_s=self.lifetime_s)
        if self.seconds is not None:
            changed = replace(changed, seconds=self.seconds)
        if self.inside or self.excluded:
            changed = replace(
                changed,
                required_inside=sorted_zones(self.inside),
                required_excluded=sorted_zones(self.excluded),
            )
        return changed


def terms_options(function: F) -> F:
    """The fields of `TermsGiven`, by name."""
    for option in (
        click.option(
            "--exclude",
            "excluded",
            multiple=True,
            metavar="ZONE",
            help="Zone that the chip must be proven outside of; may be repeated, all count.",
        ),
        click.option(
            "--inside",
            multiple=True,
            metavar="ZONE",
            help="Zone that the chip must be proven inside of; if repeated, one suffices.",
        ),
        click.option(
            "--seconds",
            type=DURATION,
            help="Life of the grant from acceptance on.  [default: until the licence expires]",
        ),
        click.option(
            "--for",
            "lifetime_s",
            type=DURATION,
            help="From issue to expiry, as in 90s, 15m, 8h, 30d.  [default: 1h]",
        ),
        click.option(
            "--cycles",
            type=click.IntRange(min=1),
            help=f"Engine cycles granted.  [default: {DEFAULT_CYCLES}]",
        ),
    ):
        function = option(function)
    return function


def place_options(function: F) -> F:
    """``--statement``, ``--zones`` and ``--location``, handed over as paths."""
    for option in (
        click.option(
            "--location",
            "location_path",
            type=IN_FILE,
            help="Location result from `mooring location attest`, instead of a statement.",
        ),
        click.option(
            "--zones",
            "zones_path",
            type=IN_FILE,
            help="Zone set.  [default: zones.json in the authority's folder]",
        ),
        click.option(
            "--statement",
            "statement_path",
            type=IN_FILE,
            help="Statement of an inspector who saw the chip in its place.",
        ),
    ):
        function = option(function)
    return function


def transaction_option(function: F) -> F:
    """``--transaction``, handed over as a path."""
    decorated: F = click.option(
        "--transaction",
        "transaction_path",
        type=IN_FILE,
        help="What was sold to whom, for an authority with export rules.  "
        "[default: as for the chip's licence before]",
    )(function)
    return decorated


def transaction(path: Path | None) -> Transaction | None:
    """The transaction of a file, or None without one.

    Raises:
        FileError: it is none; the field that is wrong is named.
    """
    return None if path is None else Transaction.parse(read_text(path), str(path))


def method(app: App, statement_path: Path, zones_path: Path | None) -> LocationMethod:
    """Location by inspection.

    Raises:
        FileError: a file is not what it should be.
    """
    statement = InspectionStatement.from_json(read_text(statement_path), str(statement_path))
    return Inspection(statement, zone_set(app, zones_path))


def place(
    app: App,
    authority: Authority,
    statement_path: Path | None,
    zones_path: Path | None,
    location_path: Path | None,
) -> LocationMethod | LocationRecord:
    """How the place of the chip is known.

    Raises:
        UsageError: nothing was given, or both ways.
    """
    if location_path is not None and statement_path is None:
        return import_location(authority, read_bytes(location_path))
    if statement_path is not None and location_path is None:
        return method(app, statement_path, zones_path)
    raise UsageError(
        "find out where the chip is",
        "found neither --statement nor --location, or both",
        "Write a statement with: mooring location statement --help",
    )
