# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Bytes that reach the link before the CPU has taken its first step."""

from mooring_models import Chip, ChipConfig

# Get Endpoint ID to the null id, DSP0236 section 12.4, in one serial frame.
GET_ENDPOINT_ID = bytes.fromhex("7e010801000000c80080023f0a7e")


def test_a_request_sent_with_power_on_is_answered() -> None:
    chip = Chip.manufacture(ChipConfig(name="early", seed=bytes(32)))
    chip.power_on()
    chip.link.send(GET_ENDPOINT_ID)

    chip.run_for(1.0)

    assert chip.console.receive().startswith(b"mooring rom")
    assert chip.link.receive().startswith(b"\x7e\x01")
