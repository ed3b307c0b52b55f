# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""JSON with a type."""

from __future__ import annotations

import json
from typing import TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def parse(text: str | bytes) -> Json:
    """The value in `text`.

    Raises:
        ValueError: there is none.
    """
    return cast("Json", json.loads(text))
