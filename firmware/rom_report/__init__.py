# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What an image of the boot ROM takes: bytes by module, and stack at its deepest."""

from rom_report.report import Report, ReportError, measure

__all__ = ["Report", "ReportError", "measure"]
