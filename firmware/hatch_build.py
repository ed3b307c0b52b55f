# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""hatchling build hook: compiles the C extensions when the project is installed.

An editable install compiles them once, into the source tree; afterwards `make ext`
does.  A wheel carries freshly compiled ones and is tagged for this platform.
With MOORING_SKIP_EXTENSIONS set an editable install compiles nothing: the Makefile,
which runs `make ext` next, sets it so that nothing is compiled twice.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _load_build_ffi(root: Path) -> ModuleType:
    # Loaded by its path: a build front end does not put firmware/ on sys.path.
    path = root / "firmware" / "build_ffi.py"
    spec = importlib.util.spec_from_file_location("mooring_build_ffi", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up by name while the classes are made.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class FirmwareBuildHook(BuildHookInterface[Any]):
    """Runs `build_ffi.py` and puts its modules into the distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles for `version` ("editable" or "standard") of a wheel."""
        if self.target_name != "wheel":
            return
        build_ffi = _load_build_ffi(Path(self.root))
        if version == "editable":
            if not os.environ.get("MOORING_SKIP_EXTENSIONS"):
                build_ffi.build_all()
            return
        self._scratch = Path(tempfile.mkdtemp(prefix="mooring-wheel-"))
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for module in build_ffi.build_all(self._scratch):
            place = module.relative_to(self._scratch).as_posix()
            build_data["force_include"][str(module)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes what `initialize` compiled for a wheel."""
        scratch = getattr(self, "_scratch", None)
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
