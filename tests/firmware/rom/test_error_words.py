# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The table of error words: unique, far apart, and the same in C, Python and Markdown.

The expected words are computed here from the polynomial that ``error.h`` names, by long
division over GF(2); neither the C macros nor the generator's code is used.
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Final

import pytest

from mooring_firmware import errors
from mooring_firmware._native import ffi, lib
from mooring_firmware.errors import ERROR_OK, LOGGED_WORDS, ErrorClass, ErrorWord, explain
from mooring_models._regs import RecordRegs

ROOT: Final = Path(__file__).resolve().parents[3]
TABLE: Final = ROOT / "firmware" / "include" / "mooring" / "error_table.h"
PAGE: Final = ROOT / "docs" / "error-words.md"

MIN_DISTANCE_BITS: Final = 6
NUMBERS: Final = {
    match[1]: int(match[2])
    for match in re.finditer(r"\b([A-Z][A-Z0-9_]+), '.', '.', (\d+),", TABLE.read_text("utf-8"))
}


def c_name(word: int) -> str:
    """What the console prints for `word`."""
    name = ffi.new("char[]", lib.kErrorNameBytes)
    lib.error_name(word, name)
    text = ffi.string(name)
    assert isinstance(text, bytes)
    return text.decode()


def c_table() -> list[tuple[int, str, bool]]:
    """Word, name and whether it is logged, of each line, as the firmware has them."""
    rows: list[tuple[int, str, bool]] = []
    while (word := int(lib.error_word_at(len(rows)))) != 0:
        logged = lib.error_logged_index(word) != lib.kErrorNotLogged
        rows.append((word, c_name(word), logged))
    return rows


def extended_bch(number: int) -> int:
    """`number` x^8 with its remainder modulo x^8+x^7+x^6+x^4+1, then even parity."""
    dividend = [int(bit) for bit in f"{number:07b}" + "0" * 8]
    divisor = [1, 1, 1, 0, 1, 0, 0, 0, 1]
    rest = dividend.copy()
    for at in range(7):
        if rest[at]:
            rest[at : at + 9] = [a ^ b for a, b in zip(rest[at : at + 9], divisor, strict=True)]
    bits = [*dividend[:7], *rest[7:]]
    return int("".join(map(str, [*bits, sum(bits) % 2])), 2)


def test_c_and_python_have_the_same_words_in_the_same_order() -> None:
    expected = [(int(word), word.name, word.error_class is ErrorClass.LOGGED) for word in ErrorWord]

    assert c_table() == expected


def test_no_name_number_or_word_occurs_twice() -> None:
    assert len(NUMBERS) == len(set(NUMBERS.values())) == len(set(ErrorWord)) == len(c_table())


@pytest.mark.parametrize("word", list(ErrorWord), ids=lambda word: word.name)
def test_word_is_the_tag_and_the_code_of_the_number(word: ErrorWord) -> None:
    number = NUMBERS[word.name]

    assert 1 <= number <= 127
    assert int(word) & 0xFFFF == extended_bch(number)
    assert (int(word) >> 16).to_bytes(2, "big") == word.tag.encode("ascii")
    assert word.tag.isupper()


def test_any_two_words_and_the_word_for_ok_are_far_apart() -> None:
    words = [int(word) for word in ErrorWord] + [ERROR_OK]

    closest = min((a ^ b).bit_count() for a, b in combinations(words, 2))

    assert closest >= MIN_DISTANCE_BITS


def test_every_number_that_may_come_keeps_the_distance() -> None:
    codes = [extended_bch(number) for number in range(128)]

    assert min((a ^ b).bit_count() for a, b in combinations(codes, 2)) == MIN_DISTANCE_BITS


def test_ok_is_not_zero_and_the_same_in_c() -> None:
    ok: int = lib.kErrorOk

    assert ok == ERROR_OK
    assert ok != 0


def test_logged_words_fit_the_counters_of_a_record() -> None:
    assert 0 < len(LOGGED_WORDS) <= 2 * RecordRegs.LOG_COUNTER.count


@pytest.mark.parametrize("word", list(ErrorWord), ids=lambda word: word.name)
def test_place_of_a_logged_word_is_its_order_in_the_table(word: ErrorWord) -> None:
    logged = [each for each in ErrorWord if each.error_class is ErrorClass.LOGGED]
    places = {int(each): place for place, each in enumerate(logged)}

    assert lib.error_logged_index(int(word)) == places.get(int(word), lib.kErrorNotLogged)


def test_a_word_outside_the_table_is_not_explained() -> None:
    assert explain(0) is None
    assert explain(ERROR_OK) is None
    assert c_name(ERROR_OK) == c_name(0) == "?"
    assert lib.error_logged_index(ERROR_OK) == lib.kErrorNotLogged


def test_explanation_names_module_class_and_meaning() -> None:
    info = explain(int(ErrorWord.DECISION_CHIP))

    assert info is not None
    assert info.word is ErrorWord.DECISION_CHIP
    assert info.module == "decision"
    assert info.error_class is ErrorClass.LOGGED
    assert info.meaning == "The licence is for another chip."


@pytest.mark.parametrize("word", list(ErrorWord), ids=lambda word: word.name)
def test_meaning_is_one_sentence_and_on_the_page(word: ErrorWord) -> None:
    line = f"| `{int(word):08X}` | `{word.name}` | {word.error_class.value} | {word.meaning} |"

    assert word.meaning[0].isupper()
    assert word.meaning.endswith(".")
    assert ". " not in word.meaning
    assert line in PAGE.read_text("utf-8").splitlines()


def test_module_of_every_tag_is_named() -> None:
    assert all(errors.explain(int(word)) for word in ErrorWord)
