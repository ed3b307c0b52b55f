# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Who plays in the demonstration: two chips in another process, an authority, a forger."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_host.authority import Authority, init_authority
from mooring_host.chip import ChipClient
from mooring_host.matrix import Int8Matrix
from mooring_host.states import Role
from mooring_host.token import Evidence
from mooring_lab.bench import ZONES, Bench
from mooring_lab.control import LabControl
from mooring_lab.emulated import DEFAULT_CPU
from mooring_lab.issuer import START, Issuer
from mooring_lab.running import RunningChip
from mooring_lab.serve.process import ChipProcess
from mooring_models.entropy import Stream

# Fast enough that a watcher waits for the chip's thinking and not for the line.
BAUD: Final = 921_600
ANSWER_TIMEOUT_S: Final = 10.0


class LabTime:
    """The demonstration's clock: it stands still but for the jumps that the story makes."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> int:
        """Seconds since 1970."""
        return self._now

    def passed(self, seconds: int) -> None:
        """Notes a jump."""
        self._now += seconds


@dataclass
class Player:
    """One chip on its pseudo-terminal, with the lab's hands on its board.

    Attributes:
        served: where it is.
        client: the host side, through pyserial.
        lab: time, supply and memory of its board.
        bench: the chip beside its authority.
    """

    served: RunningChip
    client: ChipClient
    lab: LabControl
    bench: Bench

    @property
    def port(self) -> str:
        """The pseudo-terminal."""
        return self.served.ports[0]

    def evidence(self) -> Evidence:
        """What the chip attests now."""
        return Evidence.from_token(self.client.status(self.bench.entropy(32)))


@dataclass
class Cast:
    """All of them, from a folder that is thrown away afterwards.

    Args:
        folder: for state files, links, sockets, keys and the authority's database.
        seed: of everything that is random.
        cpu: back end that runs the chips' ROM.
    """

    folder: Path
    seed: int
    cpu: str = DEFAULT_CPU
    time: LabTime = field(default_factory=LabTime, init=False)

    def __enter__(self) -> Cast:
        with ExitStack() as stack:
            self._enter(stack)
            self._stack = stack.pop_all()
        return self

    def _enter(self, stack: ExitStack) -> None:
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        chance = Stream(self.seed.to_bytes(8, "big"), "demonstration")
        options = {
            "--name": "demo0",
            "--count": 2,
            "--baud": BAUD,
            "--seed": self.seed,
            "--cpu": self.cpu,
            "--state": self.folder / "chips",
        }
        self.process = stack.enter_context(
            ChipProcess(
                [str(word) for option in options.items() for word in option],
                environment={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
                log=self.folder / "chips.log",
            )
        )
        self.authority: Authority = stack.enter_context(
            init_authority(self.folder / "authority", now=self.time.now, entropy=chance.draw)
        )
        players: list[Player] = []
        for served in self.process.chips:
            client = stack.enter_context(
                ChipClient.open(served.ports[0], baud=BAUD, timeout_s=ANSWER_TIMEOUT_S)
            )
            lab = stack.enter_context(LabControl(served.lab))
            bench = Bench(client, self.authority, self.time.now, chance.draw)
            players.append(Player(served, client, lab, bench))
        self.chip, self.reporter = players
        self.forger = Issuer(
            root=self.authority.signer_for(Role.LICENCE),
            licence_key=self.authority.signer_for(Role.LICENCE),
            location_key=self.authority.signer_for(Role.LOCATION),
            zone_set=ZONES.digest,
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def jump(self, seconds: int) -> None:
        """Lets time pass at once, for the chips and for the authority."""
        for player in (self.chip, self.reporter):
            player.lab.advance(seconds)
        self.time.passed(seconds)


@dataclass(frozen=True)
class Workload:
    """Two matrices of int8 and their product according to numpy."""

    a: NDArray[np.int8]
    b: NDArray[np.int8]

    @classmethod
    def from_seed(cls, seed: int) -> Workload:
        """Matrices of 48 x 64 and 64 x 32."""
        chance = np.random.default_rng(seed)
        return cls(
            chance.integers(-128, 128, (48, 64), dtype=np.int8),
            chance.integers(-128, 128, (64, 32), dtype=np.int8),
        )

    @property
    def expected(self) -> NDArray[np.int32]:
        """What numpy says."""
        return self.a.astype(np.int32) @ self.b.astype(np.int32)

    def run(self, client: ChipClient) -> NDArray[np.int32]:
        """What the chip's engine says."""
        product = client.compute(
            Int8Matrix.from_buffer(self.a.data), Int8Matrix.from_buffer(self.b.data)
        )
        flat = np.frombuffer(product.data, dtype="<i4")
        return flat.reshape(product.rows, product.columns)

    def judge(self, product: NDArray[np.int32]) -> str | None:
        """What was seen, if the product is right."""
        if not (product == self.expected).all():
            return None
        return f"48 x 64 times 64 x 32: all {product.size} numbers equal numpy's"
