# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""UART0 and UART1: an NS16550 subset with FIFOs and real baud timing.

A byte takes ten bit times on the line.  No event is one byte's: bursts lie in queues
with their starting times, and FIFO levels are worked out when someone looks, so that a
long message costs a handful of events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mooring_models._regs import UartRegs
from mooring_models._spec import Instance
from mooring_models.burst import Burst, due, take
from mooring_models.clock import SECOND, EventLoop, LocalTime
from mooring_models.line import LineEnd, LineTap
from mooring_models.loan import RECEIVED_BYTES, Loan
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


class Uart(Peripheral, block=UartRegs.BLOCK):
    """One UART.

    Attributes:
        line: the far end of its line.
        loan: what a CPU in C may do by itself, between `lend` and `take_back`.
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
        "_tap",
        "_time",
        "_tx",
        "line",
        "loan",
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
        self._rx: list[Burst] = []  # few: a deque would be larger
        self._tx: list[Burst] = []
        self._last = 0  # when the receive FIFO last changed
        self._errors = 0  # OE and FE since LSR was read
        self._powered = False
        self._tap: LineTap | None = None
        self.line = LineEnd(self)
        self.loan = Loan()
        self.poked = poked

    @property
    def baud(self) -> int:
        """Line rate in bit/s."""
        return self._baud

    def power(self, on: bool) -> None:
        """Supply came up or failed; without it nothing is received and sending stops."""
        self.take_back()
        self._powered = on
        self._rx.clear()

    def reset(self) -> None:
        """Empties the FIFOs; what is unsent is lost."""
        self.take_back()
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
        self.take_back()
        self._append(data, broken=broken)
        if self._tap is not None:
            self._tap.arriving()
        self.poked()

    def _append(self, data: bytes, *, broken: bool) -> None:
        now = self._loop.now
        if self._rx:
            last = self._rx[-1]
            free = last.end(self._byte_time)
            if free >= now and not (broken or last.broken):
                last.start += last.taken * self._byte_time
                last.data[: last.taken] = b""
                last.data += data
                last.taken = 0
                return
            now = max(now, free)
        self._rx.append(Burst(now, bytearray(data), broken=broken))

    def _receive(self) -> None:
        """Moves what has arrived by now into the FIFO."""
        if self.loan.lent:
            self.take_back()
        rx = self._rx
        if not rx or self._diverted:
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
            del rx[0]

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
        if self.loan.lent:
            self.take_back()
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
            end = last.end(self._byte_time)
            # What one step of the CPU writes arrives as one, byte by byte or in a block.
            if end >= now and last.made == made:
                last.data += data
                return
            start = max(now, end)
        self._send(start, data)

    def _send(self, start: int, data: bytes) -> None:
        """Begins a burst."""
        burst = Burst(start, bytearray(data), made=self._loop.now)
        self._arrange(burst)
        self._tx.append(burst)

    def _arrange(self, burst: Burst) -> None:
        end = burst.end(self._byte_time)
        burst.event = self._loop.at(end, self._deliver)

    def _deliver(self) -> None:
        burst = self._tx[0]
        if burst.end(self._byte_time) > self._loop.now:
            self._arrange(burst)  # it has grown since
            return
        del self._tx[0]
        if self.loan.lent:
            self._tell_sending()
        self.line.arrive(bytes(burst.data))

    def _stop_sending(self, now: int) -> None:
        """Cuts the transmission at `now`; bytes that were complete have been sent."""
        self.take_back()
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

    # -- A tap on the line ------------------------------------------------------------

    @property
    def _diverted(self) -> bool:
        return self._tap is not None and self._tap.diverts

    def tap(self, tap: LineTap | None) -> None:
        """Lets `tap` watch the line, and no other; None ends it."""
        self.take_back()
        self._tap = tap

    @property
    def has_input(self) -> bool:
        """Whether the receive FIFO holds bytes, or some are on their way to it."""
        self._receive()
        return bool(self._rx_fifo) or any(each.taken < len(each.data) for each in self._rx)

    @property
    def sent_at(self) -> int:
        """When the transmitter is empty, if nothing is added."""
        self.take_back()
        end = self._tx[-1].end(self._byte_time) if self._tx else 0
        return max(end, self._time.now)

    def due(self, count: int) -> int | None:
        """When the next `count` bytes on the line are complete, or a break among them, if ever."""
        return due(self._rx, count, self._byte_time)

    def take_raw(self, count: int) -> tuple[bytes, bool]:
        """Takes up to `count` complete bytes off the line; and whether a break is among them."""
        return take(self._rx, count, self._byte_time, self._loop.now)

    def send_raw(self, data: bytes) -> None:
        """Sends at this moment of the line, whatever the CPU is at, or after what is being sent."""
        start = self._tx[-1].end(self._byte_time) if self._tx else 0
        self._send(max(start, self._loop.now), data)

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
        if self.loan.lent:
            known, moment = self.loan.wake(self._time.now)
            if known:
                return moment
        received = self._next_rx_irq() if enabled & _IER_RX else None
        if not enabled & _IER_TX:
            return received
        sent = self._next_tx_irq()
        return sent if received is None else min(sent, received)

    def _next_rx_irq(self) -> int | None:
        self._receive()
        if self._diverted:
            return None
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
            last = burst.end(self._byte_time)
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
        if not self._tx and not self._rx:
            return 0
        ends = [burst.end(self._byte_time) for burst in self._tx]
        ends += [burst.end(self._byte_time) for burst in self._rx if burst.taken < len(burst.data)]
        return max(ends, default=0)

    # -- Lending to a CPU in C -----------------------------------------------------------

    def lend(self) -> None:
        """Lets a CPU in C receive and send by itself, but for what is rare."""
        self._receive()
        rx, tx = self._rx, self._tx
        simple = self._tap is None and self._gapless
        if not simple or len(rx) > 1 or (rx and rx[0].broken):
            return
        if tx and tx[-1].made == self._loop.now:
            return  # what is added would join it
        fifo, coming, began, more = bytes(self._rx_fifo), b"", 0, False
        if rx:
            burst = rx[0]
            end = burst.taken + RECEIVED_BYTES - len(fifo)
            coming = bytes(burst.data[burst.taken : end])
            began = burst.start + (burst.taken - len(fifo)) * self._byte_time
            more = end < len(burst.data)
        self.loan.lend(
            fifo,
            coming,
            began,
            self._last,
            more=more,
            byte_time=self._byte_time,
            fifo_bytes=FIFO_BYTES,
        )
        if tx:
            self._tell_sending()

    @property
    def _gapless(self) -> bool:
        """Whether what is being sent goes out as if it were one burst."""
        if len(self._tx) < 2:
            return True
        end = self._tx[0].start
        for burst in self._tx:
            if burst.start != end:
                return False
            end += len(burst.data) * self._byte_time
        return True

    def _tell_sending(self) -> None:
        tx = self._tx
        if tx:
            count = len(tx[0].data) if len(tx) == 1 else sum(len(burst.data) for burst in tx)
            self.loan.sending(count, tx[0].start)
        else:
            self.loan.sending(0, 0)

    def collect(self) -> None:
        """Sends what a CPU in C has left to be sent."""
        sent = self.loan.sent(self._time.now)
        if sent is None:
            return
        self._send(*sent)
        if not self.loan.lent:
            return
        if self._gapless:
            self._tell_sending()
        else:
            self.take_back()

    def take_back(self) -> None:
        """Ends the loan, if there is one, and takes over what became of it."""
        loan = self.loan
        if not loan.lent:
            return
        returned = loan.take_back(self._time.now)
        arrived = returned.arrived - len(self._rx_fifo)
        if arrived:
            self._rx[0].taken += arrived
        self._rx_fifo[:] = returned.fifo
        self._last = returned.changed
        if returned.sends:
            self.collect()

    # -- Snapshot -------------------------------------------------------------------------

    def capture(self) -> State:
        """FIFOs and what is on the line; not the far end, nor its noise."""
        self.take_back()
        now = self._loop.now
        return State(
            self.name,
            registers=bytes(self._slab),
            rx_fifo=bytes(self._rx_fifo),
            errors=self._errors,
            last=self._last - now,
            powered=self._powered,
            rx=[burst.capture(now) for burst in self._rx if not self._is_over(burst)],
            tx=[burst.capture(now) for burst in self._tx],
        )

    def _is_over(self, burst: Burst) -> bool:
        """Whether all was taken and nothing can join it; when that is noticed is by chance."""
        size = len(burst.data)
        return burst.taken == size and burst.start + size * self._byte_time < self._loop.now

    def restore(self, state: State) -> None:
        """Takes FIFOs and line, and arranges what is still to be sent."""
        now = self._loop.now
        self._stop_sending(now)
        self._slab[:] = state.blob("registers", len(self._slab))
        self._rx_fifo[:] = state.blob("rx_fifo")
        self._errors = state.integer("errors")
        self._last = now + state.integer("last")
        self._powered = state.flag("powered")
        self._rx = [Burst.restore(each, now) for each in state.parts("rx")]
        self._tx = [Burst.restore(each, now) for each in state.parts("tx")]
        for burst in self._tx:
            self._arrange(burst)
