# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The lab socket performs what it is asked, and answers what it can't with a reason."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring_lab.control import LabControl, answer
from mooring_lab.errors import ControlError, LabError
from mooring_lab.lab import CutAt, Direction, Noise, NoiseKind
from mooring_lab.serve.lab_socket import LabSocket
from mooring_lab.serve.reactor import Reactor
from mooring_models.faults import Tear
from mooring_models.trng import NoiseFault

IMAGE = bytes(range(256))


class RecordingLab:
    """A `Lab` that notes what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def now_s(self) -> float:
        return 12.5

    def advance(self, seconds: float) -> None:
        self.calls.append(("advance", seconds))

    def reset(self) -> None:
        self.calls.append(("reset",))

    def power_off(self) -> None:
        self.calls.append(("power_off",))

    def power_on(self) -> None:
        raise LabError("give power", "no fuse in the socket", "put one in")

    def cut_power_at(self, at: CutAt, count: int, tear: Tear = Tear.OLD) -> None:
        self.calls.append(("cut", at, count, tear))

    def set_noise(self, direction: Direction, noise: Noise | None) -> None:
        self.calls.append(("noise", direction, noise))

    def set_trng_fault(self, fault: NoiseFault) -> None:
        self.calls.append(("trng", fault))

    def nvram(self) -> bytes:
        return IMAGE

    def put_nvram(self, image: bytes) -> None:
        self.calls.append(("nvram", image))

    def console(self) -> str:
        return "mooring rom\r\n"

    def snapshot(self, path: Path) -> None:
        self.calls.append(("snapshot", path))

    def restore(self, path: Path) -> None:
        self.calls.append(("restore", path))


@pytest.fixture
def lab() -> RecordingLab:
    return RecordingLab()


@pytest.fixture
def served(lab: RecordingLab, tmp_path: Path) -> Iterator[Path]:
    """The socket, served by a thread as a server's loop does."""
    reactor = Reactor()
    socket = LabSocket(reactor, lab, tmp_path / "chip.lab")
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            reactor.wait(0.005)

    thread = threading.Thread(target=serve)
    thread.start()
    yield socket.path
    stop.set()
    thread.join()
    socket.close()
    reactor.close()


def test_every_operation_arrives_with_its_arguments(served: Path, lab: RecordingLab) -> None:
    with LabControl(served) as control:
        control.advance(3600)
        control.reset()
        control.power_off()
        control.cut_power_at(CutAt.OTP_WRITE, 3, Tear.MIXED)
        control.set_noise(Direction.TO_CHIP, Noise(NoiseKind.FLIP, 0.01, 7))
        control.set_noise(Direction.TO_CHIP, None)
        control.set_trng_fault(NoiseFault.STUCK)
        control.put_nvram(IMAGE)
        control.snapshot(Path("/snapshots/a"))
        control.restore(Path("/snapshots/b"))

        assert control.now_s() == 12.5
        assert control.nvram() == IMAGE
        assert control.console() == "mooring rom\r\n"
    assert lab.calls == [
        ("advance", 3600),
        ("reset",),
        ("power_off",),
        ("cut", CutAt.OTP_WRITE, 3, Tear.MIXED),
        ("noise", Direction.TO_CHIP, Noise(NoiseKind.FLIP, 0.01, 7)),
        ("noise", Direction.TO_CHIP, None),
        ("trng", NoiseFault.STUCK),
        ("nvram", IMAGE),
        ("snapshot", Path("/snapshots/a")),
        ("restore", Path("/snapshots/b")),
    ]


def test_refusal_of_the_lab_reaches_the_client_in_its_three_parts(served: Path) -> None:
    with LabControl(served) as control, pytest.raises(ControlError) as caught:
        control.power_on()

    told = caught.value.diagnostics()
    assert (told.attempted, told.found, told.hint) == (
        "give power",
        "no fuse in the socket",
        "put one in",
    )


def test_two_clients_are_served_side_by_side(served: Path, lab: RecordingLab) -> None:
    with LabControl(served) as one, LabControl(served) as two:
        one.advance(1)
        two.advance(2)
        one.advance(3)

    assert lab.calls == [("advance", 1), ("advance", 2), ("advance", 3)]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (b"reset", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"{}", "do is None"),
        (b'{"do": "explode"}', "no operation 'explode'"),
        (b'{"do": "advance"}', "seconds is None"),
        (b'{"do": "advance", "seconds": true}', "seconds is True"),
        (b'{"do": "advance", "seconds": -1}', "seconds is -1, not a number from 0 to 1e+09"),
        (b'{"do": "advance", "seconds": Infinity}', "seconds is inf"),
        (b'{"do": "cut_power_at", "at": "dawn"}', "at is 'dawn'"),
        (b'{"do": "cut_power_at", "at": "access", "count": 0}', "count is 0"),
        (b'{"do": "noise", "direction": "to-chip", "kind": "flip", "rate": 2}', "rate is 2"),
        (b'{"do": "put_nvram", "image": "xyz"}', "image is not hexadecimal"),
        (b"[" * 50_000, "not JSON: nested too deeply"),
        (b'{"do": "advance", "seconds": 1e308}', "seconds is 1e+308"),
        (b'{"do": "advance", "seconds": 1%s}' % (b"0" * 400), "not a number from 0 to 1e+09"),
        (
            b'{"do": "noise", "direction": "to-chip", "kind": "flip", "rate": 1%s}' % (b"0" * 400),
            "not a number from 0 to 1",
        ),
        (b'{"do": "snapshot", "path": "a\\u0000b"}', "a NUL byte"),
        (b'{"do": "restore", "path": "\\ud800"}', "not UTF-8"),
    ],
)
def test_bad_command_is_answered_with_what_is_wrong_and_does_nothing(
    lab: RecordingLab, line: bytes, names: str
) -> None:
    reply = json.loads(answer(lab, line))

    assert names in reply["error"]["found"]
    assert lab.calls == []


def test_defect_of_the_bench_is_answered_too_and_the_server_goes_on(
    served: Path, lab: RecordingLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble() -> None:
        raise OverflowError("too large")

    monkeypatch.setattr(lab, "reset", stumble)
    with LabControl(served) as control:
        with pytest.raises(ControlError, match="OverflowError: too large"):
            control.reset()

        assert control.now_s() == 12.5


def test_absent_socket_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="No such file or directory"):
        LabControl(tmp_path / "nobody.lab")


def test_server_that_ends_under_way_is_a_clear_error(tmp_path: Path) -> None:
    reactor = Reactor()
    socket = LabSocket(reactor, RecordingLab(), tmp_path / "chip.lab")
    control = LabControl(socket.path)
    reactor.wait(1)  # it is accepted
    socket.close()
    reactor.close()

    with pytest.raises(ControlError, match=r"ended|pipe"):
        control.reset()
    control.close()
