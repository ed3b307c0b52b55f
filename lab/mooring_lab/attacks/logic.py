# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Flaws in the chip's own logic: orders of messages, and tokens that are not as signed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_host.token import SequenceBound
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import Tokens
from mooring_lab.attacks.trial import Trial

STORM: Final = 60
DAMAGED: Final = 16
# Order of the group of Ed25519, RFC 8032 section 5.1.
L: Final = 2**252 + 27742317777372353535851937790883648493


@attack(
    "logical-flaw",
    "Messages come in every order, until the allowance rises without a licence",
    Source(Work.OFF_SWITCHES, "Logical flaw"),
    adversary=Adversary.LINE,
    prize="an allowance that no licence gave",
    expected=Outcome.PREVENTED,
    because="the gate changes its terms only at OPEN of an attempt that the vault witnessed",
    tests=("chip/test_boot_model.py", "hw_models/test_gate_model.py"),
)
def logical_flaw(trial: Trial) -> None:
    stand, other = trial.stand(), trial.stand("other chip")
    good = stand.tokens(SequenceBound(1, 2))
    parts = [
        *(good.location, good.licence),
        *_parts(stand.tokens(cycles=0)),
        *_parts(other.tokens(SequenceBound(1, 3))),
        stand.issuer.trust_list(1),
    ]
    moves: list[Callable[[], object]] = [
        lambda: stand.client.load_licence(*trial.dice.choices(parts, k=2)),
        lambda: stand.client.trust(stand.issuer.root_key, trial.dice.choice(parts)),
        partial(stand.load, good),
        stand.fresh,
        stand.client.info,
        stand.client.fuses,
        lambda: stand.chip.run_for(trial.dice.choice((1, 40, 901))),
    ]
    opened = 0
    wrong = 0
    for _ in range(STORM):
        before = stand.cycles_left
        sent = _attempted(trial.dice.choice(moves))
        if stand.cycles_left > before:
            opened += 1
            wrong += sent is None
    trial.attempt(
        f"{STORM} messages in a random order",
        wrong > 0 or opened > 1,
        f"the allowance rose {opened} times, for the one good pair among them",
    )
    stand.load()
    trial.scene("afterwards a licence is still accepted", stand.computes())


def _parts(tokens: Tokens) -> tuple[bytes, bytes]:
    return tokens.location, tokens.licence


def _attempted(call: Callable[[], object]) -> object | None:
    """What comes of a call, None if it is refused."""
    try:
        return call()
    except ChipError:
        return None


def with_signature(token: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The token with its last 64 bytes changed."""
    return token[:-64] + change(token[-64:])


def raised(signature: bytes) -> bytes:
    """S + L in place of S: the same point to a verifier that does not check its range."""
    high = int.from_bytes(signature[32:], "little") + L
    return signature[:32] + high.to_bytes(32, "little")


@attack(
    "signature-range",
    "A signature is rewritten to another that a careless verifier takes",
    Source(Work.OFF_SWITCHES, "missing range check of the signature"),
    adversary=Adversary.LINE,
    prize="a second valid encoding of a used licence",
    expected=Outcome.PREVENTED,
    because="S < L and canonical points; used licences are known by nonce and sequence",
    tests=("firmware/core/test_ed25519_vectors.py", "chip/test_damage.py"),
)
def signature_range(trial: Trial) -> None:
    stand = trial.stand()
    tokens = stand.tokens(SequenceBound(1, 1))
    changes: dict[str, Callable[[bytes], bytes]] = {
        "S + L": raised,
        "S = 0": lambda signature: signature[:32] + bytes(32),
        "R and S zero": lambda signature: bytes(64),
        "R the neutral point": lambda signature: b"\1" + bytes(31) + signature[32:],
    }
    for name, change in changes.items():
        forged = with_signature(tokens.licence, change)
        trial.refused(
            name,
            ErrorWord.KEY_SIGNATURE,
            partial(stand.client.load_licence, tokens.location, forged),
        )
        stand.chip.run_for(60)
    stand.load(tokens)
    trial.scene("the signature that was made is accepted", stand.computes())


@attack(
    "damaged-token",
    "Bits of a good licence are flipped, each in its turn",
    Source(Work.MODEL, "forge or alter a token"),
    adversary=Adversary.LINE,
    prize="other terms under the same signature",
    expected=Outcome.PREVENTED,
    because="deterministic CBOR, and a signature over every byte",
    tests=("chip/test_damage.py",),
)
def damaged_token(trial: Trial) -> None:
    stand = trial.stand()
    tokens = stand.tokens()
    bits = 8 * len(tokens.licence)
    found: set[str] = set()
    got = False
    for bit in sorted(trial.dice.sample(range(bits), DAMAGED)):
        damaged = bytearray(tokens.licence)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            stand.client.load_licence(tokens.location, bytes(damaged))
        except ChipError as error:
            found.add(error.name)
        got = got or stand.open
        stand.chip.run_for(31)
    trial.attempt(
        f"{DAMAGED} of {bits} bits, sampled", got, f"refused with {', '.join(sorted(found))}"
    )
    stand.load(tokens)
    trial.scene("the licence as it was signed is accepted", stand.computes())


ATTACKS: Final = (logical_flaw, signature_range, damaged_token)
