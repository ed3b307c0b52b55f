# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring location appraise`: verdicts, and for bad evidence a word and an exit code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from cli_kit import START, Mooring, Ran
from host_kit import signer

from mooring_host import cose
from mooring_host.airgap import TrustDelivery
from mooring_host.location.landmarks import Landmark, registry_json
from mooring_host.states import Role
from mooring_host.token import IssuerKey, Receipt, TrustList, issue

UEID: Final = b"\x01" + bytes(32)
NONCE: Final = bytes(range(32))
PLACES: Final = {"sg": (1.3521, 103.8198), "tokyo": (35.68, 139.69)}
KEYS: Final = {name: signer(f"landmark {name}") for name in PLACES}
ROOT: Final = signer("root")
ZONES: Final = {"prc": "countries CN HK MO", "near": "circle 1.3521 103.8198 400", "hall": "Hall A"}


def receipt(name: str, milliseconds: float, **change: Any) -> Receipt:
    trips = (round(milliseconds * 1e6),) * 8
    said = Receipt(UEID, NONCE, START, *PLACES[name], 10, trips, 1, 8, bytes(32))
    return replace(said, **change)


@pytest.fixture
def files(home: Path) -> Path:
    """Registry, trust list, zones, and honest receipts of a chip in Singapore."""
    marks = {
        key.kid: Landmark(name, *PLACES[name], public_key=key.public_key)
        for name, key in KEYS.items()
    }
    (home / "landmarks.json").write_text(registry_json(marks), "utf-8")
    listed = tuple(
        IssuerKey(key.public_key, Role.LANDMARK, 0, 0, START + 10**6) for key in KEYS.values()
    )
    trust = TrustDelivery(
        cose.encode_key(ROOT.public_key), issue(TrustList(START, 1, listed), ROOT)
    )
    (home / "trust.list").write_bytes(trust.encode())
    rows = [{"name": name, "geometry": geometry} for name, geometry in ZONES.items()]
    (home / "zones.json").write_text(json.dumps({"version": 1, "zones": rows}), "utf-8")
    (home / "sg.receipt").write_bytes(issue(receipt("sg", 1.0), KEYS["sg"]))
    (home / "tokyo.receipt").write_bytes(issue(receipt("tokyo", 36.0), KEYS["tokyo"]))
    return home


def appraise(mooring: Mooring, *words: str, nonce: bytes = NONCE, ueid: bytes = UEID) -> Ran:
    return mooring(
        *("location", "appraise", *words, "--registry", "landmarks.json"),
        *("--trust", "trust.list", "--zones", "zones.json", "--format", "json"),
        *("--nonce", nonce.hex(), "--ueid", ueid.hex()),
    )


def verdicts(ran: Ran) -> dict[str, str]:
    return {each["zone"]: each["verdict"] for each in ran.json["zones"]}


def test_receipts_prove_zones_and_leave_countries(mooring: Mooring, files: Path) -> None:
    ran = appraise(mooring, "sg.receipt", "tokyo.receipt")

    assert (ran.code, ran.json["problems"]) == (0, [])
    assert verdicts(ran) == {"prc": "excluded", "near": "inside", "hall": "ambiguous"}
    assert ran.json["left"]["countries"] == ["ID", "MY", "SG"]
    assert ran.json["assumes_speed"] is False
    assert "1.35" not in ran.out


def test_text_says_in_words_what_an_assumed_speed_is(mooring: Mooring, files: Path) -> None:
    ran = mooring(
        *("location", "appraise", "sg.receipt", "--registry", "landmarks.json"),
        *("--trust", "trust.list", "--zones", "zones.json", "--speed", "200"),
        *("--nonce", NONCE.hex(), "--ueid", UEID.hex()),
    )

    assert ran.code == 0
    assert "200.0 km/ms, an assumption: nothing here is proven" in ran.out
    assert "prc   EXCLUDED" in ran.out


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({}, "stranger", "is not a landmark's on the trust list"),
        ({}, "landmark tokyo", "km from where it is registered"),
        ({"ueid": b"\x01" + b"\x07" * 32}, "landmark sg", "is about another chip"),
        ({"nonce": bytes(32)}, "landmark sg", "answers another nonce"),
        ({"issued_at": START - 901}, "landmark sg", "is 901 s old, allowed are 900"),
        ({"issued_at": START + 1}, "landmark sg", "is from the future"),
    ],
)
def test_receipt_not_in_order_proves_nothing(
    mooring: Mooring, files: Path, change: dict[str, Any], key: str, reason: str
) -> None:
    (files / "sg.receipt").write_bytes(issue(receipt("sg", 1.0, **change), signer(key)))

    ran = appraise(mooring, "sg.receipt")

    assert (ran.code, ran.json["sound"]) == (1, False)
    assert any(reason in problem for problem in ran.json["problems"])
    assert set(verdicts(ran).values()) == {"ambiguous"}


@pytest.mark.parametrize("damage", [b"", b"\x00", bytes(5000)])
def test_what_is_no_receipt_proves_nothing(mooring: Mooring, files: Path, damage: bytes) -> None:
    (files / "sg.receipt").write_bytes(damage)

    ran = appraise(mooring, "sg.receipt")

    assert (ran.code, set(verdicts(ran).values())) == (1, {"ambiguous"})


def test_forged_receipt_proves_nothing(mooring: Mooring, files: Path) -> None:
    token = bytearray((files / "sg.receipt").read_bytes())
    token[-1] ^= 1
    (files / "sg.receipt").write_bytes(token)

    assert any("signature" in each for each in appraise(mooring, "sg.receipt").json["problems"])


def test_contradicting_receipts_are_inconsistent(mooring: Mooring, files: Path) -> None:
    (files / "tokyo.receipt").write_bytes(issue(receipt("tokyo", 1.0), KEYS["tokyo"]))

    ran = appraise(mooring, "sg.receipt", "tokyo.receipt")

    assert ran.code == 1
    assert ran.json["problems"][0].startswith("INCONSISTENT")
    assert set(verdicts(ran).values()) == {"ambiguous"}


def test_revoked_landmark_does_not_count(mooring: Mooring, files: Path) -> None:
    path = files / "landmarks.json"
    path.write_text(path.read_text("utf-8").replace('"revoked": false', '"revoked": true'), "utf-8")

    ran = appraise(mooring, "sg.receipt")

    assert ran.code == 1
    assert "receipt 0: sg is revoked" in ran.json["problems"]


@pytest.mark.parametrize("name", ["landmarks.json", "trust.list", "zones.json"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\x00"])
def test_missing_or_damaged_file_is_an_error(
    mooring: Mooring, files: Path, name: str, content: bytes | None
) -> None:
    (files / name).unlink()
    if content is not None:
        (files / name).write_bytes(content)

    ran = appraise(mooring, "sg.receipt")

    assert ran.code == 2
    assert ran.error["exit_code"] == 2


@pytest.mark.parametrize(
    "words", [("--slack-ms", "-1"), ("--slack-ms", "nan"), ("--speed", "150"), ("--outliers", "1")]
)
def test_numbers_that_no_policy_means_are_refused(
    mooring: Mooring, files: Path, words: tuple[str, ...]
) -> None:
    assert appraise(mooring, "sg.receipt", *words).code == 2


def test_minimum_and_padding_are_kept_to(mooring: Mooring, files: Path) -> None:
    few = appraise(mooring, "sg.receipt", "--minimum", "2")
    padded = appraise(mooring, "sg.receipt", "--padding-ms", "20")

    assert few.json["problems"] == ["1 landmarks count, expected at least 2"]
    assert (padded.code, verdicts(padded)["prc"]) == (0, "ambiguous")
