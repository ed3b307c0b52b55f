# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Many tokens in one call: each gets the word that it would get alone."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import pytest
from oracles import token_build as build

from mooring_firmware import KeySet, PreparedCache, TableSize, Typ, verify_tokens
from mooring_firmware.errors import ErrorWord

VECTORS: Final = Path(__file__).resolve().parents[2] / "vectors" / "tokens.json"
TYPS: Final = {
    "trust": Typ.TRUST,
    "licence": Typ.LICENCE,
    "location": Typ.LOCATION,
    "evidence": Typ.EVIDENCE,
}
KEY: Final = build.TestKey("many")
OTHERS: Final = [build.TestKey(f"many {index}") for index in range(20)]
EVIDENCE: Final = [
    build.sign("evidence", bytes([1 + index]), key).encoded() for index, key in enumerate(OTHERS)
]
KEYS: Final = b"".join(key.x for key in OTHERS)


@dataclass(frozen=True)
class Row:
    """A token, the key to try, and the word that the vectors give it."""

    name: str
    key: bytes
    token: bytes
    word: str


@cache
def rows() -> tuple[Row, ...]:
    vectors: dict[str, list[Mapping[str, Any]]] = json.loads(VECTORS.read_text("utf-8"))
    frames = [
        Row(row["typ"], KEY.x, bytes.fromhex(row["token"]), row["word"]) for row in vectors["frame"]
    ]
    good = [
        Row(row["typ"], bytes.fromhex(row["x"]), bytes.fromhex(row["token"]), "OK")
        for row in vectors["good"]
    ]
    claims = [
        Row(
            name,
            KEY.x,
            build.sign(name, bytes.fromhex(row["payload"]), KEY).encoded(),
            row["word"],
        )
        for name in ("trust", "licence", "location")
        for row in vectors[name]
        if row["payload"]
    ]
    return (*frames, *good, *claims)


def names(words: Sequence[ErrorWord | None]) -> list[str]:
    return ["OK" if word is None else word.name for word in words]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", TYPS)
def test_each_token_among_others_gets_the_word_of_the_vectors(name: str, threads: int) -> None:
    chosen = [row for row in rows() if row.name == name] * 2
    verdicts = verify_tokens(
        TYPS[name],
        b"".join(row.key for row in chosen),
        [row.token for row in chosen],
        threads=threads,
    )

    assert len(verdicts) == len(chosen)
    assert names(verdicts) == [row.word for row in chosen]
    assert verdicts.accepted == sum(row.word == "OK" for row in chosen) > 0


@pytest.mark.parametrize("name", TYPS)
def test_cache_of_prepared_keys_changes_no_word(name: str) -> None:
    chosen = [row for row in rows() if row.name == name]
    cache = PreparedCache(2, TableSize.SMALL, sightings=1)
    keys, tokens = b"".join(row.key for row in chosen), [row.token for row in chosen]
    first = verify_tokens(TYPS[name], keys, tokens, cache=cache)
    again = verify_tokens(TYPS[name], keys, tokens, cache=cache)

    assert names(first) == names(again) == [row.word for row in chosen]
    assert cache.counts().hits > 0


def test_payload_and_signer_of_each_accepted_token_are_told() -> None:
    verdicts = verify_tokens(Typ.EVIDENCE, KEYS, EVIDENCE)

    assert verdicts.accepted == len(EVIDENCE)
    assert verdicts.refusals() == {}
    for index, key in enumerate(OTHERS):
        assert verdicts.payload(index) == bytes([1 + index])
        assert verdicts.signer(index) == key.x


def test_refused_token_has_neither_payload_nor_signer() -> None:
    damaged = EVIDENCE[0][:-1] + bytes([EVIDENCE[0][-1] ^ 1])
    verdicts = verify_tokens(Typ.EVIDENCE, KEYS[:32] * 2, [damaged, b""])

    assert verdicts.refusals() == {0: ErrorWord.KEY_SIGNATURE, 1: ErrorWord.CBOR_TRUNCATED}
    assert verdicts[0] is ErrorWord.KEY_SIGNATURE
    assert verdicts[:1] == [ErrorWord.KEY_SIGNATURE]
    assert verdicts.payload(0) == b""
    assert verdicts.signer(0) is None


def test_token_of_the_neighbour_s_key_is_unknown() -> None:
    verdicts = verify_tokens(Typ.EVIDENCE, KEYS[32:] + KEYS[:32], EVIDENCE)

    assert set(verdicts) == {ErrorWord.KEY_UNKNOWN}


def test_set_of_keys_finds_each_signer_in_any_order() -> None:
    verdicts = verify_tokens(Typ.EVIDENCE, KeySet(KEYS), EVIDENCE[::-1])

    assert verdicts.accepted == len(EVIDENCE)
    assert [verdicts.signer(index) for index in range(len(EVIDENCE))] == [
        key.x for key in OTHERS[::-1]
    ]


def test_signer_that_is_not_in_the_set_is_unknown() -> None:
    for missing in range(len(OTHERS)):
        known = KeySet(KEYS[: 32 * missing] + KEYS[32 * missing + 32 :])
        verdicts = verify_tokens(Typ.EVIDENCE, known, EVIDENCE)

        assert verdicts.refusals() == {missing: ErrorWord.KEY_UNKNOWN}


def test_empty_set_knows_nobody() -> None:
    verdicts = verify_tokens(Typ.EVIDENCE, KeySet(b""), EVIDENCE)

    assert len(KeySet(b"")) == 0
    assert set(verdicts) == {ErrorWord.KEY_UNKNOWN}


def test_keys_of_one_kid_are_all_tried() -> None:
    # Nobody can make such keys, but kids are hints: a set is given another's.
    known = KeySet(OTHERS[0].x + KEY.x + OTHERS[1].x)
    forged: Any = KeySet(b"")
    object.__setattr__(forged, "keys", OTHERS[1].x + OTHERS[0].x + KEY.x)
    object.__setattr__(forged, "kids", OTHERS[0].kid * 3)
    verdicts = verify_tokens(Typ.EVIDENCE, forged, [EVIDENCE[0], EVIDENCE[1], EVIDENCE[0]])

    assert len(known) == 3
    assert names(verdicts) == ["OK", "KEY_UNKNOWN", "OK"]
    assert verdicts.signer(0) == OTHERS[0].x


def test_good_signature_under_a_kid_that_no_key_of_it_made_is_refused() -> None:
    forged: Any = KeySet(b"")
    object.__setattr__(forged, "keys", OTHERS[1].x + KEY.x)
    object.__setattr__(forged, "kids", OTHERS[0].kid * 2)
    verdicts = verify_tokens(Typ.EVIDENCE, forged, EVIDENCE[:1])

    assert names(verdicts) == ["KEY_SIGNATURE"]


def test_contiguous_tokens_and_offsets_are_taken_as_they_lie() -> None:
    joined = memoryview(b"".join(EVIDENCE))
    offsets = array("Q", accumulate(map(len, EVIDENCE), initial=0))
    verdicts = verify_tokens(Typ.EVIDENCE, KEYS, joined, offsets, threads=0)

    assert verdicts.accepted == len(EVIDENCE)
    assert verdicts.payload(3) == b"\x04"


def test_long_tokens_do_not_fill_the_room_of_others() -> None:
    # The longest there may be, so that a batch is full by its bytes and not by its count.
    payloads = [bytes([index]) * (3900 + index) for index in range(60)]
    tokens = [build.sign("evidence", payload, KEY).encoded() for payload in payloads]
    verdicts = verify_tokens(Typ.EVIDENCE, KeySet(KEY.x), tokens)

    assert max(map(len, tokens)) > 4060
    assert verdicts.accepted == len(tokens)
    assert [verdicts.payload(index) for index in range(60)] == payloads


def test_more_tokens_than_a_batch_has_room_for_are_all_judged() -> None:
    tokens = (EVIDENCE * 40)[:700]
    tokens[511] = b"\xd2"
    tokens[512] = EVIDENCE[12][:-1]
    verdicts = verify_tokens(Typ.EVIDENCE, KeySet(KEYS), tokens, threads=2)

    assert verdicts.refusals() == {
        511: ErrorWord.CBOR_TRUNCATED,
        512: ErrorWord.CBOR_TRUNCATED,
    }


def test_no_token_is_judged_without_error() -> None:
    assert list(verify_tokens(Typ.EVIDENCE, b"", [])) == []


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((KEYS[:32], EVIDENCE[0]), TypeError, "tokens: without offsets expected a sequence"),
        ((KEYS[:31], EVIDENCE[:1]), ValueError, "keys: expected 1 items of 32 bytes"),
        ((KEYS[:32], EVIDENCE[:2]), ValueError, "keys: expected 2 items of 32 bytes"),
        ((KEYS[:32], b"abc", array("Q", [0, 4])), ValueError, "beyond the 3 bytes of tokens"),
        ((KEYS[:64], b"abc", array("Q", [2, 1, 3])), ValueError, "none below the one before"),
        ((KEYS[:32], b"abc", array("I", [0, 3])), TypeError, "offsets: expected integers of 64"),
        ((b"", b"abc", array("Q")), ValueError, "offsets: expected one more than .* found none"),
        ((KEYS[:32], "abc", array("Q", [0, 3])), TypeError, "tokens: expected a contiguous"),
    ],
)
def test_unfit_argument_is_named(
    arguments: tuple[Any, ...], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        verify_tokens(Typ.EVIDENCE, *arguments)
