# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""How a chip is built, and what it keeps without power."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mooring_models import state
from mooring_models._regs import LifecycleWord, NvramRegs, OtpRegs
from mooring_models.entropy import Stream
from mooring_models.keyvault import KEY_BYTES, DeviceKeys
from mooring_models.state import State

DEFAULT_BAUD: Final = 115_200
SHIPPED_IMAGE: Final = "mooring-rom-rv32imc"
PERSISTENT_KIND: Final = "mooring chip state"
PERSISTENT_VERSION: Final = 1
FUSE_BYTES: Final = OtpRegs.BLOCK.size - OtpRegs.MANUFACTURED.offset


@dataclass(frozen=True, slots=True)
class ChipConfig:
    """How a chip is built and strapped.

    Attributes:
        name: what people call it.
        seed: of its noise source, and of its keys at manufacture.
        baud: line rate of both UARTs in bit/s.
        cpu: name of the CPU back end.
        rom_measurement: SHA-384 that ROMCTRL shows; None means the back end's own.
        image: name of the ROM image, in `mooring_firmware.images`.
    """

    name: str = "chip"
    seed: bytes = b"mooring"
    baud: int = DEFAULT_BAUD
    cpu: str = "native"
    rom_measurement: bytes | None = None
    image: str = SHIPPED_IMAGE


@dataclass(frozen=True)
class Persistent:
    """What a chip keeps without power.

    Attributes:
        keys: made at manufacture.
        fuses: image of the fuse array.
        nvram: image of both slots.
        noise_block: where the noise source stands, so that it never repeats itself.
    """

    keys: DeviceKeys
    fuses: bytes
    nvram: bytes
    noise_block: int

    def to_state(self) -> State:
        """As captured state."""
        return State(
            "chip",
            device_key=self.keys.device,
            storage_key=self.keys.storage,
            wire_key=self.keys.wire,
            fuses=self.fuses,
            nvram=self.nvram,
            noise_block=self.noise_block,
        )

    @classmethod
    def from_state(cls, captured: State) -> Persistent:
        """From captured state; raises `SnapshotError`."""
        keys = (captured.blob(f"{name}_key", KEY_BYTES) for name in ("device", "storage", "wire"))
        return cls(
            DeviceKeys(*keys),
            captured.blob("fuses", FUSE_BYTES),
            captured.blob("nvram", NvramRegs.SLOTS.size),
            captured.integer("noise_block"),
        )

    def save(self, path: Path) -> None:
        """Writes the file in one step; raises `SnapshotError`."""
        state.save(path, PERSISTENT_KIND, PERSISTENT_VERSION, self.to_state())

    @classmethod
    def load(cls, path: Path) -> Persistent:
        """Reads what `save` wrote; raises `SnapshotError`."""
        return cls.from_state(state.load(path, PERSISTENT_KIND, PERSISTENT_VERSION))

    @classmethod
    def manufacture(cls, seed: bytes) -> Persistent:
        """A new chip: keys made inside, MANUFACTURED burned, all else blank."""
        keys = DeviceKeys.make(Stream(seed, "manufacture"))
        fuses = LifecycleWord.MANUFACTURING.to_bytes(4, "little").ljust(FUSE_BYTES, b"\0")
        return cls(keys, fuses, bytes(NvramRegs.SLOTS.size), 0)
