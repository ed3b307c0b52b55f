# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Any bytes as an MCTP message to a chip, and what it answers."""

from __future__ import annotations

from typing import Final, NamedTuple

import cbor2
from oracles.cbor_build import Item, encode

from mooring_firmware.errors import ErrorWord
from mooring_host.wire.framing import FrameDecoder, encode_frame
from mooring_host.wire.mctp import Assembler, Packet
from mooring_models import Chip

REQUESTER: Final = 8
UNIT: Final = 251
# Vendor-defined, IANA enterprise 32473, version 1 (docs/protocol.md, Messages).
PREFIX: Final = bytes.fromhex("7f00007ed901")
PATIENCE_S: Final = 2.0


class Answer(NamedTuple):
    """A vendor-defined response."""

    command: int
    completion: int
    body: bytes

    @property
    def word(self) -> str:
        """The name of the error word of a refusal."""
        assert self.completion == 1, "the chip did not refuse"
        return ErrorWord(cbor2.loads(self.body)[1]).name


def command(code: int, body: Item | bytes = b"", *, completion: int = 0) -> bytes:
    """A request; a body that is bytes is sent as it is."""
    data = body if isinstance(body, bytes) else encode(body)
    return PREFIX + bytes((code, completion)) + bytes(data)


def frames(message: bytes, tag: int) -> list[bytes]:
    """The frames of a message of any length, too long ones included (DSP0236 section 8.1)."""
    pieces = [message[at : at + UNIT] for at in range(0, len(message), UNIT)] or [b""]
    found: list[bytes] = []
    for index, piece in enumerate(pieces):
        flags = (index == 0) << 7 | (index == len(pieces) - 1) << 6 | index % 4 << 4 | 1 << 3 | tag
        found.append(encode_frame(bytes((1, 0, REQUESTER, flags)) + piece))
    return found


def exchange(chip: Chip, message: bytes, *, tag: int = 3) -> bytes | None:
    """Sends a message and returns the answer, or None if none comes."""
    assembler, decoder = Assembler(REQUESTER), FrameDecoder()
    chip.link.receive()
    for frame in frames(message, tag):
        chip.link.send(frame)
    deadline = chip.loop.now + int(PATIENCE_S * 1e12)
    while chip.loop.run_until(lambda: chip.link.waiting > 0, deadline):
        for raw in decoder.feed(chip.link.receive()):
            answer = Packet.decode(raw)
            assert answer is not None
            assert (answer.tag, answer.tag_owner) == (tag, False)
            whole = assembler.feed(answer)
            if whole is not None:
                return whole.body
    return None


def ask(chip: Chip, message: bytes) -> Answer:
    """The answer to a vendor-defined message."""
    answer = exchange(chip, message)
    assert answer is not None
    assert answer.startswith(PREFIX)
    return Answer(answer[6], answer[7], answer[8:])
