# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Files that are still in their folder after a power cut."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)


def sync_folder(folder: Path) -> None:
    """Makes names that were added to or taken from a folder last; raises OSError."""
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and names last with their file
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_new(source: Path, target: Path) -> None:
    """Gives a file a name that nobody has, within a file system.

    Raises:
        FileExistsError: somebody has it; a rename alone would overwrite theirs.
        OSError: the file cannot be moved.
    """
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without hard links: the name is claimed, then the file put over it.
        target.touch(exist_ok=False)
        source.replace(target)
    else:
        source.unlink()
