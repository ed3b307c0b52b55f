# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The lab's commands; they join `mooring chip` through the group ``mooring.commands``."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import rich_click as click
from serial.tools import list_ports

from mooring_firmware import images
from mooring_host.cli._app import App, pass_app
from mooring_host.cli._options import output_options
from mooring_host.cli._output import rows, table
from mooring_lab.control import LabControl
from mooring_lab.emulated import DEFAULT_BAUD, DEFAULT_CPU
from mooring_lab.running import RunningChip, find_chip, running_chips
from mooring_lab.serve.server import Server
from mooring_lab.serve.setup import ServeOptions, check, default_state_dir, serve
from mooring_lab.trace import TraceLine
from mooring_models.cpu import RUNNING_BACK_ENDS

FOLLOW_INTERVAL_S: Final = 0.2
OVERLAP_CHARACTERS: Final = 1024


@dataclass(frozen=True)
class RunView:
    """The chips that are now being served."""

    schema: ClassVar[str] = "mooring.chip.run/1"

    chips: tuple[RunningChip, ...]

    def text(self) -> str:
        """How to connect to each, and what to type next."""
        parts = [_one(chip) for chip in self.chips]
        first = self.chips[0]
        parts.append(
            "Next, in another terminal:\n"
            f"  mooring chip info --port {first.ports[0]}\n"
            f"  mooring chip console {first.name} --follow\n"
            "Ctrl-C ends this."
        )
        return "\n\n".join(parts)


def _debugger_command(address: str) -> str:
    """What to type to debug the ROM."""
    return f"gdb-multiarch -ex 'target remote {address}' {shlex.quote(str(images.load().elf))}"


def _one(chip: RunningChip) -> str:
    pairs = [
        *(("port", port) for port in chip.ports),
        *(("console", port) for port in chip.consoles),
        *([("debugger", _debugger_command(chip.gdb))] if chip.gdb else []),
        ("lab socket", chip.lab),
        ("cpu", chip.cpu),
        ("kept in", chip.state or "nothing: this chip is forgotten when it ends"),
    ]
    return f"{chip.name} is waiting at {chip.baud} bit/s.\n{rows(pairs, indent='  ')}"


@click.command("run")
@click.option("--name", default="chip0", show_default=True, help="What the chip is called here.")
@click.option("--count", type=click.IntRange(min=1), default=1, help="How many chips to run.")
@click.option(
    "--pty/--no-pty", default=True, show_default=True, help="Offer a pseudo-terminal for the line."
)
@click.option(
    "--link",
    type=click.Path(path_type=Path),
    help="Stable name for the pseudo-terminal.  [default: one in the run-time folder]",
)
@click.option("--tcp", metavar="HOST:PORT", help="Also serve the line on TCP, for socket:// URLs.")
@click.option(
    "--rfc2217",
    metavar="HOST:PORT",
    help="Also serve it with Telnet's port options, for rfc2217:// URLs; DTR and RTS work there.",
)
@click.option("--console-tcp", metavar="HOST:PORT", help="Serve the console on TCP.")
@click.option(
    "--gdb",
    metavar="[HOST:]PORT",
    help="Let a debugger connect there and step the boot ROM; needs --cpu rv32.",
)
@click.option(
    "--gdb-wait", is_flag=True, help="Hold the CPU at the reset vector until a debugger goes on."
)
@click.option(
    "--allow-remote", is_flag=True, help="Permit addresses that other machines can reach."
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    help="File for fuses, memory and keys; with several chips, a folder.  "
    "[default: a file for each name in the user's state folder]",
)
@click.option("--no-state", is_flag=True, help="A new chip, forgotten when it ends.")
@click.option(
    "--baud",
    type=click.IntRange(300, 12_000_000),
    default=DEFAULT_BAUD,
    show_default=True,
    help="Line rate that is strapped on the board.",
)
@click.option(
    "--cpu",
    type=click.Choice(RUNNING_BACK_ENDS),
    default=DEFAULT_CPU,
    show_default=True,
    help="What runs the boot ROM: its native build, or its RV32IMC image instruction by "
    "instruction.",
)
@click.option("--seed", default="", help="Makes a new chip reproducible, its key included.")
@click.option("--fast", is_flag=True, help="Let the chip's time run ahead while it works or sends.")
@click.option(
    "--speed", type=float, default=1.0, show_default=True, help="Virtual seconds for each second."
)
@click.option("--wire", is_flag=True, help="Tell each message on the line, on stderr.")
@output_options
@pass_app
def run(app: App, /, state: Path | None, no_state: bool, wire: bool, **asked: object) -> None:
    """Run an emulated chip and serve it on serial ports, until Ctrl-C.

    What the chip keeps without power outlives the run in a state file.
    """
    if no_state and state is not None:
        raise click.UsageError("--state and --no-state contradict each other")
    # click checked the rest
    options = ServeOptions(
        state=state,
        state_dir=None if no_state else default_state_dir(),
        **asked,  # type: ignore[arg-type]
    )
    for warning in check(options):
        app.output.warn(warning)

    def tell(name: str, line: TraceLine) -> None:
        app.output.note(f"{name} {line}")

    with Server() as server:
        chips = serve(server, options, tell if wire else None)
        app.output.emit(RunView(tuple(chips)))
        server.run()


@dataclass(frozen=True)
class PortView:
    """A serial port of this machine."""

    port: str
    what: str


@dataclass(frozen=True)
class ListView:
    """Where chips may be found."""

    schema: ClassVar[str] = "mooring.chip.list/1"

    chips: tuple[RunningChip, ...]
    """Emulated chips that are being served on this machine."""
    ports: tuple[PortView, ...]
    """The machine's own serial ports; what is behind them is not known."""

    def text(self) -> str:
        """A table of each."""
        parts: list[str] = []
        if self.chips:
            lines = [(chip.name, port, chip.pid) for chip in self.chips for port in chip.ports]
            parts.append(table(("CHIP", "PORT", "PROCESS"), lines))
        if self.ports:
            parts.append(table(("PORT", "WHAT"), [(port.port, port.what) for port in self.ports]))
        return "\n\n".join(parts) or "No chip is being served, and there are no serial ports."


@click.command("list")
@output_options
@pass_app
def list_chips(app: App) -> None:
    """List the chips being served on this machine, and its serial ports."""
    ports = tuple(
        PortView(port.device, port.description or "")
        for port in sorted(list_ports.comports(), key=lambda port: port.device)
    )
    app.output.emit(ListView(tuple(running_chips()), ports))


@click.command("console")
@click.argument("name", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on until Ctrl-C or the end of the chip.")
@output_options
def console(name: str | None, follow: bool) -> None:
    """Show what the console of a served chip has printed."""
    with LabControl(find_chip(name).lab) as lab:
        shown = ""
        while True:
            text = lab.console().replace("\r\n", "\n")
            click.echo(_fresh(text, shown), nl=False)
            shown = text
            if not follow:
                return
            time.sleep(FOLLOW_INTERVAL_S)


def _fresh(text: str, shown: str) -> str:
    """What of `text` was not shown yet; its beginning is lost once it grows long."""
    tail = shown[-OVERLAP_CHARACTERS:]
    at = text.rfind(tail) if tail else -1
    return text[at + len(tail) :] if at >= 0 else text


@dataclass(frozen=True)
class SnapshotView:
    """A snapshot, taken or put back."""

    schema: ClassVar[str] = "mooring.chip.snapshot/1"

    chip: str
    file: Path
    restored: bool

    def text(self) -> str:
        """One line."""
        if self.restored:
            return f"{self.chip} is what it was in {self.file}."
        return f"{self.chip} is in {self.file}."


@click.command("snapshot")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="The chip; needed if several are being served.")
@click.option("--restore", is_flag=True, help="Put the snapshot back instead of taking one.")
@output_options
@pass_app
def snapshot(app: App, file: Path, name: str | None, restore: bool) -> None:
    """Write a served chip to a file, in the middle of whatever it does; or put it back.

    The file contains the chip's keys: it is for laboratories.
    """
    chip = find_chip(name)
    with LabControl(chip.lab) as lab:
        if restore:
            lab.restore(file)
        else:
            lab.snapshot(file)
    app.output.emit(SnapshotView(chip.name, file, restore))
