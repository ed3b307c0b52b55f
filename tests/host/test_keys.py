# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Keys: files only their owner can read, environment variables, and refusals in words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from mooring_host.errors import KeyFileError
from mooring_host.keys import Signer, SoftwareSigner, read_key_file, signer_from_uri, write_key_file
from mooring_host.keys.pem import encode_pem

SEED = bytes(range(32))
# RFC 8410 section 10.3, and the public key that belongs to it.
RFC8410_PRIVATE = (
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n"
)
RFC8410_PUBLIC = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"


def put(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_written_key_is_read_back_and_private(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    written = write_key_file(path, SEED)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path).public_key == written.public_key


def test_key_of_rfc_8410_is_read(tmp_path: Path) -> None:
    key = read_key_file(put(tmp_path / "key.pem", RFC8410_PRIVATE.encode()))

    assert key.public_key.hex() == RFC8410_PUBLIC


def test_signature_is_good_for_openssl() -> None:
    key = SoftwareSigner.from_seed(SEED)

    # Raises unless it is good.
    Ed25519PublicKey.from_public_bytes(key.public_key).verify(key.sign(b"text"), b"text")
    assert isinstance(key, Signer)


def test_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    write_key_file(path, SEED)
    before = path.read_bytes()

    with pytest.raises(KeyFileError, match="exists already"):
        write_key_file(path, bytes(32))
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = put(tmp_path / "key.pem", RFC8410_PRIVATE.encode(), mode)

    with pytest.raises(KeyFileError, match="others may access it") as got:
        read_key_file(path)
    assert got.value.hint == f"Run: chmod 600 {path}"


def test_encrypted_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    written = write_key_file(path, SEED, b"open sesame")

    assert b"ENCRYPTED" in path.read_bytes()
    assert read_key_file(path, lambda: b"open sesame").public_key == written.public_key
    with pytest.raises(KeyFileError, match="passphrase is wrong"):
        read_key_file(path, lambda: b"guess")
    with pytest.raises(KeyFileError, match="no passphrase was given") as got:
        read_key_file(path)
    assert "MOORING_KEY_PASSPHRASE" in got.value.hint


def test_passphrase_is_not_asked_for_a_plain_key(tmp_path: Path) -> None:
    path = put(tmp_path / "key.pem", RFC8410_PRIVATE.encode())

    def ask() -> bytes:
        raise AssertionError("asked")

    assert read_key_file(path, ask).public_key.hex() == RFC8410_PUBLIC


def test_key_of_another_kind_is_named(tmp_path: Path) -> None:
    foreign = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )

    with pytest.raises(KeyFileError, match="found EC, expected an Ed25519 private key"):
        read_key_file(put(tmp_path / "key.pem", foreign))


def test_public_key_is_told_apart_from_rubbish(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(KeyFileError, match="found a public key"):
        read_key_file(put(tmp_path / "public.pem", pem))
    with pytest.raises(KeyFileError, match="found no key"):
        read_key_file(put(tmp_path / "rubbish.pem", b"\x00rubbish"))


def test_file_that_is_no_key_is_not_read_whole(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="this is no key file"):
        read_key_file(put(tmp_path / "big", bytes(20_000)))


def test_missing_key_file_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="No such file"):
        read_key_file(tmp_path / "absent.pem")
    with pytest.raises(KeyFileError, match="Is a directory"):
        read_key_file(tmp_path)
    with pytest.raises(KeyFileError, match="No such file"):
        write_key_file(tmp_path / "absent" / "key.pem", SEED)


def test_key_on_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key.pem"

    def fsync(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)

    with pytest.raises(KeyFileError, match="No space left on device"):
        write_key_file(path, SEED)
    assert not path.exists()


@pytest.mark.parametrize("text", [RFC8410_PRIVATE, RFC8410_PRIVATE.replace("\n", "\\n")])
def test_key_in_the_environment_is_read(text: str) -> None:
    key = signer_from_uri("env:KEY", environ={"KEY": text})

    assert key.public_key.hex() == RFC8410_PUBLIC


def test_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(KeyFileError, match="environment variable KEY is not set"):
        signer_from_uri("env:KEY", environ={})


def test_relative_name_is_relative_to_the_folder(tmp_path: Path) -> None:
    written = write_key_file(tmp_path / "key.pem", SEED)

    for uri in ("key.pem", "file:key.pem", f"file:{tmp_path / 'key.pem'}"):
        found = signer_from_uri(uri, environ={}, folder=tmp_path)
        assert found.public_key == written.public_key


def test_unknown_kind_of_key_is_refused_without_repeating_it() -> None:
    with pytest.raises(KeyFileError, match="unknown kind of key 'pkcs11'") as got:
        signer_from_uri("pkcs11:token=x?pin-value=1234", environ={})
    assert "1234" not in str(got.value)


def test_errors_never_show_key_material(tmp_path: Path) -> None:
    damaged = RFC8410_PRIVATE.replace("MC4C", "MC4D")

    with pytest.raises(KeyFileError) as got:
        read_key_file(put(tmp_path / "key.pem", damaged.encode()))
    assert "INTuctv5" not in str(got.value.diagnostics())


def test_signer_does_not_show_its_secret() -> None:
    key = Ed25519PrivateKey.from_private_bytes(SEED)

    assert SEED.hex() not in repr(SoftwareSigner(key))
    assert b"PRIVATE" in encode_pem(key)
