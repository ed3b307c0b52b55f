# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Location by landmarks: what counts, what does not, and that nothing false is proven."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

import pytest
from host_kit import START, signer

from mooring_host import cbor, cose
from mooring_host.errors import Error
from mooring_host.location import LocationVerdict, Subject, ZoneSet, ZoneVerdict
from mooring_host.location.borders import Borders
from mooring_host.location.bounds import BoundPolicy
from mooring_host.location.landmarks import Landmark
from mooring_host.location.network import LandmarkNetwork
from mooring_host.states import Method, Role
from mooring_host.token import IssuerKey, LocationResult, Receipt, TrustList, issue

WGS84: Final[Any] = import_module("geographiclib.geodesic").Geodesic.WGS84
UEID: Final = b"\x01" + bytes(32)
NONCE: Final = hashlib.sha256(b"appraisal").digest()
SINGAPORE: Final = (1.3521, 103.8198)
SHENZHEN: Final = (22.54, 114.06)
PLACES: Final = {
    "singapore": SINGAPORE,
    "hongkong": (22.3, 114.17),
    "tokyo": (35.68, 139.69),
    "taipei": (25.03, 121.56),
}
KEYS: Final = {name: signer(f"landmark {name}") for name in PLACES}
STRANGER: Final = signer("stranger")
TRUST: Final = TrustList(
    START,
    3,
    (
        *(
            IssuerKey(key.public_key, Role.LANDMARK, 0, START - 10**6, START + 10**6)
            for key in KEYS.values()
        ),
        IssuerKey(signer("licence").public_key, Role.LICENCE, 0, 0, START + 10**6),
    ),
)
REGISTRY: Final = {KEYS[name].kid: Landmark(name, *place) for name, place in PLACES.items()}
ZONES: Final = ZoneSet.of(
    {
        "prc": "countries CN HK MO",
        "sg": "countries SG",
        "near": f"circle {SINGAPORE[0]} {SINGAPORE[1]} 400",
        "hall": "Hall A, Example Street 1",
        "broken": "countries XX",
    }
)


def receipt(name: str, milliseconds: float) -> Receipt:
    """An honest landmark's, with jitter that only adds."""
    bound = round(milliseconds * 1e6)
    trips = (bound + 900, *([bound] * 8), bound + 70_000)
    session = hashlib.sha256(name.encode()).digest()
    return Receipt(UEID, NONCE, START, *PLACES[name], 10, trips, 1, 8, session)


def honest(name: str, truth: tuple[float, float], extra_ms: float = 0.2) -> Receipt:
    """As light would have it, and a little later."""
    metres = float(WGS84.Inverse(*truth, *PLACES[name])["s12"])
    return receipt(name, 2 * metres / 1e3 / 299.792458 + extra_ms)


def signed(said: Receipt, name: str) -> bytes:
    return issue(said, KEYS[name])


def network(tokens: Sequence[bytes], policy: BoundPolicy | None = None) -> LandmarkNetwork:
    rules = policy or BoundPolicy()
    return LandmarkNetwork(tokens, NONCE, TRUST, REGISTRY, ZONES, Borders.natural_earth(), rules)


def locate(tokens: Sequence[bytes], policy: BoundPolicy | None = None) -> LocationVerdict:
    return network(tokens, policy).locate(Subject(UEID), START)


def all_honest(truth: tuple[float, float], extra_ms: float = 0.2) -> list[bytes]:
    return [signed(honest(name, truth, extra_ms), name) for name in PLACES]


def test_chip_in_singapore_is_proven_out_of_china_and_near_singapore() -> None:
    verdict = locate(all_honest(SINGAPORE))

    assert verdict.problems == ()
    assert verdict.zones(ZoneVerdict.EXCLUDED) == ("prc",)
    assert verdict.zones(ZoneVerdict.INSIDE) == ("near",)
    assert set(verdict.zones(ZoneVerdict.AMBIGUOUS)) == {"sg", "hall", "broken"}
    assert "possible: ID, MY, SG" in verdict.basis
    assert "no borders of 'XX'" in verdict.basis


def test_verdict_becomes_the_token_that_the_boot_rom_checks() -> None:
    result = locate(all_honest(SINGAPORE)).to_result(UEID, bytes(32), START, 3600)

    read = LocationResult.from_token(issue(result, signer("location")))
    assert read.method is Method.LANDMARK_NETWORK
    assert (read.inside, read.excluded) == (("near",), ("prc",))
    assert read.expires_at == START + 900


def test_chip_moved_to_shenzhen_is_never_proven_near_singapore() -> None:
    for extra in (0.0, 0.2, 5.0, 100.0):
        verdict = locate(all_honest(SHENZHEN, extra))

        assert "near" not in verdict.zones(ZoneVerdict.INSIDE)
        assert "prc" not in verdict.zones(ZoneVerdict.EXCLUDED)


def test_basis_tells_no_coordinates() -> None:
    basis = locate(all_honest(SINGAPORE)).basis

    assert "1.35" not in basis
    assert "103.8" not in basis


def test_slow_landmark_only_widens() -> None:
    tokens = [signed(honest("singapore", SINGAPORE, 90_000.0), "singapore")]

    assert locate(tokens).problems[0] == "0 landmarks count, expected at least 1"
    both = locate([*tokens, *all_honest(SINGAPORE)[1:]])
    assert both.sound
    assert both.zones(ZoneVerdict.INSIDE) == ()


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"ueid": b"\x01" + b"\x07" * 32}, KEYS["singapore"], "is about another chip"),
        ({"nonce": bytes(32)}, KEYS["singapore"], "answers another nonce"),
        ({"issued_at": START + 1}, KEYS["singapore"], "is from the future"),
        ({"issued_at": START - 901}, KEYS["singapore"], "is 901 s old"),
        ({"issued_at": START - 2 * 10**6}, KEYS["singapore"], "was not valid when it signed"),
        ({}, STRANGER, "is not a landmark's on the trust list"),
        ({}, signer("licence"), "is not a landmark's on the trust list"),
        ({}, KEYS["tokyo"], "km from where it is registered"),
        ({"latitude_deg": 1.5}, KEYS["singapore"], "km from where it is registered"),
    ],
)
def test_receipt_that_is_not_in_order_proves_nothing(
    change: dict[str, Any], key: Any, reason: str
) -> None:
    token = issue(replace(receipt("singapore", 1.0), **change), key)

    verdict = locate([token])

    assert not verdict.sound
    assert any(reason in problem for problem in verdict.problems)
    assert verdict.zones(ZoneVerdict.EXCLUDED) == ()
    assert verdict.zones(ZoneVerdict.INSIDE) == ()


def test_every_flipped_bit_of_a_receipt_is_noticed() -> None:
    token = signed(receipt("singapore", 1.0), "singapore")
    for index in range(0, len(token), 5):
        forged = bytearray(token)
        forged[index] ^= 1 << index % 8

        assert not locate([bytes(forged)]).sound


def test_what_is_no_token_is_a_problem_and_no_exception() -> None:
    for token in (b"", b"\x00", bytes(5000), signed(receipt("tokyo", 1.0), "tokyo")[:-3]):
        assert not locate([token]).sound


def test_landmark_out_of_the_registry_does_not_count() -> None:
    method = replace(network(all_honest(SINGAPORE)[:1]), registry={})

    assert "is not in the registry" in method.locate(Subject(UEID), START).problems[1]


def test_revoked_landmark_does_not_count() -> None:
    rest = tuple(key for key in TRUST.keys if key.kid != KEYS["singapore"].kid)
    method = replace(network(all_honest(SINGAPORE)[:1]), trust=replace(TRUST, keys=rest))

    assert not method.locate(Subject(UEID), START).sound


def test_one_landmark_counts_once_however_many_receipts_it_signs() -> None:
    twice = [signed(receipt("singapore", trip), "singapore") for trip in (1.0, 2.0)]

    policy = BoundPolicy(minimum_landmarks=2)
    assert locate(twice, policy).problems[0] == "1 landmarks count, expected at least 2"


def test_contradicting_receipts_are_inconsistent() -> None:
    tokens = [signed(receipt(name, 0.3), name) for name in ("singapore", "tokyo")]

    verdict = locate(tokens)

    assert verdict.problems[0].startswith("INCONSISTENT")
    assert verdict.zones(ZoneVerdict.EXCLUDED) == ()


def test_colluding_landmark_within_the_quorum_proves_nothing_false() -> None:
    lie = signed(receipt("singapore", 0.2), "singapore")
    tokens = [lie, *all_honest(SHENZHEN)[1:]]

    verdict = locate(tokens, BoundPolicy(minimum_landmarks=3, outliers=1))

    assert verdict.sound
    assert "prc" not in verdict.zones(ZoneVerdict.EXCLUDED)
    assert "near" not in verdict.zones(ZoneVerdict.INSIDE)


def test_receipts_far_apart_in_time_prove_nothing() -> None:
    early = issue(replace(honest("tokyo", SINGAPORE), issued_at=START - 301), KEYS["tokyo"])

    verdict = locate([early, *all_honest(SINGAPORE)[:1]])

    assert "receipts are 301 s apart, allowed are 300" in verdict.problems


def test_colocated_landmark_is_a_method_of_its_own() -> None:
    near = LandmarkNetwork.colocated(
        signed(receipt("singapore", 0.5), "singapore"),
        NONCE, TRUST, REGISTRY, ZONES, Borders.natural_earth(),
    )  # fmt: skip
    far = replace(near, receipts=[signed(receipt("singapore", 9.0), "singapore")])

    verdict = near.locate(Subject(UEID), START)
    assert verdict.method is Method.COLOCATED_LANDMARK
    assert verdict.zones(ZoneVerdict.INSIDE) == ("near",)
    assert not far.locate(Subject(UEID), START).sound


@pytest.mark.parametrize(
    "change",
    [
        {"round_trips_ns": (0,) * 8},
        {"round_trips_ns": (-1,) * 8},
        {"round_trips_ns": (10**13,) * 8},
        {"round_trips_ns": (float("nan"),) * 8},
        {"round_trips_ns": ()},
        {"round_trips_ns": (1,) * 65},
        {"latitude_deg": 91.0},
        {"latitude_deg": float("nan")},
        {"longitude_deg": 181.0},
        {"longitude_deg": float("inf")},
        {"position_error_m": 10**7},
        {"rank_k": 7},
        {"rank_k": 11},
        {"width": 5},
        {"session_id": b""},
    ],
)
def test_impossible_numbers_are_no_receipt(change: dict[str, Any]) -> None:
    with pytest.raises(Error):
        issue(replace(receipt("singapore", 1.0), **change), KEYS["singapore"])


def test_numbers_that_json_would_take_are_refused_on_the_wire() -> None:
    claims: Any = cbor.decode(receipt("singapore", 1.0).to_payload())
    payload = cbor.encode({**claims, -75043: [b"1"] * 8})
    token = cose.sign1(Receipt.kind.typ, payload, KEYS["singapore"])

    assert not locate([token]).sound


def test_bound_is_the_kth_smallest_round_trip() -> None:
    said = replace(receipt("tokyo", 1.0), round_trips_ns=(1, 9, 5, 7, 8, 6, 4, 3, 2), rank_k=8)

    assert Receipt.from_token(signed(said, "tokyo")).bound_ns == 8
