# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the documents point at exists: links, targets, commands, files; and their counts hold."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest
from benches.power import Deed
from chip import test_power_attacks, test_power_cuts, test_power_cuts_fuses
from chip.test_damage import KINDS, Target
from mutation.sites import all_sites

from mooring_host.cli.main import main
from mooring_lab.attacks import power

LINK: Final = re.compile(r"\]\((?!https?://)([^)\s]+)\)")
HEADING: Final = re.compile(r"^#+ +(.*)$", re.MULTILINE)
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE: Final = re.compile(r"`([^`\n]+)`")
# A name of a file in the repository, not a pattern or a place to fill in.
REPOSITORY_FILE: Final = re.compile(
    r"(?:benchmarks|docs|firmware|hw_models|host|lab|tests|tools)(?:/[\w.-]+)+/?"
)
TEST_FILE: Final = re.compile(r"(?:[a-z0-9_]+/)*test_[a-z0-9_]+\.py")


def pages(repository: Path) -> list[Path]:
    """Every Markdown file but what was installed or built."""
    skipped = {".venv", "build", "dist"}
    found = sorted(
        path
        for path in repository.rglob("*.md")
        if not skipped & set(path.relative_to(repository).parts)
        and not any(part.startswith(".") for part in path.relative_to(repository).parts)
    )
    assert len(found) > 25
    return found


def prose(text: str) -> str:
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """The fragments that a page's headings make, as GitHub names them."""
    plain = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", line) for line in HEADING.findall(prose(text)))
    return {re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-") for line in plain}


def commands(text: str) -> Iterator[str]:
    """What a page shows being typed: lines of shell blocks, and code in the running text."""
    for language, block in FENCE.findall(text):
        lines = block.replace("\\\n", " ").splitlines()
        if language == "sh":
            yield from lines
        if language == "console":
            yield from (line.removeprefix("$ ") for line in lines if line.startswith("$ "))
    yield from INLINE.findall(prose(text))


def test_relative_links_lead_somewhere(repository: Path) -> None:
    broken = []
    for page in pages(repository):
        for link in LINK.findall(prose(page.read_text("utf-8"))):
            name, _, fragment = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            is_there = target.exists() and target.is_relative_to(repository)
            if not is_there or (fragment and fragment not in anchors(target.read_text("utf-8"))):
                broken.append(f"{page.relative_to(repository)}: {link}")

    assert broken == []


def test_files_named_in_running_text_exist(repository: Path) -> None:
    absent = [
        f"{page.relative_to(repository)}: {name}"
        for page in pages(repository)
        for name in INLINE.findall(prose(page.read_text("utf-8")))
        if REPOSITORY_FILE.fullmatch(name)
        and not any((top / name).exists() for top in (repository, repository / "tests"))
    ]

    assert absent == []


def test_threat_model_names_tests_that_exist(repository: Path) -> None:
    text = (repository / "docs" / "threat-model.md").read_text("utf-8")
    names = {name for name in INLINE.findall(text) if TEST_FILE.fullmatch(name)}
    tests = repository / "tests"

    absent = {
        name
        for name in names
        if not any((top / name).is_file() for top in (repository, tests, tests / "chip"))
    }

    assert len(names) > 30
    assert absent == set()


def test_make_targets_shown_exist(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text("utf-8")
    phony = " ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split()
    shown = {
        words[1]
        for page in pages(repository)
        for command in commands(page.read_text("utf-8"))
        if (words := command.split()) and words[0] == "make" and len(words) > 1
    }

    assert {"demo", "test", "bench", "mutation"} <= shown
    assert shown <= set(phony)


def unknown_to_the_tool(words: list[str]) -> list[str]:
    """Of a ``mooring`` command, the first thing that the tool does not have."""
    command: click.Command = main
    options = {name for each in command.params for name in each.opts}
    for at, word in enumerate(words):
        if word.startswith("-"):
            break
        if not isinstance(command, click.Group):
            break
        # Asked, not looked up: the lab's commands join only then.
        found = command.get_command(click.Context(command), word)
        if found is None:
            return words[: at + 1]
        command = found
        options |= {n for each in command.params for n in (*each.opts, *each.secondary_opts)}
    return [word for word in words if word.startswith("--") and word.split("=")[0] not in options]


def test_commands_of_the_tool_shown_exist(repository: Path) -> None:
    shown = {
        (page.relative_to(repository).as_posix(), command)
        for page in pages(repository)
        for command in commands(page.read_text("utf-8"))
        if command.startswith("mooring ") and "NAME" not in command
    }
    wrong = {
        (page, command): unknown
        for page, command in shown
        if (unknown := unknown_to_the_tool(shlex.split(command.split("|")[0], comments=True)[1:]))
    }

    assert len(shown) > 30
    assert wrong == {}


@pytest.mark.parametrize("command", ["licence brew", "chip", "fuse show --hotter"])
def test_command_that_does_not_exist_would_be_noticed(command: str) -> None:
    assert bool(unknown_to_the_tool(command.split())) == (command != "chip")


def test_every_decision_is_listed_with_its_status(repository: Path) -> None:
    folder = repository / "docs" / "adr"
    index = (folder / "README.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| \[\d{4}\]\(([^)]+)\) \| .* \| (.*) \|$", index, re.MULTILINE))
    stated = {}
    for path in sorted(folder.glob("[0-9]*.md")):
        status = re.search(r"^Status: (.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert status is not None, path.name
        # What a later record replaces is said on the earlier one; here only its own standing.
        stated[path.name] = re.sub(r"\[(\d+)\]\([^)]*\)", r"\1", status[1]).split(";")[0]

    assert listed == stated


def test_example_of_the_models_page_runs(repository: Path) -> None:
    text = (repository / "hw_models" / "README.md").read_text("utf-8")
    example = next(block for language, block in FENCE.findall(text) if language == "python")

    done = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    console, answer = done.stdout.splitlines()
    assert "mooring rom 1.0" in console
    # Completion 0, endpoint 9 (DSP0236 section 12.4).
    assert "000200" + "09" in answer


# -- Counts of the top README -------------------------------------------------------------


@pytest.fixture(scope="module")
def row(repository: Path) -> dict[str, str]:
    """The results in its table, by the command that gives them."""
    text = (repository / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| `(make [^`]+)` \|$", text, re.MULTILINE)
    return {command: result for result, command in rows}


def test_readme_counts_the_damage_done(row: dict[str, str]) -> None:
    sizes = [len(Target(kind, "native").token) for kind in KINDS]

    assert row['make test ARGS="-s tests/chip/test_damage.py"'] == (
        f"{8 * sum(sizes)} flipped bits, {sum(sizes)} truncations"
    )


def test_readme_counts_the_power_cuts_to_the_thousand(row: dict[str, str]) -> None:
    deeds: list[Deed] = [scene.deed for scene in test_power_cuts.scenes("native").values()]
    deeds.append(test_power_cuts.rolled_back("native")[0])
    deeds += [test_power_cuts_fuses.deed("native", name) for name in test_power_cuts_fuses.ACTS]

    total = sum(len(deed.cuts()) for deed in deeds)

    assert f"about {round(total, -3)}," in row['make campaign ARGS="-k power_cuts"']


def test_readme_counts_the_power_cuts_of_the_image_to_the_hundred(row: dict[str, str]) -> None:
    build = test_power_attacks.build("rv32")
    lines = [power.record(power.scene(build, load)) for load in power.Load]

    intervals = sum(len(line.intervals) for line in lines)

    assert row['make campaign ARGS="-k power_attacks"'] == (
        f"about {round(intervals, -2)} intervals and "
        f"{sum(len(line.torn) for line in lines)} torn words, all; 10000 instructions, sampled"
    )


def test_readme_counts_the_refusals_that_are_switched_off(row: dict[str, str]) -> None:
    assert row["make mutation"] == str(len(all_sites()))


def test_figures_of_the_readme_are_those_of_the_benchmarks_page(
    row: dict[str, str], repository: Path
) -> None:
    page = (repository / "benchmarks" / "README.md").read_text("utf-8")
    results = page[page.index("## Results") :]
    # Chip times are rounded to the millisecond, all else is as printed.
    known = set(re.findall(r"\d+(?:\.\d+)?", results))
    known |= {str(round(float(number))) for number in known}
    figures = {
        command: re.findall(r"\d+(?:\.\d+)?", result)
        for command, result in row.items()
        if command.startswith("make bench")
    }

    assert [len(each) for each in figures.values()] == [2, 3, 1, 2, 2, 2, 1]
    assert {n for each in figures.values() for n in each} <= known
