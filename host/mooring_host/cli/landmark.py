# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring landmark`: to be a landmark, and to have a chip ranged by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import rich_click as click

from mooring_host.cli._app import App, pass_app
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._files import read_text, write_bytes
from mooring_host.cli._options import chip_options, output_options
from mooring_host.cli._output import rows
from mooring_host.cli._plugins import NounGroup
from mooring_host.cli._session import NONCE_BYTES, chip_client, fresh_nonce
from mooring_host.cli._types import LABEL, OUT_FILE, TEXT, FileName, HexBytes
from mooring_host.errors import FileError, UsageError
from mooring_host.keys.file import write_key_file
from mooring_host.keys.registry import signer_from_uri
from mooring_host.location.landmarks import parse_registry, registry_json
from mooring_host.token import Receipt

if TYPE_CHECKING:
    from mooring_host.landmark import Outcome, Station

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_PORT: Final = 7411


@click.group("landmark", cls=NounGroup)
def landmark() -> None:
    """Be a landmark that times chips, or have a chip ranged by one."""


def station_options(function: F) -> F:
    """Name, key, place and rounds of a landmark."""
    for option in (
        click.option("--width", type=int, default=1, show_default=True, help="Bytes a round."),
        click.option("--rounds", type=int, default=16, show_default=True, help="Rounds."),
        click.option(
            "--position-error-m",
            type=int,
            default=0,
            show_default=True,
            help="How far the landmark may be from its place.",
        ),
        click.option("--longitude", type=float, required=True, help="Degrees east, WGS 84."),
        click.option("--latitude", type=float, required=True, help="Degrees north, WGS 84."),
        click.option("--key", required=True, help="The landmark's key: a path or env:NAME."),
        click.option("--name", type=LABEL, required=True, help="What the landmark is called."),
    ):
        function = option(function)
    return function


def _station(app: App, name: str, key: str, numbers: dict[str, Any]) -> Station:
    # What listens and signs is not needed by any other command.
    from mooring_host.landmark.station import Station

    return Station(
        name,
        signer_from_uri(key, environ=app.edges.environ),
        numbers["latitude"],
        numbers["longitude"],
        numbers["position_error_m"],
        numbers["rounds"],
        numbers["width"],
    )


# -- Being a landmark ----------------------------------------------------------------------


@dataclass(frozen=True)
class EnterView:
    """What a verifier knows of a landmark from now on."""

    schema: ClassVar[str] = "mooring.landmark.enter/1"

    kid: bytes
    public_key: bytes
    registry: Path
    landmarks: int
    """How many the registry has now."""

    def text(self) -> str:
        """In two columns."""
        return rows(
            [
                ("Kid", self.kid.hex()),
                ("Public key", self.public_key.hex()),
                ("Registry", f"{self.registry}, {self.landmarks} landmarks"),
            ]
        )


@landmark.command("enter")
@station_options
@click.option("--generate", is_flag=True, help="Make the key file first.")
@click.option(
    "--registry",
    type=FileName(dir_okay=False),
    required=True,
    help="The verifier's registry; made if there is none.",
)
@output_options
@pass_app
def landmark_enter(
    app: App, /, name: str, key: str, generate: bool, registry: Path, **numbers: Any
) -> None:
    """Enter a landmark into a verifier's registry, or change its entry.

    Receipts count only if the key is on the authority's trust list, too: mooring authority
    trust --add landmark=KEY.
    """
    if generate:
        if ":" in key:
            raise UsageError("make the landmark's key", f"--key {key}: expected a path")
        write_key_file(Path(key), app.edges.entropy(32))
    entry = _station(app, name, key, numbers).landmark
    known = dict(parse_registry(read_text(registry), str(registry))) if registry.exists() else {}
    kid = bytes.fromhex(str(entry.to_entry()["kid"]))
    known[kid] = entry
    write_bytes(registry, (registry_json(known) + "\n").encode())
    app.output.emit(EnterView(kid, entry.public_key or b"", registry, len(known)))


@dataclass(frozen=True)
class SessionView:
    """How one session ended."""

    peer: str
    ueid: bytes | None
    bound_ns: int | None
    """Null: there was no receipt."""
    word: str
    reason: str


@dataclass(frozen=True)
class RunView:
    """What a landmark did until it was ended."""

    schema: ClassVar[str] = "mooring.landmark.run/1"

    sessions: tuple[SessionView, ...]

    def text(self) -> str:
        """A line for each session."""
        return "\n".join(map(_line, self.sessions)) or "no session"


def _line(session: SessionView) -> str:
    if session.bound_ns is None:
        return f"{session.peer}: {session.word}: {session.reason}"
    ueid = (session.ueid or b"").hex()[:16]
    return f"{session.peer}: chip {ueid}… answered within {session.bound_ns / 1e6:.3f} ms"


@landmark.command("run")
@station_options
@click.option(
    "--listen",
    default=f"127.0.0.1:{DEFAULT_PORT}",
    show_default=True,
    help="HOST:PORT, for the stream and for datagrams; port 0 takes a free one.",
)
@click.option("--count", type=click.IntRange(min=1), help="End after so many sessions.")
@output_options
@pass_app
def landmark_run(
    app: App, /, name: str, key: str, listen: str, count: int | None, **numbers: Any
) -> None:
    """Time chips, and sign receipts of how soon they answered.

    A receipt bounds how far the chip is from this landmark, whoever carries the bytes.
    """
    station = _station(app, name, key, numbers)
    sessions = asyncio.run(_serve(app, station, address(listen, "--listen"), count))
    app.output.emit(RunView(tuple(sessions)))


async def _serve(
    app: App, station: Station, where: tuple[str, int], count: int | None
) -> list[SessionView]:
    from mooring_host.landmark.service import LandmarkService

    service = LandmarkService(station, now=app.edges.now, entropy=app.edges.entropy)
    seen: list[SessionView] = []
    enough = asyncio.Event()

    def on_end(outcome: Outcome) -> None:
        receipt = outcome.receipt
        view = SessionView(
            outcome.peer,
            None if receipt is None else receipt.ueid,
            None if receipt is None else receipt.bound_ns,
            outcome.word,
            outcome.reason,
        )
        app.output.note(_line(view))
        if count is not None:
            seen.append(view)
            if len(seen) == count:
                enough.set()

    service.on_end = on_end
    try:
        host, port = await service.start(*where)
    except OSError as error:
        found = error.strerror or str(error)
        raise FileError(f"listen on {where[0]}:{where[1]}", found) from error
    app.output.note(
        f"landmark {station.name} listens on {host}:{port}, kid {station.signer.kid.hex()}"
    )
    try:
        await enough.wait()
    finally:
        await service.close()
    return seen


# -- Being ranged --------------------------------------------------------------------------


@dataclass(frozen=True)
class RangeView:
    """A receipt, not verified: who appraises it does that."""

    schema: ClassVar[str] = "mooring.landmark.range/1"

    ueid: bytes
    nonce: bytes
    rounds: int
    guess_bits: int
    bound_ns: int
    farthest_km: float
    """From the landmark, at the speed of light."""
    out: Path

    def text(self) -> str:
        """In two columns."""
        return rows(
            [
                ("Chip", self.ueid.hex()),
                ("Nonce", self.nonce.hex()),
                ("Rounds", f"{self.rounds}, {self.guess_bits} bits to guess"),
                ("Answered in", f"{self.bound_ns / 1e6:.3f} ms"),
                ("Distance", f"at most {self.farthest_km:,.0f} km from the landmark"),
                ("Written to", str(self.out)),
            ]
        )


@landmark.command("range")
@click.option(
    "--landmark",
    "where",
    type=TEXT,
    required=True,
    metavar="HOST:PORT",
    help="Its service.",
)
@click.option(
    "--nonce",
    type=HexBytes(NONCE_BYTES),
    metavar="HEX",
    help="The verifier's nonce, the same for all landmarks of one appraisal.  [default: drawn]",
)
@click.option("--out", type=OUT_FILE, required=True, help="Write the receipt to a file.")
@chip_options
@output_options
@pass_app
@click.pass_context
def landmark_range(
    ctx: click.Context, app: App, /, where: str, nonce: bytes | None, out: Path
) -> None:
    """Have a landmark time the chip on --port, and keep its receipt.

    Exit code 1: the landmark gives no receipt, and says why.
    """
    from mooring_host.landmark import RangingFailed, range_chip
    from mooring_host.location.bounds import Speed

    asked = nonce or fresh_nonce(app)
    with chip_client(app) as chip:
        try:
            token = range_chip(chip, address(where, "--landmark"), asked)
        except RangingFailed as error:
            app.output.note(str(error))
            ctx.exit(ExitCode.REFUSED)
    write_bytes(out, token)
    receipt = Receipt.from_token(token)
    farthest = receipt.bound_ns / 1e6 * Speed.LIGHT.value / 2
    app.output.emit(
        RangeView(
            receipt.ueid,
            receipt.nonce,
            len(receipt.round_trips_ns),
            receipt.guess_bits,
            receipt.bound_ns,
            farthest,
            out,
        )
    )


def address(text: str, option: str) -> tuple[str, int]:
    """Reads HOST:PORT; raises `UsageError`."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise UsageError(f"read {option}", f"found {text[:60]!r}, expected HOST:PORT")
    return host.strip("[]"), int(port)
