# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Published CBOR, COSE, CWT and EAT examples: none is of our profile, and each is told why.

The words are written here one by one, from the examples' own descriptions.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
from firmware.words import OK, word_of
from oracles.cbor_reference import judge

from mooring_firmware._token import (
    Typ,
    cbor_check,
    parse_licence,
    parse_location,
    parse_sign1,
    parse_trust,
    root_key_parse,
)


def load(path: Path) -> Any:
    """The content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


TAG, PROTECTED, TOO_LONG = "COSE_TAG", "COSE_PROTECTED", "COSE_TOKEN_TOO_LONG"
COSE_WORDS: Final = {
    "CWT/A_3": PROTECTED,  # {alg} alone
    "CWT/A_4": TAG,  # COSE_Mac0
    "CWT/A_5": TAG,  # COSE_Encrypt0
    "CWT/A_6": TAG,  # COSE_Encrypt0
    "CWT/A_7": TAG,  # COSE_Mac0
    "RFC8152/Appendix_C_2_1": PROTECTED,
    "ecdsa-examples/ecdsa-01": TAG,  # COSE_Sign, tag 98, as are 02 to 04
    "ecdsa-examples/ecdsa-02": TAG,
    "ecdsa-examples/ecdsa-03": TAG,
    "ecdsa-examples/ecdsa-04": TAG,
    "ecdsa-examples/ecdsa-sig-01": PROTECTED,
    "ecdsa-examples/ecdsa-sig-02": PROTECTED,
    "ecdsa-examples/ecdsa-sig-03": PROTECTED,
    "ecdsa-examples/ecdsa-sig-04": PROTECTED,
    "eddsa-examples/eddsa-01": TAG,  # COSE_Sign
    "eddsa-examples/eddsa-02": TAG,
    "eddsa-examples/eddsa-sig-01": PROTECTED,
    "eddsa-examples/eddsa-sig-02": PROTECTED,
    "hashsig/hashsig-01": TAG,  # COSE_Sign
    "hashsig/hsssig-sig-01": PROTECTED,
    "sign1-tests/sign-fail-01": TAG,  # tag 998
    "sign1-tests/sign-fail-02": PROTECTED,
    "sign1-tests/sign-fail-03": PROTECTED,
    "sign1-tests/sign-fail-04": PROTECTED,
    "sign1-tests/sign-fail-06": PROTECTED,
    "sign1-tests/sign-fail-07": PROTECTED,
    "sign1-tests/sign-pass-01": PROTECTED,  # an empty map
    "sign1-tests/sign-pass-02": PROTECTED,
    "sign1-tests/sign-pass-03": TAG,  # untagged
}


def test_every_cose_example_is_refused_by_its_word(shared_dir: Path) -> None:
    folder = shared_dir / "vectors" / "cose-wg-examples"
    found = {
        path.relative_to(folder).with_suffix("").as_posix(): word_of(
            parse_sign1, bytes.fromhex(load(path)["output"]["cbor"]), Typ.LICENCE
        )
        for path in sorted(folder.rglob("*.json"))
    }

    assert found == COSE_WORDS


def test_tokens_of_other_algorithms_are_refused_by_their_words(shared_dir: Path) -> None:
    folder = shared_dir / "vectors" / "mldsa-cose"
    found = {
        path.name.split(".")[0]: word_of(
            parse_sign1, bytes.fromhex(load(path)["sign1"]), Typ.LICENCE
        )
        for path in folder.glob("*.json")
    }

    assert found == {"ML_DSA_44": PROTECTED, "ML_DSA_65": PROTECTED, "ML_DSA_87": TOO_LONG}


# As a token, and as the claims of a licence. RFC 8392 orders keys by length first and writes
# claims such as iss; A.3 to A.7 are tagged, so no claims.
CWT_WORDS: Final = {
    "A.1": (TAG, "CLAIM_UNKNOWN"),
    "A.2.1": (TAG, "CLAIM_MALFORMED"),
    "A.2.2": (TAG, "CLAIM_MALFORMED"),
    "A.2.3": (TAG, "CLAIM_MALFORMED"),
    "A.3": (PROTECTED, "CLAIM_MALFORMED"),
    "A.4": (TAG, "CLAIM_MALFORMED"),
    "A.5": (TAG, "CLAIM_MALFORMED"),
    "A.6": (TAG, "CLAIM_MALFORMED"),
    "A.7": (TAG, "CLAIM_MALFORMED"),
}


def test_every_cwt_example_is_refused_by_its_word(shared_dir: Path) -> None:
    listed = load(shared_dir / "vectors" / "rfc8392-cwt" / "rfc8392_examples.json")
    found: dict[str, tuple[str, str]] = {}
    for row in listed:
        data = bytes.fromhex(row["hex"])
        as_token = word_of(parse_sign1, data, Typ.LICENCE)
        found[row["section"]] = (as_token, word_of(parse_licence, data))
        assert word_of(root_key_parse, data) == "TRUST_ROOT_KEY"

    assert found == CWT_WORDS


MALFORMED, UNKNOWN = "CLAIM_MALFORMED", "CLAIM_UNKNOWN"
# Those of "coswid" and "Tokens" are tagged. Most others have map keys out of bytewise order;
# the two that have not contain claims that our profiles do not know.
EAT_WORDS: Final = {
    "Example-Payloads/coswid/hlos.diag": MALFORMED,
    "Example-Payloads/coswid/iot-sw.diag": MALFORMED,
    "Example-Payloads/coswid/key-store.diag": MALFORMED,
    "Example-Payloads/coswid/tee-coswid.diag": MALFORMED,
    "Example-Payloads/minimal.diag": UNKNOWN,
    "Example-Payloads/simple.diag": MALFORMED,
    "Example-Payloads/submods.diag": MALFORMED,
    "Example-Payloads/valid_hw_block.diag": MALFORMED,
    "Example-Payloads/valid_hw_block2.diag": MALFORMED,
    "Example-Payloads/valid_iot.diag": MALFORMED,
    "Example-Payloads/valid_key_store.diag": MALFORMED,
    "Example-Payloads/valid_submods.diag": MALFORMED,
    "Example-Payloads/valid_tee.diag": UNKNOWN,
    "Example-Tokens/valid_cwt.diag": MALFORMED,
    "Example-Tokens/valid_deb.diag": MALFORMED,
}


@pytest.mark.parametrize("parse", [parse_trust, parse_licence, parse_location])
def test_every_eat_example_is_refused_by_its_word(parse: Any, shared_dir: Path) -> None:
    listed = load(shared_dir / "vectors" / "eat" / "eat_examples_cbor.json")
    found = {row["file"]: word_of(parse, bytes.fromhex(row["cbor"])) for row in listed}

    assert found == EAT_WORDS


@pytest.mark.parametrize("typ", Typ)
def test_no_eat_example_has_the_frame_of_a_token(typ: Typ, shared_dir: Path) -> None:
    listed = load(shared_dir / "vectors" / "eat" / "eat_examples_cbor.json")
    words = {word_of(parse_sign1, bytes.fromhex(row["cbor"]), typ) for row in listed}

    assert words == {TAG}


# How many of each file. CBOR_TYPE: what is valid CBOR and not used here. In appendix_a 22
# floating-point numbers, 8 tags, undefined and two other simple values; in dcbor_valid 16 floating-
# point numbers. CBOR_RESERVED is f818, which RFC 8949 made ill-formed.
CBOR_COUNTS: Final = {
    "appendix_a": {OK: 37, "CBOR_TYPE": 33, "CBOR_INDEFINITE": 11, "CBOR_RESERVED": 1},
    "dcbor_valid": {OK: 24, "CBOR_TYPE": 16},
}


@pytest.mark.parametrize("name", CBOR_COUNTS)
def test_every_cbor_example_gets_the_references_word(name: str, shared_dir: Path) -> None:
    listed = load(shared_dir / "vectors" / "cbor" / f"{name}.json")
    different = [
        row["hex"]
        for row in listed
        if word_of(cbor_check, bytes.fromhex(row["hex"])) != judge(bytes.fromhex(row["hex"]))
    ]
    counts = Counter(word_of(cbor_check, bytes.fromhex(row["hex"])) for row in listed)

    assert different == []
    assert dict(counts) == CBOR_COUNTS[name]
