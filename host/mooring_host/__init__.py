# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The people's side: tokens, authority, verifier, location, and the client of a chip."""
