# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The files of the air-gapped path."""

from __future__ import annotations

import cbor2
import pytest

from mooring_host.airgap import LicenceDelivery, LicenceRequest
from mooring_host.errors import FileError

REQUEST = LicenceRequest(b"device key", bytes(32), b"evidence")
DELIVERY = LicenceDelivery(b"root key", b"trust list", b"location", b"licence")


def test_request_file_is_a_versioned_map() -> None:
    assert cbor2.loads(REQUEST.encode()) == {
        1: "mooring licence request",
        2: 1,
        3: b"device key",
        4: bytes(32),
        5: b"evidence",
    }
    assert LicenceRequest.decode(REQUEST.encode()) == REQUEST


def test_delivery_file_is_a_versioned_map() -> None:
    assert cbor2.loads(DELIVERY.encode()) == {
        1: "mooring licence delivery",
        2: 1,
        3: b"root key",
        4: b"trust list",
        5: b"location",
        6: b"licence",
    }
    assert LicenceDelivery.decode(DELIVERY.encode()) == DELIVERY


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "this is no file of ours"),
        (b"PK\x03\x04", "this is no file of ours"),
        (cbor2.dumps([]), "found an array of 0 items, expected a map"),
        (DELIVERY.encode(), "this is a 'mooring licence delivery' file"),
        (cbor2.dumps({**cbor2.loads(REQUEST.encode()), 2: 2}), "version 2, expected 1"),
        (cbor2.dumps({**cbor2.loads(REQUEST.encode()), 4: b"x"}), "nonce: found 1 bytes"),
        (cbor2.dumps({**cbor2.loads(REQUEST.encode()), 9: 9}), "unknown key 9"),
        (bytes(65537), "65537 bytes, expected at most 65536"),
    ],
)
def test_file_that_is_none_of_ours_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(FileError, match=found):
        LicenceRequest.decode(data)


def test_cut_file_is_refused() -> None:
    whole = DELIVERY.encode()
    for size in range(len(whole)):
        with pytest.raises(FileError):
            LicenceDelivery.decode(whole[:size])
