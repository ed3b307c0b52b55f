# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What `mooring doctor` looks at: the tool, its libraries, the compiler, ports and the chip.

Each check answers with a finding and never raises; a finding that is no success says what to
try.
"""

from __future__ import annotations

import grp
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlparse

from serial.tools import list_ports

from mooring_firmware import Algorithm, verify
from mooring_host.chip import ChipClient
from mooring_host.errors import Error, TransportError

PACKAGE: Final = "mooring"
LOCK_FILE: Final = "requirements/demo.txt"
LEAST_PYTHON: Final = (3, 11)

# RFC 8032 §7.1, TEST 2.
_KNOWN_KEY: Final = bytes.fromhex(
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
)
_KNOWN_SIGNATURE: Final = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
_KNOWN_MESSAGE: Final = b"\x72"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_COMPILER_TIMEOUT_S: Final = 10


class Health(Enum):
    """What a check found."""

    GOOD = "good"
    NOTE = "note"
    """Not wrong, but worth knowing."""
    BAD = "bad"
    UNREACHABLE = "unreachable"
    """The chip does not answer."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one check."""

    subject: str
    health: Health
    found: str
    hint: str = ""


def examine(environ: Mapping[str, str], chip: Callable[[], ChipClient] | None) -> list[Finding]:
    """Runs every check.

    Args:
        environ: the environment variables.
        chip: opens the chip to ask; None if no port was named.
    """
    return [
        check_python(),
        check_core(),
        check_versions(),
        check_compiler(environ),
        *check_ports(),
        *([] if chip is None else [check_chip(chip)]),
    ]


def check_python() -> Finding:
    """Whether this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < LEAST_PYTHON:  # pragma: no cover - cannot be installed there
        return Finding("Python", Health.BAD, found, "Use Python 3.11 or newer.")
    return Finding("Python", Health.GOOD, found)


def check_core() -> Finding:
    """Whether the compiled verification core tells a good signature from a bad one."""
    good = verify(Algorithm.ED25519, _KNOWN_KEY, _KNOWN_MESSAGE, _KNOWN_SIGNATURE)
    bad = verify(Algorithm.ED25519, _KNOWN_KEY, _KNOWN_MESSAGE + b"\0", _KNOWN_SIGNATURE)
    if good and not bad:
        return Finding("Verification core", Health.GOOD, "answers a published signature rightly")
    return Finding(
        "Verification core",
        Health.BAD,
        "answers a published signature wrongly; trust nothing it verified",
        "Compile it again: make ext",
    )


def check_versions() -> Finding:
    """Whether the installed libraries are those of the lock file, where there is one."""
    try:
        own = version(PACKAGE)
    except PackageNotFoundError:
        return Finding("Versions", Health.BAD, f"{PACKAGE} is not installed", "Install: make demo")
    lock = _lock_file()
    if lock is None:
        return Finding("Versions", Health.NOTE, f"{PACKAGE} {own}; no lock file to compare with")
    wrong = list(_differences(lock.read_text("utf-8")))
    if wrong:
        return Finding(
            "Versions",
            Health.NOTE,
            f"{PACKAGE} {own}; other than locked: {', '.join(wrong)}",
            "Install what was tested: make demo",
        )
    return Finding("Versions", Health.GOOD, f"{PACKAGE} {own}, libraries as locked")


def _lock_file() -> Path | None:
    """The lock file of the checkout that this is an editable install of."""
    url = distribution(PACKAGE).read_text("direct_url.json")
    if not url:
        return None
    try:
        source = urlparse(str(json.loads(url)["url"]))
    except (ValueError, KeyError, TypeError):
        return None
    path = Path(unquote(source.path)) / LOCK_FILE
    return path if source.scheme == "file" and path.is_file() else None


def _differences(lock: str) -> Iterator[str]:
    for name, wanted in _PIN.findall(lock):
        try:
            found = version(name)
        except PackageNotFoundError:
            continue  # locked for another system or Python
        if found != wanted:
            yield f"{name} {found} (locked: {wanted})"


def check_compiler(environ: Mapping[str, str]) -> Finding:
    """Whether there is a C compiler, which only changing the firmware needs."""
    name = environ.get("CC") or "gcc"
    path = shutil.which(name.split()[0], path=environ.get("PATH"))
    if path is None:
        return Finding(
            "Compiler",
            Health.NOTE,
            f"no {name}; needed only to compile the firmware again",
            "On Debian or Ubuntu: apt install gcc",
        )
    try:
        done = subprocess.run(  # noqa: S603 - the compiler that the user named
            [path, "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=_COMPILER_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Finding("Compiler", Health.BAD, f"{path} does not run: {error}")
    first = (done.stdout or done.stderr).strip().splitlines()
    if done.returncode != 0 or not first:
        return Finding("Compiler", Health.BAD, f"{path} --version fails", "Set CC to another one.")
    return Finding("Compiler", Health.GOOD, first[0])


def check_ports() -> Iterator[Finding]:
    """The serial devices of this machine, and whether this user may open them."""
    devices = sorted(str(port.device) for port in list_ports.comports())
    if not devices:
        yield Finding(
            "Ports",
            Health.NOTE,
            "no serial device on this machine",
            "Run an emulated chip: mooring chip run, or use --port emulator://NAME",
        )
    for device in devices:
        yield check_port(Path(device))


def check_port(device: Path) -> Finding:
    """Whether this user may read and write a device."""
    subject = f"Port {device}"
    if not device.exists():
        return Finding(subject, Health.BAD, "there is no such device", "Is it plugged in?")
    if os.access(device, os.R_OK | os.W_OK):
        return Finding(subject, Health.GOOD, "may be opened")
    group = _group_of(device)
    return Finding(
        subject,
        Health.BAD,
        f"permission denied; it belongs to the group {group}",
        f"Join the group, then log in again: sudo usermod -aG {group} $USER",
    )


def _group_of(device: Path) -> str:
    number = device.stat().st_gid
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def check_chip(chip: Callable[[], ChipClient]) -> Finding:
    """Whether a chip answers."""
    try:
        with chip() as client:
            info = client.info()
            where = client.link.transport.name
    except TransportError as error:
        return Finding("Chip", Health.UNREACHABLE, str(error), error.hint)
    except Error as error:
        return Finding("Chip", Health.UNREACHABLE, str(error), error.hint)
    return Finding(
        "Chip",
        Health.GOOD,
        f"{info.ueid.hex()[:18]}… on {where}: ROM {info.rom_version}, "
        f"{info.lifecycle.name.lower()}, {info.mode.name.lower()}",
    )
