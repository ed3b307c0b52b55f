# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Generate `frames.json`: frames, byte streams with damage, packets, and control messages.

What each case must yield follows from docs/protocol.md; frames and checks come from
`tests/oracles`, which computes them bit by bit.

    python tests/vectors/gen_frames.py            write the file
    python tests/vectors/gen_frames.py --check    exit 1 if the committed one differs
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from oracles.frame_reference import FLAG, body, escape, fcs, frame, packet, packet_with_fcs
from oracles.vector_file import run

OUTPUT: Final = Path(__file__).resolve().with_name("frames.json")
Row = Mapping[str, object]

A: Final = packet(b"\x7f\x00\x00\x7e\xd9\x01\x01\x00")
B: Final = packet(b"\x00\x80\x02", tag=2)
N126: Final = packet(bytes(122))


def fcs_rows() -> Iterator[Row]:
    """Yield check values; the first is the catalogue's (CRC-16/MCRF4XX)."""
    for comment, data in (
        ("the catalogue's check value", b"123456789"),
        ("nothing", b""),
        ("a zero byte", b"\0"),
        ("a one byte", b"\xff"),
        ("all bytes", bytes(range(256))),
    ):
        yield {"comment": comment, "data": data.hex(), "fcs": f"{fcs(data):04x}"}


def frame_rows() -> Iterator[Row]:
    """Yield packets with their frames."""
    for comment, data in (
        ("a request", A),
        ("the shortest packet", packet(b"\0")),
        ("the longest packet", packet(bytes(range(251)))),
        ("N is 7E", N126),
        ("N is 7D", packet(bytes(121))),
        ("nothing but 7E", b"\x7e" * 16),
        ("nothing but 7D", b"\x7d" * 16),
        ("bytes that look like escapes", packet(b"\x5e\x5d\x7d\x5e")),
        ("the longest frame", b"\x7e" * 255),
        ("FCS 7E7E", packet_with_fcs(0x7E7E)),
        ("FCS 7D5E", packet_with_fcs(0x7D5E)),
        ("FCS 7E01", packet_with_fcs(0x7E01)),
        ("FCS 017E", packet_with_fcs(0x017E)),
        ("FCS 0000", packet_with_fcs(0)),
    ):
        yield {"comment": comment, "packet": data.hex(), "frame": frame(data).hex()}


def streams() -> Iterator[tuple[str, bytes, Sequence[bytes]]]:
    """Yield what comes down a line, and the packets in it."""
    a, b = frame(A), frame(B)
    yield "two frames", a + b, [A, B]
    yield "one flag between two frames", a + b[1:], [A, B]
    yield "flags between frames", a + FLAG * 5 + b, [A, B]
    yield "text before a frame", b"boot 1.0\r\n" + a, [A]
    yield "text between frames", a + b"panic!" + b, [A, B]
    yield "a frame without opening flag", a[1:] + b, [B]
    yield "a frame cut in its packet", a[:7] + b, [B]
    yield "a frame cut after an escape", FLAG + b"\x01\x08\x01\x09\x08\x7d" + b, [B]
    yield "revision 0", FLAG + body(A, revision=0) + FLAG + b, [B]
    yield "revision 2", FLAG + body(A, revision=2) + FLAG + b, [B]
    for count in range(5):
        yield f"N of {count}", FLAG + body(A[:count]) + FLAG + b, [B]
    yield "N one too small", FLAG + body(A, count=len(A) - 1) + FLAG + b, [B]
    yield "N one too large", FLAG + body(A, count=len(A) + 1) + FLAG + b, [B]
    for bit in range(16):
        yield f"bit {bit} of the FCS wrong", FLAG + body(A, check=1 << bit) + FLAG + b, [B]
    complemented = FLAG + body(A, check=0xFFFF) + FLAG
    yield "FCS complemented", complemented + b, [B]
    good = body(A)
    swapped = FLAG + good[:-2] + good[:-3:-1] + FLAG
    yield "FCS low byte first", swapped + b, [B]
    over_escaped = fcs(bytes((1, len(B))) + escape(b"\x7e" + B[1:]))
    wrong = b"\x01" + bytes((len(B),)) + escape(b"\x7e" + B[1:]) + over_escaped.to_bytes(2, "big")
    yield "FCS over the escaped bytes", FLAG + wrong + FLAG + b, [B]
    yield "7E unescaped in the packet", FLAG + b"\x01\x08\x01\x09\x7e" + b, [B]
    for byte in (0x00, 0x5C, 0x5F, 0x7D, 0x7E, 0xFF):
        bad = FLAG + b"\x01\x08\x01\x09\x08\x7d" + bytes((byte,)) + b"\0" * 8 + FLAG
        yield f"7D {byte:02X} in the packet", bad + b, [B]
    needless = FLAG + b"\x01\x05\x01\x09\x08\xc9\x7d\x20"
    check = fcs(b"\x01\x05\x01\x09\x08\xc9\x00").to_bytes(2, "big")
    yield "an escape of a byte that needs none", needless + check + FLAG + b, [B]
    yield "an ordinary byte for the closing flag", a[:-1] + b"\0" + b, [B]
    yield "FCS 7E7E and no closing flag", frame(packet_with_fcs(0x7E7E))[:-1] + b"\0" + b, [B]
    yield "a packet of 126 bytes, whose N is 7E", frame(N126) + b, [N126, B]
    # What may be lost, and what brings the reader back.
    yield "a flag and a revision swallow the next opening flag", b"\x7e\x01" + a + b, [B]
    yield "three flags always bring it back: as N", b"\x7e\x01" + FLAG * 2 + a, [A]
    short = FLAG + b"\x01\x05\x01\x09\x08\xc9\x00"
    yield "three flags bring it back: where the FCS begins", short + FLAG * 2 + a, [A]
    yield "three flags bring it back: within the FCS", short + b"\0" + FLAG * 2 + a, [A]
    # The very FCS that the flags themselves would be: the frame is good, and then comes A.
    trap = packet_with_fcs(0x7E7E)
    yield "three flags that are FCS and end of a frame", frame(trap)[:-3] + FLAG * 3 + a, [trap, A]


def stream_rows() -> Iterator[Row]:
    """Yield streams as rows."""
    for comment, data, packets in streams():
        listed = [each.hex() for each in packets]
        yield {"comment": comment, "stream": data.hex(), "packets": listed}


def message(payload: bytes, unit: int, **fields: int) -> list[bytes]:
    """The packets of a message in units of `unit` bytes."""
    parts = [payload[at : at + unit] for at in range(0, len(payload), unit)]
    first = fields.pop("sequence", 0)
    return [
        packet(part, som=i == 0, eom=i == len(parts) - 1, sequence=(first + i) % 4, **fields)
        for i, part in enumerate(parts)
    ]


def assemblies() -> Iterator[tuple[str, Sequence[bytes], Sequence[str], Sequence[bytes]]]:
    """Yield packets, what each one does, and the messages they make."""
    text = bytes(index % 251 for index in range(200))
    whole = message(text, 64)
    done = ["none", "none", "none", "message"]
    yield "one packet", [A], ["message"], [A[4:]]
    yield "four packets", whole, done, [text]
    yield "a sequence that begins with 3", message(text, 64, sequence=3), done, [text]
    yield "units of 1 byte", message(text[:9], 1), ["none"] * 8 + ["message"], [text[:9]]
    yield "to the null endpoint", message(text, 64, destination=0), done, [text]
    yield "for another endpoint", message(text, 64, destination=10), ["none"] * 4, []
    yield "broadcast", message(text, 64, destination=255), ["none"] * 4, []
    yield "a response", message(text, 64, to=0), ["none"] * 4, []
    for version in (0, 2, 0x11):
        yield f"header version {version}", [packet(b"\0", version=version)], ["none"], []
    yield "no payload", [packet(b"")], ["none"], []
    yield "a header cut", [A[:3]], ["none"], []
    yield "a middle packet alone", whole[1:2], ["none"], []
    yield "the beginning missing", whole[1:], ["none"] * 3, []
    lost = [whole[0], *whole[2:]]
    yield "a packet missing", [*lost, *whole], ["none", "dropped", "none", *done], [text]
    twice = [whole[0], whole[1], whole[1], *whole[2:]]
    yield "a packet twice", twice, ["none", "none", "dropped", "none", "none"], []
    exchanged = [whole[0], whole[2], whole[1], whole[3]]
    yield "two packets exchanged", exchanged, ["none", "dropped", "none", "none"], []
    for what, fields in (
        ("source", {"source": 7}),
        ("tag", {"tag": 2}),
        ("destination", {"destination": 0}),
    ):
        foreign = packet(text[64:128], som=False, eom=False, sequence=1, **fields)
        mixed = [whole[0], foreign, *whole[1:]]
        yield f"a packet of another {what} between", mixed, ["none", *done], [text]
        ending = packet(b"end", som=False, sequence=1, **fields)
        yield (
            f"an end of another {what} between",
            [whole[0], ending, *whole[1:]],
            ["none", *done],
            [text],
        )
    response = packet(text[64:128], som=False, eom=False, sequence=1, to=False)
    yield "a response between", [whole[0], response, *whole[1:]], ["none", *done], [text]
    restarted = [*whole[:2], *whole]
    yield "a beginning again", restarted, ["none", "none", *done], [text]
    other = message(b"other", 64, source=7, tag=5)
    yield (
        "another requester's beginning takes over",
        [*whole[:2], *other, *whole[2:]],
        ["none", "none", "message", "none", "none"],
        [b"other"],
    )
    longer = [whole[0], packet(bytes(65), som=False, eom=False, sequence=1)]
    yield "a middle packet longer than the first", longer, ["none", "dropped"], []
    shorter = [whole[0], packet(bytes(63), som=False, eom=False, sequence=1)]
    yield "a middle packet shorter than the first", shorter, ["none", "dropped"], []
    last = [whole[0], packet(bytes(65), som=False, sequence=1)]
    yield "a last packet longer than the first", last, ["none", "dropped"], []
    equal = [whole[0], packet(bytes(64), som=False, sequence=1)]
    yield "a last packet as long as the first", equal, ["none", "message"], [text[:64] + bytes(64)]


def assembly_rows() -> Iterator[Row]:
    """Yield assemblies as rows."""
    for comment, packets, events, messages in assemblies():
        yield {
            "comment": comment,
            "packets": [each.hex() for each in packets],
            "events": list(events),
            "messages": [each.hex() for each in messages],
        }


def control_rows() -> Iterator[Row]:
    """Yield control messages in a row to one endpoint, and its answers."""
    for comment, request, response in (
        ("Get Endpoint ID", "008002", "00000200090000"),
        ("instance 31", "009f02", "001f0200090000"),
        ("a response", "000002", ""),
        ("a datagram", "00c002", ""),
        ("without command", "0080", ""),
        ("Get Endpoint ID with data", "00800200", "00000203"),
        ("Set Endpoint ID 8", "0081010008", "00010100000800"),
        ("the id is kept", "008202", "00020200080000"),
        ("force endpoint id 254", "00830101fe", "0003010000fe00"),
        ("endpoint id 0", "0084010000", "00040102"),
        ("endpoint id 7, which is reserved", "0084010007", "00040102"),
        ("endpoint id 255, broadcast", "00840100ff", "00040102"),
        ("reset the id", "0085010209", "00050102"),
        ("set discovered", "0085010309", "00050102"),
        ("reserved bits of the operation", "008501fc0a", "00050100000a00"),
        ("Set Endpoint ID without id", "00860100", "00060103"),
        ("Set Endpoint ID with too much", "008601000900", "00060103"),
        ("a refused id changed nothing", "008202", "000202000a0000"),
        ("Get Version Support of the base", "008704ff", "0007040001f1f3f100"),
        ("Get Version Support of control", "00870400", "0007040001f1f3f100"),
        ("Get Version Support of SPDM", "00870405", "00070480"),
        ("Get Version Support of nothing", "008704", "00070403"),
        ("Get Message Type Support", "008805", "00080500017f"),
        ("Get Message Type Support with data", "00880500", "00080503"),
        ("Get Endpoint UUID", "008903", "00090305"),
        ("command 0", "008a00", "000a0005"),
        ("command FF", "008aff", "000aff05"),
    ):
        yield {"comment": comment, "request": request, "response": response}


def vendor_rows() -> Iterator[Row]:
    """Yield vendor-defined requests: word, the command to answer with, and the body."""
    head = "7f00007ed9"
    for comment, request, word, command, text in (
        ("INFO", head + "010100", "OK", 1, ""),
        ("RESET", head + "010b00", "OK", 11, ""),
        ("RANGE_PROOF, the last command", head + "010d00", "OK", 13, ""),
        ("a body", head + "010200a10140", "OK", 2, "a10140"),
        ("another type", "7e00007ed9010100", "LINK_MESSAGE_TYPE", 0, ""),
        ("an integrity check", "ff00007ed9010100", "LINK_MESSAGE_TYPE", 0, ""),
        ("another vendor", "7f00007ed8010100", "LINK_MESSAGE_TYPE", 0, ""),
        ("a vendor in the other order", "7fd97e0000010100", "LINK_MESSAGE_TYPE", 0, ""),
        ("a type alone", "7f", "LINK_MESSAGE_TYPE", 0, ""),
        ("a vendor alone", head, "LINK_MESSAGE_TYPE", 0, ""),
        ("version 0", head + "000100", "LINK_VERSION", 1, ""),
        ("version 2", head + "020100", "LINK_VERSION", 1, ""),
        ("version 2 and an unknown command", head + "02ff00", "LINK_VERSION", 255, ""),
        ("no command", head + "01", "LINK_COMMAND_UNKNOWN", 0, ""),
        ("command 0", head + "010000", "LINK_COMMAND_UNKNOWN", 0, ""),
        ("command 0E", head + "010e00", "LINK_COMMAND_UNKNOWN", 14, ""),
        ("command FF", head + "01ff00", "LINK_COMMAND_UNKNOWN", 255, ""),
        ("no reserved byte", head + "0101", "LINK_BODY_MALFORMED", 1, ""),
        ("reserved byte 1", head + "010101", "LINK_BODY_MALFORMED", 1, ""),
        ("reserved byte FF and a body", head + "0102ffa10140", "LINK_BODY_MALFORMED", 2, ""),
    ):
        yield {
            "comment": comment,
            "request": request,
            "word": word,
            "command": command,
            "body": text,
        }


GROUPS: Final = {
    "fcs": fcs_rows,
    "frames": frame_rows,
    "streams": stream_rows,
    "assemblies": assembly_rows,
    "control": control_rows,
    "vendor": vendor_rows,
}

if __name__ == "__main__":
    sys.exit(run(__file__, OUTPUT, GROUPS, "docs/protocol.md"))
