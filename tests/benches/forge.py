# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip that trusts the oracles' keys, and tokens of `tests/oracles` that fit it.

No code of the host makes these tokens: every claim, header and signature can be wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from benches.rig import Rig, provisioned
from oracles import token_build as build
from oracles.cbor_build import Item
from oracles.token_build import Claims, TestKey

from mooring_host.wire.messages import LicenceResponse
from mooring_models import Chip
from mooring_models.state import State

NEXT_ROOT: Final = TestKey("root of slot 1")
ROOTS: Final = tuple(hashlib.sha384(key.cose_key).digest() for key in (build.ROOT, NEXT_ROOT))


def signed(name: str, claims: Item | bytes, key: TestKey) -> bytes:
    """The bytes of a token; claims may be a payload that is bytes already."""
    return bytes(build.sign(name, claims, key).encoded())


@dataclass
class Pair:
    """A location result and a licence before they are signed; change what is to be wrong."""

    licence: Claims
    location: Claims
    licence_key: TestKey = build.LICENCE_KEY
    location_key: TestKey = build.LOCATION_KEY

    def location_token(self) -> bytes:
        """The signed location result."""
        return signed("location", self.location, self.location_key)

    def licence_token(self, location: bytes) -> bytes:
        """The signed licence; it names `location` unless it names another already."""
        claims = {build.LOCATION_DIGEST: hashlib.sha256(location).digest(), **self.licence}
        return signed("licence", claims, self.licence_key)

    def tokens(self) -> tuple[bytes, bytes]:
        """Both, signed: what a LICENCE message carries."""
        location = self.location_token()
        return location, self.licence_token(location)


class Forge:
    """A chip in production that trusts the oracles' root.

    Args:
        epoch: of the trust list it has accepted already, `build.trust_claims()` otherwise;
            None for no list.
        cpu: back end.
    """

    def __init__(
        self, *, epoch: int | None = 5, allow_sequence: bool = True, cpu: str = "native"
    ) -> None:
        self.rig: Final = Rig(chip=Chip.from_capture(_ready(epoch, allow_sequence, cpu)))

    def trust(self, trust_list: bytes, root: TestKey = build.ROOT) -> None:
        """Sends a trust list with its root key."""
        self.rig.client.trust(root.cose_key, trust_list)

    def nonce_pair(self) -> Pair:
        """A good pair that answers the chip's nonce."""
        nonce = self.rig.fresh().nonce
        licence: Claims = {**build.licence_claims(), build.UEID: self.rig.ueid, build.NONCE: nonce}
        location: Claims = {
            **build.location_claims(),
            build.UEID: self.rig.ueid,
            build.NONCE: nonce,
        }
        del licence[build.LOCATION_DIGEST]
        return Pair(licence, location)

    def sequence_pair(self, epoch: int = 5, sequence: int = 7) -> Pair:
        """A good sequence-bound pair."""
        licence: Claims = {
            **build.sequence_licence_claims(),
            build.UEID: self.rig.ueid,
            build.EPOCH: epoch,
            build.SEQUENCE: sequence,
        }
        location: Claims = {**build.location_claims(), build.UEID: self.rig.ueid}
        del licence[build.LOCATION_DIGEST], location[build.NONCE]
        return Pair(licence, location)

    def load(self, pair: Pair) -> LicenceResponse:
        """Signs and sends a pair."""
        return self.rig.client.load_licence(*pair.tokens())


@cache
def _ready(epoch: int | None, allow_sequence: bool, cpu: str) -> State:
    """The chip of a `Forge`; booted once a process."""
    rig = Rig(provisioned(allow_sequence=allow_sequence, roots=ROOTS, cpu=cpu), cpu=cpu)
    if epoch is not None:
        claims: Claims = {**build.trust_claims(), build.EPOCH: epoch}
        rig.client.trust(build.ROOT.cose_key, signed("trust", claims, build.ROOT))
    rig.chip.run_until_idle()
    return rig.chip.capture()
