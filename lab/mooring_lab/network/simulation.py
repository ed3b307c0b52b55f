# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Landmarks that range an emulated chip over drawn routes.

The landmark's part is the very `Session` that `mooring landmark run` serves, the chip is whole,
its serial line included; only the network between them is drawn.  Everything follows from the
seed, and all time is the chip's virtual time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mooring_host.chip import ChipClient
from mooring_host.errors import UsageError
from mooring_host.landmark import RangingFailed, Session, Station
from mooring_host.landmark.messages import Hello, Offer
from mooring_host.token import Receipt
from mooring_host.wire.messages import RangeRequest
from mooring_lab.evaluation.atlas import distance_km
from mooring_lab.fleet import ChipTransport
from mooring_lab.network.routes import MEASURED, Route, RouteModel
from mooring_models import Chip

PS_PER_NS: Final = 1000
PS_PER_MS: Final = 10**9
ROUND_S: Final = 5.0
"""What a landmark waits for a response, as its service does."""
NO_PORT: Final = 1


@dataclass(frozen=True)
class Ranging:
    """What came of one landmark.

    Attributes:
        station: the landmark.
        route: how its signals went.
        receipt: its claims, or None.
        attempts: sessions that it took, or that failed.
        problem: why there is no receipt; empty if there is one.
    """

    station: Station
    route: Route
    receipt: Receipt | None
    attempts: int
    problem: str


class Network:
    """Landmarks, routes and their chance."""

    def __init__(
        self,
        stations: Sequence[Station],
        *,
        routes: RouteModel = MEASURED,
        loss: float = 0.0,
        attempts: int = 5,
        seed: int = 0,
    ) -> None:
        """Sets up the network.

        Args:
            stations: the landmarks; names differ.
            routes: what routes are drawn from.
            loss: probability that a datagram is lost, in each direction.
            attempts: sessions after which a landmark gives up.
            seed: everything drawn follows from it.

        Raises:
            UsageError: a number is out of its bounds, or two landmarks share a name.
        """
        if not 0 <= loss < 1:
            raise UsageError("set up a network", f"loss: found {loss}, expected 0 to below 1")
        if len({station.name for station in stations}) < len(stations):
            raise UsageError("set up a network", "names: two landmarks share one")
        self._stations = tuple(stations)
        self._routes = routes
        self._loss = loss
        self._attempts = attempts
        self._seed = seed

    def range(
        self, chip: Chip, at: tuple[float, float], nonce: bytes, now_s: int, extra_ms: float = 0.0
    ) -> Iterator[Ranging]:
        """Has each landmark range the chip, one after the other.

        Args:
            chip: powered, in production.
            at: where it is: latitude and longitude in degrees.
            nonce: the verifier's, 32 bytes.
            now_s: seconds since 1970, for the receipts.
            extra_ms: what somebody adds to each round trip.
        """
        for station in self._stations:
            # A landmark's chance is its own: more landmarks change nothing for the others.
            source = random.Random(f"{self._seed} {station.name}")  # noqa: S311 -- a simulation
            km = distance_km((station.latitude_deg, station.longitude_deg), at)
            route = self._routes.draw(km, source)
            yield self._one(chip, station, route, nonce, now_s, extra_ms, source)

    def _one(
        self,
        chip: Chip,
        station: Station,
        route: Route,
        nonce: bytes,
        now_s: int,
        extra_ms: float,
        source: random.Random,
    ) -> Ranging:
        client = ChipClient(ChipTransport(chip))
        problem = ""
        for attempt in range(1, self._attempts + 1):
            session = Session(station, Hello(chip.public_key, nonce), source.randbytes, NO_PORT)
            try:
                receipt = self._session(chip, client, session, route, now_s, extra_ms, source)
            except RangingFailed as error:
                problem = str(error)
                client.range_abandon()
            else:
                return Ranging(station, route, receipt, attempt, "")
        return Ranging(station, route, None, self._attempts, problem)

    def _session(
        self,
        chip: Chip,
        client: ChipClient,
        session: Session,
        route: Route,
        now_s: int,
        extra_ms: float,
        source: random.Random,
    ) -> Receipt:
        wish = session.wish
        offer = client.range_open(RangeRequest(wish.kid, wish.nonce, wish.rounds, wish.width))
        session.take_offer(Offer(offer.chip_nonce, offer.commitment))
        for number in range(1, wish.rounds + 1):
            challenge = session.challenge(chip.loop.now // PS_PER_NS)
            there, back = self._ways(route, extra_ms, source)
            chip.loop.run_for(there)
            response = client.exchange(challenge, ROUND_S)
            chip.loop.run_for(back)
            session.respond(number, response, chip.loop.now // PS_PER_NS)
        return session.conclude(client.range_proof(), now_s)

    def _ways(self, route: Route, extra_ms: float, source: random.Random) -> tuple[int, int]:
        """How long a challenge and its response travel, in picoseconds; or one of them is lost."""
        lost = source.random() < self._loss or source.random() < self._loss
        jitter_ms = source.expovariate(1 / route.jitter_ms) if route.jitter_ms else 0.0
        whole = route.least_ms + jitter_ms + extra_ms
        if lost:
            raise RangingFailed("LANDMARK_LATE", "range a chip", "a datagram was lost")
        there = round(whole / 2 * PS_PER_MS)
        return there, round(whole * PS_PER_MS) - there
