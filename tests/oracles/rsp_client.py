# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A client of GDB's remote serial protocol, written from its description alone.

It shares nothing with the stub: "Debugging with GDB", appendix "GDB Remote Serial Protocol".
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Final

ANSWER_TIMEOUT_S: Final = 30.0


def checksum(body: bytes) -> bytes:
    """Two digits: the sum of the bytes modulo 256."""
    total = 0
    for byte in body:
        total = (total + byte) % 256
    return f"{total:02x}".encode("ascii")


def escape(data: bytes) -> bytes:
    """Hides the bytes that frame packets behind a brace."""
    out = b""
    for byte in data:
        out += b"}" + bytes([byte ^ 0x20]) if chr(byte) in "#$}*" else bytes([byte])
    return out


def unescape(body: bytes) -> bytes:
    """Undoes `escape`."""
    out, rest = b"", body
    while rest:
        if rest[:1] == b"}":
            out += bytes([rest[1] ^ 0x20])
            rest = rest[2:]
        else:
            out += rest[:1]
            rest = rest[1:]
    return out


def packet(data: bytes) -> bytes:
    """A packet with its checksum."""
    body = escape(data)
    return b"$" + body + b"#" + checksum(body)


def take_packet(stream: bytes) -> tuple[bytes, bytes]:
    """The data of the first packet, after any acknowledgements, and what follows it.

    Raises:
        ValueError: there is no whole packet, or its checksum is wrong.
    """
    begin = stream.index(b"$")
    if stream[:begin].strip(b"+-"):
        raise ValueError(f"stray bytes before a packet: {stream[:begin]!r}")
    end = stream.index(b"#", begin)
    if len(stream) < end + 3:
        raise ValueError("the checksum is cut off")
    body = stream[begin + 1 : end]
    if stream[end + 1 : end + 3] != checksum(body):
        raise ValueError(f"wrong checksum of {body!r}")
    return unescape(body), stream[end + 3 :]


def packets(stream: bytes) -> list[bytes]:
    """The data of all packets of a stream that ends with one."""
    found: list[bytes] = []
    while b"$" in stream:
        data, stream = take_packet(stream)
        found.append(data)
    return found


@dataclass(frozen=True)
class Stopped:
    """A stop reply.

    Attributes:
        signal: in GDB's numbers.
        fields: what it tells, by name; registers by their two digits.
        said: what the target printed before it.
    """

    signal: int
    fields: dict[str, str]
    said: str

    @property
    def pc(self) -> int:
        """Register 32."""
        return int.from_bytes(bytes.fromhex(self.fields["20"]), "little")


class RspClient:
    """A connection to a stub, without acknowledgements from the first answer on."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), ANSWER_TIMEOUT_S)
        self._received = b""
        self.ask("qSupported:hwbreak+")
        if self.ask("QStartNoAckMode") != b"OK":
            raise AssertionError("no no-ack mode")

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def __enter__(self) -> RspClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, raw: bytes) -> None:
        """Bytes as they are."""
        self._socket.sendall(raw)

    def receive(self) -> bytes:
        """The data of the next packet."""
        while True:
            try:
                data, self._received = take_packet(self._received)
            except ValueError:
                if b"#" in self._received[:-2]:
                    raise
            else:
                return data
            more = self._socket.recv(65536)
            if not more:
                raise EOFError("the stub hung up")
            self._received += more

    def ask(self, text: str) -> bytes:
        """The answer to a packet."""
        self.send(packet(text.encode("ascii")))
        return self.receive()

    def wait(self) -> Stopped:
        """The next stop reply."""
        said = ""
        while (data := self.receive())[:1] == b"O":
            said += bytes.fromhex(data[1:].decode("ascii")).decode()
        return parse_stop(data, said)

    def run(self, text: str) -> Stopped:
        """Sends a packet that lets the target go on, and waits for it to stop."""
        self.send(packet(text.encode("ascii")))
        return self.wait()

    def read(self, address: int, size: int) -> bytes:
        """Memory."""
        return bytes.fromhex(self.ask(f"m{address:x},{size:x}").decode("ascii"))

    def register(self, number: int) -> int:
        """One register."""
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}").decode("ascii")), "little")

    def monitor(self, command: str) -> str:
        """The answer to a command of the stub's own."""
        answer = self.ask("qRcmd," + command.encode().hex())
        return "" if answer == b"OK" else bytes.fromhex(answer.decode("ascii")).decode()


def parse_stop(data: bytes, said: str = "") -> Stopped:
    """A ``T`` packet.

    Raises:
        ValueError: it is none.
    """
    if data[:1] != b"T":
        raise ValueError(f"not a stop reply: {data!r}")
    pairs = [field.partition(":") for field in data[3:].decode("ascii").split(";") if field]
    return Stopped(int(data[1:3], 16), {name: value for name, _, value in pairs}, said)
