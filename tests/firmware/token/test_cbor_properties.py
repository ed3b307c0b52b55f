# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The CBOR reader on random and mutated input, word for word against the reference."""

from __future__ import annotations

import random
from typing import Final

import cbor2
from firmware.words import OK, word_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles.cbor_build import Item, encode
from oracles.cbor_reference import judge

from mooring_firmware._token import CborReader, cbor_check

SCALARS: Final = st.one_of(
    st.integers(min_value=-(2**64), max_value=2**64 - 1),
    st.binary(max_size=40),
    st.text(max_size=20),
    st.booleans(),
    st.none(),
)


def nest(inner: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
    """Lists and maps of integer keys around items."""
    keys = st.integers(min_value=-(2**64), max_value=2**64 - 1)
    return st.one_of(st.lists(inner, max_size=5), st.dictionaries(keys, inner, max_size=5))


ITEMS: Final[st.SearchStrategy[Item]] = st.recursive(SCALARS, nest, max_leaves=20)


@given(ITEMS)
def test_canonical_items_are_judged_as_the_reference_judges_them(item: Item) -> None:
    data = encode(item)

    assert word_of(cbor_check, data) == judge(data)


@given(ITEMS)
def test_accepted_items_mean_to_cbor2_what_was_written(item: Item) -> None:
    data = encode(item)
    if word_of(cbor_check, data) == OK:
        assert cbor2.loads(data) == item


@given(ITEMS, st.data())
@settings(max_examples=300)
def test_a_mutated_item_gets_the_references_word(item: Item, data: st.DataObject) -> None:
    mutated = bytearray(encode(item))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(mutated)))
        match data.draw(st.sampled_from(("insert", "delete", "change", "cut"))):
            case "insert":
                mutated[at:at] = data.draw(st.binary(min_size=1, max_size=3))
            case "delete":
                del mutated[at : at + 1]
            case "change" if at < len(mutated):
                mutated[at] = data.draw(st.integers(0, 255))
            case _:
                del mutated[at:]

    assert word_of(cbor_check, bytes(mutated)) == judge(bytes(mutated))


@given(st.binary(max_size=64))
@example(b"")
@example(b"\xbf")
def test_random_bytes_get_the_references_word(data: bytes) -> None:
    assert word_of(cbor_check, data) == judge(data)


def test_every_string_of_up_to_two_bytes_gets_the_references_word() -> None:
    short = [bytes((a,)) for a in range(256)]
    pairs = [bytes((a, b)) for a in range(256) for b in (*range(0, 256, 5), 0x14, 0x18, 0x1F)]
    different = [d.hex() for d in short + pairs if word_of(cbor_check, d) != judge(d)]

    assert different == []


def test_dense_random_structures_get_the_references_word() -> None:
    # Bytes drawn from those that begin containers and small items nest far deeper than
    # uniform ones do.
    rng = random.Random(8949)
    alphabet = bytes.fromhex("0001202140416061808182a0a1a2f4f5f6180a")
    for _ in range(4000):
        data = bytes(rng.choices(alphabet, k=rng.randrange(1, 24)))
        assert word_of(cbor_check, data) == judge(data), data.hex()


@given(ITEMS, st.binary(max_size=4))
def test_an_item_ends_where_it_ends_whatever_follows(item: Item, rest: bytes) -> None:
    data = encode(item)
    reader = CborReader(data + rest)

    if judge(data) == OK:
        assert reader.item() == data
        assert reader.offset == len(data)
