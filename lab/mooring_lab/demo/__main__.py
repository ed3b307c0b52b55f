# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`make demo`: the whole mechanism on real parts, in a few seconds, for anybody to read."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from mooring_host.errors import Error
from mooring_lab.demo.cast import BAUD, Cast
from mooring_lab.demo.stage import INDENT, Stage
from mooring_lab.demo.story import Story
from mooring_lab.emulated import DEFAULT_CPU
from mooring_models.cpu import RUNNING_BACK_ENDS

SEED = 2026
ROM_RUNS_AS = {"native": "compiled for this machine", "rv32": "its RV32IMC image, interpreted"}


def _introduce(stage: Stage, cast: Cast) -> None:
    stage.line("MOORING: an AI accelerator that computes only under a verified licence")
    stage.line()
    stage.say(
        """A chip with a matrix engine is locked by a gate in its hardware.  The gate opens for a
        signed licence: for this chip, here, now, for so long.  What follows is no drawing: the
        boot ROM is the real C program, the licences are real tokens, the authority keeps real
        records, and both chips are reached only over their serial lines."""
    )
    stage.line()
    stage.line(f"{INDENT}chips    two, in process {cast.process.pid}")
    stage.line(f"{INDENT}boot ROM {ROM_RUNS_AS[cast.cpu]}")
    for player in (cast.chip, cast.reporter):
        stage.line(f"{INDENT}port     {player.port} at {BAUD} bit/s")
    stage.line(f"{INDENT}records  {cast.folder / 'authority' / 'authority.db'}")


def run(seed: int, cpu: str, out: TextIO, *, colour: bool) -> bool:
    """Tells the story; whether everything in it was as stated."""
    stage = Stage(out, colour=colour)
    with (
        tempfile.TemporaryDirectory(prefix="mooring-demo-") as folder,
        Cast(Path(folder), seed, cpu) as cast,
    ):
        _introduce(stage, cast)
        Story(cast, stage).tell()
    return stage.table()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demonstration; 0 if all was as stated, else 1."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=SEED, help="of all that is random (default: %(default)s)"
    )
    parser.add_argument(
        "--cpu",
        choices=RUNNING_BACK_ENDS,
        default=DEFAULT_CPU,
        help="what runs the chips' ROM (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    # Whoever ends it, the chips and the temporary folder go with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    try:
        return 0 if run(options.seed, options.cpu, sys.stdout, colour=colour) else 1
    except Error as error:
        print(f"The demonstration stopped: {error.diagnostics()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe demonstration was interrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
