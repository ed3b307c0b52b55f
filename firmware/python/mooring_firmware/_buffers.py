# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Contiguous buffers as C takes them: checked here, since C believes lengths.

Anything with the buffer protocol will do: `bytes`, `bytearray`, `memoryview`, `array.array`,
NumPy arrays. No byte is copied. What does not fit is a `TypeError` or `ValueError` that begins
with the argument's name.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Buffer


class NumpyArray(Protocol):
    """What NumPy's arrays are known by: its types do not say that they are buffers."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...


BufferLike: TypeAlias = "Buffer | NumpyArray"
"""Anything with the buffer protocol."""

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
OFFSET_BYTES: Final = 8
MAX_THREADS: Final = 2**32 - 1

_NATIVE_ORDER: Final = "<" if sys.byteorder == "little" else ">"
_INTEGERS: Final = frozenset("QLNqln")


class Packed(NamedTuple):
    """Many items end to end: the arguments of `verify_batch`, in its order."""

    keys: bytes
    signatures: bytes
    messages: bytes
    offsets: array[int]


def pack(keys: Sequence[bytes], signatures: Sequence[bytes], messages: Sequence[bytes]) -> Packed:
    """Lays separate items end to end: ``verify_batch(*pack(keys, signatures, messages))``.

    Raises:
        ValueError: the sequences differ in length, or a key or signature is not of its length.
    """
    if not len(keys) == len(signatures) == len(messages):
        raise ValueError(
            f"{len(keys)} keys, {len(signatures)} signatures and {len(messages)} messages"
        )
    for name, items, length in (
        ("keys", keys, KEY_BYTES),
        ("signatures", signatures, SIGNATURE_BYTES),
    ):
        wrong = next((index for index, item in enumerate(items) if len(item) != length), None)
        if wrong is not None:
            raise ValueError(
                f"{name}: expected {length} bytes each, found {len(items[wrong])} in item {wrong}"
            )
    return Packed(b"".join(keys), b"".join(signatures), b"".join(messages), offsets_of(messages))


def offsets_of(items: Iterable[bytes]) -> array[int]:
    """Where each item begins once they lie end to end, and where the last one ends."""
    return array("Q", accumulate(map(len, items), initial=0))


def bytes_view(name: str, value: BufferLike) -> memoryview:
    """The bytes of a contiguous buffer of bytes."""
    view = _contiguous(name, value)
    if view.itemsize != 1:
        raise TypeError(
            f"{name}: expected bytes, found items of {view.itemsize} bytes (format {view.format!r})"
        )
    return view


def rows_view(name: str, value: BufferLike, row_bytes: int, count: int | None = None) -> memoryview:
    """The bytes of `count` rows of `row_bytes` each, flat or as an array of two dimensions."""
    view = bytes_view(name, value)
    if view.ndim > 1 and view.shape is not None and view.shape[-1] != row_bytes:
        raise ValueError(f"{name}: expected rows of {row_bytes} bytes, found shape {view.shape}")
    if count is None and view.nbytes % row_bytes:
        raise ValueError(
            f"{name}: expected {row_bytes} bytes an item, found {view.nbytes} bytes in all"
        )
    if count is not None and view.nbytes != count * row_bytes:
        raise ValueError(
            f"{name}: expected {count} items of {row_bytes} bytes, {count * row_bytes} in all, "
            f"found {view.nbytes}"
        )
    return view


def offsets_view(value: BufferLike, count: int | None) -> memoryview:
    """`count` + 1 integers of 64 bits, or any number of them but none.

    Whether they fit what they divide is for C to say.
    """
    name = "offsets"
    view = _contiguous(name, value)
    kind = view.format.lstrip(f"@={_NATIVE_ORDER}")
    if view.itemsize != OFFSET_BYTES or kind not in _INTEGERS:
        raise TypeError(
            f"{name}: expected integers of 64 bits in this machine's order, "
            f"found items of {view.itemsize} bytes (format {view.format!r})"
        )
    if count is None and view.nbytes == 0:
        raise ValueError(f"{name}: expected one more than there are items, found none")
    if count is not None and view.nbytes != (count + 1) * OFFSET_BYTES:
        raise ValueError(
            f"{name}: expected {count + 1}, one more than there are items, "
            f"found {view.nbytes // OFFSET_BYTES}"
        )
    return view


def out_view(value: BufferLike, count: int) -> memoryview:
    """`count` bytes that can be written."""
    view = rows_view("out", value, 1, count)
    if view.readonly:
        raise TypeError("out: expected a buffer that can be written, found one that cannot")
    return view


def checked_threads(threads: int) -> int:
    """A number of threads; 0 stands for one a processor."""
    if not 0 <= threads <= MAX_THREADS:
        raise ValueError(f"threads: expected 0 (one a processor) or more, found {threads}")
    return threads


def misplaced(name: str, offsets: memoryview | None, end: int, count: int) -> ValueError:
    """Says which offset it is that C refused."""
    if offsets is None:
        return ValueError(
            f"{name}: without offsets expected {count} of one length, found {end} bytes in all"
        )
    places = offsets.cast("B").cast("Q")
    for index in range(count):
        if places[index] > places[index + 1]:
            return ValueError(
                f"offsets: expected none below the one before it, found {places[index]} "
                f"at {index} and {places[index + 1]} at {index + 1}"
            )
    return ValueError(
        f"offsets: expected none beyond the {end} bytes of {name}, found {places[count]}"
    )


def _contiguous(name: str, value: BufferLike) -> memoryview:
    try:
        view = memoryview(value)  # type: ignore[arg-type]  # or a TypeError
    except TypeError:
        raise TypeError(
            f"{name}: expected a contiguous buffer such as bytes, found {type(value).__name__}"
        ) from None
    if not view.c_contiguous:
        raise ValueError(f"{name}: expected a contiguous buffer, found strides {view.strides}")
    return view
