# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Keys that are stolen, lost, broken or abused, and lists that go back or never arrive."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.states import Role
from mooring_host.token import SequenceBound
from mooring_host.verifier import Flaw
from mooring_lab.attacks.model import Adversary, Outcome, Source, Work, attack
from mooring_lab.attacks.stand import SMALL_CYCLES, Stand
from mooring_lab.attacks.trial import Trial
from mooring_lab.issuer import START, Issuer

UINT64_MAX: Final = 2**64 - 1


def _thief_of(stand: Stand, label: str) -> Issuer:
    """Somebody with no key that a chip knows, who signs all the same."""
    return Issuer.from_seed(stand.build.seed + label.encode())


def revoking(stand: Stand, epoch: int) -> bytes:
    """A list that names new issuers' keys in place of the stolen ones."""
    heir = _thief_of(stand, "heir")
    return stand.issuer.trust_list(
        epoch,
        keys=(
            stand.issuer.listed(heir.licence_key, Role.LICENCE),
            stand.issuer.listed(heir.location_key, Role.LOCATION),
        ),
    )


@attack(
    "stolen-licence-key",
    "A thief of the licence key alone signs licences",
    Source(Work.OFF_SWITCHES, "Key theft"),
    adversary=Adversary.THIEF,
    prize="compute without the authority's leave",
    expected=Outcome.PREVENTED,
    because="a licence needs a location result too, and a key has one role",
    tests=("chip/test_decisions.py",),
)
def stolen_licence_key(trial: Trial) -> None:
    stand = trial.stand()
    owner = stand.issuer
    form = stand.fresh()
    stand.issuer = replace(owner, location_key=_thief_of(stand, "thief").location_key)
    trial.refused(
        "with a location result under a key of his own",
        ErrorWord.KEY_UNKNOWN,
        partial(stand.load, stand.tokens(form)),
    )
    stand.issuer = replace(owner, location_key=owner.licence_key)
    trial.refused(
        "with a location result under the stolen licence key",
        ErrorWord.KEY_ROLE,
        partial(stand.load, stand.tokens(form)),
    )
    stand.issuer = owner
    stand.load(stand.tokens(form))
    trial.scene("with both keys the same claims are accepted", stand.computes())


@attack(
    "stolen-issuer-keys",
    "A thief of both issuer keys signs what he likes until they are revoked",
    Source(Work.OFF_SWITCHES, "Key theft"),
    adversary=Adversary.THIEF,
    prize="compute without the authority's leave",
    expected=Outcome.NOT_STOPPED,
    because="whoever holds both keys is the issuer, until a list without them arrives",
    tests=("chip/test_trust_lists.py", "chip/test_decisions.py"),
)
def stolen_issuer_keys(trial: Trial) -> None:
    stand = trial.stand()
    stand.load()
    trial.attempt("a licence under the stolen keys", stand.computes(), "the chip computes")
    trial.appraised("the evidence afterwards", stand.appraise())
    stand.trust(2, revoking(stand, 2))
    trial.refused(
        "the same after a list without these keys", ErrorWord.KEY_UNKNOWN, lambda: stand.load()
    )


@attack(
    "revoked-keys",
    "A thief shows an older trust list, to bring revoked keys back",
    Source(Work.OFF_SWITCHES, "Key theft"),
    Source(Work.OFFLINE, "older signed image"),
    adversary=Adversary.THIEF,
    prize="compute under keys that were revoked",
    expected=Outcome.PREVENTED,
    because="root slot and epoch of the newest list are durable",
    tests=("chip/test_trust_lists.py", "chip/test_state_refusals.py"),
)
def revoked_keys(trial: Trial) -> None:
    stand = trial.stand()
    stand.trust(2, revoking(stand, 2))
    trial.refused("a licence under the old keys", ErrorWord.KEY_UNKNOWN, stand.load)
    trial.refused("the old list", ErrorWord.TRUST_ROLLBACK, lambda: stand.trust(1))
    other = stand.issuer.trust_list(2, issued_at=START + 1)
    trial.refused(
        "another list of the newest epoch",
        ErrorWord.TRUST_CONFLICT,
        partial(stand.trust, 2, other),
    )
    stand.reboot()
    trial.refused(
        "the old list, first after a power cut", ErrorWord.TRUST_ROLLBACK, lambda: stand.trust(1)
    )
    trial.refused("and a licence under it", ErrorWord.KEY_NO_TRUST, stand.load)


@attack(
    "withheld-list",
    "The line keeps the list away that revokes a stolen key",
    Source(Work.OFF_SWITCHES, "Key theft"),
    Source(Work.MODEL, "limit 1"),
    adversary=Adversary.THIEF,
    prize="compute under keys that were revoked",
    expected=Outcome.DETECTED,
    because="limit 1: a chip cannot know of a newer list; its evidence shows the older epoch",
    tests=("chip/test_trust_lists.py", "host/test_verifier.py"),
)
def withheld_list(trial: Trial) -> None:
    stand = trial.stand()
    stand.load()
    trial.attempt(
        "a licence under revoked keys, on a chip that was not told",
        stand.computes(),
        "the chip computes",
    )
    trial.appraised(
        "the authority, whose newest list has epoch 2",
        stand.appraise(epoch=2),
        Flaw.TRUST_STALE,
    )


@attack(
    "stolen-root",
    "A thief of the root key goes on after the root was replaced",
    Source(Work.OFF_SWITCHES, "Key theft"),
    adversary=Adversary.THIEF,
    prize="trust lists with keys of his own",
    expected=Outcome.PREVENTED,
    because="a list of a higher root slot outranks every epoch and burns the old root",
    tests=("chip/test_trust_lists.py", "chip/test_power_cuts.py"),
)
def stolen_root(trial: Trial) -> None:
    stand = trial.stand()
    stolen, heir = stand.build.issuers
    stand.issuer = heir
    stand.trust()
    forged = stolen.trust_list(UINT64_MAX)
    trial.refused(
        "the old root signs a list of the highest epoch there is",
        ErrorWord.TRUST_ROOT_REVOKED,
        lambda: stand.client.trust(stolen.root_key, forged),
    )
    stand.load()
    trial.scene("under the new root the chip computes", stand.computes())


@attack(
    "key-deletion",
    "The authority's keys are destroyed, and the next root takes over",
    Source(Work.OFF_SWITCHES, "Key deletion"),
    adversary=Adversary.NOBODY,
    prize="chips that nobody can license any more",
    expected=Outcome.PREVENTED,
    because="four root slots; a list of the next one names new issuers' keys",
    tests=("chip/test_trust_lists.py", "host/test_authority.py"),
)
def key_deletion(trial: Trial) -> None:
    stand = trial.stand()
    stand.load(stand.tokens(cycles=SMALL_CYCLES))
    trial.scene("the chip computes under the keys that are about to be lost", stand.computes())
    stand.issuer = stand.build.issuers[1]
    stand.trust()
    stand.load()
    trial.attempt("no licence opens the gate", not stand.computes(), "the next root's do")


@attack(
    "last-root-lost",
    "The keys of every fused root are destroyed",
    Source(Work.OFF_SWITCHES, "Key deletion"),
    adversary=Adversary.NOBODY,
    prize="chips that nobody can license any more",
    expected=Outcome.NOT_STOPPED,
    because="a locked chip takes no further root, so the chips are lost with the last key",
    tests=("chip/test_trust_lists.py", "chip/test_state_refusals.py"),
)
def last_root_lost(trial: Trial) -> None:
    stand = trial.stand(roots=1, trusting=False)
    stand.issuer = stand.build.issuers[1]
    trial.denied(
        "a list of the authority's new root",
        ErrorWord.TRUST_ROOT_UNKNOWN,
        stand.trust,
    )


@attack(
    "broken-mathematics",
    "Somebody breaks Ed25519, and signs as if he had the keys",
    Source(Work.OFF_SWITCHES, "Crypto break"),
    adversary=Adversary.BEYOND,
    prize="compute without the authority's leave",
    expected=Outcome.NOT_STOPPED,
    because="limit 11: one algorithm, no second scheme behind it",
    tests=("firmware/core/test_ed25519_vectors.py",),
)
def broken_mathematics(trial: Trial) -> None:
    stand = trial.stand()
    # What a break gives is the private keys; how he came by them is not of interest here.
    forged = stand.tokens(SequenceBound(1, 1), cycles=UINT64_MAX)
    stand.load(forged)
    trial.attempt("a forged licence", stand.computes(), "the chip computes")
    trial.appraised("the evidence afterwards", stand.appraise())


@attack(
    "epoch-jump",
    "A thief raises the epoch to its maximum, to outrun every later licence",
    Source(Work.OFFLINE, "licence-ID jump to max"),
    adversary=Adversary.THIEF,
    prize="a chip that refuses all of the authority's licences",
    expected=Outcome.PREVENTED,
    because="a licence's epoch lies between its key's first one and that of the list",
    tests=("chip/test_decisions.py",),
)
def epoch_jump(trial: Trial) -> None:
    stand = trial.stand()
    for epoch in (2, UINT64_MAX):
        trial.refused(
            f"a licence of epoch {epoch} under a list of epoch 1",
            ErrorWord.KEY_EPOCH,
            partial(stand.load, stand.tokens(SequenceBound(epoch, UINT64_MAX))),
        )
    stand.load(stand.tokens(SequenceBound(1, 1)))
    trial.scene("the authority's next licence is accepted", stand.computes())


@attack(
    "sequence-jump",
    "A thief uses the highest sequence there is, so that no later one is higher",
    Source(Work.OFFLINE, "licence-ID jump to max"),
    adversary=Adversary.THIEF,
    prize="a chip that refuses the authority's sequence-bound licences",
    expected=Outcome.DETECTED,
    because="a list of a new epoch ends it; until then only the nonce form works",
    tests=("chip/test_decisions.py", "chip/test_sequence_attacks.py"),
)
def sequence_jump(trial: Trial) -> None:
    stand = trial.stand()
    stand.load(stand.tokens(SequenceBound(1, UINT64_MAX)))
    trial.scene("the licence with the highest sequence is accepted", stand.open)
    trial.denied(
        "the authority's own next licence",
        ErrorWord.DECISION_SEQUENCE,
        partial(stand.load, stand.tokens(SequenceBound(1, 2))),
    )
    evidence = stand.evidence()
    trial.watch(
        "the evidence names the sequence used last",
        evidence.sequence == UINT64_MAX,
        f"epoch {evidence.sequence_epoch}, sequence {evidence.sequence}",
    )
    stand.load()
    trial.scene("the nonce form still works", stand.open)
    stand.trust(2)
    stand.load(stand.tokens(SequenceBound(2, 1)))
    trial.scene("and in the next epoch sequences begin anew", stand.open)


ATTACKS: Final = (
    stolen_licence_key,
    stolen_issuer_keys,
    revoked_keys,
    withheld_list,
    stolen_root,
    key_deletion,
    last_root_lost,
    broken_mathematics,
    epoch_jump,
    sequence_jump,
)
