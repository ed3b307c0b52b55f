# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A preset that somebody writes: read, combined with those there are, refused by field."""

from __future__ import annotations

from datetime import date

import pytest

from mooring_host.errors import FileError
from mooring_host.policy import ChipFigures, Presumption, Provenance, Transaction, decide
from mooring_host.policy.catalogue import parse_preset

OWN = """
version = 1
name = "my-rule"
title = "What if Singapore needed a licence"
kind = "concept"
status = "a thought"
from = 2026-08-01
to = 2026-09-01
sources = ["memo"]

[defined_sources.memo]
cite = "memo of a researcher"
title = "What if"
provenance = "recalled"

[[include]]
preset = "acs-2023-11"
from = 2026-08-01

[[rules]]
id = "singapore"
effect = "licence"
says = "chips of 3A090.a to Singapore"
source = "memo"
[rules.when]
items = ["3A090.a"]
destination = ["SG"]

[[rules]]
id = "small"
effect = "review"
presumption = "case-by-case"
says = "few of them"
source = "90fr4544"
[rules.when]
destination = ["SG"]
within = { per = "consignee-year", tpp = 20000 }
"""

H100 = ChipFigures("H100", 15832, die_mm2=814, datacenter=True)


def sale(destination: str, quantity: int = 1) -> Transaction:
    return Transaction(H100, destination, "B", headquarters="SG", parent="SG", quantity=quantity)


def test_own_preset_decides_with_its_own_source_and_what_it_includes() -> None:
    rules = parse_preset(OWN, "own.toml")
    on = date(2026, 8, 1)

    few = decide(sale("SG"), on, rules)
    many = decide(sale("SG", 2), on, rules)
    elsewhere = decide(sale("VN"), on, rules)

    assert (few.presumption, many.presumption) == (Presumption.CASE_BY_CASE, Presumption.APPROVAL)
    assert "memo of a researcher [RECALLED, not checked]" in " ".join(map(str, few.steps))
    assert elsewhere.summary() == "licence needed, presumption of approval"
    assert rules.sources[0].provenance is Provenance.RECALLED
    for day in (date(2026, 7, 31), date(2026, 9, 1)):
        assert decide(sale("SG"), day, rules).summary() == "the preset is not in force on this day"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("version = 1", "version = 2", "version: found 2"),
        ('"my-rule"', '"us-law"', "there is a preset 'us-law' already"),
        ('"my-rule"', '"My Rule"', "name: found 'My Rule'"),
        ('"concept"', '"law"', "kind: found 'law', expected one of rule"),
        ("from = 2026-08-01\nto", 'from = "soon"\nto', "from: found 'soon', expected a day"),
        ('sources = ["memo"]', 'sources = ["memoo"]', "there is no source 'memoo'"),
        ('sources = ["memo"]', "sources = []", "expected at least one source"),
        ('"recalled"', '"certain"', "provenance: found 'certain', expected one of primary"),
        ('preset = "acs-2023-11"', 'preset = "acs"', "there is no preset 'acs'"),
        ('effect = "licence"', 'effect = "licences"', "effect: found 'licences'"),
        ('presumption = "case-by-case"\n', "", "presumption is missing"),
        ('destination = ["SG"]\n\n', 'destination = ["XY"]\n\n', "destination: found"),
        ('items = ["3A090.a"]', 'itmes = ["3A090.a"]', "unknown field 'itmes'"),
        ('per = "consignee-year"', 'per = "week"', "per: found 'week'"),
        ("tpp = 20000", "tpp = -1", "tpp: found -1"),
        ("tpp = 20000", "tpp = nan", "tpp: found nan"),
        ('says = "few of them"\n', "", "says is missing"),
        ('id = "small"', 'id = "small"\nsmells = 1', "unknown field 'smells'"),
        ("[[rules]]", "[[rules]", "this is no TOML"),
        ('destination = ["SG"]\nwithin', "below = { speed = 1 }\nwithin", "speed: found"),
    ],
)
def test_bad_preset_is_refused_by_its_field(old: str, new: str, found: str) -> None:
    assert old in OWN

    with pytest.raises(FileError) as refused:
        parse_preset(OWN.replace(old, new), "own.toml")
    assert "own.toml" in str(refused.value) or "my-rule" in str(refused.value)
    assert found in str(refused.value)
