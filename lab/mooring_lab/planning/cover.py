# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The fewest places that serve all needs: a set cover, exact where the search ends in time.

What is returned says which it is: the smallest, or one within a stated bound of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MAX_NODES: Final = 200_000
"""Branches that the search looks at before it settles for the best so far."""


@dataclass(frozen=True)
class Cover:
    """Chosen places, by index."""

    chosen: tuple[int, ...]
    least: int
    """No cover is smaller."""
    unserved: tuple[int, ...]
    """Needs that no place serves; they are not counted against the cover."""

    @property
    def optimal(self) -> bool:
        """Whether none is smaller."""
        return len(self.chosen) == self.least


def cover(serves: Sequence[frozenset[int]], needs: int, *, max_nodes: int = MAX_NODES) -> Cover:
    """The smallest set of places that together serve every need that can be served.

    Args:
        serves: for each place the needs it serves, each from 0 to `needs` - 1.
        needs: how many there are.
        max_nodes: when to stop looking for a smaller one.
    """
    servable = frozenset(need for each in serves for need in each)
    unserved = tuple(sorted(set(range(needs)) - servable))
    places = _without_lesser(serves)
    greedy = _greedy(places, servable)
    search = _Search(places, greedy, max_nodes)
    search.run(servable)
    return Cover(tuple(sorted(search.best)), search.least(servable), unserved)


def _without_lesser(serves: Sequence[frozenset[int]]) -> dict[int, frozenset[int]]:
    """Without places that another place can stand in for."""
    kept: dict[int, frozenset[int]] = {}
    for index in sorted(range(len(serves)), key=lambda i: (-len(serves[i]), i)):
        if serves[index] and not any(serves[index] <= other for other in kept.values()):
            kept[index] = serves[index]
    return kept


def _greedy(places: Mapping[int, frozenset[int]], needs: frozenset[int]) -> tuple[int, ...]:
    chosen: list[int] = []
    left = needs
    while left:
        best = max(places, key=lambda index: (len(places[index] & left), -index))
        chosen.append(best)
        left -= places[best]
    return tuple(chosen)


class _Search:
    """Branch and bound: the need with fewest places first, each of its places in turn."""

    def __init__(
        self, places: Mapping[int, frozenset[int]], best: tuple[int, ...], max_nodes: int
    ) -> None:
        self._places = places
        self._servers: dict[int, list[int]] = {}
        for index, needs in places.items():
            for need in needs:
                self._servers.setdefault(need, []).append(index)
        self.best = best
        self._nodes_left = max_nodes

    def run(self, needs: frozenset[int]) -> None:
        """Looks for a smaller cover than the best so far."""
        self._branch(needs, ())

    def least(self, needs: frozenset[int]) -> int:
        """A bound from below: the best itself if all branches were looked at."""
        return len(self.best) if self._nodes_left > 0 else self._apart(needs)

    def _branch(self, left: frozenset[int], chosen: tuple[int, ...]) -> None:
        if not left:
            if len(chosen) < len(self.best):
                self.best = chosen
            return
        self._nodes_left -= 1
        if self._nodes_left <= 0 or len(chosen) + self._apart(left) >= len(self.best):
            return
        need = min(left, key=lambda each: (len(self._servers[each]), each))
        servers = self._servers[need]
        for index in sorted(servers, key=lambda i: (-len(self._places[i] & left), i)):
            self._branch(left - self._places[index], (*chosen, index))

    def _apart(self, left: frozenset[int]) -> int:
        """Needs of which no two share a place: each wants one of its own."""
        count = 0
        open_needs = set(left)
        for need in sorted(left, key=lambda each: (len(self._servers[each]), each)):
            if need in open_needs:
                count += 1
                for index in self._servers[need]:
                    open_needs -= self._places[index]
        return count
