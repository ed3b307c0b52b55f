# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What does the ROM cost on a 32-bit RISC-V core: instructions, cycles, code, stack?

The image is the shipped one, executed instruction by instruction, so counts of instructions are
exact and the same on every machine.  One verification is called in the image as it lies in ROM,
with the message of `bench_verify`; phases are those of a boot to compute.  Cycles are a model's,
`_core_model.CoreModel`, over those counts.

Other verifiers stand beside it with the figures of those who published them: for other
compilers, options and tasks, so they say what is usual, not who wins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from mooring_firmware import Ed25519Status, images
from mooring_host.chip import ChipClient
from mooring_host.states import GateState
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import VERIFIER_NONCE, ChipTransport, Form, prepare
from mooring_lab.issuer import Issuer
from mooring_models import Phase
from mooring_models.cpu.rv32_cpu import Rv32Cpu

from ._core_model import MODELS, NOTHING, Meter, Work
from ._report import Table
from ._rom_calls import RomCalls
from .bench_verify import KEY, MESSAGE, SIGNATURE

CLOCK_HZ: Final = 100_000_000
ISSUER: Final = Issuer.from_seed(b"benchmark of boots")
# More than the context of a verification and the multiples of a key need.
CONTEXT_BYTES: Final = 1024
MULTIPLES_BYTES: Final = 4096
R_BYTES: Final = 32


# -- One verification -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """A verifier's figures as somebody published them; empty where nobody did.

    Attributes:
        name: of the verifier.
        instructions: of one verification, RV32.
        code: bytes of code and constants.
        stack: bytes.
        source: who says so.
    """

    name: str
    instructions: str
    code: str
    stack: str
    source: str


# Whole verifications, counted on an RV32IMC interpreter before this ROM was written.
COUNTED: Final = "counted beforehand, not by this run"
PUBLISHED: Final = (
    Published("ed25519-donna, 32 bit", "2050000", "24600", "4100", COUNTED),
    Published("ref10", "2400000", "22300", "", COUNTED),
    Published("Monocypher", "3100000", "14500", "", COUNTED),
    Published("ed25519_heapless 0.5.2", "", "15770", "2640", "docs.rs, RV32IMAC, u8 limbs"),
    Published("ed25519_heapless 0.5.2", "", "15462", "5500", "docs.rs, RV32IMAC, u32 limbs"),
)


@dataclass(frozen=True)
class Verified:
    """One way to verify, measured."""

    name: str
    work: Work
    stack_bytes: int


class Verifier:
    """The ROM's verification, called in its image."""

    def __init__(self) -> None:
        self._calls = RomCalls(images.load())
        self._context = self._calls.place(bytes(CONTEXT_BYTES))
        self._multiples = self._calls.place(bytes(MULTIPLES_BYTES))
        self._key = self._calls.place(KEY)
        self._signature = self._calls.place(SIGNATURE)
        self._message = self._calls.place(MESSAGE)
        self._r = self._calls.place(bytes(R_BYTES))

    def prepare(self) -> Verified:
        """Makes the multiples of the key."""
        self._begin()
        self._step("prepare", self._multiples, self._key)
        return self._done("making the multiples of a key")

    def cold(self) -> Verified:
        """Verifies with a key that was never seen."""
        self._begin()
        self._step("start", self._context, self._key, self._signature)
        self._hash()
        self._step("finish", self._context, self._r)
        return self._good("a key never seen before")

    def prepared(self) -> Verified:
        """Verifies with the multiples of the key at hand."""
        self._begin()
        started = self._calls.call(
            "mooring_ed25519_start_prepared",
            self._context,
            self._multiples,
            self._key,
            self._signature,
        )
        assert started == Ed25519Status.PREPARED
        self._hash()
        self._step("finish_prepared", self._context, self._multiples, self._r)
        return self._good("the multiples at hand")

    def _begin(self) -> None:
        self._calls.work, self._calls.stack_bytes = NOTHING, 0

    def _hash(self) -> None:
        self._calls.call("mooring_ed25519_update", self._context, self._message, len(MESSAGE))

    def _step(self, name: str, *arguments: int) -> None:
        assert self._calls.call(f"mooring_ed25519_{name}", *arguments) == Ed25519Status.OK

    def _good(self, name: str) -> Verified:
        assert self._calls.read(self._r, R_BYTES) == SIGNATURE[:R_BYTES]
        return self._done(name)

    def _done(self, name: str) -> Verified:
        return Verified(name, self._calls.work, self._calls.stack_bytes)


@pytest.fixture(scope="module")
def verified(tables: list[Table]) -> Iterator[list[Verified]]:
    """Each way that was measured; becomes a table in the end."""
    collected: list[Verified] = []
    yield collected
    if collected:
        tables.append(_verification_table(collected))


@pytest.mark.benchmark(group="one Ed25519 verification on the emulated RV32IMC core")
def test_rv32_key_never_seen(benchmark: Any, verified: list[Verified]) -> None:
    measured: Verified = benchmark.pedantic(Verifier().cold, rounds=2)

    verified.append(measured)
    benchmark.extra_info["instructions"] = measured.work.instructions


@pytest.mark.benchmark(group="one Ed25519 verification on the emulated RV32IMC core")
def test_rv32_multiples_at_hand(benchmark: Any, verified: list[Verified]) -> None:
    verifier = Verifier()
    making = verifier.prepare()
    measured: Verified = benchmark.pedantic(verifier.prepared, rounds=2)

    verified += [making, measured]
    benchmark.extra_info["instructions"] = measured.work.instructions
    assert measured.work.instructions < Verifier().cold().work.instructions


def _verification_table(collected: list[Verified]) -> Table:
    header = ("verifier", "instructions", *(m.name for m in MODELS), "code", "stack", "who says")
    code = str(_core_bytes())
    ours = [
        (
            f"this ROM, {each.name}",
            str(each.work.instructions),
            *map(str, each.work.cycles),
            code,
            str(each.stack_bytes),
            "this run",
        )
        for each in collected
    ]
    theirs = [
        (p.name, p.instructions, *("" for _ in MODELS), p.code, p.stack, p.source)
        for p in PUBLISHED
    ]
    title = "one Ed25519 verification on RV32IMC, message of 300 bytes (code with SHA-2; bytes)"
    return Table(title, header, (*ours, *theirs))


# -- A boot ---------------------------------------------------------------------------------------


@dataclass
class Booked:
    """What a phase has executed, over all its times."""

    times: int = 0
    work: Work = NOTHING


@pytest.mark.benchmark(group="one boot to compute on the emulated RV32IMC core")
def test_rv32_boot(benchmark: Any, tables: list[Table]) -> None:
    prepared = prepare("one", ISSUER, baud=3_000_000, form=Form.NONCE, cpu="rv32")
    seen: list[dict[Phase | None, Booked]] = []

    def boot() -> None:
        chip = prepared.chip()
        assert isinstance(chip.cpu, Rv32Cpu)
        meter = Meter(chip.cpu.core)
        book: dict[Phase | None, Booked] = {}
        now: list[Phase | None] = [None]

        def close() -> None:
            booked = book.setdefault(now[0], Booked())
            booked.times += 1
            booked.work += meter.read()

        def enter(_: int, phase: Phase) -> None:
            close()
            now[0] = phase

        chip.on_phase = enter
        client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
        tokens = prepared.delivery
        chip.power_on()
        chip.run_until_idle()
        client.trust(tokens.root_key, tokens.trust_list)
        client.challenge(VERIFIER_NONCE)
        assert client.load_licence(tokens.location, tokens.licence).gate is GateState.OPEN
        close()
        seen.append(book)

    benchmark.pedantic(boot, rounds=1)

    tables.append(_phase_table(seen[-1]))
    assert Phase.OPEN in seen[-1]


def _phase_table(book: dict[Phase | None, Booked]) -> Table:
    header = (
        "phase, from its marker to the next",
        "times",
        "instructions",
        *(model.name for model in MODELS),
        "ms of each at 100 MHz",
    )

    def row(name: str, times: str, work: Work) -> tuple[str, ...]:
        ms = " / ".join(f"{1e3 * each / CLOCK_HZ:.2f}" for each in work.cycles)
        return (name, times, str(work.instructions), *map(str, work.cycles), ms)

    rows = [
        row(
            phase.name.lower().replace("_", " ") if phase else "before the first",
            str(booked.times),
            booked.work,
        )
        for phase, booked in book.items()
    ]
    total = sum((booked.work for booked in book.values()), NOTHING)
    rows.append(row("in all", "", total))
    return Table("one boot to compute on RV32IMC, nonce form", header, tuple(rows))


# -- Size -----------------------------------------------------------------------------------------

ROM_BYTES: Final = 40 * 1024
RAM_BYTES: Final = 24 * 1024
OTHER_BOOT_LOADER: Final = 40_422


def _report() -> dict[str, Any]:
    """What the image's build says of it."""
    image = images.load()
    loaded: dict[str, Any] = json.loads(image.elf.with_suffix(".json").read_text("utf-8"))
    return loaded


def _core_bytes() -> int:
    """Code and constants of the arithmetic: curve, hashes, memory."""
    modules: dict[str, int] = _report()["modules"]
    return sum(size for name, size in modules.items() if name.startswith("core/"))


@pytest.mark.benchmark(group="reading the image's report")
def test_rv32_size(benchmark: Any, tables: list[Table]) -> None:
    report = benchmark.pedantic(_report, rounds=1)
    modules: dict[str, int] = report["modules"]
    rows = [(name, str(size), "") for name, size in sorted(modules.items())]
    rows.append(("ROM in all", str(report["rom_bytes"]), str(ROM_BYTES)))
    rows.append(("an open boot loader with Ed25519", str(OTHER_BOOT_LOADER), ""))
    rows.append(("RAM: state and buffers", str(report["data_bytes"]), ""))
    rows.append(("RAM: deepest stack, by the call graph", str(report["stack_bytes"]), ""))
    used = report["data_bytes"] + report["stack_bytes"]
    rows.append(("RAM in all", str(used), str(RAM_BYTES)))
    tables.append(Table("the RV32IMC image, bytes", ("part", "bytes", "budget"), tuple(rows)))

    assert sum(modules.values()) == report["rom_bytes"]
