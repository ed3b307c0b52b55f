# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Print status words that are far apart in Hamming distance.

A flipped bit or a register left over from another operation must not turn one status into
another, so the words are drawn at random and kept only if they differ from every earlier word in
many bits, and if neither their ones nor their zeros are scarce (all-zeros and all-ones are what
faults produce).
Bit 31 stays clear because a C11 enumerator must fit in `int`.

    python firmware/core/sparse_words.py --count 12 --distance 11 --seed 1
"""

from __future__ import annotations

import argparse
import random
from typing import Final

WORD_BITS: Final = 31
MIN_ONES: Final = 10
MAX_ONES: Final = 21
MAX_DRAWS: Final = 2_000_000


def sparse_words(count: int, distance_bits: int, seed: int) -> list[int]:
    """Return `count` words pairwise at least `distance_bits` apart; the same for the same seed.

    Raises ValueError if no such set turned up within a bounded number of draws.
    """
    rng = random.Random(seed)  # noqa: S311 -- constants for a header, not secrets
    words: list[int] = []
    for _ in range(MAX_DRAWS):
        if len(words) == count:
            return words
        word = rng.getrandbits(WORD_BITS)
        balanced = MIN_ONES <= word.bit_count() <= MAX_ONES
        if balanced and all((word ^ other).bit_count() >= distance_bits for other in words):
            words.append(word)
    raise ValueError(f"no {count} words at distance {distance_bits} within {MAX_DRAWS} draws")


def main() -> None:
    """Print one word a line as a C constant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--distance", type=int, required=True, help="least distance in bits")
    parser.add_argument("--seed", type=int, required=True)
    args = parser.parse_args()
    for word in sparse_words(args.count, args.distance, args.seed):
        print(f"0x{word:08x}")


if __name__ == "__main__":
    main()
