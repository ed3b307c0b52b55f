# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Licences on their way to a chip: a good one, and such as one check alone refuses.

What a fault campaign aims at: with all other checks content, the one that is left is the
one that a fault has to get past.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from benches.rig import Rig

from mooring_firmware.errors import ErrorWord
from mooring_models.state import State


class Delivery(NamedTuple):
    """A chip about to receive a licence, and the licence."""

    chip: State
    location: bytes
    licence: bytes
    word: ErrorWord | None


def flipped(token: bytes) -> bytes:
    """The token with the last bit of its signature inverted."""
    return token[:-1] + bytes([token[-1] ^ 1])


def good(rig: Rig) -> Delivery:
    """A licence that is accepted: the control of the experiment."""
    form = rig.fresh()
    location = rig.location(form)
    licence = rig.licence(form, location)
    return Delivery(rig.chip.capture(), location, licence, None)


def forged(rig: Rig) -> Delivery:
    """A licence whose signature is wrong in one bit."""
    delivery = good(rig)
    licence = flipped(delivery.licence)
    return delivery._replace(licence=licence, word=ErrorWord.KEY_SIGNATURE)


def forged_place(rig: Rig) -> Delivery:
    """A licence that names a location result with a wrong signature."""
    form = rig.fresh()
    location = flipped(rig.location(form))
    licence = rig.licence(form, location)
    return Delivery(rig.chip.capture(), location, licence, ErrorWord.KEY_SIGNATURE)


def foreign(rig: Rig) -> Delivery:
    """A good licence for another chip."""
    form = rig.fresh()
    location = rig.location(form)
    licence = rig.licence(form, location, ueid=b"\x01" + bytes(32))
    return Delivery(rig.chip.capture(), location, licence, ErrorWord.DECISION_CHIP)


def replayed(rig: Rig) -> Delivery:
    """A licence for a nonce that another licence has used up."""
    form = rig.fresh()
    rig.load(form)
    location = rig.location(form)
    licence = rig.licence(form, location)
    rig.reboot()
    rig.trust()
    rig.chip.run_until_idle()
    return Delivery(rig.chip.capture(), location, licence, ErrorWord.DECISION_NONCE_EXPIRED)


KINDS: Final[tuple[Callable[[Rig], Delivery], ...]] = (forged, forged_place, foreign, replayed)


@cache
def delivery_of(kind: Callable[[Rig], Delivery], cpu: str = "native") -> Delivery:
    """The delivery of a kind, made once for each back end."""
    return kind(Rig.trusting(cpu=cpu))
