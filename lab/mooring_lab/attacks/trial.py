# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A run of one attack: it makes the chips, and writes down what was seen."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError, TransportError
from mooring_host.states import Mode
from mooring_host.verifier import Appraisal, Flaw
from mooring_lab.attacks.model import Attack, Kind, Report, Step
from mooring_lab.attacks.stand import Build, Stand


class Trial:
    """What an attack is given.

    Attributes:
        cpu: back end that runs the ROM.
        dice: seeded; the attacker's choices.
    """

    def __init__(self, attack: Attack, cpu: str = "native", seed: int = 0) -> None:
        self.cpu: Final = cpu
        self.dice: Final = Random(f"{attack.name} {seed}")  # noqa: S311  # meant to repeat itself
        self._attack = attack
        self._seed = sha256(b"attack" + seed.to_bytes(8, "big", signed=True)).digest()
        self._steps: list[Step] = []

    @property
    def report(self) -> Report:
        """What has been seen until now."""
        return Report(self._attack, tuple(self._steps))

    def stand(
        self,
        label: str = "chip",
        *,
        mode: Mode = Mode.DENY,
        roots: int = 2,
        trusting: bool = True,
    ) -> Stand:
        """A chip in production.

        Args:
            label: tells the chips of one run apart.
            mode: what its fuses say.
            roots: how many root slots are fused.
            trusting: whether it has accepted its issuer's first trust list.
        """
        build = Build(self.cpu, self._seed, label, mode, roots)
        return Stand.trusting(build) if trusting else Stand(build)

    # -- Writing down ---------------------------------------------------------------------

    def scene(self, claim: str, held: bool, seen: str = "") -> None:
        """Something that must hold for the attack to mean anything."""
        self._steps.append(Step(Kind.SCENE, claim, seen, held))

    def attempt(self, claim: str, got: bool, seen: str = "") -> None:
        """The attacker reaches for his prize; `got` says whether he has it."""
        self._steps.append(Step(Kind.ATTEMPT, claim, seen, telling=got))

    def refused(self, claim: str, word: ErrorWord, call: Callable[[], object]) -> None:
        """The attacker sends something that the chip must refuse with exactly this word."""
        found, seen = word_of(call)
        got = found is None
        self._steps.append(Step(Kind.ATTEMPT, claim, seen, held=found is word, telling=got))

    def denied(self, claim: str, word: ErrorWord, call: Callable[[], object]) -> None:
        """The attacker wants his victim refused, with exactly this word."""
        found, seen = word_of(call)
        wanted = found in (word, None)
        self._steps.append(Step(Kind.ATTEMPT, claim, seen, wanted, telling=found is not None))

    def watch(self, claim: str, noticed: bool, seen: str = "") -> None:
        """What somebody who looks can see."""
        self._steps.append(Step(Kind.WATCH, claim, seen, telling=noticed))

    def appraised(self, claim: str, appraisal: Appraisal, *flaws: Flaw) -> None:
        """The authority appraises evidence, and must find exactly `flaws`."""
        found = {finding.flaw for finding in appraisal.findings}
        seen = "; ".join(map(str, appraisal.findings)) or "nothing speaks against the chip"
        as_written = found == set(flaws)
        self._steps.append(
            Step(Kind.WATCH, claim, seen, held=as_written, telling=not appraisal.affirming)
        )


def word_of(call: Callable[[], object]) -> tuple[ErrorWord | None, str]:
    """The error word with which the chip refuses `call`, None if it does not; and in words."""
    try:
        call()
    except ChipError as error:
        return ErrorWord(error.word), f"{error.name}: {error.meaning}"
    return None, "the chip accepted"


def unanswered(call: Callable[[], object]) -> bool:
    """Whether the chip gives no answer to `call`; a refusal is an answer."""
    try:
        call()
    except TransportError:
        return True
    except ChipError:
        return False
    return False
