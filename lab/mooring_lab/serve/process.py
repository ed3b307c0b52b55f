# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip in another process: `mooring chip run`, started and ended from Python."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

from mooring_lab._json import parse
from mooring_lab.control import LabControl
from mooring_lab.errors import ServeError
from mooring_lab.running import RunningChip, parse_record

# The tool as this interpreter sees it, whatever is on the PATH.
COMMAND: Final = (sys.executable, "-c", "from mooring_host.cli import main; main()")
END_TIMEOUT_S: Final = 20.0


class ChipProcess:
    """`mooring chip run` with the arguments given; it serves when the constructor returns.

    Args:
        arguments: options of `mooring chip run`.
        environment: of the process; None: this one's.
        log: file for its stderr; None: this one's.

    Raises:
        ServeError: it ended without serving, with what it said.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        stderr = None if log is None else log.open("wb")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this project's own command
                [*COMMAND, "chip", "run", "--format", "json", *arguments],
                stdout=subprocess.PIPE,
                stderr=stderr,
                stdin=subprocess.DEVNULL,
                env=environment,
            )
        finally:
            if stderr is not None:
                stderr.close()
        self.chips: Final = self._read_chips(log)

    def _read_chips(self, log: Path | None) -> tuple[RunningChip, ...]:
        said = b""
        stdout = self._process.stdout
        while stdout is not None and (line := stdout.readline()):
            said += line
            try:
                shown = parse(said)
            except ValueError:
                continue
            listed = shown.get("chips") if isinstance(shown, dict) else None
            if not isinstance(listed, list):
                break
            return tuple(chip for chip in map(parse_record, listed) if chip is not None)
        self.kill()
        why = log.read_text(encoding="utf-8", errors="replace").strip() if log else ""
        raise ServeError("start `mooring chip run`", why or f"it said {said.decode()!r} and ended")

    @property
    def chip(self) -> RunningChip:
        """The first chip."""
        return self.chips[0]

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def lab(self) -> LabControl:
        """Hands on the first chip's board."""
        return LabControl(self.chip.lab)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends the process as a person would; gives its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self._end()

    def kill(self) -> None:
        """Ends the process at once, as a crash would."""
        self._process.kill()
        self._end()

    def _end(self) -> int:
        try:
            return self._process.wait(END_TIMEOUT_S)
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def __enter__(self) -> ChipProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
