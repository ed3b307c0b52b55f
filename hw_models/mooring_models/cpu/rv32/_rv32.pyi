# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
# What cffi generates has no types of its own; the modules around it give them.
from typing import Any, Final

from cffi import FFI

ffi: Final[FFI]
lib: Final[Any]
