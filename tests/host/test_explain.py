# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Error words in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import Diagnostics, UsageError
from mooring_host.explain import chip_error, explain, explain_word
from mooring_host.wire.messages import Failure


@pytest.mark.parametrize("word", ErrorWord, ids=lambda word: word.name)
def test_every_word_has_a_meaning_and_something_to_try(word: ErrorWord) -> None:
    known = explain_word(word)

    assert known.name == word.name
    assert known.meaning.endswith(".")
    assert len(known.hint) > 10
    assert explain(word.name) == explain(word.name.lower()) == explain(f"{word:x}") == known


def test_words_of_the_protocol_are_all_known(repository: Path) -> None:
    text = (repository / "docs" / "protocol.md").read_text("utf-8")
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", text))
    assert len(named) > 50

    assert {name for name in named if name not in ErrorWord.__members__} == set()


@pytest.mark.parametrize("text", ["", "NO_SUCH_WORD", "12", "ffffffff", "-1", "0xzz"])
def test_what_is_no_word_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UsageError, match="there is no word"):
        explain(text)


def test_word_of_a_newer_chip_is_shown_as_it_came() -> None:
    assert explain_word(0xDEADBEEF).name == "UNKNOWN_DEADBEEF"


def test_chip_error_has_all_parts() -> None:
    error = chip_error("LICENCE on port", Failure(ErrorWord.LINK_BUSY, 7))

    assert error.diagnostics() == Diagnostics(
        "LICENCE on port", f"LINK_BUSY: {error.meaning} (7 s left)", error.hint
    )
    assert str(error.diagnostics()).splitlines()[1] == error.hint
