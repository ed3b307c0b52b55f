# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring chip run` serves a chip to any serial tool, survives its users, and cleans up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial
from click.testing import CliRunner, Result

from mooring_host.chip import ChipClient
from mooring_host.cli._errors import ExitCode, exit_code
from mooring_host.cli.main import main as command
from mooring_host.errors import Error, NoAnswer, TransportError
from mooring_host.states import Lifecycle
from mooring_host.transport import SerialTransport
from mooring_host.wire.messages import FuseField
from mooring_lab.errors import ServeError
from mooring_lab.running import running_chips
from mooring_lab.serve.process import COMMAND, ChipProcess
from mooring_lab.serve.server import Server
from mooring_lab.serve.setup import ServeOptions, check, serve

BAUD = "921600"
THROTTLE = bytes.fromhex("0102")
# The first bytes of a frame that announces 64 more.
CUT_OFF = bytes.fromhex("7e 01 44 01 00 08 c9 7f")

Start = Callable[..., ChipProcess]


@pytest.fixture(autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run-time folder for this module's chips; its name is short, since sockets lie in it."""
    folder = tmp_path_factory.getbasetemp() / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `mooring chip run`; whatever still runs in the end is killed."""
    started: list[ChipProcess] = []

    def run(*arguments: str) -> ChipProcess:
        log = tmp_path / f"log{len(started)}"
        process = ChipProcess(["--baud", BAUD, *arguments], log=log)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, cpu: str) -> Iterator[ChipProcess]:
    """One chip of each back end on every kind of port, for tests that leave it as it was."""
    runtime = tmp_path_factory.getbasetemp() / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    options = f"--name shared --baud {BAUD} --cpu {cpu} --no-state --rfc2217 127.0.0.1:0"
    with ChipProcess(
        [*options.split(), "--tcp", "127.0.0.1:0", "--console-tcp", "127.0.0.1:0"],
        environment={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
    ) as process:
        yield process


def port_of(process: ChipProcess, scheme: str) -> str:
    return next(port for port in process.chip.ports if port.startswith(scheme))


def connect(port: str) -> ChipClient:
    return ChipClient.open(port, baud=int(BAUD), timeout_s=5)


def mooring(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def ueid_at(port: str) -> bytes:
    with connect(port) as client:
        return client.info().ueid


def invoke(*arguments: str) -> Result:
    """The same without a process of its own."""
    return CliRunner().invoke(command, arguments)


@pytest.mark.parametrize("scheme", ["/", "/dev/pts/", "socket://", "rfc2217://"])
def test_chip_answers_on_each_kind_of_port(served: ChipProcess, scheme: str) -> None:
    with connect(port_of(served, scheme)) as client:
        assert client.info().lifecycle is Lifecycle.MANUFACTURING


@pytest.mark.parametrize("scheme", ["/dev/pts/", "socket://", "rfc2217://"])
def test_port_closed_in_the_middle_of_a_message_serves_the_next_peer(
    served: ChipProcess, scheme: str
) -> None:
    port = port_of(served, scheme)
    with serial.serial_for_url(port) as rude:
        rude.write(CUT_OFF)

    with connect(port) as client:
        assert client.info().lifecycle is Lifecycle.MANUFACTURING


def test_peer_that_leaves_before_its_answer_disturbs_nobody(served: ChipProcess) -> None:
    port = port_of(served, "socket://")
    with serial.serial_for_url(port) as hasty:
        hasty.write(bytes.fromhex("7e 01 0c 010008c9 7f00007d5ed9010100 e0c3 7e"))

    with connect(port) as client:
        assert client.info().lifecycle is Lifecycle.MANUFACTURING


# pyserial 3.5 forgets to close a socket that its peer has closed.
@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")
def test_second_client_is_hung_up_on_while_the_first_goes_on(served: ChipProcess) -> None:
    port = port_of(served, "socket://")
    with connect(port) as first, connect(port) as second:
        assert first.info().lifecycle is Lifecycle.MANUFACTURING
        with pytest.raises(TransportError):
            second.info()

        assert first.info().lifecycle is Lifecycle.MANUFACTURING


def test_second_program_cannot_open_the_pty(served: ChipProcess) -> None:
    port = port_of(served, "/dev/pts/")

    with connect(port), pytest.raises(TransportError, match="another program is using the port"):
        connect(port)


def test_reset_line_works_over_rfc2217(served: ChipProcess) -> None:
    with served.lab() as lab, connect(port_of(served, "rfc2217://")) as client:
        boots = lab.console().count("mooring rom")
        transport = client.link.transport
        assert isinstance(transport, SerialTransport)

        transport.pulse_reset()
        client.info()

        assert lab.console().count("mooring rom") == boots + 1


def test_console_is_served_too(served: ChipProcess) -> None:
    url = next(port for port in served.chip.consoles if port.startswith("socket://"))
    with serial.serial_for_url(url, timeout=10) as port, served.lab() as lab:
        lab.reset()

        assert b"mooring rom" in port.read_until(b"mooring rom")


def test_lab_socket_moves_the_chips_time_and_takes_its_power(served: ChipProcess) -> None:
    with served.lab() as lab, connect(port_of(served, "/")) as client:
        before = lab.now_s()
        lab.advance(3600)
        assert lab.now_s() >= before + 3600

        lab.power_off()
        quiet = ChipClient(client.link.transport, timeout_s=0.1, tries=1)
        with pytest.raises(NoAnswer):
            quiet.info()

        lab.power_on()
        assert client.info().lifecycle is Lifecycle.MANUFACTURING


def test_commands_list_the_chip_show_its_console_and_snapshot_it(
    served: ChipProcess, tmp_path: Path
) -> None:
    shot = str(tmp_path / "shot")
    listed = invoke("chip", "list")
    console = invoke("chip", "console", "shared")
    taken = invoke("chip", "snapshot", shot, "--name", "shared")
    restored = invoke("chip", "snapshot", shot, "--name", "shared", "--restore")

    assert "shared" in listed.stdout
    assert served.chip.ports[0] in listed.stdout
    assert "mooring rom 1.0\n" in console.stdout
    assert (taken.exit_code, restored.exit_code) == (0, 0)
    with connect(port_of(served, "/")) as client:
        assert client.info().lifecycle is Lifecycle.MANUFACTURING


@pytest.mark.usefixtures("served")
def test_snapshot_to_nowhere_is_a_clear_error(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "no" / "where")
    done = invoke("chip", "snapshot", nowhere, "--name", "shared")

    assert done.exit_code != 0
    assert "No such file or directory" in done.stderr


def test_killed_server_loses_nothing_that_the_chip_has_answered(
    start: Start, tmp_path: Path
) -> None:
    options = ("--name", "killed", "--state", str(tmp_path / "killed.chip"))
    first = start(*options)
    with connect(first.chip.ports[0]) as client:
        ueid = client.info().ueid
        client.burn(FuseField.THROTTLE, THROTTLE)
        first.kill()
    assert Path(first.chip.ports[0]).is_symlink()

    second = start(*options)

    with connect(second.chip.ports[0]) as client:
        assert client.info().ueid == ueid
        assert client.fuses().throttle == 0x0102


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ended_server_saves_the_chip_and_leaves_no_names(
    start: Start, tmp_path: Path, how: signal.Signals
) -> None:
    state = tmp_path / "ended.chip"
    process = start("--name", "ended", "--state", str(state))
    chip = process.chip

    assert process.stop(how) == 0

    assert state.exists()
    assert not any(Path(path).is_symlink() for path in (chip.ports[0], chip.consoles[0]))
    assert not Path(chip.lab).exists()
    assert "ended" not in [running.name for running in running_chips()]


def refused(options: ServeOptions) -> Error:
    """The error with which serving is refused, all of it and with the exit code of bad usage."""
    with pytest.raises(Error) as caught, Server() as server:
        serve(server, options)

    assert exit_code(caught.value) is ExitCode.USAGE
    assert options.name not in [chip.name for chip in running_chips()]
    return caught.value


def test_state_file_in_use_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "one.chip"
    with Server() as server:
        serve(server, ServeOptions(name="one", state=state))

        error = refused(ServeOptions(name="two", state=state))

    assert "another program is running the chip in it" in error.found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a letter", "not a mooring chip state file"),
        ('{"kind": "mooring chip state", "version": 99, "sha256": ""}\n', "version 99"),
    ],
)
def test_state_file_that_is_none_is_refused_and_left_alone(
    tmp_path: Path, content: str, found: str
) -> None:
    state = tmp_path / "bad.chip"
    state.write_text(content)

    error = refused(ServeOptions(name="bad", state=state))

    assert found in error.found
    assert state.read_text() == content


def test_chip_that_can_no_longer_be_saved_stops_before_it_answers(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "gone"
    process = start("--name", "unsaved", "--state", str(folder / "unsaved.chip"))
    with connect(process.chip.ports[0]) as client:
        client.info()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()

        with pytest.raises(TransportError):
            client.burn(FuseField.THROTTLE, THROTTLE)

    assert process.stop() != 0
    assert "unsaved.chip" in (tmp_path / "log0").read_text()
    assert "Traceback" not in (tmp_path / "log0").read_text()


def test_name_in_use_is_refused_on_the_command_line_too(served: ChipProcess) -> None:
    done = mooring("chip", "run", "--name", served.chip.name, "--no-state")

    assert done.returncode == 2
    assert "a chip of that name is being served" in done.stderr
    assert "Traceback" not in done.stderr


def test_file_in_the_place_of_the_link_is_refused_and_kept(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.write_text("a letter")

    error = refused(ServeOptions(name="linked", link=link))

    assert "something else of that name" in error.found
    assert link.read_text() == "a letter"


def test_port_in_use_is_refused_and_no_chip_of_several_is_served() -> None:
    with Server() as server, socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        serve(server, ServeOptions(name="bystander"))

        error = refused(ServeOptions(name="many0", count=2, tcp=f"127.0.0.1:{port - 1}"))

        assert error.attempted in (f"listen on 127.0.0.1:{p}" for p in (port - 1, port))
        assert [chip.name for chip in server.chips] == ["bystander"]


def test_chips_of_an_empty_home_are_remembered_each_in_a_file_of_its_own(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    folder = tmp_path / "home" / ".local" / "state" / "mooring"

    served = [
        *start("--name", "first").chips,
        *start("--name", "second").chips,
        *start("--name", "lot0", "--count", "2").chips,
    ]

    names = ["first", "second", "lot0", "lot1"]
    assert [chip.state for chip in served] == [str(folder / f"{name}.chip") for name in names]
    assert len({ueid_at(chip.ports[0]) for chip in served}) == len(names)


def test_several_chips_are_different_chips_with_states_of_their_own(
    start: Start, tmp_path: Path
) -> None:
    process = start("--name", "lot0", "--count", "3", "--state", str(tmp_path / "lot"))

    ueids: set[bytes] = set()
    for chip in process.chips:
        with connect(chip.ports[0]) as client:
            ueids.add(client.info().ueid)

    assert len(ueids) == 3
    assert process.stop() == 0
    kept = sorted(path.name for path in (tmp_path / "lot").glob("*.chip"))
    assert kept == ["lot0.chip", "lot1.chip", "lot2.chip"]


def test_fast_chip_answers_too(start: Start) -> None:
    process = start("--name", "fast", "--no-state", "--fast")

    with connect(process.chip.ports[0]) as client:
        assert client.info().lifecycle is Lifecycle.MANUFACTURING


def test_address_that_others_can_reach_wants_to_be_asked_for() -> None:
    open_wide = ServeOptions(tcp="0.0.0.0:7301")
    with pytest.raises(ServeError, match="other machines could reach it"):
        check(open_wide)

    (warning,) = check(ServeOptions(tcp="0.0.0.0:7301", allow_remote=True))

    assert "0.0.0.0" in warning  # noqa: S104 - what is being warned of
    assert check(ServeOptions(tcp="127.0.0.1:7301", rfc2217="[::1]:7302")) == []


@pytest.mark.parametrize(
    "options",
    [
        ServeOptions(count=0),
        ServeOptions(count=65),
        ServeOptions(speed=0.0),
        ServeOptions(pty=False),
        ServeOptions(count=2, link=Path("here")),
        ServeOptions(pty=False, tcp="127.0.0.1:0", link=Path("here")),
        ServeOptions(tcp="nowhere"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: ServeOptions) -> None:
    with pytest.raises(ServeError):
        check(options)


@pytest.mark.parametrize(
    ("name", "names"),
    [("chip0", ["chip0", "chip1"]), ("rack12", ["rack12", "rack13"]), ("lab", ["lab-0", "lab-1"])],
)
def test_several_chips_are_numbered_on(name: str, names: list[str]) -> None:
    assert ServeOptions(name=name, count=2).names() == names
