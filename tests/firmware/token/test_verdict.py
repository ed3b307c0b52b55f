# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One call judges a whole token, with the words of tests/vectors/tokens.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from oracles import token_build as build
from oracles.cbor_build import encode

from mooring_firmware import TableSize, Typ, prepare, verify_token
from mooring_firmware.errors import ErrorWord

VECTORS: Final = Path(__file__).resolve().parents[2] / "vectors" / "tokens.json"
TYPS: Final = {"trust": Typ.TRUST, "licence": Typ.LICENCE, "location": Typ.LOCATION}
KEY: Final = build.TestKey("verdict")


@cache
def group(name: str) -> list[Mapping[str, Any]]:
    loaded: dict[str, list[Mapping[str, Any]]] = json.loads(VECTORS.read_text("utf-8"))
    return loaded[name]


def signed(name: str, payload: bytes) -> bytes:
    return build.sign(name, payload, KEY).encoded()


def good_token(name: str) -> bytes:
    row = next(row for row in group(name) if row["word"] == "OK")
    return signed(name, bytes.fromhex(row["payload"]))


def word_of(name: str, token: bytes, key: build.TestKey = KEY) -> str:
    word = verify_token(TYPS[name], key.x, token)
    return "OK" if word is None else word.name


@pytest.mark.parametrize("row", group("good"), ids=lambda row: str(row["comment"]))
def test_good_token_has_no_word_against_it(row: Mapping[str, Any]) -> None:
    if row["typ"] not in TYPS:
        with pytest.raises(ValueError, match="EVIDENCE"):
            verify_token(Typ.EVIDENCE, bytes.fromhex(row["x"]), bytes.fromhex(row["token"]))
        return
    token, key = bytes.fromhex(row["token"]), bytes.fromhex(row["x"])

    assert verify_token(TYPS[row["typ"]], key, token) is None


@pytest.mark.parametrize("name", TYPS)
def test_prepared_key_gives_the_same_words(name: str) -> None:
    prepared = prepare(KEY.x, TableSize.SMALL)
    rows = [row for row in group(name) if row["payload"]]
    good = good_token(name)
    damaged = [
        *(
            good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
            for place in range(len(good) - 64, len(good))
        ),
        good[:-1],
        good + b"x",
    ]
    tokens = [*(signed(name, bytes.fromhex(row["payload"])) for row in rows), *damaged]

    assert verify_token(TYPS[name], prepared, good) is None
    assert [verify_token(TYPS[name], prepared, token) for token in tokens] == [
        verify_token(TYPS[name], KEY.x, token) for token in tokens
    ]


def test_token_of_another_key_than_the_prepared_is_unknown() -> None:
    other = prepare(build.TestKey("another").x, TableSize.SMALL)

    assert verify_token(Typ.LICENCE, other, good_token("licence")) is ErrorWord.KEY_UNKNOWN


def test_frame_is_refused_by_its_word() -> None:
    rows = group("frame")
    wrong = [row for row in rows if word_of(row["typ"], bytes.fromhex(row["token"])) != row["word"]]

    assert len(rows) > 30
    assert wrong == []


@pytest.mark.parametrize("name", TYPS)
def test_signed_claims_are_refused_by_their_word(name: str) -> None:
    rows = [row for row in group(name) if row["payload"]]
    wrong = [
        row
        for row in rows
        if word_of(name, signed(name, bytes.fromhex(row["payload"]))) != row["word"]
    ]

    assert len(rows) > 90
    assert wrong == []


@pytest.mark.parametrize("name", TYPS)
def test_token_of_another_key_is_unknown(name: str) -> None:
    assert word_of(name, good_token(name), build.TestKey("another")) == "KEY_UNKNOWN"


@pytest.mark.parametrize("name", TYPS)
def test_every_flipped_bit_of_the_signature_is_noticed(name: str) -> None:
    token = good_token(name)
    for bit in range(512):
        changed = bytearray(token)
        changed[len(token) - 64 + bit // 8] ^= 1 << bit % 8

        assert verify_token(TYPS[name], KEY.x, bytes(changed)) is ErrorWord.KEY_SIGNATURE, bit


def test_claims_are_not_judged_before_the_signature() -> None:
    token = bytearray(signed("licence", encode({4: b"no time"})))
    token[-1] ^= 1

    assert word_of("licence", bytes(token)) == "KEY_SIGNATURE"


def test_trust_list_that_names_its_own_signer_is_refused() -> None:
    claims = build.trust_claims([build.issuer_key(KEY, 1)])

    assert word_of("trust", signed("trust", encode(claims))) == "TRUST_KEY_IS_ROOT"


def test_key_of_another_size_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        verify_token(Typ.LICENCE, bytes(31), good_token("licence"))
