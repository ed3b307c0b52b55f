# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring completion`: the script that teaches a shell to complete commands."""

from __future__ import annotations

from typing import Final

import rich_click as click
from click.shell_completion import get_completion_class

COMPLETE_VARIABLE: Final = "_MOORING_COMPLETE"
SHELLS: Final = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash:  mooring completion bash > ~/.local/share/bash-completion/completions/mooring
    zsh:   mooring completion zsh > "${fpath[1]}/_mooring"
    fish:  mooring completion fish > ~/.config/fish/completions/mooring.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}", ctx)
    script = kind(ctx.find_root().command, {}, "mooring", COMPLETE_VARIABLE)
    # bash's class asks bash for its version in source(); the template itself needs no shell.
    click.echo(script.source_template % script.source_vars())
