# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The last act: licensed chips are carried from Singapore to Shenzhen, and landmarks notice."""

from __future__ import annotations

from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.authority import LicenceRefused, Terms, issue_licence
from mooring_host.location import Subject, ZoneVerdict
from mooring_host.location.network import LandmarkNetwork
from mooring_host.policy.regime import Regime
from mooring_host.registry import Desk, PlaceEvidence, Registered, Registry
from mooring_host.states import GateState
from mooring_lab.demo.cast import Cast, Player, Workload
from mooring_lab.demo.stage import Stage
from mooring_lab.scenarios.ground import Ground
from mooring_lab.scenarios.model import Locate
from mooring_lab.scenarios.reading import shipped
from mooring_lab.scenarios.vocabulary import Family

SCENARIO: Final = "S02"
HOME: Final = "singapore"
TERMS: Final = Terms(cycles=10_000_000, lifetime_s=3600, required_excluded=("d5", "prc"))


class Journey:
    """Two chips that are moved together: one fused to DENY, one to REPORT."""

    def __init__(self, cast: Cast, stage: Stage, work: Workload) -> None:
        self._cast = cast
        self._stage = stage
        self._work = work
        self._ground = Ground(next(one for one in shipped() if one.id == SCENARIO))
        registry = Registry.open(cast.folder / "registry")
        self._desk = Desk(registry, Regime.of([Family.CHIP_SECURITY_ACT.preset]))

    def tell(self) -> None:
        """From Singapore to Shenzhen, under either law."""
        self._stage.act(
            "Carried from Singapore to Shenzhen",
            """Landmarks in Singapore, Hong Kong and Taipei time both chips.  The distances are
            true, the round trips are computed from them; receipts, verdicts and licences are
            signed and checked.  A licence now asks for a proof that the chip is neither in
            China nor anywhere else in country group D:5.""",
        )
        self._at_home()
        self._carry()
        self._under_denial()
        self._under_report()

    def _network(self, player: Player, place: str) -> LandmarkNetwork:
        """The receipts of all landmarks for a chip at a place."""
        ground, now = self._ground, self._cast.time.now()
        ueid, nonce = player.client.info().ueid, player.bench.entropy(32)
        step = Locate("chip", ())
        tokens: list[bytes] = []
        for mark in ground.scenario.landmarks:
            asked = player.client.request_licence(player.bench.entropy(32))
            _, appraisal = self._cast.authority.appraise(asked)
            if appraisal.authentic:  # only what holds the chip's key is timed
                trip_ms = ground.round_trip_ms(mark, step, place)
                tokens.append(ground.receipt(mark, ueid, nonce, trip_ms, now))
        return LandmarkNetwork(
            tokens, nonce, ground.trust, ground.registry, ground.zone_set, ground.borders
        )

    def _at_home(self) -> None:
        chip = self._cast.chip
        network = self._network(chip, "jurong")
        verdict = network.locate(Subject(chip.client.info().ueid), self._cast.time.now())
        self._stage.note(
            "in Singapore, landmarks prove that the chip is not in China",
            "; ".join(verdict.basis.splitlines()[1:]),
            held=verdict.zones(ZoneVerdict.EXCLUDED) == ("d5", "prc"),
        )
        asked = chip.client.request_licence(chip.bench.entropy(32))
        delivery = issue_licence(self._cast.authority, asked, TERMS, network).delivery
        self._stage.expect(
            "a licence that asks for that proof opens the gate",
            lambda: chip.client.load_licence(delivery.location, delivery.licence),
            lambda answer: "the gate is open" if answer.gate is GateState.OPEN else None,
        )

    def _carry(self) -> None:
        km = self._ground.km(["jurong", "shenzhen"])
        self._stage.say(f"Both chips are unplugged, and plugged in again {km:.0f} km away.")
        for player in (self._cast.chip, self._cast.reporter):
            player.lab.power_off()
            player.lab.power_on()
            player.client.info()  # answered when the self-test is over
            player.bench.trust()

    def _under_denial(self) -> None:
        stage, chip = self._stage, self._cast.chip
        network = self._network(chip, "shenzhen")
        verdict = network.locate(Subject(chip.client.info().ueid), self._cast.time.now())
        stage.note(
            "in Shenzhen they prove that it is not in Singapore",
            "; ".join(verdict.basis.splitlines()[1:]),
            held=verdict.zones(ZoneVerdict.EXCLUDED) == (HOME,),
        )
        stage.note(*self._refused(chip, network))
        stage.expect_refusal(
            f"under {Family.BOOT_DENYING.preset} it no longer boots",
            ErrorWord.ENGINE_GATE_CLOSED,
            lambda: self._work.run(chip.client),
        )

    def _refused(self, chip: Player, network: LandmarkNetwork) -> tuple[str, str, bool]:
        claim = "the authority issues nothing"
        asked = chip.client.request_licence(chip.bench.entropy(32))
        try:
            issue_licence(self._cast.authority, asked, TERMS, network)
        except LicenceRefused as refusal:
            return claim, "; ".join(refusal.reasons), True
        return claim, "it issued a licence", False

    def _under_report(self) -> None:
        stage, player, now = self._stage, self._cast.reporter, self._cast.time.now()
        stage.expect(
            f"under {Family.CHIP_SECURITY_ACT.preset} the other chip computes there as before",
            lambda: self._work.run(player.client),
            self._work.judge,
        )
        ueid = player.client.info().ueid
        zones = (HOME,)
        registered = Registered(
            ueid,
            "demo-report",
            "H100",
            "3A090.a",
            "Example Exporter",
            "Example Cloud",
            zones,
            self._ground.zone_set.digest,
        )
        self._desk.registry.append(registered, now)
        verdict = self._network(player, "shenzhen").locate(Subject(ueid), now)
        first, again = (self._desk.receive(PlaceEvidence(ueid, verdict), now) for _ in range(2))
        drafted = [each.report for each in (first, again) if each.report is not None]
        stage.note(
            "and one report is drafted, however often it is found there",
            f"{drafted[0].title}; {drafted[0].text}; then: {again.why}" if drafted else first.why,
            held=len(drafted) == 1 and first.report is not None,
        )
