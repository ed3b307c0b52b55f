# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A provisioned chip, its issuer and a client on its line: where chip-level tests begin.

Provisioning is done once a process and form of fuses, and so are the boot and the first trust
list: each rig is a copy of a chip captured there, so that a test costs what it tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.matrix import Int8Matrix, Product
from mooring_host.states import Mode
from mooring_host.token import Evidence, NonceBound, SequenceBound
from mooring_host.wire.messages import LicenceResponse, LogResponse
from mooring_host.wire.requester import ONLY_REQUESTER
from mooring_lab.fleet import ChipTransport
from mooring_lab.issuer import Issuer
from mooring_models import Chip, ChipConfig
from mooring_models.config import Persistent
from mooring_models.state import State

VERIFIER_NONCE: Final = sha256(b"verifier of the rig").digest()
MAX_LIFETIME_S: Final = 7200
SMALL: Final = (
    Int8Matrix.from_rows([[1, 2], [3, 4]]),
    Int8Matrix.from_rows([[5, 6], [7, 8]]),
)
# 16 cycles and one more for each 256 multiplications begun (hw_models/chip.rdl, engine).
SMALL_CYCLES: Final = 17
ISSUER: Final = Issuer.from_seed(b"rig")
NEXT_ISSUER: Final = Issuer.from_seed(b"rig, the next root")
ROOTS: Final = (ISSUER.root_digest, NEXT_ISSUER.root_digest)


def plan(
    mode: Mode = Mode.DENY, *, allow_sequence: bool = True, roots: tuple[bytes, ...] = ROOTS
) -> FusePlan:
    """Fuses with two root slots, so that the root can be replaced."""
    return FusePlan(
        mode,
        MAX_LIFETIME_S,
        roots,
        throttle=6554 if mode is Mode.THROTTLE else 0,
        allow_sequence=allow_sequence,
    )


def config(cpu: str = "native", baud: int = 3_000_000) -> ChipConfig:
    """How the rig's chip is built: a fast line keeps virtual time out of the way."""
    return ChipConfig(name="rig", seed=sha256(b"rig").digest(), baud=baud, cpu=cpu)


@cache
def provisioned(
    mode: Mode = Mode.DENY,
    *,
    allow_sequence: bool = True,
    roots: tuple[bytes, ...] = ROOTS,
    cpu: str = "native",
) -> Persistent:
    """What a chip keeps that has just been locked."""
    chip = Chip.manufacture(config(cpu))
    chip.power_on()
    client = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
    fuses = plan(mode, allow_sequence=allow_sequence, roots=roots)
    burn(client, fuses)
    lock(client, fuses)
    chip.power_off()
    return chip.persistent


class Rig:
    """One chip in production, powered, with `client` on its link.

    Args:
        kept: what it kept without power; a freshly locked chip by default.
        cpu: back end.
        chip: a chip that exists already, in place of these two.
    """

    def __init__(
        self, kept: Persistent | None = None, *, cpu: str = "native", chip: Chip | None = None
    ) -> None:
        if chip is None:
            chip = Chip(config(cpu), provisioned(cpu=cpu) if kept is None else kept)
        self.issuer = ISSUER
        self.chip: Final = chip
        self.client: Final = ChipClient(ChipTransport(chip), requester=ONLY_REQUESTER)
        self._numbers = 0
        if not chip.powered:
            chip.power_on()

    @classmethod
    def trusting(cls, kept: Persistent | None = None, *, cpu: str = "native") -> Rig:
        """A rig whose chip has accepted the issuer's first trust list."""
        kept = provisioned(cpu=cpu) if kept is None else kept
        return cls(chip=Chip.from_capture(_trusting(kept, cpu)))

    @property
    def ueid(self) -> bytes:
        """The chip's id."""
        return self.chip.ueid

    # -- Tokens ------------------------------------------------------------------------

    def trust(self, trust_list: bytes | None = None, issuer: Issuer | None = None) -> None:
        """Sends a trust list; by default the issuer's first."""
        issuer = issuer or self.issuer
        self.client.trust(issuer.root_key, trust_list or issuer.trust_list())

    def fresh(self) -> NonceBound:
        """The chip's own nonce, drawn now if there is none."""
        nonce = self.evidence(draw=True).own_nonce
        assert nonce is not None
        return NonceBound(nonce)

    def evidence(self, *, draw: bool = False) -> Evidence:
        """What the chip attests; verified where evidence is tested."""
        ask = self.client.challenge if draw else self.client.status
        return Evidence.from_token(ask(VERIFIER_NONCE))

    def location(self, form: NonceBound | SequenceBound, **changes: object) -> bytes:
        """A location result that fits a licence of this form, but for `changes`."""
        nonce = form.nonce if isinstance(form, NonceBound) else None
        arguments: dict[str, object] = {"ueid": self.ueid, "nonce": nonce} | changes
        return self.issuer.location(**arguments)  # type: ignore[arg-type]  # by name

    def licence(
        self, form: NonceBound | SequenceBound, location: bytes, **changes: object
    ) -> bytes:
        """A licence with its own number, good but for `changes`."""
        self._numbers += 1
        arguments: dict[str, object] = {
            "ueid": self.ueid,
            "freshness": form,
            "location": location,
            "number": self._numbers,
        } | changes
        return self.issuer.licence(**arguments)  # type: ignore[arg-type]  # by name

    def load(
        self, form: NonceBound | SequenceBound | None = None, **changes: object
    ) -> LicenceResponse:
        """Issues and loads a licence; nonce-bound by default."""
        form = form or self.fresh()
        location = self.location(form)
        return self.client.load_licence(location, self.licence(form, location, **changes))

    # -- What to look at -----------------------------------------------------------------

    def log(self) -> LogResponse:
        """The chip's log."""
        return self.client.log()

    def refused(self, call: Callable[[], object]) -> ErrorWord:
        """The error word with which the chip refuses `call`; fails if it does not."""
        try:
            call()
        except ChipError as error:
            return ErrorWord(error.word)
        raise AssertionError("the chip accepted what it must refuse")

    def compute(self, size: int = 2) -> Product:
        """A product of two square matrices; SMALL's if no size is given."""
        a, b = SMALL if size == 2 else (Int8Matrix(size, size, bytes(size * size)),) * 2
        return self.client.compute(a, b)

    def can_compute(self) -> bool:
        """Whether a small product comes back, and is right."""
        try:
            product = self.compute()
        except ChipError:
            return False
        assert product.to_rows() == [[19, 22], [43, 50]]
        return True

    def reboot(self) -> None:
        """Cuts the supply and brings it back."""
        self.chip.power_off()
        self.chip.power_on()


@cache
def _trusting(kept: Persistent, cpu: str) -> State:
    """A chip with `kept` that has booted and accepted the issuer's first trust list."""
    rig = Rig(kept, cpu=cpu)
    rig.trust()
    rig.chip.run_until_idle()
    return rig.chip.capture()
