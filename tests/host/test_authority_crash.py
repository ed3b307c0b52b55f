# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""No number is given twice: not by two processes at once, not by one that is killed.

The processes are real and are killed with SIGKILL at moments spread over their whole work.
What left an issuing process is what it wrote to its pipe; each licence there must be on
record, and no number and no sequence may have left twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from host_kit import TERMS, Clock, Dice, PaperChip, inspection, new_authority

from mooring_host.authority import (
    Authority,
    LicenceState,
    issue_sequence_licence,
    open_authority,
)
from mooring_host.token import Licence, SequenceBound

# Issues licences without end and writes each to its standard output, one a line.
ISSUER = """
import sys
from pathlib import Path
from host_kit import TERMS, Clock, Dice, PaperChip, inspection
from mooring_host.authority import issue_sequence_licence, open_authority

ueid = PaperChip().ueid
authority = open_authority(Path(sys.argv[1]), environ={}, now=Clock(), entropy=Dice())
for _ in range(int(sys.argv[2])):
    issued = issue_sequence_licence(authority, ueid, TERMS, inspection(ueid))
    sys.stdout.write(issued.delivery.licence.hex() + "\\n")
    sys.stdout.flush()
"""
KILLS = 8


@pytest.fixture
def folder(tmp_path: Path, clock: Clock) -> Path:
    with new_authority(tmp_path / "authority", clock):
        pass
    return tmp_path / "authority"


def start(folder: Path, count: int) -> subprocess.Popen[str]:
    tests = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join([tests, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-c", ISSUER, str(folder), str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def finish(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate()
    # A line without its end was not written whole.
    return [line for line in output.split("\n")[:-1] if line]


def reopened(folder: Path) -> Authority:
    return open_authority(folder, environ={}, now=Clock(), entropy=Dice())


def check_all_distinct_and_on_record(folder: Path, left: list[str]) -> None:
    licences = [Licence.from_token(bytes.fromhex(line)) for line in left]
    numbers = [licence.number for licence in licences]
    sequences = [licence.freshness for licence in licences]
    with reopened(folder) as authority:
        records = {record.number: record for record in authority.licences()}
        for licence, line in zip(licences, left, strict=True):
            record = records[licence.number]
            assert record.state is LicenceState.ISSUED
            assert record.token == bytes.fromhex(line)
        # And issuing goes on above everything that left.
        after = issue_sequence_licence(
            authority, PaperChip().ueid, TERMS, inspection(PaperChip().ueid)
        )

    assert len(set(numbers)) == len(numbers)
    assert len(set(sequences)) == len(sequences)
    assert after.record.number > max(numbers, default=b"")
    used = [bound.sequence for bound in sequences if isinstance(bound, SequenceBound)]
    assert isinstance(after.record.freshness, SequenceBound)
    assert after.record.freshness.sequence > max(used, default=0)


def test_two_processes_at_once_never_give_a_number_twice(folder: Path) -> None:
    processes = [start(folder, 25) for _ in range(2)]
    left = [line for process in processes for line in finish(process)]

    assert [process.returncode for process in processes] == [0, 0]
    assert len(left) == 50
    check_all_distinct_and_on_record(folder, left)


def test_killed_process_leaves_only_what_is_on_record(folder: Path) -> None:
    left: list[str] = []
    for kill in range(KILLS):
        process = start(folder, 10_000)
        assert process.stdout is not None
        # Killed after a different number of licences each time, and somewhere within the
        # next one: the pipe tells how far it came, not a clock.
        left += [process.stdout.readline().rstrip("\n") for _ in range(kill % 4 + 1)]
        process.send_signal(signal.SIGKILL)
        left += finish(process)
        assert process.returncode == -signal.SIGKILL

    assert len(left) >= KILLS
    check_all_distinct_and_on_record(folder, left)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE authority",
        "INSERT INTO licences",
        "INSERT OR IGNORE INTO locations",
        "COMMIT",
        "UPDATE licences",
    ],
)
def test_process_killed_at_each_statement_leaves_no_half_record(
    folder: Path, statement: str
) -> None:
    """Kills the process itself, just as SQLite begins the n-th statement of that kind."""
    left: list[str] = []
    for occurrence in range(1, 4):
        code = ISSUER.replace(
            "for _ in range",
            f"""
import os, signal
seen = 0
def trace(sql):
    global seen
    if sql.startswith({statement!r}):
        seen += 1
        if seen == {occurrence}:
            os.kill(os.getpid(), signal.SIGKILL)
authority.read("trace", lambda c: c.set_trace_callback(trace))
for _ in range""",
        )
        tests = str(Path(__file__).resolve().parent.parent)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder), "3"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": tests},
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        left += done.stdout.splitlines()

    check_all_distinct_and_on_record(folder, left)
