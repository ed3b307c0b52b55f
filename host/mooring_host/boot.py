# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""From a locked chip to a computing one, in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol, TypeAlias

from mooring_host.airgap import LicenceDelivery, LicenceRequest
from mooring_host.authority.authority import Authority
from mooring_host.authority.issuing import issue_licence
from mooring_host.authority.terms import Terms
from mooring_host.chip import ChipClient
from mooring_host.edge import Entropy, system_entropy
from mooring_host.errors import ProtocolError
from mooring_host.location.method import LocationMethod
from mooring_host.matrix import Int8Matrix, Product
from mooring_host.policy.transaction import Transaction
from mooring_host.token.frame import NONCE_BYTES
from mooring_host.wire.messages import LicenceResponse, TrustResponse

_PROBE: Final = (Int8Matrix.from_rows([[6]]), Int8Matrix.from_rows([[7]]), [[42]])


@dataclass(frozen=True)
class TrustMessage:
    """What the TRUST command carries."""

    root_key: bytes
    trust_list: bytes


class LicenceSource(Protocol):
    """Whoever gives licences: an authority in this process, or one behind a network."""

    def trust(self) -> TrustMessage:
        """The trust list in force."""
        ...

    def license(self, request: LicenceRequest) -> LicenceDelivery:
        """A licence for this request; raises `Refused`."""
        ...


@dataclass(frozen=True)
class LocalSource:
    """An authority in this process."""

    authority: Authority
    terms: Terms
    where: LocationMethod
    given: Transaction | None = None
    """What was sold to whom, for an authority that goes by export rules."""

    def trust(self) -> TrustMessage:
        record = self.authority.trust()
        return TrustMessage(record.root.cose_key, record.token)

    def license(self, request: LicenceRequest) -> LicenceDelivery:
        return issue_licence(
            self.authority, request, self.terms, self.where, given=self.given
        ).delivery


class BootStep(Enum):
    """The steps of a boot, in order; the value is for people."""

    TRUST = "send the trust list"
    CHALLENGE = "ask for a challenge"
    ISSUE = "issue location result and licence"
    LOAD = "load the licence"
    COMPUTE = "compute"


OnStep: TypeAlias = Callable[[BootStep], None]


@dataclass(frozen=True)
class BootReport:
    """What a boot came to."""

    request: LicenceRequest
    delivery: LicenceDelivery
    trust: TrustResponse
    licence: LicenceResponse
    product: Product
    times: tuple[tuple[BootStep, float], ...]
    """Seconds of the line's clock that each step took."""


def _ignore(_: BootStep) -> None:
    """Nobody watches."""


def boot(
    client: ChipClient,
    source: LicenceSource,
    *,
    entropy: Entropy = system_entropy,
    on_step: OnStep = _ignore,
) -> BootReport:
    """Brings a chip to compute: trust list, challenge, licence, and a product to see it work.

    Args:
        client: the chip.
        source: who gives the licence.
        entropy: for the verifier's nonce.
        on_step: told of each step as it begins.

    Raises:
        Refused: the source gave no licence.
        ChipError: the chip refused a token.
        ProtocolError: the chip computed wrongly.
    """
    clock = client.link.transport.monotonic
    times: list[tuple[BootStep, float]] = []
    began = clock()

    def done(step: BootStep) -> None:
        nonlocal began
        now = clock()
        times.append((step, now - began))
        began = now

    on_step(BootStep.TRUST)
    message = source.trust()
    trust = client.patiently(lambda: client.trust(message.root_key, message.trust_list))
    done(BootStep.TRUST)
    on_step(BootStep.CHALLENGE)
    request = client.request_licence(entropy(NONCE_BYTES))
    done(BootStep.CHALLENGE)
    on_step(BootStep.ISSUE)
    delivery = source.license(request)
    done(BootStep.ISSUE)
    on_step(BootStep.LOAD)
    if delivery.trust_list != message.trust_list:  # a new one was issued meanwhile
        trust = client.patiently(lambda: client.trust(delivery.root_key, delivery.trust_list))
    licence = client.patiently(lambda: client.load_licence(delivery.location, delivery.licence))
    done(BootStep.LOAD)
    on_step(BootStep.COMPUTE)
    product = _prove_compute(client)
    done(BootStep.COMPUTE)
    return BootReport(request, delivery, trust, licence, product, tuple(times))


def _prove_compute(client: ChipClient) -> Product:
    a, b, expected = _PROBE
    product = client.compute(a, b)
    if product.to_rows() != expected:
        raise ProtocolError(
            f"COMPUTE on {client.link.transport.name}",
            f"6 x 7 gave {product.to_rows()[0][0]}",
            "The engine is defective.",
        )
    return product
