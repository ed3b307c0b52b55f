# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""GATE against a small model of its own: any order of steps, right and wrong ones.

The model is written from the comments of ``chip.rdl`` and knows nothing of words,
masks or keys: only which step may follow which.
"""

from __future__ import annotations

from benches.held import DIGEST_A, R_A, R_B, Bench, terms_block, xor
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mooring_models import _regs
from mooring_models._regs import (
    GateAttempt,
    GateCommand,
    GateRegs,
    GateState,
    KeyvaultRegs,
    VaultCommand,
)

SECONDS = 60
CYCLES = 1000


class GateMachine(RuleBasedStateMachine):
    """Steps a gate and a model side by side."""

    @initialize()
    def begin(self) -> None:
        self.bench = Bench().to_production(max_lifetime=SECONDS)
        self.bench.accept_trust()
        # A record that fits DIGEST_A, so that the vault has something to witness.
        self.bench.open_gate(CYCLES, SECONDS)
        self.bench.chip.reset_line()
        self.dead = False
        self.attempt = "idle"
        self.kind = ""
        self.have: set[str] = set()
        self.runs = 0
        self.grant_s = 0.0

    def _die(self) -> None:
        self.dead, self.attempt, self.grant_s = True, "idle", 0.0

    def _step(self, permitted: bool) -> bool:
        """A step that kills unless `permitted`; whether the model goes on."""
        if self.dead:
            return False
        if not permitted:
            self._die()
        return permitted

    @rule(kind=st.sampled_from(["licence", "trust"]))
    def begin_attempt(self, kind: str) -> None:
        licence = kind == "licence"
        self.bench.command(GateCommand.BEGIN_LICENCE if licence else GateCommand.BEGIN_TRUST)
        if self._step(self.attempt == "idle"):
            self.attempt, self.kind, self.have, self.runs = "collect", kind, set(), 0

    @rule(what=st.sampled_from(["digest", "a", "b"]))
    def give(self, what: str) -> None:
        register, value = {
            "digest": (GateRegs.TOKEN_DIGEST, DIGEST_A),
            "a": (GateRegs.EXPECTED_A, R_A),
            "b": (GateRegs.EXPECTED_B, R_B),
        }[what]
        self.bench.gate_words(register, value)
        fits = self.attempt == "collect" and what not in self.have
        if self._step(fits and not (what == "b" and self.kind == "trust")):
            self.have.add(what)

    @rule()
    def arm(self) -> None:
        self.bench.command(GateCommand.ARM)
        needed = {"digest", "a", "b"} if self.kind == "licence" else {"digest", "a"}
        if self._step(self.attempt == "collect" and self.have == needed):
            self.attempt, self.have = "run", set()

    @rule(right=st.sampled_from([True, True, True, True, False]))
    def run(self, right: bool) -> None:
        due = R_B if self.kind == "licence" and self.runs % 2 else R_A
        value = due if right else xor(due, b"\x10" + bytes(31))
        self.bench.run(value)
        if self._step(self.attempt == "run" and right):
            self.runs += 1
            if self.runs == (4 if self.kind == "licence" else 2):
                self.attempt = "matched"

    @rule(right=st.sampled_from([True, True, True, False]))
    def terms(self, right: bool) -> None:
        block = terms_block(CYCLES, SECONDS)
        self.bench.gate_words(GateRegs.TERMS, block if right else block[::-1])
        fits = self.attempt == "matched" and self.kind == "licence" and "terms" not in self.have
        if self._step(fits and right):
            self.have.add("terms")

    @rule(right=st.sampled_from([True, True, True, False]))
    def witness(self, right: bool) -> None:
        self.bench.vault(VaultCommand.WITNESS_NONCE, slot=1)
        proof = self.bench.vault_output(KeyvaultRegs.WITNESS)
        self.bench.gate_words(GateRegs.WITNESS, proof if right else xor(proof, b"\1" * 32))
        fits = self.attempt == "matched" and self.kind == "licence" and "terms" in self.have
        if self._step(fits and right):
            self.attempt = "witnessed"

    @rule()
    def open(self) -> None:
        self.bench.command(GateCommand.OPEN)
        if self._step(self.attempt == "witnessed"):
            self.attempt, self.grant_s = "idle", float(SECONDS)

    @rule()
    def the_right_next_step(self) -> None:
        """Random steps alone would rarely come far."""
        match self.attempt:
            case "idle":
                self.begin_attempt("licence")
            case "collect":
                order = ["digest", "a", *(["b"] if self.kind == "licence" else [])]
                missing = [each for each in order if each not in self.have]
                if missing:
                    self.give(missing[0])
                else:
                    self.arm()
            case "run":
                self.run(right=True)
            case "matched" if self.kind == "licence":
                if "terms" in self.have:
                    self.witness(right=True)
                else:
                    self.terms(right=True)
            case "witnessed":
                self.open()
            case _:
                self.abort()

    @rule()
    def abort(self) -> None:
        self.bench.command(GateCommand.ABORT)
        if not self.dead:
            self.attempt = "idle"

    @rule()
    def close(self) -> None:
        self.bench.command(GateCommand.CLOSE)
        self.grant_s = 0.0

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        self.bench.chip.run_for(seconds)
        self.grant_s = max(0.0, self.grant_s - seconds)

    @rule()
    def reset(self) -> None:
        self.bench.chip.reset_line()
        self.dead, self.attempt, self.grant_s = False, "idle", 0.0

    @invariant()
    def same(self) -> None:
        attempt = {
            "idle": GateAttempt.IDLE,
            "collect": GateAttempt.COLLECT,
            "run": GateAttempt.RUN,
            "matched": GateAttempt.MATCHED,
            "witnessed": GateAttempt.WITNESSED,
        }[self.attempt]
        grant = GateState.OPEN if self.grant_s > 0 else GateState.CLOSED
        state = self.bench.read(_regs.GATE, GateRegs.STATE)

        assert state == (GateState.DEAD if self.dead else grant)
        assert self.bench.read(_regs.GATE, GateRegs.ATTEMPT) == attempt


TestGateAgainstModel = GateMachine.TestCase
TestGateAgainstModel.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
