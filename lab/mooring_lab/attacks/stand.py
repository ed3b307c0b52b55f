# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip in production on a bench, with its issuers: what every attack begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Final

from mooring_firmware.images import SHIPPED
from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.matrix import Int8Matrix
from mooring_host.states import Mode
from mooring_host.token import Evidence, NonceBound, SequenceBound
from mooring_host.verifier import Appraisal, AttestedState, Reference, TrustState, appraise
from mooring_host.wire.messages import LicenceResponse
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_lab.issuer import START, Issuer
from mooring_models import Chip, ChipConfig
from mooring_models._regs import GateState
from mooring_models.config import Persistent
from mooring_models.state import State

BAUD: Final = 3_000_000
LONGEST_GRANT_S: Final = 7200
SMALL: Final = (
    Int8Matrix.from_rows([[1, 2], [3, 4]]),
    Int8Matrix.from_rows([[5, 6], [7, 8]]),
)
SMALL_PRODUCT: Final = [[19, 22], [43, 50]]
# 16 cycles and one more for each 256 multiplications begun (hw_models/chip.rdl, engine).
SMALL_CYCLES: Final = 17

Form = NonceBound | SequenceBound


@dataclass(frozen=True)
class Tokens:
    """What opens a gate: a location result and the licence that names it.

    Attributes:
        location: the location result.
        licence: the licence.
        form: its freshness.
    """

    location: bytes
    licence: bytes
    form: Form


@dataclass(frozen=True)
class Build:
    """How a stand's chip is made.

    Attributes:
        cpu: back end that runs the ROM.
        seed: of all that is random.
        label: tells the chips of one run apart.
        mode: what the fuses say.
        roots: how many root slots are fused.
    """

    cpu: str
    seed: bytes
    label: str = "chip"
    mode: Mode = Mode.DENY
    roots: int = 2

    @property
    def issuers(self) -> tuple[Issuer, ...]:
        """The authority's keys, one set for each root slot that may be fused."""
        return _issuers(self.seed)

    @property
    def plan(self) -> FusePlan:
        """The fuses: both forms of freshness are allowed."""
        digests = tuple(issuer.root_digest for issuer in self.issuers[: self.roots])
        throttle = 6554 if self.mode is Mode.THROTTLE else 0
        return FusePlan(self.mode, LONGEST_GRANT_S, digests, throttle=throttle, allow_sequence=True)

    @property
    def config(self) -> ChipConfig:
        """How the chip is strapped."""
        seed = sha256(self.seed + self.label.encode()).digest()
        return ChipConfig(self.label, seed, BAUD, self.cpu)


@cache
def _issuers(seed: bytes) -> tuple[Issuer, ...]:
    return tuple(Issuer.from_seed(seed + bytes((slot,))) for slot in range(2))


@cache
def provisioned(build: Build) -> Persistent:
    """What a chip keeps that has just been locked; made once a process."""
    chip = Chip.manufacture(build.config)
    chip.power_on()
    client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
    burn(client, build.plan)
    lock(client, build.plan)
    chip.power_off()
    return chip.persistent


@cache
def _trusting(build: Build) -> State:
    """The chip of a build that has booted and accepted its issuer's first list."""
    stand = Stand(build)
    stand.trust()
    return stand.capture()


class Stand:
    """A chip with hands on its board, its line, and the keys that license it.

    Attributes:
        build: how it was made.
        chip: the chip.
        client: the host side of its line.
        issuer: who signs; its first by default.
    """

    def __init__(self, build: Build, chip: Chip | None = None) -> None:
        self.build: Final = build
        self.issuer = build.issuers[0]
        self._numbers = 0
        self._connect(Chip(build.config, provisioned(build)) if chip is None else chip)

    @classmethod
    def trusting(cls, build: Build) -> Stand:
        """A stand whose chip has accepted its issuer's first trust list."""
        return cls(build, Chip.from_capture(_trusting(build)))

    def _connect(self, chip: Chip) -> None:
        self.chip = chip
        # A chip without power answers nothing, however often it is asked.
        self.once = ChipClient(ChipTransport(chip), tries=1, requester=ONLY_REQUESTER)
        self.client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
        if not chip.powered:
            chip.power_on()

    # -- Hands on the board ------------------------------------------------------------

    def reboot(self, memory: bytes | None = None) -> None:
        """Cuts the supply and brings it back; in between, NVRAM may become `memory`."""
        self.chip.power_off()
        if memory is not None:
            self.chip.nvram.contents = memory
        self.power_up()

    def power_up(self) -> None:
        """Brings the supply back; what is left on the line belongs to the past."""
        self.chip.power_on()
        self.chip.run_until_idle()
        self.chip.link.receive()

    @property
    def memory(self) -> bytes:
        """The contents of the NVRAM."""
        return self.chip.nvram.contents

    def capture(self) -> State:
        """The whole chip, at rest."""
        self.chip.run_until_idle()
        return self.chip.capture()

    def restore(self, captured: State) -> None:
        """Makes the chip what it was; its lines are plugged in anew."""
        self._connect(Chip.from_capture(captured))

    def change_rom(self, measurement: bytes, image: str = SHIPPED) -> None:
        """Plugs what the chip keeps into one with another ROM.

        Args:
            measurement: what ROMCTRL shows of it.
            image: what runs, by its name in `mooring_firmware.images`.
        """
        self.chip.power_off()
        config = replace(self.chip.config, image=image, rom_measurement=measurement)
        self._connect(Chip(config, self.chip.persistent))

    # -- Tokens -----------------------------------------------------------------------

    @property
    def ueid(self) -> bytes:
        """The chip's id."""
        return self.chip.ueid

    def trust(self, epoch: int = 1, trust_list: bytes | None = None) -> None:
        """Sends a trust list; by default the issuer's own of that epoch."""
        self.client.trust(self.issuer.root_key, trust_list or self.issuer.trust_list(epoch))

    def fresh(self) -> NonceBound:
        """The chip's own nonce, drawn now if there is none."""
        nonce = self.evidence(draw=True).own_nonce
        if nonce is None:
            raise AssertionError("evidence that was asked for a challenge carries one")
        return NonceBound(nonce)

    def tokens(
        self, form: Form | None = None, *, place: dict[str, object] | None = None, **changes: object
    ) -> Tokens:
        """A location result and a licence for it, good but for what is changed.

        Args:
            form: freshness; by default the chip's own nonce.
            place: changes to the location result, by `Issuer.location`'s arguments; it is as
                old as the licence otherwise.
            changes: changes to the licence, by `Issuer.licence`'s arguments.
        """
        form = form or self.fresh()
        self._numbers += 1
        where: dict[str, object] = {
            "ueid": self.ueid,
            "nonce": form.nonce if isinstance(form, NonceBound) else None,
            "issued_at": changes.get("issued_at", START),
        } | (place or {})
        location = self.issuer.location(**where)  # type: ignore[arg-type]  # by name
        what: dict[str, object] = {
            "ueid": self.ueid,
            "freshness": form,
            "location": location,
            "number": self._numbers,
        } | changes
        return Tokens(location, self.issuer.licence(**what), form)  # type: ignore[arg-type]

    def load(self, tokens: Tokens | None = None) -> LicenceResponse:
        """Sends tokens; by default new ones that answer the chip's nonce."""
        sent = tokens or self.tokens()
        return self.client.load_licence(sent.location, sent.licence)

    def load_once(self, tokens: Tokens) -> LicenceResponse:
        """Sends tokens, but never again if no answer comes."""
        return self.once.load_licence(tokens.location, tokens.licence)

    # -- What can be seen ----------------------------------------------------------------

    def computes(self) -> bool:
        """Whether a small product comes back right."""
        try:
            product = self.client.compute(*SMALL)
        except ChipError:
            return False
        return product.to_rows() == SMALL_PRODUCT

    def verifier_nonce(self) -> bytes:
        """Another one each time."""
        self._numbers += 1
        return sha256(self.build.seed + b"verifier" + self._numbers.to_bytes(4, "big")).digest()

    def evidence(self, *, draw: bool = False) -> Evidence:
        """What the chip attests; not verified, see `appraise`."""
        ask = self.client.challenge if draw else self.client.status
        return Evidence.from_token(ask(self.verifier_nonce()))

    def appraise(
        self,
        *,
        epoch: int = 1,
        before: Evidence | None = None,
        ask: Callable[[bytes], bytes] | None = None,
        now: int | None = START + 86_400,
    ) -> Appraisal:
        """What the authority finds in evidence taken now.

        Args:
            epoch: of the issuer's trust list that should be in force.
            before: what the chip attested last, as far as the authority knows.
            ask: who answers the verifier's nonce with evidence; this chip by default.
            now: the authority's clock, seconds since 1970.
        """
        nonce = self.verifier_nonce()
        slot = self.build.issuers.index(self.issuer)
        digest = sha256(self.issuer.trust_list(epoch)).digest()
        return appraise(
            (ask or self.client.status)(nonce),
            device_key=self.chip.public_key,
            nonce=nonce,
            reference=Reference(
                frozenset({good_measurement(self.build)}), TrustState(slot, epoch, digest), now
            ),
            before=None if before is None else AttestedState.of(before),
        )

    @property
    def open(self) -> bool:
        """Whether the gate is open, by the hardware's own word."""
        return self.chip.gate.state is GateState.OPEN

    @property
    def cycles_left(self) -> int:
        """What is left of the grant, by the hardware's own word."""
        return self.chip.gate.cycles_left


@cache
def good_measurement(build: Build) -> bytes:
    """The measurement of the ROM that the maker shipped."""
    return Chip.manufacture(build.config).cpu.measurement
