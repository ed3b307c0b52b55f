# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip for the length of one command: opened, reset if asked, traced if asked, closed."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from mooring_host.chip import ChipClient
from mooring_host.cli._app import App, Before
from mooring_host.errors import FileError, TransportError
from mooring_host.link import DEFAULT_TIMEOUT_S, Observer, WireEvent
from mooring_host.transport import SerialTransport
from mooring_host.wire.requester import Requester

NONCE_BYTES: Final = 32
_TRACE_WIDTH: Final = 16


@contextmanager
def chip_client(app: App) -> Generator[ChipClient]:
    """The chip on the port of `app`.

    Raises:
        UsageError: no port was named.
        TransportError: it cannot be opened, or has no reset line to pull.
    """
    with ExitStack() as stack:
        client = stack.enter_context(open_client(app, _observer(app, stack)))
        _reset(client, app.setting("before", str))
        yield client
        _reset(client, app.setting("after", str))


def open_client(app: App, observer: Observer | None = None) -> ChipClient:
    """The chip on the port of `app`, left as it is found.

    Raises:
        UsageError: no port was named.
        TransportError: it cannot be opened.
    """
    transport = app.edges.open_port(app.port, app.baud)
    timeout_s = app.setting("timeout", float) or DEFAULT_TIMEOUT_S
    requester = Requester.draw(app.edges.entropy)
    output = app.output

    def tell(seconds: int) -> None:
        if output.terminal or output.verbose:
            output.note(f"The chip backs off after refusals; trying again in {seconds} s.")

    return ChipClient(
        transport, timeout_s=timeout_s, observer=observer, requester=requester, on_wait=tell
    )


def fresh_nonce(app: App) -> bytes:
    """A nonce of ours, as challenges want one."""
    return app.edges.entropy(NONCE_BYTES)


def _reset(client: ChipClient, how: str | None) -> None:
    match Before(how or Before.NONE):
        case Before.NONE:
            pass
        case Before.COMMAND_RESET:
            client.reset()
        case Before.LINE_RESET:
            transport = client.link.transport
            if not isinstance(transport, SerialTransport):
                raise TransportError(
                    f"pull the reset line of {transport.name}", "this port has none"
                )
            transport.pulse_reset()


def _observer(app: App, stack: ExitStack) -> Observer | None:
    path = app.setting("trace", Path)
    if path is None:
        return None
    file: IO[str]
    if str(path) == "-":
        file = sys.stderr
    else:
        try:
            file = stack.enter_context(path.open("w", encoding="ascii"))
        except OSError as error:
            raise FileError(f"write the trace {path}", error.strerror or str(error)) from error
    return lambda event: _trace(event, file)


def _trace(event: WireEvent, file: IO[str]) -> None:
    for at in range(0, len(event.data), _TRACE_WIDTH):
        part = event.data[at : at + _TRACE_WIDTH]
        file.write(f"{event.at:14.6f} {event.direction.value} {part.hex(' ')}\n")
