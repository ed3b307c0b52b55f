# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Making an authority from nothing: a folder with records, keys and a first trust list."""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mooring_host.authority.authority import Authority
from mooring_host.durable import move_new, sync_folder
from mooring_host.edge import Entropy, Now, system_entropy, system_now
from mooring_host.errors import DatabaseError, FileError
from mooring_host.keys.file import write_key_file
from mooring_host.keys.pem import Passphrase, no_passphrase
from mooring_host.keys.registry import SignerSource, signer_from_uri
from mooring_host.keys.signer import SEED_BYTES
from mooring_host.states import Role

DATABASE_NAME: Final = "authority.db"
ROOT_KEY_NAME: Final = "root-0.pem"
LICENCE_KEY_NAME: Final = "licence-1.pem"
LOCATION_KEY_NAME: Final = "location-1.pem"
_NAMES: Final = (ROOT_KEY_NAME, LICENCE_KEY_NAME, LOCATION_KEY_NAME, DATABASE_NAME)
"""In the order in which they are put in place: without the last there is no authority."""
_ASIDE: Final = ".init-"
_FOLDER_MODE: Final = 0o700


def init_authority(
    folder: Path,
    *,
    environ: Mapping[str, str] | None = None,
    passphrase: Passphrase = no_passphrase,
    now: Now = system_now,
    entropy: Entropy = system_entropy,
    measurements: frozenset[bytes] = frozenset(),
) -> Authority:
    """Makes an authority in `folder`: root 0, one licence and one location key, epoch 1.

    It is made aside and its database put in place last, so that an interrupted call leaves
    no half authority.  Whoever holds root keys in earnest keeps them elsewhere; this is the
    laboratory's way.

    Raises:
        FileError: the folder cannot be made or written.
        DatabaseError: it holds an authority already.
        KeyFileError: a key file exists already or cannot be written.
    """
    attempted = f"make the authority in {folder}"
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        _refuse_leftovers(folder, attempted)
        for name in _NAMES:
            if (folder / name).exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        with TemporaryDirectory(prefix=_ASIDE, dir=folder) as aside:
            _make(Path(aside), environ, passphrase, now, entropy)
            _put_in_place(Path(aside), folder)
        sync_folder(folder)
    except FileExistsError as error:
        raise DatabaseError(
            attempted,
            f"{Path(error.filename2 or error.filename).name} exists already",
            "Use the authority that is there, or choose another folder.",
        ) from error
    except OSError as error:
        raise FileError(attempted, error.strerror or str(error)) from error
    return open_authority(
        folder,
        environ=environ,
        passphrase=passphrase,
        now=now,
        entropy=entropy,
        measurements=measurements,
    )


def _refuse_leftovers(folder: Path, attempted: str) -> None:
    """Says what an interrupted call has left, so that a person may remove it."""
    asides = sorted(path.name for path in folder.glob(f"{_ASIDE}*"))
    if not asides or (folder / DATABASE_NAME).exists():
        return
    # Not removed here: the call may still be running, and these are private keys.
    left = [*asides, *(name for name in _NAMES if (folder / name).exists())]
    raise DatabaseError(
        attempted,
        f"it was interrupted before, or is running; it left {', '.join(left)}",
        "No authority came of it, so nothing is signed with these keys. If it is not running, "
        f"run: cd {shlex.quote(str(folder))} && rm -r {shlex.join(left)}; then this again.",
    )


def _put_in_place(aside: Path, folder: Path) -> None:
    """Moves all files, or none if one of their names is taken."""
    placed: list[Path] = []
    try:
        for name in _NAMES:
            move_new(aside / name, folder / name)
            placed.append(folder / name)
    except OSError:
        for path in placed:
            path.unlink(missing_ok=True)
        raise


def _make(
    folder: Path,
    environ: Mapping[str, str] | None,
    passphrase: Passphrase,
    now: Now,
    entropy: Entropy,
) -> None:
    signers = folder_signers(folder, environ, passphrase)
    with Authority.create(folder / DATABASE_NAME, signers, now=now, entropy=entropy) as authority:
        for name in (ROOT_KEY_NAME, LICENCE_KEY_NAME, LOCATION_KEY_NAME):
            write_key_file(folder / name, entropy(SEED_BYTES), passphrase())
        authority.add_root(0, f"file:{ROOT_KEY_NAME}")
        authority.add_key(Role.LICENCE, f"file:{LICENCE_KEY_NAME}")
        authority.add_key(Role.LOCATION, f"file:{LOCATION_KEY_NAME}")
        authority.issue_trust_list()


def open_authority(
    folder: Path,
    *,
    environ: Mapping[str, str] | None = None,
    passphrase: Passphrase = no_passphrase,
    now: Now = system_now,
    entropy: Entropy = system_entropy,
    measurements: frozenset[bytes] = frozenset(),
) -> Authority:
    """Opens the authority in `folder`; the other arguments are those of `Authority`."""
    return Authority.open(
        folder / DATABASE_NAME,
        folder_signers(folder, environ, passphrase),
        now=now,
        entropy=entropy,
        measurements=measurements,
    )


def folder_signers(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    passphrase: Passphrase = no_passphrase,
) -> SignerSource:
    """Keys by name, where relative paths are relative to `folder`."""
    return partial(
        signer_from_uri,
        environ=os.environ if environ is None else environ,
        folder=folder,
        passphrase=passphrase,
    )
