# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What each preset says of a transaction: a table made from the citations, not from the code."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring_host.errors import FileError, UsageError
from mooring_host.policy.catalogue import preset, presets
from mooring_host.policy.decide import decide
from mooring_host.policy.decision import Decision
from mooring_host.policy.figures import ChipFigures
from mooring_host.policy.groups import country_codes
from mooring_host.policy.preset import Effect
from mooring_host.policy.transaction import Certificate, Purpose, Transaction, Usage

H100 = ChipFigures("H100", 15832, die_mm2=814, memory_gbps=3350, datacenter=True)
H200 = ChipFigures("H200", 15832, die_mm2=814, memory_gbps=4800, datacenter=True)
B200 = ChipFigures("B200", 36000, memory_gbps=7700, datacenter=True)
H20 = ChipFigures("H20", 2368, die_mm2=814, memory_gbps=4000, datacenter=True)
L40 = ChipFigures("L40", 2896, die_mm2=608, memory_gbps=864, datacenter=True)
RTX = ChipFigures("RTX 4090", 5285, die_mm2=608, memory_gbps=1008, datacenter=False)
ASCEND = ChipFigures("Huawei Ascend 910C", 12800, memory_gbps=3200, datacenter=True)

CASE = frozenset({Certificate.US_AVAILABLE, Certificate.US_LAB_TEST, Certificate.RECIPIENT_KYC})


def buys(chip: ChipFigures, destination: str, hq: str | None = None) -> Transaction:
    home = hq or destination
    return Transaction(chip, destination, "Buyer", headquarters=home, parent=home)


def said(transaction: Transaction, day: str, name: str) -> Decision:
    return decide(transaction, date.fromisoformat(day), preset(name))


SILENT = "the preset is not in force on this day"

# Each row: day, preset, chip, destination, headquarters, outcome in words.
# 88 FR 73458 and 744.23(a)(3); 90 FR 4544; is-informed letters; 91 FR 1684; 742.6(a)(6)(iii)(A);
# the rule of 10 July 2026.
TABLE = [
    ("2023-11-16", "acs-2023-11", H100, "CN", "CN", SILENT),
    ("2023-11-17", "acs-2023-11", H100, "CN", "CN", "licence needed, presumption of denial"),
    ("2025-01-12", "acs-2023-11", H100, "CN", "CN", "licence needed, presumption of denial"),
    ("2025-01-13", "acs-2023-11", H100, "CN", "CN", SILENT),
    ("2024-06-01", "acs-2023-11", H100, "HK", "HK", "licence needed, presumption of denial"),
    ("2024-06-01", "acs-2023-11", H100, "MO", "MO", "licence needed, presumption of denial"),
    ("2024-06-01", "acs-2023-11", H100, "VN", "VN", "licence needed, presumption of approval"),
    ("2024-06-01", "acs-2023-11", H100, "AE", "AE", "licence needed, presumption of approval"),
    ("2024-06-01", "acs-2023-11", H100, "IL", "IL", "no licence needed"),
    ("2024-06-01", "acs-2023-11", H100, "SG", "SG", "no licence needed"),
    ("2024-06-01", "acs-2023-11", H100, "MY", "MY", "no licence needed"),
    ("2024-06-01", "acs-2023-11", H100, "MY", "CN", "licence needed, presumption of denial"),
    ("2024-06-01", "acs-2023-11", H100, "US", "CN", "no licence needed"),
    ("2024-06-01", "acs-2023-11", H20, "CN", "CN", "no licence needed"),
    ("2024-06-01", "acs-2023-11", L40, "VN", "VN", "exception NAC"),
    ("2024-06-01", "acs-2023-11", RTX, "VN", "VN", "exception NAC"),
    ("2024-06-01", "acs-2023-11", L40, "CN", "CN", "licence needed, presumption of denial"),
    ("2024-03-14", "acs-2023-11", H100, "NI", "NI", "no licence needed"),
    ("2024-03-15", "acs-2023-11", H100, "NI", "NI", "licence needed, presumption of denial"),
    ("2025-01-12", "diffusion-2025-01", H100, "MY", "MY", SILENT),
    ("2025-01-13", "diffusion-2025-01", H100, "TW", "TW", "exception AIA"),
    ("2025-01-13", "diffusion-2025-01", H100, "TW", "US", "exception AIA"),
    ("2025-01-13", "diffusion-2025-01", H100, "PT", "PT", "exception LPP"),
    ("2025-01-13", "diffusion-2025-01", H100, "MY", "CN", "licence needed, presumption of denial"),
    ("2025-01-13", "diffusion-2025-01", H100, "CN", "CN", "licence needed, presumption of denial"),
    ("2025-01-13", "diffusion-2025-01", L40, "MY", "MY", "no licence needed"),
    ("2025-05-13", "diffusion-2025-01", H100, "MY", "MY", SILENT),
    ("2025-05-12", "rescinded-2025-05", H100, "MY", "MY", SILENT),
    ("2025-05-13", "rescinded-2025-05", H100, "MY", "MY", "no licence needed"),
    ("2025-05-13", "rescinded-2025-05", H100, "MY", "CN", "licence needed, presumption of denial"),
    ("2025-05-12", "us-law", ASCEND, "MY", "MY", "no licence needed"),
    ("2025-05-13", "us-law", ASCEND, "MY", "MY", "forbidden"),
    ("2025-05-13", "rescinded-2025-05", ASCEND, "US", "US", "forbidden"),
    ("2025-04-08", "us-law", H20, "CN", "CN", "no licence needed"),
    ("2025-04-09", "h20-2025-04", H20, "CN", "CN", "licence needed"),
    ("2025-04-09", "us-law", H20, "CN", "CN", "licence needed, presumption of denial"),
    ("2025-07-14", "us-law", H20, "CN", "CN", "licence needed, presumption of denial"),
    ("2025-07-15", "us-law", H20, "CN", "CN", "licence needed, case by case"),
    ("2025-07-15", "us-law", H20, "MY", "MY", "no licence needed"),
    ("2026-05-30", "hq-2026-05", H100, "MY", "CN", SILENT),
    ("2026-05-31", "hq-2026-05", H100, "MY", "CN", "licence needed, presumption of denial"),
    ("2026-05-31", "hq-2026-05", H100, "MY", "MY", "no licence needed"),
    ("2026-07-09", "us-law", B200, "AE", "AE", "licence needed, presumption of approval"),
    ("2026-07-10", "us-law", B200, "AE", "AE", "no licence needed"),
    ("2026-07-10", "uae-2026-07", B200, "AE", "CN", "licence needed, presumption of denial"),
    ("2026-07-10", "foster-2025-05", B200, "CN", "CN", "no rule on exports"),
    ("2025-05-04", "foster-2025-05", B200, "CN", "CN", SILENT),
    ("2026-01-12", "remote-access-2026-01", B200, "CN", "CN", "no rule on exports"),
    ("2025-05-08", "chip-security-act-is", B200, "CN", "CN", "no rule on exports"),
    ("2026-03-25", "chip-security-act-ans", B200, "CN", "CN", SILENT),
    ("2026-03-26", "chip-security-act-ans", B200, "CN", "CN", "no rule on exports"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "name", "chip", "destination", "hq", "outcome"), TABLE)
def test_outcome_is_that_of_the_table(
    day: str, name: str, chip: ChipFigures, destination: str, hq: str, outcome: str
) -> None:
    assert said(buys(chip, destination, hq), day, name).summary() == outcome


def to_china(chip: ChipFigures) -> Transaction:
    return replace(buys(chip, "CN"), certificates=CASE, us_volume_share=0.5)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        (to_china(H200), "case by case"),
        (replace(to_china(H200), destination="MO"), "case by case"),
        (replace(to_china(H200), destination="HK"), "case by case"),
        (to_china(replace(H200, tpp=20999.0)), "case by case"),
        (to_china(replace(H200, tpp=21000.0)), "presumption of denial"),
        (to_china(replace(H200, memory_gbps=6499.0)), "case by case"),
        (to_china(replace(H200, memory_gbps=6500.0)), "presumption of denial"),
        (to_china(replace(H200, memory_gbps=None)), "presumption of denial"),
        (to_china(B200), "presumption of denial"),
        (replace(to_china(H200), exported_from="TW"), "presumption of denial"),
        (replace(to_china(H200), us_volume_share=0.51), "presumption of denial"),
        (replace(to_china(H200), us_volume_share=None), "presumption of denial"),
        (replace(to_china(H200), destination="MY"), "presumption of denial"),
        (replace(to_china(H200), destination="KH"), "presumption of denial"),
        *(
            (replace(to_china(H200), certificates=CASE - {each}), "presumption of denial")
            for each in sorted(CASE, key=lambda each: each.value)
        ),
    ],
)
def test_h200_rule_needs_each_of_its_conditions(changed: Transaction, outcome: str) -> None:
    for name in ("h200-2026-01", "us-law"):
        assert said(changed, "2026-01-15", name).summary() == f"licence needed, {outcome}"
    assert said(changed, "2026-01-14", "us-law").summary() == (
        "licence needed, presumption of denial"
    )


@pytest.mark.parametrize(
    ("quantity", "used", "outcome", "flagged"),
    [
        (1699, 0.0, "exception LPP", False),
        (1700, 0.0, "licence needed, presumption of approval", True),
        (1, 26_900_000.0 - 15832.0, "exception LPP", False),
        (1, 26_900_000.0 - 15831.0, "licence needed, presumption of approval", True),
    ],
)
def test_low_processing_performance_is_capped_for_a_consignee(
    quantity: int, used: float, outcome: str, flagged: bool
) -> None:
    usage = Usage(consignee_year=used, parent_year=used)
    decision = said(
        replace(buys(H100, "MY"), quantity=quantity, usage=usage),
        "2025-05-12",
        "diffusion-2025-01",
    )

    assert decision.summary() == outcome
    assert bool(decision.flags) is flagged
    lpp = next(cap for cap in decision.caps if cap.rule == "diffusion-2025-01/lpp")
    assert (lpp.limit_tpp, lpp.within) == (26_900_000, not flagged)


def test_ten_consignees_of_one_parent_are_each_allowed_and_together_flagged() -> None:
    flagged: list[str] = []
    taken = 0.0
    for number in range(10):
        order = replace(
            buys(H100, "MY"),
            consignee=f"Buyer {number}",
            quantity=1699,
            usage=Usage(parent_year=taken),
        )
        decision = said(order, "2025-03-01", "diffusion-2025-01")
        assert decision.summary() == "exception LPP"
        taken += order.total_tpp
        flagged += [step.rule for step in decision.flags]

    assert taken == 268_985_680
    assert flagged == ["diffusion-2025-01/lpp-split"] * 9


@pytest.mark.parametrize(
    ("certificates", "before", "outcome"),
    [
        (frozenset[Certificate](), 790_000_000 - 158_320_000, "approval"),
        (frozenset[Certificate](), 790_000_000 - 158_319_999, "denial"),
        (frozenset({Certificate.G2G}), 1_580_000_000 - 158_320_000, "approval"),
        (frozenset({Certificate.G2G}), 1_580_000_000 - 158_319_999, "denial"),
    ],
)
def test_country_quantity_turns_approval_into_denial(
    certificates: frozenset[Certificate], before: float, outcome: str
) -> None:
    order = replace(
        buys(H100, "MY"),
        quantity=10_000,
        certificates=certificates,
        usage=Usage(country=before),
    )

    decision = said(order, "2025-03-01", "diffusion-2025-01")

    assert decision.summary() == f"licence needed, presumption of {outcome}"


def test_national_validated_end_user_rests_on_a_recalled_number_and_says_so() -> None:
    order = replace(
        buys(H100, "MY"), quantity=30_000, certificates=frozenset({Certificate.NVEU})
    )  # 474,960,000 TPP

    first = said(order, "2025-02-01", "diffusion-2025-01")
    full = said(
        replace(order, usage=Usage(consignee_total=200_000_000)),
        "2025-02-01",
        "diffusion-2025-01",
    )
    next_quarter = said(
        replace(order, usage=Usage(consignee_total=200_000_000)),
        "2025-04-01",
        "diffusion-2025-01",
    )

    assert first.summary() == next_quarter.summary() == "exception NVEU"
    assert full.summary() == "licence needed, presumption of approval"
    assert "90fr4544-nveu" in {source.id for source in first.recalled}
    assert any("RECALLED" in str(step) for step in first.steps if step.effect is Effect.EXCEPTION)


@pytest.mark.parametrize(
    ("tier1", "country", "us", "american", "outcome"),
    [
        (0.75, 0.07, None, False, "exception UVEU"),
        (0.74, 0.07, None, False, "licence needed, presumption of approval"),
        (0.75, 0.08, None, False, "licence needed, presumption of approval"),
        (0.75, 0.07, 0.5, True, "exception UVEU"),
        (0.75, 0.07, 0.49, True, "licence needed, presumption of approval"),
        (0.75, 0.07, None, True, "licence needed, presumption of approval"),
        (None, None, None, False, "licence needed, presumption of approval"),
    ],
)
def test_universal_validated_end_user_keeps_its_shares(
    tier1: float | None, country: float | None, us: float | None, american: bool, outcome: str
) -> None:
    certificates = {Certificate.UVEU}
    if american:
        certificates.add(Certificate.US_HEADQUARTERED_UVEU)
    order = replace(
        buys(H100, "MY", "US"),
        quantity=10_000,
        certificates=frozenset(certificates),
        share_tier1=tier1,
        share_country=country,
        share_us=us,
    )

    assert said(order, "2025-03-01", "diffusion-2025-01").summary() == outcome


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        (replace(buys(ASCEND, "MY"), purpose=Purpose.ANALYSIS), "no licence needed"),
        (replace(buys(H100, "MY"), designed_in="CN"), "forbidden"),
        (replace(buys(L40, "MY"), designed_in="HK"), "forbidden"),
        (replace(buys(H20, "MY"), designed_in="CN"), "no licence needed"),
    ],
)
def test_general_prohibition_ten_spares_analysis_only(changed: Transaction, outcome: str) -> None:
    assert said(changed, "2025-05-13", "rescinded-2025-05").summary() == outcome


def test_notification_opens_the_exception_for_chips_that_are_not_for_data_centres() -> None:
    notified = frozenset({Certificate.NAC_NOTIFIED})

    def outcome(chip: ChipFigures) -> str:
        return said(
            replace(buys(chip, "CN"), certificates=notified), "2024-06-01", "acs-2023-11"
        ).summary()

    assert outcome(RTX) == outcome(L40) == "exception NAC"
    assert outcome(H100) == "licence needed, presumption of denial"


def test_existing_use_is_spared_by_the_headquarters_rule_of_2026() -> None:
    order = replace(buys(H100, "MY", "CN"), certificates=frozenset({Certificate.EXISTING_USE}))

    assert said(order, "2026-05-31", "hq-2026-05").summary() == "no licence needed"


def test_training_with_knowledge_of_a_military_end_use_is_licensed_wherever() -> None:
    order = replace(
        buys(H100, "MY"),
        purpose=Purpose.TRAINING,
        certificates=frozenset({Certificate.MILITARY_KNOWLEDGE}),
        tenants=("CN",),
    )

    assert said(order, "2025-05-13", "rescinded-2025-05").summary() == (
        "licence needed, presumption of denial"
    )
    assert said(replace(order, tenants=()), "2025-05-13", "rescinded-2025-05").summary() == (
        "no licence needed"
    )


def test_tenant_in_china_is_flagged_by_the_remote_access_bill_only() -> None:
    order = replace(buys(H100, "MY"), tenants=("CN",))

    assert [s.rule for s in said(order, "2026-01-12", "remote-access-2026-01").flags] == [
        "remote-access-2026-01/remote-access"
    ]
    assert not said(order, "2026-01-12", "us-law").flags
    assert not said(replace(order, tenants=("SG",)), "2026-01-12", "remote-access-2026-01").flags


def test_undecided_class_is_taken_the_strict_way_and_said() -> None:
    unknown = ChipFigures("X1", 2000)

    decision = said(buys(unknown, "CN"), "2024-06-01", "acs-2023-11")

    assert decision.summary() == "licence needed, presumption of denial"
    assert any("3A090.a is assumed" in step.text for step in decision.steps)


def test_named_eccn_is_believed_and_said_to_be_the_exporters() -> None:
    order = replace(buys(H20, "CN"), eccn="5A992.z")

    decision = said(order, "2024-06-01", "acs-2023-11")

    assert decision.summary() == "licence needed, presumption of denial"
    assert decision.classification is None
    assert any("as the exporter says" in step.text for step in decision.steps)


def test_export_licence_answers_case_by_case_but_no_presumption_of_denial() -> None:
    good = replace(to_china(H200), export_licence="D-1")

    assert said(good, "2026-01-15", "us-law").permits
    assert not said(replace(good, export_licence=None), "2026-01-15", "us-law").permits
    refused = said(replace(good, chip=B200), "2026-01-15", "us-law")
    assert not refused.permits
    assert "91 FR 1684" in " ".join(refused.refusals)


def test_every_step_that_decides_is_cited() -> None:
    for name in ("us-law", "acs-2023-11"):
        decision = said(buys(H100, "CN"), "2024-06-01", name)
        effects = [step for step in decision.steps if step.effect is not None]
        assert {step.effect for step in effects} == {Effect.LICENCE, Effect.REVIEW}
        assert all(step.source is not None for step in effects)


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("destination", "Malaysia", "destination: found 'Malaysia'"),
        ("destination", "UK", "destination: found 'UK'"),
        ("destination", "cn", "destination: found 'cn'"),
        ("headquarters", "", "headquarters: found '', expected a text"),
        ("parent", "XX", "parent: found 'XX'"),
        ("tenants", ["SG", "ZZ"], "tenants: found 'ZZ'"),
        ("designed_in", "U", "designed_in: found 'U'"),
        ("exported_from", "USA", "exported_from: found 'USA'"),
        ("quantity", 0, "quantity: found 0"),
        ("quantity", -1, "quantity: found"),
        ("quantity", 1.5, "quantity: found"),
        ("quantity", 10**10, "quantity: found 10000000000"),
        ("purpose", "fun", "purpose: found 'fun', expected one of compute"),
        ("certificates", ["oath"], "certificates: found 'oath'"),
        ("eccn", "3a090", "eccn: found '3a090'"),
        ("us_volume_share", 1.5, "us_volume_share: found 1.5"),
        ("consignee", "x" * 201, "consignee: found"),
        ("chip", {"name": "X"}, "tpp is missing"),
        ("chip", {"name": "X", "tpp": -1}, "tpp: found -1"),
        ("chip", {"name": "X", "tpp": 1e300}, "tpp: found 1e"),
        ("chip", {"name": "X", "tpp": "fast"}, "tpp: found"),
        ("chip", {"name": "X", "tpp": 1, "die_mm2": 0}, "die_mm2: found 0"),
        ("chip", {"name": "X", "tpp": 1, "colour": "red"}, "unknown field 'colour'"),
        ("chip", {"name": "X", "tops": {"0": 1}}, "'0' is no length in bits"),
        ("usage", {"consignee_year": -1}, "consignee_year: found -1"),
        ("usage", {"week": 1}, "unknown field 'week'"),
        ("version", 2, "version: found 2"),
        ("destinatoin", "SG", "unknown field 'destinatoin'"),
    ],
)
def test_bad_field_is_named(field: str, value: object, found: str) -> None:
    body: dict[str, object] = {
        "version": 1,
        "chip": {"name": "H100", "tpp": 15832},
        "destination": "SG",
        "consignee": "Buyer",
        "headquarters": "SG",
    }

    with pytest.raises(FileError) as refused:
        Transaction.parse(json.dumps(body | {field: value}))
    assert found in str(refused.value)


@pytest.mark.parametrize("field", ["version", "chip", "destination", "consignee", "headquarters"])
def test_missing_field_is_named(field: str) -> None:
    body = json.loads(buys(H100, "SG").to_json())
    del body[field]

    with pytest.raises(FileError, match=f"{field} is missing"):
        Transaction.parse(json.dumps(body))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_no_figure_is_negative_infinite_or_no_number(value: float) -> None:
    with pytest.raises(UsageError, match="tpp"):
        ChipFigures("X", value)
    with pytest.raises(UsageError, match="consignee_year"):
        Usage(consignee_year=value)
    with pytest.raises(FileError, match="tpp"):
        Transaction.parse(
            '{"version": 1, "chip": {"name": "X", "tpp": %s}}' % json.dumps(value)  # noqa: UP031
        )


CODES = st.sampled_from(sorted(country_codes()))
SHARES = st.none() | st.floats(0, 1)
AMOUNTS = st.floats(0, 1e21)
CHIPS = st.builds(
    ChipFigures,
    name=st.sampled_from(["X", "Ascend 910B3", "H20"]),
    tpp=st.floats(0, 1e12),
    die_mm2=st.none() | st.floats(1e-6, 1e12),
    memory_gbps=st.none() | st.floats(0, 1e12),
    io_gbps=st.none() | st.floats(0, 1e12),
    hbm_density=st.none() | st.floats(0, 1e12),
    datacenter=st.none() | st.booleans(),
)
TRANSACTIONS = st.builds(
    Transaction,
    chip=CHIPS,
    destination=CODES,
    consignee=st.just("Buyer"),
    headquarters=CODES,
    parent=CODES,
    quantity=st.integers(1, 10**9),
    exported_from=CODES,
    parent_name=st.none() | st.just("Parent"),
    eccn=st.none() | st.sampled_from(["3A090.a", "4A090.b", "5A992.z", "4E091", "EAR99"]),
    designed_in=CODES,
    tenants=st.lists(CODES, max_size=2).map(tuple),
    purpose=st.sampled_from(Purpose),
    certificates=st.frozensets(st.sampled_from(Certificate)),
    us_volume_share=SHARES,
    share_tier1=SHARES,
    share_country=SHARES,
    share_us=SHARES,
    export_licence=st.none() | st.just("D-1"),
    usage=st.builds(Usage, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS),
)


@settings(max_examples=150, deadline=None)
@given(TRANSACTIONS, st.dates(), st.sampled_from(presets()))
def test_every_transaction_has_one_outcome_on_every_day(
    transaction: Transaction, on: date, chosen: object
) -> None:
    rules = next(each for each in presets() if each is chosen)

    decision = decide(transaction, on, rules)

    assert decision == decide(Transaction.parse(transaction.to_json()), on, rules)
    assert decision.summary()
    assert decision.permits is (not decision.refusals)
    assert decision.licence_needed is (decision.standing.value == "licence")


def test_that_a_country_is_in_no_list_rests_on_the_list_and_says_how_well_it_is_known() -> None:
    decision = said(buys(H100, "MY"), "2024-06-01", "acs-2023-11")

    assert decision.summary() == "no licence needed"
    assert [source.id for source in decision.recalled] == ["740-supp1-recalled"]
    texts = [step.text for step in decision.steps]
    assert "destination MY is not in D:1, D:4, D:5" in texts
    assert "headquarters MY is not in D:5" in texts
