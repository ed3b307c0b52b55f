# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The client of one chip: each command as one call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self, TypeVar

from mooring_firmware.errors import ErrorWord
from mooring_host.airgap import LicenceDelivery, LicenceRequest
from mooring_host.errors import ChipError, ProtocolError
from mooring_host.explain import chip_error
from mooring_host.link import (
    DEFAULT_TIMEOUT_S,
    DEFAULT_TRIES,
    Endpoint,
    Link,
    Observer,
    discover,
)
from mooring_host.matrix import Int8Matrix, Product, Tile, TileResult, multiply
from mooring_host.states import Lifecycle
from mooring_host.transport import DEFAULT_BAUD, Transport, open_transport
from mooring_host.wire.envelope import Completion
from mooring_host.wire.messages import (
    Body,
    BurnRequest,
    BurnResponse,
    ChallengeRequest,
    ChallengeResponse,
    ComputeRequest,
    ComputeResponse,
    Failure,
    FuseField,
    FusesRequest,
    FusesResponse,
    InfoRequest,
    InfoResponse,
    LockRequest,
    LockResponse,
    LogRequest,
    LogResponse,
    RangeProofRequest,
    RangeProofResponse,
    RangeRequest,
    RangeResponse,
    ResetRequest,
    ResetResponse,
    StatusRequest,
    StatusResponse,
    TrustRequest,
    TrustResponse,
)
from mooring_host.wire.messages import LicenceRequest as LicenceMessage
from mooring_host.wire.messages import LicenceResponse as LicenceAnswer
from mooring_host.wire.ranging import MAX_ROUNDS, MAX_WIDTH
from mooring_host.wire.requester import Requester

Response = TypeVar("Response", bound=Body)
Outcome = TypeVar("Outcome")

_LONGEST_WAIT_S: Final = 120
"""Back-off is at most 30 s a refusal; a chip that names more in all is not waited for."""


_FLAGS: Final = b"\x7e" * (MAX_ROUNDS * MAX_WIDTH)
"""As many bytes as a ranging session has challenges at most."""
_QUIET_S: Final = 0.2


class ChipClient:
    """A chip at the other end of a line.

    Every call raises `ChipError` if the chip refuses, `NoAnswer`, `GarbageAnswer` or
    `TransportError` if it cannot be reached, and `ProtocolError` if it answers nonsense.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        tries: int = DEFAULT_TRIES,
        observer: Observer | None = None,
        requester: Requester | None = None,
        on_wait: Callable[[int], None] | None = None,
    ) -> None:
        """Talks over `transport`.

        Args:
            transport: the line; closed with this.
            timeout_s: as of `Link`, and so are `tries`, `observer` and `requester`.
            on_wait: told by `patiently` how many seconds it is about to wait.
        """
        self._on_wait = on_wait
        self.link = Link(
            transport, timeout_s=timeout_s, tries=tries, observer=observer, requester=requester
        )

    @classmethod
    def open(
        cls,
        url: str,
        *,
        baud: int = DEFAULT_BAUD,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        tries: int = DEFAULT_TRIES,
        observer: Observer | None = None,
    ) -> Self:
        """Opens a port and talks over it."""
        transport = open_transport(url, baud)
        return cls(transport, timeout_s=timeout_s, tries=tries, observer=observer)

    def close(self) -> None:
        """Gives the port back."""
        self.link.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------ reading ---

    def discover(self) -> Endpoint:
        """MCTP discovery: endpoint id, versions and message types."""
        return discover(self.link)

    def info(self) -> InfoResponse:
        """Who the chip is."""
        return self._run(InfoRequest(), InfoResponse)

    def challenge(self, nonce: bytes) -> bytes:
        """Evidence with a nonce of the chip's own, which a licence can answer.

        Args:
            nonce: 32 fresh random bytes of the verifier.
        """
        return self._run(ChallengeRequest(nonce), ChallengeResponse).evidence

    def status(self, nonce: bytes) -> bytes:
        """Evidence; changes nothing in the chip."""
        return self._run(StatusRequest(nonce), StatusResponse).evidence

    def log(self, first: int = 0) -> LogResponse:
        """The refusals that the chip recorded, from entry `first` on."""
        return self._run(LogRequest(first), LogResponse)

    def fuses(self) -> FusesResponse:
        """The public fuses."""
        return self._run(FusesRequest(), FusesResponse)

    def request_licence(self, nonce: bytes) -> LicenceRequest:
        """A licence request for this chip, with fresh evidence; can be saved to a file."""
        return LicenceRequest(self.info().device_key, nonce, self.challenge(nonce))

    # ---------------------------------------------------------- licensing ---

    def trust(self, root_key: bytes, trust_list: bytes) -> TrustResponse:
        """Sends a trust list; the same list again is accepted again."""
        return self._run(TrustRequest(root_key, trust_list), TrustResponse)

    def load_licence(self, location: bytes, licence: bytes) -> LicenceAnswer:
        """Sends a location result with the licence that names it.

        The same licence again changes nothing, so that it can be sent again if the answer
        was lost; `changed` in the answer tells.
        """
        return self._run(LicenceMessage(location, licence), LicenceAnswer)

    def deliver(self, delivery: LicenceDelivery) -> LicenceAnswer:
        """Sends all of a delivery: the trust list, then the licence."""
        self.trust(delivery.root_key, delivery.trust_list)
        return self.load_licence(delivery.location, delivery.licence)

    def compute(self, a: Int8Matrix, b: Int8Matrix) -> Product:
        """The product of two matrices of any size, in as many commands as it takes."""
        return multiply(a, b, self._compute_tile)

    def _compute_tile(self, tile: Tile, a: bytes, b: bytes) -> TileResult:
        m, k, n = len(tile.rows), len(tile.inner), len(tile.columns)
        answer = self._run(ComputeRequest(m, k, n, a, b), ComputeResponse)
        expected = 4 * m * n
        if len(answer.product) != expected:
            raise ProtocolError(
                self._attempted("COMPUTE"),
                f"product: found {len(answer.product)} bytes, expected {expected}",
            )
        return TileResult(answer.product, answer.cycles, answer.throttled)

    # ------------------------------------------------------------ ranging ---

    def range_open(self, request: RangeRequest) -> RangeResponse:
        """Opens a ranging session: from now on the chip answers raw challenges.

        Sent once: a repetition would be taken for challenges.  The line is the protocol's again
        after the last challenge, or 30 s after this.
        """
        return self._run(request, RangeResponse, tries=1)

    def exchange(self, challenge: bytes, timeout_s: float) -> bytes:
        """One round: sends a challenge and returns the response, as many bytes.

        Raises:
            NoAnswer: the response was not complete within `timeout_s` seconds.
            ProtocolError: more bytes came than were asked for.
            TransportError: the line failed.
        """
        return self.link.exchange_raw(challenge, timeout_s)

    def range_proof(self) -> bytes:
        """The ranging token of the session whose last challenge was answered."""
        return self._run(RangeProofRequest(), RangeProofResponse, tries=1).token

    def range_abandon(self) -> None:
        """Gives up the session under way, if there is one: the line is the protocol's again.

        Flags end the timed phase, and what is left of them is no frame; taking the proof, which
        nobody wants, ends the session.
        """
        transport = self.link.transport
        transport.write(_FLAGS)
        while transport.read(_QUIET_S):
            pass
        with suppress(ChipError):
            self.range_proof()

    # ------------------------------------------------------- provisioning ---

    def burn(self, field: FuseField, value: bytes, index: int | None = None) -> bytes:
        """Burns a fuse field, for good; returns it as read back."""
        return self._run(BurnRequest(field, value, index), BurnResponse).value

    def lock(self, map_digest: bytes) -> Lifecycle:
        """Takes the chip to production, for good, if its fuse map has this digest."""
        try:
            return self._run(LockRequest(map_digest), LockResponse).lifecycle
        except ChipError as error:
            if error.word != ErrorWord.LINK_NOT_IN_LIFECYCLE:
                raise
            # An answer may have been lost on its way: was it this lock that was done?
            fuses = self.fuses()
            if (fuses.lifecycle, fuses.map_digest) != (Lifecycle.PRODUCTION, map_digest):
                raise
            return fuses.lifecycle

    def reset(self) -> InfoResponse:
        """Resets the chip and waits until it answers again."""
        self._run(ResetRequest(), ResetResponse)
        return self.info()

    # ---------------------------------------------------------------- all ---

    def patiently(self, call: Callable[[], Outcome]) -> Outcome:
        """Runs `call`; while the chip backs off, waits the seconds it names and tries again."""
        waited_s = 0
        while True:
            try:
                return call()
            except ChipError as error:
                wait_s = error.retry_after_s
                if error.word != ErrorWord.LINK_BUSY or wait_s is None:
                    raise
                waited_s += max(wait_s, 1)
                if waited_s > _LONGEST_WAIT_S:
                    raise
                if self._on_wait is not None:
                    self._on_wait(max(wait_s, 1))
                self.link.transport.sleep(max(wait_s, 1))

    def _run(self, request: Body, response: type[Response], tries: int | None = None) -> Response:
        envelope = self.link.request(request.command, request.encode(), tries=tries)
        if envelope.completion == Completion.REFUSED:
            raise chip_error(self._attempted(request.command.name), Failure.decode(envelope.body))
        return response.decode(envelope.body)

    def _attempted(self, command: str) -> str:
        return f"{command} on {self.link.transport.name}"
