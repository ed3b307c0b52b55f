# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The firmware as Python sees it: a thin, typed binding of the compiled C, without logic."""
