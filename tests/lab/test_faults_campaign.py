# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A bounded campaign on the shipped image, its control, its journal and its report."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from cli_kit import Mooring

from mooring_lab.errors import LabError
from mooring_lab.faults import commands, report
from mooring_lab.faults.campaign import ENOUGH, REBOOT, Options, Progress, Result, run, strike
from mooring_lab.faults.journal import Journal
from mooring_lab.faults.models import Group, Model
from mooring_lab.faults.outcome import Grant, Outcome, excess
from mooring_lab.faults.plan import Cell
from mooring_lab.faults.report.summary import summary
from mooring_lab.faults.scenario import Permit, scenarios
from mooring_lab.faults.tally import Opening, UnitResult

FULL: Final = os.environ.get("MOORING_CAMPAIGN") == "full"
BOUNDED: Final = Options(
    campaigns=tuple(scenarios())
    if FULL
    else ("wrong-place", "replay", "list-signature", "valid-sequence"),
    sample=1_005_000 if FULL else 4_000,
    pairs=52_000 if FULL else 800,
    twins=100_000 if FULL else 1_500,
    jobs=2,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    """One run for all tests here; it prints what is possible, run and sampled."""
    found = run(replace(BOUNDED, out=folder))
    shown = summary(found)["shipped"]
    for kind in ("single", "pairs", "twins"):
        counts = shown[kind]
        print(f"{kind}: {counts['possible']} possible, {counts['run']} run, sampled, seed 1")
    return found


# -- The campaign -------------------------------------------------------------------------


def test_no_fault_opens_the_shipped_image(result: Result) -> None:
    assert result.shipped.openings == []
    assert result.opened == 0


def test_same_campaign_opens_the_naive_image(result: Result) -> None:
    assert result.control.of(Outcome.OPENED) >= ENOUGH
    assert len(result.control.openings) == result.control.of(Outcome.OPENED)
    assert result.sound


def test_all_that_was_asked_is_run_and_strikes(result: Result) -> None:
    tally = result.shipped
    run = {group: sum(tally.run[cell] for cell in tally.cells(group)) for group in Group}
    missed = {
        group: sum(tally.counts[cell, Outcome.MISSED] for cell in tally.cells(group))
        for group in Group
    }

    assert run[Group.SINGLE] == BOUNDED.sample
    assert run[Group.PAIR] == BOUNDED.pairs
    assert run[Group.TWIN] == BOUNDED.twins
    assert tally.struck() + tally.of(Outcome.MISSED) == sum(run.values())
    # Of many twins the first ends the decision before the second comes.
    assert missed[Group.SINGLE] + missed[Group.PAIR] < run[Group.SINGLE] / 100
    assert missed[Group.TWIN] < run[Group.TWIN] * 3 / 4
    assert all(tally.run[cell] <= count for cell, count in tally.possible.items())


def test_every_campaign_and_every_model_takes_part(result: Result) -> None:
    assert {cell.scenario for cell in result.shipped.run} == set(BOUNDED.campaigns)
    assert {cell.model for cell in result.shipped.run} == set(Model)


def test_outcomes_differ_as_faults_do(result: Result) -> None:
    # A harness whose faults do nothing would find no openings, either.
    struck = result.shipped.struck()

    for outcome in (Outcome.REFUSED, Outcome.SHUT_DOWN, Outcome.GRANTED):
        assert result.shipped.of(outcome) > struck / 100


# -- The journal ---------------------------------------------------------------------------

TINY: Final = Options(campaigns=("no-token",), models=(Model.SKIP_1,), sample=60, seed=3)


def test_resumed_run_is_the_run_that_was_not_interrupted(tmp_path: Path) -> None:
    whole = strike(replace(TINY, out=tmp_path))
    journal = tmp_path / "faults.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    assert len(lines) == 2  # what is run, and one unit of it

    journal.write_text(lines[0] + lines[1][: len(lines[1]) // 2], encoding="utf-8")
    again = strike(replace(TINY, out=tmp_path, resume=True))

    assert again.counts == whole.counts
    assert journal.read_text("utf-8").splitlines()[0] + "\n" == lines[0]
    assert len(journal.read_text("utf-8").splitlines()) == 2


def test_journal_of_another_campaign_is_not_resumed(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", {"seed": 1}, resume=False):
        pass

    with pytest.raises(LabError, match="another campaign"):
        Journal(tmp_path / "j", {"seed": 2}, resume=True)


def test_journal_gives_back_what_it_was_given(tmp_path: Path) -> None:
    cell = Cell("expired", Model.MEMORY)
    opening = Opening("expired", "memory", 5, 100, 0x10000, "f", "a.c:1", "bit 3", "it opened")
    given = UnitResult(
        "key", cell, 7, Counter({(0x10000, Outcome.OPENED): 1, (4, Outcome.HUNG): 6}), [opening]
    )
    with Journal(tmp_path / "j", {}, resume=False) as journal:
        journal.add(given, 1.5)

    with Journal(tmp_path / "j", {}, resume=True) as journal:
        assert journal.done == {"key": given}
        assert journal.seconds == 1.5


def test_journal_is_not_overwritten_unless_it_is_resumed(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", {"seed": 1}, resume=False):
        pass
    before = (tmp_path / "j").read_bytes()

    with pytest.raises(LabError, match="there is a journal already") as caught:
        Journal(tmp_path / "j", {"seed": 1}, resume=False)
    assert "--resume" in str(caught.value.diagnostics())

    assert (tmp_path / "j").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "j"]


def test_journal_of_another_population_is_not_resumed(tmp_path: Path) -> None:
    strike(replace(TINY, out=tmp_path))
    journal = tmp_path / "faults.jsonl"
    head, rest = journal.read_text("utf-8").split("\n", 1)
    content = json.loads(head)
    content["cells"][0][2] += 1  # as if the section had been another
    journal.write_text(json.dumps(content) + "\n" + rest, encoding="utf-8")

    with pytest.raises(LabError, match="another campaign"):
        strike(replace(TINY, out=tmp_path, resume=True))


def test_seconds_of_a_resumed_run_are_those_of_all_its_parts(tmp_path: Path) -> None:
    first = strike(replace(TINY, out=tmp_path))
    again = strike(replace(TINY, out=tmp_path, resume=True))

    assert again.seconds >= round(first.seconds, 1) - 0.1


def test_possible_counts_what_got_no_share() -> None:
    tally = strike(replace(TINY, models=(Model.SKIP_1, Model.PAIR), sample=20, pairs=0))
    (paired,) = tally.cells(Group.PAIR)

    assert tally.run[paired] == 0
    assert tally.possible[paired] > 1000
    assert tally.sampled


def test_unknown_campaign_is_refused() -> None:
    with pytest.raises(LabError, match="unknown"):
        run(Options(campaigns=("no-such",)))


# -- What counts as an opening --------------------------------------------------------------

PERMIT: Final = Permit(grants=1, cycles=1000, seconds=3600)


@pytest.mark.parametrize(
    ("grants", "opens"),
    [
        ((), False),
        ((Grant(1000, 3600),), False),
        ((Grant(1001, 3600),), True),
        ((Grant(1000, 3601),), True),
        ((Grant(1000, 3600), Grant(1, 1)), True),
    ],
    ids=["none", "as asked", "more cycles", "longer", "twice"],
)
def test_more_than_the_token_grants_is_an_opening(grants: tuple[Grant, ...], opens: bool) -> None:
    assert (excess(PERMIT, grants) is not None) is opens


def test_any_grant_without_a_right_to_one_is_an_opening() -> None:
    assert excess(Permit(), (Grant(1, 1),)) is not None


# -- The report ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(result: Result, folder: Path) -> str:
    return report.write(result, folder).read_text("utf-8")


_DATA: Final = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def data_of(page: str) -> dict[str, Any]:
    """The data in the page, read as a browser would."""
    found = _DATA.search(page)
    assert found is not None
    content: dict[str, Any] = json.loads(found.group(1))
    return content


def test_page_needs_no_network_and_stays_small(page: str) -> None:
    own = _DATA.sub("", page)  # source lines in the data may name anything

    assert not re.search(r"(src|href)=|https?://|@import|url\(", own)
    assert len(page.encode()) < 3_000_000


def test_page_shows_each_instruction_with_what_struck_it(page: str, result: Result) -> None:
    data = data_of(page)
    rows = [row for each in data["images"]["shipped"] for row in each["rows"]]
    shown = {row[0]: sum(row[3]) for row in rows if row[3]}
    struck: Counter[int] = Counter()
    for (pc, _, outcome), count in result.shipped.places.items():
        struck[pc] += count if outcome.counts else 0

    assert shown == {pc: count for pc, count in struck.items() if count}
    judge = next(each for each in data["images"]["shipped"] if "decide_licence" in each["name"])
    assert any(row[2].startswith("firmware/rom/decide.c:") for row in judge["rows"])


def test_json_counts_add_up(folder: Path, page: str, result: Result) -> None:
    del page
    counts = json.loads((folder / "faults.json").read_text("utf-8"))
    shipped = counts["shipped"]
    parts = shipped["campaigns"].values()

    for name in ("possible", "run", "struck", "opened"):
        assert shipped["single"][name] == sum(each["single"][name] for each in parts)
        models = [
            row[name]
            for model, row in shipped["models"].items()
            if Model(model).group is Group.SINGLE
        ]
        assert shipped["single"][name] == sum(models)
    assert counts["sound"] is result.sound
    assert counts["sampled"] is True
    assert counts["coverage"]["mooring_decide_licence"]["skip-1"] > 0


# -- The command -----------------------------------------------------------------------------


@pytest.fixture
def mooring(tmp_path: Path) -> Mooring:
    return Mooring(tmp_path)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, result: Result) -> Callable[[Result], list[Options]]:
    """Lets the command find a result without striking anything; keeps what it asked for."""
    asked: list[Options] = []

    def tell(found: Result) -> list[Options]:
        def answer(options: Options, progress: Progress) -> Result:
            asked.append(options)
            progress("faults", 1, 1)
            return found

        monkeypatch.setattr(commands, "run", answer)
        return asked

    tell(result)
    return tell


def test_command_tells_counts_and_where_the_page_is(
    mooring: Mooring, tmp_path: Path, told: object, result: Result
) -> None:
    del told
    found = mooring.yes("attack", "faults", "--out", tmp_path)

    assert found["openings"] == []
    assert found["single"]["run"] == BOUNDED.sample
    assert found["control"]["opened"] == result.control.of(Outcome.OPENED)
    assert Path(found["page"]).is_file()
    text = mooring("attack", "faults", "--out", tmp_path).out
    assert "a seeded sample" in text
    assert "0 openings" in text


def test_command_asks_for_what_it_is_told(
    mooring: Mooring, tmp_path: Path, told: Callable[[Result], list[Options]], result: Result
) -> None:
    asked = told(result)
    words = "--campaign expired --model skip-1 --sample 7 --pairs 2 --twins 4 --seed 5 --jobs 3"
    mooring("attack", "faults", *words.split(), "--resume", "--out", tmp_path)
    mooring("attack", "faults", "--all", "--out", tmp_path)

    assert asked[0] == Options(
        ("expired",), (Model.SKIP_1,), 7, 2, 4, seed=5, jobs=3, out=tmp_path, resume=True
    )
    assert asked[1].sample is None


@pytest.mark.parametrize("option", ["--sample", "--pairs", "--twins"])
def test_count_beside_all_is_refused(mooring: Mooring, tmp_path: Path, option: str) -> None:
    ran = mooring("attack", "faults", "--all", option, "5", "--out", tmp_path)

    assert ran.code == 2
    assert option in ran.err


def test_huge_run_tells_first_how_long_it_takes(
    mooring: Mooring, tmp_path: Path, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(options: Options, progress: Progress) -> Result:
        progress("faults", 0, commands.FAULTS_A_SECOND * 3600 * 24)
        return result

    monkeypatch.setattr(commands, "run", answer)
    ran = mooring("attack", "faults", "--all", "--jobs", "2", "--out", tmp_path)

    assert "about 12.0 hours" in ran.err


def test_opening_is_the_answer_no(
    mooring: Mooring, tmp_path: Path, told: Callable[[Result], list[Options]], result: Result
) -> None:
    # The naive image's tally in the place of the shipped one's.
    told(replace(result, shipped=result.control))
    ran = mooring("attack", "faults", "--out", tmp_path)

    assert ran.code == 1
    assert result.control.openings[0].function in ran.out


def test_campaign_whose_control_stays_shut_is_broken(
    mooring: Mooring, tmp_path: Path, told: Callable[[Result], list[Options]], result: Result
) -> None:
    told(replace(result, control=result.shipped))
    ran = mooring("attack", "faults", "--out", tmp_path, "--format", "json")

    assert ran.code == 5
    assert ran.json["sound"] is False
    assert "naive" in ran.err


def test_control_opens_with_every_model_and_after_a_reboot(result: Result) -> None:
    opened = {model: result.control.of(Outcome.OPENED, model) for model in Model}

    print(f"openings of the control: {opened}")
    assert all(count for model, count in opened.items() if model.group is not Group.TWIN)
    assert opened[Model.TWIN_SKIP] > 0
    assert any(each.reason.startswith(REBOOT) for each in result.control.openings)


def test_campaign_that_is_blind_is_broken(result: Result) -> None:
    assert result.blind == ()
    assert not replace(result, blind=("replay",)).sound


def test_model_that_opens_nothing_is_broken(result: Result) -> None:
    lame = copy(result.control)
    lame.counts = Counter(
        {
            (cell, outcome): count
            for (cell, outcome), count in result.control.counts.items()
            if cell.model is not Model.REGISTER
        }
    )
    found = replace(result, control=lame)

    assert not found.sound
    assert any("register" in each for each in found.flaws)
