# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The stub's answers to every packet, with a target that is only memory and registers."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.rsp_client import Stopped, packet, packets, parse_stop, take_packet

from mooring_lab.gdb.packet import MAX_DATA_BYTES
from mooring_lab.gdb.registers import Register
from mooring_lab.gdb.stub import MAX_RESENDS, Stub
from mooring_lab.gdb.target import Errno, Reason, Region, RegionKind, Stop, TargetError

ROM, RAM = 0x10000, 0x20000000
SIZE = 0x400
REGIONS = (Region(RegionKind.ROM, ROM, SIZE), Region(RegionKind.RAM, RAM, SIZE))

# What refuses: an error number each.
PERM, FAULT, BUSY, INVALID = b"E01", b"E0e", b"E10", b"E16"


class FakeTarget:
    """Registers and a RAM that remember, and notes of what was asked."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.ram = bytearray(SIZE)
        self.breakpoints: set[int] = set()
        self.notes: list[object] = []

    @property
    def regions(self) -> Sequence[Region]:
        return REGIONS

    def read_register(self, register: Register) -> int:
        return self.values.get(register.name, 0)

    def write_register(self, register: Register, value: int) -> None:
        if register.name == "mhartid":
            raise TargetError(Errno.PERM, "fixed")
        self.values[register.name] = value

    def read_memory(self, address: int, size: int) -> bytes:
        if not RAM <= address < RAM + SIZE:
            raise TargetError(Errno.FAULT, "nothing there")
        return bytes(self.ram[address - RAM :][:size])

    def write_memory(self, address: int, data: bytes) -> None:
        if not RAM <= address <= RAM + SIZE - len(data):
            raise TargetError(Errno.FAULT, "nothing there")
        self.ram[address - RAM : address - RAM + len(data)] = data

    def set_breakpoint(self, address: int, stop: bool) -> None:
        if not ROM <= address < ROM + SIZE:
            raise TargetError(Errno.FAULT, "nothing executes there")
        (self.breakpoints.add if stop else self.breakpoints.discard)(address)

    def resume(self, stepping: range | None) -> None:
        self.notes.append(stepping)

    def halt(self) -> None:
        self.notes.append("halt")

    def release(self, *, reset: bool) -> None:
        self.notes.append("reset" if reset else "release")

    def monitor(self, command: str) -> str:
        if command != "hello":
            raise TargetError(Errno.INVAL, "no such command")
        return "hello to you\n"


class Bench:
    """A stub with its target, and what it has sent."""

    def __init__(self) -> None:
        self.target = FakeTarget()
        self.sent = b""
        self.hung_up = False
        self.stub = Stub(self.target, self._send, self._hang_up)

    def _send(self, data: bytes) -> None:
        self.sent += data

    def _hang_up(self) -> None:
        self.hung_up = True

    def give(self, raw: bytes) -> bytes:
        """What the stub sends for these bytes."""
        self.sent = b""
        self.stub.receive(raw)
        return self.sent

    def ask(self, data: bytes) -> bytes:
        """The data of the one packet that answers."""
        answer, rest = take_packet(self.give(packet(data)))
        assert rest == b""
        return answer

    def stops(self, stop: Stop) -> Stopped:
        """What the client hears of it."""
        self.sent = b""
        self.stub.stopped(stop)
        *said, reply = packets(self.sent)
        return parse_stop(reply, b"".join(bytes.fromhex(o[1:].decode()) for o in said).decode())


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
        (b"Z2,20000000,4", b""),
        (b"Z", b""),
    ],
)
def test_other_breakpoints_are_refused(bench: Bench, data: bytes, answer: bytes) -> None:
    assert bench.ask(data) == answer
    assert bench.target.breakpoints == set()


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

    assert packets(bench.give(packet(data) + packet(b"g"))) == answers

    assert bench.target.breakpoints == set()
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


@pytest.mark.parametrize("data", [b"qRcmd,", b"qRcmd,zz", b"qRcmd,ff", b"qRcmd"])
def test_other_monitor_commands_are_refused(bench: Bench, data: bytes) -> None:
    assert bench.ask(data) == INVALID


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
