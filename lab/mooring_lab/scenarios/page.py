# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The report: one page of HTML, complete in itself, with maps and time lines."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Final

from mooring_lab.maps import MapError
from mooring_lab.scenarios import model
from mooring_lab.scenarios.pictures import scene, svg
from mooring_lab.scenarios.running import Run, Seen
from mooring_lab.scenarios.views import MODEL_NOTE, brief, counting
from mooring_lab.scenarios.vocabulary import FACTS, Family

_esc = html.escape
_BADGES: Final = {
    model.Standing.HOLDS: "the mechanism holds",
    model.Standing.SILENT: "the mechanism says nothing",
    model.Standing.DEFEATED: "this defeats the mechanism",
}


def page(pairs: Sequence[Sequence[Run]], *, begin: Callable[[str], None] = lambda _: None) -> str:
    """The page for the runs of scenarios, each under all laws; `begin` is told of each."""
    parts = [_summary(pairs)]
    for runs in pairs:
        begin(runs[0].scenario.id)
        parts.append(_section(runs))
    return _PAGE.format(body="\n".join(parts))


def _summary(pairs: Sequence[Sequence[Run]]) -> str:
    runs = [run for each in pairs for run in each]
    good = sum(run.as_expected for run in runs)
    beaten = [
        each[0].scenario for each in pairs if each[0].scenario.standing is model.Standing.DEFEATED
    ]
    cards = "".join(
        f'<a class="card" href="#{_esc(one.id)}"><b>{_esc(one.id)} {_esc(one.name)}</b>'
        f"<span>{_esc(one.lesson)}</span></a>"
        for one in beaten
    )
    defeats = f'<h2>What defeats it</h2><div class="cards">{cards}</div>' if beaten else ""
    rows = "".join(_row(each) for each in pairs)
    heads = "".join(f"<th>{family.value}<small>{family.preset}</small></th>" for family in Family)
    return (
        f'<p class="lead">{good} of {len(runs)} runs as expected. '
        "Keys, tokens and verdicts are real, chips are emulated; round trips are simulated "
        f"over true distances.</p>{defeats}<h2>All scenarios</h2>"
        f'<table class="all"><tr><th>Scenario</th>{heads}</tr>{rows}</table>'
    )


def _row(runs: Sequence[Run]) -> str:
    one = runs[0].scenario
    cells = "".join(f'<td class="{_mark(run)}">{_esc(brief(run.facts))}</td>' for run in runs)
    return (
        f'<tr><td><a href="#{_esc(one.id)}">{_esc(one.id)}</a> {_esc(one.name)}'
        f'<i class="{one.standing.value}">{one.standing.value}</i></td>{cells}</tr>'
    )


def _mark(run: Run) -> str:
    return "good" if run.as_expected else "bad"


def _section(runs: Sequence[Run]) -> str:
    one = runs[0].scenario
    note = f'<p class="model">{MODEL_NOTE}</p>' if one.analytic else ""
    corrections = "".join(
        f'<p class="correction"><b>Corrected:</b> {_esc(each.was)} &rarr; {_esc(each.now)}. '
        f"{_esc(each.because)} <cite>{_esc(each.source)}</cite></p>"
        for each in one.corrections
    )
    counted = f'<p class="small">{_esc(counting(one))}.</p>' if one.landmarks else ""
    laws = "".join(_law(run) for run in runs)
    return (
        f'<section id="{_esc(one.id)}"><h2>{_esc(one.id)} {_esc(one.name)} '
        f'<i class="{one.standing.value}">{_BADGES[one.standing]}</i></h2>'
        f'<p>{_esc(one.text)}</p><p class="lesson">{_esc(one.lesson)}</p>{note}'
        f"{_maps(runs[0])}<div class='laws'>{laws}</div>{corrections}{_original(one)}{counted}"
        "</section>"
    )


def _maps(run: Run) -> str:
    drawn: list[str] = []
    told: set[tuple[object, ...]] = set()
    for seen in run.seen:
        key = (seen.at, *sorted(seen.radii_km.items()))
        found = None if key in told else scene(run, seen)
        told.add(key)
        if found is not None:
            try:
                drawn.append(
                    f"<figure>{_alone(svg(found), f'{run.scenario.id}-{len(drawn)}')}</figure>"
                )
            except MapError as error:
                return f'<p class="small">No maps: {_esc(error.found)}.</p>'
    return f"<div class='maps'>{''.join(drawn)}</div>" if drawn else ""


def _alone(picture: str, name: str) -> str:
    """The SVG with ids of its own, so that pictures of one page do not share them."""
    return (
        picture.replace('id="', f'id="{name}-')
        .replace("url(#", f"url(#{name}-")
        .replace('href="#', f'href="#{name}-')
    )


def _law(run: Run) -> str:
    expected = run.scenario.expected[run.family]
    rows = "".join(
        f'<tr class="{"good" if expected.get(name, ()) == run.facts.get(name, ()) else "bad"}">'
        f"<th>{name}</th><td>{_esc(', '.join(expected.get(name, ())))}</td>"
        f"<td>{_esc(', '.join(run.facts.get(name, ())))}</td></tr>"
        for name in FACTS
        if name in expected or name in run.facts
    )
    events = "".join(_event(seen) for seen in run.seen)
    return (
        f"<div><h3>{run.family.value}</h3><table><tr><th></th><th>expected</th><th>seen</th></tr>"
        f"{rows}</table><ol class='time'>{events}</ol></div>"
    )


def _event(seen: Seen) -> str:
    hours, rest = divmod(seen.after_s, 3600)
    clock = f"{hours}:{rest // 60:02}:{rest % 60:02}"
    trips = ", ".join(f"{each.landmark} {each.round_trip_ms:.2f} ms" for each in seen.measured)
    measured = f"<em>{_esc(trips)}</em>" if trips else ""
    return (
        f"<li><time>{clock}</time><b>{_esc(seen.title)}</b>{measured}"
        f"<span>{_esc(seen.text)}</span></li>"
    )


def _original(one: model.Scenario) -> str:
    if one.original is None:
        return ""
    return (
        "<details><summary>As first compiled</summary>"
        f"<p>{_esc(one.original.setup)}</p><p>boot-denying: {_esc(one.original.boot_denying)}</p>"
        f"<p>chip-security-act: {_esc(one.original.chip_security_act)}</p></details>"
    )


_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Scenarios: what knowing where a chip is can do, and what defeats it</title>
<style>
:root {{ --ink: #1d2a33; --muted: #61717b; --line: #d9e0e4; --red: #b3261e; --green: #2e7d4f; }}
body {{ font: 16px/1.5 system-ui, sans-serif; color: var(--ink); margin: 2.5rem auto;
  max-width: 72rem; padding: 0 1.25rem; }}
h1 {{ font-size: 1.9rem; line-height: 1.2; }}
h2 {{ margin-top: 2.5rem; }}
section {{ border-top: 2px solid var(--line); margin-top: 3rem; }}
table {{ border-collapse: collapse; width: 100%; font-size: .86rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .5rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }}
th small {{ display: block; font-weight: normal; color: var(--muted); }}
.all td:first-child {{ width: 34%; }}
td.good {{ border-left: 3px solid var(--green); }}
td.bad, tr.bad {{ border-left: 3px solid var(--red); background: #fdecea; }}
i {{ font-style: normal; font-size: .75rem; padding: .1rem .5rem; border-radius: 1rem;
  white-space: nowrap; margin-left: .4rem; background: #e7f3ec; color: var(--green); }}
i.defeated {{ background: #fdecea; color: var(--red); }}
i.silent {{ background: #fff4dc; color: #8a5a00; }}
.lead, .lesson {{ font-size: 1.1rem; }}
.lesson {{ border-left: 4px solid #1c5fb0; padding-left: 1rem; }}
.cards {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem; }}
.card {{ border: 1px solid var(--line); border-top: 4px solid var(--red); padding: .8rem 1rem;
  color: inherit; text-decoration: none; border-radius: .4rem; }}
.card b, .card span {{ display: block; }}
.card span {{ font-size: .9rem; margin-top: .4rem; }}
.laws {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 2rem; }}
.laws > div {{ min-width: 0; }}
.laws th {{ white-space: nowrap; }}
.maps {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; }}
figure {{ margin: 0; max-width: 46rem; }}
figure svg {{ width: 100%; height: auto; border: 1px solid var(--line); }}
.time {{ list-style: none; padding: 0; border-left: 2px solid var(--line); margin-left: .4rem; }}
.time li {{ position: relative; padding: 0 0 .8rem 1.1rem; font-size: .88rem; }}
.time li::before {{ content: ""; position: absolute; left: -.42rem; top: .4rem; width: .7rem;
  height: .7rem; border-radius: 50%; background: #1c5fb0; }}
.time b, .time span, .time em {{ display: block; }}
.time time, .time span, .small, cite {{ color: var(--muted); font-size: .82rem; }}
.time span {{ overflow-wrap: anywhere; }}
.correction, .model {{ background: #fff4dc; padding: .6rem 1rem; border-radius: .4rem; }}
</style>
</head>
<body>
<h1>Where is this chip, and who is fooled?</h1>
{body}
<p class="small">Research material; nothing here is legal advice.</p>
</body>
</html>
"""
