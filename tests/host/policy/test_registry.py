# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The registry: appended to, chained, rebuilt by replaying, and its tampering noticed."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_host.errors import FileError, Refused, UnknownRecordError
from mooring_host.policy import ReportKind
from mooring_host.registry import (
    Event,
    Grade,
    Moved,
    Observed,
    Registered,
    Registry,
    Reported,
    Retired,
    Transferred,
    replay,
)
from mooring_host.registry.chain import chained, read_chain

T0 = 1_800_000_000
SET = bytes(range(8))


def ueid(number: int) -> bytes:
    return b"\x01" + hashlib.sha256(bytes([number])).digest()


def registered(number: int = 0, label: str = "") -> Registered:
    return Registered(
        ueid(number),
        label or f"chip-{number}",
        "H200",
        "3A090.a",
        "Exporter Inc",
        "Buyer Pte",
        ("sg",),
        SET,
    )


STORY: list[tuple[int, Event]] = [
    (T0, registered(0)),
    (T0 + 10, registered(1)),
    (T0 + 20, Moved(ueid(0), ("my", "sg"), SET, "second hall")),
    (T0 + 30, Transferred(ueid(1), "Other Pte", "sold")),
    (T0 + 40, Observed(ueid(0), "location", Grade.AMBIGUOUS, None, "either way", "{}")),
    (T0 + 50, Observed(ueid(0), "location", Grade.CREDIBLE, ReportKind.WRONG_LOCATION, "no", "{}")),
    (T0 + 50, Reported(ueid(0), ReportKind.WRONG_LOCATION, "chip-security-act-is", 6)),
    (T0 + 60, Retired(ueid(1), "scrapped")),
]


@pytest.fixture
def told(tmp_path: Path) -> Registry:
    registry = Registry.open(tmp_path / "registry.jsonl")
    for at, event in STORY:
        registry.append(event, at)
    return registry


def test_registry_is_its_events_replayed(told: Registry) -> None:
    again = Registry.open(told.path)

    assert again.entries == told.entries
    assert again.state == told.state == replay(told.entries)
    assert [(entry.at, entry.event) for entry in again.entries] == STORY
    lines = told.path.read_text().splitlines()
    assert lines == [entry.line() for entry in again.entries]


def test_as_of_knows_what_was_known_then(told: Registry) -> None:
    def known(at: int) -> dict[str, Any]:
        state = told.as_of(at)
        return {c.label: (c.zones, c.end_user, c.retired) for c in state.chips.values()}

    assert known(T0 - 1) == {}
    assert known(T0) == {"chip-0": (("sg",), "Buyer Pte", False)}
    assert known(T0 + 19)["chip-0"] == (("sg",), "Buyer Pte", False)
    assert known(T0 + 20)["chip-0"] == (("my", "sg"), "Buyer Pte", False)
    assert known(T0 + 29)["chip-1"] == (("sg",), "Buyer Pte", False)
    assert known(T0 + 60)["chip-1"] == (("sg",), "Other Pte", True)
    assert told.as_of(T0 + 60) == told.state


def test_chips_that_do_not_sign_for_themselves_are_listed(tmp_path: Path) -> None:
    registry = Registry.open(tmp_path / "registry.jsonl")
    for number in range(5):
        registry.append(registered(number), T0)
    seen = [
        (0, "attestation", Grade.AS_REGISTERED, T0 + 100),
        (1, "attestation", Grade.AS_REGISTERED, T0 + 50),
        (2, "inspection", Grade.AS_REGISTERED, T0 + 100),  # somebody saw a label
        (3, "attestation", Grade.INCONSISTENT, T0 + 100),  # not signed by the chip
    ]
    for number, source, grade, at in sorted(seen, key=lambda each: each[3]):
        registry.append(Observed(ueid(number), source, grade, None, "x", "{}"), at)
    registry.append(Retired(ueid(4), "scrapped"), T0 + 101)

    def silent(since: int) -> list[str]:
        return [chip.label for chip in registry.state.unattested(since)]

    assert silent(T0 + 100) == ["chip-1", "chip-2", "chip-3"]
    assert silent(T0 + 50) == ["chip-2", "chip-3"]
    assert silent(T0 + 101) == ["chip-0", "chip-1", "chip-2", "chip-3"]


def test_history_is_of_one_chip(told: Registry) -> None:
    assert [entry.number for entry in told.history(ueid(1))] == [2, 4, 8]


def test_hash_covers_the_entry_and_the_one_before(told: Registry) -> None:
    # The definition, written down again: label, hash before, body without blanks, keys sorted.
    before = hashlib.sha256(b"mooring registry 1").digest()
    for line in told.path.read_text().splitlines():
        body = json.loads(line)
        found = bytes.fromhex(body.pop("hash"))
        text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        before = hashlib.sha256(b"mooring registry 1" + before + text).digest()
        assert found == before
    assert told.state.head == before


def test_changed_bytes_all_over_the_file_are_noticed(told: Registry) -> None:
    data = told.path.read_bytes()
    for place in (*range(0, len(data), 23), len(data) - 1):
        changed = bytearray(data)
        changed[place] ^= 1
        told.path.write_bytes(bytes(changed))
        try:
            survived = Registry.open(told.path).entries
        except FileError:
            continue
        # Only the last newline can go unnoticed: what it ended is then a torn line.
        assert place == len(data) - 1
        assert survived == told.entries[:-1]


@pytest.mark.parametrize("victim", range(7))
def test_removed_and_swapped_entries_are_noticed(told: Registry, victim: int) -> None:
    lines = told.path.read_text().splitlines(keepends=True)
    without = lines[:victim] + lines[victim + 1 :]
    swapped = [*lines]
    swapped[victim], swapped[victim + 1] = swapped[victim + 1], swapped[victim]
    for forged in (without, swapped, [*lines[: victim + 1], *lines[victim:]]):
        told.path.write_text("".join(forged))
        with pytest.raises(FileError, match=r"line \d"):
            Registry.open(told.path)


def test_entries_cut_off_are_noticed_by_a_head_that_was_kept(told: Registry) -> None:
    head = told.state.head
    lines = told.path.read_text().splitlines(keepends=True)
    told.path.write_text("".join(lines[:-1]))

    assert Registry.open(told.path).state.count == 7
    with pytest.raises(FileError, match="entries were cut off"):
        Registry.open(told.path, head=head)
    told.path.write_text("".join(lines))
    assert Registry.open(told.path, head=told.entries[3].hash).state.head == head


def test_line_torn_by_a_power_cut_is_dropped_and_the_next_one_stands_alone(told: Registry) -> None:
    data = told.path.read_bytes()
    start = data[:-1].rfind(b"\n") + 1
    for cut in range(start, len(data), 13):
        told.path.write_bytes(data[:cut])
        registry = Registry.open(told.path)
        assert registry.state.count == 7
        registry.append(Retired(ueid(1), "scrapped"), T0 + 60)
        assert told.path.read_bytes() == data


def test_two_processes_append_to_one_chain(told: Registry) -> None:
    other = Registry.open(told.path)
    told.append(registered(2), T0 + 70)
    other.append(registered(3), T0 + 71)
    told.append(registered(4), T0 + 72)

    assert [c.label for c in Registry.open(told.path).state.chips.values()] == [
        f"chip-{number}" for number in range(5)
    ]


def test_file_is_its_owners_alone(told: Registry) -> None:
    assert stat.S_IMODE(told.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (registered(0, "again"), "registered already"),
        (registered(9, "chip-0"), "another chip is called 'chip-0'"),
        (Moved(ueid(9), ("sg",), SET, "x"), "never registered"),
        (Moved(ueid(1), ("sg",), SET, "x"), "it is retired"),
        (Transferred(ueid(1), "X", "x"), "it is retired"),
        (Retired(ueid(1), "again"), "it is retired"),
        (Reported(ueid(0), ReportKind.WRONG_LOCATION, "chip-security-act-is", 6), "already"),
    ],
)
def test_event_that_cannot_follow_is_refused_and_not_recorded(
    told: Registry, event: Event, found: str
) -> None:
    before = told.path.read_bytes()

    with pytest.raises(Refused, match=found):
        told.append(event, T0 + 99)
    assert told.path.read_bytes() == before
    assert told.append(registered(5), T0 + 99).number == 9


def test_clock_does_not_go_back(told: Registry) -> None:
    with pytest.raises(FileError, match="expected 1800000060"):
        told.append(registered(5), T0 + 59)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"kind_of_event": "blessed"}, "kind_of_event"),
        ({"label": ""}, "label: found"),
        ({"zones": []}, "zones: found"),
        ({"zones": ["No Zone"]}, "zones: found"),
        ({"ueid": "00"}, "ueid: found"),
        ({"colour": "red"}, "unknown field 'colour'"),
    ],
)
def test_entry_with_a_wrong_field_names_line_and_field(change: dict[str, Any], found: str) -> None:
    body = json.loads(chained(None, T0, registered()).line())
    body["event"] |= change

    with pytest.raises(FileError) as refused:
        read_chain(json.dumps(body, sort_keys=True, separators=(",", ":")), "a registry")
    assert "line 1" in str(refused.value)
    assert found in str(refused.value)


def test_chip_is_found_by_label_or_the_beginning_of_its_id(told: Registry) -> None:
    assert told.state.chip("chip-1").ueid == ueid(1)
    assert told.state.chip(ueid(1).hex()[:12]).label == "chip-1"
    for name in ("nobody", "01", ""):
        with pytest.raises(UnknownRecordError):
            told.state.chip(name)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
ZONES = st.lists(st.sampled_from(["sg", "my", "x.1", "a-b_c"]), min_size=1, max_size=3)
EVENTS = st.one_of(
    st.builds(
        Moved,
        st.just(ueid(0)),
        ZONES.map(lambda names: tuple(sorted(set(names)))),
        st.binary(min_size=8, max_size=8),
        TEXTS,
    ),
    st.builds(Transferred, st.just(ueid(0)), TEXTS, TEXTS),
    st.builds(
        Observed,
        st.just(ueid(0)),
        TEXTS,
        st.sampled_from(Grade),
        st.none() | st.sampled_from(ReportKind),
        TEXTS,
        st.dictionaries(TEXTS, TEXTS).map(json.dumps),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=6), st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_any_story_reads_back_as_it_was_written(events: list[Event], steps: list[int]) -> None:
    entries = [chained(None, T0, registered())]
    for event, step in zip(events, steps, strict=False):
        entries.append(chained(entries[-1], entries[-1].at + step, event))

    read = read_chain("\n".join(entry.line() for entry in entries), "a registry")

    assert read == tuple(entries)
    for cut in range(len(entries)):
        at = entries[cut].at
        assert replay(read, at) == replay([entry for entry in entries if entry.at <= at])
