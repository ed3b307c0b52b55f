# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Both back ends of the CPU: the real ROM on the bus, its faults, and many of it at once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import pytest

from mooring_firmware import images
from mooring_models import (
    AccessCut,
    BusError,
    Chip,
    ChipConfig,
    PassThrough,
    SnapshotError,
    _regs,
)
from mooring_models._regs import GateState, Phase, ResetCause
from mooring_models.cpu import native
from mooring_models.cpu.native import NativeCpu
from mooring_models.cpu.rv32_cpu import Rv32Cpu
from mooring_models.faults import AccessKind, BusAccess
from mooring_models.state import Value

# INFO by hand: an MCTP packet (DSP0236 section 8.1) from endpoint 8 to 9, one message of
# type 7F, IANA number 32473, version 1, command 1, in a serial frame (DSP0253 section 5).
PACKET: Final = bytes.fromhex("01 09 08 c8 7f 00007ed9 01 01 00")
FLAG: Final = 0x7E


def fcs(data: bytes) -> int:
    """CRC-16 of DSP0253, bit by bit: reflected polynomial 0x8408, initial value 0xFFFF."""
    value = 0xFFFF
    for each in data:
        value ^= each
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value


def frame(packet: bytes) -> bytes:
    """The packet on the line; it needs no escape."""
    head = bytes((0x01, len(packet)))
    escaped = packet.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e")
    return bytes((FLAG,)) + head + escaped + fcs(head + packet).to_bytes(2, "big") + b"\x7e"


def message(line: bytes) -> bytes:
    """The message in the frames of `line`, whose check sequences must be right."""
    out = bytearray()
    at = 0
    while at < len(line):
        at += line[at] == line[at + 1] == FLAG  # one flag may close a frame and open the next
        length = line[at + 2]
        packet = bytearray()
        at += 3
        while len(packet) < length:
            escaped = line[at] == 0x7D
            packet.append(line[at + 1] ^ 0x20 if escaped else line[at])
            at += 1 + escaped
        check = int.from_bytes(line[at : at + 2], "big")
        assert check == fcs(bytes((0x01, length)) + packet)
        out += packet[4:]
        at += 3
    return bytes(out)


INFO: Final = frame(PACKET)
BOOT: Final = (Phase.RESET_ENTRY, Phase.SELF_TEST, Phase.READ_FUSES)
FOLDER: Final = Path(images.__file__).parent


def boot(cpu: str, **config: object) -> Chip:
    chip = Chip.manufacture(ChipConfig(cpu=cpu, **config))  # type: ignore[arg-type]
    chip.power_on()
    assert chip.run_until_idle()
    return chip


def ask(chip: Chip, request: bytes = INFO) -> bytes:
    """Sends a request and returns what came back on the line."""
    chip.link.receive()
    chip.link.send(request)
    assert chip.run_until_idle()
    return chip.link.receive()


def test_rom_boots_says_so_and_answers(cpu: str) -> None:
    chip = boot(cpu)

    assert b"mooring rom" in chip.console.receive()
    answer = ask(chip)
    assert answer.startswith(b"\x7e\x01")
    assert chip.public_key in message(answer)
    assert not chip.halted


def test_measurement_is_the_image_s_and_shown_by_the_hardware(cpu: str) -> None:
    chip = boot(cpu)
    binary = (FOLDER / f"{images.SHIPPED}.bin").read_bytes()

    assert chip.cpu.measurement == chip.romctrl.measurement == hashlib.sha384(binary).digest()


def test_same_seed_gives_the_same_wire_and_another_seed_another(cpu: str) -> None:
    def story(seed: bytes) -> bytes:
        chip = boot(cpu, seed=seed)
        return chip.console.receive() + ask(chip)

    assert story(b"1") == story(b"1")
    assert story(b"1") != story(b"2")


@pytest.mark.parametrize("baud", [9600, 115_200, 3_000_000])
def test_answer_takes_at_least_the_time_of_its_bytes(cpu: str, baud: int) -> None:
    chip = boot(cpu, baud=baud)
    start = chip.loop.now
    answer = ask(chip)

    took_s = (chip.loop.now - start) / 1e12
    on_the_line_s = (len(INFO) + len(answer)) * 10 / baud
    assert on_the_line_s <= took_s < on_the_line_s + 0.05


def test_phases_are_reported_as_they_begin(cpu: str) -> None:
    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    marks: list[tuple[int, Phase]] = []
    chip.on_phase = lambda time, phase: marks.append((time, phase))
    chip.power_on()
    chip.run_until_idle()

    assert [phase for _, phase in marks] == list(BOOT)
    times = [time for time, _ in marks]
    assert times == sorted(set(times))


def test_native_phases_cost_their_published_time() -> None:
    chip = boot("native")

    assert set(native.PHASE_COST) == set(Phase)
    total = sum(native.PHASE_COST[phase] for phase in BOOT)
    assert total <= chip.loop.now < total * 1.2


def test_long_message_costs_few_accesses(cpu: str) -> None:
    chip = boot(cpu)
    before = chip.bus.accesses
    answer = ask(chip)

    # Reads of level and bytes at a trigger and at the end, the answer, the waits; a core
    # takes and gives the bytes one by one.
    singly = len(INFO) + len(answer) if cpu == "rv32" else 0
    assert chip.bus.accesses - before - singly < 100


# -- Faults ------------------------------------------------------------------------------


class FaultAt(PassThrough):
    """Answers the `number`-th access with a bus fault, or with another exception."""

    def __init__(self, number: int, error: BaseException) -> None:
        self.number = number
        self.error = error

    def before(self, access: BusAccess) -> None:
        del access
        self.number -= 1
        if self.number < 0:
            raise self.error


def test_bus_fault_halts_the_rom_with_its_error_word(cpu: str) -> None:
    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    chip.power_on()
    chip.bus.interposer = FaultAt(10, BusError("read", "X", 0, "injected"))
    chip.run_until_idle()

    assert chip.halted
    assert chip.gate.state is GateState.CLOSED
    fault = chip.bus_fault
    assert fault is not None
    assert fault.reason == "injected"
    assert chip.run_until_idle()


def test_rom_latches_why_it_shut_down_when_the_bus_still_works(cpu: str) -> None:
    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    chip.power_on()

    class Once(FaultAt):
        def before(self, access: BusAccess) -> None:
            if self.number == 0:
                self.number = -1
                raise self.error
            self.number -= self.number > 0

    chip.bus.interposer = Once(10, BusError("read", "X", 0, "injected"))
    chip.run_until_idle()

    assert chip.halted
    assert chip.shutdown_error.to_bytes(4, "big")[:2].isalpha()
    chip.bus.interposer = None
    chip.reset_line()
    chip.run_until_idle()
    assert (chip.halted, chip.shutdown_error) == (False, 0)
    assert chip.bus_fault is None


def test_exception_in_a_callback_comes_out_after_c_has_returned(cpu: str) -> None:
    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    chip.power_on()
    chip.bus.interposer = FaultAt(5, ZeroDivisionError("of a test"))

    with pytest.raises(ZeroDivisionError, match="of a test"):
        chip.run_until_idle()

    chip.bus.interposer = None
    chip.reset_line()
    assert chip.run_until_idle()
    assert ask(chip)


@pytest.mark.parametrize("after", [0, 1, 7, 15])
def test_power_cut_stops_everything_until_power_returns(cpu: str, after: int) -> None:
    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    chip.power_on()
    chip.bus.interposer = cut = AccessCut(after)
    chip.run_until_idle()

    assert not chip.powered
    assert cut.seen == after
    assert isinstance(chip.cpu, NativeCpu | Rv32Cpu)
    assert chip.cpu.power_lost is not None
    chip.bus.interposer = None
    chip.power_on()
    chip.run_until_idle()
    assert ask(chip)


def test_no_access_happens_after_the_cut_within_a_step(cpu: str) -> None:
    class Log(AccessCut):
        """Counts what is asked for after the cut."""

        def __init__(self, after: int) -> None:
            super().__init__(after)
            self.late = 0

        def before(self, access: BusAccess) -> None:
            self.late += self.seen >= self.after
            super().before(access)

    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    chip.power_on()
    chip.bus.interposer = log = Log(4)
    chip.run_until_idle()

    assert log.late == 1


def test_reset_command_of_the_rom_comes_back_as_a_reset(cpu: str) -> None:
    chip = boot(cpu)
    reset = frame(PACKET[:-2] + b"\x0b\x00")

    answer = ask(chip, reset)

    assert answer.startswith(b"\x7e\x01")
    assert chip.rstmgr.cause is ResetCause.COMMAND
    assert ask(chip)


def test_skipped_read_of_a_register_is_possible_for_campaigns(cpu: str) -> None:
    class Zero(PassThrough):
        """Reads of the TRNG status give nothing."""

        def read(self, access: BusAccess, data: bytes) -> bytes:
            if access.kind is AccessKind.READ and access.address >> 12 == _regs.TRNG.base >> 12:
                return bytes(len(data))
            return data

    chip = Chip.manufacture(ChipConfig(cpu=cpu))
    chip.bus.interposer = Zero()
    chip.power_on()
    chip.run_until_idle()

    assert not any(chip.gate.attempt_nonce)


# -- Snapshot and number -----------------------------------------------------------------


def test_restored_chip_answers_as_the_original_would(cpu: str, tmp_path: Path) -> None:
    chip = boot(cpu)
    chip.link.send(INFO[:7])
    chip.run_for(0.001)
    chip.snapshot(tmp_path / "shot")
    restored = Chip.restore(tmp_path / "shot")
    assert restored.capture() == chip.capture()

    stories = []
    for each in (chip, restored):
        each.link.send(INFO[7:])
        each.run_until_idle()
        stories.append((each.link.receive(), each.loop.now, each.capture().to_json()))

    assert stories[0] == stories[1]
    assert stories[0][0].startswith(b"\x7e\x01")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"rom": b"abc"}, "rom has 3 bytes"),
        ({"build": bytes(48)}, "taken with another ROM"),
        ({"back_end": "rv32"}, "of the back end rv32, this is native"),
    ],
)
def test_native_state_of_another_kind_is_refused(change: dict[str, Value], complaint: str) -> None:
    chip = boot("native")

    with pytest.raises(SnapshotError, match=complaint):
        chip.cpu.restore(chip.cpu.capture().replaced(**change))


def test_thousand_chips_boot_in_one_process_and_keep_apart() -> None:
    chips = [
        Chip.manufacture(ChipConfig(name=f"chip {n}", seed=n.to_bytes(2, "big")))
        for n in range(1000)
    ]
    for chip in chips:
        chip.power_on()
    for chip in chips:
        chip.run_until_idle()

    assert len({chip.ueid for chip in chips}) == 1000
    assert not any(chip.halted for chip in chips)
    last = chips[-1]
    assert last.public_key in message(ask(last))
