# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Millions of signatures through every back end: alone, in bulk, and by prepared keys.

Each case goes the way of every function that differs from those of other back ends, and every
verdict is compared with the one known from how the case was made (`benches.signature_cases`);
the portable core is one of the ways. Samples go to the reference in Python integers and, where
rules agree, to OpenSSL.

Usage: ``python -m benches.verify_campaign [--cases N] [--jobs N] [--seed TEXT]``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from benches.signature_cases import FOREIGN_RULES, Bench, Case, Kind
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from oracles import ed25519_reference as ref

from mooring_firmware import PreparedCache, PreparedKey, TableSize, _native, backends, pack
from mooring_firmware._backends import Backend

CASES: Final = 10_000_000
CHUNK: Final = 16_384
"""Cases that share keys and nonces, and go to one process."""
REFERENCE_EVERY: Final = 1024
PORTABLE_COMBS_EVERY: Final = 8
"""Chunks, of which one goes through prepared keys of the portable core."""
OPENSSL_EVERY: Final = 32
SHOWN: Final = 20
"""Differences that are reported whole."""

CACHE_SIZES: Final = (TableSize.SMALL, TableSize.MEDIUM, TableSize.STANDARD)
PREPARED_EVERY: Final = 11
"""Of a bench's keys, prepared alone; odd, so that all torsions come up."""

Way = Callable[[Sequence[Case]], bytes]
"""Judges cases: one byte each, 1 for an accepted one."""


@dataclass(frozen=True)
class Difference:
    """A verdict that is not the known one."""

    way: str
    case: Case
    verdict: int

    def __str__(self) -> str:
        kind, *parts, accepted = self.case
        texts = " ".join(part.hex() or "-" for part in parts)
        return f"{self.way}: {self.verdict}, not {int(accepted)}: {kind.value}: {texts}"


@dataclass
class Tally:
    """What was judged, and what differed."""

    kinds: Counter[tuple[Kind, bool]] = field(default_factory=Counter[tuple[Kind, bool]])
    ways: Counter[str] = field(default_factory=Counter[str])
    differing: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])

    def add(self, other: Tally) -> None:
        """Takes in what another process found."""
        self.kinds += other.kinds
        self.ways += other.ways
        self.differing += other.differing
        self.differences += other.differences[: SHOWN - len(self.differences)]

    def compare(self, way: str, cases: Sequence[Case], verdicts: bytes) -> None:
        """Counts the verdicts and keeps those that are not the known ones."""
        self.ways[way] += len(cases)
        if verdicts == bytes(case.accepted for case in cases):
            return
        for case, verdict in zip(cases, verdicts, strict=True):
            if verdict != case.accepted:
                self.differing += 1
                if len(self.differences) < SHOWN:
                    self.differences.append(Difference(way, case, verdict))

    @property
    def cases(self) -> int:
        """How many there were."""
        return self.kinds.total()

    def lines(self) -> Iterator[str]:
        """The report."""
        yield f"signatures: unbounded possible, {self.cases} run, all of them sampled"
        for kind in Kind:
            good, bad = self.kinds[kind, True], self.kinds[kind, False]
            yield f"  {kind.value}: {good} to accept, {bad} to refuse"
        for way, count in sorted(self.ways.items()):
            yield f"  judged by {way}: {count}"
        yield f"differences: {self.differing}"
        yield from map(str, self.differences)


# -----------------------------------------------------------------------------
# Ways to judge
# -----------------------------------------------------------------------------


def _alone(backend: Backend, cases: Sequence[Case]) -> bytes:
    verify = backend.verify
    return bytes(verify(case.key, case.message, case.signature) for case in cases)


def _in_bulk(backend: Backend, cases: Sequence[Case]) -> bytes:
    return backend.verify_batch(*_packed(cases))


def _cached_alone(cache: PreparedCache, cases: Sequence[Case]) -> bytes:
    return bytes(cache.verify(case.key, case.message, case.signature) for case in cases)


def _cached_in_bulk(cache: PreparedCache, handle: Any, cases: Sequence[Case]) -> bytes:
    return cache.verify_batch(*_packed(cases), backend=handle)


def _by_reference(cases: Sequence[Case]) -> bytes:
    return bytes(ref.judge(case.key, case.message, case.signature).accepted for case in cases)


def _by_openssl(cases: Sequence[Case]) -> bytes:
    return bytes(_openssl_accepts(case) for case in cases)


def _openssl_accepts(case: Case) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(case.key).verify(case.signature, case.message)
    except InvalidSignature:
        return False
    return True


def _packed(cases: Sequence[Case]) -> tuple[Any, ...]:
    return pack(
        [case.key for case in cases],
        [case.signature for case in cases],
        [case.message for case in cases],
    )


def _usable() -> list[tuple[Backend, Any]]:
    """Back ends that this processor has, with their tables of functions."""
    return [
        (each, _native.lib.verify_backend_find(each.name.encode(), _native.lib.cpu_features()))
        for each in backends()
        if each.available
    ]


def ways(size: TableSize, portable_combs: bool = True) -> dict[str, Way]:
    """Every way to judge any case; a function that two back ends share, once.

    Args:
        size: of the tables of keys that are seen again.
        portable_combs: whether to judge by these without acceleration, too.
    """
    portable = _native.lib.verify_backend_find(b"portable", 0)
    # In bulk, the portable core judges one by one.
    seen: set[Any] = {("alone", portable.verify)}
    if not portable_combs:
        seen.add(("cached, in bulk", portable.judge_combs))
    found: dict[str, Way] = {}
    for backend, handle in _usable():
        functions: dict[str, tuple[Any, Way]] = {
            "alone": (handle.verify, partial(_alone, backend)),
            "in bulk": (handle.verify_many, partial(_in_bulk, backend)),
            "cached, in bulk": (
                handle.judge_combs,
                partial(_cached_in_bulk, PreparedCache(8 * 16, size), handle),
            ),
        }
        for name, (function, way) in functions.items():
            if (name, function) not in seen:
                seen.add((name, function))
                found[f"{backend.name}, {name}"] = way
    found["cached, alone"] = partial(_cached_alone, PreparedCache(8 * 16, size))
    return found


def _judge_prepared(tally: Tally, bench: Bench, cases: Sequence[Case]) -> None:
    """Judges the cases of some keys by these, prepared in tables of each size."""
    sizes = list(TableSize)
    for index, known in enumerate(bench.keys[::PREPARED_EVERY]):
        own = [case for case in cases if case.key == known.encoding]
        key = PreparedKey(known.encoding, sizes[index % len(sizes)])
        verdicts = bytes(key.verify(case.message, case.signature) for case in own)
        tally.compare("prepared, alone", own, verdicts)
        _, signatures, messages, offsets = _packed(own)
        for backend, handle in _usable():
            verdicts = key.verify_batch(signatures, messages, offsets, backend=handle)
            tally.compare(f"{backend.name}, prepared, in bulk", own, verdicts)


def judge(seed: str, chunk: int, count: int) -> Tally:
    """Makes and judges one chunk of a campaign."""
    bench = Bench(f"{seed}/{chunk}")
    cases = bench.cases(count)
    tally = Tally(kinds=Counter((case.kind, case.accepted) for case in cases))
    size = CACHE_SIZES[chunk % len(CACHE_SIZES)]
    for name, way in ways(size, chunk % PORTABLE_COMBS_EVERY == 0).items():
        tally.compare(name, cases, way(cases))
    _judge_prepared(tally, bench, cases)
    sample = cases[::REFERENCE_EVERY]
    tally.compare("reference in Python integers", sample, _by_reference(sample))
    sample = [case for case in cases[::OPENSSL_EVERY] if case.kind not in FOREIGN_RULES]
    tally.compare("OpenSSL", sample, _by_openssl(sample))
    return tally


# -----------------------------------------------------------------------------
# The campaign
# -----------------------------------------------------------------------------


def _judge_chunk(seed: str, count: int, chunk: int) -> Tally:
    return judge(seed, chunk, min(CHUNK, count - chunk * CHUNK))


def run(count: int, seed: str, jobs: int, progress: Callable[[Tally], None]) -> Tally:
    """Judges `count` cases in `jobs` processes; calls `progress` after each chunk."""
    total = Tally()
    chunks = range((count + CHUNK - 1) // CHUNK)
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        for tally in pool.map(partial(_judge_chunk, seed, count), chunks):
            total.add(tally)
            progress(total)
    return total


def _show(count: int, tally: Tally) -> None:
    share = tally.cases / count
    bar = "#" * round(30 * share)
    text = f"{tally.cases:,} of {count:,}, {tally.differing} differences"
    print(f"\r[{bar:<30}] {share:4.0%}  {text}", end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Verify many signatures by every back end.")
    parser.add_argument("--cases", type=int, default=CASES, help=f"default: {CASES}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--seed", default="1", help="of the cases; any text")
    options = parser.parse_args(arguments)
    tally = run(options.cases, options.seed, options.jobs, partial(_show, options.cases))
    print(file=sys.stderr)
    print("\n".join(tally.lines()))
    return 1 if tally.differing else 0


if __name__ == "__main__":
    sys.exit(main())
