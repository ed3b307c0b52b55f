# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A debugger's stub with a target that is only memory and registers."""

from __future__ import annotations

from collections.abc import Sequence

from oracles.rsp_client import Stopped, packet, packets, parse_stop, take_packet

from mooring_lab.gdb.registers import Register
from mooring_lab.gdb.stub import Stub
from mooring_lab.gdb.target import Errno, Region, RegionKind, Stop, TargetError, Watchpoint

ROM, RAM = 0x10000, 0x20000000
SIZE = 0x400
REGIONS = (Region(RegionKind.ROM, ROM, SIZE), Region(RegionKind.RAM, RAM, SIZE))


class FakeTarget:
    """Registers and a RAM that remember, and notes of what was asked."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.ram = bytearray(SIZE)
        self.breakpoints: set[int] = set()
        self.watchpoints: set[Watchpoint] = set()
        self.notes: list[object] = []
        self.stuck = False

    @property
    def regions(self) -> Sequence[Region]:
        return REGIONS

    def read_register(self, register: Register) -> int:
        return self.values.get(register.name, 0)

    def write_register(self, register: Register, value: int) -> None:
        if register.name == "mhartid":
            raise TargetError(Errno.PERM, "fixed")
        if register.name == "pc" and value % 2 != 0:
            raise TargetError(Errno.FAULT, "nothing executes there")
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

    def set_watchpoint(self, watchpoint: Watchpoint, stop: bool) -> None:
        (self.watchpoints.add if stop else self.watchpoints.discard)(watchpoint)

    def resume(self, stepping: range | None) -> None:
        self.notes.append(stepping)

    def halt(self) -> None:
        self.notes.append("halt")

    def release(self, *, reset: bool) -> None:
        self.notes.append("reset" if reset else "release")
        if reset and self.stuck:
            raise TargetError(Errno.PERM, "it cannot be reset")

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
