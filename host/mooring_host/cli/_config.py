# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The file of defaults, in TOML.

It is ``$MOORING_CONFIG``, else ``mooring/config.toml`` in ``$XDG_CONFIG_HOME`` or
``~/.config``. At the top stand the options that many commands share, by their long names;
a table names a command and holds defaults of its own options::

    port = "/dev/ttyUSB0"
    timeout = 5

    [licence.issue]
    cycles = 1000000
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import rich_click as click

from mooring_host.errors import FileError, UsageError

CONFIG_VARIABLE: Final = "MOORING_CONFIG"

Value = str | int | float | bool


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or Path.home())


def config_path(environ: Mapping[str, str]) -> Path:
    """Where the file of defaults is looked for."""
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named)
    base = environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else _home(environ) / ".config") / "mooring" / "config.toml"


def authority_path(environ: Mapping[str, str]) -> Path:
    """Where the authority's folder is, unless an option says otherwise."""
    base = environ.get("XDG_DATA_HOME")
    data = Path(base) if base else _home(environ) / ".local" / "share"
    return data / "mooring" / "authority"


@dataclass(frozen=True)
class Config:
    """Defaults from a file.

    Attributes:
        path: the file; None if there is none.
        shared: defaults of shared options, by the option's name with underscores.
        commands: defaults of commands' own options, nested as the commands are.
    """

    path: Path | None = None
    shared: Mapping[str, Value] = field(default_factory=dict[str, Value])
    commands: Mapping[str, object] = field(default_factory=dict[str, object])


def read_config(path: Path, required: bool = False) -> Config:
    """Reads a file of defaults; a missing one is an empty one, unless it was asked for.

    Raises:
        FileError: it cannot be read.
        UsageError: it is no TOML, or holds what no option can take.
    """
    attempted = f"read the defaults in {path}"
    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError) as error:
        if required:
            raise FileError(attempted, "there is no such file") from error
        return Config()
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(attempted, f"not TOML: {error}") from error
    shared: dict[str, Value] = {}
    commands: dict[str, object] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            commands[name] = _underscored(cast("dict[str, object]", value))
        elif isinstance(value, str | int | float | bool):
            shared[name.replace("-", "_")] = value
        else:
            raise UsageError(
                attempted, f"{name}: found {type(value).__name__}, expected a text or a number"
            )
    return Config(path, shared, commands)


def default_map(config: Config, root: click.Command, ctx: click.Context) -> dict[str, object]:
    """The tables as click wants them: nested as the commands, by the names of parameters.

    Raises:
        UsageError: naming the entry; a misspelt default must not be ignored.
    """
    return _translate(config.commands, root, ctx, (), f"read the defaults in {config.path}")


def _translate(
    table: Mapping[str, object],
    command: click.Command,
    ctx: click.Context,
    path: tuple[str, ...],
    attempted: str,
) -> dict[str, object]:
    options = {
        option.lstrip("-").replace("-", "_"): str(parameter.name)
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }
    translated: dict[str, object] = {}
    for name, value in table.items():
        here = (*path, name)
        if isinstance(value, dict):
            inner = command.get_command(ctx, name) if isinstance(command, click.Group) else None
            if inner is None:
                raise UsageError(attempted, f"{'.'.join(here)}: there is no such command")
            translated[name] = _translate(
                cast("dict[str, object]", value), inner, ctx, here, attempted
            )
        elif name not in options:
            known = ", ".join(sorted(each.replace("_", "-") for each in options))
            raise UsageError(
                attempted,
                f"{'.'.join(here)}: there is no such option",
                f"The command has: {known or 'no options; name one of its commands'}",
            )
        else:
            translated[options[name]] = value
    return translated


def _underscored(table: Mapping[str, object]) -> dict[str, object]:
    """Option names as Python spells them; commands keep theirs."""
    return {
        (name if isinstance(value, dict) else name.replace("-", "_")): (
            _underscored(cast("dict[str, object]", value)) if isinstance(value, dict) else value
        )
        for name, value in table.items()
    }
