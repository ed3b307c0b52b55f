# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The list of running chips names those that run, and nothing that a dead server left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring_lab._lock import AlreadyLockedError, FileLock
from mooring_lab.errors import ServeError
from mooring_lab.running import (
    Registration,
    RunningChip,
    check_name,
    chip_at,
    find_chip,
    lab_socket,
    running_chips,
    runtime_dir,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return runtime_dir()


def record(name: str, *ports: str) -> RunningChip:
    return RunningChip(name, 1, ports, (), "", "", 115200, "native", "")


@pytest.fixture
def alpha() -> Iterator[Registration]:
    registration = Registration("alpha")
    registration.publish(record("alpha", "/dev/pts/77", "socket://127.0.0.1:7301"))
    yield registration
    registration.close()


@pytest.mark.usefixtures("alpha")
def test_published_chip_is_listed_and_found_by_name_and_port() -> None:
    assert [chip.name for chip in running_chips()] == ["alpha"]
    assert find_chip("alpha") == find_chip()
    assert chip_at("socket://127.0.0.1:7301") == find_chip()
    assert chip_at("socket://127.0.0.1:7302") is None


@pytest.mark.usefixtures("alpha")
def test_chip_is_found_through_a_link_to_its_device(tmp_path: Path) -> None:
    link = tmp_path / "board"
    link.symlink_to("/dev/pts/77")

    assert chip_at(str(link)) == find_chip("alpha")


@pytest.mark.usefixtures("alpha")
def test_second_chip_of_a_name_is_refused() -> None:
    with pytest.raises(ServeError, match="a chip of that name is being served"):
        Registration("alpha")


def test_closed_registration_leaves_the_name_free(alpha: Registration) -> None:
    alpha.close()

    assert running_chips() == []
    Registration("alpha").close()


def test_remains_of_a_killed_server_are_cleared(folder: Path, alpha: Registration) -> None:
    (folder / "alpha").symlink_to("/dev/pts/77")
    (folder / "alpha.lab").touch()
    alpha._lock.close()  # as the kernel does when a process dies

    assert running_chips() == []
    assert sorted(path.name for path in folder.iterdir()) == ["alpha.json.lock"]


@pytest.mark.usefixtures("alpha")
def test_record_of_another_version_is_not_listed(folder: Path) -> None:
    (folder / "alpha.json").write_text('{"name": "alpha"}')

    assert running_chips() == []


def test_without_a_name_one_of_several_chips_is_not_guessed(alpha: Registration) -> None:
    beta = Registration("beta")
    beta.publish(record("beta"))
    try:
        with pytest.raises(ServeError, match="served now: alpha, beta"):
            find_chip()
    finally:
        beta.close()


def test_no_chip_at_all_is_said_with_what_to_do() -> None:
    with pytest.raises(ServeError) as caught:
        find_chip()

    assert "no chip is being served" in caught.value.found
    assert "mooring chip run" in caught.value.hint


@pytest.mark.parametrize("name", ["", "../x", "a b", ".hidden", "x" * 33, "x.json", "x.console"])
def test_name_that_files_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(ServeError, match="name the chip"):
        check_name(name)


@pytest.mark.parametrize("mode", [0o777, 0o722, 0o755, 0o701])
def test_run_time_folder_that_others_may_enter_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)

    with pytest.raises(ServeError, match="does not belong to you alone"):
        runtime_dir()


def test_lab_socket_path_too_long_for_a_socket_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))

    with pytest.raises(ServeError, match="longer than 107 bytes"):
        lab_socket("alpha")


def test_asking_for_a_lock_neither_takes_nor_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "state"

    assert not FileLock.is_held(path)
    assert list(tmp_path.glob("state*")) == []
    with FileLock(path):
        assert FileLock.is_held(path)
        with pytest.raises(AlreadyLockedError):
            FileLock(path)
    assert not FileLock.is_held(path)
