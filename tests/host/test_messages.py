# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Message bodies as docs/protocol.cddl writes them; refusals that name the field."""

from __future__ import annotations

from typing import Any, cast

import cbor2
import pytest

from mooring_host.errors import ProtocolError
from mooring_host.states import GateState, Lifecycle, Mode
from mooring_host.wire.envelope import Envelope
from mooring_host.wire.messages import (
    Body,
    BurnRequest,
    BurnResponse,
    ChallengeRequest,
    ChallengeResponse,
    ComputeRequest,
    ComputeResponse,
    Failure,
    FuseField,
    FusesRequest,
    FusesResponse,
    InfoRequest,
    InfoResponse,
    LicenceRequest,
    LicenceResponse,
    LockRequest,
    LockResponse,
    LogEntry,
    LogRequest,
    LogResponse,
    ResetRequest,
    ResetResponse,
    StatusRequest,
    StatusResponse,
    TrustRequest,
    TrustResponse,
)

N32, N48 = bytes(range(32)), bytes(range(48))
UEID = b"\x01" + N32

# Each body beside the CBOR value that the CDDL gives it; None is an empty body.
BODIES: list[tuple[Body, Any]] = [
    (InfoRequest(), None),
    (
        InfoResponse("1.0", (-19,), 8192, 4096, b"key", UEID, Lifecycle.PRODUCTION, Mode.DENY, N48),
        {
            1: 1,
            2: "1.0",
            3: [-19],
            4: 8192,
            5: 4096,
            6: b"key",
            7: UEID,
            8: 2,
            9: 1,
            10: N48,
        },
    ),
    (ChallengeRequest(N32), {1: N32}),
    (ChallengeResponse(b"evidence"), {1: b"evidence"}),
    (StatusRequest(N32), {1: N32}),
    (StatusResponse(b"evidence"), {1: b"evidence"}),
    (LogRequest(7), {1: 7}),
    (
        LogResponse(9, N32, ((0x4B5949B0, 2),), (LogEntry(8, 0x4B5949B0, 60, 4, N32[:16]),)),
        {1: 9, 2: N32, 3: {0x4B5949B0: 2}, 4: [[8, 0x4B5949B0, 60, 4, N32[:16]]]},
    ),
    (TrustRequest(b"root", b"list"), [b"root", b"list"]),
    (TrustResponse(3, 1, True), {1: 3, 2: 1, 3: True}),
    (LicenceRequest(b"location", b"licence"), [b"location", b"licence"]),
    (LicenceResponse(GateState.OPEN, 2**63, 60, False), {1: 2, 2: 2**63, 3: 60, 4: False}),
    (
        ComputeRequest(1, 2, 3, b"ab", b"abcdef"),
        {1: [1, 2, 3], 2: b"ab", 3: b"abcdef"},
    ),
    (ComputeResponse(bytes(12), 17, False), {1: bytes(12), 2: 17, 3: False}),
    (BurnRequest(FuseField.MODE, b"\x01"), {1: 1, 3: b"\x01"}),
    (BurnRequest(FuseField.ROOT_DIGEST, N48, 3), {1: 5, 2: 3, 3: N48}),
    (BurnResponse(b"\x01"), {1: b"\x01"}),
    (LockRequest(N48), {1: N48}),
    (LockResponse(Lifecycle.PRODUCTION), {1: 2}),
    (FusesRequest(), None),
    (
        FusesResponse(
            Lifecycle.MANUFACTURING,
            Mode.REPORT,
            655,
            86400,
            1,
            (N48,) * 4,
            (True, False, False, False),
            5,
            1019,
            N48,
        ),
        {
            1: 1,
            2: 3,
            3: 655,
            4: 86400,
            5: 1,
            6: [N48] * 4,
            7: [True, False, False, False],
            8: 5,
            9: 1019,
            10: N48,
        },
    ),
    (ResetRequest(), None),
    (ResetResponse(), None),
]
IDS = [type(body).__name__ for body, _ in BODIES]
OPTIONAL = (BurnRequest, 2)
MAPS: list[tuple[Body, dict[int, Any]]] = [
    (body, cast("dict[int, Any]", value)) for body, value in BODIES if isinstance(value, dict)
]
FIELDS: list[tuple[Body, dict[int, Any], int]] = [
    (body, fields, key) for body, fields in MAPS for key in fields
]
REQUIRED = [row for row in FIELDS if (type(row[0]), row[2]) != OPTIONAL]


def dump(value: Any) -> bytes:
    return b"" if value is None else cbor2.dumps(value)


@pytest.mark.parametrize(("body", "value"), BODIES, ids=IDS)
def test_body_encodes_to_the_cbor_of_the_cddl(body: Body, value: Any) -> None:
    assert body.encode() == dump(value)
    assert type(body).decode(dump(value)) == body


@pytest.mark.parametrize(("body", "value", "key"), REQUIRED)
def test_body_without_a_field_is_refused(body: Body, value: Any, key: int) -> None:
    less = {k: v for k, v in value.items() if k != key}

    with pytest.raises(ProtocolError, match=rf"\(key {key}\) is missing"):
        type(body).decode(dump(less))


@pytest.mark.parametrize(("body", "value", "key"), FIELDS)
def test_field_of_another_type_is_refused_by_name(body: Body, value: Any, key: int) -> None:
    odd = {**value, key: -1}

    with pytest.raises(ProtocolError, match=r"[a-zA-Z ]+: found -1, expected"):
        type(body).decode(dump(odd))


@pytest.mark.parametrize(("body", "value"), BODIES, ids=IDS)
def test_body_with_an_unknown_field_is_refused(body: Body, value: Any) -> None:
    known = cast("dict[int, Any]", value) if isinstance(value, dict) else {}

    with pytest.raises(ProtocolError):
        type(body).decode(dump({**known, 99: 0}))


@pytest.mark.parametrize(("body", "value"), BODIES, ids=IDS)
def test_body_cut_short_or_too_long_is_refused(body: Body, value: Any) -> None:
    whole = dump(value)
    for data in [whole[:size] for size in range(len(whole))] + [whole + b"\x00"]:
        with pytest.raises(ProtocolError):
            type(body).decode(data)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (InfoResponse, {**BODIES[1][1], 1: 2}, "protocol version: found 2, expected 1 to 1"),
        (InfoResponse, {**BODIES[1][1], 3: []}, "algorithms: found an array of 0 items"),
        (InfoResponse, {**BODIES[1][1], 3: ["x"]}, "algorithms: an item is not an integer"),
        (InfoResponse, {**BODIES[1][1], 7: N32}, "ueid: found 32 bytes, expected 33 bytes"),
        (ChallengeRequest, {1: bytes(31)}, "nonce: found 31 bytes, expected 32 bytes"),
        (LogResponse, {1: 0, 2: N32, 3: {5: 0}, 4: []}, "counters: value: found 0, expected 1 to"),
        (LogResponse, {1: 0, 2: N32, 3: {}, 4: [[1, 2, 3, 4]]}, "entry: found an array of 4"),
        (ComputeRequest, {1: [1, 65, 1], 2: b"", 3: b""}, "shape: k: found 65, expected 1 to 64"),
        (ComputeRequest, {1: [2, 2, 1], 2: b"abc", 3: b"ab"}, "A: found 3 bytes, expected 4"),
        (TrustRequest, [b"root"], "body: found an array of 1 items, expected an array of 2"),
        (TrustRequest, [b"root", 1], "trust list: found 1, expected a byte string"),
        (FusesResponse, {**BODIES[20][1], 6: [N48] * 3}, "root digests: found an array of 3"),
        (BurnRequest, {1: 5, 2: 4, 3: N48}, "index: found 4, expected 0 to 3"),
        (BurnRequest, {1: 6, 3: N48}, "fuse field: found 6, expected 1 to 5"),
        (Failure, {1: "x"}, "error word: found 'x', expected an unsigned integer"),
        (Failure, {1: True}, "error word: found true, expected an unsigned integer"),
    ],
)
def test_refusal_says_what_was_found_and_expected(kind: type[Body], value: Any, text: str) -> None:
    with pytest.raises(ProtocolError, match=text):
        kind.decode(dump(value))


@pytest.mark.parametrize("value", [{1: 5}, {1: 5, 2: 30}])
def test_failure_carries_the_seconds_only_when_it_backs_off(value: Any) -> None:
    failure = Failure.decode(dump(value))

    assert (failure.word, failure.retry_after_s) == (5, value.get(2))
    assert failure.encode() == dump(value)


def test_header_bytes_are_those_of_the_protocol() -> None:
    message = Envelope(0x06, 0, b"\x80").encode()

    assert message == bytes.fromhex("7f 00007ed9 01 06 00 80")
    assert Envelope.decode(message) == Envelope(0x06, 0, b"\x80")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("", "found nothing"),
        ("7f00007ed90106", "expected a header"),
        ("7e00007ed9010600", "expected a header that begins 7f 00 00 7e d9"),
        ("7f00007eda010600", "expected a header"),
        ("7f00007ed9020600", "protocol version 2, expected 1"),
        ("7f00007ed9010602", "completion code 2, expected 0 or 1"),
    ],
)
def test_message_with_another_header_is_refused(message: str, text: str) -> None:
    with pytest.raises(ProtocolError, match=text):
        Envelope.decode(bytes.fromhex(message))
