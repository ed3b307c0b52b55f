# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What can go wrong around a chip on the bench; each kind has the host library's three parts."""

from __future__ import annotations

from mooring_host.errors import Error, FileError, TransportError, UsageError


class LabError(Error):
    """Base of this package's errors."""


class ServeError(LabError, UsageError):
    """A chip cannot be served as asked: a port, a link or a name is taken or not allowed."""


class StateFileError(LabError, FileError):
    """A chip's state file cannot be used: locked, damaged, of another version, not writable."""


class ControlError(LabError, TransportError):
    """The lab socket refused a command, or does not answer."""


class NoLabSocketError(ControlError):
    """The chip has no lab socket: it may be real, or served elsewhere."""
