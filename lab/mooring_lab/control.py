# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The lab socket: JSON lines over a Unix socket, from a test to the chip that it tests.

A request is ``{"do": OPERATION, ...arguments}``; the answer is ``{"ok": VALUE}``, or
``{"error": {"attempted": ..., "found": ..., "hint": ...}}``.  The socket is never the chip's
link: nothing that arrives here could arrive at a real board.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from mooring_host.errors import Error
from mooring_lab._json import Json, parse
from mooring_lab.errors import ControlError
from mooring_lab.lab import CutAt, Direction, Lab, Noise, NoiseKind
from mooring_models.faults import Tear
from mooring_models.trng import NoiseFault

MAX_LINE_BYTES: Final = 1 << 20
ANSWER_TIMEOUT_S: Final = 60.0
MAX_ADVANCE_S: Final = 1e9
"""About 32 years, more than any fuse or licence counts."""

logger = logging.getLogger(__name__)

Arguments = Mapping[str, object]
E = TypeVar("E", bound=Enum)


def _number(arguments: Arguments, name: str, most: float) -> float:
    value = arguments.get(name)
    # Python compares whole numbers of any length with a float exactly; NaN is in no range.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ControlError(
            "read the lab command", f"{name} is {value!r}, not a number from 0 to {most:g}"
        )
    return float(value)


def _whole(arguments: Arguments, name: str, least: int) -> int:
    value = arguments.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ControlError(
            "read the lab command", f"{name} is {value!r}, not a whole number >= {least}"
        )
    return value


def _text(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str):
        raise ControlError("read the lab command", f"{name} is {value!r}, not a text")
    return value


def _one_of(arguments: Arguments, name: str, kind: type[E]) -> E:
    value = _text(arguments, name)
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(str(member.value) for member in kind)
        raise ControlError(
            "read the lab command", f"{name} is {value!r}, not one of {known}"
        ) from error


def _named(arguments: Arguments, name: str, kind: type[E]) -> E:
    value = _text(arguments, name)
    if value not in kind.__members__:
        known = ", ".join(kind.__members__)
        raise ControlError("read the lab command", f"{name} is {value!r}, not one of {known}")
    return kind[value]


def _noise(arguments: Arguments) -> Noise | None:
    if arguments.get("kind") is None:
        return None
    kind = _one_of(arguments, "kind", NoiseKind)
    return Noise(kind, _number(arguments, "rate", 1.0), _whole(arguments, "seed", 0))


def _hex(arguments: Arguments, name: str) -> bytes:
    try:
        return bytes.fromhex(_text(arguments, name))
    except ValueError as error:
        raise ControlError("read the lab command", f"{name} is not hexadecimal") from error


def _path(arguments: Arguments, name: str) -> Path:
    text = _text(arguments, name)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ControlError("read the lab command", f"{name} is not UTF-8") from error
    if "\0" in text:
        raise ControlError("read the lab command", f"{name} has a NUL byte")
    return Path(text)


def _cut(lab: Lab, a: Arguments) -> None:
    tear = _named(a, "tear", Tear) if "tear" in a else Tear.OLD
    lab.cut_power_at(_one_of(a, "at", CutAt), _whole(a, "count", 1), tear)


_OPERATIONS: Final[Mapping[str, Callable[[Lab, Arguments], object]]] = {
    "now": lambda lab, _: lab.now_s(),
    "advance": lambda lab, a: lab.advance(_number(a, "seconds", MAX_ADVANCE_S)),
    "reset": lambda lab, _: lab.reset(),
    "power_off": lambda lab, _: lab.power_off(),
    "power_on": lambda lab, _: lab.power_on(),
    "cut_power_at": _cut,
    "noise": lambda lab, a: lab.set_noise(_one_of(a, "direction", Direction), _noise(a)),
    "trng_fault": lambda lab, a: lab.set_trng_fault(_named(a, "fault", NoiseFault)),
    "nvram": lambda lab, _: lab.nvram().hex(),
    "put_nvram": lambda lab, a: lab.put_nvram(_hex(a, "image")),
    "console": lambda lab, _: lab.console(),
    "snapshot": lambda lab, a: lab.snapshot(_path(a, "path")),
    "restore": lambda lab, a: lab.restore(_path(a, "path")),
}


def _perform(lab: Lab, line: bytes) -> object:
    try:
        request = parse(line)
    except ValueError as error:
        raise ControlError("read the lab command", f"not JSON: {error}") from error
    except RecursionError as error:
        raise ControlError("read the lab command", "not JSON: nested too deeply") from error
    if not isinstance(request, dict):
        raise ControlError("read the lab command", "not a JSON object")
    name = _text(request, "do")
    operation = _OPERATIONS.get(name)
    if operation is None:
        raise ControlError(
            "read the lab command", f"no operation {name!r}", f"known: {', '.join(_OPERATIONS)}"
        )
    return operation(lab, request)


def answer(lab: Lab, line: bytes) -> bytes:
    """Performs one request line and gives the line to answer, without its newline."""
    try:
        reply: dict[str, object] = {"ok": _perform(lab, line)}
    except Error as error:
        told = error.diagnostics()
        reply = _refusal(told.attempted, told.found, told.hint)
    except Exception as defect:
        # One client's command must not end the server and all its chips.
        logger.exception("a lab command failed")
        reply = _refusal("perform the lab command", f"{type(defect).__name__}: {defect}", "")
    return json.dumps(reply).encode()


def _refusal(attempted: str, found: str, hint: str) -> dict[str, object]:
    return {"error": {"attempted": attempted, "found": found, "hint": hint}}


class LabControl:
    """A chip in another process, in the hands of this one.

    Raises, as every method does:
        ControlError: there is no such socket, it does not answer, or it refuses.
    """

    def __init__(self, path: str | Path) -> None:
        self.path: Final = Path(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_TIMEOUT_S)
        self._received = bytearray()
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise ControlError(
                f"open the lab socket {path}",
                error.strerror or str(error),
                "see `mooring chip list` for the chips that are being served",
            ) from error

    def _ask(self, operation: str, **arguments: Json) -> Json:
        line = json.dumps({"do": operation, **arguments}).encode() + b"\n"
        try:
            self._socket.sendall(line)
            reply = parse(self._read_line())
        except (OSError, ValueError) as error:
            raise ControlError(f"ask the lab socket {self.path}", str(error)) from error
        if isinstance(reply, dict) and "ok" in reply:
            return reply["ok"]
        match reply:
            case {"error": {"attempted": str(attempted), "found": str(found), "hint": str(hint)}}:
                raise ControlError(attempted, found, hint)
            case _:
                raise ControlError(f"ask the lab socket {self.path}", f"answered {reply!r}")

    def _read_line(self) -> bytes:
        while b"\n" not in self._received:
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionResetError("the chip's server has ended")
            self._received += data
        line, _, rest = self._received.partition(b"\n")
        self._received = rest
        return bytes(line)

    def _ask_text(self, operation: str) -> str:
        value = self._ask(operation)
        if not isinstance(value, str):
            raise ControlError(f"ask the lab socket {self.path}", f"answered {value!r}")
        return value

    def now_s(self) -> float:
        """Virtual seconds since the board was made."""
        value = self._ask("now")
        if not isinstance(value, int | float):
            raise ControlError(f"ask the lab socket {self.path}", f"answered {value!r}")
        return float(value)

    def advance(self, seconds: float) -> None:
        """Lets virtual time pass at once."""
        self._ask("advance", seconds=seconds)

    def reset(self) -> None:
        """Pulls the reset line and lets go."""
        self._ask("reset")

    def power_off(self) -> None:
        """Takes the supply away."""
        self._ask("power_off")

    def power_on(self) -> None:
        """Gives the supply back."""
        self._ask("power_on")

    def cut_power_at(self, at: CutAt, count: int, tear: Tear = Tear.OLD) -> None:
        """Takes the supply away at the `count`-th access from now."""
        self._ask("cut_power_at", at=at.value, count=count, tear=tear.name)

    def set_noise(self, direction: Direction, noise: Noise | None) -> None:
        """Puts noise on one direction of the line, or ends it."""
        if noise is None:
            self._ask("noise", direction=direction.value)
        else:
            self._ask(
                "noise",
                direction=direction.value,
                kind=noise.kind.value,
                rate=noise.rate,
                seed=noise.seed,
            )

    def set_trng_fault(self, fault: NoiseFault) -> None:
        """Breaks the random number generator, or mends it."""
        self._ask("trng_fault", fault=fault.name)

    def nvram(self) -> bytes:
        """The contents of the non-volatile memory."""
        return bytes.fromhex(self._ask_text("nvram"))

    def put_nvram(self, image: bytes) -> None:
        """Replaces the contents of the non-volatile memory."""
        self._ask("put_nvram", image=image.hex())

    def console(self) -> str:
        """What the chip's console has printed, as far back as it is kept."""
        return self._ask_text("console")

    def snapshot(self, path: Path) -> None:
        """Writes the whole chip to a file."""
        self._ask("snapshot", path=str(path.absolute()))

    def restore(self, path: Path) -> None:
        """Makes the chip what it was when the snapshot was taken."""
        self._ask("restore", path=str(path.absolute()))

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()

    def __enter__(self) -> LabControl:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
