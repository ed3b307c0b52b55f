# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Tokens of a wrong form, each refused by a chip with its exact error word.

The same faults as in `tests/vectors/tokens.json`, where the parsers meet them alone; here
they go over the wire, signed, to a chip with a running grant, which must not suffer.  All
go to the same chip, since a refusal leaves it as it was.
"""

from __future__ import annotations

from typing import Any

import pytest
from benches.forge import Forge, signed
from oracles import token_build as build
from oracles.claims_faults import Fault, licence_faults, location_faults
from oracles.frame_faults import FRAME, FrameFault
from oracles.token_build import Claims
from oracles.trust_faults import good_lists, listed_keys, trust_faults

from mooring_firmware.errors import ErrorClass, ErrorWord


def rows(faults: Any) -> list[Any]:
    """Parameters with a readable id."""
    return [pytest.param(fault, id=f"{fault.word}: {fault.comment}") for fault in faults]


class Watch:
    """A chip whose grant, log and nonce are compared before and after a refusal."""

    def __init__(self, cpu: str) -> None:
        self.forge = Forge(epoch=4, cpu=cpu)
        self.rig = self.forge.rig
        self.forge.load(self.forge.nonce_pair())
        self.pair = self.forge.nonce_pair()

    def expect(self, word: str, call: Any) -> None:
        """Checks the word, that a grant still runs, and the log's share."""
        before = self.rig.evidence()

        found = self.rig.refused(call)

        assert found.name == word
        after = self.rig.evidence()
        logged = ErrorWord[word].error_class is ErrorClass.LOGGED
        assert after.log_count == before.log_count + logged
        assert (after.gate, after.cycles_left) == (before.gate, before.cycles_left)
        assert (after.own_nonce, after.epoch) == (before.own_nonce, before.epoch)
        assert self.rig.can_compute()


@pytest.fixture(scope="module")
def watch(cpu: str) -> Watch:
    return Watch(cpu)


@pytest.mark.parametrize("fault", rows(FRAME))
def test_licence_with_a_spoiled_frame_is_refused(watch: Watch, fault: FrameFault) -> None:
    location = watch.pair.location_token()
    token = build.sign("licence", watch.pair.licence, build.LICENCE_KEY)

    watch.expect(fault.word, lambda: watch.rig.client.load_licence(location, fault.apply(token)))


def spoiled(fault: Fault, claims: Claims) -> bytes:
    return fault.apply(claims)


@pytest.mark.parametrize("fault", rows(licence_faults()))
def test_licence_with_spoiled_claims_is_refused(watch: Watch, fault: Fault) -> None:
    location = watch.pair.location_token()
    claims: Claims = {build.LOCATION_DIGEST: build.licence_claims()[build.LOCATION_DIGEST]}
    payload = spoiled(fault, {**claims, **watch.pair.licence})
    licence = signed("licence", payload, build.LICENCE_KEY)

    if not payload:  # a payload of no bytes is refused with the frame
        fault = Fault(fault.comment, "COSE_PAYLOAD")
    watch.expect(fault.word, lambda: watch.rig.client.load_licence(location, licence))


@pytest.mark.parametrize("fault", rows(location_faults()))
def test_location_result_with_spoiled_claims_is_refused(watch: Watch, fault: Fault) -> None:
    payload = spoiled(fault, watch.pair.location)
    location = signed("location", payload, build.LOCATION_KEY)
    licence = watch.pair.licence_token(location)

    word = fault.word if payload else "COSE_PAYLOAD"
    watch.expect(word, lambda: watch.rig.client.load_licence(location, licence))


@pytest.mark.parametrize("fault", rows(trust_faults()))
def test_trust_list_with_spoiled_claims_is_refused(watch: Watch, fault: Fault) -> None:
    payload = spoiled(fault, build.trust_claims())
    trust_list = signed("trust", payload, build.ROOT)

    word = fault.word if payload else "COSE_PAYLOAD"
    watch.expect(word, lambda: watch.forge.trust(trust_list))


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        pytest.param(keys, word, id=f"{word}: {comment}")
        for comment, keys, word in listed_keys()
        if word != "OK"
    ],
)
def test_listed_keys_are_judged_against_each_other(watch: Watch, keys: Any, word: str) -> None:
    trust_list = signed("trust", {**build.trust_claims(), build.KEYS: keys}, build.ROOT)

    watch.expect(word, lambda: watch.forge.trust(trust_list))


@pytest.mark.parametrize(("comment", "claims"), list(good_lists()))
def test_good_trust_list_is_accepted(cpu: str, comment: str, claims: Claims) -> None:
    forge = Forge(epoch=None, cpu=cpu)

    forge.trust(signed("trust", claims, build.ROOT))

    assert forge.rig.evidence().epoch == claims[build.EPOCH], comment
