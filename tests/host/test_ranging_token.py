# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ranging tokens as docs/protocol.cddl writes them, against `cbor2`, `hashlib` and the chip."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import cbor2
import pytest
from benches.rig import Rig
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mooring_host.errors import TokenError
from mooring_host.token import RangingProof, inspect
from mooring_host.wire.messages import RangeRequest

DEVICE: Final = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"device").digest())
PUBLIC: Final = DEVICE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
THUMBPRINT: Final = hashlib.sha256(cbor2.dumps({1: 1, -1: 6, -2: PUBLIC}, canonical=False)).digest()
TYP: Final = "application/vnd.mooring.ranging+cwt"
GOOD: Final[dict[int, Any]] = {
    10: bytes(range(32)),
    256: b"\x01" + THUMBPRINT,
    265: "tag:mooring.example,2026:ranging",
    -75047: bytes(range(8)),
    -75048: bytes(range(32, 64)),
    -75049: 4,
    -75050: 2,
    -75051: bytes(range(8)),
    -75052: bytes(range(100, 108)),
    -75053: bytes(range(64, 96)),
}


def token(claims: dict[int, Any], typ: str = TYP, kid: bytes = THUMBPRINT[:8]) -> bytes:
    """Signed by the device key, whatever it says."""
    header = cbor2.dumps({1: -19, 4: kid, 16: typ})
    payload = cbor2.dumps(claims, canonical=True)
    signature = DEVICE.sign(cbor2.dumps(["Signature1", header, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, signature]))


def word(data: bytes, key: bytes = PUBLIC) -> str:
    """The word with which a token is refused."""
    with pytest.raises(TokenError) as caught:
        RangingProof.verify(data, key)
    return caught.value.word


def test_good_token_is_read_and_its_values_follow() -> None:
    proof = RangingProof.verify(token(GOOD), PUBLIC)

    about = GOOD[-75047] + GOOD[10] + GOOD[-75048] + GOOD[256] + b"\x04\x02"
    session = hashlib.sha256(about).digest()
    sealed = b"mooring ranging 1" + session + GOOD[-75053] + GOOD[-75052]
    assert proof.session_id == session
    assert proof.commitment == hashlib.sha256(sealed).digest()
    assert proof.responses == bytes(a ^ (a + 100) for a in range(8))
    assert cbor2.loads(proof.to_payload()) == GOOD
    assert proof.to_payload() == cbor2.dumps(GOOD, canonical=True)
    assert RangingProof.from_token(token(GOOD)) == proof


def test_token_of_a_chip_is_verified() -> None:
    rig = Rig()
    offer = rig.client.range_open(RangeRequest(bytes(8), bytes(32), 2, 4))
    heard = b"".join(rig.client.exchange(each, 1.0) for each in (b"abcd", b"efgh"))

    proof = RangingProof.verify(rig.client.range_proof(), rig.chip.public_key)

    assert (proof.ueid, proof.chip_nonce) == (rig.ueid, offer.chip_nonce)
    assert proof.commitment == offer.commitment
    assert (proof.challenges, proof.responses) == (b"abcdefgh", heard)


def test_inspection_shows_it() -> None:
    shown = dict(inspect(token(GOOD)).lines())

    assert (shown["kind"], shown["rounds"], shown["salt"]) == ("ranging", "4", GOOD[-75053].hex())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({-75049: 0}, "CLAIM_VALUE"),
        ({-75049: 65}, "CLAIM_VALUE"),
        ({-75050: 0}, "CLAIM_VALUE"),
        ({-75050: 5}, "CLAIM_VALUE"),
        ({-75049: 3}, "CLAIM_VALUE"),
        ({-75051: bytes(7)}, "CLAIM_VALUE"),
        ({-75052: bytes(9)}, "CLAIM_VALUE"),
        ({-75053: bytes(31)}, "CLAIM_VALUE"),
        ({-75047: bytes(7)}, "CLAIM_VALUE"),
        ({-75048: bytes(33)}, "CLAIM_VALUE"),
        ({10: "0" * 32}, "CLAIM_VALUE"),
        ({10: None}, "CLAIM_MISSING"),
        ({-75053: None}, "CLAIM_MISSING"),
        ({6: 1}, "CLAIM_UNKNOWN"),
        ({265: "tag:mooring.example,2026:receipt"}, "CLAIM_PROFILE"),
        ({256: b"\x01" + bytes(32)}, "DECISION_CHIP"),
    ],
)
def test_claim_that_is_not_as_the_profile_wants_it_is_refused(
    change: dict[int, Any], expected: str
) -> None:
    claims = {key: value for key, value in (GOOD | change).items() if value is not None}

    assert word(token(claims)) == expected


def test_other_frames_keys_and_signatures_are_refused() -> None:
    good = token(GOOD)
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()

    assert word(token(GOOD, typ="application/vnd.mooring.receipt+cwt")) == "COSE_TYP"
    assert word(token(GOOD, kid=bytes(8))) == "KEY_UNKNOWN"
    assert word(good, other.public_bytes(Encoding.Raw, PublicFormat.Raw)) == "KEY_UNKNOWN"
    assert word(good[:-1] + bytes((good[-1] ^ 1,))) == "KEY_SIGNATURE"
    assert word(good.replace(bytes(range(100, 108)), bytes(range(101, 109)))) == "KEY_SIGNATURE"
