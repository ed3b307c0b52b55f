# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What every command is handed: settings, output, and the edges of the world."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click
from click.core import ParameterSource

from mooring_host.cli._config import Config, Value, authority_path
from mooring_host.cli._output import Format, Output
from mooring_host.edge import Entropy, Now, system_entropy, system_now
from mooring_host.errors import UsageError
from mooring_host.transport import DEFAULT_BAUD, Transport, open_transport


class Before(StrEnum):
    """What happens to the chip before a command talks to it."""

    NONE = "none"
    LINE_RESET = "line-reset"
    """The port's reset line (RTS) is pulled, as boards wire it."""
    COMMAND_RESET = "command-reset"
    """The RESET command is sent."""


def _stdin_is_terminal() -> bool:
    return sys.stdin.isatty()


def _stderr_is_terminal() -> bool:
    return sys.stderr.isatty()


@dataclass(frozen=True)
class Edges:
    """The outside world, so that a test can put another in its place."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: Now = system_now
    entropy: Entropy = system_entropy
    open_port: Callable[[str, int], Transport] = open_transport
    asks: Callable[[], bool] = _stdin_is_terminal
    """Whether there is a person to ask."""
    shows: Callable[[], bool] = _stderr_is_terminal
    """Whether a person sees progress."""


class _Rank(IntEnum):
    """How much a setting weighs: what is nearer to the fingers wins."""

    BUILT_IN = 0
    FILE = 1
    ENVIRONMENT = 2
    COMMAND_LINE = 3


_RANKS: Final = {
    ParameterSource.COMMANDLINE: _Rank.COMMAND_LINE,
    ParameterSource.PROMPT: _Rank.COMMAND_LINE,
    ParameterSource.ENVIRONMENT: _Rank.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP: _Rank.FILE,
}

T = TypeVar("T")


class App:
    """One run of the tool."""

    def __init__(self, edges: Edges | None = None) -> None:
        self.edges: Final = edges or Edges()
        self.config = Config()
        self.stdout_taken = False
        """Whether standard output is for a file's bytes; results are then told on stderr."""
        self._settings: dict[str, tuple[_Rank, object]] = {}

    def offer(self, name: str, value: object, source: ParameterSource | None) -> None:
        """Takes a setting, unless one that weighs more is known.

        Shared options may stand before the command and after it; the later one wins.
        """
        rank = _RANKS.get(source, _Rank.BUILT_IN) if source is not None else _Rank.BUILT_IN
        if rank is _Rank.BUILT_IN and name in self.config.shared:
            return
        if name not in self._settings or rank >= self._settings[name][0]:
            self._settings[name] = (rank, value)

    def configure(self, config: Config, types: Mapping[str, click.ParamType[Any]]) -> None:
        """Takes the defaults of a file, each checked as its option would check it.

        Raises:
            UsageError: no option has that name, or it does not take that value.
        """
        for name, value in config.shared.items():
            if name not in types:
                known = ", ".join(sorted(key.replace("_", "-") for key in types))
                raise UsageError(
                    f"read the defaults in {config.path}",
                    f"{name}: there is no such option",
                    f"Known at the top of the file: {known}",
                )
            converted = _convert(types[name], name, value, config.path)
            if self._settings.get(name, (_Rank.BUILT_IN, None))[0] <= _Rank.FILE:
                self._settings[name] = (_Rank.FILE, converted)
        self.config = config

    def setting(self, name: str, kind: type[T]) -> T | None:
        """The value of a setting, or None if nobody set it."""
        value = self._settings.get(name, (_Rank.BUILT_IN, None))[1]
        if value is None or isinstance(value, kind):
            return value
        raise TypeError(f"{name} is a {type(value).__name__}, expected {kind.__name__}")

    @property
    def output(self) -> Output:
        """Where to say things."""
        plain = self.setting("no_color", bool) or bool(self.edges.environ.get("NO_COLOR"))
        return Output(
            format=Format(self.setting("format", str) or Format.TEXT),
            quiet=bool(self.setting("quiet", bool)),
            verbose=self.setting("verbose", int) or 0,
            color=False if plain else None,
            terminal=self.edges.shows(),
            stdout_taken=self.stdout_taken,
        )

    @property
    def port(self) -> str:
        """The port of the chip.

        Raises:
            UsageError: nobody named one.
        """
        port = self.setting("port", str)
        if not port:
            raise UsageError(
                "talk to the chip",
                "no port was given",
                "Name one with --port or MOORING_PORT, such as emulator://demo; "
                "list what there is: mooring chip list",
            )
        return port

    @property
    def baud(self) -> int:
        """Line rate in bit/s."""
        return self.setting("baud", int) or DEFAULT_BAUD

    @property
    def authority_folder(self) -> Path:
        """The folder of the authority's records and keys."""
        return self.setting("authority", Path) or authority_path(self.edges.environ)


def _convert(kind: click.ParamType[Any], name: str, value: Value, path: Path | None) -> object:
    if isinstance(value, bool) is not isinstance(kind, type(click.BOOL)):
        wanted = "true or false" if isinstance(kind, type(click.BOOL)) else f"a {kind.name}"
        raise UsageError(
            f"read the defaults in {path}", f"{name}: found {value!r}, expected {wanted}"
        )
    try:
        converted: object = kind.convert(value, None, None)
    except click.BadParameter as error:
        raise UsageError(f"read the defaults in {path}", f"{name}: {error.message}") from error
    return converted


pass_app = click.make_pass_decorator(App)
"""Hands a command the `App` of this run."""
