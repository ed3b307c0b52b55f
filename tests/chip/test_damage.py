# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Every truncation and every flipped bit of a valid token of each kind, on a whole chip.

The undamaged token is sent last and must be accepted: what came before did no harm, and
each refusal was for the damage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pytest
from benches.forge import Forge, signed
from benches.sweep import chosen
from benches.wire import ask, command
from oracles import token_build as build

TRUST, LICENCE = 5, 6
# Longer than the longest back-off after a run of bad signatures.
PATIENCE_S: Final = 31
# The native build takes every case, the interpreted image a sample.
MOST: Final = {"native": 100_000, "rv32": 100}
NONCE_LIFE_S: Final = 900 - 2 * PATIENCE_S
# Words of the message or of the chip's condition: damage inside a token has none of them.
FOREIGN: Final = ("LINK_", "HW_", "COMMIT_", "ENGINE_", "FUSE_")


class Target:
    """A chip, and how one kind of token reaches it."""

    def __init__(self, kind: str, cpu: str) -> None:
        self.cpu = cpu
        self.kind = kind
        self.words: Counter[str] = Counter()
        self.start()

    def start(self) -> None:
        """Boots a chip to the moment at which the token is due."""
        self.rest_s = 0
        self.forge = Forge(epoch=4, cpu=self.cpu)
        by_sequence = self.kind.endswith("sequence")
        pair = self.forge.sequence_pair(epoch=4) if by_sequence else self.forge.nonce_pair()
        self.location, self.licence = pair.tokens()
        self.trust = signed("trust", build.trust_claims(), build.ROOT)

    @property
    def token(self) -> bytes:
        """The valid token that is to be damaged."""
        kind = self.kind.split()[0]
        return {"trust": self.trust, "location": self.location, "licence": self.licence}[kind]

    def body(self, token: bytes) -> tuple[int, list[bytes]]:
        """The message that carries `token` in the place of the valid one."""
        kind = self.kind.split()[0]
        if kind == "trust":
            return TRUST, [bytes(build.ROOT.cose_key), token]
        if kind == "location":
            return LICENCE, [token, self.licence]
        return LICENCE, [self.location, token]

    def send(self, token: bytes) -> str | None:
        """The error word; None if the token was accepted."""
        code, body = self.body(token)
        answer = ask(self.forge.rig.chip, command(code, body))
        return answer.word if answer.completion else None

    def refuse_all(self, damaged: Iterable[bytes]) -> None:
        """Sends each; fails if one is accepted or refused for another reason than itself."""
        for token in damaged:
            word = self.send(token)
            assert word is not None, f"accepted: {token.hex()}"
            assert not word.startswith(FOREIGN), f"{word}: {token.hex()}"
            self.words[word] += 1
            if word == "KEY_SIGNATURE":
                self.wait_out_back_off()

    def wait_out_back_off(self) -> None:
        """Lets the back-off pass; with it the nonce grows old, so a new chip takes over.

        All chance is seeded: the new chip draws the same nonce, and the tokens still fit.
        """
        self.rest_s += PATIENCE_S
        self.forge.rig.chip.run_for(PATIENCE_S)
        if self.rest_s > NONCE_LIFE_S:
            self.start()


def truncations(token: bytes) -> Iterator[bytes]:
    """Yield every proper prefix."""
    return (token[:size] for size in range(len(token)))


def flips(token: bytes) -> Iterator[bytes]:
    """Yield the token with each single bit flipped."""
    for place in range(len(token)):
        for bit in range(8):
            yield token[:place] + bytes((token[place] ^ 1 << bit,)) + token[place + 1 :]


KINDS: Final = (
    "trust",
    "location by nonce",
    "location by sequence",
    "licence by nonce",
    "licence by sequence",
)
Damage = Callable[[bytes], Iterator[bytes]]


@pytest.mark.parametrize("damage", [truncations, flips])
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_token_is_refused_and_the_whole_one_accepted(
    cpu: str, kind: str, damage: Damage
) -> None:
    target = Target(kind, cpu)

    cases = list(damage(target.token))

    target.refuse_all(chosen(f"{kind}, {damage.__name__}, {cpu}", cases, MOST[cpu]))

    print(dict(target.words))
    assert not target.forge.rig.can_compute()
    assert target.send(target.token) is None
