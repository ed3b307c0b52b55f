# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The log of refusals: chain, ring, counters, coalescing, and the console beside it."""

from __future__ import annotations

import hashlib
from typing import Final

from benches.rig import Rig

from mooring_firmware.errors import ErrorWord
from mooring_host.token import SequenceBound
from mooring_host.wire.messages import LogEntry
from mooring_lab.issuer import START
from mooring_models.timer import FREQUENCY_HZ

RING: Final = 16


def chained(head: bytes, entry: LogEntry) -> bytes:
    """The head after `entry`, by docs/protocol.md, "Log"."""
    numbers = (entry.index, entry.word, entry.seconds, entry.repeats)
    packed = b"".join(number.to_bytes(4, "big") for number in numbers)
    return hashlib.sha256(head + packed + entry.token).digest()


def refuse(rig: Rig, number: int) -> bytes:
    """A refusal of a token of its own; returns the token."""
    form = SequenceBound(1, number)
    location = rig.location(form)
    licence = rig.licence(form, location, cycles=0)
    assert rig.refused(lambda: rig.client.load_licence(location, licence)).name == (
        "DECISION_ALLOWANCE"
    )
    return licence


def test_new_chip_has_an_empty_log(rig: Rig) -> None:
    log = rig.log()

    assert (log.count, log.head, log.counters, log.entries) == (0, bytes(32), (), ())


def test_entry_names_word_time_and_token(rig: Rig) -> None:
    rig.chip.run_for(100.5)
    earliest = rig.chip.timer.ticks // FREQUENCY_HZ
    licence = refuse(rig, 1)
    latest = rig.chip.timer.ticks // FREQUENCY_HZ
    (entry,) = rig.log().entries

    assert (entry.index, entry.word, entry.repeats) == (0, ErrorWord.DECISION_ALLOWANCE, 1)
    assert 100 <= earliest <= entry.seconds <= latest
    assert entry.token == hashlib.sha256(licence).digest()[:16]


def test_refusal_about_the_location_result_names_that(rig: Rig) -> None:
    form = SequenceBound(1, 1)
    location = rig.location(form)
    flipped = location[:-1] + bytes((location[-1] ^ 1,))
    rig.refused(lambda: rig.client.load_licence(flipped, rig.licence(form, flipped)))

    assert rig.log().entries[0].token == hashlib.sha256(flipped).digest()[:16]


def test_chain_reaches_over_the_ring_and_over_power_cycles(rig: Rig) -> None:
    head = bytes(32)
    for number in range(1, RING + 5):
        refuse(rig, number)
        log = rig.log()
        head = chained(head, log.entries[-1])
        assert (log.count, log.head) == (number, head)
        if number % 5 == 0:
            rig.reboot()
            rig.trust()
    log = rig.log()

    assert [entry.index for entry in log.entries] == list(range(4, RING + 4))
    assert log.counters == ((ErrorWord.DECISION_ALLOWANCE, RING + 4),)
    assert rig.evidence().log_head == head


def test_log_is_read_from_the_entry_asked_for(rig: Rig) -> None:
    for number in range(1, 6):
        refuse(rig, number)

    asked = {first: [e.index for e in rig.client.log(first).entries] for first in (0, 3, 5, 99)}

    assert asked == {0: [0, 1, 2, 3, 4], 3: [3, 4], 5: [], 99: []}
    assert rig.client.log(99).count == 5


def test_bad_signatures_coalesce_at_powers_of_two(rig: Rig) -> None:
    form = SequenceBound(1, 1)
    location = rig.location(form)
    good = rig.licence(form, location)
    bad = good[:-1] + bytes((good[-1] ^ 1,))
    for _ in range(9):
        word = rig.refused(lambda: rig.client.load_licence(location, bad))
        assert word is ErrorWord.KEY_SIGNATURE
        rig.chip.run_for(30)
    log = rig.log()

    assert [entry.repeats for entry in log.entries] == [1, 2, 4, 8]
    assert log.counters == ((ErrorWord.KEY_SIGNATURE, 9),)
    # A good signature ends the run; the next bad one is the first of another.
    rig.client.load_licence(location, good)
    rig.refused(lambda: rig.client.load_licence(location, bad))
    assert [entry.repeats for entry in rig.log().entries] == [1, 2, 4, 8, 1]


def test_counters_are_by_word_and_outlive_the_ring(rig: Rig) -> None:
    form = SequenceBound(1, 1)
    elsewhere = rig.location(form, excluded=())
    for _ in range(3):
        rig.refused(lambda: rig.client.load_licence(elsewhere, rig.licence(form, elsewhere)))
    for number in range(1, RING + 1):
        refuse(rig, number)
    log = rig.log()

    assert {entry.word for entry in log.entries} == {ErrorWord.DECISION_ALLOWANCE}
    assert dict(log.counters) == {
        ErrorWord.DECISION_NOT_EXCLUDED: 3,
        ErrorWord.DECISION_ALLOWANCE: RING,
    }


def test_nothing_but_refused_tokens_is_logged(rig: Rig) -> None:
    rig.load(cycles=20)
    rig.compute()
    rig.refused(lambda: rig.compute(32))
    rig.refused(lambda: rig.client.status(b""))
    rig.refused(lambda: rig.client.load_licence(b"\xd2", b"\xd2"))
    rig.trust()
    rig.client.reset()
    rig.refused(lambda: rig.load(SequenceBound(1, 1)))

    assert rig.log().count == 0


def test_console_tells_a_person_what_happens(fresh: Rig) -> None:
    fresh.trust()
    fresh.load(seconds=90, issued_at=START)
    refuse(fresh, 1)
    fresh.client.reset()
    text = fresh.chip.console.receive().decode("ascii")

    lines = text.removesuffix("\r\n").split("\r\n")
    assert lines[0].startswith("mooring rom ")
    assert lines[1:] == [
        "production, mode deny, generation 0",
        "trust list accepted, epoch 1",
        "nonce drawn",
        "licence accepted, open for 90 s",
        "licence refused: DECISION_ALLOWANCE",
        lines[0],
        "production, mode deny, generation 1",
    ]
