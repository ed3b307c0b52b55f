# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The server's side of the lab socket: any number of clients, one command line at a time."""

from __future__ import annotations

import selectors
import socket
from pathlib import Path
from typing import Final

from mooring_lab import control
from mooring_lab.errors import ServeError
from mooring_lab.lab import Lab
from mooring_lab.serve.reactor import Reactor, Stream


class _Client:
    def __init__(self, owner: LabSocket, peer: socket.socket, reactor: Reactor) -> None:
        self._owner = owner
        self._peer = peer
        self._received = bytearray()
        self._stream = Stream(reactor, peer.fileno(), self._arrived, self.close)

    def _arrived(self, data: bytes) -> None:
        self._received += data
        while b"\n" in self._received:
            line, _, rest = self._received.partition(b"\n")
            self._received = rest
            self._stream.send(self._owner.answer(bytes(line)) + b"\n")
        if len(self._received) > control.MAX_LINE_BYTES:
            self.close()

    def close(self) -> None:
        self._stream.close()
        self._peer.close()
        self._owner.left(self)


class LabSocket:
    """Listens at `path` and performs what clients ask on `lab`.

    Only this user can reach it: the folder is the user's own.

    Raises:
        ServeError: the socket can't be made.
    """

    def __init__(self, reactor: Reactor, lab: Lab, path: Path) -> None:
        self.path: Final = path
        self._reactor = reactor
        self._lab = lab
        self._clients: set[_Client] = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # The chip's name is locked by now, so what is there is a dead server's.
            path.unlink(missing_ok=True)
            self._listener.bind(str(path))
            self._listener.listen()
        except OSError as error:
            self._listener.close()
            raise ServeError(f"make the lab socket {path}", error.strerror or str(error)) from error
        self._listener.setblocking(False)
        reactor.watch(self._listener, self._accept, selectors.EVENT_READ)

    def _accept(self, _: int) -> None:
        try:
            peer, _address = self._listener.accept()
        except OSError:
            return
        self._clients.add(_Client(self, peer, self._reactor))

    def answer(self, line: bytes) -> bytes:
        """Performs one command line."""
        return control.answer(self._lab, line)

    def left(self, client: _Client) -> None:
        """Forgets a client that has gone."""
        self._clients.discard(client)

    def close(self) -> None:
        """Hangs up on all clients and removes the socket."""
        for client in tuple(self._clients):
            client.close()
        self._reactor.forget(self._listener)
        self._listener.close()
        self.path.unlink(missing_ok=True)
