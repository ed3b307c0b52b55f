# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Hardened comparisons, the wipe, and the distances between status words."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Final

import pytest

from mooring_firmware import Ed25519Status, VerifyStatus
from mooring_firmware._core import Core

LENGTHS: Final = [1, 2, 3, 8, 31, 32, 33, 64, 255, 256, 257]


@pytest.mark.parametrize("length", LENGTHS)
def test_equal_buffers_give_both_words_for_equal(core: Core, length: int) -> None:
    data = random.Random(length).randbytes(length)
    copy = bytes(bytearray(data))

    assert core.lib.hardened_memeq(data, copy, length) == core.lib.kHardenedTrue
    assert core.lib.hardened_memdiff32(data, copy, length) == core.lib.kMemdiffSame


@pytest.mark.parametrize("length", LENGTHS)
def test_any_single_bit_difference_is_seen_by_both(core: Core, length: int) -> None:
    data = random.Random(length).randbytes(length)
    for position in range(8 * length):
        other = bytearray(data)
        other[position // 8] ^= 1 << position % 8
        changed = bytes(other)

        assert core.lib.hardened_memeq(data, changed, length) == core.lib.kHardenedFalse
        assert core.lib.hardened_memdiff32(data, changed, length) != core.lib.kMemdiffSame


def test_differences_do_not_cancel(core: Core) -> None:
    # The same bit differs in every byte: a sum or an exclusive-or of differences would vanish.
    zeros, ones = bytes(256), b"\x80" * 256

    assert core.lib.hardened_memeq(zeros, ones, 256) == core.lib.kHardenedFalse
    assert core.lib.hardened_memdiff32(zeros, ones, 256) != core.lib.kMemdiffSame


def test_comparing_nothing_is_not_equality(core: Core) -> None:
    assert core.lib.hardened_memeq(b"", b"", 0) == core.lib.kHardenedFalse
    assert core.lib.hardened_memdiff32(b"", b"", 0) != core.lib.kMemdiffSame


def test_comparison_stops_at_the_given_length(core: Core) -> None:
    assert core.lib.hardened_memeq(b"abcX", b"abcY", 3) == core.lib.kHardenedTrue
    assert core.lib.hardened_memdiff32(b"abcX", b"abcY", 3) == core.lib.kMemdiffSame


def test_wipe_zeroes_exactly_the_given_bytes(core: Core) -> None:
    buffer = core.ffi.new("uint8_t[]", b"\xff" * 40)
    core.lib.mooring_wipe(buffer + 4, 32)

    assert bytes(core.ffi.buffer(buffer))[:40] == b"\xff" * 4 + bytes(32) + b"\xff" * 4


def test_status_words_are_at_least_12_bits_apart() -> None:
    words = [*Ed25519Status, *VerifyStatus]

    assert len(words) == 18
    assert min((a ^ b).bit_count() for a, b in combinations(words, 2)) >= 12


def test_status_words_are_those_of_the_committed_script(repository: Path) -> None:
    script = repository / "firmware" / "core" / "sparse_words.py"
    arguments = ["--count", "20", "--distance", "12", "--seed", "4"]
    printed = subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, check=True
    ).stdout

    words = [int(line, 16) for line in printed.splitlines()]
    # In the order in which they came: about signatures, verdicts, multiples, back ends.
    of_signatures, of_multiples = list(Ed25519Status)[:8], list(Ed25519Status)[8:]
    of_verdicts, of_backends = list(VerifyStatus)[:6], list(VerifyStatus)[6:]
    assert [*of_signatures, *of_verdicts, *of_multiples, *of_backends] == words[:18]


def test_status_words_are_far_from_what_faults_produce() -> None:
    for word in [*Ed25519Status, *VerifyStatus]:
        assert 10 <= int(word).bit_count() <= 21, word


def test_hardened_words_are_as_far_apart_as_their_header_says(core: Core) -> None:
    true, false = core.lib.kHardenedTrue, core.lib.kHardenedFalse
    same = core.lib.kMemdiffSame

    assert (true ^ false).bit_count() == 24
    assert (same ^ true).bit_count() == 17
    assert (same ^ false).bit_count() == 17
    assert core.lib.launder32(true) == true
