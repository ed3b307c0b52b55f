# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Which chips are being served on this machine now, and under which names.

Each served chip has in the run-time folder a record ``NAME.json``, a lock that ends with its
process, the lab socket ``NAME.lab`` and links to its pseudo-terminals, ``NAME`` for the line
and ``NAME.console``.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, cast

from mooring_lab._json import Json, parse
from mooring_lab._lock import AlreadyLockedError, FileLock
from mooring_lab.errors import ServeError

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
# What a Unix socket's address holds, less its closing zero (unix(7)).
MAX_SOCKET_PATH_BYTES: Final = 107


@dataclass(frozen=True)
class RunningChip:
    """A served chip.

    Attributes:
        name: its name on this machine.
        pid: the process that serves it.
        ports: what to give to ``--port``, the most stable one first.
        consoles: ports of its console.
        lab: path of its lab socket.
        state: its state file; empty if it keeps nothing.
        baud: line rate in bit/s.
        cpu: back end that runs its ROM.
        gdb: ``HOST:PORT`` for a debugger; empty if there is none.
    """

    name: str
    pid: int
    ports: tuple[str, ...]
    consoles: tuple[str, ...]
    lab: str
    state: str
    baud: int
    cpu: str
    gdb: str

    def is_at(self, port: str) -> bool:
        """Whether `port` is one of its ports, under any name of the same device."""
        if port in self.ports:
            return True
        return "://" not in port and os.path.realpath(port) in self.ports


def runtime_dir() -> Path:
    """The folder of this user's running chips, made if absent.

    Raises:
        ServeError: it cannot be made, or belongs to somebody else.
    """
    if base := os.environ.get("XDG_RUNTIME_DIR"):
        folder = Path(base) / "mooring"
    else:
        folder = Path(tempfile.gettempdir()) / f"mooring-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ServeError(
            f"make the run-time folder {folder}",
            error.strerror or str(error),
            "set XDG_RUNTIME_DIR to a folder of yours",
        ) from error
    # In a folder that all may write to, somebody else could have made it first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ServeError(
            f"use the run-time folder {folder}",
            "it does not belong to you alone",
            "remove it, or set XDG_RUNTIME_DIR to a folder of yours",
        )
    return folder


def check_name(name: str) -> str:
    """The name itself.

    Raises:
        ServeError: it is not a name that files and sockets can have.
    """
    if not NAME.fullmatch(name) or name.endswith((".json", ".lock", ".lab", ".console")):
        raise ServeError(
            "name the chip",
            f"{name!r}",
            "use 1 to 32 letters, digits, '.', '_' or '-', beginning with a letter or digit",
        )
    return name


def default_link(name: str) -> Path:
    """The stable name of a chip's pseudo-terminal."""
    return runtime_dir() / name


def lab_socket(name: str) -> Path:
    """The lab socket of a chip.

    Raises:
        ServeError: the path is too long for a socket.
    """
    path = runtime_dir() / f"{name}.lab"
    if len(os.fsencode(path)) > MAX_SOCKET_PATH_BYTES:
        raise ServeError(
            f"make the lab socket {path}",
            f"a path longer than {MAX_SOCKET_PATH_BYTES} bytes",
            "set XDG_RUNTIME_DIR to a shorter folder",
        )
    return path


class Registration:
    """A chip's place in the run-time folder, held while it is served.

    Raises:
        ServeError: a chip of that name is being served.
    """

    def __init__(self, name: str) -> None:
        self._record: Final = runtime_dir() / f"{check_name(name)}.json"
        try:
            self._lock = FileLock(self._record)
        except AlreadyLockedError as taken:
            raise ServeError(
                f"serve a chip named {name}",
                "a chip of that name is being served",
                "choose another --name, or see `mooring chip list`",
            ) from taken

    def publish(self, chip: RunningChip) -> None:
        """Writes the record, all or nothing."""
        fresh = self._record.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(chip)), encoding="utf-8")
        fresh.replace(self._record)

    def close(self) -> None:
        """Removes the record and frees the name."""
        self._record.unlink(missing_ok=True)
        self._lock.close()


def _texts(items: object) -> tuple[str, ...]:
    return tuple(map(str, cast("list[object]", items)))


def parse_record(found: Json) -> RunningChip | None:
    """The record, or None if it is not one of this version."""
    match found:
        case {
            "name": str(name),
            "pid": int(pid),
            "ports": [*ports],
            "consoles": [*consoles],
            "lab": str(lab),
            "state": str(state),
            "baud": int(baud),
            "cpu": str(cpu),
            "gdb": str(gdb),
            **rest,
        } if not rest:
            lines = _texts(ports), _texts(consoles)
            return RunningChip(name, pid, *lines, lab, state, baud, cpu, gdb)
        case _:
            return None


def _read_record(path: Path) -> RunningChip | None:
    try:
        return parse_record(parse(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def running_chips() -> list[RunningChip]:
    """The chips being served now, by name; forgets what killed servers left behind."""
    found: list[RunningChip] = []
    for path in sorted(runtime_dir().glob("*.json")):
        if not FileLock.is_held(path):
            _clear_remains(path)
        elif (record := _read_record(path)) is not None:
            found.append(record)
    return found


def _clear_remains(record: Path) -> None:
    for path in (record, record.with_suffix(".lab")):
        path.unlink(missing_ok=True)
    for link in (record.with_suffix(""), record.with_suffix(".console")):
        if link.is_symlink():
            link.unlink()


def find_chip(name: str | None = None) -> RunningChip:
    """The chip of that name, or the only one.

    Raises:
        ServeError: there is none, or more than one and no name.
    """
    chips = running_chips()
    names = ", ".join(chip.name for chip in chips)
    if name is not None:
        for chip in chips:
            if chip.name == name:
                return chip
        raise ServeError(
            f"find the chip {name}",
            f"served now: {names}" if chips else "no chip is being served",
            f"start one with `mooring chip run --name {name}`",
        )
    if len(chips) == 1:
        return chips[0]
    raise ServeError(
        "find the chip",
        f"served now: {names}" if chips else "no chip is being served",
        "name one with --name" if chips else "start one with `mooring chip run`",
    )


def chip_at(port: str) -> RunningChip | None:
    """The chip served on this machine at that port, if there is one."""
    return next((chip for chip in running_chips() if chip.is_at(port)), None)
