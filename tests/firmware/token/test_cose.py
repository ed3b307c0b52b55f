# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Token frames and keys: what a good one yields, and the word for each fault."""

from __future__ import annotations

from typing import Final

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cwt import COSE, COSEKey
from firmware.vector_rows import Row, row_id, rows
from firmware.words import OK, word_of
from oracles import token_build as build
from oracles.cbor_build import encode
from oracles.frame_faults import FRAME, FrameFault

from mooring_firmware import VerifyStatus, verify_status
from mooring_firmware._core import Algorithm
from mooring_firmware._token import (
    Typ,
    key_encode,
    key_kid,
    key_thumbprint,
    key_ueid,
    parse_sign1,
    profile,
    root_key_parse,
    write_header,
)

TYPS: Final = {
    "trust": Typ.TRUST,
    "licence": Typ.LICENCE,
    "location": Typ.LOCATION,
    "evidence": Typ.EVIDENCE,
}


@pytest.mark.parametrize("row", rows("tokens.json", "good"), ids=row_id)
def test_good_token_yields_its_parts(row: Row) -> None:
    found = parse_sign1(bytes.fromhex(row["token"]), TYPS[row["typ"]])

    assert found.algorithm == -19
    assert found.kid.hex() == row["kid"]
    assert found.payload.hex() == row["payload"]
    assert found.signature.hex() == row["signature"]
    assert found.signed.hex() == row["signed"]


@pytest.mark.parametrize("row", rows("tokens.json", "good"), ids=row_id)
def test_parts_of_a_good_token_verify_in_the_core_and_in_openssl(row: Row) -> None:
    found = parse_sign1(bytes.fromhex(row["token"]), TYPS[row["typ"]])
    x = bytes.fromhex(row["x"])

    Ed25519PublicKey.from_public_bytes(x).verify(found.signature, found.signed)

    status = verify_status(Algorithm.ED25519, x, found.signed, found.signature)
    assert status is VerifyStatus.OK


@pytest.mark.parametrize("row", rows("tokens.json", "good"), ids=row_id)
def test_parts_of_a_good_token_are_those_that_another_library_reads(row: Row) -> None:
    token, kid = bytes.fromhex(row["token"]), bytes.fromhex(row["kid"])
    key = COSEKey.new({1: 1, -1: 6, -2: bytes.fromhex(row["x"]), 2: kid, 3: -19})

    headers, _, payload = COSE.new().decode_with_headers(token, [key])

    found = parse_sign1(token, TYPS[row["typ"]])
    assert headers == {1: found.algorithm, 4: found.kid, 16: build.typ_text(row["typ"])}
    assert payload == found.payload


@pytest.mark.parametrize("row", rows("tokens.json", "frame"), ids=row_id)
def test_faulty_frame_gets_its_word(row: Row) -> None:
    token = bytes.fromhex(row["token"])

    assert word_of(parse_sign1, token, TYPS[row["typ"]]) == row["word"]


@pytest.mark.parametrize("expected", TYPS)
@pytest.mark.parametrize("sent", TYPS)
def test_token_is_taken_only_where_it_is_expected(sent: str, expected: str) -> None:
    token = build.sign(sent, {1: 1}, build.DEVICE).encoded()

    word = word_of(parse_sign1, token, TYPS[expected])

    assert word == (OK if sent == expected else "COSE_TYP")


def changed_places(fault: FrameFault) -> set[int]:
    """Which elements of the token a fault changes."""
    good = build.sign("licence", build.licence_claims(), build.LICENCE_KEY)
    if fault.change is None:
        return set()
    before, after = good.elements(), fault.change(good).elements()
    together = enumerate(zip(before, after, strict=False))
    return {index for index, (old, new) in together if repr(old) != repr(new)}


# Faults that change one element each: two of them in one token do not meet.
LOCAL: Final = [
    fault
    for fault in FRAME
    if fault.change is not None and fault.late is None and len(changed_places(fault)) == 1
]


def test_the_earlier_of_two_faults_gives_the_word() -> None:
    good = build.sign("licence", build.licence_claims(), build.LICENCE_KEY)
    wrong: list[str] = []
    for index, earlier in enumerate(LOCAL):
        for later in LOCAL[index + 1 :]:
            if changed_places(earlier) == changed_places(later):
                continue
            assert earlier.change is not None
            token = later.apply(earlier.change(good))
            if word_of(parse_sign1, token, Typ.LICENCE) != earlier.word:
                wrong.append(f"{earlier.comment} + {later.comment}")

    assert len(LOCAL) > 40
    assert wrong == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({1: -8, 4: b"", 16: ""}, "COSE_ALGORITHM"),
        ({4: b"", 16: ""}, "COSE_KID"),
        ({1: -8, 17: 0}, "COSE_PROTECTED"),
        ({16: ""}, "COSE_TYP"),
    ],
)
def test_header_parameters_are_judged_in_order(changes: dict[int, int | str], word: str) -> None:
    good = build.sign("licence", {1: 1}, build.LICENCE_KEY)
    parameters = {**build.header("licence", build.LICENCE_KEY), **changes}
    token = build.Token(bytes(encode(parameters)), good.payload, good.signature)

    assert word_of(parse_sign1, token.encoded(), Typ.LICENCE) == word


def test_token_of_4096_bytes_is_taken_and_one_more_is_not() -> None:
    room = 4096 - len(build.sign("licence", bytes(300), build.LICENCE_KEY).encoded()) + 300
    longest = build.sign("licence", bytes(room), build.LICENCE_KEY).encoded()
    longer = build.sign("licence", bytes(room + 1), build.LICENCE_KEY).encoded()

    assert len(longest) == 4096
    assert word_of(parse_sign1, longest, Typ.LICENCE) == OK
    assert word_of(parse_sign1, longer, Typ.LICENCE) == "COSE_TOKEN_TOO_LONG"


@pytest.mark.parametrize("typ", TYPS)
def test_written_header_is_what_cbor2_writes(typ: str) -> None:
    expected = {1: -19, 4: b"12345678", 16: f"application/vnd.mooring.{typ}+cwt"}

    assert write_header(TYPS[typ], b"12345678") == cbor2.dumps(expected)
    assert profile(TYPS[typ]) == f"tag:mooring.example,2026:{typ}"


@pytest.mark.parametrize("row", rows("tokens.json", "keys"), ids=row_id)
def test_names_of_a_key_follow_from_its_bytes(row: Row) -> None:
    x = bytes.fromhex(row["x"])

    assert key_encode(x).hex() == row["cose_key"]
    assert key_thumbprint(x).hex() == row["thumbprint"]
    assert key_kid(x).hex() == row["kid"]
    assert key_ueid(x).hex() == row["ueid"]


@pytest.mark.parametrize("row", rows("tokens.json", "root_keys"), ids=row_id)
def test_root_key_has_one_form(row: Row) -> None:
    assert word_of(root_key_parse, bytes.fromhex(row["key"])) == row["word"]


def test_every_changed_bit_of_a_root_key_is_refused_or_in_x() -> None:
    good = bytes(build.ROOT.cose_key)
    for bit in range(8 * len(good)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        word = word_of(root_key_parse, bytes(changed))
        assert word == ("TRUST_ROOT_KEY" if bit < 8 * 8 else OK)

    assert root_key_parse(good) == build.ROOT.x
