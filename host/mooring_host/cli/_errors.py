# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From errors of the library to exit codes and to text that a person can act upon."""

from __future__ import annotations

import errno
import json
import sqlite3
from enum import IntEnum
from typing import Final

from mooring_host.cli._binding import ADVICE, is_of_the_binding
from mooring_host.errors import (
    CborError,
    ChipError,
    Diagnostics,
    Error,
    ProtocolError,
    Refused,
    TokenError,
    TransportError,
    UsageError,
)


class ExitCode(IntEnum):
    """What a script learns without reading."""

    YES = 0
    REFUSED = 1
    """Appraised, and the answer is no."""
    USAGE = 2
    """The command, or something given to it, cannot be right."""
    UNREACHABLE = 3
    """The chip could not be reached, or what answers is no chip."""
    CHIP = 4
    """The chip reported an error word."""
    INTERNAL = 5
    """This tool or this machine failed: a full disk, a locked database, a defect."""
    INTERRUPTED = 130
    """Ctrl-C, by the convention of shells: 128 + SIGINT."""
    NOBODY_READS = 141
    """The reader of the pipe has gone: 128 + SIGPIPE."""


ERROR_SCHEMA: Final = "mooring.error/1"

# These say that a path was wrong. Any other trouble with a file is the machine's.
_WRONG_PATH: Final = frozenset(
    {
        errno.ENOENT,
        errno.EACCES,
        errno.EPERM,
        errno.EEXIST,
        errno.EISDIR,
        errno.ENOTDIR,
        errno.ENAMETOOLONG,
        errno.ELOOP,
        errno.ENXIO,
        errno.ENODEV,
    }
)
# Records that say what is wrong with themselves are a matter of choosing another file;
# these are not.
_FAILING_DATABASE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERNAL,
    }
)


def exit_code(error: Error) -> ExitCode:
    """The kind of a failure."""
    match error:
        case Refused():
            return ExitCode.REFUSED
        case ChipError():
            return ExitCode.CHIP
        case TransportError() | ProtocolError():
            return ExitCode.UNREACHABLE
        case UsageError() | TokenError() | CborError():
            return ExitCode.USAGE
        case _:
            # What a plug-in raises is foreseen as well, or it would be no `Error`.
            return ExitCode.INTERNAL if _is_machine(error) else ExitCode.USAGE


def _is_machine(error: Error) -> bool:
    """Whether the machine failed, rather than that something wrong was named."""
    match error.__cause__:
        case OSError(errno=int() as number):
            return number not in _WRONG_PATH
        case sqlite3.Error() as cause:
            # The low byte is the primary code (sqlite.org/rescode.html).
            code: int = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_INTERNAL)
            return code & 0xFF in _FAILING_DATABASE
        case _:
            return False


_LEAD: Final = {
    ExitCode.REFUSED: "Refused",
    ExitCode.USAGE: "Error",
    ExitCode.UNREACHABLE: "No chip",
    ExitCode.CHIP: "Chip refused",
    ExitCode.INTERNAL: "Failed",
    ExitCode.INTERRUPTED: "Interrupted",
}


_READ_ONLY: Final = (
    "Reading the records writes beside them too: copy the folder to where you may write, and "
    "name the copy with --authority."
)


def explained(error: Error) -> Diagnostics:
    """What is told of a foreseen failure; permissions are explained here, once for all."""
    told = error.diagnostics()
    match error.__cause__:
        case sqlite3.Error(sqlite_errorcode=int(code)) if code & 0xFF == sqlite3.SQLITE_READONLY:
            return Diagnostics(told.attempted, "you may not write there", _READ_ONLY)
        case _:
            return told


def as_text(told: Diagnostics, code: ExitCode) -> str:
    """The lines that a person sees."""
    lines = [f"{_LEAD.get(code, 'Error')}: {told.attempted}: {told.found}"]
    if told.hint:
        lines.append(f"Try: {told.hint}")
    return "\n".join(lines)


def as_json(told: Diagnostics, code: ExitCode, error: Exception | None = None) -> str:
    """The same as one line of JSON, for programs."""
    word = None
    if isinstance(error, ChipError):
        word = error.name
    elif isinstance(error, TokenError):
        word = error.word
    return json.dumps(
        {
            "schema": ERROR_SCHEMA,
            "exit_code": int(code),
            "attempted": told.attempted,
            "found": told.found,
            "hint": told.hint,
            "word": word,
            "retry_after_s": getattr(error, "retry_after_s", None),
        }
    )


def internal(error: Exception, attempted: str) -> Diagnostics:
    """What is told of an exception that should not have come this far."""
    if isinstance(error, OSError):
        name = f" {error.filename}" if error.filename else ""
        return Diagnostics(attempted, f"{error.strerror or error}{name}", "")
    if is_of_the_binding(error):
        return Diagnostics("load the compiled verification core", str(error), ADVICE)
    return Diagnostics(
        attempted,
        f"{type(error).__name__}: {error}",
        "This is a defect of the tool; -v shows where it arose.",
    )
