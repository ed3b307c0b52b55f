# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is tried on a chip itself; each gives the error word, or None if the chip accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256, sha384
from types import MappingProxyType
from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_host.token import SequenceBound
from mooring_lab.attacks.stand import Stand
from mooring_lab.attacks.storage import DeafNvram
from mooring_lab.issuer import signer
from mooring_lab.scenarios.model import Attacks


def attempt(stand: Stand, what: Attacks) -> ErrorWord | None:
    """Does it; None if the chip accepted."""
    try:
        _ATTEMPTS[what](stand)
    except ChipError as error:
        return ErrorWord(error.word)
    return None


def _replay(stand: Stand) -> None:
    captured = stand.tokens()
    stand.load(captured)
    stand.load(stand.tokens())
    stand.load(captured)


def _other_chip(stand: Stand) -> None:
    other = b"\x01" + sha256(b"another chip").digest()
    stand.load(stand.tokens(place={"ueid": other}, ueid=other))


def _old_counter(stand: Stand) -> None:
    one, two = (stand.tokens(SequenceBound(1, each)) for each in (1, 2))
    stand.load(two)
    stand.load(one)


def _old_firmware(stand: Stand) -> None:
    # A mask ROM refuses nothing: the older one simply runs, and is measured.
    stand.change_rom(sha384(b"the ROM before licensing").digest())
    stand.trust()


def _old_trust_list(stand: Stand) -> None:
    stand.trust(2)
    stand.trust(1)


def _blocked_memory(stand: Stand) -> None:
    tokens = stand.tokens()
    stand.chip.bus.interposer = DeafNvram()
    try:
        stand.load(tokens)
    finally:
        stand.chip.bus.interposer = None


def _one_key(stand: Stand) -> None:
    owner = stand.issuer
    stand.issuer = replace(owner, location_key=signer(stand.build.seed, "a thief's own"))
    try:
        stand.load()
    finally:
        stand.issuer = owner


def _both_keys(stand: Stand) -> None:
    stand.load()  # whoever holds both keys is the issuer


_ATTEMPTS: Final[Mapping[Attacks, Callable[[Stand], None]]] = MappingProxyType(
    {
        Attacks.REPLAY: _replay,
        Attacks.OTHER_CHIP: _other_chip,
        Attacks.OLD_COUNTER: _old_counter,
        Attacks.OLD_FIRMWARE: _old_firmware,
        Attacks.OLD_TRUST_LIST: _old_trust_list,
        Attacks.BLOCKED_MEMORY: _blocked_memory,
        Attacks.LICENCE_KEY: _one_key,
        Attacks.BOTH_KEYS: _both_keys,
    }
)
