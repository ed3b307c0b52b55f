# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Other libraries that verify Ed25519, each through its shortest way from Python.

`requirements/bench.txt` has them; one that is not installed is named as absent. Keys are decoded
beforehand where a library has objects for them, and joined bytes are joined beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Verify = Callable[[], object]


class Item(NamedTuple):
    """A good signature."""

    key: bytes
    signature: bytes
    message: bytes


def _cryptography(item: Item) -> Verify:
    key = Ed25519PublicKey.from_public_bytes(item.key)
    return lambda: key.verify(item.signature, item.message)


def _pynacl(item: Item) -> Verify:
    bindings: Any = import_module("nacl.bindings")
    signed = item.signature + item.message
    return lambda: bindings.crypto_sign_open(signed, item.key)


def _zebra(item: Item) -> Verify:
    zebra: Any = import_module("ed25519_zebra")
    return lambda: _true(zebra.ed_verify(item.signature, item.message, item.key))


def _solders(item: Item) -> Verify:
    key: Any = import_module("solders.pubkey").Pubkey.from_bytes(item.key)
    signature: Any = import_module("solders.signature").Signature.from_bytes(item.signature)
    return lambda: _true(signature.verify(key, item.message))


def _pycryptodome(item: Item) -> Verify:
    eddsa: Any = import_module("Crypto.Signature.eddsa")
    verifier = eddsa.new(eddsa.import_public_key(item.key), "rfc8032")
    return lambda: verifier.verify(item.message, item.signature)


def _true(verdict: bool) -> None:
    if not verdict:
        raise ValueError("a good signature was refused")


OPENSSL: Final = "OpenSSL"
"""How tables name `cryptography`, which everything is compared with."""

_MAKERS: Final[dict[str, tuple[str, Callable[[Item], Verify]]]] = {
    "cryptography": (OPENSSL, _cryptography),
    "pynacl": ("libsodium", _pynacl),
    "py-ed25519-zebra-bindings": ("ed25519-zebra", _zebra),
    "solders": ("ed25519-dalek", _solders),
    "pycryptodome": ("pycryptodome", _pycryptodome),
}


class Peers(NamedTuple):
    """What there is to compare with."""

    makers: dict[str, Callable[[Item], Verify]]
    """By the name for tables."""
    versions: dict[str, str]
    """Name for tables → distribution and version."""
    absent: tuple[str, ...]
    """Distributions."""


def find_peers() -> Peers:
    """Looks for all peers."""
    makers: dict[str, Callable[[Item], Verify]] = {}
    versions: dict[str, str] = {}
    absent: list[str] = []
    for distribution, (name, maker) in _MAKERS.items():
        try:
            versions[name] = f"{distribution} {version(distribution)}"
        except PackageNotFoundError:
            absent.append(distribution)
        else:
            makers[name] = maker
    return Peers(makers, versions, tuple(absent))
