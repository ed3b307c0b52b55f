# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The wire (docs/protocol.md): frames, packets and messages, as pure functions on bytes."""
