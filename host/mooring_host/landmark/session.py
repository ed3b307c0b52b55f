# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One session of a landmark with one chip, without sockets and without a clock of its own.

All times are given to it, in nanoseconds of the landmark's clock.  Nothing is ever subtracted
from a round trip, no round is repeated, and the first response that does not fit ends the
session: whoever answers gets each challenge once.
"""

from __future__ import annotations

from enum import Enum, auto

from mooring_host.edge import Entropy
from mooring_host.errors import TokenError
from mooring_host.landmark.messages import (
    TICKET_BYTES,
    FailureWord,
    Hello,
    Offer,
    RangingFailed,
    Wish,
    malformed,
)
from mooring_host.landmark.station import Station
from mooring_host.token import RangingProof, Receipt
from mooring_host.token.frame import NONCE_BYTES


class Phase(Enum):
    """What comes next."""

    OFFER = auto()
    ROUNDS = auto()
    PROOF = auto()
    OVER = auto()


class Session:
    """What a landmark asked, saw and measured.

    Attributes:
        phase: what comes next.
        wish: what the bridge is told; its port is the service's.
        round_trips_ns: of the rounds that were answered, in order.
    """

    def __init__(self, station: Station, hello: Hello, entropy: Entropy, udp_port: int) -> None:
        """Draws nonce, ticket and all challenges."""
        self.phase = Phase.OFFER
        self.round_trips_ns: list[int] = []
        self.wish = Wish(
            station.signer.kid,
            entropy(NONCE_BYTES),
            station.rounds,
            station.width,
            entropy(TICKET_BYTES),
            udp_port,
        )
        self._station = station
        self._hello = hello
        self._challenges = entropy(station.rounds * station.width)
        self._responses = b""
        self._offer: Offer | None = None
        self._sent_ns: int | None = None

    @property
    def round(self) -> int:
        """The round under way, from 1 on."""
        return len(self.round_trips_ns) + 1

    def take_offer(self, offer: Offer) -> None:
        """The chip is bound; raises `RangingFailed` if this is not its turn."""
        self._expect(Phase.OFFER, "offer")
        self._offer = offer
        self.phase = Phase.ROUNDS

    def challenge(self, now_ns: int) -> bytes:
        """The challenge of the round under way, which is sent at this moment."""
        self._expect(Phase.ROUNDS, "challenge")
        if self._sent_ns is not None:
            raise self._over(FailureWord.RESPONSE, f"round {self.round} was asked already")
        self._sent_ns = now_ns
        at = (self.round - 1) * self._station.width
        return self._challenges[at : at + self._station.width]

    def respond(self, number: int, response: bytes, now_ns: int) -> None:
        """Takes the response of a round; raises `RangingFailed` if it does not fit."""
        self._expect(Phase.ROUNDS, "response")
        if self._sent_ns is None or number != self.round:
            raise self._over(FailureWord.RESPONSE, f"a response of round {number}, not awaited")
        if len(response) != self._station.width:
            expected = f"{len(response)} bytes, expected {self._station.width}"
            raise self._over(FailureWord.RESPONSE, f"round {number}: {expected}")
        self.round_trips_ns.append(max(1, now_ns - self._sent_ns))
        self._responses += response
        self._sent_ns = None
        if len(self.round_trips_ns) == self._station.rounds:
            self.phase = Phase.PROOF

    def conclude(self, token: bytes, now_s: int) -> Receipt:
        """What the landmark signs, if the chip's proof bears out what was seen.

        Args:
            token: the ranging token.
            now_s: seconds since 1970.

        Raises:
            RangingFailed: with the word of the token that is refused, or ``LANDMARK_PROOF``.
        """
        self._expect(Phase.PROOF, "proof")
        self.phase = Phase.OVER
        if self._offer is None:
            raise malformed("proof: there was no offer")
        try:
            proof = RangingProof.verify(token, self._hello.device_key)
        except TokenError as error:
            raise self._over(error.word, error.found) from error
        self._compare(proof, self._offer)
        station = self._station
        return Receipt(
            ueid=proof.ueid,
            nonce=self._hello.nonce,
            issued_at=now_s,
            latitude_deg=station.latitude_deg,
            longitude_deg=station.longitude_deg,
            position_error_m=station.position_error_m,
            round_trips_ns=tuple(self.round_trips_ns),
            width=station.width,
            rank_k=station.rank_k,
            session_id=proof.session_id,
        )

    def _compare(self, proof: RangingProof, offer: Offer) -> None:
        for name, said, seen in (
            ("landmark", proof.landmark_kid, self.wish.kid),
            ("landmark's nonce", proof.landmark_nonce, self.wish.nonce),
            ("rounds", proof.rounds, self.wish.rounds),
            ("width", proof.width, self.wish.width),
            ("chip's nonce", proof.chip_nonce, offer.chip_nonce),
            ("commitment", proof.commitment, offer.commitment),
            ("challenges", proof.challenges, self._challenges),
            ("responses", proof.responses, self._responses),
        ):
            if said != seen:
                raise self._over(FailureWord.PROOF, f"{name}: not those that the landmark saw")

    def _expect(self, phase: Phase, what: str) -> None:
        if self.phase is not phase:
            was = self.phase
            self.phase = Phase.OVER
            raise malformed(f"{what}: not its turn, which is {was.name.lower()}")

    def _over(self, word: str, found: str) -> RangingFailed:
        self.phase = Phase.OVER
        return RangingFailed(word, "range a chip", found)
