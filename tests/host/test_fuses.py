# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Fuse plans: digests, exact diffs, batches, and burning that can be interrupted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from mooring_host.chip import ChipClient
from mooring_host.errors import ChipError, FileError, NoAnswer, ProtocolError, Refused, UsageError
from mooring_host.fuses import BurnStep, FusePlan, burn, diff, lock, map_digest, read_batch
from mooring_host.fuses.plan import BLANK_ROOT, MODE_WORDS
from mooring_host.states import Lifecycle, Mode
from mooring_host.wire.messages import FuseField, FusesResponse
from mooring_models._regs import ModeWord

ROOT, OTHER = b"r" * 48, b"o" * 48
PLAN = FusePlan(Mode.DENY, 86400, (ROOT,), allow_sequence=True)
BLANK_DIGEST = hashlib.sha384(bytes(208)).digest()
BLANK = FusesResponse(
    Lifecycle.MANUFACTURING,
    Mode.DENY,
    0,
    0,
    0,
    (BLANK_ROOT,) * 4,
    (False,) * 4,
    0,
    1024,
    BLANK_DIGEST,
)


def burned(plan: FusePlan) -> FusesResponse:
    return replace(
        BLANK,
        mode=plan.mode,
        throttle=plan.throttle,
        max_lifetime=plan.max_lifetime,
        options=plan.options,
        root_digests=plan.all_roots,
        map_digest=plan.digest,
    )


def test_mode_words_are_those_of_the_register_map() -> None:
    assert {mode.name: word for mode, word in MODE_WORDS.items()} == {
        word.name: int(word) for word in ModeWord
    }


def test_digest_is_over_the_208_bytes_of_the_protocol() -> None:
    plan = FusePlan(Mode.THROTTLE, 0x01020304, (ROOT, OTHER), throttle=0x0506)
    data = bytes.fromhex("66669999 00000506 01020304 00000000") + ROOT + OTHER + bytes(96)

    assert len(data) == 208
    assert plan.digest == hashlib.sha384(data).digest()
    assert map_digest(0, 0, 0, 0, (BLANK_ROOT,) * 4) == BLANK_DIGEST


def test_steps_burn_only_what_is_not_blank() -> None:
    assert PLAN.steps() == (
        BurnStep(FuseField.MODE, b"\x01"),
        BurnStep(FuseField.MAX_LIFETIME, b"\x00\x01\x51\x80"),
        BurnStep(FuseField.OPTIONS, b"\x01"),
        BurnStep(FuseField.ROOT_DIGEST, ROOT, 0),
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"throttle": 1}, "mode deny has no throttled speed"),
        ({"mode": Mode.THROTTLE}, "needs a speed of at least"),
        ({"mode": Mode.THROTTLE, "throttle": 65536}, "throttle: found 65536"),
        ({"max_lifetime": 0}, "longest lifetime: found 0"),
        ({"max_lifetime": 2**32}, "longest lifetime: found 4294967296"),
        ({"roots": ()}, "roots: found 0, expected 1 to 4"),
        ({"roots": (ROOT,) * 5}, "roots: found 5"),
        ({"roots": (b"short",)}, "root 0: found 5 bytes"),
        ({"roots": (BLANK_ROOT, ROOT)}, "root 0 is empty"),
        ({"roots": (ROOT, ROOT)}, "one root is in two slots"),
    ],
)
def test_plan_that_would_make_a_useless_chip_is_refused(change: dict[str, Any], found: str) -> None:
    with pytest.raises(UsageError, match=found):
        replace(PLAN, **change)


def test_diff_of_a_blank_chip_names_every_change() -> None:
    lines = diff(BLANK, PLAN).lines()

    assert lines[0] == "MODE: blank -> deny: without a grant the engine does not run"
    assert lines[1] == "MAX_LIFETIME: 0 -> 86400: no grant lives longer than 86400 s"
    assert lines[2].startswith("OPTIONS: 0 -> 1: licences for chips without a line")
    assert lines[3].startswith(f"ROOT_DIGEST[0]: empty -> {ROOT.hex()}: ")
    assert lines[4] == f"fuse map digest afterwards: {PLAN.digest.hex()}"


def test_diff_of_a_burned_chip_needs_nothing() -> None:
    found = diff(burned(PLAN), PLAN)

    assert found.steps == ()
    assert found.conflicts == ()
    assert all("burned already" in line for line in found.lines()[:-1])


def test_burned_deny_is_told_from_blank_by_the_digest() -> None:
    mode_only = replace(
        BLANK, map_digest=map_digest(MODE_WORDS[Mode.DENY], 0, 0, 0, (BLANK_ROOT,) * 4)
    )

    assert FuseField.MODE not in [step.field for step in diff(mode_only, PLAN).steps]
    assert diff(mode_only, replace(PLAN, mode=Mode.REPORT)).conflicts == ("MODE is deny already",)
    assert diff(BLANK, replace(PLAN, mode=Mode.REPORT)).conflicts == ()


@pytest.mark.parametrize(
    ("change", "conflict"),
    [
        ({"mode": Mode.REPORT}, "MODE is report already"),
        ({"max_lifetime": 1}, "MAX_LIFETIME holds 1: its bits cannot become 86400"),
        ({"options": 2}, "OPTIONS holds 2: its bits cannot become 1"),
        ({"throttle": 1}, "THROTTLE holds 1: its bits cannot become 0"),
        ({"root_digests": (OTHER, *[BLANK_ROOT] * 3)}, r"ROOT_DIGEST\[0\] holds another root"),
        ({"root_digests": (ROOT, OTHER, *[BLANK_ROOT] * 2)}, r"ROOT_DIGEST\[1\] holds another"),
        ({"lifecycle": Lifecycle.PRODUCTION}, "the chip is in production"),
    ],
)
def test_plan_that_fuses_cannot_reach_is_a_conflict(change: dict[str, Any], conflict: str) -> None:
    client = FuseChip(replace(BLANK, **change))

    with pytest.raises(Refused, match=conflict):
        burn(client, PLAN)
    assert client.steps == []


def test_bits_that_are_burned_already_are_no_conflict_if_the_plan_has_them() -> None:
    assert diff(replace(BLANK, max_lifetime=86400 & 0x10000), PLAN).conflicts == ()


# --------------------------------------------------------------- burning ---


@dataclass
class FuseChip(ChipClient):
    """Fuses that are burned as told, or fail."""

    state: FusesResponse = BLANK
    steps: list[BurnStep] = field(default_factory=list[BurnStep])
    fail_at: int = -1
    weak: bool = False

    def fuses(self) -> FusesResponse:
        words = {True: MODE_WORDS[self.state.mode], False: 0}
        mode = words[any(step.field is FuseField.MODE for step in self.steps)]
        s = self.state
        digest = map_digest(mode, s.throttle, s.max_lifetime, s.options, s.root_digests)
        return replace(s, map_digest=digest)

    def burn(self, field: FuseField, value: bytes, index: int | None = None) -> bytes:
        if len(self.steps) == self.fail_at:
            self.fail_at = -1
            raise NoAnswer("BURN", "the power went")
        self.steps.append(BurnStep(field, value, index))
        number = int.from_bytes(value, "big")
        match field:
            case FuseField.MODE:
                self.state = replace(self.state, mode=Mode(number))
            case FuseField.THROTTLE:
                self.state = replace(self.state, throttle=number)
            case FuseField.MAX_LIFETIME:
                self.state = replace(self.state, max_lifetime=number)
            case FuseField.OPTIONS:
                self.state = replace(self.state, options=number)
            case FuseField.ROOT_DIGEST:
                roots = list(self.state.root_digests)
                roots[index or 0] = value
                self.state = replace(self.state, root_digests=tuple(roots))
        return value[:-1] + b"\x00" if self.weak else value

    def lock(self, map_digest: bytes) -> Lifecycle:
        if map_digest != self.fuses().map_digest:
            raise ChipError("LOCK", 0, "FUSE_DIGEST", "differs")
        return Lifecycle.PRODUCTION


@pytest.mark.parametrize("fail_at", range(4))
def test_interrupted_burn_goes_on_where_it_stopped(fail_at: int) -> None:
    client = FuseChip(fail_at=fail_at)

    with pytest.raises(NoAnswer):
        burn(client, PLAN)
    report = burn(client, PLAN)

    assert client.steps == list(PLAN.steps())
    assert report.burned == PLAN.steps()[fail_at:]
    assert lock(client, PLAN) is Lifecycle.PRODUCTION


def test_steps_are_announced_before_they_are_burned() -> None:
    client = FuseChip()
    announced: list[tuple[BurnStep, int]] = []
    burn(client, PLAN, on_step=lambda step: announced.append((step, len(client.steps))))

    assert announced == [(step, index) for index, step in enumerate(PLAN.steps())]


def test_fuse_that_does_not_burn_is_named() -> None:
    with pytest.raises(ProtocolError, match="burn MODE: read back 00, expected 01"):
        burn(FuseChip(weak=True), PLAN)


# ----------------------------------------------------------------- batch ---

HEADER = "label,mode,throttle,max_lifetime,allow_sequence,root0,root1,root2,root3\n"


def test_batch_gives_a_plan_a_row() -> None:
    root, other = ROOT.hex(), OTHER.hex()
    rows = f"one,deny,,3600,yes,{root},,,\ntwo,Throttle,655,60,no,{root},,{other},\n"
    text = HEADER + rows
    one, two = read_batch(text)

    assert (one.label, one.plan) == ("one", FusePlan(Mode.DENY, 3600, (ROOT,), 0, True))
    assert two.plan == FusePlan(Mode.THROTTLE, 60, (ROOT, BLANK_ROOT, OTHER), 655)


def test_batch_columns_may_come_in_any_order_and_be_left_out() -> None:
    (row,) = read_batch(f"root0, max_lifetime ,label,mode\r\n{ROOT.hex()},60, x ,report\r\n")

    assert (row.label, row.plan) == ("x", FusePlan(Mode.REPORT, 60, (ROOT,)))


GOOD_ROW = f"one,deny,,3600,,{ROOT.hex()},,,\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "row 1: column 'label' is missing"),
        (HEADER, "no rows under the header"),
        ("label,colour\n", "row 1: unknown column 'colour'"),
        ("label,label\n", "row 1: column 'label' occurs twice"),
        ("label,mode,max_lifetime\n", "row 1: column 'root0' is missing"),
        (HEADER + GOOD_ROW + GOOD_ROW, "row 3, column label: 'one' occurs twice"),
        (HEADER + GOOD_ROW + ",deny,,1,,,,,\n", "row 3, column root0: found ''|column label"),
        (HEADER + "x,off,,1,,r,,,\n", "row 2, column root0: found 'r', expected 48 bytes"),
        (
            HEADER + GOOD_ROW.replace("deny", "off"),
            "row 2, column mode: found 'off', expected deny",
        ),
        (HEADER + GOOD_ROW.replace("3600", "1h"), "row 2, column max_lifetime: found '1h'"),
        (HEADER + GOOD_ROW.replace("3600", "0"), "row 2: longest lifetime: found 0"),
        (HEADER + GOOD_ROW.replace("3600,", "3600,maybe"), "column allow_sequence: found 'maybe'"),
        (HEADER + GOOD_ROW.replace("deny,", "deny,70000"), "column throttle: found '70000'"),
        (HEADER + "one,deny\n", "row 2: it has not as many columns"),
        (HEADER + GOOD_ROW.replace("\n", ",\n"), "row 2: it has not as many columns"),
        (HEADER + '"one', "row 2: unexpected end of data"),
    ],
)
def test_batch_error_names_row_and_column(text: str, found: str) -> None:
    with pytest.raises(FileError, match=found):
        read_batch(text, "chips.csv")
