# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""One thread's waiting place: who wants to hear about which file descriptor."""

from __future__ import annotations

import os
import selectors
from collections.abc import Callable
from typing import Final, Protocol

READ_BYTES: Final = 65536
# More than any answer of a chip; a peer that leaves this unread has gone.
MAX_PENDING_BYTES: Final = 1 << 20


class HasFileno(Protocol):
    """A socket, or anything else with a file descriptor."""

    def fileno(self) -> int:
        """The descriptor."""
        ...


class Reactor:
    """Calls back when descriptors are ready; owns no descriptor itself."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, file: HasFileno | int, on_ready: Callable[[int], None], events: int) -> None:
        """Calls `on_ready` with the ready events; replaces an earlier watch of the same file."""
        if self._selector.get_map().get(file) is None:
            self._selector.register(file, events, on_ready)
        else:
            self._selector.modify(file, events, on_ready)

    def forget(self, file: HasFileno | int) -> None:
        """Ends a watch; nothing if there is none."""
        if self._selector.get_map().get(file) is not None:
            self._selector.unregister(file)

    def wait(self, timeout_s: float | None) -> None:
        """Waits for at most `timeout_s` and serves what is ready."""
        for key, events in self._selector.select(timeout_s):
            # A callback may have ended the watch of a file that became ready with its own.
            if self._selector.get_map().get(key.fd) is key:
                callback: Callable[[int], None] = key.data
                callback(events)

    def close(self) -> None:
        """Ends every watch."""
        self._selector.close()


class Stream:
    """A non-blocking descriptor: bytes in by callback, bytes out through a bounded buffer.

    Args:
        reactor: where it waits.
        fd: the descriptor; the caller owns and closes it.
        on_bytes: gets what arrives.
        on_closed: called once when the peer has gone, or reads too little.
        lossy: drop what does not fit instead of giving the peer up, as a wire does that
            nobody listens to.
    """

    def __init__(
        self,
        reactor: Reactor,
        fd: int,
        on_bytes: Callable[[bytes], None],
        on_closed: Callable[[], None],
        *,
        lossy: bool = False,
    ) -> None:
        self._reactor = reactor
        self._fd = fd
        self._on_bytes = on_bytes
        self._on_closed = on_closed
        self._lossy = lossy
        self._pending = bytearray()
        self._open = True
        os.set_blocking(fd, False)
        self._watch()

    def _watch(self) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._pending else 0)
        self._reactor.watch(self._fd, self._ready, events)

    def _ready(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._flush()
        if self._open and events & selectors.EVENT_READ:
            try:
                data = os.read(self._fd, READ_BYTES)
            except BlockingIOError:
                return
            except OSError:  # reset by the peer
                data = b""
            if data:
                self._on_bytes(data)
            else:
                self._gone()

    def send(self, data: bytes) -> None:
        """Sends, or keeps what does not fit for later."""
        if not self._open:
            return
        self._pending += data
        self._flush()

    def _flush(self) -> None:
        try:
            while self._pending:
                sent = os.write(self._fd, self._pending)
                del self._pending[:sent]
        except BlockingIOError:
            if len(self._pending) > MAX_PENDING_BYTES:
                if not self._lossy:
                    self._gone()
                    return
                self._pending.clear()
        except OSError:
            self._gone()
            return
        self._watch()

    def _gone(self) -> None:
        if self._open:
            self.close()
            self._on_closed()

    def close(self) -> None:
        """Stops watching; sends nothing more."""
        self._open = False
        self._pending.clear()
        self._reactor.forget(self._fd)
