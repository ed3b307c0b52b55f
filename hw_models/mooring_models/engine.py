# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""ENGINE: int8 matrix products through a command queue, each admitted by GATE.

Jobs start and end when somebody looks: all that happens up to then is worked off first,
and GATE has that done before its grant changes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_models import _regs
from mooring_models._regs import EngineRegs, EngineResult
from mooring_models.clock import NS, LocalTime
from mooring_models.errors import ChipStateError
from mooring_models.gate import FULL_SPEED, Gate
from mooring_models.peripheral import (
    Peripheral,
    on_read,
    on_read_fifo,
    on_write,
    on_write_fifo,
)
from mooring_models.state import State

CYCLE: Final = 10 * NS  # 100 MHz
START_CYCLES: Final = 16
PRODUCTS_PER_CYCLE: Final = 256
QUEUE_DEPTH: Final = 4
MAX_DIMENSION: Final = 64
OPERAND_BYTES: Final = QUEUE_DEPTH * MAX_DIMENSION * MAX_DIMENSION
COMPLETED_RESULTS: Final = (EngineResult.DONE, EngineResult.THROTTLED)

# One bit, in the lowest byte; the chip asks for it at every turn.
_IER_AT: Final = EngineRegs.IER.offset


def cost(m: int, k: int, n: int) -> int:
    """Cycles of an (m x k) times (k x n) product."""
    return START_CYCLES + -(-m * k * n // PRODUCTS_PER_CYCLE)


@dataclass(slots=True)
class Job:
    """One product on its way through the engine.

    Attributes:
        tag: what the submitter calls it.
        a: left operand, m x k, or None if the request was malformed.
        b: right operand, k x n.
        from_cpu: whether results go to the registers.
        result: what became of it; NONE until it has ended.
        cycles: what the gate charged or would have charged.
        product: m x n, int32; None if refused or not yet done.
        verdict: the gate's answer, once it has started.
        end: when it ends, once it has started.
    """

    tag: int
    a: NDArray[np.int8] | None
    b: NDArray[np.int8] | None
    from_cpu: bool
    result: EngineResult = EngineResult.NONE
    cycles: int = 0
    product: NDArray[np.int32] | None = None
    verdict: EngineResult = EngineResult.NONE
    end: int | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.result is not EngineResult.NONE


class Engine(Peripheral, block=EngineRegs.BLOCK):
    """The engine: one job runs at a time, up to four wait."""

    __slots__ = (
        "_a",
        "_b",
        "_c",
        "_completed",
        "_free_at",
        "_gate",
        "_latched_high",
        "_meter",
        "_queue",
        "_time",
    )

    def __init__(self, time: LocalTime, gate: Gate) -> None:
        super().__init__(_regs.ENGINE)
        self._time = time
        self._gate = gate
        gate.before_change = self.settle
        self.reset()

    def reset(self) -> None:
        """Empties operands, products and queue; jobs under way are lost."""
        super().reset()
        self._meter = 0
        self._latched_high = 0
        self._empty()

    def _empty(self) -> None:
        self._a = bytearray()
        self._b = bytearray()
        self._c = bytearray()
        self._queue: deque[Job] = deque()
        self._completed: deque[Job] = deque()
        self._free_at = 0

    @property
    def meter(self) -> int:
        """Cycles of all jobs begun since reset, with a grant or without."""
        self.settle()
        return self._meter

    # -- The queue ------------------------------------------------------------------------

    def submit(self, a: NDArray[np.int8], b: NDArray[np.int8], tag: int = 0) -> Job:
        """Queues a product past the CPU, as a driver on the host bus would; same gate.

        Args:
            a: left operand, m x k.
            b: right operand, k x n.
            tag: any number, for the submitter.

        Returns:
            The job, which ends as virtual time goes on.

        Raises:
            ChipStateError: the queue is full.
            ValueError: the operands are no two int8 matrices that fit together.
        """
        if a.dtype != np.int8 or b.dtype != np.int8 or a.ndim != 2 or b.ndim != 2:
            raise ValueError(
                f"operands are {a.dtype}{a.shape} and {b.dtype}{b.shape}, expected "
                "two int8 matrices"
            )
        if a.shape[1] != b.shape[0]:
            raise ValueError(f"shapes {a.shape} and {b.shape} do not fit together")
        self.settle()
        if len(self._queue) >= QUEUE_DEPTH:
            raise ChipStateError("submit a job", "the engine's queue is full", "let time pass")
        job = Job(tag, a.copy(), b.copy(), from_cpu=False)
        if not 0 < max(*a.shape, *b.shape) <= MAX_DIMENSION or 0 in (*a.shape, *b.shape):
            job.result = EngineResult.SHAPE
        else:
            self._enqueue(job)
        return job

    @property
    def ends_at(self) -> int | None:
        """When the job that runs now ends, or None if the engine is idle."""
        self.settle()
        return self._queue[0].end if self._queue else None

    def settle(self) -> None:
        """Ends and starts jobs up to the present."""
        now = self._time.now
        while self._queue:
            job = self._queue[0]
            if job.end is None:
                self._start(job)
            if job.end is None or job.end > now:
                return
            self._queue.popleft()
            self._finish(job)

    def _enqueue(self, job: Job) -> None:
        if not self._queue:
            self._free_at = max(self._free_at, self._time.now)
        self._queue.append(job)
        self.settle()

    def _start(self, job: Job) -> None:
        """The job reaches the head of the queue: the gate decides."""
        if job.a is None or job.b is None:
            job.verdict, duration = EngineResult.SHAPE, 0
        else:
            job.cycles = cost(job.a.shape[0], job.a.shape[1], job.b.shape[1])
            job.verdict, speed = self._gate.admit(job.cycles, self._free_at)
            duration = job.cycles * CYCLE * FULL_SPEED // speed if speed else 0
            self._meter += job.cycles if speed else 0
        job.end = self._free_at = self._free_at + duration

    def _finish(self, job: Job) -> None:
        if job.verdict in COMPLETED_RESULTS and job.a is not None and job.b is not None:
            job.product = job.a.astype(np.int32) @ job.b.astype(np.int32)
        else:
            job.cycles = 0
        job.result = job.verdict
        if job.from_cpu:
            self._completed.append(job)
            self.poke(EngineRegs.STATUS, 1)
            if job.product is not None:
                self._c += job.product.astype("<i4").tobytes()

    def next_irq(self) -> int | None:
        """When the interrupt will be asserted, or None."""
        if not self._slab[_IER_AT]:
            return None
        self.settle()
        if self.peek(EngineRegs.STATUS):
            return self._time.now
        return self._queue[0].end if self._queue else None

    # -- Registers --------------------------------------------------------------------------

    @on_write_fifo(EngineRegs.A_IN)
    def _a_in(self, data: bytes) -> None:
        self._a += data[: OPERAND_BYTES - len(self._a)]

    @on_write_fifo(EngineRegs.B_IN)
    def _b_in(self, data: bytes) -> None:
        self._b += data[: OPERAND_BYTES - len(self._b)]

    @on_read_fifo(EngineRegs.C_OUT)
    def _c_out(self, count: int) -> bytes:
        self.settle()
        data = bytes(self._c[:count])
        del self._c[:count]
        return data.ljust(count, b"\0")

    @on_write(EngineRegs.DOORBELL)
    def _doorbell(self, tag: int) -> None:
        self.settle()
        if len(self._queue) >= QUEUE_DEPTH:
            return
        m, k, n = (
            (self.peek(EngineRegs.SHAPE) & each.mask) >> each.lsb
            for each in EngineRegs.SHAPE.fields
        )
        job = Job(tag, None, None, from_cpu=True)
        fits = all(0 < each <= MAX_DIMENSION for each in (m, k, n))
        if fits and m * k <= len(self._a) and k * n <= len(self._b):
            job.a = np.frombuffer(bytes(self._a[: m * k]), dtype=np.int8).reshape(m, k)
            job.b = np.frombuffer(bytes(self._b[: k * n]), dtype=np.int8).reshape(k, n)
            del self._a[: m * k]
            del self._b[: k * n]
        self._enqueue(job)

    @on_read(EngineRegs.QUEUE)
    def _occupancy(self) -> int:
        self.settle()
        jobs, free = EngineRegs.QUEUE.fields
        return len(self._queue) << jobs.lsb | QUEUE_DEPTH - len(self._queue) << free.lsb

    @on_read(EngineRegs.STATUS)
    def _status(self) -> int:
        self.settle()
        return self.peek(EngineRegs.STATUS)

    @on_write(EngineRegs.STATUS)
    def _acknowledge(self, value: int) -> None:
        self.settle()
        if value and self._completed:
            self._completed.popleft()
        self.poke(EngineRegs.STATUS, 1 if self._completed else 0)

    def _oldest(self) -> Job | None:
        self.settle()
        return self._completed[0] if self._completed else None

    @on_read(EngineRegs.RESULT)
    def _result(self) -> int:
        job = self._oldest()
        return job.result if job else EngineResult.NONE

    @on_read(EngineRegs.RESULT_TAG)
    def _result_tag(self) -> int:
        job = self._oldest()
        return job.tag if job else 0

    @on_read(EngineRegs.RESULT_CYCLES)
    def _result_cycles(self) -> int:
        job = self._oldest()
        return job.cycles if job else 0

    @on_write(EngineRegs.CONTROL)
    def _control(self, value: int) -> None:
        if value:
            self.settle()
            self._empty()
            self.poke(EngineRegs.STATUS, 0)

    @on_read(EngineRegs.METER_LO)
    def _meter_low(self) -> int:
        total = self.meter
        self._latched_high = total >> 32
        return total & 0xFFFFFFFF

    @on_read(EngineRegs.METER_HI)
    def _meter_high(self) -> int:
        return self._latched_high

    # -- Snapshot ------------------------------------------------------------------------------

    def capture(self) -> State:
        """FIFOs and jobs; a job that the host bus submitted loses its submitter."""
        now = self._time.now
        return State(
            self.name,
            registers=bytes(self._slab),
            a=bytes(self._a),
            b=bytes(self._b),
            c=bytes(self._c),
            free_at=self._free_at - now,
            meter=self._meter,
            latched_high=self._latched_high,
            queue=[_capture(job, now) for job in self._queue],
            completed=[_capture(job, now) for job in self._completed],
        )

    def restore(self, state: State) -> None:
        """Takes FIFOs and jobs."""
        now = self._time.now
        self._slab[:] = state.blob("registers", len(self._slab))
        self._a[:] = state.blob("a")
        self._b[:] = state.blob("b")
        self._c[:] = state.blob("c")
        self._free_at = now + state.integer("free_at")
        self._meter = state.integer("meter")
        self._latched_high = state.integer("latched_high")
        self._queue = deque(_restore(each, now) for each in state.parts("queue"))
        self._completed = deque(_restore(each, now) for each in state.parts("completed"))


def _capture(job: Job, now: int) -> State:
    rows = None if job.a is None else job.a.shape[0]
    return State(
        "job",
        tag=job.tag,
        rows=rows,
        a=None if job.a is None else job.a.tobytes(),
        b=None if job.b is None else job.b.tobytes(),
        from_cpu=job.from_cpu,
        result=job.result.name,
        cycles=job.cycles,
        verdict=job.verdict.name,
        end=None if job.end is None else job.end - now,
    )


def _restore(state: State, now: int) -> Job:
    a, b = state.optional_blob("a"), state.optional_blob("b")
    rows, end = state.optional_integer("rows"), state.optional_integer("end")
    job = Job(state.integer("tag"), None, None, state.flag("from_cpu"))
    job.result = state.member("result", EngineResult)
    job.cycles = state.integer("cycles")
    job.verdict = state.member("verdict", EngineResult)
    job.end = None if end is None else now + end
    if a is not None and b is not None and rows is not None:
        job.a = np.frombuffer(a, dtype=np.int8).reshape(rows, -1)
        job.b = np.frombuffer(b, dtype=np.int8).reshape(job.a.shape[1], -1)
    return job
