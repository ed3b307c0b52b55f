# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fuzzes each parser of hostile input with libFuzzer for a while.

Usage: ``python tests/fuzz/run.py [--seconds N] [--seed N] [TARGET ...]``.  Programs and the
growing corpus are kept under ``build/fuzz``; an input that fails is kept there too, and
``build/fuzz/TARGET FILE`` repeats it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.build import ROOT, TARGETS, BuildError, build_libfuzzer, write_corpus
from oracles.frame_reference import frame

OUTPUT: Final = ROOT / "build" / "fuzz"
LONGEST_INPUT: Final = 8192


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds and runs the targets one after the other; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=" ".join(TARGETS))
    options = parser.parse_args(arguments)
    wanted = options.targets or TARGETS
    if set(wanted) - set(TARGETS):
        parser.error(f"targets are {', '.join(TARGETS)}")
    try:
        programs = build_libfuzzer(OUTPUT)
    except BuildError as error:
        print(f"fuzz: {error}", file=sys.stderr)
        return 1
    failed = [name for name in wanted if _fuzz(name, programs[name], options) != 0]
    print(f"fuzz: {', '.join(failed)} failed" if failed else f"fuzz: {', '.join(wanted)} passed")
    return 1 if failed else 0


def _fuzz(target: str, program: Path, options: argparse.Namespace) -> int:
    corpus = OUTPUT / f"{target}.corpus"
    write_corpus(target, corpus, frame)
    print(f"fuzz: {target} for {options.seconds} s", flush=True)
    return subprocess.run(
        [
            program,
            f"-max_total_time={options.seconds}",
            f"-seed={options.seed}",
            f"-max_len={LONGEST_INPUT}",
            "-timeout=5",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            f"-artifact_prefix={OUTPUT / target}.",
            corpus,
        ],
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
