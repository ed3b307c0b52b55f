# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
# Generated from firmware/include/mooring/error_table.h. Do not edit.
"""The chip's error words, with what each one means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Final


class ErrorClass(Enum):
    """What the chip does besides answering with the word."""

    PLAIN = "plain"
    """A refusal that leaves no log entry."""
    LOGGED = "logged"
    """A complete, structurally valid token failed: the log gains an entry."""
    FATAL = "fatal"
    """The chip shuts down; the word is in ``RSTMGR.SHUTDOWN`` and on the console."""


class ErrorWord(IntEnum):
    """Every error word, in the order of the table."""

    LINK_MESSAGE_TOO_LONG = 0x4C4B03A3
    LINK_MESSAGE_TYPE = 0x4C4B04E6
    LINK_COMMAND_UNKNOWN = 0x4C4B0745
    LINK_VERSION = 0x4C4B09CC
    LINK_BODY_MALFORMED = 0x4C4B0A6F
    LINK_BODY_FIELD = 0x4C4B0D2A
    LINK_NOT_IN_LIFECYCLE = 0x4C4B0E89
    LINK_BUSY = 0x4C4B103B
    CBOR_TRUNCATED = 0x434214DD
    CBOR_NOT_SHORTEST = 0x4342177E
    CBOR_INDEFINITE = 0x434219F7
    CBOR_TYPE = 0x43421A54
    CBOR_ORDER = 0x43421D11
    CBOR_DUPLICATE = 0x43421EB2
    CBOR_TRAILING = 0x43422075
    CBOR_RESERVED = 0x434223D6
    CBOR_RANGE = 0x43422493
    CBOR_TEXT = 0x43422730
    COSE_TAG = 0x434F29B9
    COSE_STRUCTURE = 0x434F2A1A
    COSE_PROTECTED = 0x434F2D5F
    COSE_ALGORITHM = 0x434F2EFC
    COSE_KID = 0x434F304E
    COSE_TYP = 0x434F33ED
    COSE_UNPROTECTED = 0x434F34A8
    COSE_PAYLOAD = 0x434F370B
    COSE_SIGNATURE_LENGTH = 0x434F3982
    COSE_TOKEN_TOO_LONG = 0x434F3A21
    KEY_NO_TRUST = 0x4B593D64
    KEY_UNKNOWN = 0x4B593EC7
    KEY_ROLE = 0x4B5940E9
    KEY_ALGORITHM = 0x4B59434A
    KEY_SIGNATURE = 0x4B59440F
    KEY_TIME = 0x4B5947AC
    KEY_EPOCH = 0x4B594925
    TRUST_ROOT_KEY = 0x545250D2
    TRUST_ROOT_UNKNOWN = 0x54525371
    TRUST_ROOT_REVOKED = 0x54525434
    TRUST_ROLLBACK = 0x54525797
    TRUST_CONFLICT = 0x5452591E
    TRUST_KEY_COUNT = 0x54525ABD
    TRUST_KEY_MALFORMED = 0x54525DF8
    TRUST_KEY_DUPLICATE = 0x54525E5B
    TRUST_KEY_IS_ROOT = 0x5452609C
    TRUST_KEY_PRIVATE = 0x5452633F
    TRUST_KEY_ROLE = 0x5452647A
    TRUST_KEY_WINDOW = 0x545267D9
    TRUST_KEY_EPOCH = 0x54526950
    CLAIM_MALFORMED = 0x434C6AF3
    CLAIM_UNKNOWN = 0x434C6DB6
    CLAIM_MISSING = 0x434C6E15
    CLAIM_VALUE = 0x434C70A7
    CLAIM_PROFILE = 0x434C7304
    CLAIM_FRESHNESS_FORM = 0x434C7441
    CLAIM_ZONE_NAME = 0x434C77E2
    CLAIM_ZONE_ORDER = 0x434C796B
    CLAIM_ZONE_EMPTY = 0x434C7AC8
    CLAIM_NO_CONDITION = 0x434C7D8D
    CLAIM_ZONE_BOTH = 0x434C7E2E
    CLAIM_ALLOWANCE = 0x434C81D1
    DECISION_CHIP = 0x44438537
    DECISION_LOCATION_CHIP = 0x44438694
    DECISION_NONCE = 0x4443881D
    DECISION_NONCE_EXPIRED = 0x44438BBE
    DECISION_LOCATION_NONCE = 0x44438CFB
    DECISION_SEQUENCE = 0x44438F58
    DECISION_SEQUENCE_FORBIDDEN = 0x444391EA
    DECISION_TIME_FLOOR = 0x44439249
    DECISION_EXPIRED = 0x4443950C
    DECISION_NOT_YET_VALID = 0x444396AF
    DECISION_LOCATION_TIME = 0x44439826
    DECISION_LOCATION_DIGEST = 0x44439B85
    DECISION_ZONE_SET = 0x44439CC0
    DECISION_NOT_EXCLUDED = 0x44439F63
    DECISION_NOT_INSIDE = 0x4443A1A4
    DECISION_LIFETIME = 0x4443A207
    DECISION_ALLOWANCE = 0x4443A542
    COMMIT_NVRAM = 0x434DA868
    COMMIT_FUSE = 0x434DABCB
    COMMIT_COUNTER_EXHAUSTED = 0x434DAC8E
    COMMIT_ROLLED_BACK = 0x434DAF2D
    COMMIT_SEAL = 0x434DB19F
    COMMIT_WITNESS = 0x434DB23C
    FUSE_FIELD = 0x4655B853
    FUSE_VALUE = 0x4655BBF0
    FUSE_CONFLICT = 0x4655BCB5
    FUSE_VERIFY = 0x4655BF16
    FUSE_DIGEST = 0x4655C138
    FUSE_INCOMPLETE = 0x4655C29B
    FUSE_LOCKED = 0x4655C5DE
    ENGINE_GATE_CLOSED = 0x454EC8F4
    ENGINE_LAPSED = 0x454ECB57
    ENGINE_ALLOWANCE = 0x454ECC12
    ENGINE_SHAPE = 0x454ECFB1
    ENGINE_FAULT = 0x454ED103
    ENGINE_BUSY = 0x454ED2A0
    HW_SELF_TEST = 0x4857D8CF
    HW_BUS_FAULT = 0x4857DB6C
    HW_FUSE_INTEGRITY = 0x4857DC29
    HW_LIFECYCLE = 0x4857DF8A
    HW_TRNG = 0x4857E14D
    HW_KEYVAULT = 0x4857E2EE
    HW_CONTROL_FLOW = 0x4857E5AB
    HW_GATE_DEAD = 0x4857E608
    HW_STATE = 0x4857E881
    ALREADY_ACCEPTED = 0x4F4BF176
    RANGE_CLOSED = 0x5247F2D5
    RANGE_EARLY = 0x5247F590
    RANGE_LATE = 0x5247F633
    RANGE_BROKEN = 0x5247F8BA

    @property
    def tag(self) -> str:
        """The two ASCII letters of the module that refused."""
        return int(self).to_bytes(4, "big")[:2].decode("ascii")

    @property
    def error_class(self) -> ErrorClass:
        """Whether the word is plain, logged or fatal."""
        if self in _FATAL_WORDS:
            return ErrorClass.FATAL
        return ErrorClass.LOGGED if self in LOGGED_WORDS else ErrorClass.PLAIN

    @property
    def module(self) -> str:
        """What part of the chip refused."""
        return _MODULES[self.tag]

    @property
    def meaning(self) -> str:
        """One sentence for a person."""
        return _MEANINGS[self]


@dataclass(frozen=True)
class ErrorInfo:
    """All that is known of one word."""

    word: ErrorWord
    module: str
    error_class: ErrorClass
    meaning: str


ERROR_OK: Final = 0x4F4B0000
"""The word for "no failure"; it never travels."""

_MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "LK": "link",
        "CB": "CBOR",
        "CO": "COSE frame",
        "KY": "signing key",
        "TR": "trust list",
        "CL": "claims",
        "DC": "decision",
        "CM": "commit",
        "FU": "fuses",
        "EN": "engine",
        "HW": "hardware",
        "RG": "ranging",
        "OK": "no failure",
    }
)

LOGGED_WORDS: Final[tuple[ErrorWord, ...]] = (
    ErrorWord.KEY_UNKNOWN,
    ErrorWord.KEY_ROLE,
    ErrorWord.KEY_ALGORITHM,
    ErrorWord.KEY_SIGNATURE,
    ErrorWord.KEY_TIME,
    ErrorWord.KEY_EPOCH,
    ErrorWord.TRUST_ROOT_UNKNOWN,
    ErrorWord.TRUST_ROOT_REVOKED,
    ErrorWord.TRUST_ROLLBACK,
    ErrorWord.TRUST_CONFLICT,
    ErrorWord.TRUST_KEY_COUNT,
    ErrorWord.TRUST_KEY_MALFORMED,
    ErrorWord.TRUST_KEY_DUPLICATE,
    ErrorWord.TRUST_KEY_IS_ROOT,
    ErrorWord.TRUST_KEY_PRIVATE,
    ErrorWord.TRUST_KEY_ROLE,
    ErrorWord.TRUST_KEY_WINDOW,
    ErrorWord.TRUST_KEY_EPOCH,
    ErrorWord.CLAIM_MALFORMED,
    ErrorWord.CLAIM_UNKNOWN,
    ErrorWord.CLAIM_MISSING,
    ErrorWord.CLAIM_VALUE,
    ErrorWord.CLAIM_PROFILE,
    ErrorWord.CLAIM_FRESHNESS_FORM,
    ErrorWord.CLAIM_ZONE_NAME,
    ErrorWord.CLAIM_ZONE_ORDER,
    ErrorWord.CLAIM_ZONE_EMPTY,
    ErrorWord.CLAIM_NO_CONDITION,
    ErrorWord.CLAIM_ZONE_BOTH,
    ErrorWord.CLAIM_ALLOWANCE,
    ErrorWord.DECISION_CHIP,
    ErrorWord.DECISION_LOCATION_CHIP,
    ErrorWord.DECISION_NONCE,
    ErrorWord.DECISION_NONCE_EXPIRED,
    ErrorWord.DECISION_LOCATION_NONCE,
    ErrorWord.DECISION_SEQUENCE,
    ErrorWord.DECISION_SEQUENCE_FORBIDDEN,
    ErrorWord.DECISION_TIME_FLOOR,
    ErrorWord.DECISION_EXPIRED,
    ErrorWord.DECISION_NOT_YET_VALID,
    ErrorWord.DECISION_LOCATION_TIME,
    ErrorWord.DECISION_LOCATION_DIGEST,
    ErrorWord.DECISION_ZONE_SET,
    ErrorWord.DECISION_NOT_EXCLUDED,
    ErrorWord.DECISION_NOT_INSIDE,
    ErrorWord.DECISION_LIFETIME,
    ErrorWord.DECISION_ALLOWANCE,
    ErrorWord.COMMIT_ROLLED_BACK,
)
"""The logged words in table order: their places in a record's LOG_COUNTER."""

_FATAL_WORDS: Final = frozenset(
    {
        ErrorWord.HW_SELF_TEST,
        ErrorWord.HW_BUS_FAULT,
        ErrorWord.HW_FUSE_INTEGRITY,
        ErrorWord.HW_LIFECYCLE,
        ErrorWord.HW_CONTROL_FLOW,
        ErrorWord.HW_GATE_DEAD,
        ErrorWord.HW_STATE,
    }
)

_MEANINGS: Final[Mapping[ErrorWord, str]] = MappingProxyType(
    {
        ErrorWord.LINK_MESSAGE_TOO_LONG: "The message is longer than 8192 bytes.",
        ErrorWord.LINK_MESSAGE_TYPE: "The chip does not speak this MCTP message type.",
        ErrorWord.LINK_COMMAND_UNKNOWN: "The command code is not one of this protocol version.",
        ErrorWord.LINK_VERSION: "The message carries another protocol version.",
        ErrorWord.LINK_BODY_MALFORMED: (
            "The command body is not the deterministic CBOR that this command takes."
        ),
        ErrorWord.LINK_BODY_FIELD: (
            "A field of the command body is missing, unknown, or of the wrong type or length."
        ),
        ErrorWord.LINK_NOT_IN_LIFECYCLE: "The command does not exist in this lifecycle.",
        ErrorWord.LINK_BUSY: (
            "Bad signatures or an open ranging session: try again after the seconds it names."
        ),
        ErrorWord.CBOR_TRUNCATED: "An item ends after the end of its buffer.",
        ErrorWord.CBOR_NOT_SHORTEST: "An integer or length is not in its shortest form.",
        ErrorWord.CBOR_INDEFINITE: "An item has an indefinite length.",
        ErrorWord.CBOR_TYPE: "An item has another type than the one required here.",
        ErrorWord.CBOR_ORDER: "Map keys are not in bytewise order.",
        ErrorWord.CBOR_DUPLICATE: "A map key occurs twice.",
        ErrorWord.CBOR_TRAILING: "Bytes follow the end of the item.",
        ErrorWord.CBOR_RESERVED: "A reserved or unassigned CBOR encoding is used.",
        ErrorWord.CBOR_RANGE: "An integer or length is outside the range allowed here.",
        ErrorWord.CBOR_TEXT: "A text string is not valid UTF-8.",
        ErrorWord.COSE_TAG: "The token does not begin with CBOR tag 18.",
        ErrorWord.COSE_STRUCTURE: "The token is not an array of four elements.",
        ErrorWord.COSE_PROTECTED: "The protected header is not exactly alg, kid and typ.",
        ErrorWord.COSE_ALGORITHM: "The algorithm of the header is not supported.",
        ErrorWord.COSE_KID: "The kid is not 8 bytes.",
        ErrorWord.COSE_TYP: "The typ of the header is not that of the token expected here.",
        ErrorWord.COSE_UNPROTECTED: "The unprotected header is not empty.",
        ErrorWord.COSE_PAYLOAD: "The payload is detached or empty.",
        ErrorWord.COSE_SIGNATURE_LENGTH: "The signature does not have the length of its algorithm.",
        ErrorWord.COSE_TOKEN_TOO_LONG: "The token is longer than 4096 bytes.",
        ErrorWord.KEY_NO_TRUST: "No trust list has been accepted since reset.",
        ErrorWord.KEY_UNKNOWN: (
            "The signing key is not in the trust list: never listed, or revoked."
        ),
        ErrorWord.KEY_ROLE: "The signing key has another role than this token needs.",
        ErrorWord.KEY_ALGORITHM: "The algorithm of the header is not that of the listed key.",
        ErrorWord.KEY_SIGNATURE: "The signature does not verify.",
        ErrorWord.KEY_TIME: "The token was issued outside the validity of its signing key.",
        ErrorWord.KEY_EPOCH: (
            "The token's epoch is not between its key's first epoch and the trust list's."
        ),
        ErrorWord.TRUST_ROOT_KEY: "The root key is not a COSE_Key of the form required.",
        ErrorWord.TRUST_ROOT_UNKNOWN: "The root key matches no fused digest.",
        ErrorWord.TRUST_ROOT_REVOKED: "The root key's slot is revoked.",
        ErrorWord.TRUST_ROLLBACK: "The trust list is older than the one already accepted.",
        ErrorWord.TRUST_CONFLICT: (
            "Another trust list of the same root slot and epoch was accepted before."
        ),
        ErrorWord.TRUST_KEY_COUNT: "The trust list has no key or more than 16.",
        ErrorWord.TRUST_KEY_MALFORMED: "A listed key is not a COSE_Key of the form required.",
        ErrorWord.TRUST_KEY_DUPLICATE: "Two listed keys are equal or share a kid.",
        ErrorWord.TRUST_KEY_IS_ROOT: "A root key is listed as an issuer key.",
        ErrorWord.TRUST_KEY_PRIVATE: "A listed key contains a private parameter.",
        ErrorWord.TRUST_KEY_ROLE: "A listed key has no role or an unknown one.",
        ErrorWord.TRUST_KEY_WINDOW: "A listed key's not-before is not earlier than its not-after.",
        ErrorWord.TRUST_KEY_EPOCH: "A listed key's first epoch is later than the list's.",
        ErrorWord.CLAIM_MALFORMED: "The payload is not one deterministic CBOR map.",
        ErrorWord.CLAIM_UNKNOWN: "The token has a claim that its profile does not know.",
        ErrorWord.CLAIM_MISSING: "A claim that the profile requires is absent.",
        ErrorWord.CLAIM_VALUE: "A claim's value has the wrong type, length or range.",
        ErrorWord.CLAIM_PROFILE: "The profile claim is not that of this token.",
        ErrorWord.CLAIM_FRESHNESS_FORM: (
            "The token carries not exactly one of nonce and (epoch, sequence)."
        ),
        ErrorWord.CLAIM_ZONE_NAME: "A zone name is not of the form [a-z0-9._-]{1,24}.",
        ErrorWord.CLAIM_ZONE_ORDER: "Zone names are not in bytewise order, or one occurs twice.",
        ErrorWord.CLAIM_ZONE_EMPTY: "A zone list is empty; an absent condition must be left out.",
        ErrorWord.CLAIM_NO_CONDITION: "The licence sets no location condition.",
        ErrorWord.CLAIM_ZONE_BOTH: "A zone is listed both inside and excluded.",
        ErrorWord.CLAIM_ALLOWANCE: "The allowance names no meter or an unknown one.",
        ErrorWord.DECISION_CHIP: "The licence is for another chip.",
        ErrorWord.DECISION_LOCATION_CHIP: "The location result is for another chip.",
        ErrorWord.DECISION_NONCE: "The licence answers another nonce than the chip's current one.",
        ErrorWord.DECISION_NONCE_EXPIRED: (
            "The chip's nonce is used, expired or was never drawn; ask for a new challenge."
        ),
        ErrorWord.DECISION_LOCATION_NONCE: "The location result does not answer the same nonce.",
        ErrorWord.DECISION_SEQUENCE: (
            "The licence's (epoch, sequence) is not higher than the last one used."
        ),
        ErrorWord.DECISION_SEQUENCE_FORBIDDEN: "The fuses do not allow sequence-bound licences.",
        ErrorWord.DECISION_TIME_FLOOR: "The licence was issued before the chip's time floor.",
        ErrorWord.DECISION_EXPIRED: "The licence has expired.",
        ErrorWord.DECISION_NOT_YET_VALID: "The licence was issued before its own not-before.",
        ErrorWord.DECISION_LOCATION_TIME: (
            "The location result was not valid when the licence was issued."
        ),
        ErrorWord.DECISION_LOCATION_DIGEST: (
            "The location result is not the one that the licence names."
        ),
        ErrorWord.DECISION_ZONE_SET: "Licence and location result use different zone sets.",
        ErrorWord.DECISION_NOT_EXCLUDED: "A zone that must be excluded is not proven excluded.",
        ErrorWord.DECISION_NOT_INSIDE: "None of the zones required is proven to contain the chip.",
        ErrorWord.DECISION_LIFETIME: "No lifetime is left for the grant.",
        ErrorWord.DECISION_ALLOWANCE: "The allowance is zero.",
        ErrorWord.COMMIT_NVRAM: "The record read back from NVRAM is not the one written.",
        ErrorWord.COMMIT_FUSE: "The counter fuse did not burn.",
        ErrorWord.COMMIT_COUNTER_EXHAUSTED: (
            "The commit counter has no bit left for this kind of commit."
        ),
        ErrorWord.COMMIT_ROLLED_BACK: (
            "The NVRAM does not match the commit counter: the sequence form is refused."
        ),
        ErrorWord.COMMIT_SEAL: "The key vault refused to seal the record.",
        ErrorWord.COMMIT_WITNESS: "The key vault gave no witness for the record.",
        ErrorWord.FUSE_FIELD: "There is no fuse field of this number.",
        ErrorWord.FUSE_VALUE: "The value has the wrong length or is not allowed for this field.",
        ErrorWord.FUSE_CONFLICT: "The value would need a burned bit to become clear.",
        ErrorWord.FUSE_VERIFY: "The fuses read back are not what was burned.",
        ErrorWord.FUSE_DIGEST: "The fuse map's digest is not the one given.",
        ErrorWord.FUSE_INCOMPLETE: "Mode or root key is still blank.",
        ErrorWord.FUSE_LOCKED: "LOCK has begun or is done: this fuse field takes no more bits.",
        ErrorWord.ENGINE_GATE_CLOSED: (
            "The gate is closed: no licence has been granted since reset."
        ),
        ErrorWord.ENGINE_LAPSED: "The grant has ended: its time or its allowance is used up.",
        ErrorWord.ENGINE_ALLOWANCE: "The job costs more engine cycles than the grant has left.",
        ErrorWord.ENGINE_SHAPE: (
            "The shapes do not match, exceed 64, or the product does not fit one message."
        ),
        ErrorWord.ENGINE_FAULT: "The engine did not complete the job.",
        ErrorWord.ENGINE_BUSY: "Every place in the engine's queue is taken; try again.",
        ErrorWord.HW_SELF_TEST: "A known-answer test of hash or signature failed.",
        ErrorWord.HW_BUS_FAULT: "A bus access faulted.",
        ErrorWord.HW_FUSE_INTEGRITY: (
            "The fuse map does not have the digest burned at LOCK, or a commit counter has a gap."
        ),
        ErrorWord.HW_LIFECYCLE: "The lifecycle fuses hold no valid lifecycle.",
        ErrorWord.HW_TRNG: (
            "The random number generator failed its health test; no nonce can be drawn."
        ),
        ErrorWord.HW_KEYVAULT: "The key vault did not answer as specified.",
        ErrorWord.HW_CONTROL_FLOW: (
            "A redundant check disagreed: a fault was injected or the ROM is broken."
        ),
        ErrorWord.HW_GATE_DEAD: "The gate saw tampering and is dead until reset.",
        ErrorWord.HW_STATE: "The state machine holds no valid state.",
        ErrorWord.ALREADY_ACCEPTED: "This licence is already in force; nothing was changed.",
        ErrorWord.RANGE_CLOSED: (
            "No ranging session is open: none was begun since reset, or its proof was given."
        ),
        ErrorWord.RANGE_EARLY: (
            "A byte came before the answer to RANGE had left the chip: the session is void."
        ),
        ErrorWord.RANGE_LATE: (
            "The deadline of the ranging session came before its last challenge or its proof."
        ),
        ErrorWord.RANGE_BROKEN: (
            "A break or framing error came instead of a challenge: the session is void."
        ),
    }
)


def explain(word: int) -> ErrorInfo | None:
    """What `word` means, or None if it is no error word of this table."""
    try:
        known = ErrorWord(word)
    except ValueError:
        return None
    return ErrorInfo(known, known.module, known.error_class, known.meaning)
