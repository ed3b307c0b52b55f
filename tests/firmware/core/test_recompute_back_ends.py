# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the native ROM recomputes is the same bytes whichever instructions it is computed with.

The suite's other tests hold the back end of this process to oracles; here each one that this
processor has is held to the portable one, in processes of their own.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from firmware.acceptance import ACCEPTANCE
from oracles import ed25519_reference as ref

from mooring_firmware import _native
from mooring_firmware._core import Core

HOST: Final = Core(_native.ffi, _native.lib)
BACK_ENDS: Final = ("portable", "avx2", "ifma")
RANDOM_CASES: Final = 300

# Reads lines of key, message and signature; writes what is recomputed, without multiples of the
# key and with them.
PROGRAM: Final = """
import sys
from mooring_firmware import _native, ed25519_recompute
ffi, lib = _native.ffi, _native.lib
for line in sys.stdin:
    key, message, signature = (bytes.fromhex(each) for each in line.rstrip("\\n").split(","))
    prepared, context = ffi.new("ed25519_prepared_t *"), ffi.new("ed25519_t *")
    r = ffi.new("uint8_t[32]")
    status, anew = ed25519_recompute(key, message, signature)
    lib.ed25519_prepare(prepared, key)
    lib.ed25519_start_prepared(context, prepared, key, signature)
    lib.ed25519_update(context, message, len(message))
    again = lib.ed25519_finish_prepared(context, prepared, r)
    print(int(status), anew.hex(), again, bytes(r).hex())
"""


def cases() -> list[str]:
    """Every acceptance vector, and random keys of any order with scalars of any size."""
    rng = random.Random(41)
    found = [f"{each.key.hex()},{each.message.hex()},{each.signature.hex()}" for each in ACCEPTANCE]
    base = ref.sign(bytes(32), b"")[:32]
    scalars = [0, 1, 2, 127, 128, 2**128 - 1, 2**128, 2**252, ref.L - 2, ref.L - 1]
    for index in range(RANDOM_CASES):
        key = rng.randbytes(32)
        s = scalars[index] if index < len(scalars) else rng.randrange(ref.L)
        message = rng.randbytes(rng.randrange(300))
        found.append(f"{key.hex()},{message.hex()},{(base + s.to_bytes(32, 'little')).hex()}")
    return found


def recomputed(back_end: str, repository: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=repository,
        env={**os.environ, "MOORING_VERIFY_BACKEND": back_end},
        input="\n".join(cases()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def by_portable(repository: Path) -> list[str]:
    return recomputed("portable", repository)


@pytest.mark.parametrize("back_end", BACK_ENDS[1:])
def test_recomputed_bytes_are_those_of_the_portable_core(
    back_end: str, by_portable: list[str], repository: Path
) -> None:
    library: Any = HOST.lib
    name = back_end.encode()
    if library.verify_backend_find(name, library.cpu_features()) == HOST.ffi.NULL:
        pytest.skip("this processor has no AVX-512 IFMA, or this build none for it")

    assert recomputed(back_end, repository) == by_portable


def test_cases_recompute_points_with_multiples_and_without(by_portable: list[str]) -> None:
    answers = [line.split() for line in by_portable]
    points = [each for each in answers if each[1] != "ff" * 32]

    assert len(answers) == len(ACCEPTANCE) + RANDOM_CASES
    assert len(points) > 100
    assert all(anew == again for _, anew, _, again in answers)
