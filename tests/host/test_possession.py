# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip that cannot sign with the key that it names is not believed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from host_kit import PaperChip

from mooring_host.errors import Refused, TokenError
from mooring_host.possession import prove, prove_now
from mooring_host.states import Lifecycle, Mode
from mooring_host.wire.messages import InfoResponse

NONCE = bytes(range(32))


@dataclass
class Answering:
    """A chip on the line: says that it is `claims`, signs as `signs`."""

    claims: PaperChip = field(default_factory=PaperChip)
    signs: PaperChip = field(default_factory=PaperChip)
    ueid: bytes | None = None
    answered: bytes | None = None
    """The nonce that its evidence answers; None: the one it is asked with."""

    def info(self) -> InfoResponse:
        return InfoResponse(
            rom_version="1",
            algorithms=(-19,),
            max_message=8192,
            max_token=4096,
            device_key=self.claims.device_key,
            ueid=self.claims.ueid if self.ueid is None else self.ueid,
            lifecycle=Lifecycle.MANUFACTURING,
            mode=Mode.DENY,
            measurement=bytes(48),
        )

    def status(self, nonce: bytes, /) -> bytes:
        return self.signs.attest(nonce if self.answered is None else self.answered)


def test_chip_that_signs_with_its_key_is_believed() -> None:
    chip = PaperChip()

    assert prove_now(Answering(), Answering().info(), NONCE) == replace(chip.evidence, nonce=NONCE)
    assert prove(chip.request()) == chip.evidence


@pytest.mark.parametrize(
    ("answering", "found"),
    [
        (Answering(signs=PaperChip("thief")), "key-id: signed by key"),
        (Answering(answered=bytes(32)), "nonce: it answers another nonce"),
        (Answering(ueid=PaperChip("other").ueid), "it says that it is 01.*, its key is that of 01"),
    ],
)
def test_chip_that_does_not_is_refused(answering: Answering, found: str) -> None:
    with pytest.raises(Refused, match=found):
        prove_now(answering, answering.info(), NONCE)


def test_request_that_names_another_key_is_refused() -> None:
    request = PaperChip("thief").request()

    with pytest.raises(Refused, match="key-id"):
        prove(replace(request, device_key=PaperChip().device_key))
    with pytest.raises(Refused, match="signature"):
        prove(replace(request, evidence=request.evidence[:-1] + b"\0"))


def test_request_without_a_device_key_is_no_request() -> None:
    with pytest.raises(TokenError):
        prove(replace(PaperChip().request(), device_key=b"\xa0"))
