# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Registry files of landmarks: what is wrong is named, and what a registry takes away is gone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from host_kit import START, signer

from mooring_host import cose
from mooring_host.errors import FileError
from mooring_host.location import Subject, ZoneSet
from mooring_host.location.borders import Borders
from mooring_host.location.landmarks import (
    Landmark,
    parse_registry,
    read_registry,
    registry_json,
)
from mooring_host.location.network import LandmarkNetwork
from mooring_host.states import Role
from mooring_host.token import IssuerKey, Receipt, TrustList, issue

KEY: Final = signer("landmark one")
UEID: Final = b"\x01" + bytes(32)
ENTRY: Final[dict[str, Any]] = {
    "kid": cose.kid_of(KEY.public_key).hex(),
    "name": "one",
    "latitude_deg": 1.3521,
    "longitude_deg": 103.8198,
    "position_error_m": 25,
    "public_key": KEY.public_key.hex(),
    "valid_from": START - 100,
    "valid_until": START + 100,
    "revoked": False,
}


def written(*entries: dict[str, Any], version: int = 1) -> str:
    return json.dumps({"version": version, "landmarks": list(entries)})


def test_registry_is_read_field_by_field_and_back() -> None:
    registry = parse_registry(written(ENTRY))

    assert registry[KEY.kid] == Landmark(
        "one", 1.3521, 103.8198, 0.025, KEY.public_key, START - 100, START + 100, revoked=False
    )
    assert parse_registry(registry_json(registry)) == registry


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"kid": "00" * 8}, "that of its public_key"),
        ({"kid": "xyz"}, "kid: found 'xyz', expected 8 bytes"),
        ({"name": ""}, "name: found '', expected a text"),
        ({"latitude_deg": 90.5}, "latitude_deg: found 90.5, expected a number of -90 to 90"),
        ({"latitude_deg": float("nan")}, "latitude_deg: found nan"),
        ({"longitude_deg": -181}, "longitude_deg: found -181, expected a number of -180 to 180"),
        ({"longitude_deg": "103"}, "longitude_deg: found '103', expected a number"),
        ({"position_error_m": -1}, "position_error_m: found -1"),
        ({"position_error_m": float("inf")}, "position_error_m: found inf"),
        ({"public_key": "00"}, "public_key: found '00', expected 32 bytes"),
        ({"valid_from": -5}, "valid_from: found -5, expected an integer of at least 0"),
        ({"valid_until": START - 100}, "expected more than valid_from"),
        ({"revoked": "no"}, "revoked: found 'no', expected true or false"),
        ({"extra": 1}, "unknown field 'extra'"),
    ],
)
def test_wrong_field_is_named_with_what_was_expected(change: dict[str, Any], found: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_registry(written({**ENTRY, **change}))

    assert found in str(caught.value)
    assert "landmarks[0]" in str(caught.value)


@pytest.mark.parametrize("name", sorted(ENTRY))
def test_missing_field_is_named(name: str) -> None:
    with pytest.raises(FileError, match=f"{name} is missing"):
        parse_registry(written({key: ENTRY[key] for key in ENTRY if key != name}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "this is no JSON"),
        ("[]", "expected an object"),
        (written(), "the list is empty"),
        (written(ENTRY, version=2), "version: found 2, expected 1"),
        (written(ENTRY, ENTRY), "occurs twice"),
        (written(ENTRY)[:-20], "this is no JSON"),
    ],
)
def test_damaged_registry_is_an_error(text: str, found: str) -> None:
    with pytest.raises(FileError, match=found):
        parse_registry(text)


def test_absent_registry_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        read_registry(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"revoked": True}, "one is revoked"),
        ({"valid_from": START + 1}, "one was not registered when it signed"),
        ({"valid_until": START}, "one was not registered when it signed"),
        ({"public_key": signer("other").public_key}, "one is registered with another key"),
        ({}, ""),
    ],
)
def test_what_the_registry_takes_away_does_not_count(change: dict[str, Any], reason: str) -> None:
    landmark = replace(parse_registry(written(ENTRY))[KEY.kid], **change)
    trips = (500_000,) * 8
    said = Receipt(UEID, bytes(32), START, 1.3521, 103.8198, 5, trips, 1, 8, bytes(32))
    listed = IssuerKey(KEY.public_key, Role.LANDMARK, 0, 0, START + 100)
    method = LandmarkNetwork(
        [issue(said, KEY)],
        bytes(32),
        TrustList(START, 1, (listed,)),
        {KEY.kid: landmark},
        ZoneSet.of({"near": "circle 1.3521 103.8198 400"}),
        Borders.natural_earth(),
    )

    accepted, rejected = method.judged(Subject(UEID), START)

    assert [each.reason for each in rejected] == ([reason] if reason else [])
    assert bool(accepted) is not bool(reason)
