# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The borders that maps draw are those that the verifier judges by."""

from mooring_host.location.borders import SOURCE, Outline, outlines

__all__ = ["SOURCE", "Outline", "outlines"]
