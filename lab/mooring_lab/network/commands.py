# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring landmark simulate`: a network of landmarks ranges an emulated chip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import rich_click as click

from mooring_host import cose
from mooring_host.airgap import TrustDelivery
from mooring_host.chip import ChipClient
from mooring_host.cli.kit import App, output_options, pass_app
from mooring_host.errors import FileError, UsageError
from mooring_host.fuses import FusePlan, burn, lock
from mooring_host.landmark import Station
from mooring_host.location.bounds import Speed
from mooring_host.location.landmarks import registry_json
from mooring_host.states import Mode, Role
from mooring_host.token import IssuerKey, TrustList, issue
from mooring_lab.fleet import ChipTransport
from mooring_lab.issuer import START, signer
from mooring_lab.network.simulation import Network, Ranging
from mooring_lab.planning.sites import read_sites
from mooring_models import Chip, ChipConfig

YEAR_S: Final = 365 * 86_400
MOST_LANDMARKS: Final = 16
"""As many keys as a trust list holds."""


@dataclass(frozen=True)
class RangingView:
    """What came of one landmark."""

    landmark: str
    distance_km: float
    """The truth, which no verifier knows."""
    inflation: float
    attempts: int
    bound_ms: float | None
    """Null: there is no receipt."""
    farthest_km: float | None
    """What the receipt proves, at the speed of light."""
    problem: str

    @classmethod
    def of(cls, ranging: Ranging) -> RangingView:
        """From what happened."""
        receipt = ranging.receipt
        bound_ms = None if receipt is None else receipt.bound_ns / 1e6
        farthest = None if bound_ms is None else bound_ms * Speed.LIGHT.value / 2
        return cls(
            ranging.station.name,
            ranging.route.km,
            ranging.route.inflation,
            ranging.attempts,
            bound_ms,
            farthest,
            ranging.problem,
        )


@dataclass(frozen=True)
class SimulateView:
    """A network's receipts."""

    schema: ClassVar[str] = "mooring.landmark.simulate/1"

    ueid: bytes
    nonce: bytes
    now: int
    """Seconds since 1970, as the receipts have it."""
    out: Path
    landmarks: tuple[RangingView, ...]

    def text(self) -> str:
        """A line for each landmark."""
        head = f"{'LANDMARK':<24}{'TRUE KM':>9}{'ROUTE':>7}{'TRIES':>7}{'MS':>10}{'AT MOST KM':>12}"
        lines = [head]
        for each in self.landmarks:
            start = f"{each.landmark:<24}{each.distance_km:>9,.0f}{each.inflation:>7.2f}"
            if each.bound_ms is None or each.farthest_km is None:
                lines.append(f"{start}{each.attempts:>7}  {each.problem}")
            else:
                measured = f"{each.bound_ms:>10.3f}{each.farthest_km:>12,.0f}"
                lines.append(f"{start}{each.attempts:>7}{measured}")
        files = f"{self.out}: receipts, landmarks.json, trust.list"
        who = [f"Chip   {self.ueid.hex()}", f"Nonce  {self.nonce.hex()}"]
        return "\n".join([*lines, "", *who, files])


class Place(click.ParamType[tuple[float, float]]):
    """LATITUDE,LONGITUDE."""

    name = "place"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """The two angles."""
        try:
            latitude, longitude = map(float, str(value).split(","))
        except ValueError:
            self.fail(f"{str(value)[:40]!r}: expected LATITUDE,LONGITUDE in degrees", param, ctx)
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            self.fail(f"{value}: expected -90 to 90 and -180 to 180 degrees", param, ctx)
        return latitude, longitude


@click.command("simulate")
@click.option(
    "--sites",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="CSV with city,iso_a2,lat,lon: the landmarks, at most 16.",
)
@click.option(
    "--chip", "at", type=Place(), required=True, metavar="LAT,LON", help="Where the chip is."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the files.")
@click.option("--rounds", type=int, default=16, show_default=True, help="Of each session.")
@click.option("--width", type=int, default=1, show_default=True, help="Bytes a round.")
@click.option(
    "--loss",
    type=click.FloatRange(0, 0.99),
    default=0.0,
    show_default=True,
    help="Share of datagrams that are lost, each way.",
)
@click.option(
    "--delay-ms",
    type=click.FloatRange(0, 10_000),
    default=0.0,
    show_default=True,
    help="What a relay adds to each round trip.",
)
@click.option(
    "--line",
    type=click.IntRange(300, 4_000_000),
    default=115_200,
    show_default=True,
    help="Rate of the chip's serial line in bit/s.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Everything follows from it.")
@output_options
@pass_app
def simulate(
    app: App,
    /,
    sites: Path,
    at: tuple[float, float],
    out: Path,
    rounds: int,
    width: int,
    loss: float,
    delay_ms: float,
    line: int,
    seed: int,
) -> None:
    """Have a whole network of landmarks range one emulated chip, on virtual time.

    Routes are drawn from measured ones.  The files are those that `mooring location appraise`
    takes; the lab's present is 2027-01-15.
    """
    stations = stations_of(sites, rounds, width, seed)
    nonce = hashlib.sha256(f"nonce {seed}".encode()).digest()
    chip = provisioned(seed, line)
    network = Network(stations, loss=loss, seed=seed)
    found = tuple(network.range(chip, at, nonce, START, delay_ms))
    _write(out, stations, found, seed)
    views = tuple(map(RangingView.of, found))
    app.output.emit(SimulateView(chip.ueid, nonce, START, out, views))


def stations_of(sites: Path, rounds: int, width: int, seed: int) -> tuple[Station, ...]:
    """A landmark at each site, with keys of its own; raises `Error`."""
    read = read_sites(sites).sites
    if len(read) > MOST_LANDMARKS:
        found = f"{len(read)} sites, expected at most {MOST_LANDMARKS}"
        raise UsageError(f"read sites {sites}", found)
    return tuple(
        Station(
            site.name,
            signer(str(seed).encode(), f"landmark {site.name}"),
            site.latitude_deg,
            site.longitude_deg,
            round(site.radius_km * 1e3),
            rounds,
            width,
        )
        for site in read
    )


def provisioned(seed: int, line: int) -> Chip:
    """A chip in production."""
    chip = Chip.manufacture(ChipConfig(name="ranged", seed=f"ranged {seed}".encode(), baud=line))
    chip.power_on()
    client = ChipClient(ChipTransport(chip))
    root = cose.root_digest(signer(str(seed).encode(), "root").public_key)
    plan = FusePlan(Mode.REPORT, YEAR_S, (root,))
    burn(client, plan)
    lock(client, plan)
    chip.reset_line()
    chip.run_until_idle()
    return chip


def _write(out: Path, stations: tuple[Station, ...], found: tuple[Ranging, ...], seed: int) -> None:
    root = signer(str(seed).encode(), "root")
    valid = (START - YEAR_S, START + YEAR_S)
    keys = tuple(IssuerKey(s.signer.public_key, Role.LANDMARK, 0, *valid) for s in stations)
    trust = TrustDelivery(cose.encode_key(root.public_key), issue(TrustList(START, 1, keys), root))
    marks = {station.signer.kid: station.landmark for station in stations}
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "landmarks.json").write_text(registry_json(marks) + "\n", "utf-8")
        (out / "trust.list").write_bytes(trust.encode())
        for each in found:
            if each.receipt is not None:
                token = issue(each.receipt, each.station.signer)
                (out / f"{_file_name(each.station.name)}.receipt").write_bytes(token)
    except OSError as error:
        raise FileError(f"write {out}", error.strerror or str(error)) from error


def _file_name(name: str) -> str:
    return "".join(each if each.isalnum() else "-" for each in name.lower())
