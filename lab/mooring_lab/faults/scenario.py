# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The campaigns: what the chip is asked, and what it may grant for it.

Each spoils one thing and leaves all else as good as it can be, so that the check of that
one thing is all that stands between the request and the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mooring_host.matrix import Int8Matrix
from mooring_host.states import Role
from mooring_host.token import NonceBound, SequenceBound
from mooring_host.wire.provisioning import FuseField
from mooring_lab.faults.stage import ISSUER, THIEF, Stage, wire
from mooring_lab.issuer import DAY_S, START

CYCLES: Final = 1000
LIFETIME_S: Final = 3600
NONCE_LIFE_S: Final = 900
_FREE_SLOT: Final = 2
_S_BYTES: Final = 32
"""Length of the second half of a signature, with which a token ends."""


@dataclass(frozen=True)
class Permit:
    """What a request entitles its sender to.

    Attributes:
        grants: how often the gate may open for it, in this power cycle and later ones.
        cycles: engine cycles of each.
        seconds: life of each.
    """

    grants: int = 0
    cycles: int = 0
    seconds: int = 0


NOTHING: Final = Permit()


@dataclass(frozen=True)
class Request:
    """What is put on the line, and afterwards to see what a fault has left behind.

    Attributes:
        data: bytes of the request that is struck.
        probes: requests sent afterwards in the same power cycle; by default the same again.
        lists: what a chip is sent after a reboot before it is sent `probes`.
    """

    data: bytes
    probes: tuple[bytes, ...]
    lists: tuple[bytes, ...]


@dataclass(frozen=True)
class Scenario:
    """One campaign.

    Attributes:
        name: as on the command line.
        title: one line for people.
        permit: what may come of it.
        prepare: brings the chip to where the request is sent, and makes the request.
    """

    name: str
    title: str
    permit: Permit
    prepare: Callable[[Stage], Request]

    @property
    def valid(self) -> bool:
        """Whether the request is a good one."""
        return self.permit.grants > 0


_SCENARIOS: Final[dict[str, Scenario]] = {}


def _scenario(
    name: str, title: str, permit: Permit = NOTHING
) -> Callable[[Callable[[Stage], Request]], Callable[[Stage], Request]]:
    def add(prepare: Callable[[Stage], Request]) -> Callable[[Stage], Request]:
        _SCENARIOS[name] = Scenario(name, title, permit, prepare)
        return prepare

    return add


def scenarios() -> Mapping[str, Scenario]:
    """All campaigns by name."""
    return _SCENARIOS


# -- Tokens --------------------------------------------------------------------------------


def _list_wire(trust_list: bytes) -> bytes:
    return wire(lambda client: client.trust(ISSUER.root_key, trust_list))


def _request(
    location: bytes, licence: bytes, trust_list: bytes | None = None, *before: bytes
) -> Request:
    """A licence; after a reboot the list comes first, then the licence again."""
    data = wire(lambda client: client.load_licence(location, licence))
    lists = (_list_wire(trust_list or ISSUER.trust_list()),)
    return Request(data, (*before, data), lists)


def _good(stage: Stage, form: NonceBound | SequenceBound, **changes: object) -> tuple[bytes, bytes]:
    """A location result and a licence, right in all but `changes`."""
    nonce = form.nonce if isinstance(form, NonceBound) else None
    location = ISSUER.location(stage.ueid, nonce, lifetime_s=10 * DAY_S)
    arguments: dict[str, object] = {
        "ueid": stage.ueid,
        "freshness": form,
        "location": location,
        "cycles": CYCLES,
        "lifetime_s": LIFETIME_S,
    } | changes
    return location, ISSUER.licence(**arguments)  # type: ignore[arg-type]  # by name


def _spoil(token: bytes) -> bytes:
    """The token with one bit of its signature's S flipped; S stays in range."""
    at = len(token) - _S_BYTES
    return token[:at] + bytes((token[at] ^ 1,)) + token[at + 1 :]


def _load(stage: Stage, form: SequenceBound | NonceBound, **changes: object) -> tuple[bytes, bytes]:
    location, licence = _good(stage, form, **changes)
    stage.client.load_licence(location, licence)
    return location, licence


# -- Invalid licences ----------------------------------------------------------------------


@_scenario("licence-signature", "the licence's signature is wrong")
def _licence_signature(stage: Stage) -> Request:
    stage.trust()
    location, licence = _good(stage, stage.fresh())
    return _request(location, _spoil(licence))


@_scenario("location-signature", "the location result's signature is wrong")
def _location_signature(stage: Stage) -> Request:
    stage.trust()
    form = stage.fresh()
    location = _spoil(_good(stage, form)[0])
    return _request(location, _good(stage, form, location=location)[1])


@_scenario("wrong-chip", "the licence is another chip's")
def _wrong_chip(stage: Stage) -> Request:
    stage.trust()
    other = bytes((stage.ueid[0], stage.ueid[1] ^ 1, *stage.ueid[2:]))
    return _request(*_good(stage, stage.fresh(), ueid=other))


@_scenario("stale-nonce", "the licence answers a nonce that the chip has ended")
def _stale_nonce(stage: Stage) -> Request:
    stage.trust()
    old = stage.fresh()
    stage.reboot()
    stage.trust()
    form = stage.fresh()
    location, _ = _good(stage, form)
    return _request(location, _good(stage, old, location=location)[1])


@_scenario("late-nonce", "the licence answers a nonce whose time has run out")
def _late_nonce(stage: Stage) -> Request:
    stage.trust()
    request = _request(*_good(stage, stage.fresh()))
    stage.wait(NONCE_LIFE_S + 1)
    return request


@_scenario("expired", "the licence has expired by the chip's floor of time")
def _expired(stage: Stage) -> Request:
    stage.trust()
    _load(stage, stage.fresh(), issued_at=START + 2 * DAY_S)
    stage.reboot()
    stage.trust()
    return _request(*_good(stage, SequenceBound(1, 7)))


@_scenario("used-sequence", "the sequence is below the last one used")
def _used_sequence(stage: Stage) -> Request:
    stage.trust()
    _load(stage, SequenceBound(1, 5))
    stage.reboot()
    stage.trust()
    return _request(*_good(stage, SequenceBound(1, 3)))


@_scenario("wrong-place", "the location result does not prove what the licence requires")
def _wrong_place(stage: Stage) -> Request:
    stage.trust()
    form = stage.fresh()
    location = ISSUER.location(
        stage.ueid, form.nonce, lifetime_s=10 * DAY_S, inside=("harbour",), excluded=("embargoed",)
    )
    return _request(location, _good(stage, form, location=location)[1])


@_scenario("swapped-location", "the licence names another location result")
def _swapped_location(stage: Stage) -> Request:
    stage.trust()
    form = stage.fresh()
    named = ISSUER.location(stage.ueid, form.nonce, lifetime_s=9 * DAY_S)
    location, _ = _good(stage, form)
    return _request(location, _good(stage, form, location=named)[1])


@_scenario("revoked-key", "the licence's key is not in the list any more")
def _revoked_key(stage: Stage) -> Request:
    keys = (
        ISSUER.listed(THIEF.licence_key, Role.LICENCE),
        ISSUER.listed(ISSUER.location_key, Role.LOCATION),
    )
    newer = ISSUER.trust_list(2, keys=keys)
    stage.trust()
    stage.trust(newer)
    return _request(*_good(stage, stage.fresh()), newer)


def _lapsed(stage: Stage) -> tuple[bytes, bytes]:
    """A pair that is good, but that the licence was issued after its key's time."""
    form = stage.fresh()
    location = ISSUER.location(stage.ueid, form.nonce, lifetime_s=300 * DAY_S)
    late = START + 200 * DAY_S
    return location, _good(stage, form, location=location, issued_at=late)[1]


@_scenario("lapsed-key", "the licence was issued after its key's time")
def _lapsed_key(stage: Stage) -> Request:
    stage.trust()
    return _request(*_lapsed(stage))


@_scenario("wrong-role", "the licence is signed by the key for location results")
def _wrong_role(stage: Stage) -> Request:
    stage.trust()
    return _request(*_good(stage, stage.fresh(), key=ISSUER.location_key))


def burn_probe() -> bytes:
    """A request to burn the thief's root into a free slot: only manufacturing may do that."""
    return wire(lambda client: client.burn(FuseField.ROOT_DIGEST, THIEF.root_digest, _FREE_SLOT))


# -- Nothing new ---------------------------------------------------------------------------


@_scenario("no-token", "a product is asked for without a grant")
def _no_token(stage: Stage) -> Request:
    stage.trust()
    small = Int8Matrix.from_rows([[1, 2], [3, 4]])
    data = wire(lambda client: client.compute(small, small))
    return Request(data, (data,), (_list_wire(ISSUER.trust_list()),))


@_scenario("replay", "the licence that runs is sent again, after part of it was spent")
def _replay(stage: Stage) -> Request:
    stage.trust()
    location, licence = _load(stage, SequenceBound(1, 5))
    small = Int8Matrix.from_rows([[1, 2], [3, 4]])
    stage.client.compute(small, small)
    stage.wait(100)
    return _request(location, licence)


# -- Trust lists ---------------------------------------------------------------------------

_THIEVES: Final = (
    ISSUER.listed(THIEF.licence_key, Role.LICENCE),
    ISSUER.listed(THIEF.location_key, Role.LOCATION),
)


def _stolen(stage: Stage, trust_list: bytes, signer: bytes) -> Request:
    """A list that would let the thief's keys in, and the thief's licence after it."""
    data = wire(lambda client: client.trust(signer, trust_list))
    location = THIEF.location(stage.ueid, None, lifetime_s=10 * DAY_S)
    licence = THIEF.licence(stage.ueid, SequenceBound(1, 9), location, cycles=CYCLES)
    theft = wire(lambda client: client.load_licence(location, licence))
    return Request(data, (theft, data, theft), (_list_wire(ISSUER.trust_list()),))


@_scenario("forged-list", "a trust list by a root that is not fused")
def _forged_list(stage: Stage) -> Request:
    stage.trust()
    return _stolen(stage, THIEF.trust_list(2), THIEF.root_key)


@_scenario("list-signature", "a trust list whose signature is wrong")
def _list_signature(stage: Stage) -> Request:
    stage.trust()
    return _stolen(stage, _spoil(ISSUER.trust_list(2, keys=_THIEVES)), ISSUER.root_key)


@_scenario("older-list", "a trust list of an epoch below the last one accepted")
def _older_list(stage: Stage) -> Request:
    stage.trust(ISSUER.trust_list(3))
    request = _stolen(stage, ISSUER.trust_list(1, keys=_THIEVES), ISSUER.root_key)
    return Request(request.data, request.probes, (_list_wire(ISSUER.trust_list(3)),))


@_scenario("good-list", "a good trust list, and then a licence issued after its key's time")
def _good_list(stage: Stage) -> Request:
    stage.trust()
    lapsed = _request(*_lapsed(stage)).data
    data = _list_wire(ISSUER.trust_list(2))
    return Request(data, (lapsed,), (data,))


# -- Good licences -------------------------------------------------------------------------

_ONE_GRANT: Final = Permit(1, CYCLES, LIFETIME_S)


@_scenario("valid-nonce", "a good licence that answers the nonce", _ONE_GRANT)
def _valid_nonce(stage: Stage) -> Request:
    stage.trust()
    return _request(*_good(stage, stage.fresh()))


@_scenario("valid-sequence", "a good licence with the next sequence", _ONE_GRANT)
def _valid_sequence(stage: Stage) -> Request:
    stage.trust()
    return _request(*_good(stage, SequenceBound(1, 7)))
