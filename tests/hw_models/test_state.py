# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Captured state: what is written is what is read, and a wrong value is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring_models import SnapshotError, Tear
from mooring_models.state import State, Value, load, save

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary(max_size=40))
NAMES = st.sampled_from(["a", "b", "c", "text:", "hex:"])


@given(st.dictionaries(NAMES, VALUES), st.lists(st.dictionaries(NAMES, VALUES), max_size=3))
def test_any_state_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory,
    values: dict[str, Value],
    parts: list[dict[str, Value]],
) -> None:
    path = tmp_path_factory.mktemp("state") / "file"
    state = State("whole", **values, parts_=[State("part", **each) for each in parts])

    save(path, "kind", 3, state)

    assert load(path, "kind", 3) == state


def test_file_is_text_with_a_head_that_people_can_read(tmp_path: Path) -> None:
    save(tmp_path / "file", "some kind", 3, State("x", number=5, data=b"\x01\xff"))

    head, body = (tmp_path / "file").read_text(encoding="ascii").splitlines()

    assert json.loads(head).items() >= {"kind": "some kind", "version": 3}.items()
    assert json.loads(body) == {"number": 5, "data": "hex:01ff"}


def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    for _ in range(2):
        save(tmp_path / "file", "k", 1, State("x"))

    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


STATE = State("part", number=5, flag=True, text="x", blob=b"xyz", none=None, inner=State("i"))


@pytest.mark.parametrize(
    ("read", "complaint"),
    [
        (lambda: STATE.integer("flag"), "flag is bool, expected an integer"),
        (lambda: STATE.integer("gone"), "gone is nothing, expected an integer"),
        (lambda: STATE.optional_integer("text"), "text is str, expected an integer"),
        (lambda: STATE.flag("number"), "number is int, expected a truth value"),
        (lambda: STATE.text("blob"), "blob is bytes, expected a text"),
        (lambda: STATE.blob("text"), "text is str, expected bytes"),
        (lambda: STATE.blob("blob", 4), "blob has 3 bytes, expected 4"),
        (lambda: STATE.optional_blob("number"), "number is int, expected bytes"),
        (lambda: STATE.part("number"), "number is int, expected a captured part"),
        (lambda: STATE.parts("inner"), "inner is State, expected a list of captured parts"),
        (lambda: STATE.member("text", Tear), "text is 'x', no Tear"),
    ],
)
def test_wrong_value_is_named_with_its_part(read: Callable[[], object], complaint: str) -> None:
    with pytest.raises(SnapshotError, match=f"restore part: {complaint}"):
        read()


def test_right_values_are_given_back() -> None:
    assert (STATE.integer("number"), STATE.flag("flag"), STATE.text("text")) == (5, True, "x")
    assert (STATE.blob("blob", 3), STATE.optional_blob("none")) == (b"xyz", None)
    assert STATE.optional_integer("none") is None
    assert STATE.part("inner") == State("other name, same content")
    assert hash(STATE.part("inner")) == hash(State("i"))


@pytest.mark.parametrize("body", ["[]", '{"a": 1.5}', '{"a": "bare"}', '{"a": "hex:0"}', "{"])
def test_content_of_no_known_form_is_refused(tmp_path: Path, body: str) -> None:
    digest = hashlib.sha256(body.encode()).hexdigest()
    head = json.dumps({"kind": "k", "version": 1, "sha256": digest})
    (tmp_path / "file").write_text(f"{head}\n{body}\n", encoding="ascii")

    with pytest.raises(SnapshotError):
        load(tmp_path / "file", "k", 1)
