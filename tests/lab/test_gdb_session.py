# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A debugger's session: the target goes on and stops, the client leaves, the client is hostile."""

from __future__ import annotations

import pytest
from benches.debugged import RAM, Bench
from hypothesis import given
from hypothesis import strategies as st
from oracles.rsp_client import Stopped, packet, packets, parse_stop

from mooring_lab.gdb.packet import MAX_DATA_BYTES
from mooring_lab.gdb.target import Reason, Stop

BUSY, INVALID = b"E10", b"E16"


@pytest.fixture
def bench() -> Bench:
    return Bench()


# -- Going on and stopping -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "stepping"),
    [
        (b"c", None),
        (b"C05", None),
        (b"s", range(0)),
        (b"S05", range(0)),
        (b"vCont;c", None),
        (b"vCont;C05:1", None),
        (b"vCont;s:1;c", range(0)),
        (b"vCont;s:2;c", None),
        (b"vCont;r10000,10010:1;c", range(0x10000, 0x10010)),
    ],
)
def test_target_goes_on_as_asked_and_the_answer_comes_when_it_stops(
    bench: Bench, data: bytes, stepping: range | None
) -> None:
    assert bench.give(packet(data)) == b"+"
    assert bench.target.notes == [stepping]
    bench.target.values = {"pc": 0x10020, "sp": RAM + 16}

    stop = bench.stops(Stop(Reason.STEPPED))

    assert (stop.signal, stop.pc, stop.fields["thread"]) == (5, 0x10020, "1")
    assert stop.fields["02"] == "10000020"
    assert "hwbreak" not in stop.fields


@pytest.mark.parametrize(
    "data", [b"vCont", b"vCont;", b"vCont;t:1", b"vCont;s:7", b"vCont;r1:1", b"cxyz"]
)
def test_other_ways_to_go_on_are_refused(bench: Bench, data: bytes) -> None:
    assert bench.ask(data) == INVALID
    assert bench.target.notes == []


def test_continue_at_an_address_sets_the_pc(bench: Bench) -> None:
    bench.give(packet(b"c10040"))

    assert bench.target.values == {"pc": 0x10040}


@pytest.mark.parametrize(
    ("reason", "signal"),
    [
        (Reason.BREAKPOINT, 5),
        (Reason.INTERRUPTED, 2),
        (Reason.HALTED, 6),
        (Reason.OFF, 32),
        (Reason.STEPPED, 5),
    ],
)
def test_stop_tells_why(bench: Bench, reason: Reason, signal: int) -> None:
    bench.give(packet(b"c"))

    stop = bench.stops(Stop(reason, "so it goes"))

    assert (stop.signal, stop.said) == (signal, "so it goes\n")
    assert ("hwbreak" in stop.fields) == (reason is Reason.BREAKPOINT)
    assert parse_stop(bench.ask(b"?")) == Stopped(stop.signal, stop.fields, "")


def test_interrupt_halts_a_running_target_only(bench: Bench) -> None:
    bench.give(b"\x03")
    assert bench.target.notes == []

    bench.give(packet(b"c") + b"\x03")
    assert bench.target.notes == [None, "halt"]


@pytest.mark.parametrize("data", [b"g", b"m20000000,4", b"c", b"Z0,10010,2", b"?", b"D"])
def test_running_target_answers_nothing_but_the_interrupt(bench: Bench, data: bytes) -> None:
    bench.give(packet(b"c"))

    assert bench.ask(data) == BUSY
    assert bench.target.notes == [None]


def test_client_that_comes_finds_a_target_that_stands_still(bench: Bench) -> None:
    assert parse_stop(bench.ask(b"?")).signal == 5


def test_stop_that_nobody_waits_for_is_told_when_asked(bench: Bench) -> None:
    bench.stub.stopped(Stop(Reason.OFF, "unheard"))

    assert bench.sent == b""
    assert parse_stop(bench.ask(b"?")).signal == 32


# -- Leaving -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "answers", "note"),
    [
        (b"D", [b"OK"], "release"),
        (b"D;1", [b"OK"], "release"),
        (b"k", [], "reset"),
        (b"vKill;1", [b"OK"], "reset"),
    ],
)
def test_client_that_leaves_takes_its_breakpoints_along(
    bench: Bench, data: bytes, answers: list[bytes], note: str
) -> None:
    bench.ask(b"Z0,10010,2")
    bench.ask(b"Z2,20000000,4")

    assert packets(bench.give(packet(data) + packet(b"g"))) == answers

    assert bench.target.breakpoints == set()
    assert bench.target.watchpoints == set()
    assert bench.target.notes == [note]
    assert bench.hung_up


def test_lost_connection_lets_the_target_go_once(bench: Bench) -> None:
    bench.ask(b"Z0,10010,2")
    bench.give(packet(b"c"))

    bench.stub.lost()
    bench.stub.lost()

    assert bench.target.breakpoints == set()
    assert bench.target.notes == [None, "release"]


# -- Commands of our own -----------------------------------------------------------------


def test_monitor_command_answers_in_hexadecimal(bench: Bench) -> None:
    assert bench.ask(b"qRcmd," + b"hello".hex().encode()) == b"hello to you\n".hex().encode()


@pytest.mark.parametrize("command", [b"", b"\xff", b"hallo"])
def test_other_monitor_commands_are_answered_with_why_not(bench: Bench, command: bytes) -> None:
    """To an error GDB says "Protocol error with Rcmd", which helps nobody."""
    assert bench.ask(b"qRcmd," + command.hex().encode()) == b"no such command\n".hex().encode()


@pytest.mark.parametrize("data", [b"qRcmd,zz", b"qRcmd,6"])
def test_malformed_monitor_commands_are_refused(bench: Bench, data: bytes) -> None:
    assert bench.ask(data) == INVALID


@pytest.mark.parametrize("data", [b"k", b"vKill;1"])
def test_client_that_kills_leaves_even_if_the_target_cannot_be_reset(
    bench: Bench, data: bytes
) -> None:
    bench.target.stuck = True

    bench.give(packet(data))

    assert bench.target.notes == ["reset"]
    assert bench.hung_up


# -- Hostile input -----------------------------------------------------------------

COMMANDS = st.sampled_from(
    b"g G p P m M X c s C S Z z H T D k ? vCont; vCont;r qXfer:features:read:target.xml: "
    b"qXfer:memory-map:read:: qRcmd, qSupported vKill QStartNoAckMode".split()
)
ARGUMENTS = st.one_of(
    st.binary(max_size=30),
    st.text("0123456789abcdef,:;=-+", max_size=24).map(str.encode),
)


@given(st.lists(st.tuples(COMMANDS, ARGUMENTS), max_size=20), st.binary(max_size=20))
def test_no_sequence_of_packets_raises_or_is_answered_twice(
    asked: list[tuple[bytes, bytes]], noise: bytes
) -> None:
    bench = Bench()
    for command, argument in asked:
        answers = packets(bench.give(packet(command + argument)))
        assert len(answers) <= 1
        assert all(len(answer) <= MAX_DATA_BYTES for answer in answers)

    bench.stub.receive(noise)
    bench.stub.lost()

    assert bench.target.notes[-1:] in (["release"], ["reset"])
    assert bench.target.breakpoints == set()
    assert bench.target.watchpoints == set()
