# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Tokens that the host makes: read back, by the firmware's parsers, and by foreign libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from host_kit import PaperChip, signer
from hypothesis import given
from hypothesis import strategies as st

from mooring_firmware import _token
from mooring_host import cose
from mooring_host.errors import TokenError
from mooring_host.states import Method, Role
from mooring_host.token import (
    Allowance,
    Evidence,
    IssuerKey,
    Licence,
    LocationResult,
    NonceBound,
    SequenceBound,
    TokenKind,
    TrustList,
    inspect,
    issue,
)
from mooring_host.token.frame import Claims
from mooring_host.token.inspect import UNVERIFIED

KEY = signer("issuer")
TIMES = st.integers(0, 2**40 - 1)
COUNTERS = st.integers(0, 2**64 - 1)
NONCES = st.binary(min_size=32, max_size=32)
UEIDS = st.binary(min_size=33, max_size=33)
ZONE_NAMES = st.text("abcxyz019._-", min_size=1, max_size=24)


@st.composite
def zone_pairs(draw: st.DrawFn, least: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two lists without a common zone, with at least `least` zones together."""
    names = sorted(draw(st.sets(ZONE_NAMES, min_size=least, max_size=20)))
    split = draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    chosen = tuple(name for name, inside in zip(names, split, strict=True) if inside)
    return chosen, tuple(name for name in names if name not in chosen)


@st.composite
def licences(draw: st.DrawFn) -> Licence:
    inside, excluded = draw(zone_pairs(1))
    return Licence(
        number=draw(st.binary(min_size=16, max_size=16)),
        ueid=draw(UEIDS),
        freshness=draw(
            st.builds(NonceBound, NONCES) | st.builds(SequenceBound, COUNTERS, COUNTERS)
        ),
        issued_at=draw(TIMES),
        not_before=draw(TIMES),
        expires_at=draw(TIMES),
        allowance=Allowance(draw(COUNTERS), draw(st.none() | st.integers(0, 2**32 - 1))),
        location_digest=draw(NONCES),
        zone_set=draw(st.binary(min_size=8, max_size=8)),
        required_inside=inside,
        required_excluded=excluded,
    )


@st.composite
def locations(draw: st.DrawFn) -> LocationResult:
    inside, excluded = draw(zone_pairs(0))
    return LocationResult(
        ueid=draw(UEIDS),
        method=draw(st.sampled_from(Method)),
        issued_at=draw(TIMES),
        expires_at=draw(TIMES),
        zone_set=draw(st.binary(min_size=8, max_size=8)),
        inside=inside,
        excluded=excluded,
        nonce=draw(st.none() | NONCES),
    )


@st.composite
def trust_lists(draw: st.DrawFn) -> TrustList:
    names = draw(st.sets(st.integers(0, 99), min_size=1, max_size=16))
    epoch = draw(COUNTERS)
    keys: list[IssuerKey] = []
    for name in sorted(names):
        start = draw(st.integers(0, 2**40 - 2))
        keys.append(
            IssuerKey(
                public_key=hashlib.sha256(bytes([name])).digest(),
                role=draw(st.sampled_from(Role)),
                first_epoch=draw(st.integers(0, epoch)),
                not_before=start,
                not_after=draw(st.integers(start + 1, 2**40 - 1)),
            )
        )
    return TrustList(draw(TIMES), epoch, tuple(keys), draw(st.booleans()))


EVIDENCE = PaperChip().evidence
EXAMPLES: dict[str, Claims] = {
    "licence": Licence(
        number=bytes(16),
        ueid=b"\x01" + bytes(32),
        freshness=NonceBound(bytes(32)),
        issued_at=1000,
        not_before=900,
        expires_at=2000,
        allowance=Allowance(5),
        location_digest=bytes(32),
        zone_set=bytes(8),
        required_inside=("nl",),
    ),
    "location": LocationResult(b"\x01" + bytes(32), Method.INSPECTION, 1, 2, bytes(8), ("nl",)),
    "trust": TrustList(1000, 3, (IssuerKey(KEY.public_key, Role.LICENCE, 1, 0, 9),), True),
    "evidence": EVIDENCE,
}


@given(licences())
def test_licence_is_what_the_firmware_reads(licence: Licence) -> None:
    payload = licence.to_payload()
    read = _token.parse_licence(payload)

    assert Licence.from_payload(payload) == licence
    assert (read.issued_at, read.not_before, read.expires) == (
        licence.issued_at,
        licence.not_before,
        licence.expires_at,
    )
    assert (read.cti, read.ueid, read.cycles) == (
        licence.number,
        licence.ueid,
        licence.allowance.cycles,
    )
    assert (read.location_digest, read.zone_set) == (licence.location_digest, licence.zone_set)
    assert names(read.required_inside) == licence.required_inside
    assert names(read.required_excluded) == licence.required_excluded
    match licence.freshness:
        case NonceBound(nonce):
            assert (read.freshness, read.nonce) == (_token.Freshness.NONCE, nonce)
        case SequenceBound(epoch, sequence):
            assert read.freshness == _token.Freshness.SEQUENCE
            assert (read.epoch, read.sequence) == (epoch, sequence)


@given(locations())
def test_location_is_what_the_firmware_reads(location: LocationResult) -> None:
    payload = location.to_payload()
    read = _token.parse_location(payload)

    assert LocationResult.from_payload(payload) == location
    assert (read.issued_at, read.expires) == (location.issued_at, location.expires_at)
    assert (read.ueid, read.method, read.zone_set) == (
        location.ueid,
        location.method,
        location.zone_set,
    )
    assert names(read.proven_inside) == location.inside
    assert names(read.proven_excluded) == location.excluded
    assert (read.freshness == _token.Freshness.NONCE) == (location.nonce is not None)


@given(trust_lists())
def test_trust_list_is_what_the_firmware_reads(trust: TrustList) -> None:
    payload = trust.to_payload()
    read = _token.parse_trust(payload)

    assert TrustList.from_payload(payload) == trust
    assert (read.epoch, read.issued_at, read.end_running) == (
        trust.epoch,
        trust.issued_at,
        trust.end_running,
    )
    assert [(k.x, k.role, k.first_epoch, k.not_before, k.not_after) for k in read.keys] == [
        (k.public_key, k.role, k.first_epoch, k.not_before, k.not_after) for k in trust.keys
    ]
    assert [k.kid for k in read.keys] == [k.kid for k in trust.keys]


def names(encoded: bytes) -> tuple[str, ...]:
    """Zone names from one CBOR text after the other."""
    found: list[str] = []
    while encoded:
        size = encoded[0] - 0x60 if encoded[0] < 0x78 else encoded[1]
        head = 1 if encoded[0] < 0x78 else 2
        found.append(encoded[head : head + size].decode("ascii"))
        encoded = encoded[head + size :]
    return tuple(found)


@pytest.mark.parametrize("claims", EXAMPLES.values(), ids=EXAMPLES)
def test_foreign_cwt_library_verifies_an_issued_token(claims: Claims) -> None:
    key = cwt.COSEKey.new({1: 1, 2: KEY.kid, 3: -19, -1: 6, -2: KEY.public_key})
    token = issue(claims, KEY)

    verified = cwt.COSE.new().decode(token, key)

    assert cbor2.loads(verified) == cbor2.loads(claims.to_payload())


@pytest.mark.parametrize("claims", EXAMPLES.values(), ids=EXAMPLES)
def test_signature_is_over_the_sig_structure_of_rfc_9052(claims: Claims) -> None:
    token = issue(claims, KEY)
    tag = cbor2.loads(token)
    protected, unprotected, payload, signature = tag.value
    signed = cbor2.dumps(["Signature1", protected, b"", payload])

    # Raises unless OpenSSL finds the signature good.
    Ed25519PublicKey.from_public_bytes(KEY.public_key).verify(signature, signed)
    assert (tag.tag, unprotected) == (18, {})
    assert cbor2.loads(protected) == {
        1: -19,
        4: KEY.kid,
        16: f"application/vnd.mooring.{claims.kind.value}+cwt",
    }


@pytest.mark.parametrize("claims", EXAMPLES.values(), ids=EXAMPLES)
def test_token_verifies_under_its_key_and_no_other(claims: Claims) -> None:
    frame = cose.parse_sign1(issue(claims, KEY), claims.kind.typ)

    assert frame.kid == KEY.kid
    assert frame.verified_by(KEY.public_key)
    assert not frame.verified_by(signer("other").public_key)


@pytest.mark.parametrize("claims", EXAMPLES.values(), ids=EXAMPLES)
def test_no_single_flipped_bit_leaves_a_token_that_verifies(claims: Claims) -> None:
    token = issue(claims, KEY)
    for bit in range(8 * len(token)):
        flipped = bytearray(token)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            frame = cose.parse_sign1(bytes(flipped), claims.kind.typ)
        except TokenError:
            continue
        assert not frame.verified_by(KEY.public_key), bit


@pytest.mark.parametrize("claims", EXAMPLES.values(), ids=EXAMPLES)
def test_token_cut_anywhere_is_refused(claims: Claims) -> None:
    token = issue(claims, KEY)
    for size in range(len(token)):
        with pytest.raises(TokenError):
            cose.parse_sign1(token[:size])


def test_token_of_another_kind_is_refused() -> None:
    token = issue(EXAMPLES["location"], KEY)

    with pytest.raises(TokenError, match=r"typ: found .*location.cwt', expected .*licence") as got:
        Licence.from_token(token)
    assert got.value.word == "COSE_TYP"


def test_claims_that_a_chip_would_refuse_are_not_issued() -> None:
    nowhere = replace(example_licence(), required_inside=())

    with pytest.raises(TokenError, match="no zone is required") as got:
        issue(nowhere, KEY)
    assert got.value.word == "CLAIM_NO_CONDITION"


def example_licence() -> Licence:
    found = EXAMPLES["licence"]
    assert isinstance(found, Licence)
    return found


Spoil = Callable[[dict[int, Any]], object]

FIELD_FAULTS: list[tuple[str, type[Licence] | type[Evidence], Spoil, str, str]] = [
    ("exp", Licence, lambda c: c.pop(4), "CLAIM_MISSING", r"exp \(key 4\) is missing"),
    ("iat", Licence, lambda c: c.update({6: -1}), "CLAIM_VALUE", "iat: found -1, expected 0 to"),
    ("nbf", Licence, lambda c: c.update({5: "x"}), "CLAIM_VALUE", "nbf: found 'x', expected an u"),
    ("cti", Licence, lambda c: c.update({7: bytes(15)}), "CLAIM_VALUE", "cti: found 15 bytes, exp"),
    ("new", Licence, lambda c: c.update({99: 1}), "CLAIM_UNKNOWN", "unknown key 99"),
    ("profile", Licence, lambda c: c.update({265: "x"}), "CLAIM_PROFILE", "eat_profile: found 'x'"),
    (
        "meter",
        Licence,
        lambda c: c[-75005].update({3: 1}),
        "CLAIM_ALLOWANCE",
        "allowance: unknown key 3",
    ),
    (
        "mode",
        Evidence,
        lambda c: c.update({-75015: 4}),
        "CLAIM_VALUE",
        "mode: found 4, expected 1 to 3",
    ),
    (
        "left",
        Evidence,
        lambda c: c.update({-75018: [1]}),
        "CLAIM_VALUE",
        "allowance left: found an array of 1 items, expected an array of 2 items",
    ),
    ("nonce", Evidence, lambda c: c.pop(10), "CLAIM_MISSING", r"nonce \(key 10\) is missing"),
    ("ranging", Evidence, lambda c: c.update({-75029: 1}), "CLAIM_UNKNOWN", "unknown key -75029"),
]


@pytest.mark.parametrize(
    ("kind", "spoil", "word", "text"),
    [row[1:] for row in FIELD_FAULTS],
    ids=[row[0] for row in FIELD_FAULTS],
)
def test_refusal_names_the_field_and_what_was_found(
    kind: type[Licence] | type[Evidence], spoil: Spoil, word: str, text: str
) -> None:
    claims = cbor2.loads(EXAMPLES[kind.kind.value].to_payload())
    spoil(claims)
    payload = cbor2.dumps(dict(sorted(claims.items(), key=lambda item: cbor2.dumps(item[0]))))

    with pytest.raises(TokenError, match=text) as got:
        kind.from_payload(payload)
    assert got.value.word == word


@pytest.mark.parametrize(
    "key", [key for key in cbor2.loads(EVIDENCE.to_payload()) if key != -75013]
)
def test_evidence_without_a_claim_is_refused(key: int) -> None:
    claims = cbor2.loads(EVIDENCE.to_payload())
    del claims[key]

    with pytest.raises(TokenError) as got:
        Evidence.from_payload(cbor2.dumps(claims))
    assert got.value.word == "CLAIM_MISSING"


def test_evidence_without_an_own_nonce_is_read() -> None:
    without = replace(EVIDENCE, own_nonce=None)

    assert Evidence.from_payload(without.to_payload()) == without


@pytest.mark.parametrize("claims", EXAMPLES.values(), ids=EXAMPLES)
def test_inspection_says_first_that_it_verifies_nothing(claims: Claims) -> None:
    forged = bytearray(issue(claims, KEY))
    forged[-1] ^= 1

    shown = inspect(bytes(forged))

    assert shown.claims == claims
    assert shown.lines()[0] == ("warning", UNVERIFIED)
    assert "NOT VERIFIED" in shown.warning
    assert all(name and value for name, value in shown.lines())


def test_inspection_shows_times_as_people_read_them() -> None:
    lines = dict(inspect(issue(EXAMPLES["licence"], KEY)).lines())

    assert lines["expires at"] == "1970-01-01 00:33:20 UTC (2000)"
    assert lines["required inside"] == "nl"
    assert lines["allowance: seconds"] == "until expiry"


def test_token_of_unknown_kind_is_not_inspected() -> None:
    token = cose.sign1("application/vnd.mooring.mystery+cwt", b"\xa0", KEY)

    with pytest.raises(TokenError, match="unknown typ"):
        inspect(token)


def test_fullest_trust_list_fits_a_token_and_longer_tokens_are_refused() -> None:
    keys = tuple(
        IssuerKey(hashlib.sha256(bytes([i])).digest(), Role.LICENCE, 2**64 - 1, 2**39, 2**40 - 1)
        for i in range(16)
    )

    assert len(issue(TrustList(2**40 - 1, 2**64 - 1, keys, True), KEY)) <= 4096
    with pytest.raises(TokenError, match="4097 bytes, expected at most 4096"):
        cose.parse_sign1(bytes(4097))


def test_kind_of_each_typ_is_found() -> None:
    for kind in TokenKind:
        assert TokenKind.of_typ(kind.typ) is kind
    assert TokenKind.of_typ("application/cwt") is None
