# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Asking before what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click

from mooring_host.cli._app import App
from mooring_host.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def irreversible_options(function: F) -> F:
    """``--yes`` and ``--dry-run``, handed to the command as `yes` and `dry_run`."""
    function = click.option("--yes", is_flag=True, help="Do not ask.")(function)
    function = click.option(
        "--dry-run", is_flag=True, help="Show what would be done, and stop there."
    )(function)
    return function


def confirm_word(app: App, what: str, word: str, yes: bool) -> None:
    """Lets a person type `word` to agree to `what`.

    Raises:
        UsageError: something else was typed, or there is nobody to ask and no ``--yes``.
    """
    if yes:
        return
    if not app.edges.asks():
        raise UsageError(
            what,
            "this cannot be undone, and there is no terminal to ask on",
            "Look at it with --dry-run, then add --yes.",
        )
    typed = click.prompt(
        f"This cannot be undone. Type {word} to go on",
        default="",
        show_default=False,
        err=True,
    )
    if str(typed).strip() != word:
        raise UsageError(what, f"not confirmed: {word!r} was not typed; nothing was changed")
