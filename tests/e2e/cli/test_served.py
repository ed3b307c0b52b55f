# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The command line against a chip in another process, over each kind of port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_kit import Mooring

from mooring_lab.serve.process import ChipProcess

PLACE = ("--statement", "chip-a.json", "--inside", "hall-a")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, cpu: str) -> Iterator[ChipProcess]:
    """A chip of each back end, on a pseudo-terminal, TCP and RFC 2217, in a home of its own."""
    home = tmp_path_factory.mktemp("home")
    arguments = ("--name", "served", "--no-state", "--fast", "--cpu", cpu)
    ports = ("--tcp", "127.0.0.1:0", "--rfc2217", "127.0.0.1:0")
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(("MOORING_", "XDG_")):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_RUNTIME_DIR", str(home))
        patch.chdir(home)
        with ChipProcess([*arguments, *ports], log=home / "log") as process:
            yield process


@pytest.fixture(scope="module")
def mooring(served: ChipProcess) -> Mooring:
    """The tool with an authority and a statement, and the chip in production."""
    tool = Mooring(Path.cwd())
    tool.yes("authority", "init")
    tool.yes("location", "zones", "--set", "hall-a=Hall A")
    tool.yes("fuse", "burn", "--label", "chip-a", "--lock", "--yes", "-p", port(served, "/"))
    tool.yes(
        *("location", "statement", "--chip", "chip-a", "--inspector", "x", "--place", "y"),
        *("--inside", "hall-a", "--out", "chip-a.json"),
    )
    return tool


def port(served: ChipProcess, kind: str) -> str:
    """The port of a kind: a path, socket:// or rfc2217://."""
    return next(each for each in served.chip.ports if each.startswith(kind))


def test_chip_is_licensed_over_one_kind_of_port_and_computes_over_each(
    mooring: Mooring, served: ChipProcess
) -> None:
    mooring.yes("boot", *PLACE, "-p", port(served, "socket://"))

    for kind in ("/", "socket://", "rfc2217://"):
        done = mooring.yes("compute", "--random", "8x8x8", "-p", port(served, kind))
        assert (done["equals_host"], done["throttled"]) == (True, False)


def test_reset_line_of_an_rfc_2217_port_ends_the_grant(
    mooring: Mooring, served: ChipProcess
) -> None:
    there = port(served, "rfc2217://")
    mooring.yes("boot", *PLACE, "-p", there)

    error = mooring.no(4, "compute", "--random", "2x2x2", "-p", there, "--before", "line-reset")

    assert error["word"] == "ENGINE_GATE_CLOSED"


def test_port_that_another_program_holds_is_told(mooring: Mooring, served: ChipProcess) -> None:
    import serial

    there = port(served, "/")
    with serial.serial_for_url(there, exclusive=True):
        error = mooring.no(3, "chip", "info", "-p", there)

    assert "another program" in error["found"]


def test_console_and_list_know_the_served_chip(mooring: Mooring, served: ChipProcess) -> None:
    listed = mooring.yes("chip", "list")

    assert [chip["name"] for chip in listed["chips"]] == ["served"]
    assert "locked: production" in mooring("chip", "console").out


def test_chip_whose_server_was_killed_is_unreachable(mooring: Mooring, served: ChipProcess) -> None:
    # Last in this module: it ends the chip.
    there = [port(served, kind) for kind in ("/", "socket://", "rfc2217://")]
    served.kill()

    for each in there:
        mooring.no(3, "chip", "info", "-p", each, "--timeout", "0.1")
