# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How long does a whole token take, from its bytes to the verdict, beside a CWT library?

The same licence and the same key for each; every side gets the token as bytes and a key made
beforehand, and ends with the signature verified and the claims read. `verify_token` is the
firmware's path in one call, with the chip's word for each refusal. `Licence.from_token` makes
Python claims whose errors name the field, found and expected; the tools use it for single tokens.

A prepared key and a batch show what comes back or comes in numbers.

`cwt` judges less: neither determinism nor the closed claim map, nor the rules among claims.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final

import cbor2
import cwt
import pytest
from pycose.keys.okp import OKPKey
from pycose.messages.sign1message import Sign1Message

from mooring_firmware import KeySet, Typ, prepare, verify_token, verify_tokens
from mooring_host.cose import parse_sign1
from mooring_host.token import Licence, SequenceBound
from mooring_lab.issuer import DAY_S, Issuer

from ._interleaved import Contender, interleave, ratio_table
from ._report import Table
from ._signed import once
from .conftest import Ratios

ISSUER: Final = Issuer.from_seed(b"benchmark of tokens")
UEID: Final = b"\x01" + bytes(range(32))
NUMBER: Final = 7
# `cwt` compares nbf and exp with the clock of this machine.
ISSUED_AT: Final = int(time.time()) - DAY_S
TOKEN: Final = ISSUER.licence(
    UEID,
    SequenceBound(3, 9),
    ISSUER.location(UEID, None),
    number=NUMBER,
    issued_at=ISSUED_AT,
    lifetime_s=30 * DAY_S,
    excluded=(),
)
KEY: Final = ISSUER.licence_key.public_key
COSE_KEY: Final = cwt.COSEKey.new(
    {1: 1, 2: ISSUER.licence_key.kid, 3: -19, -1: 6, -2: KEY}  # kty, kid, alg, crv, x
)
CTI: Final = 7

# pycose knows EdDSA by its old number only, so it gets the same payload under that header.
KID: Final = ISSUER.licence_key.kid
_PROTECTED: Final = cbor2.dumps({1: -8, 4: KID})
_PAYLOAD: Final = parse_sign1(TOKEN, Licence.kind.typ).payload
_SIGNED: Final = cbor2.dumps(["Signature1", _PROTECTED, b"", _PAYLOAD])
PYCOSE_TOKEN: Final = cbor2.dumps(
    cbor2.CBORTag(18, [_PROTECTED, {}, _PAYLOAD, ISSUER.licence_key.sign(_SIGNED)])
)

BATCH: Final = 128
BULK: Final = 1_024
ONE: Final = f"one licence of {len(TOKEN)} bytes, from bytes to verdict"
MANY: Final = f"{BATCH} licences, from bytes to verdicts"


@pytest.mark.benchmark(group=ONE)
def test_verify_token(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)

    assert benchmark(verify_token, Typ.LICENCE, KEY, TOKEN) is None


@pytest.mark.benchmark(group=ONE)
def test_verify_token_by_a_prepared_key(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)

    assert benchmark(verify_token, Typ.LICENCE, prepare(KEY), TOKEN) is None


@pytest.mark.benchmark(group=ONE)
def test_host_claims(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)

    def read() -> Licence | None:
        frame = parse_sign1(TOKEN, Licence.kind.typ)
        return Licence.from_payload(frame.payload) if frame.verified_by(KEY) else None

    licence = benchmark(read)

    assert int.from_bytes(licence.number, "big") == NUMBER


@pytest.mark.benchmark(group=ONE)
def test_cwt_decode(benchmark: Any, ratios: Ratios) -> None:
    ratios.theirs(benchmark, "cwt")

    claims = benchmark(cwt.decode, TOKEN, COSE_KEY)

    assert int.from_bytes(claims[CTI], "big") == NUMBER


@pytest.mark.benchmark(group=MANY)
def test_verify_tokens(benchmark: Any, ratios: Ratios) -> None:
    ratios.ours(benchmark)
    keys, tokens = KeySet(KEY), [TOKEN] * BATCH

    assert benchmark(verify_tokens, Typ.LICENCE, keys, tokens).accepted == BATCH


@pytest.mark.benchmark(group=MANY)
def test_cwt_loop(benchmark: Any, ratios: Ratios) -> None:
    ratios.theirs(benchmark, "cwt")

    def loop() -> int:
        return sum(CTI in cwt.decode(TOKEN, COSE_KEY) for _ in range(BATCH))

    assert benchmark(loop) == BATCH


@pytest.mark.benchmark(group="tokens, interleaved")
def test_tokens(benchmark: Any, tables: list[Table], briefly: bool) -> None:
    """The same in one table, contenders taking turns; the batch per token."""
    prepared, keys, batch = prepare(KEY), KeySet(KEY), [TOKEN] * BULK
    cose_key = OKPKey(crv="ED25519", x=KEY, optional_params={"ALG": "EDDSA", "KID": KID})

    def pycose_verify() -> None:
        message: Any = Sign1Message.decode(PYCOSE_TOKEN)
        message.key = cose_key
        if not message.verify_signature():
            raise ValueError("a good token was refused")
        cbor2.loads(message.payload)

    contenders = [
        Contender("verify token", partial(verify_token, Typ.LICENCE, KEY, TOKEN)),
        Contender(
            "verify token, prepared key", partial(verify_token, Typ.LICENCE, prepared, TOKEN)
        ),
        Contender("verify tokens, each", partial(verify_tokens, Typ.LICENCE, keys, batch), BULK),
        Contender("cwt", partial(cwt.decode, TOKEN, COSE_KEY)),
        Contender("pycose", pycose_verify),
    ]
    measured = once(benchmark, lambda: interleave(contenders, 1 if briefly else 40))
    tables.append(ratio_table(f"one licence of {len(TOKEN)} bytes, interleaved", measured, "cwt"))
