# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Evidence against the chip's device key and the state of its silicon, claim by claim.

No code of the host reads it here: `cbor2` and `cryptography` do, by docs/protocol.cddl.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, cast

import cbor2
import pytest
from benches.rig import Rig
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mooring_host.states import Mode
from mooring_host.token import SequenceBound
from mooring_lab.issuer import START

NONCE: Final = hashlib.sha256(b"verifier").digest()
ALWAYS: Final = {10, 256, 265, -75001, -75002, *range(-75028, -75013)}
OWN_NONCE: Final = -75013
ED25519: Final = -19


def public_key_of(rig: Rig) -> tuple[Ed25519PublicKey, bytes]:
    """The device key that INFO names, and its RFC 9679 thumbprint."""
    key = rig.client.info().device_key
    fields = cbor2.loads(key)
    assert set(fields) == {1, -1, -2}
    return Ed25519PublicKey.from_public_bytes(fields[-2]), hashlib.sha256(key).digest()


def verified(rig: Rig, token: bytes) -> dict[int, Any]:
    """The claims, after the signature and the frame have been checked."""
    key, thumbprint = public_key_of(rig)
    tagged = cbor2.loads(token)
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value
    assert unprotected == {}
    assert cbor2.loads(protected) == {
        1: ED25519,
        4: thumbprint[:8],
        16: "application/vnd.mooring.evidence+cwt",
    }
    key.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    claims = cbor2.loads(payload)
    assert isinstance(claims, dict)
    return cast("dict[int, Any]", claims)


def test_evidence_of_a_locked_chip_tells_its_state(rig: Rig) -> None:
    claims = verified(rig, rig.client.status(NONCE))

    assert set(claims) == ALWAYS
    assert claims[10] == NONCE
    assert claims[256] == b"\x01" + public_key_of(rig)[1] == rig.ueid
    assert claims[265] == "tag:mooring.example,2026:evidence"
    assert (claims[-75001], claims[-75026]) == (1, 0)
    assert claims[-75027] == hashlib.sha256(rig.issuer.trust_list()).digest()
    assert (claims[-75028], claims[-75002]) == (0, 0)
    assert (claims[-75014], claims[-75015]) == (2, Mode.DENY)
    assert claims[-75016] == 0
    assert (claims[-75017], claims[-75018]) == (1, [0, 0])
    assert (claims[-75019], claims[-75020]) == (0, bytes(32))
    assert claims[-75021] == rig.chip.romctrl.measurement
    assert (claims[-75022], claims[-75024]) == (1, 1023)
    assert claims[-75025] == 1


def test_evidence_follows_what_happens(rig: Rig) -> None:
    challenge = verified(rig, rig.client.challenge(NONCE))
    nonce = challenge[OWN_NONCE]
    assert set(challenge) == ALWAYS | {OWN_NONCE}
    rig.load(cycles=1000, seconds=100, issued_at=START + 9)
    rig.load(SequenceBound(1, 33), cycles=500, seconds=50)
    rig.compute()
    rig.refused(lambda: rig.load(SequenceBound(1, 33)))
    rig.chip.run_for(10)
    later = verified(rig, rig.client.challenge(NONCE))

    assert later[OWN_NONCE] != nonce
    assert later[-75016] == START + 9
    assert (later[-75028], later[-75002]) == (1, 33)
    assert (later[-75017], later[-75018]) == (2, [rig.chip.gate.cycles_left, 40])
    assert (later[-75019], later[-75020]) == (1, rig.log().head)
    assert (later[-75022], later[-75024]) == (2, 1022)
    assert later[-75023] > challenge[-75023]


def test_evidence_binds_every_bit(rig: Rig) -> None:
    key, _ = public_key_of(rig)
    protected, _, payload, signature = cbor2.loads(rig.client.status(NONCE)).value
    survived = 0
    for bit in range(8 * len(payload)):
        changed = bytearray(payload)
        changed[bit // 8] ^= 1 << bit % 8
        message = cbor2.dumps(["Signature1", protected, b"", bytes(changed)])
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        survived += 1

    assert survived == 0


def test_dead_gate_is_attested_only_after_the_reset_that_cures_it(rig: Rig) -> None:
    """A chip that shut down says nothing more; its console did."""
    rig.chip.gate._die()

    assert verified(rig, rig.client.status(NONCE))[-75017] == 3
    rig.chip.reset_line()
    assert verified(rig, rig.client.status(NONCE))[-75017] == 1


@pytest.mark.parametrize("size", [0, 31, 33])
def test_verifier_nonce_has_32_bytes(rig: Rig, size: int) -> None:
    assert rig.refused(lambda: rig.client.status(bytes(size))).name == "LINK_BODY_FIELD"
