# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Many chips in one process: made, provisioned, booted and licensed, with the cost of each.

A full boot is power, self-test, trust list, location result and licence, through the host
library, framing and UART to an open gate; nothing is bypassed.  Its tokens exist beforehand:
for the nonce form, a rehearsal with a copy of the same chip tells the nonce that it will
draw, since all its chance is seeded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Final, TypeAlias

from mooring_host.airgap import LicenceDelivery
from mooring_host.chip import ChipClient
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.link import Observer, WireEvent
from mooring_host.states import GateState, Mode
from mooring_host.token import Evidence, NonceBound, SequenceBound
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.errors import LabError
from mooring_lab.issuer import Issuer
from mooring_models import Chip, ChipConfig, EventLoop, Phase
from mooring_models.clock import SECOND, seconds
from mooring_models.config import Persistent
from mooring_models.line import LineEnd

FLEET_SEED: Final = b"fleet"
VERIFIER_NONCE: Final = sha256(b"verifier of the fleet").digest()
LONGEST_GRANT_S: Final = 7200


class ChipTransport:
    """A `mooring_host.transport.Transport` wired straight to a chip in this process."""

    def __init__(self, chip: Chip) -> None:
        self._loop: EventLoop = chip.loop
        self._line: LineEnd = chip.link
        self.name: Final = f"chip {chip.name}"

    def write(self, data: bytes) -> None:
        """Puts bytes on the line."""
        self._line.send(data)

    def read(self, timeout_s: float) -> bytes:
        """What has arrived; virtual time passes until something has."""
        line = self._line
        if not line.waiting:
            self._loop.run_until(line.has_data, self._loop.now + seconds(timeout_s))
        return line.receive()

    def discard_input(self) -> None:
        """Forgets what has arrived."""
        self._line.receive()

    def monotonic(self) -> float:
        """Virtual seconds."""
        return self._loop.now / SECOND

    def sleep(self, duration_s: float) -> None:
        """Lets virtual time pass."""
        self._loop.run_for(seconds(duration_s))

    def close(self) -> None:
        """The chip stays where it is."""


class Form(Enum):
    """The two forms of freshness."""

    NONCE = "nonce"
    SEQUENCE = "sequence"


class Step(Enum):
    """The steps of a full boot, in order."""

    POWER = "power to ready"
    """Reset, self-test and fuses, until the chip listens."""
    TRUST = "trust list"
    CHALLENGE = "challenge"
    """Only in the nonce form."""
    LICENCE = "location result and licence"


@dataclass
class Cost:
    """What one step took.

    Attributes:
        host_s: seconds of this machine.
        virtual_s: seconds of the chip.
        accesses: of the bus; a block is one on a back end that has blocks.
        to_chip: bytes on the wire to the chip.
        from_chip: bytes on the wire from it.
    """

    host_s: float = 0.0
    virtual_s: float = 0.0
    accesses: int = 0
    to_chip: int = 0
    from_chip: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.host_s + other.host_s,
            self.virtual_s + other.virtual_s,
            self.accesses + other.accesses,
            self.to_chip + other.to_chip,
            self.from_chip + other.from_chip,
        )


@dataclass
class BootReport:
    """A full boot, step by step.

    Attributes:
        steps: in order.
        phases: virtual seconds of each phase of the ROM's work, from its marker to the next one
            or until the CPU rests, storage included.  Phases that come several times are
            added up; the rest of the time went to the line.
    """

    steps: dict[Step, Cost] = field(default_factory=dict[Step, Cost])
    phases: dict[Phase, float] = field(default_factory=dict[Phase, float])

    @property
    def total(self) -> Cost:
        """All steps together."""
        return sum(self.steps.values(), Cost())


@dataclass(frozen=True)
class Prepared:
    """A provisioned chip without power, and the tokens with which it will boot.

    Attributes:
        config: how it is built.
        kept: what it keeps without power; booting does not change this.
        delivery: tokens issued beforehand.
        form: their freshness.
    """

    config: ChipConfig
    kept: Persistent
    delivery: LicenceDelivery
    form: Form

    def chip(self) -> Chip:
        """The chip, off, as it was prepared; each call gives a new copy of it."""
        return Chip(self.config, self.kept)


def fuse_plan(issuer: Issuer, mode: Mode = Mode.DENY) -> FusePlan:
    """Fuses that trust `issuer` and permit both forms of freshness."""
    return FusePlan(mode, LONGEST_GRANT_S, (issuer.root_digest,), allow_sequence=True)


def provision(chip: Chip, issuer: Issuer, mode: Mode = Mode.DENY) -> ChipClient:
    """Takes a new chip to production over its own link; it is powered afterwards."""
    if not chip.powered:
        chip.power_on()
    client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
    plan = fuse_plan(issuer, mode)
    burn(client, plan)
    lock(client, plan)
    return client


def prepare(
    name: str,
    issuer: Issuer,
    *,
    baud: int = 115200,
    form: Form = Form.NONCE,
    mode: Mode = Mode.DENY,
    cpu: str = "native",
) -> Prepared:
    """Makes and provisions a chip, and issues the tokens of its next boot."""
    seed = sha256(FLEET_SEED + name.encode()).digest()
    config = ChipConfig(name=name, seed=seed, baud=baud, cpu=cpu)
    chip = Chip.manufacture(config)
    provision(chip, issuer, mode)
    chip.power_off()
    kept = chip.persistent
    freshness = (
        SequenceBound(1, 1)
        if form is Form.SEQUENCE
        else NonceBound(_rehearse(Chip(config, kept), issuer))
    )
    return Prepared(config, kept, issuer.delivery(chip.ueid, freshness), form)


def _rehearse(chip: Chip, issuer: Issuer) -> bytes:
    """The nonce that the chip will draw after its next power-on and trust list."""
    chip.power_on()
    client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
    client.trust(issuer.root_key, issuer.trust_list())
    return nonce_of(client.challenge(VERIFIER_NONCE))


def nonce_of(evidence: bytes) -> bytes:
    """The chip's own nonce in its evidence.

    Raises:
        LabError: there is none.
    """
    nonce = Evidence.from_token(evidence).own_nonce
    if nonce is None:
        raise LabError("read a challenge", "the evidence carries no nonce of the chip")
    return nonce


class PhaseMeter:
    """Takes the virtual time of each phase of a chip's work, until it is closed.

    Attributes:
        spans: the phases as they came, and the picoseconds that each took.
    """

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self.spans: list[tuple[Phase, int]] = []
        self._begun: tuple[int, Phase] | None = None
        chip.on_phase = self._enter
        chip.on_rest = self._rest

    def _enter(self, now: int, phase: Phase) -> None:
        self._rest(now)
        self._begun = now, phase

    def _rest(self, now: int) -> None:
        if self._begun is not None:
            since, phase = self._begun
            self.spans.append((phase, now - since))
            self._begun = None

    def close(self) -> dict[Phase, float]:
        """Seconds of each phase, in the order in which they first came."""
        self._chip.on_phase = self._chip.on_rest = None
        spent: dict[Phase, int] = {}
        for phase, span in self.spans:
            spent[phase] = spent.get(phase, 0) + span
        return {phase: total / SECOND for phase, total in spent.items()}


class _Meter:
    """Adds up what happens within `measure`."""

    def __init__(self, chip: Chip, clock: Callable[[], float]) -> None:
        self._chip = chip
        self._clock = clock
        self._cost = Cost()
        self.report: Final = BootReport()
        self.phases: Final = PhaseMeter(chip)

    def observe(self, event: WireEvent) -> None:
        """Counts bytes on the wire."""
        if event.direction.name == "SENT":
            self._cost.to_chip += len(event.data)
        else:
            self._cost.from_chip += len(event.data)

    @contextmanager
    def measure(self, step: Step) -> Generator[None]:
        """Books all costs until the end of the block to `step`."""
        self._cost = Cost()
        began, now, accesses = self._clock(), self._chip.loop.now, self._chip.bus.accesses
        yield
        self._cost.host_s = self._clock() - began
        self._cost.virtual_s = (self._chip.loop.now - now) / SECOND
        self._cost.accesses = self._chip.bus.accesses - accesses
        self.report.steps[step] = self._cost


@dataclass(frozen=True)
class Booted:
    """A chip that computes.

    Attributes:
        chip: the chip.
        evidence: what it answered to the challenge; none in the sequence form.
    """

    chip: Chip
    evidence: bytes


Measure: TypeAlias = Callable[[Step], AbstractContextManager[None]]


def _unmeasured(step: Step) -> AbstractContextManager[None]:
    del step
    return nullcontext()


def _boot(chip: Chip, prepared: Prepared, observer: Observer | None, measure: Measure) -> Booted:
    """Takes a chip to an open gate; errors as in `full_boot`."""
    client = ChipClient(ChipTransport(chip), observer=observer, requester=ONLY_REQUESTER)
    tokens = prepared.delivery
    evidence = b""
    with measure(Step.POWER):
        chip.power_on()
        chip.run_until_idle()
    with measure(Step.TRUST):
        client.trust(tokens.root_key, tokens.trust_list)
    if prepared.form is Form.NONCE:
        with measure(Step.CHALLENGE):
            evidence = client.challenge(VERIFIER_NONCE)
    with measure(Step.LICENCE):
        answer = client.load_licence(tokens.location, tokens.licence)
    if answer.gate is not GateState.OPEN:
        raise LabError(f"boot {chip.name}", f"the gate is {answer.gate.name}")
    return Booted(chip, evidence)


def full_boot(
    prepared: Prepared,
    *,
    clock: Callable[[], float] = time.perf_counter,
    chip: Chip | None = None,
) -> tuple[Chip, BootReport]:
    """Boots a copy of a prepared chip to an open gate, and measures it.

    Args:
        prepared: the chip.
        clock: seconds of this machine.
        chip: a copy made beforehand, to which something was done.

    Returns:
        The chip, computing, and what each step cost.

    Raises:
        LabError: the gate did not open.
        ChipError: the chip refused a token.
    """
    chip = prepared.chip() if chip is None else chip
    meter = _Meter(chip, clock)
    _boot(chip, prepared, meter.observe, meter.measure)
    meter.report.phases = meter.phases.close()
    return chip, meter.report


def boot_all(fleet: Iterable[Prepared]) -> list[Booted]:
    """Boots a copy of each chip of a fleet, one after the other, and measures nothing."""
    return boot_each((each.chip(), each) for each in fleet)


def boot_each(fleet: Iterable[tuple[Chip, Prepared]]) -> list[Booted]:
    """Boots chips that are off, each a copy of the one that was prepared; as `boot_all`."""
    return [_boot(chip, prepared, None, _unmeasured) for chip, prepared in fleet]
