# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The project's own acceptance vectors of Ed25519 as rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, NamedTuple


class AcceptanceCase(NamedTuple):
    """One row of `ed25519_acceptance.json`."""

    comment: str
    flags: list[str]
    key: bytes
    message: bytes
    signature: bytes
    refused_by: str | None
    recomputed_r: bytes | None


def acceptance_cases() -> list[AcceptanceCase]:
    path = Path(__file__).parents[1] / "vectors" / "ed25519_acceptance.json"
    return [
        AcceptanceCase(
            row["comment"],
            row["flags"],
            bytes.fromhex(row["key"]),
            bytes.fromhex(row["message"]),
            bytes.fromhex(row["signature"]),
            row["refused_by"],
            bytes.fromhex(row["recomputed_r"]) if row["recomputed_r"] else None,
        )
        for row in json.loads(path.read_text(encoding="utf-8"))["tests"]
    ]


ACCEPTANCE: Final = acceptance_cases()
