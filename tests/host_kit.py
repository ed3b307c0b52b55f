# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Stand-ins for the tests of the host library: a clock, a chip on paper, an authority."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from mooring_host import cose
from mooring_host.airgap import LicenceRequest
from mooring_host.authority import Authority, Terms, init_authority
from mooring_host.keys import SoftwareSigner
from mooring_host.location import Inspection, InspectionStatement, ZoneSet
from mooring_host.states import GateState, Lifecycle, Mode, RecordState
from mooring_host.token import Evidence, issue

START: Final = 1_800_000_000
ZONES: Final = ZoneSet.of({"nl": "the Netherlands", "us": "the United States", "xx": "elsewhere"})


@dataclass
class Clock:
    """A clock that stands still unless told."""

    seconds: int = START

    def __call__(self) -> int:
        return self.seconds


@dataclass
class Dice:
    """Bytes that look random and are the same in every run."""

    seed: bytes = b"dice"
    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(self.seed + self.drawn.to_bytes(8, "big")).digest(count)


def signer(name: str) -> SoftwareSigner:
    """A key made from a name."""
    return SoftwareSigner.from_seed(hashlib.sha256(name.encode()).digest())


@dataclass
class PaperChip:
    """What a chip attests, without a chip."""

    name: str = "paper"
    key: SoftwareSigner = field(init=False)
    evidence: Evidence = field(init=False)

    def __post_init__(self) -> None:
        self.key = signer(self.name)
        self.evidence = Evidence(
            nonce=bytes(32),
            ueid=cose.ueid_of(self.key.public_key),
            epoch=0,
            sequence_epoch=0,
            sequence=0,
            own_nonce=hashlib.sha256(b"own nonce").digest(),
            lifecycle=Lifecycle.PRODUCTION,
            mode=Mode.DENY,
            floor=0,
            gate=GateState.CLOSED,
            cycles_left=0,
            seconds_left=0,
            log_count=0,
            log_head=bytes(32),
            measurement=bytes(48),
            generation=0,
            revision=0,
            counter_left=1024,
            record=RecordState.CONSISTENT,
            root_slot=0,
            trust_digest=bytes(32),
        )

    @property
    def ueid(self) -> bytes:
        return self.evidence.ueid

    @property
    def device_key(self) -> bytes:
        return cose.encode_key(self.key.public_key)

    def trusts(self, authority: Authority) -> None:
        """Accepts the authority's trust list."""
        state = authority.trust().state
        self.evidence = replace(
            self.evidence,
            epoch=state.epoch,
            root_slot=state.root_slot,
            trust_digest=state.digest,
        )

    def attest(self, nonce: bytes) -> bytes:
        """Evidence for a verifier's nonce."""
        return issue(replace(self.evidence, nonce=nonce), self.key)

    def request(self, nonce: bytes = bytes(32)) -> LicenceRequest:
        """A licence request."""
        return LicenceRequest(self.device_key, nonce, self.attest(nonce))


def statement(ueid: bytes, *, valid_until: int = START + 10**6) -> InspectionStatement:
    """An inspector saw the chip in the Netherlands, and thus not in the United States."""
    return InspectionStatement(
        inspector="A. Inspector",
        place="room 1",
        ueid=ueid,
        seen_at=START - 60,
        valid_until=valid_until,
        zone_set=ZONES.digest,
        inside=("nl",),
        excluded=("us",),
    )


def inspection(ueid: bytes) -> Inspection:
    """The method that rests on `statement`."""
    return Inspection(statement(ueid), ZONES)


TERMS: Final = Terms(
    cycles=10**6, lifetime_s=3600, required_inside=("nl",), required_excluded=("us",)
)


@contextmanager
def new_authority(folder: Path, clock: Clock) -> Generator[Authority]:
    """An authority with one enrolled chip that trusts it, `PaperChip()`."""
    with init_authority(folder, environ={}, now=clock, entropy=Dice()) as authority:
        authority.enrol(PaperChip().device_key, "paper")
        yield authority
