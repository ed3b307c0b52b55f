# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Cycles of a run on an RV32IMC core in silicon: a stated model over exact counts.

The interpreter counts how often each instruction executed and each branch was taken, which is
exact; what an instruction of each kind costs is the model's.  Caches, a bus that waits and
refills after unaligned jumps are not in it: ROM and RAM answer in the next cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mooring_models.cpu.rv32.core import Core, Profile


@dataclass(frozen=True)
class CoreModel:
    """Cycles of each kind of instruction.

    Attributes:
        name: as a column's head.
        plain: everything that is not named below.
        load: a load.
        store: a store.
        taken: a conditional branch that is taken; otherwise it is plain.
        jump: an unconditional jump, a call or a return.
        mul: the low word of a product.
        mulh: its high word.
        div: a quotient or a remainder.
    """

    name: str
    plain: int = 1
    load: int = 2
    store: int = 2
    taken: int = 3
    jump: int = 2
    mul: int = 3
    mulh: int = 4
    div: int = 38

    def of(self, mnemonic: str) -> int:
        """Cycles of an instruction; of a branch, if it is not taken."""
        match mnemonic:
            case "lb" | "lh" | "lw" | "lbu" | "lhu":
                return self.load
            case "sb" | "sh" | "sw":
                return self.store
            case "jal" | "jalr":
                return self.jump
            case "mul":
                return self.mul
            case "mulh" | "mulhu" | "mulhsu":
                return self.mulh
            case "div" | "divu" | "rem" | "remu":
                return self.div
            case _:
                return self.plain


# Ibex's documentation, "Pipeline Details", table of stall cycles, each one more here: an
# in-order core of two stages, memories that answer in the next cycle.  The default is its
# configuration "small": a multiplier of three cycles, no adder of its own for branch targets.
SMALL: Final = CoreModel("cycles, small core")
# With a single-cycle multiplier and that adder, as OpenTitan configures it.
QUICK: Final = CoreModel("cycles, quick core", taken=2, mul=1, mulh=2)
MODELS: Final = (SMALL, QUICK)

_BRANCHES: Final = frozenset(("beq", "bne", "blt", "bge", "bltu", "bgeu"))


@dataclass(frozen=True)
class Work:
    """What was executed.

    Attributes:
        instructions: how many.
        cycles: what they cost on each of `MODELS`.
    """

    instructions: int
    cycles: tuple[int, ...]

    def __add__(self, other: Work) -> Work:
        return Work(
            self.instructions + other.instructions,
            tuple(a + b for a, b in zip(self.cycles, other.cycles, strict=True)),
        )


NOTHING: Final = Work(0, (0,) * len(MODELS))


class Meter:
    """Tells what a core has executed since the meter was last read; it then begins anew."""

    def __init__(self, core: Core) -> None:
        self._core: Final = core
        self._profile: Profile = core.profile()

    def read(self) -> Work:
        """What has executed since."""
        profile, self._profile = self._profile, self._core.profile()
        counts = profile.counts()
        mnemonics = {at: self._core.disassemble(at).split()[0] for at in counts}
        taken = sum(profile.taken(at) for at in counts if mnemonics[at] in _BRANCHES)
        cycles = (
            sum(model.of(mnemonics[at]) * count for at, count in counts.items())
            + (model.taken - model.plain) * taken
            for model in MODELS
        )
        return Work(sum(counts.values()), tuple(cycles))
