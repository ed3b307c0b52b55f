# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""UART0 and UART1: an NS16550 subset with FIFOs and real baud timing.

A byte takes ten bit times on the line.  No event is one byte's: bursts lie in queues
with their starting times, and FIFO levels are worked out when someone looks, so that a
long message costs a handful of events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from mooring_models._regs import UartRegs
from mooring_models._spec import Instance
from mooring_models.clock import SECOND, Event, EventLoop, LocalTime
from mooring_models.peripheral import Peripheral, on_read, on_read_fifo, on_write, on_write_fifo
from mooring_models.state import State

FIFO_BYTES: Final = 256
BITS_PER_BYTE: Final = 10  # start, eight data bits, stop
IDLE_CHARACTERS: Final = 4

_LSR: Final = {each.name: each.mask for each in UartRegs.LSR.fields}
_IER: Final = {each.name: each.mask for each in UartRegs.IER.fields}
# Both bits are in the lowest byte; the chip asks for them at every turn.
_IER_AT: Final = UartRegs.IER.offset
_IER_RX: Final = _IER["RX"]
_IER_TX: Final = _IER["TX"]
_FCR: Final = {each.name: each.mask for each in UartRegs.FCR.fields}


class LineFilter(Protocol):
    """What a noisy line makes of the bytes sent over it."""

    def __call__(self, data: bytes) -> bytes: ...


class LineEnd:
    """The far end of a serial line: what a host's port is wired to.

    Attributes:
        to_chip: noise on the way in, or None.
        from_chip: noise on the way out, or None.
        on_data: called with each burst that arrives; if None, bytes wait for `receive`.
    """

    __slots__ = ("_inbox", "_uart", "from_chip", "on_data", "to_chip")

    def __init__(self, uart: Uart) -> None:
        self._uart = uart
        self._inbox = bytearray()
        self.to_chip: LineFilter | None = None
        self.from_chip: LineFilter | None = None
        self.on_data: Callable[[bytes], None] | None = None

    @property
    def bits_per_second(self) -> int:
        """The line rate."""
        return self._uart.baud

    @property
    def waiting(self) -> int:
        """Bytes that `receive` would return."""
        return len(self._inbox)

    def send(self, data: bytes) -> None:
        """Puts `data` on the line, after what is still on it."""
        if self.to_chip is not None:
            data = self.to_chip(data)
        if data:
            self._uart.line_in(data)

    def send_break(self) -> None:
        """Holds the line low for one byte time: a zero byte with a framing error."""
        self._uart.line_in(b"\0", broken=True)

    def receive(self) -> bytes:
        """Takes everything that has arrived."""
        data = bytes(self._inbox)
        self._inbox.clear()
        return data

    def arrive(self, data: bytes) -> None:
        """Called by the UART when a burst has been sent."""
        if self.from_chip is not None:
            data = self.from_chip(data)
        if self.on_data is not None:
            self.on_data(data)
        else:
            self._inbox += data


@dataclass(slots=True)
class _Burst:
    """Bytes on the line without a gap; byte i is complete at start + (i + 1) byte times.

    Attributes:
        start: when the first bit is on the line.
        data: the bytes; those that follow without a gap join them.
        taken: how many the FIFO has taken, on the way in.
        broken: whether it is a break.
        made: moment of the loop at which it began to be sent, on the way out.
        event: the end of sending.
    """

    start: int
    data: bytearray
    taken: int = 0
    broken: bool = False
    made: int = 0
    event: Event | None = None


class Uart(Peripheral, block=UartRegs.BLOCK):
    """One UART.

    Attributes:
        line: the far end of its line.
        poked: called when the outside changed something that may wake the CPU.
    """

    __slots__ = (
        "_baud",
        "_byte_time",
        "_errors",
        "_last",
        "_loop",
        "_powered",
        "_rx",
        "_rx_fifo",
        "_time",
        "_tx",
        "line",
        "poked",
    )

    def __init__(
        self,
        instance: Instance,
        loop: EventLoop,
        time: LocalTime,
        baud: int,
        poked: Callable[[], None],
    ) -> None:
        if baud <= 0:
            raise ValueError(f"baud is {baud}, expected more than 0")
        super().__init__(instance)
        self._loop = loop
        self._time = time
        self._baud = baud
        self._byte_time = SECOND * BITS_PER_BYTE // baud
        self._rx_fifo = bytearray()
        self._rx: deque[_Burst] = deque()
        self._tx: deque[_Burst] = deque()
        self._last = 0  # when the receive FIFO last changed
        self._errors = 0  # OE and FE since LSR was read
        self._powered = False
        self.line = LineEnd(self)
        self.poked = poked

    @property
    def baud(self) -> int:
        """Line rate in bit/s."""
        return self._baud

    def power(self, on: bool) -> None:
        """Supply came up or failed; without it nothing is received and sending stops."""
        self._powered = on
        self._rx.clear()

    def reset(self) -> None:
        """Empties the FIFOs; what is unsent is lost."""
        super().reset()
        self._rx_fifo.clear()
        self._errors = 0
        self._last = self._time.now
        self._stop_sending(self._loop.now)

    # -- Receiving ------------------------------------------------------------------

    def line_in(self, data: bytes, *, broken: bool = False) -> None:
        """Bytes start to arrive now, or after those still on the line."""
        if not self._powered:
            return
        now = self._loop.now
        if self._rx:
            last = self._rx[-1]
            free = last.start + len(last.data) * self._byte_time
            if free >= now and not (broken or last.broken):
                last.start += last.taken * self._byte_time
                last.data[: last.taken] = b""
                last.data += data
                last.taken = 0
                self.poked()
                return
            now = max(now, free)
        self._rx.append(_Burst(now, bytearray(data), broken=broken))
        self.poked()

    def _receive(self) -> None:
        """Moves what has arrived by now into the FIFO."""
        rx = self._rx
        if not rx:
            return
        now = self._time.now
        while rx:
            burst = rx[0]
            size = len(burst.data)
            arrived = (now - burst.start) // self._byte_time
            if arrived > size:
                arrived = size
            if arrived > burst.taken:
                room = FIFO_BYTES - len(self._rx_fifo)
                fresh = burst.data[burst.taken : arrived]
                self._rx_fifo += fresh[:room]
                self._errors |= _LSR["OE"] if len(fresh) > room else 0
                self._errors |= _LSR["FE"] if burst.broken else 0
                self._last = burst.start + arrived * self._byte_time
                burst.taken = arrived
            if arrived < size:
                return
            # The far end may still send at this very moment and join the burst.
            if burst.start + arrived * self._byte_time >= self._loop.now:
                return
            rx.popleft()

    @on_read_fifo(UartRegs.RBR)
    def _take(self, count: int) -> bytes:
        self._receive()
        data = bytes(self._rx_fifo[:count])
        del self._rx_fifo[:count]
        self._last = max(self._last, self._time.now)
        return data.ljust(count, b"\0")

    @on_read(UartRegs.RX_LEVEL)
    def _rx_level(self) -> int:
        self._receive()
        return len(self._rx_fifo)

    # -- Sending ----------------------------------------------------------------------

    @property
    def _tx_level(self) -> int:
        if not self._tx:
            return 0
        now = self._time.now
        level = 0
        for burst in self._tx:
            done = (now - burst.start) // self._byte_time
            level += len(burst.data) - min(len(burst.data), max(0, done))
        return level

    @on_write_fifo(UartRegs.THR)
    def _give(self, data: bytes) -> None:
        now = self._time.now
        data = data[: FIFO_BYTES - self._tx_level]
        if not data:
            return
        made = self._loop.now
        start = now
        if self._tx:
            last = self._tx[-1]
            end = last.start + len(last.data) * self._byte_time
            # What one step of the CPU writes arrives as one, byte by byte or in a block.
            if end >= now and last.made == made:
                last.data += data
                return
            start = max(now, end)
        burst = _Burst(start, bytearray(data), made=made)
        self._arrange(burst)
        self._tx.append(burst)

    def _arrange(self, burst: _Burst) -> None:
        end = burst.start + len(burst.data) * self._byte_time
        burst.event = self._loop.at(end, self._deliver)

    def _deliver(self) -> None:
        burst = self._tx[0]
        if burst.start + len(burst.data) * self._byte_time > self._loop.now:
            self._arrange(burst)  # it has grown since
            return
        self._tx.popleft()
        self.line.arrive(bytes(burst.data))

    def _stop_sending(self, now: int) -> None:
        """Cuts the transmission at `now`; bytes that were complete have been sent."""
        for burst in self._tx:
            if burst.event is not None:
                burst.event.cancel()
            done = max(0, (now - burst.start) // self._byte_time)
            if done:
                self.line.arrive(bytes(burst.data[:done]))
        self._tx.clear()

    @on_read(UartRegs.TX_SPACE)
    def _tx_space(self) -> int:
        return FIFO_BYTES - self._tx_level

    # -- Control ----------------------------------------------------------------------

    @on_read(UartRegs.LSR)
    def _status(self) -> int:
        self._receive()
        value, self._errors = self._errors, 0
        value |= _LSR["DR"] if self._rx_fifo else 0
        return value if self._tx_level else value | _LSR["THRE"] | _LSR["TEMT"]

    @on_read(UartRegs.BAUD)
    def _rate(self) -> int:
        return self._baud

    @on_write(UartRegs.FCR)
    def _control(self, value: int) -> None:
        if value & _FCR["RX_RESET"]:
            self._receive()
            self._rx_fifo.clear()
        if value & _FCR["TX_RESET"]:
            self._stop_sending(self._time.now)

    # -- Waking the CPU -----------------------------------------------------------------

    def next_irq(self) -> int | None:
        """When the interrupt will be asserted if nothing else happens, or None."""
        enabled = self._slab[_IER_AT]
        if not enabled:
            return None
        received = self._next_rx_irq() if enabled & _IER_RX else None
        if not enabled & _IER_TX:
            return received
        sent = self._next_tx_irq()
        return sent if received is None else min(sent, received)

    def _next_rx_irq(self) -> int | None:
        self._receive()
        now = self._time.now
        trigger = max(1, self.peek(UartRegs.TRIGGER))
        level = len(self._rx_fifo)
        if level >= trigger:
            return now
        idle = IDLE_CHARACTERS * self._byte_time
        last = self._last
        for burst in self._rx:
            left = len(burst.data) - burst.taken
            if not left:
                continue
            first = burst.start + (burst.taken + 1) * self._byte_time
            if level and first - last > idle:
                break
            if level + left >= trigger:
                return burst.start + (burst.taken + trigger - level) * self._byte_time
            level += left
            last = burst.start + len(burst.data) * self._byte_time
        return max(now, last + idle) if level else None

    def _next_tx_irq(self) -> int:
        now = self._time.now
        surplus = self._tx_level - FIFO_BYTES // 2
        if surplus <= 0:
            return now
        for burst in self._tx:
            done = min(len(burst.data), max(0, (now - burst.start) // self._byte_time))
            left = len(burst.data) - done
            if left >= surplus:
                return burst.start + (done + surplus) * self._byte_time
            surplus -= left
        return now

    @property
    def quiet_at(self) -> int:
        """When the last byte now on the line, in either direction, is complete."""
        ends = [burst.start + len(burst.data) * self._byte_time for burst in self._tx]
        ends += [
            burst.start + len(burst.data) * self._byte_time
            for burst in self._rx
            if burst.taken < len(burst.data)
        ]
        return max(ends, default=0)

    # -- Snapshot -------------------------------------------------------------------------

    def capture(self) -> State:
        """FIFOs and what is on the line; not the far end, nor its noise."""
        now = self._loop.now
        return State(
            self.name,
            registers=bytes(self._slab),
            rx_fifo=bytes(self._rx_fifo),
            errors=self._errors,
            last=self._last - now,
            powered=self._powered,
            rx=[_capture(burst, now) for burst in self._rx],
            tx=[_capture(burst, now) for burst in self._tx],
        )

    def restore(self, state: State) -> None:
        """Takes FIFOs and line, and arranges what is still to be sent."""
        now = self._loop.now
        self._stop_sending(now)
        self._slab[:] = state.blob("registers", len(self._slab))
        self._rx_fifo[:] = state.blob("rx_fifo")
        self._errors = state.integer("errors")
        self._last = now + state.integer("last")
        self._powered = state.flag("powered")
        self._rx = deque(_restore(each, now) for each in state.parts("rx"))
        self._tx = deque(_restore(each, now) for each in state.parts("tx"))
        for burst in self._tx:
            self._arrange(burst)


def _capture(burst: _Burst, now: int) -> State:
    return State(
        "burst",
        start=burst.start - now,
        data=bytes(burst.data),
        taken=burst.taken,
        broken=burst.broken,
        age=now - burst.made,
    )


def _restore(state: State, now: int) -> _Burst:
    return _Burst(
        now + state.integer("start"),
        bytearray(state.blob("data")),
        state.integer("taken"),
        state.flag("broken"),
        now - state.integer("age"),
    )
