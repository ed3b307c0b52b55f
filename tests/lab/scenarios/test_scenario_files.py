# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is wrong with a scenario's file is named, with its field and the nearest that is right."""

from __future__ import annotations

from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from cli_kit import checked
from click.testing import CliRunner, Result

from mooring_host.cli.kit import App, Edges
from mooring_host.errors import Error, FileError
from mooring_lab.scenarios import commands
from mooring_lab.scenarios.page import page
from mooring_lab.scenarios.reading import parse_scenario, shipped
from mooring_lab.scenarios.running import run
from mooring_lab.scenarios.vocabulary import Family

TEMPLATE = (files("mooring_lab.scenarios") / "data" / "template.toml").read_text("utf-8")

WRONG = [
    ('do = "locate"', 'do = "locat"', ("do", "locat", "'locate'")),
    ('at = "bangkok"', 'at = "bangkock"', ("landmarks[0]", "at", "'bangkok'")),
    ('belongs = "thailand"', 'belongs = "tailand"', ("belongs", "'thailand'")),
    ('["TH"]', '["XX"]', ("thailand", "XX")),
    ('to = "shenzhen"', 'too = "shenzhen"', ("to is missing",)),
    ('chip = "chip"\nto', 'chip = "chop"\nto', ("chop", "'chip'")),
    ('location = ["amb', 'locaton = ["amb', ("locaton", "'location'")),
    ('["ambiguous", "mismatch"]', '["ambiguous", "mismatched"]', ("mismatched", "'mismatch'")),
    ("version = 1", "version = 2", ("version", "expected 1")),
    ("latitude = 13.70", "latitude = 113.70", ("my-hall", "latitude", "-90 to 90")),
    ("latitude = 13.70", "latitude = nan", ("latitude",)),
    ('standing = "holds"', 'standing = "hold"', ("standing", "'holds'")),
    ("[expected.both]", "[expected.bothe]", ("bothe", "'both'")),
    ('name = "hong-kong"', 'name = "bangkok"', ("landmarks", "twice")),
    ('outside = ["prc"]', 'outside = ["prc"]\ninside = ["prc"]', ("each on one side",)),
    ("text = ", "txt = ", ("text is missing",)),
    ("[zones]\nthailand", "[zones]\nprc", ("zones", "prc")),
    ("version = 1", "version = ", ("no TOML",)),
]


@pytest.mark.parametrize(("good", "bad", "named"), WRONG)
def test_wrong_file_is_refused_by_field(good: str, bad: str, named: tuple[str, ...]) -> None:
    assert good in TEMPLATE
    with pytest.raises(FileError) as caught:
        parse_scenario(TEMPLATE.replace(good, bad, 1), "mine.toml")
    told = f"{caught.value.attempted} {caught.value.found} {caught.value.hint}"
    assert "mine.toml" in told
    for word in named:
        assert word in told


def _run(name: str, *arguments: str | Path) -> Result:
    command = getattr(commands, name)
    return CliRunner().invoke(command, [*map(str, arguments)], obj=App(Edges()))


def test_new_scenario_runs_and_a_wrong_one_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert _run("new_scenario", path).exit_code == 0
    good = _run("run_scenarios", path, "--format", "json")
    assert good.exit_code == 0
    assert checked(good.output)["as_expected"] is True
    path.write_text(path.read_text("utf-8").replace('"issued", "refused"', '"issued", "issued"'))
    bad = _run("run_scenarios", path)
    assert bad.exit_code == 1
    assert "licence: expected issued, issued, seen issued, refused" in bad.output
    assert isinstance(_run("new_scenario", path).exception, Error)


def test_list_and_explain_are_as_their_schema_says() -> None:
    listed = checked(_run("list_scenarios", "--format", "json").output)
    assert len(listed["scenarios"]) == 26
    told = checked(_run("explain_scenario", "s26", "--format", "json").output)
    assert "Hong Kong and Macau" in told["d5"]
    assert isinstance(_run("explain_scenario", "S99").exception, Error)


class _Tags(HTMLParser):
    """Every element that is opened is closed, in order."""

    VOID = frozenset({"meta", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_well_formed_and_has_what_it_tells_of() -> None:
    some = [one for one in shipped() if one.id in ("S08", "S10", "S17")]
    text = page([tuple(run(one, family) for family in Family) for one in some])
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    assert len(set(tags.ids)) == len(tags.ids)
    assert {"S08", "S10", "S17"} <= set(tags.ids)
    assert "<svg" in text
    assert "nothing was run" in text
    assert "src=" not in text
