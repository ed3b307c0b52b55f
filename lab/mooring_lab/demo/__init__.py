# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A chip locked, licensed, refused and lapsed, told to somebody who never heard of it."""
