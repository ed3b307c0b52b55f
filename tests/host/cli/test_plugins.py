# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Commands of other packages join ours, and cannot harm them."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import click
import pytest
from cli_kit import Mooring

from mooring_host.cli import _plugins
from mooring_host.cli._plugins import COMMAND_GROUP, NounGroup


@click.command()
def greet() -> None:
    """Says hello."""
    click.echo("hello")


@click.group()
def pack() -> None:
    """Two commands."""


pack.add_command(greet, "wave")
pack.add_command(greet, "info")

NOT_A_COMMAND = 7


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """The entry points that are installed; empty until a test adds some."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(_plugins, "plugin_points", lambda: found)
    return found


def point(name: str, target: str) -> EntryPoint:
    return EntryPoint(name, f"{__name__}:{target}", COMMAND_GROUP)


def noun(name: str) -> NounGroup:
    """A group like `mooring chip`, with a command of its own."""
    group = NounGroup(name)
    group.add_command(click.Command("info"), "info")
    return group


def names(group: NounGroup) -> list[str]:
    return group.list_commands(click.Context(group))


def test_dotted_name_puts_a_command_into_a_group(points: list[EntryPoint]) -> None:
    points.append(point("chip.greet", "greet"))

    assert names(noun("chip")) == ["greet", "info"]
    assert names(noun("fuse")) == ["info"]


def test_group_of_the_same_name_is_taken_in(points: list[EntryPoint]) -> None:
    points.append(point("chip", "pack"))

    assert names(noun("chip")) == ["info", "wave"]


def test_own_command_is_never_replaced(points: list[EntryPoint]) -> None:
    points += [point("chip.info", "greet"), point("chip", "pack")]
    group = noun("chip")
    own = group.commands["info"]

    assert names(group) == ["info", "wave"]
    assert group.get_command(click.Context(group), "info") is own


def test_plugin_that_cannot_be_imported_costs_only_its_own_commands(
    points: list[EntryPoint],
) -> None:
    points += [
        EntryPoint("chip.gone", "no.such.module:run", COMMAND_GROUP),
        point("chip.odd", "NOT_A_COMMAND"),
        point("chip.greet", "greet"),
    ]
    group = noun("chip")

    assert names(group) == ["greet", "info"]
    assert [text.partition(" ")[0] for text in group.broken] == ["chip.gone", "chip.odd"]


def test_plugins_are_not_imported_for_our_own_commands(points: list[EntryPoint]) -> None:
    points.append(EntryPoint("chip.gone", "no.such.module:run", COMMAND_GROUP))
    group = noun("chip")

    group.get_command(click.Context(group), "info")

    assert group.broken == []


def test_labs_commands_stand_in_the_chip_group(mooring: Mooring) -> None:
    text = mooring("chip", "--help").out

    for name in ("info", "run", "list", "console", "snapshot"):
        assert f"│ {name} " in text
