# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Files of a chip: what it keeps without power, and snapshots of the whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from benches.held import Bench, address, record
from benches.scripted import held, scripted

from mooring_models import (
    Chip,
    ChipConfig,
    EventLoop,
    Persistent,
    SnapshotError,
    _regs,
)
from mooring_models._regs import (
    EngineRegs,
    RecordKind,
    TimerRegs,
    UartRegs,
    VaultCommand,
    VaultResult,
)
from mooring_models.clock import SECOND, seconds

BYTE: Final = SECOND * 10 // 115_200
ONES: Final = np.ones((8, 8), np.int8)


def noise(chip: Chip) -> list[int]:
    """The next eight words of the noise source."""
    return [chip.bus.read32(address(_regs.TRNG, _regs.TrngRegs.DATA)) for _ in range(8)]


def test_persistent_state_is_what_power_leaves(tmp_path: Path) -> None:
    bench = Bench()
    bench.burn_count(3)
    assert bench.commit(record(RecordKind.HOUSEKEEPING, FLAGS=1, FLOOR=77)) is VaultResult.OK
    first = noise(bench.chip)
    bench.chip.persistent.save(tmp_path / "state")

    again = Bench(Chip(bench.chip.config, Persistent.load(tmp_path / "state")))

    assert again.chip.ueid == bench.chip.ueid
    assert again.chip.otp.count == 3
    assert again.vault(VaultCommand.CHECK) is VaultResult.OK
    assert noise(again.chip) != first


def busy_bench() -> Bench:
    """A chip in the middle of everything."""
    bench = Bench().to_production()
    bench.accept_trust()
    bench.open_gate(cycles=5000, seconds=30)
    bench.match_licence()
    bench.gate_words(_regs.GateRegs.TERMS, bytes(12) + b"\xff" * 12)
    chip = bench.chip
    bench.write(_regs.TIMER, TimerRegs.ALARM_HI, 0)
    bench.write(_regs.TIMER, TimerRegs.ALARM_LO, 10**9)
    bench.write(_regs.UART1, UartRegs.IER, 3)
    chip.link.send(bytes(range(200)))
    chip.bus.write_fifo(address(_regs.UART1, UartRegs.THR), b"0123456789")
    chip.loop.run_for(3 * BYTE + BYTE // 2)
    bench.chip.trng.draw(5)
    chip.bus.write_fifo(address(_regs.ENGINE, EngineRegs.A_IN), bytes(range(64)))
    chip.bus.write_fifo(address(_regs.ENGINE, EngineRegs.B_IN), bytes(range(65)))
    bench.write(_regs.ENGINE, EngineRegs.SHAPE, 0x080808)
    bench.write(_regs.ENGINE, EngineRegs.DOORBELL, 5)
    return bench


def story(bench: Bench) -> list[object]:
    """What a chip does next; everything that can be seen from outside."""
    chip = bench.chip
    seen: list[object] = []
    chip.link.receive()
    chip.run_for(0.01)
    seen.append(chip.link.receive())
    level = bench.read(_regs.UART1, UartRegs.RX_LEVEL)
    seen.append(chip.bus.read_fifo(address(_regs.UART1, UartRegs.RBR), level))
    seen.append(bench.read(_regs.ENGINE, EngineRegs.RESULT_TAG))
    seen.append(chip.bus.read_fifo(address(_regs.ENGINE, EngineRegs.C_OUT), 256))
    seen.append(noise(chip))
    bench.command(_regs.GateCommand.ABORT)
    bench.match_licence()
    seen.append(chip.gate.attempt)
    chip.run_for(15)
    seen += [bench.read(_regs.TIMER, TimerRegs.STATUS), chip.gate.seconds_left]
    seen += [chip.compute(ONES, ONES).result, chip.gate.cycles_left]
    chip.run_for(15)
    seen += [chip.compute(ONES, ONES).result, bench.read(_regs.TIMER, TimerRegs.TIME_LO)]
    seen.append(chip.capture().to_json())
    return seen


def test_restored_chip_goes_on_exactly_as_the_original(tmp_path: Path) -> None:
    bench = busy_bench()
    bench.chip.snapshot(tmp_path / "shot")
    restored = Bench(Chip.restore(tmp_path / "shot"))
    assert restored.chip.capture() == bench.chip.capture()

    assert story(restored) == story(bench)


def test_snapshot_may_be_restored_into_a_loop_of_another_time(tmp_path: Path) -> None:
    bench = busy_bench()
    bench.chip.snapshot(tmp_path / "shot")
    loop = EventLoop(seconds(1000))

    restored = Bench(Chip.restore(tmp_path / "shot", loop))

    assert restored.chip.loop is loop
    assert story(restored)[:-1] == story(bench)[:-1]


def test_two_chips_share_a_loop() -> None:
    loop = EventLoop()
    one = Chip.manufacture(ChipConfig(name="one", seed=b"1", cpu="held"), loop)
    two = Chip.manufacture(ChipConfig(name="two", seed=b"2", cpu="held", baud=9600), loop)
    for chip in (one, two):
        chip.power_on()
        chip.bus.write_fifo(address(_regs.UART1, UartRegs.THR), b"hello")
    one.run_for(0.001)

    assert (one.link.receive(), two.link.receive()) == (b"hello", b"")
    two.run_for(0.1)
    assert two.link.receive() == b"hello"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (r'"version": 2', '"version": 9', "version 9, this program"),
        (r"chip snapshot", "cake", "not a mooring chip snapshot file"),
        (r".{40}$", "", "checksum does not match"),
        (r"hex:", "hex:00", "checksum does not match"),
        (r"(?s).*", "", "not a mooring chip snapshot file"),
        (r"(?s).*", "[1]\n{}", "not a mooring chip snapshot file"),
        (r"(?s).*", "{\n", "not a mooring chip snapshot file"),
    ],
)
def test_damaged_or_foreign_snapshot_is_refused_with_its_reason(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    path = tmp_path / "shot"
    Bench().chip.snapshot(path)
    text = path.read_text(encoding="ascii")
    path.write_text(re.sub(old, new, text, count=1), encoding="ascii")

    with pytest.raises(SnapshotError, match=complaint) as caught:
        Chip.restore(path)
    assert str(path) in caught.value.attempted


def test_snapshot_of_another_rom_is_refused(tmp_path: Path) -> None:
    chip, _ = scripted()
    chip.snapshot(tmp_path / "shot")

    with pytest.raises(SnapshotError, match="taken with another ROM"):
        Chip.restore(tmp_path / "shot")


def test_missing_file_and_bad_folder_are_reported(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="No such file"):
        Persistent.load(tmp_path / "none")
    with pytest.raises(SnapshotError, match="No such file"):
        held().persistent.save(tmp_path / "no folder" / "state")


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    held().persistent.save(path)
    before = path.read_bytes()
    (tmp_path / "state.new").mkdir()  # where the new file would be staged

    with pytest.raises(SnapshotError, match="Is a directory"):
        held(seed=b"other").persistent.save(path)

    assert path.read_bytes() == before
