# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Bytes that reach the link before the CPU has taken its first step."""

from mooring_host.wire.framing import encode_frame
from mooring_models import Chip, ChipConfig

# Get Endpoint ID to the null id (DSP0236 section 12.4), one packet.
GET_ENDPOINT_ID = bytes.fromhex("010008c8008002")


def test_a_request_sent_with_power_on_is_answered(cpu: str) -> None:
    chip = Chip.manufacture(ChipConfig(name="early", seed=bytes(32), cpu=cpu))
    chip.power_on()
    chip.link.send(encode_frame(GET_ENDPOINT_ID))

    chip.run_for(1.0)

    assert chip.console.receive().startswith(b"mooring rom")
    assert chip.link.receive().startswith(b"\x7e\x01")
