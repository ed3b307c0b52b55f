# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What can go wrong, each kind with what was attempted, what was found and what to try.

Library code raises these and nothing else on purpose; only the command line prints. Evidence
or a location that is appraised and found wanting is a result, not an error; `Refused` exists
for callers who asked for a licence and did not get one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostics:
    """A failure in the three parts that a person needs."""

    attempted: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.attempted}: {self.found}"
        return f"{text}\n{self.hint}" if self.hint else text


class Error(Exception):
    """Base of all errors of this package.

    Args:
        attempted: what was being done, as in "read the key file licence.pem".
        found: what stood in the way, with what was expected where that is not plain.
        hint: what to try next; empty if there is nothing useful to say.
    """

    def __init__(self, attempted: str, found: str, hint: str = "") -> None:
        super().__init__(attempted, found, hint)
        self.attempted = attempted
        self.found = found
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.attempted}: {self.found}"

    def diagnostics(self) -> Diagnostics:
        """The failure in parts, for whoever shows it to a person."""
        return Diagnostics(self.attempted, self.found, self.hint)


class UsageError(Error):
    """An argument that can never be right, whatever the chip or the database say."""


class TransportError(Error):
    """The line itself failed: no such port, no permission, closed under way."""


class NoAnswer(TransportError):
    """Not one byte came back within the time allowed."""


class GarbageAnswer(TransportError):
    """Bytes came back, but no frame of the protocol among them."""


class ProtocolError(Error):
    """A well-framed message that says something this protocol version does not allow."""


class CborError(Error):
    """Bytes that are not one item of deterministic CBOR (RFC 8949 §4.2.1)."""


class TokenError(Error):
    """A token that is not of its profile.

    Attributes:
        word: the name of the error word with which a chip refuses the same fault, or
            CBOR_NOT_DETERMINISTIC, which stands for all of a chip's CBOR words.
    """

    def __init__(self, word: str, attempted: str, found: str, hint: str = "") -> None:
        super().__init__(attempted, found, hint)
        self.word = word

    def __str__(self) -> str:
        return f"{self.attempted}: {self.word}: {self.found}"


class ChipError(Error):
    """The chip answered with an error word.

    Attributes:
        word: the 32-bit word as received.
        name: its name, or ``UNKNOWN_xxxxxxxx`` for a word of another firmware.
        meaning: one sentence.
        retry_after_s: seconds until the chip listens again; None unless it backs off.
    """

    def __init__(
        self,
        attempted: str,
        word: int,
        name: str,
        meaning: str,
        hint: str = "",
        retry_after_s: int | None = None,
    ) -> None:
        found = f"{name}: {meaning}"
        if retry_after_s is not None:
            found = f"{found} ({retry_after_s} s left)"
        super().__init__(attempted, found, hint)
        self.word = word
        self.name = name
        self.meaning = meaning
        self.retry_after_s = retry_after_s


class KeyFileError(Error):
    """A key that cannot be read, written or used."""


class FileError(Error):
    """A file of ours that cannot be read, written or understood."""


class DatabaseError(Error):
    """The authority's records cannot be opened, read or written."""


class UnknownRecordError(DatabaseError):
    """The authority holds no record of what was asked for."""


class Refused(Error):
    """A request was appraised and refused; nothing is wrong with tools or line.

    Attributes:
        reasons: every reason, most important first.
    """

    def __init__(self, attempted: str, reasons: tuple[str, ...], hint: str = "") -> None:
        super().__init__(attempted, "; ".join(reasons), hint)
        self.reasons = reasons
