# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Zones and on-site inspection."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from host_kit import START, ZONES, statement

from mooring_host.errors import FileError
from mooring_host.location import (
    Inspection,
    InspectionStatement,
    LocationVerdict,
    Subject,
    ZoneSet,
    ZoneVerdict,
)

UEID = b"\x01" + bytes(32)
ZONE_FILE = {
    "version": 1,
    "zones": [
        {"name": "us", "geometry": "the United States"},
        {"name": "nl", "geometry": "the Netherlands"},
    ],
}


def locate(said: InspectionStatement, now: int = START) -> LocationVerdict:
    return Inspection(said, ZONES).locate(Subject(UEID), now)


def test_inspection_proves_what_was_seen_and_nothing_else() -> None:
    verdict = locate(statement(UEID))

    assert verdict.sound
    assert verdict.zones(ZoneVerdict.INSIDE) == ("nl",)
    assert verdict.zones(ZoneVerdict.EXCLUDED) == ("us",)
    assert verdict.zones(ZoneVerdict.AMBIGUOUS) == ("xx",)


@pytest.mark.parametrize(
    ("change", "now", "problem"),
    [
        ({"ueid": bytes(33)}, START, "the statement is about chip 00"),
        ({"zone_set": bytes(8)}, START, "the statement uses zone set 0000"),
        ({"inside": ("mars",)}, START, "the zone set has no zone 'mars'"),
        ({"seen_at": START + 1}, START, "seen in the future"),
        ({}, START + 10**6, "no longer valid"),
    ],
)
def test_statement_with_a_problem_proves_nothing(
    change: dict[str, Any], now: int, problem: str
) -> None:
    verdict = locate(replace(statement(UEID), **change), now)

    assert problem in verdict.problems[0]
    assert all(verdict.zones(kind) == () for kind in ZoneVerdict)
    result = verdict.to_result(UEID, None, now, 60)
    assert (result.inside, result.excluded) == ((), ())


def test_statement_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "statement.json"
    path.write_text(statement(UEID).to_json(), encoding="utf-8")

    assert InspectionStatement.read(path) == statement(UEID)


def spoil(**changes: Any) -> str:
    fields = {**json.loads(statement(UEID).to_json()), **changes}
    return json.dumps({key: value for key, value in fields.items() if value is not None})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[]", "found a list, expected an object"),
        (spoil(version=2), "version: found 2, expected 1"),
        (spoil(inspector=None), "inspector is missing"),
        (spoil(inspector=""), "inspector: found '', expected a text"),
        (spoil(ueid="01"), "ueid: found '01', expected 33 bytes in hexadecimal"),
        (spoil(ueid="no"), "ueid: found 'no', expected 33 bytes"),
        (spoil(seen_at=-1), "seen_at: found -1, expected an integer"),
        (spoil(seen_at=True), "seen_at: found true, expected an integer"),
        (spoil(valid_until=1.5), "valid_until: found 1.5, expected an integer"),
        (spoil(inside="nl"), "inside: found 'nl', expected a list of texts"),
        (spoil(inside=["us"]), "zone 'us' is both inside and excluded"),
        (spoil(insid=["nl"]), "unknown field 'insid'"),
    ],
)
def test_statement_file_is_refused_by_field(text: str, found: str) -> None:
    with pytest.raises(FileError, match=found):
        InspectionStatement.from_json(text, "statement.json")


def test_digest_of_a_zone_set_is_over_names_and_geometries() -> None:
    zones = ZoneSet.from_json(json.dumps(ZONE_FILE))
    rows = [["nl", "the Netherlands"], ["us", "the United States"]]

    assert [zone.name for zone in zones.zones] == ["nl", "us"]
    assert zones.digest == hashlib.sha256(cbor2.dumps(rows)).digest()[:8]
    assert zones.digest != ZoneSet.of({"nl": "the Netherlands", "us": "Guam too"}).digest


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"version": 9}, "version: found 9"),
        ({"zones": []}, "the list is empty"),
        ({"zones": [{"name": "NL", "geometry": "x"}]}, "zone name: found 'NL'"),
        ({"zones": [{"name": "nl", "geometry": "x"}] * 2}, "'nl' occurs twice"),
        ({"zones": [{"name": "nl"}]}, r"zones\[0\].: geometry is missing|geometry is missing"),
        ({"zones": [{"name": "nl", "geometry": "x", "colour": "y"}]}, "unknown field 'colour'"),
        ({"zones": ["nl"]}, "found 'nl', expected an object"),
        ({"more": 1}, "unknown field 'more'"),
    ],
)
def test_zone_file_is_refused_by_field(change: dict[str, Any], found: str) -> None:
    with pytest.raises(FileError, match=found):
        ZoneSet.from_json(json.dumps({**ZONE_FILE, **change}))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    binary, large = tmp_path / "binary", tmp_path / "large"
    binary.write_bytes(b"\xff\xfe")
    large.write_bytes(b" " * (2**20 + 1))

    for path, found in (
        (tmp_path / "absent", "No such file"),
        (binary, "no UTF-8 text"),
        (large, "more than 1048576 bytes"),
        (tmp_path, "Is a directory"),
    ):
        with pytest.raises(FileError, match=found):
            ZoneSet.read(path)


def test_location_result_expires_with_the_earlier_of_statement_and_lifetime() -> None:
    verdict = locate(statement(UEID, valid_until=START + 100))

    assert verdict.to_result(UEID, None, START, 60).expires_at == START + 60
    assert verdict.to_result(UEID, None, START, 600).expires_at == START + 100
