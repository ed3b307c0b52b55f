# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""``emulator://`` is a serial port like any other, in the chip's own time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from mooring_host.chip import ChipClient
from mooring_host.errors import NoAnswer, TransportError
from mooring_host.states import Lifecycle
from mooring_host.transport import SerialTransport, open_transport
from mooring_host.wire.messages import FuseField
from mooring_lab import emulated
from mooring_lab.board import Board
from mooring_lab.errors import LabError, ServeError, StateFileError
from mooring_lab.lab import CutAt, Direction, Noise, NoiseKind, power_cycle
from mooring_models.cpu import RUNNING_BACK_ENDS
from mooring_models.faults import Tear

URL = "emulator://bench"
THROTTLE = bytes.fromhex("0102")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No chip outlives its test."""
    yield
    for name in tuple(emulated._boards):
        emulated.remove(name)


@pytest.fixture
def client(cpu: str) -> Iterator[ChipClient]:
    """The first port of a chip, on either back end; others open it by its name alone."""
    emulated.board_at(f"{URL}?cpu={cpu}")
    with ChipClient.open(URL) as opened:
        yield opened


@pytest.fixture
def board(client: ChipClient) -> Board:
    assert client.link.transport.name == URL
    return emulated.board_at(URL)


def ueid(url: str) -> bytes:
    with ChipClient.open(url) as client:
        return client.info().ueid


def test_chip_answers_through_pyserial(client: ChipClient, board: Board) -> None:
    info = client.info()

    assert info.lifecycle is Lifecycle.MANUFACTURING
    assert info.ueid == board.chip.ueid


def test_two_ports_of_a_name_lead_to_one_chip(client: ChipClient) -> None:
    client.burn(FuseField.THROTTLE, THROTTLE)

    with ChipClient.open(URL) as other:
        assert other.fuses().throttle == 0x0102


def test_names_and_seeds_make_different_chips_and_the_same_seed_the_same() -> None:
    assert len({ueid("emulator://a"), ueid("emulator://b"), ueid("emulator://c?seed=1")}) == 3
    assert ueid("emulator://d?seed=1") == ueid("emulator://c")


def test_chip_stays_powered_while_no_port_is_open(board: Board, client: ChipClient) -> None:
    client.info()
    before = board.now_s()
    client.close()

    with ChipClient.open(URL) as again:
        again.info()

    assert "self-test" not in board.console()[1:].lower() or board.now_s() > before
    assert board.chip.powered


def test_waiting_takes_virtual_time_only(client: ChipClient) -> None:
    transport = client.link.transport
    began = transport.monotonic()

    assert transport.read(3600) == b""

    assert transport.monotonic() - began == pytest.approx(3600)


def test_answer_takes_the_time_of_its_bytes_on_the_line() -> None:
    with ChipClient.open("emulator://slow?baud=9600") as client:
        client.info()
        began = client.link.transport.monotonic()

        client.info()

        # Request of 19 bytes and answer of about 200, 10 bits each.
        assert 0.2 < client.link.transport.monotonic() - began < 0.5


def test_polling_for_input_lets_time_pass(client: ChipClient) -> None:
    client.info()
    transport = client.link.transport
    assert isinstance(transport, SerialTransport)
    # An INFO request (protocol.md): to the null id, from 8, one packet, tag 1.
    transport.write(bytes.fromhex("7e 01 0c 010008c9 7f00007d5ed9010100 e0c3 7e"))
    port = transport.port

    polls = 0
    while not port.in_waiting and polls < 20_000:
        polls += 1

    assert 0 < polls < 20_000


def test_read_without_timeout_ends_when_nothing_will_ever_come(client: ChipClient) -> None:
    client.info()
    with (
        serial.serial_for_url(URL, timeout=None) as port,
        pytest.raises(serial.SerialException, match="nothing more to send"),
    ):
        port.read(1)


def test_reader_and_writer_may_be_different_threads(client: ChipClient) -> None:
    client.info()
    request = bytes.fromhex("7e 01 0c 010008c9 7f00007d5ed9010100 e0c3 7e")
    done, heard = threading.Event(), threading.Event()
    with serial.serial_for_url(URL, timeout=0.001) as port:

        def listen() -> None:
            while not done.is_set():
                if port.read(64):
                    heard.set()

        reader = threading.Thread(target=listen)
        reader.start()
        answers = 0
        for _ in range(20):
            heard.clear()
            port.write(request)
            answers += heard.wait(timeout=10)
        done.set()
        reader.join()

    assert answers == 20
    assert client.info().lifecycle is Lifecycle.MANUFACTURING


def test_closed_port_is_refused(client: ChipClient) -> None:
    client.close()

    with pytest.raises(TransportError):
        client.info()


def test_reset_line_works_as_on_boards(board: Board, client: ChipClient) -> None:
    client.info()
    transport = client.link.transport
    assert isinstance(transport, SerialTransport)
    boots = board.console().count("mooring rom")

    transport.pulse_reset()
    client.info()

    assert board.console().count("mooring rom") == boots + 1


def test_break_on_the_line_disturbs_no_later_message(client: ChipClient) -> None:
    with serial.serial_for_url(URL) as port:
        port.break_condition = True
        port.break_condition = False

    assert client.info().lifecycle is Lifecycle.MANUFACTURING


def test_fuses_outlive_the_chip_in_its_state_file(tmp_path: Path) -> None:
    url = f"emulator://kept?state={tmp_path / 'kept.chip'}"
    with ChipClient.open(url) as client:
        client.burn(FuseField.THROTTLE, THROTTLE)
        before = client.info().ueid
    emulated.remove("kept")

    with ChipClient.open(url) as client:
        assert client.fuses().throttle == 0x0102
        assert client.info().ueid == before


def test_answered_burn_is_in_the_state_file_before_the_chip_is_removed(tmp_path: Path) -> None:
    state = tmp_path / "kept.chip"
    with ChipClient.open(f"emulator://kept?state={state}") as client:
        client.burn(FuseField.THROTTLE, THROTTLE)
        copy = tmp_path / "copy.chip"
        copy.write_bytes(state.read_bytes())

    with ChipClient.open(f"emulator://other?state={copy}") as client:
        assert client.fuses().throttle == 0x0102


def test_noise_is_never_drawn_twice_across_restarts(tmp_path: Path) -> None:
    url = f"emulator://kept?state={tmp_path / 'kept.chip'}"
    nonces: list[bytes] = []
    for _ in range(3):
        with ChipClient.open(url) as client:
            nonces.append(client.challenge(bytes(32)))
        emulated.remove("kept")

    assert len(set(nonces)) == 3


def test_state_file_in_use_is_a_clear_error(tmp_path: Path) -> None:
    state = tmp_path / "kept.chip"
    ueid(f"emulator://one?state={state}")

    with pytest.raises(TransportError, match="another program is running the chip in it"):
        open_transport(f"emulator://two?state={state}")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "not a mooring chip state file"),
        (b"\xff\xfe", "not a mooring chip state file"),
        (b"a letter\n", "not a mooring chip state file"),
        (b'{"kind": "mooring chip state", "version": 99, "sha256": ""}\n{}\n', "version 99"),
        (b'{"kind": "mooring chip state", "version": 1, "sha256": "00"}\n{}\n', "damaged"),
    ],
)
def test_bad_state_file_is_a_clear_error_and_left_alone(
    tmp_path: Path, content: bytes, found: str
) -> None:
    state = tmp_path / "kept.chip"
    state.write_bytes(content)

    with pytest.raises(StateFileError, match=found):
        emulated.board_at(f"emulator://kept?state={state}")

    assert state.read_bytes() == content
    # The lock was given back.
    state.unlink()
    ueid(f"emulator://kept?state={state}")


def test_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StateFileError, match="use the state file"):
        emulated.board_at(f"emulator://kept?state={tmp_path / 'file' / 'kept.chip'}")


@pytest.mark.parametrize(
    "url",
    [
        "emulator://",
        "emulator://a/b",
        "emulator://a?baud=fast",
        "emulator://a?baud=1",
        "emulator://a?colour=red",
        "emulator://a?seed=1&seed=2",
        "emulator://a?seed",
        "emulator://a?cpu=z80",
        "emulator://..",
    ],
)
def test_url_of_another_form_is_a_clear_error(url: str) -> None:
    with pytest.raises(ServeError):
        emulated.board_at(url)


@pytest.mark.usefixtures("board")
def test_other_parameters_for_a_running_chip_are_refused() -> None:
    with pytest.raises(ServeError, match="running with other parameters"):
        emulated.board_at(f"{URL}?baud=9600")


def test_noise_on_the_line_is_ended_again(board: Board, client: ChipClient) -> None:
    for direction in Direction:
        board.set_noise(direction, Noise(NoiseKind.DROP, 1.0))
        with pytest.raises(NoAnswer):
            client.info()
        board.set_noise(direction, None)

        assert client.info().lifecycle is Lifecycle.MANUFACTURING


def test_chip_without_power_is_silent_and_answers_again_with_it(
    board: Board, client: ChipClient
) -> None:
    board.power_off()
    with pytest.raises(NoAnswer):
        client.info()

    board.power_on()

    assert client.info().lifecycle is Lifecycle.MANUFACTURING


@pytest.mark.parametrize("at", [CutAt.ACCESS, CutAt.OTP_WRITE])
def test_power_is_cut_once_at_the_chosen_place(board: Board, client: ChipClient, at: CutAt) -> None:
    client.info()
    board.cut_power_at(at, 1, Tear.NEW)
    with pytest.raises(NoAnswer):
        client.burn(FuseField.THROTTLE, THROTTLE)

    power_cycle(board)

    client.burn(FuseField.THROTTLE, THROTTLE)
    assert client.fuses().throttle == 0x0102


def test_image_of_another_size_is_no_nvram(board: Board) -> None:
    with pytest.raises(LabError, match="expected 2048"):
        board.put_nvram(b"short")


def test_snapshot_goes_on_where_it_was_taken(
    board: Board, client: ChipClient, tmp_path: Path
) -> None:
    first = client.challenge(bytes(32))
    board.snapshot(tmp_path / "chip.snapshot")
    client.burn(FuseField.THROTTLE, THROTTLE)

    board.restore(tmp_path / "chip.snapshot")

    assert client.fuses().throttle == 0
    assert client.challenge(bytes(32))[-64:] == first[-64:]


def test_bad_snapshot_leaves_the_chip_as_it_is(
    board: Board, client: ChipClient, tmp_path: Path
) -> None:
    client.burn(FuseField.THROTTLE, THROTTLE)
    (tmp_path / "bad").write_text("nothing")

    with pytest.raises(LabError, match="not a mooring chip snapshot"):
        board.restore(tmp_path / "bad")

    assert client.fuses().throttle == 0x0102


def test_old_nvram_and_console_are_read_back(board: Board, client: ChipClient) -> None:
    client.info()
    image = board.nvram()

    board.put_nvram(bytes(reversed(image)))

    assert board.nvram() == bytes(reversed(image))
    assert "mooring rom" in board.console()


def test_url_chooses_the_back_end_and_the_chip_is_the_same() -> None:
    chips = {cpu: f"emulator://{cpu}?seed=1&cpu={cpu}" for cpu in RUNNING_BACK_ENDS}

    found = {ueid(url) for url in chips.values()}

    assert len(found) == 1
    assert [emulated.board_at(url).chip.cpu.name for url in chips.values()] == list(chips)


def test_state_file_goes_from_one_back_end_to_the_other(tmp_path: Path) -> None:
    state = tmp_path / "kept.chip"
    with ChipClient.open(f"emulator://one?state={state}&cpu=rv32") as client:
        client.burn(FuseField.THROTTLE, THROTTLE)
    emulated.remove("one")

    with ChipClient.open(f"emulator://two?state={state}&cpu=native") as client:
        assert client.fuses().throttle == 0x0102


def test_snapshot_of_another_back_end_is_refused_and_the_chip_goes_on(
    tmp_path: Path, cpu: str, board: Board, client: ChipClient
) -> None:
    (other,) = set(RUNNING_BACK_ENDS) - {cpu}
    emulated.board_at(f"emulator://other?cpu={other}").snapshot(tmp_path / "shot")

    with pytest.raises(LabError, match=f"back end {other}, this one has {cpu}"):
        board.restore(tmp_path / "shot")

    assert client.info().ueid == board.chip.ueid
