# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Turns the table of error words into Python, Markdown and packed names.

``include/mooring/error_table.h`` is the one place where an error word is written
down.  This program makes ``mooring_firmware/errors.py`` (so that the host explains a
chip's answer in words), ``docs/error-words.md``, and ``rom/generated/error_names.h`` (the
names that the chip prints on its console, in a third of their bytes) from it.

Usage: ``python firmware/rom/gen_errors.py [--check]``; with ``--check`` it writes nothing
and exits 1 if a committed output differs from what it would write.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FIRMWARE: Final = Path(__file__).resolve().parent.parent
TABLE: Final = FIRMWARE / "include" / "mooring" / "error_table.h"
PYTHON: Final = FIRMWARE / "python" / "mooring_firmware" / "errors.py"
NAMES: Final = FIRMWARE / "rom" / "generated" / "error_names.h"
MARKDOWN: Final = FIRMWARE.parent / "docs" / "error-words.md"

ENTRY: Final = re.compile(
    r"""^\s*X\(\s*(?P<name>\w+)\s*,\s*(?P<upper>[A-Z0-9_]+)\s*,
        \s*'(?P<tag0>[A-Z])'\s*,\s*'(?P<tag1>[A-Z])'\s*,\s*(?P<number>\d+)\s*,
        \s*kErrorClass(?P<kind>Plain|Logged|Fatal)\s*,\s*"(?P<meaning>[^"\\]+)"\s*\)\s*\\?$""",
    re.VERBOSE,
)
MODULES: Final = {
    "LK": "link",
    "CB": "CBOR",
    "CO": "COSE frame",
    "KY": "signing key",
    "TR": "trust list",
    "CL": "claims",
    "DC": "decision",
    "CM": "commit",
    "FU": "fuses",
    "EN": "engine",
    "HW": "hardware",
    "RG": "ranging",
    "OK": "no failure",
}
KINDS: Final = {
    "Plain": "leaves no log entry",
    "Logged": "adds a log entry",
    "Fatal": "ends in shutdown",
}
# Generator polynomial of the BCH [15,7,5] code: x^8 + x^7 + x^6 + x^4 + 1.
GENERATOR: Final = 0b1_1101_0001


class TableError(Exception):
    """The table breaks one of the rules in its own header."""


@dataclass(frozen=True)
class Entry:
    """One line of the table."""

    name: str
    upper: str
    tag: str
    number: int
    kind: str
    meaning: str

    @property
    def word(self) -> int:
        """The 32-bit word on the wire and in ``RSTMGR.SHUTDOWN``."""
        return int.from_bytes(self.tag.encode("ascii"), "big") << 16 | encode(self.number)


def encode(number: int) -> int:
    """The extended BCH [16,7,6] code word of a 7-bit number, systematic, parity last."""
    remainder = number << 8
    for bit in range(14, 7, -1):
        if remainder >> bit & 1:
            remainder ^= GENERATOR << (bit - 8)
    word = number << 8 | remainder
    return word << 1 | (word.bit_count() & 1)


def parse(text: str) -> list[Entry]:
    """Reads the table.

    Raises:
        TableError: a line is not of the form above, or a name, number or tag is wrong.
    """
    entries: list[Entry] = []
    for line_number, line in enumerate(text.splitlines(), start=1):
        if not line.lstrip().startswith("X("):
            continue
        match = ENTRY.match(line)
        if match is None:
            raise TableError(f"line {line_number}: not an entry: {line.strip()}")
        entries.append(
            Entry(
                name=match["name"],
                upper=match["upper"],
                tag=match["tag0"] + match["tag1"],
                number=int(match["number"]),
                kind=match["kind"],
                meaning=match["meaning"],
            )
        )
    _check(entries)
    return entries


def _check(entries: Sequence[Entry]) -> None:
    if not entries:
        raise TableError("the table has no entry")
    seen: dict[int, str] = {}
    for entry in entries:
        if not 1 <= entry.number <= 127:
            raise TableError(f"{entry.upper}: number {entry.number} is not in 1..127")
        if entry.number in seen:
            raise TableError(f"{entry.upper}: number {entry.number} is {seen[entry.number]}'s")
        seen[entry.number] = entry.upper
        if entry.tag not in MODULES:
            raise TableError(f"{entry.upper}: tag {entry.tag} has no module name")
        if entry.upper.replace("_", "") != entry.name.upper():
            raise TableError(f"{entry.upper}: its enumerator {entry.name} is another word")
        if not entry.meaning.endswith("."):
            raise TableError(f"{entry.upper}: the meaning is not a sentence")


BANNER: Final = "Generated from firmware/include/mooring/error_table.h. Do not edit."

# -----------------------------------------------------------------------------
# Names
# -----------------------------------------------------------------------------

# Symbols of a packed name; a letter or "_" is its ASCII code less that of "@".
SYMBOL_BITS: Final = 5
END: Final = 0
AS_BEFORE: Final = 27  # all that the previous name has up to its first "_", that included

NAMES_HEAD: Final = """\
// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors
// {banner}

// The names of the error words, in the order of the table: symbols of {bits}
// bits, the first in the lowest bits. Symbol 0 ends a name, {before} stands for
// what the previous name has up to its first underscore, any other for the
// character '@' + symbol.

// clang-format off
static const uint8_t kErrorNames[] = {{
{names}
}};

// A bit a word, in the order of the table: whether it is logged.
static const uint8_t kErrorLogged[] = {{
{logged}
}};
"""


def symbols(entries: Sequence[Entry]) -> list[int]:
    """All names as symbols.

    Raises:
        TableError: a name has a character without a symbol.
    """
    out: list[int] = []
    previous = ""
    for entry in entries:
        name = entry.upper
        if not re.fullmatch("[A-Z_]{1,31}", name):
            raise TableError(f"{name}: a name has at most 31 letters and underscores")
        shared = previous[: previous.find("_") + 1]
        if shared and name.startswith(shared):
            out.append(AS_BEFORE)
            name = name.removeprefix(shared)
        out += [ord(character) - ord("@") for character in name]
        out.append(END)
        previous = entry.upper
    return out


def _rows(number: int, size: int) -> str:
    """The `size` bytes of `number`, the lowest first, as elements of a C array."""
    data = number.to_bytes(size, "little")
    rows = [data[at : at + 12] for at in range(0, size, 12)]
    return "\n".join("  " + " ".join(f"0x{byte:02x}," for byte in row) for row in rows)


def packed_names(entries: Sequence[Entry]) -> str:
    """The text of ``error_names.h``."""
    names = sum(symbol << SYMBOL_BITS * place for place, symbol in enumerate(symbols(entries)))
    logged = sum((entry.kind == "Logged") << index for index, entry in enumerate(entries))
    return NAMES_HEAD.format(
        banner=BANNER,
        bits=SYMBOL_BITS,
        before=AS_BEFORE,
        # One byte more, since a symbol is read out of two.
        names=_rows(names, -(-names.bit_length() // 8) + 1),
        logged=_rows(logged, -(-len(entries) // 8)),
    )


PYTHON_HEAD: Final = '''# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
# {banner}
"""The chip's error words, with what each one means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Final


class ErrorClass(Enum):
    """What the chip does besides answering with the word."""

    PLAIN = "plain"
    """A refusal that leaves no log entry."""
    LOGGED = "logged"
    """A complete, structurally valid token failed: the log gains an entry."""
    FATAL = "fatal"
    """The chip shuts down; the word is in ``RSTMGR.SHUTDOWN`` and on the console."""


class ErrorWord(IntEnum):
    """Every error word, in the order of the table."""

{members}

    @property
    def tag(self) -> str:
        """The two ASCII letters of the module that refused."""
        return int(self).to_bytes(4, "big")[:2].decode("ascii")

    @property
    def error_class(self) -> ErrorClass:
        """Whether the word is plain, logged or fatal."""
        if self in _FATAL_WORDS:
            return ErrorClass.FATAL
        return ErrorClass.LOGGED if self in LOGGED_WORDS else ErrorClass.PLAIN

    @property
    def module(self) -> str:
        """What part of the chip refused."""
        return _MODULES[self.tag]

    @property
    def meaning(self) -> str:
        """One sentence for a person."""
        return _MEANINGS[self]


@dataclass(frozen=True)
class ErrorInfo:
    """All that is known of one word."""

    word: ErrorWord
    module: str
    error_class: ErrorClass
    meaning: str


ERROR_OK: Final = 0x{ok:08X}
"""The word for "no failure"; it never travels."""

_MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {{
{modules}
    }}
)

LOGGED_WORDS: Final[tuple[ErrorWord, ...]] = (
{logged}
)
"""The logged words in table order: their places in a record's LOG_COUNTER."""

_FATAL_WORDS: Final = frozenset(
    {{
{fatal}
    }}
)

_MEANINGS: Final[Mapping[ErrorWord, str]] = MappingProxyType(
    {{
{meanings}
    }}
)


def explain(word: int) -> ErrorInfo | None:
    """What `word` means, or None if it is no error word of this table."""
    try:
        known = ErrorWord(word)
    except ValueError:
        return None
    return ErrorInfo(known, known.module, known.error_class, known.meaning)
'''


def _meaning(entry: Entry) -> str:
    one_line = f'        ErrorWord.{entry.upper}: "{entry.meaning}",'
    if len(one_line) <= 100:
        return one_line
    return f'        ErrorWord.{entry.upper}: (\n            "{entry.meaning}"\n        ),'


def python(entries: Sequence[Entry]) -> str:
    """The text of ``errors.py``."""

    def names(kind: str, indent: int) -> str:
        chosen = [entry.upper for entry in entries if entry.kind == kind]
        return "\n".join(f"{' ' * indent}ErrorWord.{name}," for name in chosen)

    return PYTHON_HEAD.format(
        banner=BANNER,
        members="\n".join(f"    {entry.upper} = 0x{entry.word:08X}" for entry in entries),
        modules="\n".join(f'        "{tag}": "{name}",' for tag, name in MODULES.items()),
        logged=names("Logged", 4),
        fatal=names("Fatal", 8),
        meanings="\n".join(map(_meaning, entries)),
        ok=0x4F4B0000,
    )


def markdown(entries: Sequence[Entry]) -> str:
    """The text of ``error-words.md``."""
    lines = [
        # REUSE-IgnoreStart: lines of a generated file.
        "<!-- SPDX-License-Identifier: Apache-2.0 -->",
        "<!-- SPDX-FileCopyrightText: 2026 The Mooring Authors -->",
        # REUSE-IgnoreEnd
        f"<!-- {BANNER} -->",
        "",
        "# Error words",
        "",
        "Every refusal of the chip is one 32-bit word.",
        "It is two ASCII letters for the module, then 16 bits that differ in at least 6 places.",
        "`mooring explain WORD` prints the line of one word.",
        "",
        "| class | what the chip does besides answering |",
        "|---|---|",
        *(f"| {kind.lower()} | {does} |" for kind, does in KINDS.items()),
    ]
    for tag, module in MODULES.items():
        chosen = [entry for entry in entries if entry.tag == tag]
        if not chosen:
            continue
        lines += ["", f"## `{tag}`: {module}", "", "| word | name | class | meaning |"]
        lines += ["|---|---|---|---|"]
        lines += [
            f"| `{entry.word:08X}` | `{entry.upper}` | {entry.kind.lower()} | {entry.meaning} |"
            for entry in chosen
        ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line entry; returns the exit status."""
    parser = argparse.ArgumentParser(description="Generate what comes of the error words.")
    parser.add_argument("--check", action="store_true", help="write nothing, report drift")
    options = parser.parse_args(arguments)
    try:
        entries = parse(TABLE.read_text(encoding="utf-8"))
        outputs = {
            PYTHON: python(entries),
            MARKDOWN: markdown(entries),
            NAMES: packed_names(entries),
        }
    except TableError as error:
        print(f"gen_errors: {TABLE.name}: {error}", file=sys.stderr)
        return 1
    status = 0
    for path, text in outputs.items():
        current = path.read_text(encoding="utf-8") if path.is_file() else None
        if current == text:
            continue
        if options.check:
            print(f"gen_errors: {path.name} is not what the table says", file=sys.stderr)
            status = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")
    return status


if __name__ == "__main__":
    sys.exit(main())
