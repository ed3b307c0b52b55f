# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a plan changes in a chip, exactly, in words a person can agree to."""

from __future__ import annotations

from dataclasses import dataclass

from mooring_host.fuses.plan import (
    BLANK_ROOT,
    BLANK_WORD,
    MODE_WORDS,
    OPTION_ALLOW_SEQUENCE,
    BurnStep,
    FusePlan,
    map_digest,
)
from mooring_host.states import Lifecycle, Mode
from mooring_host.wire.messages import FuseField, FusesResponse

_MODE_MEANINGS = {
    Mode.DENY: "without a grant the engine does not run",
    Mode.THROTTLE: "without a grant the engine runs at a fraction of its speed",
    Mode.REPORT: "the engine always runs; the chip only records and attests",
}


@dataclass(frozen=True)
class FuseChange:
    """One field before and after."""

    step: BurnStep
    before: str
    after: str
    meaning: str
    needed: bool
    """False: the field already holds the value."""

    def __str__(self) -> str:
        if not self.needed:
            return f"{self.step.name}: {self.after} (burned already)"
        return f"{self.step.name}: {self.before} -> {self.after}: {self.meaning}"


@dataclass(frozen=True)
class FuseDiff:
    """All that a plan changes."""

    plan: FusePlan
    changes: tuple[FuseChange, ...]
    conflicts: tuple[str, ...]
    """Why the plan can never be burned into this chip; fuses only go one way."""

    @property
    def steps(self) -> tuple[BurnStep, ...]:
        """The commands still needed."""
        return tuple(change.step for change in self.changes if change.needed)

    def lines(self) -> list[str]:
        """The diff in text, a field a line, and what follows from it."""
        lines = [str(change) for change in self.changes]
        lines += [f"CONFLICT: {text}" for text in self.conflicts]
        lines.append(f"fuse map digest afterwards: {self.plan.digest.hex()}")
        return lines


def diff(fuses: FusesResponse, plan: FusePlan) -> FuseDiff:
    """Compares a chip's fuses with a plan."""
    mode = _burned_mode(fuses)
    number_fields = {
        FuseField.THROTTLE: (fuses.throttle, plan.throttle),
        FuseField.MAX_LIFETIME: (fuses.max_lifetime, plan.max_lifetime),
        FuseField.OPTIONS: (fuses.options, plan.options),
    }
    conflicts: list[str] = []
    if mode is not None and mode is not plan.mode:
        conflicts.append(f"MODE is {mode.name.lower()} already")
    for field, (before, after) in number_fields.items():
        if before & ~after:
            conflicts.append(f"{field.name} holds {before}: its bits cannot become {after}")
    for slot, (old, new) in enumerate(zip(fuses.root_digests, plan.all_roots, strict=True)):
        # Bits that the plan also has are a burn that was interrupted.
        if any(burned & ~wanted for burned, wanted in zip(old, new, strict=True)):
            conflicts.append(f"ROOT_DIGEST[{slot}] holds another root: {old.hex()[:16]}…")
    if fuses.lifecycle is Lifecycle.PRODUCTION and fuses.map_digest != plan.digest:
        conflicts.append("the chip is in production: its fuse map is closed")
    changes = tuple(_change(fuses, mode, step) for step in plan.steps())
    return FuseDiff(plan, changes, tuple(conflicts))


def _burned_mode(fuses: FusesResponse) -> Mode | None:
    """The mode in the fuses; None if they are blank, or torn by a power cut.

    FUSES reports what the gate obeys, and a blank word means DENY; the digest tells.
    """
    if fuses.mode is not Mode.DENY:
        return fuses.mode
    words = {BLANK_WORD: None, MODE_WORDS[Mode.DENY]: Mode.DENY}
    for word, mode in words.items():
        found = map_digest(
            word, fuses.throttle, fuses.max_lifetime, fuses.options, fuses.root_digests
        )
        if found == fuses.map_digest:
            return mode
    return None


def _change(fuses: FusesResponse, mode: Mode | None, step: BurnStep) -> FuseChange:
    match step.field:
        case FuseField.MODE:
            wanted = Mode(step.value[0])
            before = "blank" if mode is None else mode.name.lower()
            return FuseChange(
                step, before, wanted.name.lower(), _MODE_MEANINGS[wanted], mode is not wanted
            )
        case FuseField.THROTTLE:
            value = int.from_bytes(step.value, "big")
            meaning = f"speed without a grant: {value / 65536:.2%} of full speed"
            return _number(step, fuses.throttle, value, meaning)
        case FuseField.MAX_LIFETIME:
            value = int.from_bytes(step.value, "big")
            return _number(step, fuses.max_lifetime, value, f"no grant lives longer than {value} s")
        case FuseField.OPTIONS:
            meaning = "licences for chips without a line are accepted"
            if not step.value[0] & OPTION_ALLOW_SEQUENCE:
                meaning = "no option"
            return _number(step, fuses.options, step.value[0], meaning)
        case FuseField.ROOT_DIGEST:
            old = fuses.root_digests[step.index or 0]
            before = "empty" if old == BLANK_ROOT else old.hex()
            if old not in (BLANK_ROOT, step.value):
                before = "partly burned"
            meaning = "the chip trusts the holder of this root key"
            return FuseChange(step, before, step.value.hex(), meaning, old != step.value)


def _number(step: BurnStep, before: int, after: int, meaning: str) -> FuseChange:
    return FuseChange(step, str(before), str(after), meaning, before != after)
