# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Power fails at every bus access and durable word of what a chip makes durable.

Whatever the moment: without a licence there is no compute afterwards, no sequence opens the
gate twice, nothing durable goes back, the log's chain stays whole, and a fresh licence of
either form opens the gate again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import pytest
from benches.power import Copy, Cut, Deed, Where
from benches.rig import ISSUER, NEXT_ISSUER, Rig
from benches.sweep import chosen

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_host.states import GateState, RecordState
from mooring_host.token import Evidence, NonceBound, SequenceBound
from mooring_host.wire.messages import LogResponse
from mooring_lab.issuer import START, Issuer
from mooring_models import _regs

MOST: Final = {
    "native": {Where.ACCESS: 40, Where.NVRAM: 20, Where.OTP: 20},
    "rv32": {Where.ACCESS: 6, Where.NVRAM: 4, Where.OTP: 4},
}
USED: Final = SequenceBound(1, 1)
NEXT: Final = SequenceBound(1, 2)
LATER: Final = SequenceBound(1, 50)
OLD_CYCLES: Final = 1_000_000
NEW_CYCLES: Final = 2_000_000
COUNTER_BITS: Final = 1024
LATEST: Final = START + 10


def head_of(log: LogResponse) -> bytes:
    """The chain head by docs/protocol.md, "Log", from entries that are all still there."""
    head = bytes(32)
    for each in log.entries:
        words = (each.index, each.word, each.seconds, each.repeats)
        head = hashlib.sha256(
            head + b"".join(word.to_bytes(4, "big") for word in words) + each.token
        ).digest()
    return head


def word_of(call: Callable[[], object]) -> ErrorWord | None:
    """The error word of a refusal, None if there is none."""
    try:
        call()
    except ChipError as error:
        return ErrorWord(error.word)
    return None


@dataclass(frozen=True)
class Scene:
    """A deed, what it is about, and what was before it.

    Attributes:
        deed: the exchange.
        evidence: what the chip attested before it.
        new_list: the issuer and epoch of the trust list that the deed brings, if it does.
        tokens: location result and licence that are tried again afterwards, if any.
        sequence: the sequence that they use, if they do.
        entries: refusals that the deed adds to the log.
    """

    deed: Deed
    evidence: Evidence
    new_list: tuple[Issuer, int] = (ISSUER, 1)
    tokens: tuple[bytes, bytes] | None = None
    sequence: SequenceBound | None = None
    entries: int = 0

    @property
    def replaces_root(self) -> bool:
        """Whether the deed brings a list of the second root."""
        return self.new_list[0] is NEXT_ISSUER


def experienced(cpu: str) -> Rig:
    """A chip that has used a sequence, has a floor, a log, and both slots of its NVRAM."""
    rig = Rig.trusting(cpu=cpu)
    rig.load(USED)
    rig.load(cycles=OLD_CYCLES)
    for _ in range(2):
        assert rig.refused(lambda: rig.load(USED)) is ErrorWord.DECISION_SEQUENCE
    return rig


def licence_scene(cpu: str, name: str, form: SequenceBound | None, *, running: bool) -> Scene:
    """A licence for a locked chip, or renewing a running grant."""
    rig = experienced(cpu)
    if not running:
        rig.reboot()
        rig.trust()
    evidence = rig.evidence(draw=True)
    assert evidence.own_nonce is not None
    freshness = form or NonceBound(evidence.own_nonce)
    location = rig.location(freshness)
    licence = rig.licence(freshness, location, cycles=NEW_CYCLES, issued_at=LATEST)
    deed = Deed.on(rig, name, lambda client: client.load_licence(location, licence))
    return Scene(deed, evidence, tokens=(location, licence), sequence=form)


def trust_scene(cpu: str, name: str, issuer: Issuer, epoch: int) -> Scene:
    """Another trust list, on a chip that computes."""
    rig = experienced(cpu)
    trust_list = issuer.trust_list(epoch)
    deed = Deed.on(rig, name, lambda client: client.trust(issuer.root_key, trust_list))
    return Scene(deed, rig.evidence(), (issuer, epoch))


def refusal_scene(cpu: str) -> Scene:
    """A licence that is refused and logged, on a chip that computes."""
    rig = experienced(cpu)
    location = rig.location(USED)
    licence = rig.licence(USED, location)
    deed = Deed.on(rig, "logged refusal", lambda client: client.load_licence(location, licence))
    return Scene(deed, rig.evidence(), entries=1)


def recovery_scene(name: str, scene: Scene, interrupted: Cut) -> Scene:
    """The power-up that finishes what an earlier cut interrupted."""
    copy = scene.deed.copy()
    copy.cut(interrupted, scene.deed.act)
    deed = Deed(name, copy.chip.capture(), lambda client: client.info())
    return replace(scene, deed=deed)


NAMES: Final = (
    "nonce-bound licence",
    "nonce-bound renewal",
    "sequence-bound licence",
    "sequence-bound renewal",
    "trust list",
    "root replacement",
    "logged refusal",
    "recovery of a sequence",
    "recovery of a root, uncounted",
    "recovery of a root, unrevoked",
)


@cache
def scenes(cpu: str) -> dict[str, Scene]:
    """All scenes by name."""
    sequence = licence_scene(cpu, "sequence-bound licence", NEXT, running=False)
    root = trust_scene(cpu, "root replacement", NEXT_ISSUER, 1)
    found = [
        licence_scene(cpu, "nonce-bound licence", None, running=False),
        licence_scene(cpu, "nonce-bound renewal", None, running=True),
        sequence,
        licence_scene(cpu, "sequence-bound renewal", NEXT, running=True),
        trust_scene(cpu, "trust list", ISSUER, 2),
        root,
        refusal_scene(cpu),
        # The record is durable, COUNTER is not burned; then it is, the revocation is not.
        recovery_scene("recovery of a sequence", sequence, Cut(Where.OTP, 1)),
        recovery_scene("recovery of a root, uncounted", root, Cut(Where.OTP, 1)),
        recovery_scene("recovery of a root, unrevoked", root, Cut(Where.OTP, 2)),
    ]
    return {scene.deed.name: scene for scene in found}


def order(evidence: Evidence) -> tuple[tuple[int, ...], ...]:
    """What must never go back."""
    return (
        (evidence.root_slot, evidence.epoch),
        (evidence.sequence_epoch, evidence.sequence),
        (evidence.floor,),
        (evidence.log_count,),
        (evidence.generation,),
        (evidence.revision,),
    )


def computed_with_new_terms(copy: Copy) -> bool:
    """Whether the gate, as power failed, was open under the deed's licence."""
    gate = copy.chip.gate
    is_open = gate.state is _regs.GateState.OPEN
    return is_open and gate.cycles_left > OLD_CYCLES


def check_record(copy: Copy, scene: Scene) -> Evidence:
    """Nothing went back, nothing is lost, and the deed happened whole or not at all."""
    before, after = scene.evidence, copy.evidence()
    assert after.record is RecordState.CONSISTENT
    # A commit that was cut off before its record was durable has taken a step, too.
    assert COUNTER_BITS - after.counter_left - after.generation in (0, 1)
    for old, new in zip(order(before), order(after), strict=True):
        assert new >= old
    # An interrupted commit is finished before anything is served.
    assert copy.chip.otp.count == after.generation
    assert after.generation - before.generation in (0, 1)
    assert after.log_count - before.log_count in (0, scene.entries)
    log = copy.log()
    assert (log.count, log.head) == (after.log_count, after.log_head)
    assert log.head == head_of(log)
    return after


def check_trust(copy: Copy, scene: Scene, after: Evidence) -> None:
    """The list attested is in force; the one before it is not taken any more."""
    issuer, epoch = scene.new_list
    slot = 1 if scene.replaces_root else 0
    assert (after.root_slot, after.epoch) in ((0, 1), (slot, epoch))
    is_new = (after.root_slot, after.epoch) == (slot, epoch)
    # A root is revoked only once the list that replaces it is durable, and surely then.
    assert copy.client.fuses().root_revoked[0] == (is_new and scene.replaces_root)
    if is_new and scene.new_list != (ISSUER, 1):
        refused = ErrorWord.TRUST_ROOT_REVOKED if scene.replaces_root else ErrorWord.TRUST_ROLLBACK
        assert copy.refused(copy.trust) is refused
    else:
        copy.trust()
    copy.trust(issuer.trust_list(epoch), issuer)
    assert copy.evidence().epoch == epoch


def check_sequence(
    copy: Copy, scene: Scene, after: Evidence, tokens: tuple[bytes, bytes], *, opened: bool
) -> None:
    """The sequence opens the gate once in all, before or after the cut."""
    spent = SequenceBound(after.sequence_epoch, after.sequence) == scene.sequence
    assert spent or not opened
    again = word_of(lambda: copy.client.load_licence(*tokens))
    assert again is (ErrorWord.DECISION_SEQUENCE if spent else None)
    copy.reboot()
    issuer, epoch = scene.new_list
    copy.trust(issuer.trust_list(epoch), issuer)
    again = copy.refused(lambda: copy.client.load_licence(*tokens))
    assert again is ErrorWord.DECISION_SEQUENCE
    assert not copy.can_compute()


def check_again(copy: Copy, scene: Scene, after: Evidence, *, opened: bool) -> None:
    """The same licence once more."""
    assert scene.tokens is not None
    opened = opened or copy.answered
    if scene.sequence is not None:
        check_sequence(copy, scene, after, scene.tokens, opened=opened)
        return
    # A grant that ran had raised the floor for good; its nonce is of the past.
    tokens = scene.tokens
    assert after.floor == LATEST or not opened
    again = copy.refused(lambda: copy.client.load_licence(*tokens))
    assert again is ErrorWord.DECISION_NONCE_EXPIRED


def check_aftermath(copy: Copy, scene: Scene) -> None:
    """What must hold when power is back."""
    opened = computed_with_new_terms(copy)
    copy.power_up()
    assert not copy.chip.halted
    assert copy.refused(copy.compute) is ErrorWord.ENGINE_GATE_CLOSED
    after = check_record(copy, scene)
    assert after.own_nonce is None
    if copy.answered and scene.entries:
        assert after.log_count == scene.evidence.log_count + scene.entries
    check_trust(copy, scene, after)
    assert copy.refused(copy.compute) is ErrorWord.ENGINE_GATE_CLOSED
    if scene.tokens is not None:
        check_again(copy, scene, after, opened=opened)
    copy.issuer = scene.new_list[0]
    for form in (copy.fresh(), LATER):
        assert copy.load(form, issued_at=LATEST).gate is GateState.OPEN
        assert copy.can_compute()


@pytest.mark.parametrize("name", NAMES)
def test_power_cut_leaves_a_whole_chip(cpu: str, name: str) -> None:
    scene = scenes(cpu)[name]
    cuts = scene.deed.cuts()
    for where, most in MOST[cpu].items():
        possible = [cut for cut in cuts if cut.where is where]
        for cut in chosen(f"power cuts, {cpu}, {name}, {where.value}", possible, most):
            copy = scene.deed.copy()
            copy.cut(cut, scene.deed.act)
            check_aftermath(copy, scene)


@cache
def rolled_back(cpu: str) -> tuple[Deed, Evidence, bytes]:
    """The power-up that finds an old NVRAM image, what was attested then, and the newest one."""
    rig = experienced(cpu)
    image, evidence = rig.chip.nvram.contents, rig.evidence()
    rig.load(NEXT)
    rig.chip.power_off()
    newest, rig.chip.nvram.contents = rig.chip.nvram.contents, image
    return (
        Deed("rollback found", rig.chip.capture(), lambda client: client.info()),
        evidence,
        newest,
    )


def check_rolled_back(copy: Copy) -> None:
    """The mark is attested, one form is refused and the other served."""
    copy.trust()
    assert copy.evidence().record is RecordState.ROLLED_BACK
    assert copy.refused(lambda: copy.load(LATER)) is ErrorWord.COMMIT_ROLLED_BACK
    assert copy.load(issued_at=LATEST).gate is GateState.OPEN
    assert copy.can_compute()


def test_power_cut_does_not_lose_the_mark_of_a_rollback(cpu: str) -> None:
    deed, evidence, newest = rolled_back(cpu)
    cuts = deed.cuts()
    for where, most in MOST[cpu].items():
        possible = [cut for cut in cuts if cut.where is where]
        for cut in chosen(f"power cuts, {cpu}, {deed.name}, {where.value}", possible, most):
            copy = deed.copy()
            copy.cut(cut, deed.act)
            copy.power_up()
            assert copy.evidence().log_count == evidence.log_count + 1
            assert copy.log().head == head_of(copy.log())
            check_rolled_back(copy)
            copy.chip.power_off()
            copy.chip.nvram.contents = newest
            copy.power_up()
            check_rolled_back(copy)
