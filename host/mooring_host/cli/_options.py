# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Options that many commands share; each has an environment variable and a place in the file.

They may be given before the command or after it, and reach the command through `App`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click

from mooring_host.cli._app import App, Before
from mooring_host.cli._config import CONFIG_VARIABLE, config_path, default_map, read_config
from mooring_host.cli._logging import log_to_stderr
from mooring_host.cli._output import Format
from mooring_host.cli._types import IN_FILE, TEXT, FileName
from mooring_host.link import DEFAULT_TIMEOUT_S
from mooring_host.transport import DEFAULT_BAUD

F = TypeVar("F", bound=Callable[..., Any])

PORT_HELP: Final = "Device or pyserial URL of the chip: /dev/ttyUSB0, socket://, emulator://NAME."


def _store(ctx: click.Context, parameter: click.Parameter, value: object) -> object:
    name = str(parameter.name)
    app = ctx.ensure_object(App)
    app.offer(name, value, ctx.get_parameter_source(name))
    if name == "verbose":
        log_to_stderr(app.output.verbose)
    return value


def _shared(*names: str, **attributes: Any) -> Callable[[F], F]:
    """An option whose value goes to the `App` and not to the command."""
    longest = max(names, key=len).removeprefix("--").replace("-", "_")
    return click.option(
        *names,
        envvar=f"MOORING_{longest.upper()}",
        show_envvar=True,
        expose_value=False,
        callback=_store,
        **attributes,
    )


_CHOICES: Final = [str(choice) for choice in Before]

SHARED_TYPES: Final[dict[str, click.ParamType[Any]]] = {
    "port": TEXT,
    "baud": click.IntRange(min=50, max=4_000_000),
    "before": click.Choice(_CHOICES),
    "after": click.Choice(_CHOICES),
    "timeout": click.FloatRange(min=0.01, max=3600),
    "trace": IN_FILE,
    "authority": FileName(file_okay=False),
    "format": click.Choice([str(choice) for choice in Format]),
    "quiet": click.BOOL,
    "verbose": click.IntRange(min=0, max=2),
    "no_color": click.BOOL,
}
"""What each shared option takes; also what the file of defaults may hold at its top."""

_PORT: Final = (
    _shared("--port", "-p", type=SHARED_TYPES["port"], help=PORT_HELP),
    _shared(
        "--baud", "-b", type=SHARED_TYPES["baud"], help=f"Line rate.  [default: {DEFAULT_BAUD}]"
    ),
    _shared(
        "--before",
        type=SHARED_TYPES["before"],
        help="Reset the chip first: pull the port's reset line, or send RESET.  [default: none]",
    ),
    _shared(
        "--after",
        type=SHARED_TYPES["after"],
        help="Reset the chip when done.  [default: none]",
    ),
    _shared(
        "--timeout",
        type=SHARED_TYPES["timeout"],
        help=f"Seconds to wait for an answer.  [default: {DEFAULT_TIMEOUT_S:g}]",
    ),
    _shared(
        "--trace",
        type=SHARED_TYPES["trace"],
        help="Write what is on the wire to FILE; - is stderr.",
    ),
)
_AUTHORITY: Final = (
    _shared(
        "--authority",
        type=SHARED_TYPES["authority"],
        help="Folder of the authority's records and keys.",
    ),
)
_OUTPUT: Final = (
    _shared("--format", type=SHARED_TYPES["format"], help="How to write results.  [default: text]"),
    _shared("--quiet", "-q", is_flag=True, help="Say nothing but results, warnings and errors."),
    _shared("--verbose", "-v", count=True, help="Say more; twice: also the frames on the wire."),
    _shared("--no-color", is_flag=True, help="No colours; NO_COLOR does the same."),
)
_PANELS: Final = {
    "Connection": ["--port", "--baud", "--before", "--after", "--timeout", "--trace"],
    "Authority": ["--authority"],
    "Output": ["--format", "--quiet", "--verbose", "--no-color", "--help"],
}


def _apply(options: tuple[Callable[[F], F], ...], panel: str) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        decorated: F = click.option_panel(panel, options=_PANELS[panel])(function)
        return decorated

    return decorate


def output_options(function: F) -> F:
    """``--format``, ``--quiet``, ``-v``, ``--no-color``."""
    return _apply(_OUTPUT, "Output")(function)


def authority_options(function: F) -> F:
    """``--authority``."""
    return _apply(_AUTHORITY, "Authority")(function)


def chip_options(function: F) -> F:
    """``--port`` and how to talk through it."""
    return _apply(_PORT, "Connection")(function)


def _load_config(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    app = ctx.ensure_object(App)
    path = value or config_path(app.edges.environ)
    required = value is not None or bool(app.edges.environ.get(CONFIG_VARIABLE))
    config = read_config(path, required)
    app.configure(config, SHARED_TYPES)
    ctx.default_map = default_map(config, ctx.command, ctx)


def config_option(function: F) -> F:
    """``--config``, read before all else."""
    decorated: F = click.option(
        "--config",
        type=FileName(dir_okay=False),
        is_eager=True,
        expose_value=False,
        callback=_load_config,
        envvar=CONFIG_VARIABLE,
        show_envvar=True,
        help="TOML file with defaults of options.",
    )(function)
    return decorated
