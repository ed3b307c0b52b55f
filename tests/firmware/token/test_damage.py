# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Each kind of token, cut at every byte and with every bit flipped."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

import pytest
from cryptography.exceptions import InvalidSignature
from firmware.words import OK, word_of
from oracles import token_build as build
from oracles.cbor_build import encode
from oracles.cbor_reference import judge
from oracles.token_build import Claims, TestKey

from mooring_firmware import VerifyStatus, verify_status
from mooring_firmware._core import Algorithm
from mooring_firmware._token import Typ, parse_licence, parse_location, parse_sign1, parse_trust
from mooring_firmware.errors import ErrorWord

Parse = Callable[[bytes], object]

TOKENS: Final[dict[str, tuple[Typ, TestKey, Claims, Parse]]] = {
    "trust": (Typ.TRUST, build.ROOT, build.trust_claims(), parse_trust),
    "licence": (Typ.LICENCE, build.LICENCE_KEY, build.licence_claims(), parse_licence),
    "sequence licence": (
        Typ.LICENCE,
        build.LICENCE_KEY,
        build.sequence_licence_claims(),
        parse_licence,
    ),
    "location": (Typ.LOCATION, build.LOCATION_KEY, build.location_claims(), parse_location),
}


def token_of(name: str) -> bytes:
    """The good token of that name."""
    typ, key, claims, _ = TOKENS[name]
    return build.sign(typ.name.lower(), claims, key).encoded()


def flips(data: bytes) -> list[bytes]:
    """Every version of `data` with one bit flipped."""
    found: list[bytes] = []
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        found.append(bytes(changed))
    return found


@pytest.mark.parametrize("name", TOKENS)
def test_token_cut_anywhere_is_truncated(name: str) -> None:
    token = token_of(name)
    words = {word_of(parse_sign1, token[:length], TOKENS[name][0]) for length in range(len(token))}

    # A cut within the protected header leaves a string that is longer than the token.
    assert words == {"CBOR_TRUNCATED"}


@pytest.mark.parametrize("name", TOKENS)
def test_token_with_a_flipped_bit_has_another_frame_or_fails_to_verify(name: str) -> None:
    typ, key, _, _ = TOKENS[name]
    token = token_of(name)
    public = key.private.public_key()
    by_frame = by_signature = 0
    # The core needs all of them in one configuration only; every 5th keeps the suite fast.
    for index, changed in enumerate(flips(token)):
        if word_of(parse_sign1, changed, typ) != OK:
            by_frame += 1
            continue
        found = parse_sign1(changed, typ)
        with pytest.raises(InvalidSignature):
            public.verify(found.signature, found.signed)
        if index % 5 == 0 and found.kid == key.kid:
            status = verify_status(Algorithm.ED25519, key.x, found.signed, found.signature)
            assert status is VerifyStatus.BAD_SIGNATURE
        by_signature += 1

    assert by_frame > 300
    assert by_frame + by_signature == 8 * len(token)


@pytest.mark.parametrize("name", TOKENS)
def test_claims_cut_anywhere_are_malformed(name: str) -> None:
    _, _, claims, parse = TOKENS[name]
    payload = encode(claims)

    words = {word_of(parse, payload[:length]) for length in range(len(payload))}

    assert words == {"CLAIM_MALFORMED"}


@pytest.mark.parametrize("name", TOKENS)
def test_claims_with_a_flipped_bit_are_malformed_just_where_the_reference_says(name: str) -> None:
    _, _, claims, parse = TOKENS[name]
    for changed in flips(encode(claims)):
        word = word_of(parse, changed)
        is_map = judge(changed) == OK and changed[0] >> 5 == 5
        assert (word == "CLAIM_MALFORMED") == (not is_map)
        assert word == OK or word in ErrorWord.__members__


@pytest.mark.parametrize("name", TOKENS)
def test_claims_changed_at_random_always_get_a_word(name: str) -> None:
    _, _, claims, parse = TOKENS[name]
    rng = random.Random(name)
    payload = bytes(encode(claims))
    for _ in range(1500):
        changed = bytearray(payload)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(changed))
            changed[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
        word = word_of(parse, bytes(changed))
        assert word == OK or word.startswith(("CLAIM_", "TRUST_KEY_"))
        if judge(bytes(changed)) != OK:
            assert word == "CLAIM_MALFORMED"
