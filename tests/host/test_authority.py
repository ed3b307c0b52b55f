# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The authority's records: keys, trust lists, chips; and databases that are not as they should."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from host_kit import START, Clock, Dice, PaperChip, new_authority, signer

from mooring_host import cose
from mooring_host.authority import (
    Authority,
    ChipState,
    KeyState,
    init_authority,
    open_authority,
)
from mooring_host.authority.setup import DATABASE_NAME
from mooring_host.errors import (
    DatabaseError,
    Error,
    FileError,
    KeyFileError,
    TokenError,
    UnknownRecordError,
    UsageError,
)
from mooring_host.keys import write_key_file
from mooring_host.states import Role
from mooring_host.token import TokenKind, TrustList
from mooring_host.token.frame import payload_of


def folder_of(tmp_path: Path) -> Path:
    return tmp_path / "authority"


def add_key_file(tmp_path: Path, name: str) -> str:
    write_key_file(folder_of(tmp_path) / name, name.encode().ljust(32, b"."))
    return f"file:{name}"


def reopened(tmp_path: Path, clock: Clock) -> Authority:
    return open_authority(folder_of(tmp_path), environ={}, now=clock, entropy=Dice())


# ---------------------------------------------------------------- set-up ---


def test_new_authority_is_complete_and_private(authority: Authority, tmp_path: Path) -> None:
    roles = [record.key.role for record in authority.issuer_keys()]

    assert roles == [Role.LICENCE, Role.LOCATION]
    assert [root.slot for root in authority.roots()] == [0]
    assert authority.trust().epoch == 1
    for path in folder_of(tmp_path).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE(folder_of(tmp_path).stat().st_mode) == 0o700


def test_trust_list_is_signed_by_the_root_and_names_the_keys(authority: Authority) -> None:
    record = authority.trust()
    frame, payload = payload_of(record.token, TokenKind.TRUST)
    listed = TrustList.from_payload(payload)

    assert frame.verified_by(record.root.public_key)
    assert frame.kid == cose.kid_of(record.root.public_key)
    assert [key.public_key for key in listed.keys] == [
        entry.key.public_key for entry in authority.issuer_keys()
    ]
    assert (listed.epoch, listed.issued_at, listed.end_running) == (1, START, False)


def test_second_init_in_a_folder_is_refused(authority: Authority, tmp_path: Path) -> None:
    before = authority.trust()

    with pytest.raises(DatabaseError, match="exists already"):
        init_authority(folder_of(tmp_path), environ={}, now=Clock(), entropy=Dice(b"other"))
    assert authority.trust() == before


def test_init_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FileError, match=r"make the authority in .*authority: "):
        init_authority(tmp_path / "file" / "authority", environ={})


def test_init_never_replaces_a_key(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    (folder_of(tmp_path) / "root-0.pem").write_text("precious")

    with pytest.raises(DatabaseError, match=r"root-0\.pem exists already"):
        init_authority(folder_of(tmp_path), environ={})
    assert (folder_of(tmp_path) / "root-0.pem").read_text() == "precious"
    assert [path.name for path in folder_of(tmp_path).iterdir()] == ["root-0.pem"]


def test_interrupted_init_leaves_no_half_authority(tmp_path: Path) -> None:
    drawn = Dice()

    def fail_at_third(count: int) -> bytes:
        if drawn.drawn == 2:
            raise KeyboardInterrupt
        return drawn(count)

    with pytest.raises(KeyboardInterrupt):
        init_authority(folder_of(tmp_path), environ={}, entropy=fail_at_third)
    assert list(folder_of(tmp_path).iterdir()) == []

    init_authority(folder_of(tmp_path), environ={}, entropy=Dice()).close()


def test_records_survive_closing(tmp_path: Path, clock: Clock) -> None:
    with new_authority(folder_of(tmp_path), clock) as authority:
        before = (
            authority.trust(),
            authority.chips(),
            authority.issuer_keys(),
            authority.authority_id,
        )
    with reopened(tmp_path, clock) as authority:
        assert before == (
            authority.trust(),
            authority.chips(),
            authority.issuer_keys(),
            authority.authority_id,
        )


def test_passphrase_protects_the_key_files(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    init_authority(
        folder, environ={}, passphrase=lambda: b"secret", now=Clock(), entropy=Dice()
    ).close()

    assert b"ENCRYPTED" in (folder / "root-0.pem").read_bytes()
    with (
        open_authority(folder, environ={}) as authority,
        pytest.raises(KeyFileError, match="no passphrase was given"),
    ):
        authority.issue_trust_list()


# ------------------------------------------------------------- databases ---


def test_database_of_a_newer_version_is_not_touched(tmp_path: Path, clock: Clock) -> None:
    with new_authority(folder_of(tmp_path), clock):
        pass
    path = folder_of(tmp_path) / DATABASE_NAME
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(DatabaseError, match=r"newer version.*schema 3, expected 2"):
        reopened(tmp_path, clock)
    assert path.read_bytes() == before


def test_absent_database_is_said_to_be(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(DatabaseError, match="no such file") as got:
        reopened(tmp_path, clock)
    assert "mooring authority init" in got.value.hint


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"", "not an authority's database"), (b"this is no database " * 99, "not a database")],
)
def test_other_file_is_no_database(tmp_path: Path, content: bytes, text: str) -> None:
    folder_of(tmp_path).mkdir()
    (folder_of(tmp_path) / DATABASE_NAME).write_bytes(content)

    with pytest.raises(DatabaseError, match=text):
        reopened(tmp_path, Clock())


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    with sqlite3.connect(folder_of(tmp_path) / DATABASE_NAME) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()

    with pytest.raises(DatabaseError, match="not an authority's database"):
        reopened(tmp_path, Clock())


def test_full_disk_issues_nothing_and_says_so(authority: Authority) -> None:
    before = authority.trust_lists()

    def fill(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    authority.read("fill the disk", fill)

    def issue_until_full() -> None:
        for _ in range(200):
            authority.issue_trust_list()

    with pytest.raises(DatabaseError, match="database or disk is full") as got:
        issue_until_full()
    assert "Make room" in got.value.hint
    assert authority.trust_lists()[: len(before)] == before


def test_locked_database_is_said_to_be(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mooring_host.authority.database.BUSY_TIMEOUT_S", 0)
    other = reopened(tmp_path, Clock())

    def hold(_: sqlite3.Connection) -> None:
        with pytest.raises(DatabaseError, match="locked") as got:
            other.issue_trust_list()
        assert "Another process" in got.value.hint

    authority.write("hold the lock", hold)
    other.close()


def test_failed_transaction_changes_nothing(authority: Authority) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE authority SET next_licence = 99")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        authority.write("fail", fail)

    assert read_counter(authority) == 1


def read_counter(authority: Authority) -> int:
    return authority.read(
        "look",
        lambda c: int(c.execute("SELECT next_licence FROM authority").fetchone()[0]),
    )


# ------------------------------------------------------------------ keys ---


def test_rotated_key_replaces_the_old_one_in_the_next_epoch(
    authority: Authority, tmp_path: Path
) -> None:
    old = authority.issuer_keys()[0].key
    record = authority.rotate_key(Role.LICENCE, add_key_file(tmp_path, "licence-2.pem"))
    listed = TrustList.from_token(record.token)

    assert record.epoch == 2
    assert listed.key_of(old.kid) is None
    assert [key.role for key in listed.keys] == [Role.LOCATION, Role.LICENCE]
    assert listed.keys[1].first_epoch == 2
    assert authority.issuer_keys()[0].state is KeyState.REVOKED
    assert authority.signer_for(Role.LICENCE).kid == listed.keys[1].kid


def test_revoked_key_leaves_the_next_list_which_can_end_grants(
    authority: Authority, tmp_path: Path
) -> None:
    kid = authority.issuer_keys()[0].key.kid
    authority.revoke_key(kid)
    authority.add_key(Role.LICENCE, add_key_file(tmp_path, "licence-2.pem"))
    listed = TrustList.from_token(authority.issue_trust_list(end_running=True).token)

    assert listed.key_of(kid) is None
    assert listed.end_running


def test_list_without_any_key_is_not_issued(authority: Authority) -> None:
    for record in authority.issuer_keys():
        authority.revoke_key(record.key.kid)

    with pytest.raises(UsageError, match="0 active keys, a list holds 1 to 16"):
        authority.issue_trust_list()
    assert authority.trust().epoch == 1


def test_list_of_more_than_16_keys_is_not_issued(authority: Authority, tmp_path: Path) -> None:
    for number in range(15):
        authority.add_key(Role.LANDMARK, add_key_file(tmp_path, f"landmark-{number}.pem"))

    with pytest.raises(UsageError, match="17 active keys"):
        authority.issue_trust_list()


def test_added_key_signs_nothing_before_it_is_listed(authority: Authority, tmp_path: Path) -> None:
    first = authority.signer_for(Role.LICENCE).kid
    added = authority.add_key(Role.LICENCE, add_key_file(tmp_path, "licence-2.pem"))

    assert authority.signer_for(Role.LICENCE).kid == first
    authority.issue_trust_list()
    assert authority.signer_for(Role.LICENCE).kid == added.key.kid


def test_key_outside_its_time_is_not_used(authority: Authority, clock: Clock) -> None:
    clock.seconds = authority.issuer_keys()[0].key.not_after

    with pytest.raises(KeyFileError, match=r"none in the trust list of epoch 1 is valid now"):
        authority.signer_for(Role.LICENCE)


def test_root_in_a_higher_slot_signs_from_then_on(authority: Authority, tmp_path: Path) -> None:
    root = authority.add_root(1, add_key_file(tmp_path, "root-1.pem"))
    record = authority.issue_trust_list()
    frame, _ = payload_of(record.token, TokenKind.TRUST)

    assert (record.root, record.epoch) == (root, 2)
    assert frame.verified_by(root.public_key)


@pytest.mark.parametrize("slot", [-1, 4])
def test_root_slot_outside_the_fuses_is_refused(
    authority: Authority, tmp_path: Path, slot: int
) -> None:
    with pytest.raises(UsageError, match="slots 0 to 3"):
        authority.add_root(slot, add_key_file(tmp_path, "root.pem"))


def test_key_has_one_role_only(authority: Authority) -> None:
    with pytest.raises(UsageError, match="one key has one role"):
        authority.add_root(1, "file:licence-1.pem")
    with pytest.raises(UsageError, match="one key has one role"):
        authority.add_key(Role.LICENCE, "file:root-0.pem")
    with pytest.raises(UsageError, match="recorded already"):
        authority.add_key(Role.LOCATION, "file:licence-1.pem")
    with pytest.raises(UsageError, match="the slot is taken"):
        authority.add_root(0, "file:root-0.pem")


def test_times_of_a_key_must_be_in_order(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not before 5 is not before 5"):
        authority.add_key(
            Role.LICENCE, add_key_file(tmp_path, "key.pem"), not_before=5, not_after=5
        )


def test_exchanged_key_file_is_noticed(authority: Authority, tmp_path: Path) -> None:
    path = folder_of(tmp_path) / "root-0.pem"
    path.unlink()
    write_key_file(path, bytes(32))

    with pytest.raises(KeyFileError, match=r"it is key .* recorded is"):
        authority.issue_trust_list()
    assert authority.trust().epoch == 1


def test_unknown_key_is_not_revoked(authority: Authority) -> None:
    with pytest.raises(UnknownRecordError, match="no key 0000000000000000"):
        authority.revoke_key(bytes(8))


# ----------------------------------------------------------------- chips ---


def test_chip_is_found_by_label_and_by_beginning_of_its_id(authority: Authority) -> None:
    chip = authority.chip("paper")

    assert chip.ueid == PaperChip().ueid
    assert authority.chip(chip.ueid.hex()[:12]) == chip
    assert authority.chip_by_id(chip.ueid) == chip


@pytest.mark.parametrize("name", ["", "nobody", "01"])
def test_chip_that_is_not_one_is_refused(authority: Authority, name: str) -> None:
    authority.enrol(PaperChip("second").device_key, "second")

    with pytest.raises(UnknownRecordError, match="look up a chip"):
        authority.chip(name)


def test_chip_enrolled_again_stays_as_it_is(authority: Authority, clock: Clock) -> None:
    before = authority.chip("paper")
    clock.seconds += 5

    assert authority.enrol(PaperChip().device_key, "another name") == before


def test_label_is_given_once(authority: Authority) -> None:
    with pytest.raises(UsageError, match="another chip is called 'paper'"):
        authority.enrol(PaperChip("second").device_key, "paper")


def test_bytes_that_are_no_device_key_are_not_enrolled(authority: Authority) -> None:
    for wrong in (b"", bytes(32), cose.encode_key(bytes(32)) + b"\x00", cose.encode_key(b"short")):
        with pytest.raises(TokenError, match="TRUST_ROOT_KEY"):
            authority.enrol(wrong, "wrong")


def test_retired_chip_stays_on_record(authority: Authority) -> None:
    authority.retire(PaperChip().ueid)

    assert authority.chip("paper").state is ChipState.RETIRED
    with pytest.raises(UnknownRecordError):
        authority.retire(bytes(33))


def test_private_keys_are_not_in_the_database(authority: Authority, tmp_path: Path) -> None:
    authority.close()
    secret = Dice()
    secret(8)  # the authority's id was drawn first
    data = b"".join(path.read_bytes() for path in folder_of(tmp_path).glob("authority.db*"))

    for _ in range(3):
        assert secret(32) not in data
    assert signer("paper").public_key in data


def test_every_error_of_a_closed_authority_is_ours(authority: Authority) -> None:
    authority.close()

    for call in (authority.trust, authority.chips, authority.issue_trust_list):
        with pytest.raises(Error):
            call()
