# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What plug-ins need to add commands of the same manner as ours.

A plug-in registers its commands as `_plugins` describes, and decorates them with the shared
options here, so that ``--format json`` and the exit codes mean the same everywhere.
"""

from mooring_host.cli._app import App, Edges, pass_app
from mooring_host.cli._confirm import confirm_word, irreversible_options
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import Format, Output, View, rows, table
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._records import records
from mooring_host.cli._session import chip_client, fresh_nonce

__all__ = [
    "App",
    "Edges",
    "ExitCode",
    "Format",
    "NounGroup",
    "Output",
    "View",
    "authority_options",
    "chip_client",
    "chip_options",
    "confirm_word",
    "fresh_nonce",
    "irreversible_options",
    "output_options",
    "pass_app",
    "records",
    "rows",
    "table",
]
