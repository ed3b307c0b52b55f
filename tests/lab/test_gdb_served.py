# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A person debugs the ROM of a served chip, with any client of the protocol and with GDB."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from benches import rig
from benches.rig import Rig
from oracles.rsp_client import RspClient
from transcripts import same

from mooring_firmware import images
from mooring_host.chip import ChipClient
from mooring_host.states import GateState
from mooring_host.token import SequenceBound
from mooring_host.wire.messages import LicenceResponse
from mooring_lab.errors import ServeError
from mooring_lab.serve.process import ChipProcess
from mooring_lab.serve.setup import ServeOptions, check
from mooring_models._regs import GATE, ROM, GateRegs

BAUD = 3_000_000
GDB = "gdb-multiarch"
ELF = str(images.load().elf)
VERIFY = images.load().symbols["mooring_decision_verify"].address
ROM_STATE = images.load().objects["g_rom"].address
A0, PC = 10, 32


@pytest.fixture(autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run-time folder of its own, with a short name since sockets lie in it."""
    folder = tmp_path_factory.getbasetemp() / "gdb"
    folder.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))


@contextmanager
def served(state: Path, *arguments: str) -> Generator[ChipProcess]:
    """A provisioned chip that runs the RV32 image, with a port for a debugger."""
    rig.provisioned().save(state)
    options = f"--name debugged --fast --cpu rv32 --gdb 0 --baud {BAUD} --state".split()
    with ChipProcess([*options, str(state), *arguments], log=state.with_suffix(".log")) as chip:
        yield chip


def connected(process: ChipProcess) -> RspClient:
    host, _, port = process.chip.gdb.rpartition(":")
    return RspClient(host, int(port))


@contextmanager
def licensing(process: ChipProcess) -> Generator[Future[LicenceResponse]]:
    """Beside the debugger, a host that boots the chip to compute."""
    issuer = Rig()
    form = SequenceBound(1, 1)
    location = issuer.location(form)
    licence = issuer.licence(form, location)

    def boot() -> LicenceResponse:
        with ChipClient.open(process.chip.ports[0], baud=BAUD, timeout_s=30) as client:
            client.trust(issuer.issuer.root_key, issuer.issuer.trust_list())
            return client.load_licence(location, licence)

    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool.submit(boot)


def test_licence_load_is_stepped_at_its_judgement_and_accepted(tmp_path: Path) -> None:
    binary = images.load().binary
    with served(tmp_path / "chip", "--gdb-wait") as process, connected(process) as client:
        assert client.register(PC) == ROM.offset
        assert client.monitor("instret") == "0\n"
        assert client.ask(f"Z1,{VERIFY:x},2") == b"OK"

        with licensing(process) as answer:
            judged = 0
            while judged < 2:  # the trust list, then the licence
                stop = client.run("vCont;c")
                assert (stop.signal, stop.pc, "hwbreak" in stop.fields) == (5, VERIFY, True)
                assert client.read(VERIFY, 64) == binary[VERIFY - ROM.offset :][:64]
                assert client.monitor("state") == "gate closed\n"
                judged += 1
            assert client.monitor("where").startswith(f"0x{VERIFY:08x} in mooring_decision_verify")
            assert client.register(A0) == ROM_STATE
            time = client.monitor("time")
            for _ in range(10):
                assert client.run("vCont;s:1").signal == 5
            assert float(client.monitor("time").split()[0]) == pytest.approx(
                float(time.split()[0]) + 10 * 1e-5, abs=1e-9
            )
            assert not answer.done()
            assert client.ask(f"z1,{VERIFY:x},2") == b"OK"
            assert client.ask("D") == b"OK"

            assert answer.result(timeout=30).gate is GateState.OPEN


def test_ctrl_c_stops_a_chip_that_waits_and_a_lost_client_lets_it_go(tmp_path: Path) -> None:
    with served(tmp_path / "chip") as process:
        with connected(process) as client:
            client.send(b"$c#63")
            client.send(b"\x03")
            stop = client.wait()
            assert stop.signal == 2
            assert client.ask(f"m{GATE.base + GateRegs.STATE.offset:x},4") == b"E0e"

        with licensing(process) as answer:
            assert answer.result(timeout=30).gate is GateState.OPEN


def test_second_client_is_hung_up_on(tmp_path: Path) -> None:
    with served(tmp_path / "chip") as process, connected(process) as client:
        host, _, port = process.chip.gdb.rpartition(":")
        with socket.create_connection((host, int(port)), 10) as second:
            assert second.recv(1) == b""

        assert client.ask("qC") == b"QC1"


# -- GDB itself -----------------------------------------------------------------------------------


def session(page: str) -> tuple[list[str], list[str]]:
    """The commands of the page's ``gdb`` block, and all that it shows them to print."""
    block = re.search(r"^```gdb\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block is not None
    lines = block[1].splitlines()
    prompt = "(gdb) "
    commands = [line.removeprefix(prompt) for line in lines if line.startswith(prompt)]
    return commands, [line for line in lines if not line.startswith(prompt)]


def gdb(process: ChipProcess, commands: Sequence[str], folder: Path) -> list[str]:
    """What GDB prints for these commands, each behind a mark of its own."""
    if shutil.which(GDB) is None:
        pytest.skip(f"{GDB} is not installed")
    given = [f"target remote {process.chip.gdb}", r"echo \n--\n", *commands]
    done = subprocess.run(
        [GDB, "-nx", "-batch", *(word for each in given for word in ("-ex", each)), ELF],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.partition("\n--\n")[2].splitlines()


def test_gdb_prints_what_the_page_shows(tmp_path: Path, repository: Path) -> None:
    page = (repository / "docs" / "howto.md").read_text("utf-8")
    commands, shown = session(page)
    with served(tmp_path / "chip", "--gdb-wait") as process:
        printed = gdb(process, commands, repository)

        assert same(shown, printed), "\n".join(printed)
        # It goes on by itself afterwards.
        with licensing(process) as answer:
            assert answer.result(timeout=30).gate is GateState.OPEN


# -- Options -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (ServeOptions(gdb="0"), "no instructions to step"),
        (ServeOptions(gdb_wait=True), "nowhere to connect"),
        (ServeOptions(cpu="rv32", gdb="0.0.0.0:0"), "other machines could reach it"),
        (ServeOptions(cpu="rv32", gdb="here"), "where a port number"),
    ],
)
def test_options_of_the_debugger_that_make_no_sense_are_refused(
    options: ServeOptions, found: str
) -> None:
    with pytest.raises(ServeError, match=found):
        check(options)


def test_port_alone_is_on_this_machine_only() -> None:
    assert check(ServeOptions(cpu="rv32", gdb="3333")) == []
