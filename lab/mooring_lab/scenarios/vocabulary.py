# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The closed vocabulary of scenarios: what can be expected, and nothing else.

Each fact has an enumeration of its own. A scenario expects, for each fact, what its steps give
in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Family(Enum):
    """The two laws that every scenario is run under."""

    BOOT_DENYING = "boot-denying"
    CHIP_SECURITY_ACT = "chip-security-act"

    @property
    def preset(self) -> str:
        """The preset that stands for it."""
        return {
            Family.BOOT_DENYING: "foster-2025-05",
            Family.CHIP_SECURITY_ACT: "chip-security-act-ans",
        }[self]


class Claim(Enum):
    """What landmarks say of the place that the registry has."""

    VERIFIED = "verified"
    """Proven inside."""
    AMBIGUOUS = "ambiguous"
    """Neither proven inside nor outside."""
    MISMATCH = "mismatch"
    """Proven outside."""
    INCONSISTENT = "inconsistent"
    """No place on Earth fits the receipts."""
    UNVERIFIED = "unverified"
    """Too few receipts count."""


class InZone(Enum):
    """What landmarks say of a restricted zone."""

    EXCLUDED = "excluded"
    POSSIBLE = "possible"
    INSIDE = "inside"
    UNKNOWN = "unknown"
    """The evidence proves nothing."""


class Truth(Enum):
    """Whether what was proven is true of the place where the chip really is."""

    SOUND = "sound"
    FALSE = "false"


class Licensed(Enum):
    """What the authority does."""

    ISSUED = "issued"
    REFUSED = "refused"


class Chip(Enum):
    """What the chip does with a matrix product."""

    COMPUTES = "computes"
    LOCKED = "locked"


class Reports(Enum):
    """Reports that were drafted."""

    NONE = "none"
    WRONG_LOCATION = "wrong-location"
    DIVERTED_USER = "diverted-user"
    TAMPERING = "tampering"


class Export(Enum):
    """What export rules say of a sale."""

    NOT_IN_FORCE = "not-in-force"
    NOT_REGULATED = "not-regulated"
    NO_LICENCE = "no-licence"
    EXCEPTION = "exception"
    LICENCE = "licence"
    """A licence is needed; how it would be judged is not said."""
    APPROVAL = "approval"
    """A licence is needed, with a presumption of approval."""
    CASE_BY_CASE = "case-by-case"
    DENIAL = "denial"
    STOPPED = "stopped"
    FLAGGED = "flagged"
    """Let through, and a person must look at it."""


class Attempt(Enum):
    """What comes of an attack on the chip."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


class Inventory(Enum):
    """What comes of asking every registered chip to sign."""

    COMPLETE = "complete"
    MISSING = "missing"


class Model(Enum):
    """What an analytic model says; nothing was run."""

    WRONG_RESULTS = "wrong-results"
    RIGHT_RESULTS = "right-results"


FACTS: Final[Mapping[str, type[Enum]]] = MappingProxyType(
    {
        "location": Claim,
        "prc": InZone,
        "d5": InZone,
        "truth": Truth,
        "licence": Licensed,
        "chip": Chip,
        "reports": Reports,
        "export": Export,
        "attack": Attempt,
        "inventory": Inventory,
        "model": Model,
    }
)
"""Every fact by its name, with the words that it can be."""

Facts = Mapping[str, tuple[str, ...]]
"""What was expected, or seen: for each fact, its words in the order of the steps."""
