# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What was exported before, added up for the rules that limit quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mooring_host.policy.transaction import TPP_MOST, Transaction, Usage

COUNTRY_YEARS: Final = range(2025, 2028)
"""Over which the Diffusion Rule counts a country's quantity (90 FR 4544)."""


@dataclass(frozen=True)
class Entry:
    """An export that was let through."""

    on: date
    given: Transaction


def with_usage(given: Transaction, entries: Iterable[Entry], on: date) -> Transaction:
    """The transaction with earlier exports counted in, beside those that it names itself.

    One shipment is one entry however many chips of it are licensed, one by one: what is the
    same word for word is the same shipment, unless a `reference` tells them apart.
    """
    plain = replace(given, usage=Usage())
    shipments = {replace(each.given, usage=Usage()): each.on for each in entries}
    shipments.pop(plain, None)
    used = given.usage
    for other, when in shipments.items():
        amount = other.total_tpp
        same_year = amount if when.year == on.year else 0.0
        to_consignee = other.consignee == given.consignee
        in_years = when.year in COUNTRY_YEARS and on.year in COUNTRY_YEARS
        in_country = in_years and other.destination == given.destination
        used = Usage(
            _sum(used.consignee_year, same_year, to_consignee),
            _sum(used.parent_year, same_year, owner(other) == owner(given)),
            _sum(used.country, amount, in_country),
            _sum(used.consignee_total, amount, to_consignee),
        )
    return replace(given, usage=used)


def owner(given: Transaction) -> str:
    """Who owns the consignee in the end: itself, if no parent is named."""
    return given.parent_name or given.consignee


def _sum(used: float, amount: float, counts: bool) -> float:
    """What is used with one more amount; beyond all sense it stays finite."""
    return min(used + amount, TPP_MOST) if counts else used
