# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Error words in words: what each one means and what to try next."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mooring_firmware.errors import ErrorClass, ErrorWord
from mooring_host.errors import ChipError, UsageError
from mooring_host.wire.messages import Failure

_NEW_CHALLENGE: Final = "Ask the chip for a new challenge and issue a licence for it: mooring boot"
_REISSUE: Final = "Issue the licence again from this chip's own challenge: mooring boot"
_SEND_TRUST: Final = "Send the authority's current trust list first: mooring boot does"
_OTHER_TOOL: Final = (
    "The message was not made by this tool's version, or was damaged; compare: mooring chip info"
)
_DAMAGED: Final = (
    "The token is damaged or not one of ours; see what it says: mooring token inspect FILE"
)
_ISSUER: Final = "The issuer made a token that breaks its profile: mooring token inspect FILE"
_TRUST_ISSUER: Final = "The authority made a faulty trust list: mooring authority show"
_LOCATE: Final = "Have the place attested anew for this licence: mooring location attest"
_DEFECT: Final = "Reset the chip: mooring chip reset; if it happens again, the chip is defective"
_TERMS: Final = "Issue the licence with other terms: mooring licence issue --help"
_FUSES: Final = "Compare plan and chip: mooring fuse show, mooring fuse plan"

_HINTS: Final = MappingProxyType(
    {
        ErrorWord.LINK_MESSAGE_TOO_LONG: _OTHER_TOOL,
        ErrorWord.LINK_MESSAGE_TYPE: _OTHER_TOOL,
        ErrorWord.LINK_COMMAND_UNKNOWN: _OTHER_TOOL,
        ErrorWord.LINK_VERSION: _OTHER_TOOL,
        ErrorWord.LINK_BODY_MALFORMED: _OTHER_TOOL,
        ErrorWord.LINK_BODY_FIELD: _OTHER_TOOL,
        ErrorWord.LINK_NOT_IN_LIFECYCLE: "See where the chip is in its life: mooring chip info",
        ErrorWord.LINK_BUSY: "Wait the seconds named, then try again",
        ErrorWord.KEY_NO_TRUST: _SEND_TRUST,
        ErrorWord.KEY_UNKNOWN: "See which keys are trusted: mooring authority show; " + _SEND_TRUST,
        ErrorWord.KEY_ROLE: "Sign with the key of the right role: mooring authority show",
        ErrorWord.KEY_ALGORITHM: _DAMAGED,
        ErrorWord.KEY_SIGNATURE: _DAMAGED,
        ErrorWord.KEY_TIME: "Sign with a key that is valid now: mooring authority show",
        ErrorWord.KEY_EPOCH: _SEND_TRUST,
        ErrorWord.TRUST_ROOT_KEY: _TRUST_ISSUER,
        ErrorWord.TRUST_ROOT_UNKNOWN: (
            "This chip was made for another authority; see its roots: mooring fuse show"
        ),
        ErrorWord.TRUST_ROOT_REVOKED: (
            "Sign the list with the root that replaced this one: mooring authority show"
        ),
        ErrorWord.TRUST_ROLLBACK: "Send the newest list: mooring authority trust",
        ErrorWord.TRUST_CONFLICT: (
            "Two lists of one epoch exist; issue a new epoch: mooring authority trust"
        ),
        ErrorWord.DECISION_CHIP: "Check which chip is on this port: mooring chip info",
        ErrorWord.DECISION_LOCATION_CHIP: _LOCATE,
        ErrorWord.DECISION_NONCE: _NEW_CHALLENGE,
        ErrorWord.DECISION_NONCE_EXPIRED: _NEW_CHALLENGE,
        ErrorWord.DECISION_LOCATION_NONCE: _LOCATE,
        ErrorWord.DECISION_SEQUENCE: "A sequence works once; issue the next: mooring licence issue",
        ErrorWord.DECISION_SEQUENCE_FORBIDDEN: _REISSUE,
        ErrorWord.DECISION_TIME_FLOOR: "Check the clock of the authority, then: mooring boot",
        ErrorWord.DECISION_EXPIRED: _REISSUE,
        ErrorWord.DECISION_NOT_YET_VALID: _TERMS,
        ErrorWord.DECISION_LOCATION_TIME: _LOCATE,
        ErrorWord.DECISION_LOCATION_DIGEST: (
            "Load the location result that belongs to the licence; both come in one file"
        ),
        ErrorWord.DECISION_ZONE_SET: _LOCATE,
        ErrorWord.DECISION_NOT_EXCLUDED: _LOCATE,
        ErrorWord.DECISION_NOT_INSIDE: _LOCATE,
        ErrorWord.DECISION_LIFETIME: _TERMS,
        ErrorWord.DECISION_ALLOWANCE: _TERMS,
        ErrorWord.COMMIT_COUNTER_EXHAUSTED: (
            "The fuses are used up; only nonce-bound licences remain: mooring boot"
        ),
        ErrorWord.COMMIT_ROLLED_BACK: (
            "The chip's memory was put back; a nonce-bound licence still works: mooring boot"
        ),
        ErrorWord.FUSE_FIELD: _FUSES,
        ErrorWord.FUSE_VALUE: _FUSES,
        ErrorWord.FUSE_CONFLICT: "A burned fuse stays burned. " + _FUSES,
        ErrorWord.FUSE_DIGEST: _FUSES,
        ErrorWord.FUSE_INCOMPLETE: _FUSES,
        ErrorWord.ENGINE_GATE_CLOSED: "License the chip: mooring boot",
        ErrorWord.ENGINE_LAPSED: "Renew the licence: mooring licence renew",
        ErrorWord.ENGINE_ALLOWANCE: "Renew the licence with more cycles: mooring licence renew",
        ErrorWord.ENGINE_SHAPE: "Split the product into smaller ones: mooring compute does",
        ErrorWord.ALREADY_ACCEPTED: "Nothing to do; see the grant: mooring chip status",
    }
)

_HINTS_BY_MODULE: Final = MappingProxyType(
    {
        "CBOR": _DAMAGED,
        "COSE": _DAMAGED,
        "CLAIM": _ISSUER,
        "TRUST": _TRUST_ISSUER,
        "COMMIT": _DEFECT,
        "FUSE": _DEFECT,
        "ENGINE": _DEFECT,
        "HW": _DEFECT,
        "RANGE": "Range the chip again: the session is over and nothing is lost",
    }
)


@dataclass(frozen=True)
class Explanation:
    """All there is to say about one error word."""

    word: int
    name: str
    meaning: str
    hint: str
    logged: bool
    """Whether the chip records refusals of this kind."""
    fatal: bool
    """Whether the chip shuts down."""


def explain_word(word: int) -> Explanation:
    """Explains a word as it came over the wire, also one that this version does not know."""
    try:
        known = ErrorWord(word)
    except ValueError:
        return Explanation(
            word,
            f"UNKNOWN_{word:08X}",
            "This host tool does not know the word; the chip's firmware may be newer.",
            "Compare versions: mooring chip info, mooring --version",
            logged=False,
            fatal=False,
        )
    return Explanation(
        word,
        known.name,
        known.meaning,
        _HINTS.get(known) or _HINTS_BY_MODULE[known.name.partition("_")[0]],
        logged=known.error_class is ErrorClass.LOGGED,
        fatal=known.error_class is ErrorClass.FATAL,
    )


def explain(text: str) -> Explanation:
    """Explains a word given by name in any case, or as a number in hexadecimal.

    Raises:
        UsageError: there is no such word.
    """
    name = text.strip().upper().replace("-", "_")
    if name in ErrorWord.__members__:
        return explain_word(ErrorWord[name])
    try:
        return explain_word(ErrorWord(int(text.strip(), 16)))
    except ValueError as error:
        raise UsageError(
            "explain an error word",
            f"there is no word {text!r}",
            "Words look like KEY_SIGNATURE or 4B5949B0; docs/error-words.md lists them.",
        ) from error


def chip_error(attempted: str, failure: Failure) -> ChipError:
    """The error for a refusal that a chip answered."""
    known = explain_word(failure.word)
    return ChipError(
        attempted, failure.word, known.name, known.meaning, known.hint, failure.retry_after_s
    )
