# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The stub: bytes of a client in, bytes for it out, and a target that does what it asks.

"Debugging with GDB", appendix "GDB Remote Serial Protocol".  The target has one thread, 1;
all-stop mode only.  A packet that the stub does not know gets the empty answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from mooring_lab.gdb import registers
from mooring_lab.gdb.packet import (
    HEX_DIGITS,
    MAX_DATA_BYTES,
    Malformed,
    Mark,
    Packet,
    PacketReader,
    framed,
)
from mooring_lab.gdb.registers import GENERAL, REGISTER_BYTES, Register
from mooring_lab.gdb.target import (
    DebugTarget,
    Errno,
    Reason,
    Region,
    Stop,
    TargetError,
    WatchKind,
    Watchpoint,
)

MAX_RESENDS: Final = 3
# Hexadecimal digits of the longest number: a 64-bit address.
_MAX_DIGITS: Final = 16
_BREAKPOINT_KINDS: Final = frozenset((2, 4))  # bytes of the instruction
_WATCHED: Final[Mapping[WatchKind, bytes]] = {
    WatchKind.WRITE: b"watch",
    WatchKind.READ: b"rwatch",
    WatchKind.ACCESS: b"awatch",
}
_THREADS: Final = frozenset((b"-1", b"0", b"1"))

# Signals in GDB's own numbers (include/gdb/signals.def).
_SIGNALS: Final[Mapping[Reason, int]] = {
    Reason.BREAKPOINT: 5,  # TRAP
    Reason.WATCHPOINT: 5,
    Reason.STEPPED: 5,
    Reason.INTERRUPTED: 2,  # INT
    Reason.ATTACHED: 5,
    Reason.HALTED: 6,  # ABRT
    Reason.OFF: 32,  # PWR
}

logger = logging.getLogger(__name__)

Answer: TypeAlias = bytes | None
"""The data of the packet to answer with; None: there is no answer, or it comes later."""


def number(text: bytes) -> int:
    """A number of the protocol; raises `TargetError`."""
    if not 0 < len(text) <= _MAX_DIGITS or not HEX_DIGITS.issuperset(text):
        raise _invalid("not a hexadecimal number")
    return int(text, 16)


def unhex(text: bytes) -> bytes:
    """Bytes of two digits each; raises `TargetError`."""
    try:
        # Unlike the protocol, Python allows spaces between the bytes.
        data = bytes.fromhex(text.decode("ascii"))
    except ValueError as error:
        raise _invalid("not hexadecimal") from error
    if 2 * len(data) != len(text):
        raise _invalid("not hexadecimal")
    return data


def memory_map(regions: tuple[Region, ...]) -> str:
    """The memory map that tells a client what is where."""
    lines = (
        f'<memory type="{each.kind.value}" start="0x{each.base:x}" length="0x{each.size:x}"/>'
        for each in regions
    )
    doctype = '<!DOCTYPE memory-map PUBLIC "+//IDN gnu.org//DTD GDB Memory Map V1.0//EN" '
    return "\n".join(
        (
            '<?xml version="1.0"?>',
            doctype + '"http://sourceware.org/gdb/gdb-memory-map.dtd">',
            "<memory-map>",
            *lines,
            "</memory-map>",
            "",
        )
    )


def _invalid(reason: str) -> TargetError:
    return TargetError(Errno.INVAL, reason)


def _little(value: int) -> bytes:
    return value.to_bytes(REGISTER_BYTES, "little").hex().encode()


class Stub:
    """One client's session; it finds the target standing still.

    Args:
        target: what is debugged.
        send: takes bytes for the client.
        hang_up: called when the client leaves or is to leave.
    """

    def __init__(
        self, target: DebugTarget, send: Callable[[bytes], None], hang_up: Callable[[], None]
    ) -> None:
        self._target = target
        self._send = send
        self._hang_up = hang_up
        self._reader = PacketReader()
        self._acknowledges = True
        self._sent = b""
        self._resends = 0
        self._running = False
        self._left = False
        self._stop = Stop(Reason.ATTACHED)
        self._breakpoints: set[tuple[int, int]] = set()
        self._watchpoints: set[Watchpoint] = set()
        self._letters: Final[Mapping[bytes, Callable[[bytes], Answer]]] = {
            b"?": lambda _: self._stop_answer(),
            b"g": lambda _: b"".join(_little(self._target.read_register(r)) for r in GENERAL),
            b"G": self._write_registers,
            b"p": self._read_register,
            b"P": self._write_register,
            b"m": self._read_memory,
            b"M": self._write_memory,
            b"X": self._write_binary,
            b"c": lambda at: self._resume_at(at, None),
            b"s": lambda at: self._resume_at(at, range(0)),
            b"C": lambda rest: self._resume_at(rest.partition(b";")[2], None),
            b"S": lambda rest: self._resume_at(rest.partition(b";")[2], range(0)),
            b"Z": lambda rest: self._breakpoint(rest, insert=True),
            b"z": lambda rest: self._breakpoint(rest, insert=False),
            b"H": self._select_thread,
            b"T": self._thread_alive,
            b"D": self._detach,
            b"k": self._kill,
        }
        self._words: Final[Mapping[bytes, Callable[[bytes], Answer]]] = {
            b"qSupported": lambda _: self._supported(),
            b"QStartNoAckMode": self._stop_acknowledging,
            b"qXfer": self._transfer,
            b"qRcmd": self._monitor,
            b"qC": lambda _: b"QC1",
            b"qfThreadInfo": lambda _: b"m1",
            b"qsThreadInfo": lambda _: b"l",
            b"qAttached": lambda _: b"1",
            b"qSymbol": lambda _: b"OK",
            b"vCont?": lambda _: b"vCont;c;C;s;S;r",
            b"vCont": self._continue,
            b"vKill": self._kill_by_name,
        }

    # -- The stream ------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Takes what the client sent."""
        for item in self._reader.feed(data):
            if self._left:
                return
            match item:
                case Packet(data=content):
                    self._acknowledge(b"+")
                    self._answer(self._perform(content))
                case Malformed(reason=reason):
                    logger.warning("malformed packet: %s", reason)
                    self._refuse_malformed()
                case Mark.INTERRUPT:
                    if self._running:
                        self._target.halt()
                case Mark.ACK:
                    self._sent = b""
                case Mark.NAK:
                    self._send_again()

    def stopped(self, stop: Stop) -> None:
        """The target, which was running, has stopped."""
        self._stop = stop
        if not self._running or self._left:
            return
        self._running = False
        if stop.note:
            self._answer(b"O" + f"{stop.note}\n".encode().hex().encode())
        self._answer(self._stop_answer())

    def lost(self) -> None:
        """The connection has gone: the target goes on by itself, unless it was let go."""
        if not self._left:
            self._leave(reset=False)

    def _acknowledge(self, mark: bytes) -> None:
        if self._acknowledges:
            self._send(mark)

    def _refuse_malformed(self) -> None:
        if self._acknowledges:
            self._send(b"-")
        else:
            self._answer(b"E%02x" % Errno.INVAL)

    def _answer(self, answer: Answer) -> None:
        if answer is None:
            return
        packet = framed(answer)
        if self._acknowledges:
            self._sent, self._resends = packet, 0
        self._send(packet)

    def _send_again(self) -> None:
        if self._sent and self._resends < MAX_RESENDS:
            self._resends += 1
            self._send(self._sent)

    # -- Commands --------------------------------------------------------------------------

    def _perform(self, packet: bytes) -> Answer:
        word = _word(packet)
        command = self._words.get(word) or self._letters.get(packet[:1])
        if command is None:
            return b""
        rest = packet[len(word) :] if word in self._words else packet[1:]
        try:
            if self._running:
                raise TargetError(Errno.BUSY, "the target is running")
            return command(rest)
        except TargetError as refusal:
            logger.debug("refused: %s", refusal)
            return b"E%02x" % refusal.errno

    def _stop_answer(self) -> bytes:
        """Why it stopped, with the registers that a client asks for first."""
        read = self._target.read_register
        shown = ((each, read(GENERAL[each])) for each in (registers.SP, registers.PC))
        values = b"".join(b"%02x:%s;" % (each, _little(value)) for each, value in shown)
        return b"T%02x%sthread:1;%s" % (_SIGNALS[self._stop.reason], values, _why(self._stop))

    def _supported(self) -> bytes:
        return (
            b"PacketSize=%x;QStartNoAckMode+;vContSupported+;hwbreak+;"
            b"qXfer:features:read+;qXfer:memory-map:read+" % MAX_DATA_BYTES
        )

    def _stop_acknowledging(self, _: bytes) -> Answer:
        # The answer itself may still be asked for again, nothing after it.
        self._answer(b"OK")
        self._acknowledges = False
        return None

    # -- Registers -------------------------------------------------------------------------

    def _write_registers(self, rest: bytes) -> Answer:
        data = unhex(rest)
        if len(data) != REGISTER_BYTES * len(GENERAL):
            raise _invalid("not all registers")
        # The pc, which is last, is the one that may be refused; then nothing is written.
        for index, register in reversed(tuple(enumerate(GENERAL))):
            at = REGISTER_BYTES * index
            value = int.from_bytes(data[at : at + REGISTER_BYTES], "little")
            self._target.write_register(register, value)
        return b"OK"

    def _read_register(self, rest: bytes) -> Answer:
        return _little(self._target.read_register(_register(rest)))

    def _write_register(self, rest: bytes) -> Answer:
        name, equals, value = rest.partition(b"=")
        data = unhex(value)
        if not equals or len(data) != REGISTER_BYTES:
            raise _invalid("not a register's value")
        self._target.write_register(_register(name), int.from_bytes(data, "little"))
        return b"OK"

    # -- Memory ----------------------------------------------------------------------------

    def _read_memory(self, rest: bytes) -> Answer:
        address, size = _span(rest)
        if size == 0:
            return b""
        data = self._target.read_memory(address, min(size, MAX_DATA_BYTES // 2))
        return data.hex().encode()

    def _write_memory(self, rest: bytes) -> Answer:
        span, _, digits = rest.partition(b":")
        return self._write(span, unhex(digits))

    def _write_binary(self, rest: bytes) -> Answer:
        span, _, data = rest.partition(b":")
        return self._write(span, data)

    def _write(self, span: bytes, data: bytes) -> Answer:
        address, size = _span(span)
        if size != len(data):
            raise _invalid(f"{len(data)} bytes where {size} were announced")
        if data:
            self._target.write_memory(address, data)
        return b"OK"

    # -- Breakpoints -----------------------------------------------------------------------

    def _breakpoint(self, rest: bytes, *, insert: bool) -> Answer:
        kind, _, where = rest.partition(b",")
        if kind in (b"2", b"3", b"4"):
            return self._watchpoint(WatchKind(int(kind)), where, insert=insert)
        if kind not in (b"0", b"1"):
            return b""
        address, size = _span(where)
        if size not in _BREAKPOINT_KINDS:
            raise _invalid(f"a breakpoint of {size} bytes")
        # A client may hold one of each kind at one place.
        entry = (int(kind), address)
        if insert:
            self._target.set_breakpoint(address, True)
            self._breakpoints.add(entry)
        else:
            self._breakpoints.discard(entry)
            if not any(at == address for _, at in self._breakpoints):
                self._target.set_breakpoint(address, False)
        return b"OK"

    def _watchpoint(self, kind: WatchKind, where: bytes, *, insert: bool) -> Answer:
        address, size = _span(where)
        if size == 0:
            raise _invalid("a watchpoint of no bytes")
        watchpoint = Watchpoint(kind, range(address, address + size))
        self._target.set_watchpoint(watchpoint, insert)
        (self._watchpoints.add if insert else self._watchpoints.discard)(watchpoint)
        return b"OK"

    # -- Going on --------------------------------------------------------------------------

    def _resume_at(self, address: bytes, stepping: range | None) -> Answer:
        if address:
            self._target.write_register(GENERAL[registers.PC], number(address))
        return self._resume(stepping)

    def _resume(self, stepping: range | None) -> Answer:
        self._running = True
        self._target.resume(stepping)
        return None

    def _continue(self, rest: bytes) -> Answer:
        # The first action that applies to the one thread counts; without a thread it
        # applies to all.
        for action in rest.removeprefix(b";").split(b";"):
            what, colon, thread = action.partition(b":")
            if not colon or thread in _THREADS:
                return self._resume(_stepping(what))
        raise _invalid("nothing to do for the thread")

    # -- The session -----------------------------------------------------------------------

    def _select_thread(self, rest: bytes) -> Answer:
        if rest[:1] not in (b"c", b"g") or rest[1:] not in _THREADS:
            raise _invalid("no such thread")
        return b"OK"

    def _thread_alive(self, rest: bytes) -> Answer:
        if rest != b"1":
            raise _invalid("no such thread")
        return b"OK"

    def _detach(self, _: bytes) -> Answer:
        self._answer(b"OK")
        self._leave(reset=False)
        return None

    def _kill(self, _: bytes) -> Answer:
        self._leave(reset=True)
        return None

    def _kill_by_name(self, _: bytes) -> Answer:
        self._answer(b"OK")
        self._leave(reset=True)
        return None

    def _leave(self, *, reset: bool) -> None:
        self._left = True
        for address in {address for _, address in self._breakpoints}:
            self._target.set_breakpoint(address, False)
        for watchpoint in self._watchpoints:
            self._target.set_watchpoint(watchpoint, False)
        self._breakpoints.clear()
        self._watchpoints.clear()
        try:
            self._target.release(reset=reset)
        finally:
            self._hang_up()

    # -- Documents and commands of our own ---------------------------------------------------

    def _transfer(self, rest: bytes) -> Answer:
        match rest.split(b":"):
            case [b"", b"features", b"read", b"target.xml", span]:
                document = registers.TARGET_XML
            case [b"", b"memory-map", b"read", b"", span]:
                document = memory_map(tuple(self._target.regions))
            case [b"", b"features" | b"memory-map", b"read", *_]:
                return b"E00"  # the protocol's own number for a wrong annex
            case _:
                return b""
        offset, size = _span(span)
        data = document.encode()
        part = data[offset : offset + min(size, MAX_DATA_BYTES // 2)]
        return (b"l" if offset + len(part) >= len(data) else b"m") + part

    def _monitor(self, rest: bytes) -> Answer:
        command = unhex(rest.removeprefix(b",")).decode("utf-8", "replace")
        try:
            shown = self._target.monitor(command.strip()).encode()
        except TargetError as refusal:
            shown = f"{refusal}\n".encode()
        return shown[: MAX_DATA_BYTES // 2].hex().encode() or b"OK"


def _why(stop: Stop) -> bytes:
    """What a stop answer tells beyond the signal."""
    if stop.watchpoint is not None:
        return b"%s:%x;" % (_WATCHED[stop.watchpoint.kind], stop.watchpoint.span.start)
    return b"hwbreak:;" if stop.reason is Reason.BREAKPOINT else b""


def _word(packet: bytes) -> bytes:
    """The name that a general packet begins with."""
    end = min((at for at in map(packet.find, (b":", b",", b";")) if at >= 0), default=len(packet))
    return packet[:end]


def _span(text: bytes) -> tuple[int, int]:
    address, comma, size = text.partition(b",")
    if not comma:
        raise _invalid("an address without a length")
    return number(address), number(size)


def _register(text: bytes) -> Register:
    found = registers.BY_NUMBER.get(number(text))
    if found is None:
        raise _invalid("no such register")
    return found


def _stepping(action: bytes) -> range | None:
    """What an action of vCont asks for, as `DebugTarget.resume` wants it."""
    match action[:1]:
        case b"c" | b"C":
            return None
        case b"s" | b"S":
            return range(0)
        case b"r":
            start, end = _span(action[1:])
            return range(start, end)
        case _:
            raise _invalid("no such action")
