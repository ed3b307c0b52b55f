# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where scenarios are set: a chip in production, its issuer, a thief, and the bytes between.

All chance is seeded and time is virtual, so that a scenario is the same in every process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Final, NoReturn, Self

from mooring_host.chip import ChipClient
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.states import Mode
from mooring_host.token import NonceBound
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.errors import LabError
from mooring_lab.fleet import ChipTransport, nonce_of
from mooring_lab.issuer import Issuer
from mooring_models import Chip, ChipConfig
from mooring_models.clock import seconds
from mooring_models.config import Persistent
from mooring_models.cpu.rv32_cpu import Rv32Cpu

VERIFIER_NONCE: Final = sha256(b"verifier of the fault campaigns").digest()
LONGEST_GRANT_S: Final = 7200
BAUD: Final = 3_000_000
"""A fast line keeps virtual time out of the way."""
ISSUER: Final = Issuer.from_seed(b"fault campaigns")
THIEF: Final = Issuer.from_seed(b"fault campaigns, the thief")


def chip_config(cpu: str, image: str) -> ChipConfig:
    """How the chip of every campaign is built."""
    seed = sha256(b"fault campaigns").digest()
    return ChipConfig(name="target", seed=seed, baud=BAUD, cpu=cpu, image=image)


def client_of(chip: Chip) -> ChipClient:
    """A client on the chip's own line."""
    return ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)


@cache
def provisioned() -> Persistent:
    """What a chip keeps that has just been locked in DENY mode.

    Made on the native core: both leave the same bytes behind.
    """
    chip = Chip.manufacture(chip_config("native", ChipConfig().image))
    chip.power_on()
    client = client_of(chip)
    plan = FusePlan(Mode.DENY, LONGEST_GRANT_S, (ISSUER.root_digest,), allow_sequence=True)
    burn(client, plan)
    lock(client, plan)
    chip.power_off()
    return chip.persistent


def rv32_cpu(chip: Chip) -> Rv32Cpu:
    """The chip's CPU; raises `LabError` if that executes no RV32 image."""
    if not isinstance(chip.cpu, Rv32Cpu):
        raise LabError(f"strike {chip.name}", f"its CPU is {chip.cpu.name}, expected rv32")
    return chip.cpu


class _Sent(Exception):
    """The request is complete; nothing is to be waited for."""


class _Recorder:
    """A transport that keeps what is sent and lets nobody wait."""

    def __init__(self) -> None:
        self.name: Final = "recorder"
        self.data = b""

    def write(self, data: bytes) -> None:
        """Keeps `data`."""
        self.data += data

    def read(self, timeout_s: float) -> NoReturn:
        """The request has been sent."""
        raise _Sent

    def discard_input(self) -> None:
        """Nothing has arrived."""

    def monotonic(self) -> float:
        """Time stands still."""
        return 0.0

    def sleep(self, seconds: float, /) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to give back."""


def wire(ask: Callable[[ChipClient], object]) -> bytes:
    """The bytes that `ask` puts on the line with its first request."""
    recorder = _Recorder()
    try:
        ask(ChipClient(recorder, requester=ONLY_REQUESTER))
    except _Sent:
        return recorder.data
    raise LabError("record a request", "none was sent")


class Stage:
    """One chip with power, and who talks to it.

    Attributes:
        chip: the chip.
        client: a client on its line.
    """

    def __init__(self, chip: Chip) -> None:
        self.chip: Final = chip
        self.client: Final = client_of(chip)

    @classmethod
    def boot(cls, image: str, cpu: str = "rv32", kept: Persistent | None = None) -> Self:
        """A chip that has just been powered on, by default one that has just been locked."""
        chip = Chip(chip_config(cpu, image), kept or provisioned())
        chip.power_on()
        return cls(chip)

    @property
    def ueid(self) -> bytes:
        """The chip's id."""
        return self.chip.ueid

    def trust(self, trust_list: bytes | None = None) -> None:
        """Sends a trust list of the issuer; by default the first."""
        self.client.trust(ISSUER.root_key, trust_list or ISSUER.trust_list())

    def fresh(self) -> NonceBound:
        """The chip's own nonce."""
        return NonceBound(nonce_of(self.client.challenge(VERIFIER_NONCE)))

    def reboot(self) -> None:
        """Cuts the supply and brings it back."""
        self.chip.power_off()
        self.chip.power_on()

    def deliver(self, data: bytes) -> None:
        """Puts bytes on the line and lets all that follows happen, whatever the answer."""
        self.chip.link.receive()
        self.chip.link.send(data)
        self.chip.run_until_idle()
        self.chip.link.receive()

    def wait(self, duration_s: float) -> None:
        """Lets time pass."""
        self.chip.loop.run_for(seconds(duration_s))
