# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Any sequence of events: a chip and a small model of it must say and become the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from benches.rig import ISSUER, NEXT_ISSUER, SMALL_CYCLES, Rig, provisioned
from benches.sweep import FULL
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from oracles.boot_model import ALREADY, OK, BootModel, Interval, List, Record, Token

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_host.states import GateState, Mode, RecordState
from mooring_host.token import NonceBound, SequenceBound
from mooring_host.wire.messages import LicenceResponse
from mooring_lab.issuer import EXCLUDED, START
from mooring_models.clock import SECOND

ISSUERS: Final = (ISSUER, NEXT_ISSUER)
# An exchange takes at most this long, a refusal after several retries of the line included.
EXCHANGE_S: Final = 1.0
COUNTER_BITS: Final = 1024
USUALLY: Final = st.sampled_from([True] * 7 + [False])
# A list of the second root ends all that the first can do.
ROOTS: Final = st.sampled_from([0] * 11 + [1])
FAULTS: Final = st.sampled_from(
    ["none"] * 7 + ["cycles", "seconds", "place", "signature", "nonce", "issuer"]
)


class Terms(NamedTuple):
    """What a licence grants, and whether the host sends it again as if no answer had come."""

    lifetime_s: int
    cycles: int
    seconds: int
    sent_twice: bool


TERMS: Final = st.builds(
    Terms,
    lifetime_s=st.sampled_from([500, 3600, 10_000]),
    cycles=st.sampled_from([SMALL_CYCLES, 3 * SMALL_CYCLES - 1, 10**6]),
    seconds=st.sampled_from([5, 60, 3000]),
    sent_twice=st.booleans(),
)


def spoiled(token: bytes, well_signed: bool) -> bytes:
    """The token, or the same with a bit of its signature inverted."""
    return token if well_signed else token[:-1] + bytes((token[-1] ^ 1,))


class ChipAndModel(RuleBasedStateMachine):
    """Does the same to both."""

    cpu = "native"

    @initialize(mode=st.sampled_from([Mode.DENY, Mode.DENY, Mode.REPORT]))
    def make(self, mode: Mode) -> None:
        """A chip that has just been locked."""
        self.rig = Rig(provisioned(mode, cpu=self.cpu), cpu=self.cpu)
        self.rig.chip.run_until_idle()
        self.model = BootModel(denies=mode is Mode.DENY)
        self.sent: list[tuple[Token, tuple[bytes, bytes]]] = []
        self.lists: list[tuple[List, bytes]] = []
        self.nonces: list[bytes] = []
        self.images: list[tuple[Record, bytes]] = []
        self.send_list(List(0, 1, 0, end_running=False), ISSUER.trust_list(1, issued_at=START))

    # -- Both at once ------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Seconds of the chip's clock."""
        return self.rig.chip.loop.now / SECOND

    def settle(self) -> None:
        """Waits until no deadline can fall into the next exchange."""
        while self.model.unsure(self.now, EXCHANGE_S):
            self.rig.chip.run_for(EXCHANGE_S)
        self.model.pass_to(self.now)

    def both(self, act: Callable[[], object], expect: Callable[[Interval], str]) -> None:
        """Compares the chip's answer with the model's."""
        self.settle()
        began = self.now
        try:
            answer = act()
        except ChipError as error:
            found = ErrorWord(error.word).name
        else:
            repeated = isinstance(answer, LicenceResponse) and not answer.changed
            found = ALREADY if repeated else OK
        assert self.now - began < EXCHANGE_S
        assert found == expect((began, self.now))
        self.images.append((self.model.record, self.rig.chip.nvram.contents))

    # -- Trust -------------------------------------------------------------------------------

    @rule(
        root=ROOTS,
        epoch=st.integers(1, 4),
        variant=st.sampled_from([0, 0, 0, 1]),
        end_running=st.booleans(),
        well_signed=USUALLY,
    )
    def trust(
        self, root: int, epoch: int, variant: int, end_running: bool, well_signed: bool
    ) -> None:
        """A trust list of either root."""
        issuer = ISSUERS[root]
        shown = List(root, epoch, variant, end_running, well_signed)
        trust_list = issuer.trust_list(epoch, issued_at=START + variant, end_running=end_running)
        self.send_list(shown, spoiled(trust_list, well_signed))

    @precondition(lambda self: self.lists)
    @rule(back=st.integers(0, 3))
    def trust_again(self, back: int) -> None:
        """A trust list that was shown before."""
        self.send_list(*self.lists[-1 - back % len(self.lists)])

    def send_list(self, shown: List, trust_list: bytes) -> None:
        """Shows a list to both."""
        self.lists.append((shown, trust_list))
        issuer = ISSUERS[shown.root]
        self.both(
            lambda: self.rig.client.trust(issuer.root_key, trust_list),
            lambda when: self.model.trust(shown, when),
        )

    # -- Licences ----------------------------------------------------------------------------

    @rule()
    def challenge(self) -> None:
        """Draws a nonce, or shows the one there is."""
        self.settle()
        began = self.now
        nonce = self.rig.fresh().nonce
        if self.model.nonce is None:
            assert nonce not in self.nonces
            self.nonces.append(nonce)
        else:
            assert nonce == self.model.nonce
        self.model.draw(nonce, (began, self.now))

    @rule(fault=FAULTS, terms=TERMS, later=st.integers(0, 3))
    def nonce_licence(self, fault: str, terms: Terms, later: int) -> None:
        """A new nonce-bound licence, good but for a fault."""
        self.send_new(fault, terms, NonceBound(self.nonce_to_answer(fault)), later)

    @rule(
        fault=FAULTS, terms=TERMS, epoch=st.sampled_from([0, 0, 0, -1, 1]), after=st.integers(0, 3)
    )
    def sequence_licence(self, fault: str, terms: Terms, epoch: int, after: int) -> None:
        """A new sequence-bound licence; its order is relative to what the chip expects."""
        newest = self.in_force.epoch + epoch
        form = SequenceBound(max(0, newest), self.model.record.used[1] + after)
        self.send_new(fault, terms, form, later=0)

    @property
    def in_force(self) -> List:
        """The list that a licence had better fit."""
        return self.model.in_force or self.lists[0][0]

    def send_new(
        self, fault: str, terms: Terms, form: NonceBound | SequenceBound, later: int
    ) -> None:
        """Issues a licence and sends it.

        Args:
            fault: what is wrong.
            terms: what it grants.
            form: its freshness.
            later: how many thousand seconds later than others it was issued.
        """
        root = self.in_force.root
        token = Token(
            serial=len(self.sent),
            root=1 - root if fault == "issuer" else root,
            nonce=form.nonce if isinstance(form, NonceBound) else None,
            order=None if isinstance(form, NonceBound) else (form.epoch, form.sequence),
            issued_at=START + 1000 * later,
            lifetime_s=terms.lifetime_s,
            cycles=0 if fault == "cycles" else terms.cycles,
            seconds=0 if fault == "seconds" else terms.seconds,
            well_placed=fault != "place",
            well_signed=fault != "signature",
        )
        self.sent.append((token, self.issued(token, form)))
        for _ in range(2 if terms.sent_twice else 1):
            self.send_licence(*self.sent[-1])

    def nonce_to_answer(self, fault: str) -> bytes:
        """The chip's nonce, drawn if there is none, or one from the past."""
        if fault == "nonce":
            return self.nonces[0] if self.nonces else bytes(32)
        self.challenge()
        return self.nonces[-1]

    def issued(self, token: Token, form: NonceBound | SequenceBound) -> tuple[bytes, bytes]:
        """The bytes of a location result and a licence."""
        rig = self.rig
        rig.issuer = ISSUERS[token.root]
        location = rig.location(form, excluded=EXCLUDED if token.well_placed else ())
        licence = rig.licence(
            form,
            location,
            issued_at=token.issued_at,
            lifetime_s=token.lifetime_s,
            cycles=token.cycles,
            seconds=token.seconds,
        )
        return location, spoiled(licence, token.well_signed)

    @precondition(lambda self: self.sent)
    @rule(back=st.integers(0, 4))
    def licence_again(self, back: int) -> None:
        """A licence that was sent before, accepted or not."""
        self.send_licence(*self.sent[-1 - back % len(self.sent)])

    def send_licence(self, token: Token, tokens: tuple[bytes, bytes]) -> None:
        """Sends a licence to both."""
        self.both(
            lambda: self.rig.client.load_licence(*tokens),
            lambda when: self.model.licence(token, when),
        )

    # -- Work, time and power ------------------------------------------------------------------

    @rule(jobs=st.integers(1, 4))
    def compute(self, jobs: int) -> None:
        """Small products, one after the other."""
        for _ in range(jobs):
            self.both(self.rig.compute, lambda _: self.model.compute(SMALL_CYCLES))

    @rule(seconds=st.sampled_from([1, 4, 20, 58, 300, 899, 5000]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.rig.chip.run_for(seconds)
        self.settle()

    @rule(how=st.sampled_from(["command", "line", "power"]), show_list=USUALLY)
    def reset(self, how: str, show_list: bool) -> None:
        """Reset in one of three ways, after which the list in force is shown again, or not."""
        if how == "command":
            self.rig.client.reset()
        elif how == "line":
            self.rig.chip.reset_line()
        else:
            self.rig.reboot()
        self.came_up(show_list)

    def came_up(self, show_list: bool) -> None:
        """The chip has left reset."""
        self.rig.chip.run_until_idle()
        self.model.reset()
        if show_list:
            known = dict(self.lists)
            trust = self.model.record.trust
            assert trust is not None
            self.send_list(trust, known[trust])

    @precondition(lambda self: self.images)
    @rule(back=st.integers(0, 12), show_list=USUALLY)
    def put_image_back(self, back: int, show_list: bool) -> None:
        """Somebody puts a copy of the NVRAM back, an old one or the newest."""
        record, image = self.images[-1 - back % len(self.images)]
        self.rig.chip.power_off()
        self.rig.chip.nvram.contents = image
        self.model.record = record
        self.rig.chip.power_on()
        self.came_up(show_list)

    # -- What must always hold -------------------------------------------------------------------

    @invariant()
    def evidence_is_the_models_state(self) -> None:
        """Everything that the chip attests is what the model says."""
        self.settle()
        model, found = self.model, self.rig.evidence()
        record = model.record
        assert found.gate is (GateState.OPEN if model.cycles_left else GateState.CLOSED)
        assert found.cycles_left == model.cycles_left
        assert (found.root_slot, found.epoch) == (record.trust.order if record.trust else (0, 0))
        assert (found.sequence_epoch, found.sequence) == record.used
        assert found.floor == record.floor
        assert found.log_count == record.log_count
        assert found.generation == record.generation
        assert found.counter_left == COUNTER_BITS - model.count
        assert (found.record is RecordState.ROLLED_BACK) == record.rolled_back
        assert found.own_nonce == model.nonce
        assert not self.rig.chip.halted


class ImageAndModel(ChipAndModel):
    """The same with the RV32 image."""

    cpu = "rv32"


TestChipAndModel = ChipAndModel.TestCase
TestChipAndModel.settings = settings(
    max_examples=1000 if FULL else 40, stateful_step_count=60 if FULL else 40
)
TestImageAndModel = ImageAndModel.TestCase
TestImageAndModel.settings = settings(
    max_examples=100 if FULL else 5, stateful_step_count=60 if FULL else 40
)
