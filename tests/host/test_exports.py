# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What the package promises is there, although nothing is imported before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mooring_host


@pytest.mark.parametrize("name", mooring_host.__all__)
def test_promised_name_is_there(name: str) -> None:
    assert getattr(mooring_host, name).__module__.startswith("mooring_host.")


def test_name_that_is_not_promised_is_no_attribute() -> None:
    assert not hasattr(mooring_host, "Imaginary")


def test_package_alone_does_not_load_the_compiled_core() -> None:
    script = "import sys, mooring_host; print('mooring_firmware' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
