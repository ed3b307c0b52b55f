# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The back ends of verification, one by one: for tests and benchmarks.

Programs call `verify` and `verify_batch`, which use the back end chosen for the process: the
best that the processor allows, or the one named by the environment variable
``MOORING_VERIFY_BACKEND`` when it started. All give the same verdicts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Final

from mooring_firmware._buffers import BufferLike
from mooring_firmware._core import CORE, Core, VerifyStatus

VARIABLE: Final = "MOORING_VERIFY_BACKEND"


class BackendError(RuntimeError):
    """There is no such back end, or this processor lacks what it needs."""


@dataclass(frozen=True)
class Backend:
    """One way to verify."""

    name: str
    available: bool
    """Whether this processor, with its operating system, can run it."""
    _core: Core = field(repr=False)
    _handle: Any = field(repr=False)

    def verify_status(self, public_key: bytes, message: bytes, signature: bytes) -> VerifyStatus:
        """Judges one signature; a key of 32 bytes, a signature of 64."""
        if len(public_key) != 32 or len(signature) != 64:
            raise ValueError(
                f"key of {len(public_key)} and signature of {len(signature)} bytes, not 32 and 64"
            )
        lib = self._core.lib
        return VerifyStatus(
            lib.verify_with(self._runnable(), public_key, message, len(message), signature)
        )

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Judges one signature, as `verify`."""
        return self.verify_status(public_key, message, signature) is VerifyStatus.OK

    def verify_batch(
        self,
        keys: BufferLike,
        signatures: BufferLike,
        messages: BufferLike,
        offsets: BufferLike | None = None,
        *,
        threads: int = 1,
    ) -> bytes:
        """Judges many signatures, as `verify_batch`."""
        return self._core.verify_batch(
            keys, signatures, messages, offsets, threads=threads, backend=self._runnable()
        )

    def _runnable(self) -> Any:
        if not self.available:
            raise BackendError(f"this processor cannot run the back end {self.name}")
        return self._handle


def backends(core: Core = CORE) -> tuple[Backend, ...]:
    """All back ends of this build, the slowest first; some may not be available here."""
    lib = core.lib
    features: int = lib.cpu_features()
    handles = [lib.verify_backend_at(index) for index in range(lib.verify_backend_count())]
    return tuple(
        Backend(
            _name_of(core, handle),
            handle.needs & ~features == 0,
            core,
            handle,
        )
        for handle in handles
    )


def chosen_backend(core: Core = CORE) -> Backend:
    """The back end of this process.

    Raises:
        BackendError: the environment names none that this build and processor have.
    """
    chosen = core.lib.verify_backend_chosen()
    if chosen != core.ffi.NULL:
        name = _name_of(core, chosen)
        return next(each for each in backends(core) if each.name == name)
    wanted = os.environ.get(VARIABLE, "")
    known = {each.name: each for each in backends(core)}
    usable = ", ".join(name for name, each in known.items() if each.available)
    found = known.get(wanted)
    problem = "is unknown" if found is None else "needs instructions that this processor lacks"
    raise BackendError(f"{VARIABLE}={wanted}: this back end {problem}; usable are: {usable}")


def _name_of(core: Core, handle: Any) -> str:
    name: bytes = core.ffi.string(handle.name)  # type: ignore[assignment]  # of char, so bytes
    return name.decode("ascii")
