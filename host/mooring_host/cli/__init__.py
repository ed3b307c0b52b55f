# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The command line: `main`, and what plug-ins need to add commands of the same manner.

A plug-in registers its commands as `_plugins` describes, and decorates them with the shared
options here, so that ``--format json`` and the exit codes mean the same everywhere.
"""

from mooring_host.cli._app import App, Edges, pass_app
from mooring_host.cli._confirm import confirm_word
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._options import authority_options, chip_options, output_options
from mooring_host.cli._output import Format, Output, View, rows, table
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._session import chip_client, fresh_nonce
from mooring_host.cli.main import main

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
    "main",
    "output_options",
    "pass_app",
    "rows",
    "table",
]
