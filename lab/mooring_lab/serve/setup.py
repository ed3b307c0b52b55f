# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From what a person asked for to served chips: names, ports, links, state files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mooring_lab.emulated import DEFAULT_BAUD, DEFAULT_CPU, Settings, make_board
from mooring_lab.errors import ServeError
from mooring_lab.running import (
    Registration,
    RunningChip,
    check_name,
    default_link,
    lab_socket,
)
from mooring_lab.serve.endpoints import (
    Address,
    PtyEndpoint,
    Rfc2217Endpoint,
    TcpEndpoint,
    is_loopback,
)
from mooring_lab.serve.server import MakeDebugger, ServedChip, Server
from mooring_lab.trace import TraceLine, WireTrace

MAX_CHIPS: Final = 64
STATE_SUFFIX: Final = ".chip"
DEBUGGED_CPU: Final = "rv32"


@dataclass(frozen=True)
class ServeOptions:
    """What `mooring chip run` was asked for.

    Attributes:
        name: of the chip, or of the first of several.
        count: how many chips.
        seed: all chance of the chips; empty lets each chip's name decide.
        baud: line rate in bit/s.
        cpu: back end that runs the chips' ROM.
        pty: whether to offer pseudo-terminals.
        link: stable name of the pseudo-terminal; None chooses one in the run-time folder.
        tcp: HOST:PORT that carries the bytes as they are, or None.
        rfc2217: HOST:PORT with Telnet's serial port options, or None.
        console_tcp: HOST:PORT of the console, or None.
        gdb: HOST:PORT where a debugger may connect, or None.
        gdb_wait: whether the CPU waits at the reset vector for a debugger.
        allow_remote: whether addresses that other machines can reach are permitted.
        state: the state file, or their folder if there are several chips.
        state_dir: the folder with a file for each chip, if there is no `state`; without
            either, chips are forgotten.
        fast: let virtual time run ahead while a line has work.
        speed: virtual seconds a second.
    """

    name: str = "chip0"
    count: int = 1
    seed: str = ""
    baud: int = DEFAULT_BAUD
    cpu: str = DEFAULT_CPU
    pty: bool = True
    link: Path | None = None
    tcp: str | None = None
    rfc2217: str | None = None
    console_tcp: str | None = None
    gdb: str | None = None
    gdb_wait: bool = False
    allow_remote: bool = False
    state: Path | None = None
    state_dir: Path | None = None
    fast: bool = False
    speed: float = 1.0

    def names(self) -> list[str]:
        """The chips' names: chip0, chip1, ... from chip0; lab-0, lab-1, ... from lab."""
        if self.count == 1:
            return [check_name(self.name)]
        stem = self.name.rstrip("0123456789")
        digits = self.name[len(stem) :]
        first = int(digits) if digits else 0
        join = "" if digits else "-"
        return [check_name(f"{stem}{join}{first + index}") for index in range(self.count)]


def default_state_dir() -> Path:
    """Where chips are remembered unless somebody says otherwise (XDG base directories)."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "mooring"


def _addresses(options: ServeOptions) -> Iterator[tuple[str, Address]]:
    for option, text in (
        ("--tcp", options.tcp),
        ("--rfc2217", options.rfc2217),
        ("--console-tcp", options.console_tcp),
        ("--gdb", options.gdb),
    ):
        if text is not None:
            yield option, Address(text)


def check(options: ServeOptions) -> list[str]:
    """Refuses what can't be meant; gives the warnings that a person should see.

    Raises:
        ServeError: the options contradict each other, or would open a chip to the network
            without saying so.
    """
    if not 1 <= options.count <= MAX_CHIPS:
        raise ServeError("serve chips", f"{options.count} of them, expected 1 to {MAX_CHIPS}")
    if not options.speed > 0:
        raise ServeError("serve chips", f"speed is {options.speed}, expected more than 0")
    if not options.pty and options.tcp is None and options.rfc2217 is None:
        raise ServeError(
            "serve a chip", "no port at all", "leave out --no-pty, or add --tcp or --rfc2217"
        )
    if options.link is not None and (options.count > 1 or not options.pty):
        raise ServeError(
            f"make the link {options.link}", "it can name exactly one chip's pseudo-terminal"
        )
    if options.gdb is not None and options.cpu != DEBUGGED_CPU:
        raise ServeError(
            "debug a chip",
            f"the back end {options.cpu} has no instructions to step",
            f"add --cpu {DEBUGGED_CPU}",
        )
    if options.gdb_wait and options.gdb is None:
        raise ServeError("wait for a debugger", "it has nowhere to connect", "add --gdb PORT")
    warnings: list[str] = []
    for option, address in _addresses(options):
        if is_loopback(address.host):
            continue
        if not options.allow_remote:
            raise ServeError(
                f"listen on {address.host}:{address.port}",
                "other machines could reach it, and a serial line asks nobody who they are",
                f"use 127.0.0.1 with {option}, or say --allow-remote",
            )
        warnings.append(f"{option}: whoever can reach {address.host} can use this chip")
    return warnings


def _state_of(options: ServeOptions, name: str) -> Path | None:
    folder = options.state_dir
    if options.state is not None:
        if options.count == 1 and not options.state.is_dir():
            return options.state
        folder = options.state
    return None if folder is None else folder / f"{name}{STATE_SUFFIX}"


def _serve_one(
    server: Server, options: ServeOptions, index: int, name: str, undo: ExitStack
) -> ServedChip:
    registration = Registration(name)
    undo.callback(registration.close)
    seed = f"{options.seed}/{name}" if options.seed and options.count > 1 else options.seed
    board = make_board(Settings(name, seed, options.baud, _state_of(options, name), options.cpu))
    undo.callback(board.close)
    chip = ServedChip(
        board,
        registration,
        lab_socket(name),
        server.reactor,
        fast=options.fast,
        speed=options.speed,
    )
    undo.pop_all()  # from here on, closing the chip closes all of it
    undo.callback(chip.close)
    if options.pty:
        link = options.link or default_link(name)
        chip.link.join(lambda reactor, wire: PtyEndpoint(reactor, wire, link))
        console = default_link(f"{name}.console")
        chip.console.join(lambda reactor, wire: PtyEndpoint(reactor, wire, console))
    if options.tcp is not None:
        at = Address(options.tcp).plus(index)
        chip.link.join(lambda reactor, wire: TcpEndpoint(reactor, wire, at))
    if options.rfc2217 is not None:
        over = Address(options.rfc2217).plus(index)
        chip.link.join(lambda reactor, wire: Rfc2217Endpoint(reactor, wire, over))
    if options.console_tcp is not None:
        beside = Address(options.console_tcp).plus(index)
        chip.console.join(lambda reactor, wire: TcpEndpoint(reactor, wire, beside))
    if options.gdb is not None:
        chip.debug(_gdb_port(Address(options.gdb).plus(index), options.gdb_wait))
    undo.pop_all()
    return chip


def _gdb_port(at: Address, wait: bool) -> MakeDebugger:
    # The compiled core is needed only by those who debug it.
    from mooring_lab.gdb.port import GdbPort

    return lambda reactor, board, resumed: GdbPort(reactor, board, at, wait=wait, on_resume=resumed)


def serve(
    server: Server,
    options: ServeOptions,
    trace: Callable[[str, TraceLine], None] | None = None,
) -> list[RunningChip]:
    """Adds the chips asked for to `server`, all or none, and lists them as running.

    Raises:
        ServeError: a name, a port or a link is taken or not allowed.
        StateFileError: a state file can't be used.
    """
    check(options)
    with ExitStack() as undo:
        chips: list[ServedChip] = []
        for index, name in enumerate(options.names()):
            with ExitStack() as undo_one:
                chip = _serve_one(server, options, index, name, undo_one)
            undo.callback(chip.close)
            chips.append(chip)
        records = [chip.publish() for chip in chips]
        undo.pop_all()
    for chip in chips:
        server.add(chip)
        if trace is not None:
            _trace(chip, trace)
    return records


def _trace(chip: ServedChip, trace: Callable[[str, TraceLine], None]) -> None:
    name = chip.board.name
    wire = WireTrace(chip.board.now_s, lambda line: trace(name, line))
    chip.board.link.tap(wire.feed)
