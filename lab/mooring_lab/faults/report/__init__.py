# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What a campaign found, as JSON, as Markdown, and as a page."""

from mooring_lab.faults.report.files import write
from mooring_lab.faults.report.summary import summary

__all__ = ["summary", "write"]
