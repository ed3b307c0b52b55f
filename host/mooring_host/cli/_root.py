# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The outermost group: turns whatever happens into lines on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NoReturn, TextIO, cast

import rich_click as click
from click.exceptions import Exit, NoArgsIsHelpError

from mooring_host.cli._app import App
from mooring_host.cli._errors import ExitCode, as_json, as_text, exit_code, explained, internal
from mooring_host.cli._output import Format, Output
from mooring_host.cli._plugins import NounGroup
from mooring_host.errors import Diagnostics, Error

PROGRAM: Final = "mooring"


class RootGroup(NounGroup):
    """Runs a command; no exception leaves it but `SystemExit`."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.path = ()

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Runs the tool and exits; see `ExitCode`."""
        given = extra.get("obj")
        app = given if isinstance(given, App) else App()
        extra["obj"] = app
        words = sys.argv[1:] if args is None else list(args)
        name = prog_name or PROGRAM
        try:
            self._main_shell_completion(extra, name, complete_var)
            with self.make_context(name, list(words), **extra) as ctx:
                self.invoke(ctx)
            # Output that nobody can take is found out here, and not when the interpreter ends.
            if cast("TextIO | None", sys.stdout) is not None:  # it is None if it was closed
                sys.stdout.flush()
            status: int = ExitCode.YES
        except Exit as done:
            status = done.exit_code
        except Error as error:
            status = _fail(app, words, explained(error), exit_code(error), error)
        except NoArgsIsHelpError as error:
            click.echo(error.message, err=True)
            status = ExitCode.USAGE
        except click.ClickException as error:
            status = _fail(app, words, _usage(error), ExitCode.USAGE, error)
        except (click.Abort, KeyboardInterrupt, EOFError):
            told = Diagnostics("run the command", "interrupted by the keyboard")
            status = _fail(app, words, told, ExitCode.INTERRUPTED, None)
        except BrokenPipeError:
            status = _nobody_reads()
        except Exception as error:
            told = internal(error, "run the command")
            status = _fail(app, words, told, ExitCode.INTERNAL, error)
        sys.exit(int(status))  # a plain number: an enumerator would be printed


def _nobody_reads() -> int:
    """Ends quietly when the reader of a pipe has gone, as `head` does."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    return ExitCode.NOBODY_READS


def _usage(error: click.ClickException) -> Diagnostics:
    ctx = getattr(error, "ctx", None)
    where = ctx.command_path if isinstance(ctx, click.Context) else "mooring"
    return Diagnostics(where, error.format_message(), f"{where} --help")


def _output(app: App, words: Sequence[str]) -> Output:
    try:
        output = app.output
    except Exception:
        # The settings themselves may be what is wrong.
        output = Output()
    if app.setting("format", str) is None and _asks_for_json(words):
        # An option before --format was wrong, so that it was never read.
        output.format = Format.JSON
    return output


def _asks_for_json(words: Sequence[str]) -> bool:
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def _fail(
    app: App, words: Sequence[str], told: Diagnostics, code: ExitCode, error: Exception | None
) -> ExitCode:
    output = _output(app, words)
    if output.verbose and error is not None:
        lines = traceback.format_exception(error)
        click.echo("".join(lines).rstrip(), err=True)
    if output.format is Format.JSON:
        click.echo(as_json(told, code, error), err=True)
    else:
        lead, colon, rest = as_text(told, code).partition(":")
        click.echo(
            f"{click.style(lead + colon, fg='red', bold=True)}{rest}", err=True, color=output.color
        )
    return code
