# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Claims of the three tokens: what good ones yield, and the word for each fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from firmware.vector_rows import Row, row_id, rows
from firmware.words import OK, word_of
from oracles import token_build as build
from oracles.cbor_build import encode
from oracles.claims_faults import Fault, licence_faults, location_faults
from oracles.token_build import Claims, TestKey
from oracles.trust_faults import trust_faults

from mooring_firmware._token import (
    Freshness,
    check_trust_keys,
    find_key,
    parse_licence,
    parse_location,
    parse_trust,
)

PARSERS: Final[dict[str, Callable[[bytes], object]]] = {
    "trust": parse_trust,
    "licence": parse_licence,
    "location": parse_location,
}
KINDS: Final[dict[str, tuple[Claims, Callable[[], Iterator[Fault]]]]] = {
    "trust": (build.trust_claims(), trust_faults),
    "licence": (build.licence_claims(), licence_faults),
    "location": (build.location_claims(), location_faults),
}


@pytest.mark.parametrize("row", rows("tokens.json", "trust"), ids=row_id)
def test_trust_list_gets_the_word_of_its_vector(row: Row) -> None:
    assert word_of(parse_trust, bytes.fromhex(row["payload"])) == row["word"]


@pytest.mark.parametrize("row", rows("tokens.json", "licence"), ids=row_id)
def test_licence_gets_the_word_of_its_vector(row: Row) -> None:
    assert word_of(parse_licence, bytes.fromhex(row["payload"])) == row["word"]


@pytest.mark.parametrize("row", rows("tokens.json", "location"), ids=row_id)
def test_location_result_gets_the_word_of_its_vector(row: Row) -> None:
    assert word_of(parse_location, bytes.fromhex(row["payload"])) == row["word"]


FRESHNESS_CLAIMS: Final = frozenset({build.NONCE, build.EPOCH, build.SEQUENCE})


def changed_claims(fault: Fault, good: Claims) -> frozenset[int]:
    """Which claims a fault touches; none if it works on the encoding."""
    if fault.change is None or fault.late is not None:
        return frozenset()
    after = fault.change(good)
    touched = frozenset(
        key
        for key in {*good, *after}
        if repr(good.get(key, "absent")) != repr(after.get(key, "absent"))
    )
    # The three are judged together: two faults in them may mend each other.
    return touched | FRESHNESS_CLAIMS if touched & FRESHNESS_CLAIMS else touched


@pytest.mark.parametrize("kind", KINDS)
def test_the_earlier_of_two_faults_gives_the_word(kind: str) -> None:
    good, faults = KINDS[kind]
    # One fault for each word and set of claims is enough: 100 of them make 5000 pairs.
    chosen: dict[tuple[str, frozenset[int]], Fault] = {}
    for fault in faults():
        touched = changed_claims(fault, good)
        if touched:
            chosen.setdefault((fault.word, frozenset(touched)), fault)
    listed = list(chosen.items())
    wrong: list[str] = []
    for index, ((word, place), earlier) in enumerate(listed):
        for (_, others), later in listed[index + 1 :]:
            if place & others or earlier.change is None:
                continue
            payload = later.apply(earlier.change(good))
            found = word_of(PARSERS[kind], payload)
            if found != word:
                wrong.append(f"{earlier.comment} + {later.comment}: {found}, not {word}")

    assert len(listed) > 15
    assert wrong == []


class TestLicence:
    """What a good licence yields."""

    def test_all_claims_of_the_nonce_form_arrive(self) -> None:
        claims = build.licence_claims()

        found = parse_licence(encode(claims))

        assert (found.expires, found.not_before) == (claims[build.EXP], claims[build.NBF])
        assert (found.issued_at, found.cti) == (claims[build.IAT], claims[build.CTI])
        assert (found.freshness, found.nonce) == (Freshness.NONCE, claims[build.NONCE])
        assert (found.epoch, found.sequence) == (0, 0)
        assert found.ueid == claims[build.UEID]
        assert (found.cycles, found.seconds) == (10**12, 3000)
        assert found.required_inside == b"\x64alps\x6crhine-valley"
        assert found.required_excluded == b"\x69embargoed"
        assert found.location_digest == claims[build.LOCATION_DIGEST]
        assert found.zone_set == claims[build.ZONE_SET]

    def test_the_sequence_form_has_no_nonce(self) -> None:
        found = parse_licence(encode(build.sequence_licence_claims()))

        assert (found.freshness, found.nonce) == (Freshness.SEQUENCE, bytes(32))
        assert (found.epoch, found.sequence) == (5, 7)

    def test_seconds_left_out_are_unlimited(self) -> None:
        found = parse_licence(encode({**build.licence_claims(), build.ALLOWANCE: {1: 9}}))

        assert (found.cycles, found.seconds) == (9, 2**32 - 1)

    def test_condition_left_out_is_empty(self) -> None:
        claims = build.licence_claims()
        del claims[build.REQUIRED_INSIDE]

        found = parse_licence(encode(claims))

        assert found.required_inside == b""
        assert found.required_excluded == b"\x69embargoed"


class TestLocation:
    """What a good location result yields."""

    def test_all_claims_arrive(self) -> None:
        claims = build.location_claims()

        found = parse_location(encode(claims))

        assert (found.expires, found.issued_at) == (claims[build.EXP], claims[build.IAT])
        assert (found.freshness, found.nonce) == (Freshness.NONCE, claims[build.NONCE])
        assert (found.ueid, found.method) == (claims[build.UEID], 1)
        assert found.proven_inside == b"\x64alps"
        assert found.proven_excluded == b"\x69embargoed\x63sea"
        assert found.zone_set == claims[build.ZONE_SET]

    def test_nonce_may_be_absent(self) -> None:
        claims = build.location_claims()
        del claims[build.NONCE]

        found = parse_location(encode(claims))

        assert (found.freshness, found.nonce) == (Freshness.NONE, bytes(32))


class TestTrustList:
    """What a good trust list yields, and how its keys are found."""

    def test_all_claims_arrive(self) -> None:
        found = parse_trust(encode(build.trust_claims()))

        assert (found.epoch, found.issued_at, found.end_running) == (5, build.TIME, False)
        licence, location = found.keys
        assert (licence.x, licence.kid) == (build.LICENCE_KEY.x, build.LICENCE_KEY.kid)
        assert (location.x, location.kid) == (build.LOCATION_KEY.x, build.LOCATION_KEY.kid)
        assert (licence.role, location.role) == (1, 2)
        assert (licence.algorithm, licence.first_epoch) == (-19, 1)
        assert (licence.not_before, licence.not_after) == (build.TIME - 1000, build.TIME + 10**6)

    def test_end_running_is_told(self) -> None:
        assert parse_trust(encode({**build.trust_claims(), build.END_RUNNING: True})).end_running

    @pytest.mark.parametrize("count", [1, 2, 15, 16])
    def test_each_of_up_to_16_keys_is_found_by_its_kid(self, count: int) -> None:
        keys = [TestKey(f"{index}") for index in range(count)]
        payload = encode(build.trust_claims([build.issuer_key(key, 1) for key in keys]))

        assert [find_key(payload, key.kid) for key in keys] == list(range(count))
        assert find_key(payload, build.DEVICE.kid) is None
        assert find_key(payload, bytes(8)) is None

    @pytest.mark.parametrize("row", rows("tokens.json", "listed_keys"), ids=row_id)
    def test_keys_are_judged_against_each_other_and_the_root(self, row: Row) -> None:
        payload, root_x = bytes.fromhex(row["payload"]), bytes.fromhex(row["root_x"])

        assert word_of(check_trust_keys, payload, root_x) == row["word"]

    def test_the_same_list_is_fine_under_another_root(self) -> None:
        payload = encode(build.trust_claims([build.issuer_key(build.ROOT, 1)]))

        assert word_of(check_trust_keys, payload, build.DEVICE.x) == OK
