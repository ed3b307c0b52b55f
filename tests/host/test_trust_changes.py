# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A change of keys and the list that tells of it happen both, or neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_kit import Clock, Dice

from mooring_host.authority import (
    AddKey,
    AddRoot,
    Authority,
    KeyState,
    RevokeKey,
    RootRecord,
    RotateKey,
    TrustChange,
    open_authority,
)
from mooring_host.errors import DatabaseError, KeyFileError, UsageError
from mooring_host.keys import write_key_file
from mooring_host.states import Role


def add_key_file(folder: Path, name: str) -> str:
    write_key_file(folder / name, name.encode().ljust(32, b"."))
    return f"file:{name}"


@pytest.fixture
def folder(authority: Authority, tmp_path: Path) -> Path:
    """Where the authority is."""
    return tmp_path / "authority"


def test_epoch_of_a_failed_list_is_not_used_again(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        break_signing(patched)
        with pytest.raises(KeyFileError, match="by the test"):
            authority.issue_trust_list()

    assert authority.issue_trust_list().epoch == 3


def break_signing(patched: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise KeyFileError("sign", "stopped by the test")

    patched.setattr("mooring_host.authority.authority.issue", broken)


@pytest.mark.parametrize("kind", ["add", "rotate", "revoke", "root"])
def test_change_without_the_root_key_changes_nothing(
    authority: Authority, folder: Path, kind: str
) -> None:
    before = (authority.issuer_keys(), authority.roots(), authority.trust())
    uri = add_key_file(folder, "licence-2.pem")
    changes: dict[str, TrustChange] = {
        "add": AddKey(Role.LICENCE, uri),
        "rotate": RotateKey(Role.LICENCE, uri),
        "revoke": RevokeKey(before[0][0].key.kid),
        "root": AddRoot(1, "file:root-1.pem"),
    }
    (folder / "root-0.pem").unlink()

    with pytest.raises(KeyFileError, match=r"root-[01].pem"):
        authority.issue_trust_list(changes[kind])
    assert (authority.issuer_keys(), authority.roots(), authority.trust()) == before


def test_change_that_leaves_no_key_changes_nothing(authority: Authority) -> None:
    first, second = (record.key.kid for record in authority.issuer_keys())
    authority.issue_trust_list(RevokeKey(first))

    with pytest.raises(UsageError, match="0 active keys"):
        authority.issue_trust_list(RevokeKey(second))
    assert authority.issuer_keys()[1].state is KeyState.ACTIVE


def test_root_that_somebody_else_added_meanwhile_is_noticed(
    authority: Authority, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = add_key_file(folder, "root-1.pem")
    real = authority.roots

    def overtaken() -> list[RootRecord]:
        found = real()
        with open_authority(folder, environ={}, now=clock, entropy=Dice()) as other:
            other.add_root(1, uri)
        return found

    monkeypatch.setattr(authority, "roots", overtaken)

    with pytest.raises(DatabaseError, match="another process added a root key"):
        authority.issue_trust_list()
    assert authority.trust().epoch == 1


def test_revoked_key_signs_no_more_even_if_no_list_leaves_it_out(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    kid = authority.issuer_keys()[0].key.kid
    with monkeypatch.context() as patched:
        break_signing(patched)
        with pytest.raises(KeyFileError, match="by the test"):
            authority.issue_trust_list(RevokeKey(kid))

    with pytest.raises(KeyFileError, match="is revoked") as got:
        authority.signer_for(Role.LICENCE)
    assert "mooring authority trust --issue" in got.value.hint
