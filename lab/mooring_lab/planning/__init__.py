# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where landmarks are needed for given sites, what they can prove there, and what they cost."""
