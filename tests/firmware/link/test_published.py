# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The shared golden frames, in which three public implementations agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mooring_firmware._link import FrameReader, fcs, write_frame


def load(shared: Path, name: str) -> Any:
    """The content of one file of serial vectors."""
    path = shared / "vectors" / "serial" / name
    return json.loads(path.read_text(encoding="utf-8"))


def test_golden_frames_are_written_and_read(shared_dir: Path) -> None:
    frames = load(shared_dir, "mctp_serial_frames.json")["frames"]
    for row in frames:
        packet, frame = bytes.fromhex(row["packet"]), bytes.fromhex(row["frame"])
        assert write_frame(packet) == frame, row["name"]
        assert FrameReader().feed(frame) == [packet], row["name"]

    assert len(frames) == 10


def test_bad_frames_are_dropped_and_a_good_one_behind_them_is_read(shared_dir: Path) -> None:
    document = load(shared_dir, "mctp_serial_frames.json")
    good = document["frames"][0]
    for row in document["bad_frames"]:
        stream = bytes.fromhex(row["frame"]) + bytes.fromhex(good["frame"])
        assert FrameReader().feed(stream) == [bytes.fromhex(good["packet"])], row["name"]

    assert len(document["bad_frames"]) == 7


def test_check_sequence_is_the_catalogues_mcrf4xx(shared_dir: Path) -> None:
    listed = load(shared_dir, "crc_check_values.json")["crc16"]
    (entry,) = [each for each in listed if each["name"].startswith("CRC-16/MCRF4XX")]
    for row in entry["vectors"]:
        assert f"{fcs(bytes.fromhex(row['hex'])):04x}" == row["crc"]

    assert f"{fcs(b'123456789'):04x}" == entry["check_123456789"]
