# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The native build and the RV32 image say the same, byte for byte, and keep the same.

Each story is told to a chip of either back end, from power-on; links in both directions,
console, final error word and what survives without power are compared whole.  The stories
hold together: what the host sends answers what the chip said.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from functools import cache, partial
from typing import Final

import pytest
from benches.forge import Forge
from benches.rig import ISSUER, MAX_LIFETIME_S, NEXT_ISSUER, Rig, config, plan, provisioned
from benches.session import Recorder, Session
from benches.sweep import chosen
from benches.wire import ask, command, frames
from chip.test_damage import KINDS, Target, flips, truncations
from chip.test_decisions import CASES, pair_of
from chip.test_link_refusals import BODIES
from oracles.cbor_build import Item

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError, Error
from mooring_host.fuses import burn, lock
from mooring_host.states import Mode
from mooring_host.token import SequenceBound
from mooring_models import Chip, FuseFault, NoiseFault, WordCut, _regs
from mooring_models._regs import OtpRegs

BACK_ENDS: Final = ("native", "rv32")
BURN, LOCK, INFO = 8, 9, 1
GARBAGE_BYTES: Final = 700
DAMAGED: Final = 12

Story = Callable[[str], Session]


def provisioning(cpu: str) -> Session:
    """A blank chip, its fuses burned and locked, and what it refuses on the way."""
    rig = Rig(chip=Chip.manufacture(config(cpu)))
    recorder = Recorder(rig.chip)
    fuses = plan(Mode.THROTTLE)
    rig.client.info()
    wrong: list[Item] = [
        {1: 1, 3: b"\x09"},
        {1: 9, 3: b"\1"},
        {1: 5, 2: 4, 3: bytes(48)},
        {1: 1},
    ]
    for body in wrong:
        ask(rig.chip, command(BURN, body))
    rig.refused(lambda: rig.client.lock(fuses.digest))
    burn(rig.client, fuses)
    rig.evidence()
    rig.refused(lambda: rig.client.lock(bytes(48)))
    lock(rig.client, fuses)
    rig.client.fuses()
    ask(rig.chip, command(BURN, {1: 1, 3: b"\1"}))
    rig.reboot()
    rig.evidence()
    return recorder.session()


def licensing(cpu: str) -> Session:
    """Both forms, renewal, work, lapse, resets, evidence and log."""
    rig = Rig(cpu=cpu)
    recorder = Recorder(rig.chip)
    rig.refused(rig.compute)
    rig.trust()
    form = rig.fresh()
    location = rig.location(form)
    licence = rig.licence(form, location, cycles=10**9)
    for _ in range(2):
        rig.client.load_licence(location, licence)
    for size in (2, 5, 17):
        rig.compute(size)
    rig.load(SequenceBound(1, 1), cycles=10**9)
    rig.load()
    rig.evidence(draw=True)
    rig.compute()
    rig.chip.run_for(MAX_LIFETIME_S)
    rig.refused(rig.compute)
    rig.refused(lambda: rig.load(SequenceBound(1, 1)))
    rig.client.reset()
    rig.trust()
    rig.load(SequenceBound(1, 5))
    rig.chip.reset_line()
    rig.refused(lambda: rig.load(SequenceBound(1, 6)))
    rig.trust(issuer=NEXT_ISSUER)
    rig.refused(rig.trust)
    rig.evidence()
    rig.client.log()
    return recorder.session()


def refused_licences(cpu: str) -> Session:
    """One licence for each way to be wrong, in both forms."""
    forge = Forge(cpu=cpu)
    rig = forge.rig
    recorder = Recorder(rig.chip)
    for case in CASES:
        for form in case.forms:
            pair = pair_of(forge, form)
            case.change(pair)
            rig.refused(partial(forge.load, pair))
    rig.evidence()
    rig.client.log()
    forge.load(forge.sequence_pair())
    return recorder.session()


def refused_messages(cpu: str) -> Session:
    """Messages that are no valid command."""
    rig = Rig.trusting(cpu=cpu)
    recorder = Recorder(rig.chip)
    rig.load()
    for _, code, body, _ in BODIES:
        ask(rig.chip, command(code, body))
    for code in range(256):
        if not 1 <= code <= 11:
            ask(rig.chip, command(code))
    rig.evidence()
    return recorder.session()


def damaged_tokens(cpu: str) -> Session:
    """Some of the damage that can be done to a token of each kind."""
    target = Target(KINDS[0], cpu)
    recorder = Recorder(target.forge.rig.chip)
    for kind in KINDS:
        target.kind = kind
        by_sequence = kind.endswith("sequence")
        forge = target.forge
        pair = forge.sequence_pair(epoch=4) if by_sequence else forge.nonce_pair()
        target.location, target.licence = pair.tokens()
        for damage in (flips, truncations):
            name = f"damage on both back ends, {kind}, {damage.__name__}"
            for token in chosen(name, list(damage(target.token)), DAMAGED):
                if target.send(token) == "KEY_SIGNATURE":
                    forge.rig.chip.run_for(31)
    rig = target.forge.rig
    rig.evidence()
    rig.client.log()
    return recorder.session()


def damaged_frames(cpu: str) -> Session:
    """Bits, bytes and whole frames of requests damaged, lost and repeated; breaks; garbage."""
    rig = Rig.trusting(cpu=cpu)
    chip = rig.chip
    recorder = Recorder(chip)
    whole = b"".join(frames(command(INFO), 1))
    long = frames(command(4, bytes(700)), 2)
    for at in range(len(whole)):
        chip.link.send(whole[:at] + bytes((whole[at] ^ 1 << at % 8,)) + whole[at + 1 :])
        chip.run_until_idle()
    for order in ((1, 0, 2), (0, 2), (0, 0, 1, 2), (0, 1), (1, 2), (0, 1, 2)):
        chip.link.send(b"".join(long[index] for index in order))
        chip.run_until_idle()
    for seed in range(8):
        chip.link.send(random.Random(seed).randbytes(GARBAGE_BYTES))
        chip.link.send_break()
        chip.link.send(whole[: 3 * seed])
        chip.run_until_idle()
    chip.link.send(b"\x7e" + whole)
    chip.run_until_idle()
    rig.load()
    return recorder.session()


def power_fails(cpu: str) -> Session:
    """Supply lost between frames of a licence, after its answer, and in its durable words."""
    rig = Rig.trusting(cpu=cpu)
    chip = rig.chip
    recorder = Recorder(chip)
    form = SequenceBound(1, 1)
    location = rig.location(form)
    licence = rig.licence(form, location)
    parts = frames(command(6, [location, licence]), 1)
    for sent in range(1, len(parts)):
        chip.link.send(b"".join(parts[:sent]))
        chip.run_until_idle()
        rig.reboot()
        rig.trust()
    for otp, nvram in ((0, None), (1, None), (2, None), (None, 0), (None, 100), (None, 255)):
        chip.otp.cut = None if otp is None else WordCut(otp)
        chip.nvram.cut = None if nvram is None else WordCut(nvram)
        chip.link.send(b"".join(parts))
        chip.run_until_idle()
        chip.otp.cut = chip.nvram.cut = None
        if chip.powered:
            chip.power_off()
        chip.power_on()
        rig.trust()
        rig.evidence()
    with_answer(lambda: rig.client.load_licence(location, licence))
    rig.client.log()
    return recorder.session()


def with_answer(call: Callable[[], object]) -> None:
    """Calls; a refusal is an answer, too."""
    try:
        call()
    except ChipError:
        return


def tampering(cpu: str) -> Session:
    """Old NVRAM, fuses that do not burn, noise that sticks."""
    rig = Rig.trusting(cpu=cpu)
    chip = rig.chip
    recorder = Recorder(chip)
    image = chip.nvram.contents
    rig.load(SequenceBound(1, 1))
    chip.otp.fault = FuseFault(OtpRegs.COUNTER)
    rig.refused(lambda: rig.load(SequenceBound(1, 2)))
    chip.otp.fault = None
    chip.trng.fault = NoiseFault.STUCK
    rig.refused(lambda: rig.load(SequenceBound(1, 3)))
    chip.trng.fault = NoiseFault.NONE
    chip.power_off()
    chip.nvram.contents = image
    chip.power_on()
    rig.trust()
    rig.refused(lambda: rig.load(SequenceBound(1, 4)))
    rig.load()
    rig.evidence()
    rig.client.log()
    return recorder.session()


def shutdown(cpu: str) -> Session:
    """A chip whose fuses cannot be trusted stops in its boot, and says why."""
    chip = Chip(config(cpu), provisioned(cpu=cpu))
    recorder = Recorder(chip)
    chip.otp.poke(OtpRegs.INTENT, 0b101)
    chip.power_on()
    chip.run_until_idle()
    assert chip.halted
    return recorder.session()


def dead_gate(cpu: str) -> Session:
    """A gate that is dead in the middle of a decision ends the chip's life until reset."""
    rig = Rig.trusting(cpu=cpu)
    recorder = Recorder(rig.chip)
    rig.load()
    rig.chip.bus.write32(_regs.GATE.base + _regs.GateRegs.TOKEN_DIGEST.offset, 0)
    with contextlib.suppress(Error):
        rig.client.load_licence(b"", b"")
    rig.chip.run_until_idle()
    rig.chip.reset_line()
    rig.trust(ISSUER.trust_list(2))
    return recorder.session()


STORIES: Final[tuple[Story, ...]] = (
    provisioning,
    licensing,
    refused_licences,
    refused_messages,
    damaged_tokens,
    damaged_frames,
    power_fails,
    tampering,
    shutdown,
    dead_gate,
)


@cache
def told(story: Story, cpu: str) -> Session:
    """The session of a story; told once a process."""
    return story(cpu)


@pytest.mark.parametrize("part", list(Session.__annotations__))
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_both_back_ends_say_and_keep_the_same(story: Story, part: str) -> None:
    native, rv32 = (getattr(told(story, cpu), part) for cpu in BACK_ENDS)

    assert rv32 == native


def test_stories_say_something_on_every_line() -> None:
    """An empty recording would agree with anything."""
    sessions = [told(story, "native") for story in STORIES]
    said = b"".join(session.said for session in sessions)
    words = {word for word in ErrorWord if word.to_bytes(4, "big") in said}

    print(f"{sum(len(each.said) for each in sessions)} bytes said, {len(words)} error words")
    assert all(session.said for session in sessions if session.error == 0)
    assert all(session.console for session in sessions)
    assert len(words) > 30
    assert any(session.error for session in sessions)
