# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The stub's answers to every packet, with a target that is only memory and registers."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from benches.debugged import RAM, ROM, SIZE, Bench
from hypothesis import given
from hypothesis import strategies as st
from oracles.rsp_client import packet

from mooring_lab.gdb.packet import MAX_DATA_BYTES
from mooring_lab.gdb.stub import MAX_RESENDS
from mooring_lab.gdb.target import (
    Reason,
    Stop,
    WatchKind,
    Watchpoint,
)

# What refuses: an error number each.
PERM, FAULT, INVALID = b"E01", b"E0e", b"E16"


@pytest.fixture
def bench() -> Bench:
    return Bench()


# -- Acknowledgements -----------------------------------------------------------------


def test_packet_is_acknowledged_before_its_answer(bench: Bench) -> None:
    assert bench.give(packet(b"qC")).startswith(b"+$")


def test_malformed_packet_is_asked_for_again(bench: Bench) -> None:
    assert bench.give(b"$qC#00") == b"-"


def test_answer_is_sent_again_when_asked_for_a_few_times_and_never_after_its_ack(
    bench: Bench,
) -> None:
    answer = bench.give(packet(b"qC")).removeprefix(b"+")

    assert bench.give(b"-" * 100) == answer * MAX_RESENDS
    bench.give(packet(b"qC"))
    assert bench.give(b"+-") == b""


def test_without_acknowledgements_nothing_but_answers_is_sent(bench: Bench) -> None:
    assert bench.ask(b"QStartNoAckMode") == b"OK"

    assert bench.give(packet(b"qC")) == packet(b"QC1")
    assert bench.give(b"$qC#00") == packet(INVALID)
    assert bench.give(b"+-") == b""


# -- What it is -----------------------------------------------------------------


def test_supported_features_are_told(bench: Bench) -> None:
    told = bench.ask(b"qSupported:multiprocess+;swbreak+;hwbreak+").split(b";")

    assert b"PacketSize=%x" % MAX_DATA_BYTES in told
    assert {b"QStartNoAckMode+", b"vContSupported+", b"qXfer:features:read+"} <= set(told)


@pytest.mark.parametrize(
    "data", [b"", b"!", b"vMustReplyEmpty", b"qTStatus", b"qCRC:0,4", b"i", b"\xff", b"qXfer:x"]
)
def test_unknown_packet_gets_the_empty_answer(bench: Bench, data: bytes) -> None:
    assert bench.ask(data) == b""


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"qfThreadInfo", b"m1"),
        (b"qsThreadInfo", b"l"),
        (b"qAttached", b"1"),
        (b"qSymbol::", b"OK"),
        (b"T1", b"OK"),
        (b"T2", INVALID),
        (b"Hg0", b"OK"),
        (b"Hc-1", b"OK"),
        (b"Hg2", INVALID),
        (b"Hx1", INVALID),
        (b"vCont?", b"vCont;c;C;s;S;r"),
    ],
)
def test_there_is_one_thread(bench: Bench, data: bytes, answer: bytes) -> None:
    assert bench.ask(data) == answer


def document(bench: Bench, name: bytes, step: int) -> bytes:
    """A document, fetched in pieces."""
    whole = b""
    while True:
        part = bench.ask(b"qXfer:%s:%x,%x" % (name, len(whole), step))
        whole += part[1:]
        if part[:1] == b"l":
            return whole
        assert part[:1] == b"m"
        assert len(part) == step + 1


@pytest.mark.parametrize("step", [7, 64, 0x4000])
def test_target_description_arrives_in_pieces_of_any_size(bench: Bench, step: int) -> None:
    root = ElementTree.fromstring(document(bench, b"features:read:target.xml", step))  # noqa: S314

    assert root.findtext("architecture") == "riscv:rv32"
    cpu, csrs = root.iter("feature")
    assert [int(reg.attrib["regnum"]) for reg in cpu] == list(range(33))
    assert {reg.attrib["name"]: int(reg.attrib["regnum"]) - 65 for reg in csrs}["mcause"] == 0x342
    assert {reg.attrib["bitsize"] for reg in root.iter("reg")} == {"32"}


def test_memory_map_tells_rom_from_ram(bench: Bench) -> None:
    root = ElementTree.fromstring(document(bench, b"memory-map:read:", 100))  # noqa: S314

    assert [each.attrib for each in root] == [
        {"type": "rom", "start": hex(ROM), "length": hex(SIZE)},
        {"type": "ram", "start": hex(RAM), "length": hex(SIZE)},
    ]


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"qXfer:features:read:other.xml:0,10", b"E00"),
        (b"qXfer:features:read:target.xml:0", INVALID),
        (b"qXfer:features:read:target.xml:x,y", INVALID),
        (b"qXfer:features:read:target.xml:ffffff,10", b"l"),
        (b"qXfer:features:write:target.xml:0:00", b""),
        (b"qXfer:auxv:read::0,10", b""),
    ],
)
def test_other_transfers_are_refused(bench: Bench, data: bytes, answer: bytes) -> None:
    assert bench.ask(data) == answer


# -- Registers and memory -----------------------------------------------------------------


def test_all_registers_are_read_and_written_at_once(bench: Bench) -> None:
    words = b"".join((0x1000 + n).to_bytes(4, "little") for n in range(33))

    assert bench.ask(b"G" + words.hex().encode()) == b"OK"

    assert bench.target.values["a0"] == 0x100A
    assert bench.target.values["pc"] == 0x1020
    assert bench.ask(b"g") == words.hex().encode()


def test_all_registers_or_none_are_written(bench: Bench) -> None:
    words = b"".join((0x1001 + n).to_bytes(4, "little") for n in range(33))

    assert bench.ask(b"G" + words.hex().encode()) == FAULT

    assert bench.target.values == {}


def test_one_register_is_read_and_written_by_its_number(bench: Bench) -> None:
    assert bench.ask(b"P20=78563412") == b"OK"
    assert bench.target.values == {"pc": 0x12345678}
    assert bench.ask(b"p20") == b"78563412"

    mscratch = b"%x" % (65 + 0x340)
    assert bench.ask(b"P%s=01000000" % mscratch) == b"OK"
    assert bench.target.values["mscratch"] == 1


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"p21", INVALID),
        (b"p", INVALID),
        (b"pxyz", INVALID),
        (b"p-1", INVALID),
        (b"p" + b"0" * 17, INVALID),
        (b"P20", INVALID),
        (b"P20=00", INVALID),
        (b"P20=0000000g", INVALID),
        (b"P20=00 00 00 00", INVALID),
        (b"G00", INVALID),
        (b"P%x=00000000" % (65 + 0xF14), PERM),
    ],
)
def test_wrong_register_packets_are_refused(bench: Bench, data: bytes, answer: bytes) -> None:
    assert bench.ask(data) == answer
    assert bench.target.values == {}


@given(st.binary(min_size=1, max_size=100), st.integers(0, SIZE - 100))
def test_memory_written_in_either_form_is_read_back(data: bytes, offset: int) -> None:
    bench = Bench()
    at = RAM + offset
    assert bench.ask(b"M%x,%x:%s" % (at, len(data), data.hex().encode())) == b"OK"
    assert bench.ask(b"m%x,%x" % (at, len(data))) == data.hex().encode()

    turned = bytes(byte ^ 0xFF for byte in data)
    assert bench.ask(b"X%x,%x:%s" % (at, len(data), turned)) == b"OK"
    assert bench.target.ram[offset : offset + len(data)] == turned


def test_memory_at_the_end_of_a_region_is_read_as_far_as_it_goes(bench: Bench) -> None:
    assert bench.ask(b"m%x,10" % (RAM + SIZE - 2)) == b"0000"


def test_answer_never_outgrows_a_packet(bench: Bench) -> None:
    bench.target.ram = bytearray(4 * MAX_DATA_BYTES)

    assert len(bench.ask(b"m%x,ffffffff" % RAM)) == MAX_DATA_BYTES


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"m0,4", FAULT),
        (b"m20000000", INVALID),
        (b"m,", INVALID),
        (b"m20000000,-4", INVALID),
        (b"m20000000, 4", INVALID),
        (b"m20000000,0", b""),
        (b"mffffffffffffffff,4", FAULT),
        (b"M20000000,2:00", INVALID),
        (b"M20000000,1:0", INVALID),
        (b"M20000000,1", INVALID),
        (b"X20000000,2:a", INVALID),
        (b"X20000000,0:", b"OK"),
        (b"X200003ff,2:ab", FAULT),
    ],
)
def test_wrong_memory_packets_are_refused(bench: Bench, data: bytes, answer: bytes) -> None:
    assert bench.ask(data) == answer
    assert not any(bench.target.ram)


# -- Breakpoints -----------------------------------------------------------------


@pytest.mark.parametrize("kind", [0, 1])
def test_breakpoint_of_either_kind_is_set_and_removed(bench: Bench, kind: int) -> None:
    assert bench.ask(b"Z%d,10010,2" % kind) == b"OK"
    assert bench.target.breakpoints == {0x10010}

    assert bench.ask(b"z%d,10010,2" % kind) == b"OK"
    assert bench.target.breakpoints == set()


def test_place_with_a_breakpoint_of_each_kind_keeps_it_until_both_are_removed(
    bench: Bench,
) -> None:
    for data in (b"Z0,10010,2", b"Z1,10010,2", b"z0,10010,2"):
        assert bench.ask(data) == b"OK"
    assert bench.target.breakpoints == {0x10010}

    assert bench.ask(b"z1,10010,2") == b"OK"
    assert bench.target.breakpoints == set()


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"Z0,20000000,2", FAULT),
        (b"Z0,10010,3", INVALID),
        (b"Z0,10010", INVALID),
        (b"Z0,10010,2;X1,00", INVALID),
        (b"Z2,20000000,0", INVALID),
        (b"Z4,20000000", INVALID),
        (b"Z5,20000000,4", b""),
        (b"Z", b""),
    ],
)
def test_other_breakpoints_are_refused(bench: Bench, data: bytes, answer: bytes) -> None:
    assert bench.ask(data) == answer
    assert bench.target.breakpoints == set()
    assert bench.target.watchpoints == set()


@pytest.mark.parametrize(
    ("number", "kind", "name"),
    [
        (2, WatchKind.WRITE, "watch"),
        (3, WatchKind.READ, "rwatch"),
        (4, WatchKind.ACCESS, "awatch"),
    ],
)
def test_watchpoint_of_each_kind_is_set_told_and_removed(
    bench: Bench, number: int, kind: WatchKind, name: str
) -> None:
    watchpoint = Watchpoint(kind, range(RAM, RAM + 4))
    assert bench.ask(b"Z%d,%x,4" % (number, RAM)) == b"OK"
    assert bench.target.watchpoints == {watchpoint}

    bench.give(packet(b"c"))
    stop = bench.stops(Stop(Reason.WATCHPOINT, watchpoint=watchpoint))
    assert (stop.signal, stop.fields[name]) == (5, f"{RAM:x}")

    assert bench.ask(b"z%d,%x,4" % (number, RAM)) == b"OK"
    assert bench.target.watchpoints == set()
