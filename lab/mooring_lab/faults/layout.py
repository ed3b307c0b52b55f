# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Where things lie in an image: functions by their part, and the members of ``rom_t``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mooring_firmware.images import Image, Place
from mooring_lab.errors import LabError
from mooring_lab.faults import isa
from mooring_lab.faults.models import Region
from mooring_models.cpu.rv32_cpu import LAYOUT

Pcs = NDArray[np.uint32]
Numbers = NDArray[np.int32]

PRIMITIVES: Final = ("core/ed25519/", "core/sha2/")
"""Where verification primitives are; faults inside them are elsewhere than the decision."""

HELPERS: Final = (
    "hal/rv32/memory.S",
    "hal/rv32/save_restore.S",
    "hal/rv32/shift64.S",
    "core/memory/",
)
"""What primitives and decisions call alike."""

ASSEMBLY: Final = HELPERS[:-1]
"""Those that belong to no source: compilers call them."""

HEART: Final = ("firmware/rom/", "core/memory/", "token/claims_")
"""Where decisions are made, once what is parsed, copied and saved for them is left out."""

NAIVE_HEART: Final = ("firmware/naive/licence.c", "rom/decide.c")
"""The same of the naive image, and no more than that: it is to open, and soon."""

NAIVE_TWINS: Final = (*NAIVE_HEART, "firmware/naive/memory.c")
"""The same for twins: it judges once, but compares more than once."""

NAIVE_CONTEXT: Final = ("attempt",)
"""Memory of the naive image that is struck."""

CONTEXT: Final = (
    "state",
    "lifecycle",
    "ueid",
    "after_respond",
    "nonce",
    "attempt",
    "has_trust",
    "trust_digest",
    "trust",
    "candidate",
    "has_accepted",
    "accepted",
    "slot",
    "has_record",
    "record",
    "draft",
    "location_key",
    "licence_key",
)
"""Members of ``rom_t`` on which decisions rest."""

STANDING: Final = (
    "lifecycle",
    "public_key",
    "ueid",
    "after_respond",
    "nonce",
    "has_trust",
    "trust",
    "has_accepted",
    "accepted",
    "slot",
    "has_record",
    "record",
)
"""Those that a later decision finds; the others are set anew by each."""


class Layout:
    """The functions and the memory of one image.

    Attributes:
        image: the image.
        names: of its functions, in the order of their addresses.
        context: memory on which decisions rest.
    """

    def __init__(self, image: Image) -> None:
        self.image: Final = image
        places = sorted(image.symbols.items(), key=lambda item: item[1].address)
        self.names: Final = tuple(name for name, _ in places)
        starts = np.array([place.address for _, place in places], dtype=np.uint32)
        every = np.arange(LAYOUT.rom_base, LAYOUT.rom_base + LAYOUT.rom_bytes, 2, dtype=np.uint32)
        holders = np.searchsorted(starts, every, side="right") - 1
        self._encodings: Final[dict[int, int]] = {}
        self._functions: Final[Numbers] = holders.astype(np.int32)
        self._primitive: Final = self._of(places, PRIMITIVES)
        self._helper: Final = self._of(places, HELPERS)
        self._assembly: Final = self._of(places, ASSEMBLY)
        naive = any(line and "firmware/naive/" in line[0] for line in self._lines(places))
        self._heart: Final = self._of(places, NAIVE_HEART if naive else HEART)
        self._twin_heart: Final = self._of(places, NAIVE_TWINS if naive else HEART)
        self.context: Final = self.regions(NAIVE_CONTEXT if naive else CONTEXT)

    def _of(self, places: Sequence[tuple[str, Place]], parts: Sequence[str]) -> NDArray[np.bool_]:
        lines = self._lines(places)
        return np.array(
            [line is not None and any(part in line[0] for part in parts) for line in lines],
            dtype=np.bool_,
        )

    def _lines(self, places: Sequence[tuple[str, Place]]) -> list[tuple[str, int] | None]:
        return [self.image.line(place.address) for _, place in places]

    def functions(self, pcs: Pcs) -> Numbers:
        """The index in `names` of the function that holds each of `pcs`."""
        found: Numbers = self._functions[self.place(pcs)]
        return found

    @staticmethod
    def place(pcs: Pcs) -> Pcs:
        """The halfword of ROM at which each lies."""
        return (pcs - np.uint32(LAYOUT.rom_base)) >> np.uint32(1)

    def encoding(self, pc: int) -> int:
        """The instruction at an address: 16 bits, or 32."""
        if pc in self._encodings:
            return self._encodings[pc]
        offset = pc - LAYOUT.rom_base
        rom = self.image.binary
        size = isa.length(int.from_bytes(rom[offset : offset + 2], "little"))
        self._encodings[pc] = int.from_bytes(rom[offset : offset + size], "little")
        return self._encodings[pc]

    def primitive(self, functions: Numbers) -> NDArray[np.bool_]:
        """Whether each instruction of a run is a verification primitive's, or a helper's for it.

        Args:
            functions: that hold the instructions, in the order of execution.
        """
        # A helper works for whoever called it: the last function that is none.
        own = np.arange(len(functions), dtype=np.int32)
        own[self._helper[functions]] = 0
        np.maximum.accumulate(own, out=own)
        return self._primitive[functions[own]]

    def assembly(self, functions: Numbers) -> NDArray[np.bool_]:
        """Whether each is a helper that no source calls by name."""
        return self._assembly[functions]

    def heart(self, functions: Numbers, *, twins: bool = False) -> NDArray[np.bool_]:
        """Whether each is one that decides."""
        return (self._twin_heart if twins else self._heart)[functions]

    def named(self, functions: Numbers, *wanted: str) -> NDArray[np.bool_]:
        """Whether the name of each begins with one of `wanted`."""
        hits = [at for at, name in enumerate(self.names) if name.startswith(wanted)]
        return np.isin(functions, hits)

    def address(self, name: str) -> int:
        """Where a function begins; raises `LabError`."""
        place = self.image.symbols.get(name)
        if place is None:
            raise LabError(f"find {name} in {self.image.name}", "the image has no such function")
        return place.address

    def regions(self, members: Sequence[str]) -> tuple[Region, ...]:
        """Members of ``rom_t`` in RAM, rounded out to words."""
        base = self.image.objects["g_rom"].address
        found: list[Region] = []
        for name in members:
            place = self.image.members[name]
            start = (base + place.address) & ~3
            end = -(-(base + place.address + place.size) // 4) * 4
            found.append(Region(name, start, end - start))
        return tuple(found)
