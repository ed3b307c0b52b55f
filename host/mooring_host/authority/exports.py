# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The export rules that an authority goes by, asked before it issues, with why in its records.

An authority without presets asks nothing; that is what it begins with, and it says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mooring_host.authority.records import ChipRecord
from mooring_host.errors import UsageError
from mooring_host.jsonfile import parse_json
from mooring_host.policy.days import day_of
from mooring_host.policy.decision import Decision
from mooring_host.policy.ledger import Entry, with_usage
from mooring_host.policy.regime import Regime
from mooring_host.policy.transaction import Transaction
from mooring_host.states import Mode


@dataclass(frozen=True)
class Consultation:
    """What the export rules said of a chip's licence."""

    presets: tuple[str, ...]
    given: Transaction | None
    decisions: tuple[Decision, ...]
    problems: tuple[str, ...]
    """What stood in the way of asking, or between rules and chip."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why no licence may be issued, with the citations; empty if one may."""
        refused = [
            f"export rules: {'; '.join(decision.refusals)}"
            for decision in self.decisions
            if not decision.permits
        ]
        return (*(f"export rules: {each}" for each in self.problems), *refused)

    def why(self) -> str:
        """Every step of every decision, for the records."""
        told = [
            {
                "preset": decision.preset.name,
                "on": str(decision.on),
                "outcome": decision.summary(),
                "steps": [str(step) for step in decision.steps],
                "caps": [
                    f"{cap.rule}: {cap.after_tpp:.0f} of {cap.limit_tpp:.0f} TPP"
                    for cap in decision.caps
                ],
                "recalled": [f"{each.cite}: {each.title}" for each in decision.recalled],
            }
            for decision in self.decisions
        ]
        return json.dumps({"reasons": list(self.reasons), "decisions": told}, indent=1)


@dataclass(frozen=True)
class DecisionRecord:
    """A consultation in the records."""

    number: int
    ueid: bytes
    decided_at: int
    presets: tuple[str, ...]
    given: str | None
    """The transaction as JSON."""
    permits: bool
    why: str
    """JSON of every step with its citation."""
    licence: bytes | None
    """Number of the licence that was issued on it."""

    @property
    def reasons(self) -> list[str]:
        """Why it was refused, with the citations; empty if it was not."""
        return parse_json(self.why, "a recorded decision").texts("reasons")

    @classmethod
    def of(cls, row: sqlite3.Row) -> DecisionRecord:
        """From a row of decisions."""
        return cls(
            row["number"],
            row["ueid"],
            row["decided_at"],
            tuple(row["presets"].split()),
            row["given"],
            bool(row["permits"]),
            row["why"],
            row["licence"],
        )


def presets(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The names of the presets in use; none: no export rules are asked."""
    row = connection.execute("SELECT presets FROM regimes ORDER BY number DESC LIMIT 1").fetchone()
    return () if row is None else tuple(row["presets"].split())


def set_presets(connection: sqlite3.Connection, names: Sequence[str], now: int) -> None:
    """Goes by other presets from now on, or by none.

    Raises:
        UsageError: there is no such preset, or they cannot be had together.
    """
    if names:
        Regime.of(names)
    connection.execute(
        "INSERT INTO regimes (set_at, presets) VALUES (?, ?)", (now, " ".join(names))
    )


def consult(
    connection: sqlite3.Connection,
    chip: ChipRecord,
    given: Transaction | None,
    mode: Mode | None,
    now: int,
) -> Consultation | None:
    """Asks the presets in use about a licence for a chip; None if there are none.

    Args:
        connection: to the records.
        chip: which is to be licensed.
        given: what was sold to whom; None: as for its licence before.
        mode: the chip's fused mode, if it is known.
        now: the time.

    Raises:
        UsageError: a transaction was given and there are no presets to ask about it.
    """
    names = presets(connection)
    if not names:
        if given is not None:
            raise UsageError(
                "ask the export rules",
                "a transaction was given, and this authority goes by no preset",
                "Choose presets: mooring authority policy --help",
            )
        return None
    regime = Regime.of(names)
    problems = () if mode is None else regime.mode_conflicts(mode)
    known = given or _newest(connection, chip.ueid)
    if known is None:
        problem = "no transaction is given, and none is recorded for this chip"
        return Consultation(names, None, (), (*problems, problem))
    on = day_of(now)
    counted = with_usage(known, _ledger(connection), on)
    return Consultation(names, known, regime.decide(counted, on), problems)


def put(
    connection: sqlite3.Connection,
    ueid: bytes,
    found: Consultation,
    licence: bytes | None,
    now: int,
) -> None:
    """Records a consultation, and the licence that was issued on it if any."""
    connection.execute(
        "INSERT INTO decisions (ueid, decided_at, presets, given, permits, why, licence)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            ueid,
            now,
            " ".join(found.presets),
            None if found.given is None else found.given.to_json(),
            not found.reasons,
            found.why(),
            licence,
        ),
    )


def every(connection: sqlite3.Connection, ueid: bytes | None = None) -> list[DecisionRecord]:
    """All decisions, or those about one chip, in order."""
    rows = connection.execute(
        "SELECT * FROM decisions WHERE ?1 IS NULL OR ueid = ?1 ORDER BY number", (ueid,)
    )
    return [DecisionRecord.of(row) for row in rows]


def _newest(connection: sqlite3.Connection, ueid: bytes) -> Transaction | None:
    """The transaction of the chip's newest licence that was issued under presets."""
    row = connection.execute(
        "SELECT given FROM decisions WHERE ueid = ? AND licence IS NOT NULL"
        " ORDER BY number DESC LIMIT 1",
        (ueid,),
    ).fetchone()
    return None if row is None else Transaction.parse(row["given"], "the recorded transaction")


def _ledger(connection: sqlite3.Connection) -> list[Entry]:
    """What was let through, each shipment on the day of its first licence."""
    rows = connection.execute(
        "SELECT given, min(decided_at) AS began FROM decisions WHERE licence IS NOT NULL"
        " GROUP BY given ORDER BY began"
    )
    return [
        Entry(day_of(row["began"]), Transaction.parse(row["given"], "the recorded transaction"))
        for row in rows
    ]
