# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Proves the parsers free of run-time errors with Frama-C's WP and SMT solvers.

What is proved of each function: no access outside of valid memory, no overflow, signed or
unsigned, no cast that loses a bit of a token, that its loops end, that it writes nothing but
what its contract names, and that it keeps its contract and its callees'.  The contracts are
the ``/*@ ... */`` comments of ``firmware``.

``tools/proofs.txt`` lists every function of the files that take part.  A function that it
does not list, one without goals, or a goal that is not proved, fails the run.

Solvers are bounded by steps, which are the same on any machine.

With ``--smoke`` the solvers also try to derive a contradiction from the contracts; that each
attempt has to fail takes its time.

Usage: ``python tools/prove.py [--only NAME ...] [--bits 32|64] [--fresh] [--smoke]
[--root FIRMWARE]``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LIST: Final = Path(__file__).resolve().with_name("proofs.txt")
CACHE: Final = ROOT / "build" / "prove"
TOOLS: Final = ("frama-c", "why3", "z3", "cvc4")
PACKAGES: Final = "frama-c-base why3 z3 cvc4"

# The chip is ILP32, little-endian; Frama-C's nearest model differs in the alignment of 64-bit
# numbers only, which nothing here depends on.
MACHINES: Final = {32: "gcc_x86_32", 64: "gcc_x86_64"}

# Narrowing casts are checked where tokens are read.  Those of the link and of the writer take
# bit fields, checksums and bytes out of words: losing bits is what they are for.
DOWNCASTS: Final = ("-warn-unsigned-downcast", "-warn-signed-downcast")
LOSSY_BY_INTENT: Final = ("link/", "token/cbor_writer.c")

# Preconditions from which the solvers derive that nothing can be, and calls whose contract
# says that they do not come back: either would prove anything.  Code and loops that are not
# reached are no such sign; the parsers check more than their callees let through.
SMOKE: Final = (
    "-wp-smoke-tests",
    "-wp-no-smoke-dead-code",
    "-wp-no-smoke-dead-loop",
    "-wp-smoke-timeout=2",
)

STEPS: Final = 3_000_000
# Of one solver on one goal: the other one is waiting.  It only ends what steps do not, which
# take a minute, and several on a busy machine.
TIMEOUT_S: Final = 300

# A definition begins in the first column: that is how clang-format lays it out.
_DEFINITION: Final = re.compile(r"^[a-z][\w *]*?\b(\w+)\([^;{}]*\) \{$", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """How to prove.

    Attributes:
        firmware: the sources.
        bits: of a pointer, 32 or 64.
        steps: limit of each solver on each goal.
        cache: folder of solvers' answers, or None to ask them all again.  An answer is found
            by the digest of its whole goal, so a goal that changed is asked anew.
        scratch: folder for reports and the solvers' configuration.
        smoke: whether to look for contradictory contracts, too.
    """

    firmware: Path
    bits: int
    steps: int
    cache: Path | None
    scratch: Path
    smoke: bool = False


@dataclass(frozen=True)
class Function:
    """One line of the list.

    Attributes:
        file: relative to ``firmware/``.
        name: as the source spells it.
        open_reason: why it is not proved; empty if it is.
    """

    file: str
    name: str
    open_reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the solvers made of one function.

    Attributes:
        function: which one.
        goals: proof obligations.
        proved: how many of them hold.
        seconds: wall time.
        trouble: what kept the prover from working, if something did.
    """

    function: Function
    goals: int
    proved: int
    seconds: float
    trouble: str = ""

    @property
    def good(self) -> bool:
        """Whether there was something to prove and all of it was."""
        return not self.trouble and self.goals > 0 and self.goals == self.proved


class ProveError(Exception):
    """The list and the sources do not fit together, or a tool is missing."""


def missing_tools() -> list[str]:
    """Programs that the proofs need and the machine does not have."""
    return [name for name in TOOLS if shutil.which(name) is None]


def read_list(path: Path = LIST) -> list[Function]:
    """The functions of the list, in its order.

    Raises:
        ProveError: a line has another form.
    """
    found: list[Function] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) not in (2, 3):
            raise ProveError(f"{path.name}: not `file | function [| reason]`: {line}")
        found.append(Function(*parts))
    return found


def defined_in(source: Path) -> list[str]:
    """Names of the functions that a C file defines, in its order."""
    return _DEFINITION.findall(source.read_text(encoding="utf-8"))


def check_list(functions: Iterable[Function], firmware: Path) -> None:
    """Compares the list with what the sources define.

    Raises:
        ProveError: a function is listed and gone, or there and not listed.
    """
    listed: dict[str, set[str]] = {}
    for function in functions:
        listed.setdefault(function.file, set()).add(function.name)
    for file, names in listed.items():
        defined = set(defined_in(firmware / file))
        if names != defined:
            raise ProveError(
                f"{LIST.name}: {file}: "
                f"listed and not defined: {', '.join(sorted(names - defined)) or 'none'}; "
                f"defined and not listed: {', '.join(sorted(defined - names)) or 'none'}"
            )


def _command(function: Function, run: Run, report: Path) -> list[str]:
    firmware = run.firmware
    casts = () if function.file.startswith(LOSSY_BY_INTENT) else DOWNCASTS
    return [
        "frama-c",
        f"-machdep={MACHINES[run.bits]}",
        f"-cpp-extra-args=-I{firmware} -I{firmware / 'include'} -DMOORING_PREFIX=",
        "-c11",
        "-instantiate",
        "-kernel-warn-key=annot-error=abort,annot:missing-spec=abort",
        "-warn-unsigned-overflow",
        *casts,
        "-wp",
        "-wp-rte",
        *(SMOKE if run.smoke else ()),
        "-wp-prover=cvc4,z3",
        f"-wp-steps={run.steps}",
        f"-wp-timeout={TIMEOUT_S}",
        "-wp-par=1",
        *(("-wp-cache=none",) if run.cache is None else ("-wp-cache=update",)),
        f"-wp-cache-dir={run.cache or run.scratch}",
        f"-wp-fct={function.name}",
        f"-wp-report-json={report}",
        str(firmware / function.file),
    ]


def _tally(report: Path, name: str) -> tuple[int, int]:
    """Goals of a function and how many of them are valid, from WP's report."""
    functions = json.loads(report.read_text(encoding="utf-8")).get("wp:functions", {})
    total = functions.get(name, {}).get("wp:section", {}).get("wp:main", {})
    return int(total.get("total", 0)), int(total.get("valid", 0))


def _environment(run: Run) -> dict[str, str]:
    # The solvers' configuration is the run's own: the user's is left alone.  Frama-C keeps a
    # session in the folder that PWD names.
    own = {"WHY3CONFIG": str(run.scratch / "why3.conf"), "PWD": str(run.scratch)}
    return {**os.environ, **own}


def prove(function: Function, run: Run) -> Outcome:
    """Proves one function; what is not proved in one piece is tried in parts."""
    first = _attempt(function, run)
    return first if first.good or first.trouble else _attempt(function, run, "-wp-split")


def _attempt(function: Function, run: Run, *options: str) -> Outcome:
    began = time.monotonic()
    report = run.scratch / f"{function.file.replace('/', '-')}-{function.name}.json"
    done = subprocess.run(
        [*_command(function, run, report), *options],
        cwd=run.scratch,
        env=_environment(run),
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode != 0 or not report.is_file():
        return Outcome(function, 0, 0, seconds, (done.stdout + done.stderr)[-2000:])
    goals, proved = _tally(report, function.name)
    return Outcome(function, goals, proved, seconds)


def _configure(run: Run) -> None:
    if run.cache is not None:
        run.cache.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["why3", "config", "detect"], env=_environment(run), capture_output=True, check=True
    )


def _row(outcome: Outcome) -> str:
    state = "" if outcome.good else "  NOT PROVED"
    name = f"{outcome.function.file}  {outcome.function.name}"
    counts = f"{outcome.goals:5}  {outcome.proved:6}  {outcome.seconds:6.1f} s"
    return f"{name:58}  {counts}{state}"


def prove_all(functions: Sequence[Function], run: Run, jobs: int) -> bool:
    """Proves `functions`, printing a row for each; tells whether all is proved."""
    print(f"{'function':58}  {'goals':>5}  {'proved':>6}  {'time':>8}")
    _configure(run)
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for outcome in pool.map(prove, functions, repeat(run)):
            outcomes.append(outcome)
            print(_row(outcome), flush=True)
            if outcome.trouble:
                print(outcome.trouble)
    good = [outcome for outcome in outcomes if outcome.good]
    print(
        f"prove: {len(good)} of {len(functions)} functions, "
        f"{sum(each.proved for each in outcomes)} of {sum(each.goals for each in outcomes)} goals"
        f" proved for {run.bits} bits"
    )
    return len(good) == len(functions)


def _chosen(listed: Sequence[Function], only: Sequence[str] | None) -> list[Function]:
    """The functions to prove.

    Raises:
        ProveError: one of `only` is not listed as proved.
    """
    proved = [each for each in listed if not each.open_reason]
    if only is None:
        return proved
    absent = set(only) - {each.name for each in proved}
    if absent:
        raise ProveError(f"not proved by {LIST.name}: {', '.join(sorted(absent))}")
    return [each for each in proved if each.name in only]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Prove the parsers free of run-time errors.")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="functions to prove")
    parser.add_argument("--bits", type=int, choices=sorted(MACHINES), default=32)
    parser.add_argument("--root", type=Path, default=ROOT / "firmware", help="sources to prove")
    parser.add_argument("--steps", type=int, default=STEPS, help="limit of a solver on a goal")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--fresh", action="store_true", help="use no earlier answers of solvers")
    parser.add_argument(
        "--smoke", action="store_true", help="fail on contracts that contradict themselves, too"
    )
    options = parser.parse_args(arguments)
    missing = missing_tools()
    if missing:
        print(
            f"prove: {', '.join(missing)} not found. The proofs are optional; what they need "
            f"comes on Debian 12 with\n  sudo apt install {PACKAGES}",
            file=sys.stderr,
        )
        return 2
    firmware: Path = options.root.resolve()
    try:
        listed = read_list()
        check_list(listed, firmware)
        chosen = _chosen(listed, options.only)
    except ProveError as error:
        print(f"prove: {error}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="mooring-prove-") as name:
        cache = None if options.fresh else CACHE
        run = Run(firmware, options.bits, options.steps, cache, Path(name), options.smoke)
        good = prove_all(chosen, run, options.jobs)
    for each in listed:
        if each.open_reason and options.only is None:
            print(f"open: {each.file} {each.name}: {each.open_reason}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
