# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Options that say which landmarks count, and by which numbers receipts are judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import rich_click as click

from mooring_host import cose
from mooring_host.airgap import TrustDelivery
from mooring_host.cli._app import App
from mooring_host.cli._files import read_bytes, read_text
from mooring_host.cli._records import records, zone_set
from mooring_host.cli._types import DURATION, IN_FILE, HexBytes
from mooring_host.errors import FileError
from mooring_host.location.bounds import BoundPolicy, Speed
from mooring_host.location.landmarks import parse_registry
from mooring_host.states import Method
from mooring_host.token import TrustList
from mooring_host.token.frame import NONCE_BYTES

if TYPE_CHECKING:
    from mooring_host.location.network import LandmarkNetwork

F = TypeVar("F", bound=Callable[..., Any])

COLOCATED_KM: Final = 200.0
"""A landmark whose disk is wider is not beside the chip."""
SPEEDS: Final = {f"{speed.value:g}": speed for speed in (Speed.FIBRE, Speed.FIBRE_MEASURED)} | {
    str(Speed.LIGHT.value): Speed.LIGHT
}
_STANDARD: Final = BoundPolicy()


@dataclass(frozen=True)
class Judging:
    """The numbers that were given for a `BoundPolicy`."""

    speed: str
    slack_ms: float
    position_error_km: float
    border_tolerance_km: float
    minimum: int
    outliers: int
    oldest: int
    spread: int
    padding_ms: float
    colocated: bool

    @property
    def policy(self) -> BoundPolicy:
        """Refuses with `UsageError` what no policy can mean."""
        return BoundPolicy(
            speed=SPEEDS[self.speed],
            slack_ms=self.slack_ms,
            position_error_km=self.position_error_km,
            border_tolerance_km=self.border_tolerance_km,
            minimum_landmarks=self.minimum,
            outliers=self.outliers,
            oldest_s=self.oldest,
            spread_s=self.spread,
            padding_ms=self.padding_ms,
            largest_radius_km=COLOCATED_KM if self.colocated else _STANDARD.largest_radius_km,
        )


def judging_options(function: F) -> F:
    """The fields of `Judging`, by name."""
    from_zero = click.FloatRange(min=0, max=1e6)
    for option in (
        click.option(
            "--colocated",
            is_flag=True,
            help=f"The landmark is beside the chip: disks wider than {COLOCATED_KM:g} km are none.",
        ),
        _number("--padding-ms", from_zero, _STANDARD.padding_ms, "Round up to multiples of this."),
        _number("--spread", DURATION, _STANDARD.spread_s, "Between oldest and newest receipt."),
        _number("--oldest", DURATION, _STANDARD.oldest_s, "Age of a receipt."),
        _number(
            "--outliers",
            click.IntRange(min=0, max=64),
            _STANDARD.outliers,
            "Landmarks that may be wrong, whichever.",
        ),
        _number(
            "--minimum", click.IntRange(min=1, max=64), _STANDARD.minimum_landmarks, "Landmarks."
        ),
        _number(
            "--border-tolerance-km",
            from_zero,
            _STANDARD.border_tolerance_km,
            "How far a border may be off.",
        ),
        _number(
            "--position-error-km",
            from_zero,
            _STANDARD.position_error_km,
            "How far each landmark may be off.",
        ),
        _number("--slack-ms", from_zero, _STANDARD.slack_ms, "Added to each round trip."),
        click.option(
            "--speed",
            type=click.Choice(list(SPEEDS)),
            default=str(Speed.LIGHT.value),
            show_default=True,
            help="Of signals in km/ms. Below that of light is an assumption, and proves nothing.",
        ),
    ):
        function = option(function)
    return function


def receipt_options(function: F) -> F:
    """``--registry``, ``--trust`` and ``--nonce``."""
    for option in (
        click.option(
            "--nonce",
            type=HexBytes(NONCE_BYTES),
            metavar="HEX",
            required=True,
            help="The nonce that the landmarks were given for this appraisal.",
        ),
        click.option(
            "--trust",
            "trust_path",
            type=IN_FILE,
            help="Trust list from `mooring authority trust --out`.  [default: the authority's]",
        ),
        click.option(
            "--registry",
            "registry_path",
            type=IN_FILE,
            required=True,
            help="The verifier's registry of landmarks.",
        ),
    ):
        function = option(function)
    return function


def network(
    app: App,
    receipts: tuple[Path, ...],
    registry_path: Path,
    trust_path: Path | None,
    nonce: bytes,
    zones_path: Path | None,
    judging: Judging,
) -> LandmarkNetwork:
    """The method that judges these receipts.

    Raises:
        Error: a file is not what it should be; what a receipt says is no error, but a problem.
    """
    # Geometry brings numpy, for which no other command should wait.
    from mooring_host.location.borders import Borders
    from mooring_host.location.network import LandmarkNetwork

    return LandmarkNetwork(
        [read_bytes(path) for path in receipts],
        nonce,
        _trust(app, trust_path),
        parse_registry(read_text(registry_path), str(registry_path)),
        zone_set(app, zones_path),
        Borders.natural_earth(),
        judging.policy,
        Method.COLOCATED_LANDMARK if judging.colocated else Method.LANDMARK_NETWORK,
    )


def _trust(app: App, path: Path | None) -> TrustList:
    if path is None:
        with records(app) as authority:
            return TrustList.from_token(authority.trust().token)
    given = TrustDelivery.decode(read_bytes(path))
    frame = cose.parse_sign1(given.trust_list, TrustList.kind.typ)
    # The root key is the file's own: this finds damage; whose file it is, the verifier knows.
    if not frame.verified_by(cose.decode_key(given.root_key)):
        raise FileError(f"read {path}", "the trust list is not signed by the file's root key")
    return TrustList.from_payload(frame.payload)


def _number(name: str, kind: click.ParamType[Any], default: float, text: str) -> Any:
    return click.option(name, type=kind, default=default, show_default=True, help=text)
