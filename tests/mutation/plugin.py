# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The pytest plugin of the mutation check; works on a `--mutation` build only.

First all tests run as they are, and each site learns which tests make it refuse.  Then each
site in turn is switched off in a forked child, which runs some of its tests until one fails:
that test is the site's witness.  A site without one is a refusal that nothing would miss.
"""

from __future__ import annotations

import faulthandler
import os
import random
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

import pytest
from mutation.sites import Index, Site, all_sites

from mooring_firmware import _native

# A child that hangs without its refusal has noticed too.
PATIENCE_S: Final = 60
TESTS_A_SITE: Final = 60
REASONS: Final = Path(__file__).with_name("unwitnessed.txt")


class Switch:
    """Answers the firmware for each refusal that is about to happen."""

    def __init__(self) -> None:
        self.sites: Final = all_sites()
        self.off: Site | None = None
        self.hits: set[Site] = set()
        index = Index(self.sites)
        known: dict[tuple[bytes, int], Site] = {}
        ffi: Any = _native.ffi

        def enabled(file: Any, line: int) -> int:
            place = (ffi.string(file), line)
            site = known.get(place)
            if site is None:
                site = known[place] = index.find(place[0].decode(), line)
            self.hits.add(site)
            return site is not self.off

        ffi.def_extern(name="mooring_refusal_enabled")(enabled)


class Excuse(NamedTuple):
    """Names a site that needs no witness, without its line, which moves."""

    file: str
    word: str
    condition: str

    @classmethod
    def of(cls, site: Site) -> Excuse:
        """The excuse that a site would have."""
        return cls(site.file, site.word, site.condition)


def read_reasons() -> dict[Excuse, str]:
    """The sites that need no witness, with their reasons."""
    found: dict[Excuse, str] = {}
    for line in REASONS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            file, word, condition, reason = (part.strip() for part in line.split(" | "))
            found[Excuse(file, word, condition)] = reason
    return found


class MutationCheck:
    """Runs the session's tests once for the map, then for each site."""

    def __init__(self, sample: int | None, seed: int) -> None:
        self.switch: Final = Switch()
        self.sample = sample
        self.seed = seed
        self.failed = False
        self.tests: dict[Site, list[tuple[int, pytest.Item]]] = defaultdict(list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Replaces pytest's own loop."""
        self.learn(session.items)
        if session.testsfailed:
            raise session.Interrupted("tests fail with every refusal in place")
        session.testsfailed += not self.judge()
        return True

    def learn(self, items: list[pytest.Item]) -> None:
        """Runs every test and notes which refusals it makes happen."""
        for index, item in enumerate(items):
            self.switch.hits.clear()
            following = items[index + 1] if index + 1 < len(items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            for site in self.switch.hits:
                self.tests[site].append((len(self.switch.hits), item))

    def judge(self) -> bool:
        """Switches the sites off; prints a line for each; returns whether all is well."""
        reasons = read_reasons()
        chosen = self.switch.sites
        if self.sample is not None and self.sample < len(chosen):
            chosen = sorted(random.Random(self.seed).sample(chosen, self.sample))
        bad: list[str] = []
        excused = 0
        for site in chosen:
            witness = self.witness(site)
            reason = reasons.get(Excuse.of(site))
            if witness is not None:
                print(f"  {site}: {witness}")
            elif reason is not None:
                excused += 1
                print(f"  {site}: no witness: {reason}")
            else:
                why = "no test notices" if self.tests[site] else "no test reaches it"
                bad.append(f"  {site}: {why}")
        stale = self.stale(reasons)
        print(*bad, *stale, sep="\n")
        print(
            f"mutation: {len(self.switch.sites)} refusals possible, {len(chosen)} switched off"
            f"{'' if chosen is self.switch.sites else ' (sampled)'}: "
            f"{len(chosen) - len(bad) - excused} noticed, {excused} excused, {len(bad)} not"
        )
        return not bad and not stale

    def stale(self, reasons: dict[Excuse, str]) -> list[str]:
        """Excuses for refusals that are not there any more."""
        present = {Excuse.of(site) for site in self.switch.sites}
        return [
            f"  {each.file} {each.word} {each.condition}: excused, but not there"
            for each in reasons
            if each not in present
        ]

    def witness(self, site: Site) -> str | None:
        """The first test that fails without `site`; the most specific ones are tried first."""
        ranked = sorted(self.tests[site], key=lambda entry: entry[0])
        for _, item in ranked[:TESTS_A_SITE]:
            if self.fails_without(site, item):
                return item.nodeid
        return None

    def fails_without(self, site: Site, item: pytest.Item) -> bool:
        """Whether `item` fails in a child process in which `site` does not refuse."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            self.run_child(site, item)
        _, status = os.waitpid(child, 0)
        return status != 0

    def run_child(self, site: Site, item: pytest.Item) -> NoReturn:
        """Runs one test without `site`; ends the process, with 0 if the test passed."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(PATIENCE_S)
        faulthandler.disable()  # a crash without the refusal is an answer, not news
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        status = 2
        try:
            self.switch.off = site
            item.session.testsfailed = 0
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            status = int(item.session.testsfailed != 0)
        finally:
            os._exit(status)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the check."""
    parser.addoption("--mutation-sample", type=int, default=None)
    parser.addoption("--mutation-seed", type=int, default=1)


def pytest_configure(config: pytest.Config) -> None:
    """Takes over the session."""
    sample: int | None = config.getoption("mutation_sample")
    seed = int(config.getoption("mutation_seed") or 0)
    config.pluginmanager.register(MutationCheck(sample, seed), "mutation-check")
