# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The host refuses what the chip refuses, with the same word: tests/vectors/tokens.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from oracles import cbor_reference

from mooring_host import cose
from mooring_host.errors import TokenError
from mooring_host.token import Licence, LocationResult, TokenKind, TrustList
from mooring_host.token.trust import check_signer_not_listed

CLAIMS: dict[str, type[TrustList] | type[Licence] | type[LocationResult]] = {
    "trust": TrustList,
    "licence": Licence,
    "location": LocationResult,
}
VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "tokens.json"


@cache
def group(name: str) -> list[Mapping[str, Any]]:
    loaded: dict[str, list[Mapping[str, Any]]] = json.loads(VECTORS.read_text("utf-8"))
    return loaded[name]


def rows(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "row", group(name), ids=lambda row: f"{row['id']}-{row['comment']}"
    )


def word_of(function: Callable[[], object]) -> str:
    try:
        function()
    except TokenError as error:
        return error.word
    return "OK"


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_are_judged_with_the_chips_word(name: str) -> None:
    wrong: list[tuple[object, str]] = []
    for row in group(name):
        payload = bytes.fromhex(row["payload"])
        word = word_of(partial(CLAIMS[name].from_payload, payload))
        if word != row["word"]:
            wrong.append((row, word))

    assert len(group(name)) > 90
    assert wrong == []


@pytest.mark.parametrize("name", CLAIMS)
def test_accepted_claims_encode_to_the_same_bytes(name: str) -> None:
    accepted = [row for row in group(name) if row["word"] == "OK"]
    assert accepted
    for row in accepted:
        payload = bytes.fromhex(row["payload"])

        assert CLAIMS[name].from_payload(payload).to_payload() == payload, row["comment"]


@rows("frame")
def test_frame_is_refused_with_the_chips_word(row: Mapping[str, Any]) -> None:
    token = bytes.fromhex(row["token"])
    word = word_of(lambda: cose.parse_sign1(token, TokenKind(row["typ"]).typ))

    # The host decodes a token as a whole before it looks at the parts; where the bytes are
    # no deterministic CBOR that is all it says.
    assert word in (row["word"], cose.NOT_DETERMINISTIC)
    if word != row["word"]:
        assert row["word"].startswith("CBOR_") or not deterministic(token)


def deterministic(token: bytes) -> bool:
    """Whether what follows tag 18 is deterministic, down into the protected header."""
    if token[:1] != b"\xd2" or cbor_reference.judge(token[1:]) != "OK":
        return False
    header = cbor_reference.read_head(token, 2)
    return cbor_reference.judge(token[header.end : header.end + header.argument]) == "OK"


@rows("good")
def test_good_token_gives_its_parts(row: Mapping[str, Any]) -> None:
    frame = cose.parse_sign1(bytes.fromhex(row["token"]), TokenKind(row["typ"]).typ)

    assert frame.kid.hex() == row["kid"]
    assert frame.verified_by(bytes.fromhex(row["x"]))


@rows("root_keys")
def test_root_key_is_judged_with_the_chips_word(row: Mapping[str, Any]) -> None:
    assert word_of(lambda: cose.decode_key(bytes.fromhex(row["key"]))) == row["word"]


@rows("listed_keys")
def test_listed_keys_are_judged_with_the_chips_word(row: Mapping[str, Any]) -> None:
    payload, root = bytes.fromhex(row["payload"]), bytes.fromhex(row["root_x"])

    word = word_of(lambda: check_signer_not_listed(TrustList.from_payload(payload), root))

    assert word == row["word"]


@rows("keys")
def test_names_of_a_key_follow_from_its_thumbprint(row: Mapping[str, Any]) -> None:
    public_key = bytes.fromhex(row["x"])

    assert cose.encode_key(public_key).hex() == row["cose_key"]
    assert cose.thumbprint(public_key).hex() == row["thumbprint"]
    assert cose.kid_of(public_key).hex() == row["kid"]
    assert cose.ueid_of(public_key).hex() == row["ueid"]
