# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""``monitor`` commands: what a person wants to know of a chip and GDB has no word for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from mooring_firmware import images
from mooring_firmware.errors import explain
from mooring_lab.gdb.registers import PC
from mooring_lab.gdb.target import Errno, TargetError
from mooring_models._regs import Phase
from mooring_models.chip import Chip
from mooring_models.clock import MS
from mooring_models.cpu.rv32_cpu import Rv32Cpu


class Monitored(Protocol):
    """What the commands look at."""

    @property
    def chip(self) -> Chip:
        """The chip."""
        ...

    @property
    def cpu(self) -> Rv32Cpu:
        """Its CPU."""
        ...

    @property
    def phase(self) -> Phase | None:
        """The last phase that the ROM has marked."""
        ...

    def reset(self) -> None:
        """Pulls the reset line."""
        ...


def _help(_: Monitored) -> str:
    width = max(map(len, _COMMANDS))
    return "\n".join(f"{name:{width}}  {perform.__doc__}" for name, perform in _COMMANDS.items())


def _reset(target: Monitored) -> str:
    """Reset the chip; it waits at the reset vector."""
    target.reset()
    return f"reset, at 0x{target.cpu.core.get(PC):08x}; now: maintenance flush register-cache"


def _instret(target: Monitored) -> str:
    """Instructions executed since reset."""
    return f"{target.cpu.core.instret}"


def _phase(target: Monitored) -> str:
    """The last phase of its work that the ROM has marked."""
    return target.phase.name.lower().replace("_", " ") if target.phase is not None else "none yet"


def _time(target: Monitored) -> str:
    """Virtual milliseconds since the board was made; they stand still with the core."""
    return f"{target.chip.time.now / MS:.6f} ms"


def _state(target: Monitored) -> str:
    """Supply, gate and shutdown word of the chip."""
    chip = target.chip
    if not chip.powered:
        return "no supply"
    lines = [f"gate {chip.gate.state.name.lower()}"]
    return "\n".join([*lines, shutdown_line(chip)] if chip.halted else lines)


def _where(target: Monitored) -> str:
    """Function and source line of the next instruction, by the image's own tables."""
    image = images.load(target.chip.config.image)
    pc = target.cpu.core.get(PC)
    place = image.line(pc)
    line = f", {place[0]}:{place[1]}" if place is not None else ""
    return f"0x{pc:08x} in {image.function(pc) or 'no function'}{line}"


_COMMANDS: Final[Mapping[str, Callable[[Monitored], str]]] = {
    "reset": _reset,
    "state": _state,
    "phase": _phase,
    "where": _where,
    "instret": _instret,
    "time": _time,
}


def shutdown_line(chip: Chip) -> str:
    """Why a chip has stopped for good."""
    word = chip.shutdown_error
    info = explain(word)
    why = f"{info.word.name}: {info.meaning}" if info is not None else f"error word 0x{word:08x}"
    return f"{chip.name} has shut down, {why}"


def perform(target: Monitored, command: str) -> str:
    """What to show for a command; raises `TargetError` if there is none of that name."""
    if command in ("", "help"):
        return _help(target) + "\n"
    found = _COMMANDS.get(command)
    if found is None:
        raise TargetError(Errno.INVAL, f"no command {command!r}; see: monitor help")
    return found(target) + "\n"
