# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What came out of a decision, each step with the rule and the citation that led there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from mooring_host.policy.classify import Classification
from mooring_host.policy.preset import ChipRules, Effect, Per, Preset, Presumption
from mooring_host.policy.sources import Source, distinct


class Standing(Enum):
    """Where a transaction stands under a preset."""

    NOT_IN_FORCE = "not-in-force"
    """The preset is not meant for this day: it says nothing."""
    NOT_REGULATED = "not-regulated"
    """The preset has no rules on exports."""
    NO_LICENCE = "no-licence"
    """No licence is needed."""
    EXCEPTION = "exception"
    """A licence is needed but for an exception, which holds."""
    LICENCE = "licence"
    """A licence is needed."""
    STOPPED = "stopped"
    """A rule forbids it."""


@dataclass(frozen=True)
class Step:
    """One step that led to the outcome."""

    text: str
    rule: str = ""
    """Preset and rule, as in ``acs-2023-11/destination``; empty for facts."""
    effect: Effect | None = None
    source: Source | None = None

    def __str__(self) -> str:
        named = f"{self.rule}: " if self.rule else ""
        cited = f" ({self.source})" if self.source else ""
        return f"{named}{self.text}{cited}"


@dataclass(frozen=True)
class CapUse:
    """A quantity that a rule limits, with this transaction counted in."""

    rule: str
    per: Per
    limit_tpp: float
    before_tpp: float
    after_tpp: float
    source: Source

    @property
    def within(self) -> bool:
        """Whether it is kept."""
        return self.after_tpp <= self.limit_tpp


@dataclass(frozen=True)
class Decision:
    """The outcome for one transaction, day and preset."""

    preset: Preset
    on: date
    standing: Standing
    classification: Classification | None
    """None if the exporter named the ECCN."""
    exception: str | None
    presumption: Presumption | None
    caps: tuple[CapUse, ...]
    steps: tuple[Step, ...]
    export_licence: str | None
    """Number of the export licence that the transaction names."""

    @property
    def licence_needed(self) -> bool:
        """Whether an export licence is needed."""
        return self.standing is Standing.LICENCE

    @property
    def flags(self) -> tuple[Step, ...]:
        """What a person must look at."""
        return tuple(step for step in self.steps if step.effect is Effect.FLAG)

    @property
    def chip(self) -> ChipRules | None:
        """What happens at the chip, if the preset says so on this day."""
        return self.preset.chip if self.preset.in_force(self.on) else None

    @property
    def recalled(self) -> tuple[Source, ...]:
        """What this rests on that nobody has seen."""
        used = [step.source for step in self.steps if step.source is not None]
        used += [cap.source for cap in self.caps]
        return tuple(each for each in distinct(used) if each.recalled)

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why an authority may not license the chip; empty if it may.

        An export licence answers a need that is judged case by case or for approval. A
        presumption of denial it does not answer: a number in a request is not evidence
        that BIS went against its own presumption.
        """
        match self.standing:
            case Standing.NOT_REGULATED | Standing.NO_LICENCE | Standing.EXCEPTION:
                return ()
            case Standing.NOT_IN_FORCE:
                return (f"preset {self.preset.name} is not in force on {self.on}",)
            case Standing.STOPPED:
                return tuple(str(step) for step in self.steps if step.effect is Effect.STOP)
            case Standing.LICENCE if self.presumption is Presumption.DENIAL:
                return (f"an export licence is needed: {self._cited()}",)
            case Standing.LICENCE if self.export_licence is None:
                return (
                    f"an export licence is needed, the transaction names none: {self._cited()}",
                )
            case Standing.LICENCE:
                return ()

    def _cited(self) -> str:
        """How it would be judged, and by which rules a licence is needed, with the citations."""
        review = [str(step) for step in self.steps if step.effect is Effect.REVIEW]
        needed = [
            f"{step.rule} ({step.source})" for step in self.steps if step.effect is Effect.LICENCE
        ]
        return "; ".join([*review, f"needed by {', '.join(needed)}"])

    @property
    def permits(self) -> bool:
        """Whether an authority may license the chip."""
        return not self.refusals

    def summary(self) -> str:
        """One line."""
        match self.standing:
            case Standing.NOT_IN_FORCE:
                return "the preset is not in force on this day"
            case Standing.NOT_REGULATED:
                return "no rule on exports"
            case Standing.NO_LICENCE:
                return "no licence needed"
            case Standing.EXCEPTION:
                return f"exception {self.exception}"
            case Standing.STOPPED:
                return "forbidden"
            case Standing.LICENCE:
                how = "" if self.presumption is None else f", {self.presumption.phrase}"
                return f"licence needed{how}"
