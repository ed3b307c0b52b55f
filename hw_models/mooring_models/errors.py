# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What can go wrong in the models, as opposed to what a chip answers."""

from __future__ import annotations


class ModelError(Exception):
    """Base of every error the models raise.

    Attributes:
        attempted: what was being done.
        found: what stood in the way.
        hint: what to try, or an empty string.
    """

    def __init__(self, attempted: str, found: str, hint: str = "") -> None:
        super().__init__(f"{attempted}: {found}" + (f" ({hint})" if hint else ""))
        self.attempted = attempted
        self.found = found
        self.hint = hint

    def diagnostics(self) -> str:
        """The same in lines for a person: what was attempted, found, and what to try."""
        lines = [f"attempted: {self.attempted}", f"found: {self.found}"]
        return "\n".join([*lines, f"try: {self.hint}"] if self.hint else lines)


class BusError(ModelError):
    """An unmapped, misaligned or forbidden access; the CPU sees it as a bus fault.

    Attributes:
        address: byte address on the bus.
        register: ``BLOCK.REGISTER`` where the address names one, else ``unmapped``.
        access: ``read`` or ``write``.
        reason: the right that forbids it.
    """

    def __init__(self, access: str, register: str, address: int, reason: str) -> None:
        super().__init__(f"{access} of {register} at 0x{address:08X}", reason)
        self.address = address
        self.register = register
        self.access = access
        self.reason = reason


class PowerLost(ModelError):
    """The supply failed during an access; nothing further happens until power returns."""

    def __init__(self, during: str) -> None:
        super().__init__(during, "power was cut")


class ChipStateError(ModelError):
    """The chip cannot do that now: it is off, or has no working CPU back end."""


class LivelockError(ModelError):
    """The firmware keeps waking without consuming what wakes it."""


class HungError(ModelError):
    """The CPU neither waits nor halts: it executes without end, or a trap has nowhere to go."""


class CpuPaused(ModelError):
    """The CPU stopped in the middle of a step, as its debugger wanted.

    It reaches whoever lets time pass, for time stands still: the step goes on when time is
    let pass again.
    """

    def __init__(self, chip: str) -> None:
        super().__init__(f"run {chip}", "a debugger has stopped its CPU", "let the debugger go on")


class SnapshotError(ModelError):
    """A snapshot or state file is damaged, foreign or from another version."""
