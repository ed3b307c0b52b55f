# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The boot ROM's RV32IMC images, committed as ``firmware/build_rom.py`` made them."""

from mooring_firmware.images._image import SHIPPED, Image, ImageError, Place, load

__all__ = ["SHIPPED", "Image", "ImageError", "Place", "load"]
