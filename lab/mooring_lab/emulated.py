# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The chips of this process, by name: what ``emulator://NAME`` leads to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from mooring_lab.board import Board
from mooring_lab.errors import ServeError
from mooring_lab.running import check_name
from mooring_lab.state_file import StateFile
from mooring_models import Chip, ChipConfig
from mooring_models.cpu import RUNNING_BACK_ENDS

SCHEME: Final = "emulator"
DEFAULT_BAUD: Final = 115200
DEFAULT_CPU: Final = "native"
_PARAMETERS: Final = ("seed", "baud", "state", "cpu")


@dataclass(frozen=True)
class Settings:
    """What a chip is made with; parameters of the URL.

    Attributes:
        name: its name.
        seed: all its chance, its device key included; by default a chip's name decides.
        baud: its strapped line rate in bit/s.
        state: the file that remembers it; without one it is made anew in each process.
        cpu: back end that runs its ROM, one of `RUNNING_BACK_ENDS`.
    """

    name: str
    seed: str = ""
    baud: int = DEFAULT_BAUD
    state: Path | None = None
    cpu: str = DEFAULT_CPU

    def config(self) -> ChipConfig:
        """How the chip is built and strapped."""
        seed = hashlib.sha256(f"chip {self.seed or self.name}".encode()).digest()
        return ChipConfig(name=self.name, seed=seed, baud=self.baud, cpu=self.cpu)


def parse_url(url: str) -> Settings:
    """Reads ``emulator://NAME[?seed=TEXT][&baud=BIT_PER_S][&state=FILE][&cpu=BACK_END]``.

    Raises:
        ServeError: it is not of that form.
    """
    parts = urlsplit(url)
    attempted = f"read the port {url}"
    if parts.scheme != SCHEME or parts.path.strip("/") or parts.fragment:
        raise ServeError(
            attempted, "not of the form emulator://NAME?seed=..&baud=..&state=FILE&cpu=.."
        )
    try:
        query = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=8)
    except ValueError as error:
        raise ServeError(attempted, str(error)) from error
    for key, values in query.items():
        if key not in _PARAMETERS or len(values) != 1:
            known = ", ".join(_PARAMETERS)
            raise ServeError(attempted, f"parameter {key!r}", f"known are {known}, each once")
    baud = query.get("baud", [str(DEFAULT_BAUD)])[0]
    if not baud.isdecimal() or not 300 <= int(baud) <= 12_000_000:
        raise ServeError(attempted, f"baud is {baud!r}, expected 300 to 12000000")
    cpu = query.get("cpu", [DEFAULT_CPU])[0]
    if cpu not in RUNNING_BACK_ENDS:
        raise ServeError(attempted, f"cpu is {cpu!r}, expected {' or '.join(RUNNING_BACK_ENDS)}")
    return Settings(
        name=check_name(unquote(parts.netloc)),
        seed=query.get("seed", [""])[0],
        baud=int(baud),
        state=Path(query["state"][0]) if "state" in query else None,
        cpu=cpu,
    )


def make_board(settings: Settings) -> Board:
    """A powered chip as described, remembered in its state file if it has one.

    Raises:
        StateFileError: the file is in use, damaged or of another version.
    """
    if settings.state is None:
        return Board(Chip.manufacture(settings.config()))
    state = StateFile(settings.state)
    try:
        kept = state.load()
        config = settings.config()
        return Board(Chip.manufacture(config) if kept is None else Chip(config, kept), state)
    except BaseException:
        state.close()
        raise


_boards: dict[str, tuple[Settings, Board]] = {}


def board_at(url: str) -> Board:
    """The board of a URL, made at its first use in this process.

    Raises:
        ServeError: the URL is wrong, or names a chip that was made with other parameters.
        StateFileError: its state file can't be used.
    """
    settings = parse_url(url)
    if settings.name not in _boards:
        _boards[settings.name] = (settings, make_board(settings))
    made_with, board = _boards[settings.name]
    if settings not in (made_with, Settings(settings.name)):
        raise ServeError(
            f"open {url}",
            f"a chip named {settings.name} is running with other parameters",
            f"open it as emulator://{settings.name}, or choose another name",
        )
    return board


def adopt(board: Board) -> str:
    """Makes `board` reachable under its name; gives its URL.

    Raises:
        ServeError: there is a chip of that name.
    """
    if board.name in _boards:
        raise ServeError(f"adopt the chip {board.name}", "there is one of that name")
    _boards[check_name(board.name)] = (Settings(board.name), board)
    return f"{SCHEME}://{board.name}"


def remove(name: str) -> None:
    """Takes a chip away, saving it; nothing if there is none of that name."""
    entry = _boards.pop(name, None)
    if entry is not None:
        entry[1].close()
