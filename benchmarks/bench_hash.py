# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How fast are the hashes, beside OpenSSL's: one message, and many side by side?

One message is C against C: one-shot functions called through a pointer, so that what a call from
Python costs is the same for both. OpenSSL is the machine's own libcrypto; from version 3 it looks
its algorithm up in each such call.
"""

from __future__ import annotations

import ctypes.util
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest
from cffi import FFI

from mooring_firmware import Backend, _native, pack

from ._interleaved import Contender, Measured, interleave, ratio_table
from ._report import Table
from ._signed import MESSAGE_BYTES, USABLE, items, once

# A challenge of a signature over 300 bytes has 364.
HASHED: Final = (64, 364, 1_024, 4_096)
HASHES: Final = ("sha256", "sha384", "sha512")
CHALLENGES: Final = 64


@pytest.mark.benchmark(group="hashes, interleaved")
def test_hashes(benchmark: Any, tables: list[Table], briefly: bool) -> None:
    """C against C: one-shot functions by pointer, so that a call costs both sides the same."""
    name = ctypes.util.find_library("crypto")
    if name is None:
        pytest.skip("this machine has no libcrypto")
    theirs = FFI()
    for each in HASHES:
        theirs.cdef(
            f"unsigned char *{each.upper()}(const unsigned char *, size_t, unsigned char *);"
        )
    theirs.cdef("const char *OpenSSL_version(int);")
    libcrypto: Any = theirs.dlopen(name)
    version: Any = theirs.string(libcrypto.OpenSSL_version(0))
    ours: Any = _native.ffi
    contenders: list[Contender] = []
    for kind in HASHES:
        mine: Any = ours.addressof(_native.lib, kind)
        other: Any = theirs.addressof(libcrypto, kind.upper())
        for size in HASHED:
            message = ours.from_buffer(bytes(size))
            digest = ours.new("uint8_t[64]")
            their_message: Any = theirs.from_buffer("unsigned char[]", bytes(size))
            their_digest: Any = theirs.new("unsigned char[64]")
            contenders += [
                Contender(
                    f"{kind} {size} ours",
                    partial(mine, digest, message, size),
                ),
                Contender(
                    f"{kind} {size} theirs",
                    partial(other, their_message, size, their_digest),
                ),
            ]
    measured = once(benchmark, lambda: interleave(contenders, 1 if briefly else 20))
    by_name = {each.name: each for each in measured}
    rows = [
        (
            f"{kind} of {size} bytes",
            f"{1e6 * by_name[f'{kind} {size} ours'].fastest:.2f}",
            f"{1e6 * by_name[f'{kind} {size} theirs'].fastest:.2f}",
            f"{_times(by_name, f'{kind} {size} theirs', f'{kind} {size} ours'):.2f}",
        )
        for kind in HASHES
        for size in HASHED
    ]
    tables.append(
        Table(
            f"hashes, C called by pointer, beside {version.decode('ascii')}",
            ("", "us", "OpenSSL us", "times as fast"),
            tuple(rows),
        )
    )


@pytest.mark.benchmark(group="challenges in lanes, interleaved")
def test_challenges(benchmark: Any, tables: list[Table], briefly: bool) -> None:
    made = items(CHALLENGES, CHALLENGES)
    packed = pack(*([item[part] for item in made] for part in range(3)))
    joined = [item.signature[:32] + item.key + item.message for item in made]
    ffi: Any = _native.ffi
    keys, signatures, messages = (ffi.from_buffer("uint8_t[]", each) for each in packed[:3])
    offsets = ffi.new("size_t[]", [index * MESSAGE_BYTES for index in range(CHALLENGES + 1)])
    digests = ffi.new("uint8_t[][64]", CHALLENGES)

    def by(backend: Backend) -> Callable[[], object]:
        function: Any = backend._handle.challenges
        return lambda: function(CHALLENGES, keys, signatures, messages, offsets, digests)

    def one_by_one() -> list[bytes]:
        return [hashlib.sha512(each).digest() for each in joined]

    contenders = [Contender(each.name, by(each), CHALLENGES) for each in USABLE]
    contenders.append(Contender("hashlib", one_by_one, CHALLENGES))
    measured = once(benchmark, lambda: interleave(contenders, 1 if briefly else 40))
    expected = b"".join(one_by_one())
    assert bytes(ffi.buffer(digests)) == expected
    title = f"SHA-512 of {CHALLENGES} challenges of 364 bytes, interleaved"
    tables.append(ratio_table(title, measured, "hashlib"))


def _times(by_name: dict[str, Measured], theirs: str, ours: str) -> float:
    return by_name[theirs].fastest / by_name[ours].fastest
