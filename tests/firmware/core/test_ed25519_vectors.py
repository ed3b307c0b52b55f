# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Ed25519 verdicts against published vectors and the project's own acceptance vectors."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import cryptography_vectors
import pytest
from firmware.acceptance import ACCEPTANCE, AcceptanceCase

from mooring_firmware import Algorithm, Ed25519Status, VerifyStatus
from mooring_firmware._core import Core

ED25519: Final = Algorithm.ED25519

# RFC 8032 §7.1: key, message, signature of TEST 1, 2, 3 and TEST SHA(abc).
RFC_8032: Final = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


class Accepted(NamedTuple):
    """A key, a message and its good signature."""

    key: bytes
    message: bytes
    signature: bytes


def rfc_cases() -> list[Accepted]:
    return [Accepted(*(bytes.fromhex(text) for text in row)) for row in RFC_8032]


@pytest.mark.parametrize("case", rfc_cases(), ids=["1", "2", "3", "sha-abc"])
def test_rfc_8032_signature_is_accepted_and_recomputed(core: Core, case: Accepted) -> None:
    recomputed = core.ed25519_recompute(case.key, case.message, case.signature)

    assert core.verify(ED25519, case.key, case.message, case.signature)
    assert recomputed == (Ed25519Status.OK, case.signature[:32])


@pytest.mark.parametrize("case", rfc_cases(), ids=["1", "2", "3", "sha-abc"])
def test_every_single_bit_flip_of_signature_key_and_message_is_refused(
    core: Core, case: Accepted
) -> None:
    key, message, signature = case
    for changed in single_bit_flips(signature):
        assert not core.verify(ED25519, key, message, changed)
    for changed in single_bit_flips(key):
        assert not core.verify(ED25519, changed, message, signature)
    for changed in single_bit_flips(message):
        assert not core.verify(ED25519, key, changed, signature)
    assert not core.verify(ED25519, key, message + b"\0", signature)


def single_bit_flips(data: bytes) -> list[bytes]:
    number, size = int.from_bytes(data, "little"), len(data)
    return [(number ^ 1 << bit).to_bytes(size, "little") for bit in range(8 * size)]


def test_shared_rfc_8032_pure_signatures_only_are_accepted(core: Core, shared_dir: Path) -> None:
    path = shared_dir / "vectors" / "rfc8032" / "rfc8032_ed25519.json"
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))

    assert {row["alg"] for row in rows} == {"Ed25519", "Ed25519ctx", "Ed25519ph"}
    for row in rows:
        parts = [bytes.fromhex(row[name]) for name in ("public_key", "message", "signature")]
        assert core.verify(ED25519, *parts) == (row["alg"] == "Ed25519"), row["name"]


def test_shared_wycheproof_verdicts(core: Core, shared_dir: Path) -> None:
    path = shared_dir / "vectors" / "wycheproof" / "ed25519_test.json.gz"
    document: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))

    judged = 0
    for group in document["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            expected = test["result"] == "valid"
            assert core.verify(ED25519, key, message, signature) == expected, test["tcId"]
            judged += 1
    assert judged == document["numberOfTests"] > 100


def test_packaged_signatures_are_accepted_and_their_neighbours_refused(core: Core) -> None:
    path = Path(cryptography_vectors.__file__).parent / "asymmetric" / "Ed25519" / "sign.input"
    lines = path.read_text(encoding="ascii").splitlines()

    assert len(lines) == 1024
    for number, line in enumerate(lines):
        _, key_text, message_text, signed_text, _ = line.split(":")
        key, message = bytes.fromhex(key_text), bytes.fromhex(message_text)
        signature = bytes.fromhex(signed_text)[:64]
        assert core.verify(ED25519, key, message, signature), number
        assert not core.verify(ED25519, key, message + b"!", signature), number


@pytest.mark.parametrize("case", ACCEPTANCE, ids=lambda case: case.comment)
def test_acceptance_rule_gives_the_verdict_and_the_word(core: Core, case: AcceptanceCase) -> None:
    verdict = core.verify_status(ED25519, case.key, case.message, case.signature)
    recomputed = core.ed25519_recompute(case.key, case.message, case.signature)

    if case.refused_by is None:
        assert verdict is VerifyStatus.OK
    elif case.refused_by.startswith("KEY_"):
        assert verdict is VerifyStatus.BAD_KEY
    else:
        assert verdict is VerifyStatus.BAD_SIGNATURE
    if case.recomputed_r is None:
        assert case.refused_by is not None
        assert recomputed == (Ed25519Status[case.refused_by], b"\xff" * 32)
    else:
        assert recomputed == (Ed25519Status.OK, case.recomputed_r)


# Words about a context or about a key's multiples, and not about a signature.
OTHER_WORDS: Final = {
    Ed25519Status.OK,
    Ed25519Status.NOT_STARTED,
    Ed25519Status.NOT_PREPARED,
    Ed25519Status.PREPARED,
}


def test_acceptance_vectors_reach_every_word() -> None:
    reached = {case.refused_by for case in ACCEPTANCE}

    assert reached == {None, "EQUATION"} | {
        status.name for status in Ed25519Status if status not in OTHER_WORDS
    }


def test_acceptance_vectors_hold_both_sides_of_the_cofactor_question() -> None:
    mixed = [case for case in ACCEPTANCE if "mixed-order" in case.flags]

    assert sum(case.refused_by is None for case in mixed) >= 8
    assert sum("cofactored-accepts" in case.flags for case in mixed) >= 8
