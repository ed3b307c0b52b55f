# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Wiring: the root command and its nouns."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final

import rich_click as click

from mooring_host.cli._logging import log_to_stderr
from mooring_host.cli._options import (
    authority_options,
    chip_options,
    config_option,
    output_options,
)
from mooring_host.cli._root import RootGroup
from mooring_host.cli.authority import authority
from mooring_host.cli.boot import boot
from mooring_host.cli.chip import chip
from mooring_host.cli.completion import completion
from mooring_host.cli.compute import compute
from mooring_host.cli.doctor import doctor
from mooring_host.cli.evidence import evidence
from mooring_host.cli.explain import explain
from mooring_host.cli.fuse import fuse
from mooring_host.cli.landmark import landmark
from mooring_host.cli.licence import licence
from mooring_host.cli.location import location
from mooring_host.cli.policy import policy
from mooring_host.cli.registry import registry
from mooring_host.cli.token import token

PACKAGE: Final = "mooring"


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "unknown (not installed)"


@click.group(
    "mooring",
    cls=RootGroup,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog="Exit codes: 0 yes, 1 appraised and refused, 2 usage, 3 no chip reached, "
    "4 chip reported an error, 5 internal.",
)
@click.command_panel("Use a chip", commands=["boot", "compute", "chip"])
@click.command_panel("Make a chip", commands=["fuse"])
@click.command_panel(
    "License chips",
    commands=[
        "authority",
        "licence",
        "location",
        "landmark",
        "evidence",
        "token",
        "policy",
        "registry",
    ],
)
@click.command_panel("Emulated chips", commands=["attack", "scenario"])
@click.command_panel("Help", commands=["doctor", "explain", "completion"])
@config_option
@chip_options
@authority_options
@output_options
@click.version_option(_version(), prog_name="mooring")
def main() -> None:
    """License, locate and run accelerators that compute only under a verified licence."""
    log_to_stderr(0)


for _command in (
    authority,
    boot,
    chip,
    completion,
    compute,
    doctor,
    evidence,
    explain,
    fuse,
    landmark,
    licence,
    location,
    policy,
    registry,
    token,
):
    main.add_command(_command)
