# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The compiled firmware under test is the firmware in the source tree."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def build_ffi(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "mooring_build_ffi", repository / "firmware" / "build_ffi.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def test_extension_was_built_from_these_sources(
    build_ffi: ModuleType, subtests: pytest.Subtests
) -> None:
    for extension in build_ffi.EXTENSIONS:
        module = importlib.import_module(f"{extension.tree.package}.{extension.name}")

        built_from = module.ffi.string(module.lib.MOORING_BUILD_INPUTS).decode()

        with subtests.test(extension.name):
            assert built_from == extension.tree.input_digest(), "stale: run `make ext`"


def test_changed_source_changes_the_digest(build_ffi: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "core" / "a.c"
    source.parent.mkdir()
    source.write_text("int a;\n")
    tree = dataclasses.replace(build_ffi.FIRMWARE, folder=tmp_path)
    before = tree.input_digest()

    source.write_text("int b;\n")
    after_edit = tree.input_digest()
    source.rename(source.with_name("b.c"))
    after_rename = tree.input_digest()

    assert len({before, after_edit, after_rename}) == 3
