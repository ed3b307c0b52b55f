# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`make demo` shows what the README says it shows, and fails when it cannot."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_lab.demo.__main__ import ROM_RUNS_AS
from mooring_lab.demo.stage import Stage

# Every refusal and every state that the demonstration is to show.
WORDS = (
    "ENGINE_GATE_CLOSED",
    "ENGINE_LAPSED",
    "DECISION_NONCE",
    "DECISION_CHIP",
    "KEY_SIGNATURE",
    "LINK_BUSY",
    "DECISION_NOT_EXCLUDED",
    "DECISION_LOCATION_DIGEST",
    "DECISION_EXPIRED",
    "KEY_UNKNOWN",
    "DECISION_SEQUENCE",
    "COMMIT_ROLLED_BACK",
)
# All that differs from run to run.
MASKS = (
    (re.compile(r"/\S*mooring-demo-[A-Za-z0-9_]+"), "TEMP"),
    (re.compile(r"in process \d+"), "in process PID"),
)


def masked(text: str) -> list[str]:
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    return text.splitlines()


@pytest.fixture(scope="module")
def demo(repository: Path, cpu: str) -> subprocess.CompletedProcess[str]:
    """What it prints, on each back end."""
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "mooring_lab.demo", "--cpu", cpu],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_everything_in_the_demonstration_is_as_stated(
    demo: subprocess.CompletedProcess[str],
) -> None:
    assert (demo.returncode, demo.stderr) == (0, "")
    assert re.search(r"^(\d+) of \1 as stated\.$", demo.stdout, re.M)
    assert "[NO ]" not in demo.stdout


@pytest.mark.parametrize("word", WORDS)
def test_refusal_is_told_with_its_meaning(
    demo: subprocess.CompletedProcess[str], word: str
) -> None:
    meaning = " ".join(ErrorWord[word].meaning.split())

    assert f"{word}: {meaning}" in " ".join(demo.stdout.split())


def test_demonstration_names_what_runs_the_boot_rom(
    demo: subprocess.CompletedProcess[str], cpu: str
) -> None:
    assert f"boot ROM {ROM_RUNS_AS[cpu]}\n" in demo.stdout


def test_output_to_a_pipe_has_no_colours_and_fits_a_terminal(
    demo: subprocess.CompletedProcess[str],
) -> None:
    assert "\x1b" not in demo.stdout
    assert max(map(len, masked(demo.stdout))) <= 80


def test_readme_shows_what_the_demonstration_prints(
    demo: subprocess.CompletedProcess[str], repository: Path
) -> None:
    """Lines of the README's transcript occur in this order; ``...`` stands for some left out."""
    readme = (repository / "README.md").read_text("utf-8")
    shown = re.search(r"^```(?:console|text)\n\$ make demo\n(.*?)^```", readme, re.M | re.S)
    assert shown is not None, "README.md has no transcript of `make demo`"
    lines = [line for line in masked(shown.group(1)) if line.strip() not in ("", "...")]
    printed = iter(masked(demo.stdout))

    missing = next((line for line in lines if line not in printed), None)

    assert missing is None


def refuse() -> None:
    word = ErrorWord.KEY_ROLE
    raise ChipError("LICENCE", int(word), word.name, word.meaning)


def test_wrong_refusal_is_not_as_stated() -> None:
    out = io.StringIO()
    stage = Stage(out, colour=False)
    stage.act("An act", "about something")
    stage.expect_refusal("it refuses", ErrorWord.KEY_UNKNOWN, refuse)

    assert not stage.table()
    assert "[NO ] it refuses" in out.getvalue()
    assert "1 of 1 NOT as stated." in out.getvalue()


def test_absent_refusal_is_not_as_stated() -> None:
    stage = Stage(io.StringIO(), colour=False)
    stage.expect_refusal("it refuses", ErrorWord.KEY_UNKNOWN, lambda: None)

    assert not stage.table()


def test_unexpected_refusal_and_wrong_value_are_not_as_stated() -> None:
    stage = Stage(io.StringIO(), colour=False)
    stage.expect("it answers", refuse, lambda _: "fine")
    stage.expect("it is two", lambda: 1, lambda value: "two" if value == 2 else None)

    assert [shown.held for shown in stage.shown] == [False, False]


def test_colours_are_used_where_they_show() -> None:
    out = io.StringIO()
    stage = Stage(out, colour=True)
    stage.note("a claim", "seen", True)

    assert "\x1b[32myes\x1b[0m" in out.getvalue()


def test_demo_that_cannot_start_says_why_and_fails(tmp_path: Path) -> None:
    # A Unix socket's address holds 107 bytes; the lab socket lies below this folder.
    deep = tmp_path / ("d" * 100)
    deep.mkdir()

    done = subprocess.run(
        [sys.executable, "-m", "mooring_lab.demo"],
        env={**os.environ, "TMPDIR": str(deep)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 1
    assert "longer than 107 bytes" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(deep.iterdir()) == []


def test_interrupted_demo_takes_its_chips_and_its_folder_along(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mooring_lab.demo"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if "1. A chip fresh" in line:
                break
        demo.terminate()
        _, complaint = demo.communicate(timeout=60)
    (chips,) = re.findall(r"in process (\d+)", said)

    assert (demo.returncode, complaint.strip()) == (130, "The demonstration was interrupted.")
    assert list(tmp_path.iterdir()) == []
    assert not Path(f"/proc/{chips}").exists()
