# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Groups whose commands may come from other packages.

A package adds commands with entry points in the group ``mooring.commands``. The name of an
entry point is where its command goes, with dots between nouns and verb: ``chip.run`` joins
the group ``chip``; ``attack`` stands at the top. What it names is a click command or group.
A group that exists already takes the other's commands in. A command of this package is never
replaced, and a package that cannot be imported costs only its own commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import rich_click as click

from mooring_host.cli._types import TEXT

COMMAND_GROUP: Final = "mooring.commands"


def plugin_points() -> list[EntryPoint]:
    """The entry points that add commands, by name."""
    return sorted(entry_points(group=COMMAND_GROUP), key=lambda point: point.name)


class NounGroup(click.RichGroup):
    """A group that also knows the commands of plug-ins, imported only if asked for."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.path: tuple[str, ...] = () if self.name is None else (self.name,)
        self.broken: list[str] = []
        self._plugins_loaded = False

    def add_command(
        self,
        cmd: click.Command,
        name: str | None = None,
        aliases: Iterable[str] | None = None,
        panel: str | None = None,
    ) -> None:
        """Takes a command in; options of it without a type take only text that can be stored."""
        for parameter in cmd.params:
            if parameter.type is click.STRING:
                parameter.type = TEXT
        super().add_command(cmd, name, aliases, panel)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; plug-ins are imported if it is not one of ours."""
        found = super().get_command(ctx, cmd_name)
        if found is None or (isinstance(found, click.Group) and not isinstance(found, NounGroup)):
            self._load_plugins()
            found = super().get_command(ctx, cmd_name)
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, those of plug-ins included."""
        self._load_plugins()
        return super().list_commands(ctx)

    def _load_plugins(self) -> None:
        if self._plugins_loaded:
            return
        self._plugins_loaded = True
        for point in plugin_points():
            *where, name = point.name.split(".")
            if tuple(where) == self.path:
                self._join(point, name)
            elif (*where, name) == self.path:
                # Named as this group itself: its commands come in.
                for verb, command in self._commands_of(point):
                    self._add(command, verb)

    def _join(self, point: EntryPoint, name: str) -> None:
        if isinstance(self.commands.get(name), NounGroup):
            return  # that group takes them in itself
        command = self._imported(point)
        if command is not None:
            self._add(command, name)

    def _add(self, command: click.Command, name: str) -> None:
        if name not in self.commands:
            self.add_command(command, name)

    def _commands_of(self, point: EntryPoint) -> Iterator[tuple[str, click.Command]]:
        command = self._imported(point)
        if isinstance(command, click.Group):
            yield from command.commands.items()

    def _imported(self, point: EntryPoint) -> click.Command | None:
        try:
            found: object = point.load()
        except Exception as error:
            # Whatever a foreign package raises, this tool's own commands go on working.
            self.broken.append(f"{point.name} ({point.value}): {error}")
            return None
        if isinstance(found, click.Command):
            return found
        self.broken.append(f"{point.name} ({point.value}): not a command")
        return None
