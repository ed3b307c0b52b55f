# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What is to be exported, to whom, where and for what; the facts that rules ask about."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Final

from mooring_host.errors import FileError, UsageError
from mooring_host.jsonfile import read_text
from mooring_host.policy._table import Table, parse
from mooring_host.policy.figures import ChipFigures
from mooring_host.policy.groups import country_codes
from mooring_host.text import flaw

TRANSACTION_VERSION: Final = 1
MAX_QUANTITY: Final = 10**9
MAX_TEXT: Final = 200
_ECCN: Final = re.compile(r"[0-9][A-E][0-9]{3}(\.[a-z])?|EAR99")
_TEXTS: Final = (
    "exported_from",
    "parent_name",
    "reference",
    "eccn",
    "designed_in",
    "export_licence",
)
TPP_MOST: Final = 1e21
"""More than any sum of chips; keeps every total finite."""


class Purpose(Enum):
    """What the chips are for, as far as rules ask."""

    COMPUTE = "compute"
    TRAINING = "training"
    """Of AI models for others."""
    ANALYSIS = "analysis"
    """Technical analysis of the chip itself."""


class Certificate(Enum):
    """What the exporter certifies, and can show if asked."""

    US_AVAILABLE = "us-available"
    """The chip is commercially available in the United States (91 FR 1684)."""
    US_LAB_TEST = "us-lab-test"
    """An independent laboratory in the United States tests it (91 FR 1684)."""
    RECIPIENT_KYC = "recipient-kyc"
    """The recipient knows its customers and controls remote access (91 FR 1684)."""
    NAC_NOTIFIED = "nac-notified"
    """BIS was notified, and did not object (15 CFR 740.8)."""
    EXISTING_USE = "existing-use"
    """The chips are in use already where they are."""
    NAMED_END_USER = "named-end-user"
    """The end user is one that the rule names."""
    UVEU = "uveu"
    """The consignee is a Universal Validated End User (90 FR 4544)."""
    NVEU = "nveu"
    """The consignee is a National Validated End User (90 FR 4544)."""
    US_HEADQUARTERED_UVEU = "us-uveu"
    """That UVEU has its headquarters in the United States."""
    G2G = "g2g"
    """The destination has an assurance between governments (90 FR 4544)."""
    MILITARY_KNOWLEDGE = "military-knowledge"
    """The exporter knows of an end use for weapons of mass destruction or the military."""


@dataclass(frozen=True)
class Usage:
    """What was exported before, in TPP, as far as caps count it."""

    consignee_year: float = 0.0
    """To this consignee in this calendar year."""
    parent_year: float = 0.0
    """To all that this one's ultimate parent owns, in this calendar year."""
    country: float = 0.0
    """To this country, 2025 to 2027."""
    consignee_total: float = 0.0
    """To this consignee, ever."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not 0 <= value <= TPP_MOST:
                raise UsageError(
                    "describe earlier exports",
                    f"{each.name}: found {value!r}, expected at least 0, at most {TPP_MOST:g}",
                )


@dataclass(frozen=True)
class Transaction:
    """One export, reexport or transfer. Countries are ISO 3166-1 alpha-2, large letters."""

    chip: ChipFigures
    destination: str
    consignee: str
    headquarters: str
    """Country of the consignee's headquarters."""
    parent: str
    """Country of its ultimate parent's headquarters."""
    quantity: int = 1
    exported_from: str = "US"
    parent_name: str | None = None
    """The ultimate parent; consignees of one parent are counted together in flags."""
    reference: str | None = None
    """Order or shipment; tells apart what is otherwise the same."""
    eccn: str | None = None
    """None: classified from the chip's figures."""
    designed_in: str = "US"
    tenants: tuple[str, ...] = ()
    """Countries of those who will use the chips over a network."""
    purpose: Purpose = Purpose.COMPUTE
    certificates: frozenset[Certificate] = frozenset()
    us_volume_share: float | None = None
    """All such exports to China and Macau over the volume sold in the United States."""
    share_tier1: float | None = None
    """Of a UVEU's computing power, what stands in the first tier or the United States."""
    share_country: float | None = None
    """Of a UVEU's computing power, what stands in the destination."""
    share_us: float | None = None
    """Of a UVEU's computing power, what stands in the United States."""
    export_licence: str | None = None
    """Number of an export licence that was granted for this."""
    usage: Usage = field(default_factory=Usage)

    def __post_init__(self) -> None:
        countries = [
            ("destination", self.destination),
            ("headquarters", self.headquarters),
            ("parent", self.parent),
            ("exported_from", self.exported_from),
            ("designed_in", self.designed_in),
            *(("tenants", tenant) for tenant in self.tenants),
        ]
        for name, code in countries:
            if code not in country_codes():
                raise _wrong(name, code, "an ISO 3166 code of two large letters, such as SG")
        texts = (
            ("consignee", self.consignee),
            ("parent_name", self.parent_name),
            ("reference", self.reference),
            ("export_licence", self.export_licence),
        )
        for name, text in texts:
            if text is not None and (not 0 < len(text) <= MAX_TEXT or flaw(text)):
                raise _wrong(name, text, f"a text of 1 to {MAX_TEXT} characters")
        if not 1 <= self.quantity <= MAX_QUANTITY:
            raise _wrong("quantity", self.quantity, f"1 to {MAX_QUANTITY}")
        if self.eccn is not None and not _ECCN.fullmatch(self.eccn):
            raise _wrong("eccn", self.eccn, "an ECCN such as 3A090.a, or EAR99")
        shares = (
            ("us_volume_share", self.us_volume_share),
            ("share_tier1", self.share_tier1),
            ("share_country", self.share_country),
            ("share_us", self.share_us),
        )
        for name, share in shares:
            if share is not None and not 0 <= share <= 1:
                raise _wrong(name, share, "0 to 1")

    @property
    def total_tpp(self) -> float:
        """Of all chips together."""
        return self.chip.tpp * self.quantity

    @classmethod
    def read(cls, path: Path) -> Transaction:
        """Reads a transaction file in TOML or JSON."""
        return cls.parse(read_text(path), str(path))

    @classmethod
    def parse(cls, text: str, where: str = "a transaction") -> Transaction:
        """Reads a transaction.

        Raises:
            FileError: it is none; the field that is wrong is named.
        """
        table = parse(text, where)
        table.version(TRANSACTION_VERSION)
        return cls.of_table(table)

    @classmethod
    def of_table(cls, table: Table) -> Transaction:
        """Reads a transaction that is part of another file; errors as in `parse`."""
        given = _given(table)
        usage = table.maybe_table("usage")
        if usage is not None:
            given["usage"] = _usage(usage)
        table.close()
        try:
            return cls(**given)  # type: ignore[arg-type]  # each field was read by its kind
        except UsageError as error:
            raise FileError(f"read {table.where}", error.found) from error

    def to_json(self) -> str:
        """The transaction as a file that `parse` reads; what has its default is left out."""
        body: dict[str, object] = {"version": TRANSACTION_VERSION}
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None or value == each.default:
                continue
            match value:
                case Purpose():
                    body[each.name] = value.value
                case frozenset():
                    body[each.name] = sorted(item.value for item in self.certificates)
                case ChipFigures() | Usage():
                    body[each.name] = {
                        part.name: getattr(value, part.name)
                        for part in fields(value)
                        if getattr(value, part.name) is not None
                    }
                case tuple():
                    body[each.name] = list(self.tenants)
                case _:
                    body[each.name] = value
        return json.dumps(body, indent=2)


def _given(table: Table) -> dict[str, object]:
    """The fields that the table has; those it has not keep their defaults."""
    given: dict[str, object] = {
        "chip": ChipFigures.read(table.table("chip")),
        "destination": table.text("destination"),
        "consignee": table.text("consignee"),
        "headquarters": table.text("headquarters"),
        # A firm without a parent is its own.
        "certificates": frozenset(table.words("certificates", Certificate)),
        "tenants": tuple(table.texts("tenants")),
    }
    given["parent"] = table.maybe_text("parent") or given["headquarters"]
    for name in _TEXTS:
        if table.has(name):
            given[name] = table.text(name)
    for name in ("us_volume_share", "share_tier1", "share_country", "share_us"):
        if table.has(name):
            given[name] = table.number(name, most=1.0)
    if table.has("quantity"):
        given["quantity"] = table.integer("quantity")
    if table.has("purpose"):
        given["purpose"] = table.word("purpose", Purpose)
    return given


def _usage(table: Table) -> Usage:
    amounts = {
        each.name: table.number(each.name, most=TPP_MOST)
        for each in fields(Usage)
        if table.has(each.name)
    }
    table.close()
    return Usage(**amounts)


def _wrong(name: str, value: object, expected: str) -> UsageError:
    shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
    return UsageError("describe a transaction", f"{name}: found {shown}, expected {expected}")
