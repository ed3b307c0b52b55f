# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The life of a chip by command line, on a real chip in this process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli_kit import START, Mooring

PLACE = ("--statement", "chip-a.json", "--inside", "hall-a")


def test_new_authority_has_root_two_keys_and_first_trust_list(office: Mooring) -> None:
    shown = office.yes("authority", "show")

    assert [root["slot"] for root in shown["roots"]] == [0]
    assert shown["trust"]["epoch"] == 1
    assert sorted(key["role"] for key in shown["trust"]["keys"]) == ["licence", "location"]
    assert shown["chips"] == []
    assert shown["licences"] == {"reserved": 0, "issued": 0, "revoked": 0}


def test_info_tells_identity_of_new_chip(mooring: Mooring, port: str) -> None:
    info = mooring.yes("chip", "info")

    assert info["lifecycle"] == "manufacturing"
    assert info["port"] == port
    assert info["ueid"].startswith("01")
    assert len(info["ueid"]) == 66
    assert info["algorithms"] == [-19]


def test_text_and_json_of_info_say_the_same(mooring: Mooring, port: str) -> None:
    info = mooring.yes("chip", "info")
    text = mooring("chip", "info").out

    for field in ("ueid", "lifecycle", "mode", "rom_version", "measurement", "device_key"):
        assert info[field] in text


def test_locked_chip_refuses_to_compute(works: Mooring) -> None:
    error = works.no(4, "compute", "--random", "2x2x2")

    assert error["word"] == "ENGINE_GATE_CLOSED"
    assert "mooring boot" in error["hint"]


def test_boot_opens_gate_and_computes(works: Mooring) -> None:
    booted = works.yes("boot", *PLACE, "--for", "8h", "--cycles", "5000")

    assert booted["gate"] == "open"
    assert booted["computes"] is True
    assert booted["cycles_left"] == 5000
    assert booted["seconds_left"] == 8 * 3600
    assert [step["step"] for step in booted["times"]] == [
        "trust",
        "challenge",
        "issue",
        "load",
        "compute",
    ]


def test_product_of_files_equals_numpys(open_gate: Mooring, home: Path) -> None:
    generator = np.random.default_rng(7)
    a = generator.integers(-128, 128, (70, 9), dtype=np.int8)
    b = generator.integers(-128, 128, (9, 66), dtype=np.int8)
    np.save(home / "a.npy", a)
    np.savetxt(home / "b.csv", b, fmt="%d", delimiter=",")

    done = open_gate.yes("compute", "--a", "a.npy", "--b", "b.csv", "--out", "c.npy")

    assert done["shape"] == [70, 9, 66]
    assert done["equals_host"] is True
    assert done["commands"] > 1
    expected = a.astype(np.int32) @ b.astype(np.int32)
    assert np.array_equal(np.load(home / "c.npy"), expected)


def test_status_is_appraised_with_enrolled_key(open_gate: Mooring) -> None:
    status = open_gate.yes("chip", "status")

    assert (status["authentic"], status["key"], status["chip"]) == (True, "enrolled", "chip-a")
    assert status["evidence"]["gate"] == "open"
    assert status["evidence"]["epoch"] == 1
    assert status["evidence"]["floor"] == START
    assert status["findings"] == []


def test_status_of_unknown_chip_rests_on_its_own_word(mooring: Mooring, port: str) -> None:
    status = mooring.yes("chip", "status")

    assert (status["authentic"], status["key"], status["chip"]) == (True, "self-reported", None)


def test_reset_ends_the_grant(open_gate: Mooring) -> None:
    open_gate.yes("chip", "reset")

    assert open_gate.no(4, "compute", "--random", "2x2x2")["word"] == "ENGINE_GATE_CLOSED"


@pytest.mark.parametrize("how", ["command-reset", "line-reset"])
def test_before_resets_the_chip_first(open_gate: Mooring, how: str) -> None:
    open_gate.no(4, "compute", "--random", "2x2x2", "--before", how)


def test_after_resets_the_chip_when_done(open_gate: Mooring) -> None:
    open_gate.yes("compute", "--random", "2x2x2", "--after", "command-reset")

    open_gate.no(4, "compute", "--random", "2x2x2")


def test_refusals_stand_in_the_log(works: Mooring) -> None:
    works.yes("licence", "request", "--out", "first.request")
    works.yes("licence", "issue", "--request", "first.request", *PLACE, "--out", "first.licence")
    works.yes("chip", "reset")
    error = works.no(4, "licence", "load", "first.licence")

    log = works.yes("chip", "log")

    assert error["word"] == "DECISION_NONCE_EXPIRED"
    assert [entry["name"] for entry in log["entries"]] == ["DECISION_NONCE_EXPIRED"]
    assert log["counters"] == {"DECISION_NONCE_EXPIRED": 1}
    assert "DECISION_NONCE_EXPIRED" in works("chip", "log").out


def test_trace_holds_both_directions(mooring: Mooring, port: str, home: Path) -> None:
    mooring.yes("chip", "info", "--trace", "wire.txt")

    lines = (home / "wire.txt").read_text("ascii").splitlines()
    assert lines[0].split()[1:4] == [">", "7e", "01"]
    assert any(line.split()[1:4] == ["<", "7e", "01"] for line in lines)


def test_trace_to_stderr_leaves_stdout_to_the_result(mooring: Mooring, port: str) -> None:
    ran = mooring("chip", "info", "--trace", "-", "--format", "json")

    assert ran.json["lifecycle"] == "manufacturing"
    assert " > 7e 01" in ran.err
