# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How fast are signatures verified: one, many, by every back end, beside every peer?

Contenders take turns in one process, each called from Python on one core. Messages are all
different, and so are the keys of a batch, some thousands in the largest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

from mooring_firmware import Backend, TableSize, pack, prepare

from ._interleaved import Contender, Measured, interleave, ratio_table
from ._peers import OPENSSL, Item, find_peers
from ._plots import BULK, PREPARED, SINGLE
from ._report import Series, Table
from ._signed import USABLE, items, once

MOST: Final = 65_536
SIZES: Final = tuple(1 << power for power in range(17))
# What takes long to measure at the largest sizes does not get faster there.
PORTABLE_MOST: Final = 1_024
BULK_COUNT: Final = 1_024
BEST: Final = USABLE[-1]
PEERS: Final = find_peers()


@pytest.mark.benchmark(group="one signature, interleaved")
def test_single(benchmark: Any, tables: list[Table], series: list[Series], briefly: bool) -> None:
    item = items(1, 1)[0]
    prepared = prepare(item.key)

    def by(backend: Backend) -> Callable[[], object]:
        return lambda: backend.verify_status(item.key, item.message, item.signature)

    ours = [Contender(f"Mooring {each.name}", by(each)) for each in USABLE]
    ours.append(
        Contender("Mooring, prepared key", lambda: prepared.verify(item.message, item.signature))
    )
    theirs = [Contender(name, make(item)) for name, make in PEERS.makers.items()]
    measured = once(benchmark, lambda: interleave([*ours, *theirs], 1 if briefly else 60))
    table = ratio_table("one Ed25519 verification, interleaved", measured, OPENSSL)
    versions = ", ".join(f"{name}: {what}" for name, what in PEERS.versions.items())
    absent = f"; absent: {', '.join(PEERS.absent)}" if PEERS.absent else ""
    tables.append(Table(f"{table.title} ({versions}{absent})", table.header, table.rows))
    for name, mine in (("Mooring", True), ("others", False)):
        chosen = [each for each in measured if each.name.startswith("Mooring") == mine]
        series.append(
            Series(
                SINGLE,
                name,
                tuple(each.name for each in chosen),
                tuple(1e6 * each.fastest for each in chosen),
            )
        )


@pytest.mark.benchmark(group="batches by size, interleaved")
def test_bulk_by_size(
    benchmark: Any, tables: list[Table], series: list[Series], briefly: bool
) -> None:
    sizes = SIZES[:4] if briefly else SIZES
    # A key that comes back in a batch costs as much as a new one: nothing is kept.
    made = items(sizes[-1], sizes[-1] if briefly else 4_096)
    rates: dict[str, dict[int, float]] = {}

    def measure() -> list[Measured]:
        all_measured: list[Measured] = []
        for size in sizes:
            measured = interleave(_batch_contenders(made[:size], size), 1 if briefly else 5)
            for each in measured:
                rates.setdefault(each.name, {})[size] = 1 / each.fastest
            all_measured += measured
        return all_measured

    once(benchmark, measure)
    series += [Series(BULK, name, tuple(by), tuple(by.values())) for name, by in rates.items()]
    tables.append(
        Table(
            "signatures a second by the size of a batch, unknown keys but where prepared",
            ("batch", *rates),
            tuple(
                (str(size), *(f"{by[size]:.0f}" if size in by else "" for by in rates.values()))
                for size in sizes
            ),
        )
    )


def _batch_contenders(made: list[Item], size: int) -> list[Contender]:
    packed = pack(*([item[part] for item in made] for part in range(3)))

    def by(backend: Backend) -> Callable[[], object]:
        return lambda: backend.verify_batch(*packed)

    contenders = [
        Contender(each.name, by(each), size)
        for each in USABLE
        if each.name != "portable" or size <= PORTABLE_MOST
    ]
    first = made[0].key
    signed = [item for item in made if item.key == first]
    if len(signed) == 1:
        signed *= size
    signed = (signed * (size // len(signed) + 1))[:size]
    prepared = prepare(first)
    signatures = b"".join(item.signature for item in signed)
    messages = b"".join(item.message for item in signed)
    contenders.append(
        Contender(
            f"{BEST.name}, one prepared key",
            lambda: prepared.verify_batch(signatures, messages),
            size,
        )
    )
    openssl = PEERS.makers[OPENSSL](made[0])
    return [*contenders, Contender(f"{OPENSSL}, one by one", openssl)]


@pytest.mark.benchmark(group="many signatures, interleaved")
def test_bulk(benchmark: Any, tables: list[Table], briefly: bool) -> None:
    count = 16 if briefly else BULK_COUNT
    made = items(count, count)
    openssl = [PEERS.makers[OPENSSL](item) for item in made[:16]]

    def one_by_one() -> None:
        for verify in openssl:
            verify()

    contenders = [
        each for each in _batch_contenders(made, count) if not each.name.startswith(OPENSSL)
    ]
    contenders.append(Contender(OPENSSL, one_by_one, len(openssl)))
    measured = once(benchmark, lambda: interleave(contenders, 1 if briefly else 40))
    title = f"{count} Ed25519 verifications in one call, interleaved"
    tables.append(ratio_table(title, measured, OPENSSL))


@pytest.mark.benchmark(group="prepared keys, interleaved")
def test_prepared_by_size(
    benchmark: Any, tables: list[Table], series: list[Series], briefly: bool
) -> None:
    made = items(8 if briefly else BULK_COUNT, 1)
    first = made[0]
    signatures = b"".join(item.signature for item in made)
    messages = b"".join(item.message for item in made)
    sizes = list(TableSize)[:1] if briefly else list(TableSize)
    built = {size: _fastest(partial(prepare, first.key, size)) for size in sizes}
    keys = {size: prepare(first.key, size) for size in sizes}
    cold = "cold, alone"
    contenders = [
        Contender(cold, lambda: BEST.verify_status(first.key, first.message, first.signature)),
        Contender(OPENSSL, PEERS.makers[OPENSSL](first)),
    ]
    for size, key in keys.items():
        contenders += [
            Contender(
                f"{size.name.lower()}, alone",
                partial(key.verify, first.message, first.signature),
            ),
            Contender(
                f"{size.name.lower()}, in bulk",
                partial(key.verify_batch, signatures, messages),
                len(made),
            ),
        ]
    measured = once(benchmark, lambda: interleave(contenders, 1 if briefly else 40))
    by_name = {each.name: each for each in measured}
    rows: list[tuple[str, ...]] = []
    for size in sizes:
        alone = by_name[f"{size.name.lower()}, alone"]
        bulk = by_name[f"{size.name.lower()}, in bulk"]
        saved = by_name[cold].fastest - alone.fastest
        rows.append(
            (
                size.name.lower(),
                str(size.memory_bytes),
                f"{1e3 * built[size]:.2f}",
                f"{1e6 * alone.fastest:.2f}",
                f"{by_name[OPENSSL].fastest / alone.fastest:.1f}",
                f"{1e6 * bulk.fastest:.2f}",
                f"{by_name[OPENSSL].fastest / bulk.fastest:.1f}",
                f"{built[size] / saved:.0f}" if saved > 0 else "",
            )
        )
    header = ("table", "bytes", "ms to build", "us alone", f"times {OPENSSL}")
    tables.append(
        Table(
            "a key prepared beforehand, interleaved",
            (*header, "us in bulk", f"times {OPENSSL}", "pays from"),
            tuple(rows),
        )
    )
    memory = tuple(float(size.memory_bytes) for size in sizes)
    for way in ("alone", "in bulk"):
        times = tuple(1e6 * by_name[f"{size.name.lower()}, {way}"].fastest for size in sizes)
        series.append(Series(PREPARED, way, memory, times))


def _fastest(call: Callable[[], object], times: int = 5) -> float:
    taken: list[float] = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return min(taken)
