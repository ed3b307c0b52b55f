# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""`mooring compute`: a matrix product on the chip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import rich_click as click

from mooring_host.cli._app import App
from mooring_host.cli._errors import ExitCode
from mooring_host.cli._options import chip_options, output_options
from mooring_host.cli._output import rows
from mooring_host.cli._session import chip_client
from mooring_host.cli._types import FileName
from mooring_host.errors import UsageError
from mooring_host.matrix import Int8Matrix

SHOWN_ELEMENTS: Final = 64
"""Products up to this size are shown; larger ones are for files."""
_FILE: Final = FileName(exists=False, dir_okay=False)


@dataclass(frozen=True)
class ComputeView:
    """A product and what it cost."""

    schema: ClassVar[str] = "mooring.compute/1"

    shape: tuple[int, int, int]
    """m, k, n."""
    cycles: int
    commands: int
    throttled: bool
    sha256: bytes
    """Of the product as int32, little-endian, row-major."""
    equals_host: bool | None
    """None: not compared."""
    product: list[list[int]] | None
    """None: too large to show, or written to a file."""
    out: Path | None

    def text(self) -> str:
        """The cost, then the product if it is small."""
        m, k, n = self.shape
        pairs = [
            ("Product", f"({m} x {k}) times ({k} x {n})"),
            ("Engine cycles", f"{self.cycles} in {self.commands} commands"),
            ("Speed", "throttled: no grant" if self.throttled else "full"),
            ("SHA-256", self.sha256.hex()),
        ]
        if self.equals_host is not None:
            same = "equal" if self.equals_host else "DIFFERENT: the chip computes wrongly"
            pairs.append(("Compared with the host", same))
        if self.out is not None:
            pairs.append(("Written to", str(self.out)))
        text = rows(pairs)
        if self.product is not None:
            width = max(len(str(x)) for row in self.product for x in row)
            lines = ["  ".join(f"{x:>{width}}" for x in row) for row in self.product]
            text = "\n".join([text, "", *lines])
        return text


@click.command("compute")
@click.option("--a", "a_path", type=_FILE, help="Left matrix: .npy of int8, or CSV.")
@click.option("--b", "b_path", type=_FILE, help="Right matrix.")
@click.option("--random", "shape", metavar="MxKxN", help="Random matrices instead.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Of the random matrices.")
@click.option("--out", type=_FILE, help="Write the product to a file: .npy, or CSV.")
@click.option(
    "--check/--no-check", default=True, show_default=True, help="Compare with the host's product."
)
@chip_options
@output_options
@click.pass_context
def compute(
    ctx: click.Context,
    a_path: Path | None,
    b_path: Path | None,
    shape: str | None,
    seed: int,
    out: Path | None,
    check: bool,
) -> None:
    """Multiply two int8 matrices on the chip.

    \b
    mooring compute --random 16x16x16
    mooring compute --a left.csv --b right.npy --out product.npy
    """
    # numpy is slow to import, and no other command needs it.
    from mooring_host.cli import _matrices

    app = ctx.ensure_object(App)
    a, b = _operands(a_path, b_path, shape, seed)
    with chip_client(app) as client:
        product = client.compute(a, b)
    same = _matrices.equals_host(a, b, product) if check else None
    if out is not None:
        _matrices.write_product(out, product)
    shown = out is None and product.rows * product.columns <= SHOWN_ELEMENTS
    app.output.emit(
        ComputeView(
            shape=(a.rows, a.columns, b.columns),
            cycles=product.cycles,
            commands=product.commands,
            throttled=product.throttled,
            sha256=hashlib.sha256(product.data).digest(),
            equals_host=same,
            product=product.to_rows() if shown else None,
            out=out,
        )
    )
    if same is False:
        ctx.exit(ExitCode.REFUSED)


def _operands(
    a_path: Path | None, b_path: Path | None, shape: str | None, seed: int
) -> tuple[Int8Matrix, Int8Matrix]:
    from mooring_host.cli import _matrices

    if shape is not None and a_path is None and b_path is None:
        return _matrices.random_pair(_matrices.parse_shape(shape), seed)
    if shape is None and a_path is not None and b_path is not None:
        return _matrices.read_matrix(a_path), _matrices.read_matrix(b_path)
    raise UsageError(
        "multiply matrices",
        "found neither two files nor a shape, or both",
        "Give --a FILE and --b FILE, or --random MxKxN.",
    )
