# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Good tokens at the wrong moment, and signatures that do not verify."""

from __future__ import annotations

import hashlib

import pytest
from benches.forge import NEXT_ROOT, Forge, signed
from oracles import token_build as build
from oracles.token_build import Claims, TestKey

from mooring_host.states import GateState

STRANGER = TestKey("a stranger")


@pytest.fixture
def forge(cpu: str) -> Forge:
    return Forge(cpu=cpu)


def trust_list(epoch: int, key: TestKey = build.ROOT, **claims: int | bool) -> bytes:
    """A good list of this epoch."""
    changes: Claims = {getattr(build, name): value for name, value in claims.items()}
    return signed("trust", {**build.trust_claims(), build.EPOCH: epoch, **changes}, key)


def spoil_signature(token: bytes) -> bytes:
    """Flips a bit of S, the last bytes of a token, far from its range check."""
    return token[:-20] + bytes((token[-20] ^ 1,)) + token[-19:]


def test_licence_before_any_trust_list_is_refused(cpu: str) -> None:
    forge = Forge(epoch=None, cpu=cpu)
    pair = forge.sequence_pair()

    assert forge.rig.refused(lambda: forge.load(pair)).name == "KEY_NO_TRUST"


def test_trust_list_is_forgotten_at_reset(forge: Forge) -> None:
    forge.rig.client.reset()

    assert forge.rig.refused(lambda: forge.load(forge.sequence_pair())).name == "KEY_NO_TRUST"


@pytest.mark.parametrize("which", ["location", "licence"])
def test_bad_signature_is_refused(forge: Forge, which: str) -> None:
    pair = forge.nonce_pair()
    location, licence = pair.tokens()
    if which == "location":
        location = spoil_signature(location)
    else:
        licence = spoil_signature(licence)

    word = forge.rig.refused(lambda: forge.rig.client.load_licence(location, licence))

    assert word.name == "KEY_SIGNATURE"
    entry = forge.rig.log().entries[-1]
    blamed = location if which == "location" else licence
    assert entry.token == hashlib.sha256(blamed).digest()[:16]
    assert not forge.rig.can_compute()


def test_signature_of_another_token_is_refused(forge: Forge) -> None:
    pair = forge.nonce_pair()
    location = pair.location_token()
    licence = build.sign("licence", pair.licence, build.LICENCE_KEY)
    grafted = pair.licence_token(location)[:-64] + licence.signature

    word = forge.rig.refused(lambda: forge.rig.client.load_licence(location, grafted))

    assert word.name == "KEY_SIGNATURE"


def test_trust_list_with_a_bad_signature_is_refused(forge: Forge) -> None:
    spoiled = spoil_signature(trust_list(6))

    assert forge.rig.refused(lambda: forge.trust(spoiled)).name == "KEY_SIGNATURE"
    assert forge.rig.evidence().epoch == 5


def test_trust_list_of_an_unknown_root_is_refused(forge: Forge) -> None:
    made = trust_list(6, STRANGER)

    assert forge.rig.refused(lambda: forge.trust(made, STRANGER)).name == "TRUST_ROOT_UNKNOWN"


def test_trust_list_signed_by_another_key_than_its_root_is_refused(forge: Forge) -> None:
    made = trust_list(6, STRANGER)

    assert forge.rig.refused(lambda: forge.trust(made)).name == "KEY_UNKNOWN"


@pytest.mark.parametrize(
    ("signer", "listed"),
    [(build.ROOT, NEXT_ROOT), (NEXT_ROOT, build.ROOT)],
    ids=["of a higher slot", "of a lower slot"],
)
@pytest.mark.parametrize("place", [0, 1])
def test_no_fused_root_is_listed_as_an_issuer_key(
    forge: Forge, signer: TestKey, listed: TestKey, place: int
) -> None:
    keys = [build.issuer_key(build.LICENCE_KEY, 1), build.issuer_key(build.LOCATION_KEY, 2)]
    keys[place] = build.issuer_key(listed, 1 + place)
    made = signed("trust", {**build.trust_claims(keys), build.EPOCH: 6}, signer)

    assert forge.rig.refused(lambda: forge.trust(made, signer)).name == "TRUST_KEY_IS_ROOT"
    assert forge.rig.evidence().epoch == 5


def test_revoked_root_is_listed_no_more_than_another(forge: Forge) -> None:
    forge.trust(trust_list(6, NEXT_ROOT), NEXT_ROOT)
    assert forge.rig.client.fuses().root_revoked[0]
    claims = build.trust_claims([build.issuer_key(build.ROOT, 1)])
    made = signed("trust", {**claims, build.EPOCH: 7}, NEXT_ROOT)

    assert forge.rig.refused(lambda: forge.trust(made, NEXT_ROOT)).name == "TRUST_KEY_IS_ROOT"


def test_older_trust_list_is_refused(forge: Forge) -> None:
    assert forge.rig.refused(lambda: forge.trust(trust_list(4))).name == "TRUST_ROLLBACK"


def test_older_trust_list_is_refused_after_a_power_cycle_too(forge: Forge) -> None:
    forge.rig.reboot()

    assert forge.rig.refused(lambda: forge.trust(trust_list(4))).name == "TRUST_ROLLBACK"


def test_other_trust_list_of_the_same_epoch_is_refused(forge: Forge) -> None:
    other = trust_list(5, IAT=build.TIME + 1)

    assert forge.rig.refused(lambda: forge.trust(other)).name == "TRUST_CONFLICT"


def test_same_trust_list_again_is_accepted_without_a_commit(forge: Forge) -> None:
    before = forge.rig.evidence().generation
    forge.rig.reboot()

    forge.trust(trust_list(5))

    assert forge.rig.evidence().generation == before


def test_replaced_root_is_revoked(forge: Forge) -> None:
    forge.trust(trust_list(1, NEXT_ROOT), NEXT_ROOT)

    assert forge.rig.client.fuses().root_revoked == (True, False, False, False)
    assert forge.rig.refused(lambda: forge.trust(trust_list(9))).name == "TRUST_ROOT_REVOKED"


def test_licence_without_a_challenge_is_refused(forge: Forge) -> None:
    pair = forge.sequence_pair()
    pair.licence = {**build.licence_claims(), build.UEID: forge.rig.ueid}
    del pair.licence[build.LOCATION_DIGEST]

    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_NONCE_EXPIRED"


def test_nonce_is_used_up_by_an_accepted_licence(forge: Forge) -> None:
    pair = forge.nonce_pair()
    forge.load(pair)
    pair.licence[build.CTI] = bytes(16)

    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_NONCE_EXPIRED"


@pytest.mark.parametrize(("wait_s", "word"), [(899, None), (901, "DECISION_NONCE_EXPIRED")])
def test_nonce_lives_for_900_seconds(forge: Forge, wait_s: int, word: str | None) -> None:
    pair = forge.nonce_pair()
    forge.rig.chip.run_for(wait_s)

    if word is None:
        assert forge.load(pair).gate is GateState.OPEN
    else:
        assert forge.rig.refused(lambda: forge.load(pair)).name == word


def test_nonce_dies_with_a_reset(forge: Forge) -> None:
    pair = forge.nonce_pair()
    forge.rig.client.reset()
    forge.trust(trust_list(5))

    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_NONCE_EXPIRED"
    forge.nonce_pair()
    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_NONCE"


def test_sequence_form_needs_its_fuse(cpu: str) -> None:
    forge = Forge(allow_sequence=False, cpu=cpu)

    word = forge.rig.refused(lambda: forge.load(forge.sequence_pair()))

    assert word.name == "DECISION_SEQUENCE_FORBIDDEN"
    assert forge.load(forge.nonce_pair()).gate is GateState.OPEN


@pytest.mark.parametrize(
    ("epoch", "sequence", "accepted"),
    [(5, 6, False), (5, 7, False), (5, 8, True), (4, 99, False), (4, 2**64 - 1, False)],
)
def test_sequence_never_goes_back(forge: Forge, epoch: int, sequence: int, accepted: bool) -> None:
    forge.load(forge.sequence_pair(5, 7))
    forge.rig.reboot()
    forge.trust(trust_list(5))
    pair = forge.sequence_pair(epoch, sequence)
    pair.licence[build.CTI] = bytes(16)

    if accepted:
        assert forge.load(pair).gate is GateState.OPEN
    else:
        assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_SEQUENCE"
        assert not forge.rig.can_compute()


def test_higher_epoch_outranks_any_sequence(forge: Forge) -> None:
    forge.load(forge.sequence_pair(4, 2**64 - 1))

    assert forge.load(forge.sequence_pair(5, 0)).gate is GateState.OPEN


def test_licence_from_before_the_floor_is_refused(forge: Forge) -> None:
    forge.load(forge.nonce_pair())
    assert forge.rig.evidence().floor == build.TIME
    pair = forge.nonce_pair()
    pair.licence[build.IAT] = pair.licence[build.NBF] = build.TIME - 1
    pair.location[build.IAT] = build.TIME - 60

    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_TIME_FLOOR"


def test_sequence_bound_licence_that_ended_before_the_floor_is_refused(forge: Forge) -> None:
    forge.load(forge.nonce_pair())
    pair = forge.sequence_pair()
    pair.licence.update({build.IAT: build.TIME - 99, build.NBF: 0, build.EXP: build.TIME})

    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_EXPIRED"


def test_location_result_that_ended_before_the_floor_is_refused(forge: Forge) -> None:
    forge.load(forge.nonce_pair())
    pair = forge.sequence_pair()
    pair.licence.update({build.IAT: build.TIME - 9, build.NBF: 0})
    pair.location.update({build.IAT: build.TIME - 90, build.EXP: build.TIME})

    assert forge.rig.refused(lambda: forge.load(pair)).name == "DECISION_LOCATION_TIME"


def test_bad_signatures_make_the_chip_back_off(forge: Forge) -> None:
    pair = forge.nonce_pair()
    location, licence = pair.tokens()
    bad = spoil_signature(licence)
    assert forge.rig.refused(lambda: forge.rig.client.load_licence(location, bad)).name == (
        "KEY_SIGNATURE"
    )

    assert forge.rig.refused(lambda: forge.load(pair)).name == "LINK_BUSY"
    assert forge.rig.refused(lambda: forge.trust(trust_list(6))).name == "LINK_BUSY"
    forge.rig.chip.run_for(1.0)

    assert forge.load(pair).gate is GateState.OPEN
