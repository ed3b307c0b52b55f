# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a chip must answer, and what it must become, written from docs/protocol.md alone.

It knows neither bytes nor signatures: a token is a description of itself.  Times are
seconds; a deadline is an interval, since only the beginning and the end of the exchange
that sets it are seen from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

OK: Final = "OK"
ALREADY: Final = "ALREADY_ACCEPTED"
NONCE_LIFE_S: Final = 900
BACK_OFF_S: Final = 30
FUSED_LIFE_S: Final = 7200
NEVER: Final = (float("inf"), float("inf"))

Interval = tuple[float, float]


@dataclass(frozen=True)
class List:
    """A trust list.

    Attributes:
        root: fuse slot of the root that signed it.
        variant: tells lists of one root and epoch apart.
    """

    root: int
    epoch: int
    variant: int
    end_running: bool
    well_signed: bool = True

    @property
    def order(self) -> tuple[int, int]:
        """What lists are ordered by."""
        return self.root, self.epoch


@dataclass(frozen=True)
class Token:
    """A licence with its location result.

    Attributes:
        serial: no two licences have the same.
        root: of the list in which its keys are.
        nonce: that it answers, or None in the sequence form.
        order: (epoch, sequence) in the sequence form.
    """

    serial: int
    root: int
    nonce: bytes | None
    order: tuple[int, int] | None
    issued_at: int
    lifetime_s: int
    cycles: int
    seconds: int
    well_placed: bool = True
    well_signed: bool = True


@dataclass(frozen=True)
class Record:
    """What the chip keeps in its NVRAM."""

    trust: List | None = None
    used: tuple[int, int] = (0, 0)
    floor: int = 0
    generation: int = 0
    rolled_back: bool = False
    log_count: int = 0


@dataclass
class BootModel:
    """One chip in production.

    Attributes:
        denies: whether its mode is DENY; else REPORT.
        record: durable, and what a restored image replaces.
        count: commit counter in the fuses.
        revoked: whether root slot 0 is.
        marked: whether the fuse says that a record was once rolled back.
    """

    denies: bool
    record: Record = field(default_factory=Record)
    count: int = 0
    revoked: bool = False
    marked: bool = False
    # What a reset forgets.
    in_force: List | None = None
    nonce: bytes | None = None
    nonce_ends: Interval = NEVER
    accepted: int | None = None
    cycles_left: int = 0
    grant_ends: Interval = NEVER
    ran: bool = False
    bad_in_a_row: int = 0
    listens_at: Interval = (0.0, 0.0)

    # -- Time ----------------------------------------------------------------------------

    def unsure(self, now: float, margin_s: float) -> bool:
        """Whether a deadline may fall into the next `margin_s` seconds."""
        deadlines = (self.nonce_ends, self.grant_ends, self.listens_at)
        return any(low < now + margin_s and now < high + margin_s for low, high in deadlines)

    def pass_to(self, now: float) -> None:
        """Lets what ends by `now` end."""
        if now >= self.nonce_ends[1]:
            self.nonce, self.nonce_ends = None, NEVER
        if now >= self.grant_ends[1]:
            self.cycles_left, self.grant_ends = 0, NEVER

    def reset(self) -> None:
        """Leaves reset: finds out whether the record is that of the counter."""
        self.in_force = self.nonce = self.accepted = None
        self.nonce_ends = self.grant_ends = NEVER
        self.cycles_left = self.bad_in_a_row = 0
        self.ran = False
        self.listens_at = (0.0, 0.0)
        record = self.record
        stale = self.marked or record.generation != self.count
        if stale and not record.rolled_back:
            self.record = replace(record, rolled_back=True, log_count=record.log_count + 1)
        self.marked = self.record.rolled_back
        if record.trust is not None and record.trust.root > 0:
            self.revoked = True

    def draw(self, nonce: bytes, when: Interval) -> None:
        """CHALLENGE has shown `nonce`."""
        if self.nonce is None:
            self.nonce_ends = (when[0] + NONCE_LIFE_S, when[1] + NONCE_LIFE_S)
        self.nonce = nonce

    # -- Refusals ------------------------------------------------------------------------

    def _refuse(self, word: str, when: Interval) -> str:
        logged = True
        if word == "KEY_SIGNATURE":
            self.bad_in_a_row += 1
            wait = min(2 ** (self.bad_in_a_row - 1), BACK_OFF_S)
            self.listens_at = (when[0] + wait, when[1] + wait)
            logged = self.bad_in_a_row.bit_count() == 1
        if logged:
            self.record = replace(self.record, log_count=self.record.log_count + 1)
        return word

    def _well_signed(self) -> None:
        self.bad_in_a_row = 0
        self.listens_at = (0.0, 0.0)

    # -- TRUST ---------------------------------------------------------------------------

    def trust(self, shown: List, when: Interval) -> str:
        """The answer to a trust list, which takes effect."""
        if when[0] < self.listens_at[0]:
            return "LINK_BUSY"
        word = self._judge_list(shown)
        if word != OK:
            return self._refuse(word, when)
        if shown != self.record.trust:
            self.count += 1
            self.record = replace(self.record, trust=shown, generation=self.count)
        self.revoked = self.revoked or shown.root > 0
        if shown != self.in_force:
            self.in_force, self.accepted = shown, None
            if shown.end_running:
                self.cycles_left, self.grant_ends = 0, NEVER
        return OK

    def _judge_list(self, shown: List) -> str:
        if shown.root == 0 and self.revoked:
            return "TRUST_ROOT_REVOKED"
        if not shown.well_signed:
            return "KEY_SIGNATURE"
        self._well_signed()
        last = self.record.trust
        if last is None or shown.order > last.order or shown == last:
            return OK
        return "TRUST_CONFLICT" if shown.order == last.order else "TRUST_ROLLBACK"

    # -- LICENCE ---------------------------------------------------------------------------

    def licence(self, token: Token, when: Interval) -> str:
        """The answer to a licence, which takes effect."""
        if when[0] < self.listens_at[0]:
            return "LINK_BUSY"
        if self.in_force is None:
            return "KEY_NO_TRUST"
        if token.serial == self.accepted:
            return ALREADY
        word = self._judge(token, self.in_force)
        if word != OK:
            return self._refuse(word, when)
        if token.order is not None:
            self.count += 1
            self.record = replace(self.record, used=token.order, generation=self.count)
        else:
            self.record = replace(self.record, floor=token.issued_at)
        self.nonce, self.nonce_ends = None, NEVER
        life = min(token.lifetime_s, token.seconds, FUSED_LIFE_S)
        self.accepted, self.ran, self.cycles_left = token.serial, True, token.cycles
        self.grant_ends = (when[0] + life, when[1] + life)
        return OK

    def _judge(self, token: Token, trust: List) -> str:
        if token.root != trust.root:
            return "KEY_UNKNOWN"
        if not token.well_signed:
            return "KEY_SIGNATURE"
        self._well_signed()
        floor = self.record.floor
        checks = (
            *self._freshness(token, trust),
            ("DECISION_EXPIRED", token.issued_at + token.lifetime_s <= floor),
            ("DECISION_TIME_FLOOR", token.order is None and token.issued_at < floor),
            ("DECISION_NOT_EXCLUDED", not token.well_placed),
            ("DECISION_ALLOWANCE", token.cycles == 0),
            ("DECISION_LIFETIME", token.seconds == 0),
        )
        return next((word for word, wrong in checks if wrong), OK)

    def _freshness(self, token: Token, trust: List) -> tuple[tuple[str, bool], ...]:
        if token.order is None:
            return (
                ("DECISION_NONCE_EXPIRED", self.nonce is None),
                ("DECISION_NONCE", token.nonce != self.nonce),
            )
        return (
            ("COMMIT_ROLLED_BACK", self.record.rolled_back),
            ("KEY_EPOCH", token.order[0] > trust.epoch),
            ("DECISION_SEQUENCE", token.order <= self.record.used),
        )

    # -- COMPUTE ---------------------------------------------------------------------------

    def compute(self, cost: int) -> str:
        """The answer to a job that costs `cost` cycles, which is charged."""
        is_open = self.cycles_left > 0
        if is_open and cost <= self.cycles_left:
            self.cycles_left -= cost
            if not self.cycles_left:
                self.grant_ends = NEVER
            return OK
        if not self.denies:
            return OK
        if is_open:
            return "ENGINE_ALLOWANCE"
        return "ENGINE_LAPSED" if self.ran else "ENGINE_GATE_CLOSED"
