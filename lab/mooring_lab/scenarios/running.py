# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""A run of one scenario under one law: every step is done, and what is seen is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from mooring_firmware.errors import ErrorWord
from mooring_host.errors import ChipError
from mooring_host.location import (
    Inspection,
    InspectionStatement,
    LocationVerdict,
    Subject,
    ZoneVerdict,
)
from mooring_host.location.bounds import HALF_MERIDIAN_KM, BoundPolicy
from mooring_host.location.network import LandmarkNetwork
from mooring_host.policy import Decision, Standing, Transaction, Verdicts, decide, preset
from mooring_host.policy.checks import default_policy
from mooring_host.policy.ledger import Entry, with_usage
from mooring_host.policy.regime import Regime
from mooring_host.registry import (
    AttestedEvidence,
    Desk,
    Evidence,
    PlaceEvidence,
    Registered,
    Registry,
    TwinEvidence,
    VisitEvidence,
)
from mooring_host.registry.reports import ReportDraft
from mooring_host.states import Method, Mode
from mooring_host.verifier import Appraisal
from mooring_lab.attacks.stand import SMALL, SMALL_PRODUCT, Build, Stand
from mooring_lab.issuer import START
from mooring_lab.scenarios import model
from mooring_lab.scenarios import vocabulary as words
from mooring_lab.scenarios.attempts import attempt
from mooring_lab.scenarios.ground import Ground, Measured
from mooring_lab.scenarios.vocabulary import Facts, Family
from mooring_models import Chip

HOUR_S: Final = 3600
DAY_S: Final = 86_400
SEED: Final = b"scenarios"
ECCN: Final = "3A090.a"


@dataclass(frozen=True)
class Seen:
    """What one step showed."""

    after_s: int
    """Since the beginning."""
    title: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    measured: tuple[Measured, ...] = ()
    radii_km: Mapping[str, float] = field(default_factory=dict[str, float])
    """Of each landmark that counts, the disk it leaves."""
    at: str | None = None
    """Where the chip is, if it was located."""


@dataclass(frozen=True)
class Run:
    """What a scenario came to under one law."""

    scenario: model.Scenario
    family: Family
    seen: tuple[Seen, ...]
    facts: Facts
    reports: tuple[ReportDraft, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """The facts that are not as expected, or that nobody expected."""
        expected = self.scenario.expected[self.family]
        return tuple(
            name for name in words.FACTS if expected.get(name, ()) != self.facts.get(name, ())
        )

    @property
    def as_expected(self) -> bool:
        """Whether every fact is."""
        return not self.differences


def run(scenario: model.Scenario, family: Family, *, cpu: str = "native") -> Run:
    """Runs a scenario on new chips.

    Args:
        scenario: what happens.
        family: the law.
        cpu: back end that runs the chips' ROM.
    """
    with TemporaryDirectory(prefix="mooring-scenario-") as folder:
        return _Play(scenario, family, cpu, Path(folder)).played()


class _Play:
    """The run under way."""

    def __init__(self, scenario: model.Scenario, family: Family, cpu: str, folder: Path) -> None:
        self._scenario = scenario
        self._family = family
        self._ground = Ground(scenario)
        self._now = START
        self._seen: list[Seen] = []
        self._reports: list[ReportDraft] = []
        self._registry = Registry.open(folder / "registry")
        self._desk = Desk(self._registry, Regime.of([family.preset]))
        rules = preset(family.preset).chip
        self._mode: Final = Mode.DENY if rules is None else rules.on_mismatch.mode
        self._chips = {chip.name: chip for chip in scenario.chips}
        self._at = {chip.name: chip.at for chip in scenario.chips}
        self._landmarks = {mark.name: mark for mark in scenario.landmarks}
        self._found: dict[str, LocationVerdict] = {}
        self._sold: list[Entry] = []
        self._decision: Decision | None = None
        self._nonces = 0
        self._stands: dict[str, Stand] = {}
        for number, chip in enumerate(scenario.chips):
            build = Build(cpu, SEED, f"chip{number}", self._mode)
            self._stands[chip.name] = Stand.trusting(build)
            self._register(chip)

    def played(self) -> Run:
        """All steps, in order."""
        for step in self._scenario.steps:
            self._do(step)
        facts: dict[str, tuple[str, ...]] = {}
        for seen in self._seen:
            for name, word in seen.facts.items():
                facts[name] = (*facts.get(name, ()), word)
        if self._scenario.chips:
            drafted = tuple(report.kind.value for report in self._reports)
            facts["reports"] = drafted or (words.Reports.NONE.value,)
        return Run(self._scenario, self._family, tuple(self._seen), facts, tuple(self._reports))

    def _do(self, step: model.Step) -> None:
        # A second a step: the registry's time does not stand still.
        self._now += 1
        acts: dict[type[Any], Callable[[Any], None]] = {
            model.Locate: self._locate,
            model.Inspect: self._inspect,
            model.Boot: self._boot,
            model.Compute: self._compute,
            model.Move: self._move,
            model.Wait: self._wait,
            model.Export: self._export,
            model.Attack: self._attack,
            model.Attest: self._attest,
            model.Compare: self._compare,
            model.Visit: self._visit,
            model.Count: self._count,
            model.Glitch: self._glitch,
        }
        acts[type(step)](step)

    def _note(self, title: str, text: str, **facts: str) -> None:
        self._seen.append(Seen(self._now - START, title, text, facts))

    def _register(self, chip: model.Chip) -> None:
        registered = Registered(
            self._stands[chip.name].ueid,
            chip.name,
            chip.product,
            ECCN,
            "Example Exporter",
            chip.user,
            (chip.belongs,),
            self._ground.zone_set.digest,
        )
        self._registry.append(registered, self._now)

    def _weighed(self, evidence: Evidence) -> str:
        """What the desk makes of evidence, in words."""
        received = self._desk.receive(evidence, self._now)
        if received.report is not None:
            self._reports.append(received.report)
            return f"reported, {received.report.kind.value}: {received.assessment.text}"
        return f"no report: {received.why}"

    # -- Location --------------------------------------------------------------------------

    def _locate(self, step: model.Locate) -> None:
        stand, where = self._stands[step.chip], self._at[step.chip]
        answers = step.answered_from or where
        nonce = self._nonce()
        device = self._copy(stand) if step.answered_from else stand
        measured: list[Measured] = []
        tokens: list[bytes] = []
        if self._chips[step.chip].switched_on:
            for name in step.landmarks:
                mark = self._landmarks[name]
                if not stand.appraise(ask=device.client.status, now=self._now).authentic:
                    continue
                ms = self._ground.round_trip_ms(mark, step, answers)
                measured.append(Measured(name, ms))
                tokens.append(self._ground.receipt(mark, stand.ueid, nonce, ms, self._now))
        policy = self._policy(step)
        network = self._verifier(step, tokens, nonce, policy)
        verdict = network.locate(Subject(stand.ueid), self._now)
        self._found[step.chip] = verdict
        told = self._weighed(PlaceEvidence(stand.ueid, verdict))
        truth = words.Truth.SOUND if self._ground.is_true(verdict, where) else words.Truth.FALSE
        facts = {
            "location": _claim(verdict, self._chips[step.chip].belongs).value,
            "prc": _in_zone(verdict, "prc").value,
            "d5": _in_zone(verdict, "d5").value,
            "truth": truth.value,
        }
        radii = {each.landmark: policy.radius_km(each.round_trip_ms, 0.05) for each in measured}
        basis = "; ".join([*verdict.problems, *verdict.basis.splitlines()])
        self._seen.append(
            Seen(
                self._now - START,
                f"{step.chip} is located",
                f"{basis}; {told}",
                facts,
                tuple(measured),
                {n: km for n, km in radii.items() if km <= policy.largest_radius_km},
                where,
            )
        )

    def _policy(self, step: model.Locate) -> BoundPolicy:
        return BoundPolicy(
            minimum_landmarks=step.outliers + 1,
            outliers=step.outliers,
            largest_radius_km=step.largest_radius_km or HALF_MERIDIAN_KM,
        )

    def _verifier(
        self, step: model.Locate, tokens: list[bytes], nonce: bytes, policy: BoundPolicy
    ) -> LandmarkNetwork:
        ground = self._ground
        colocated = step.method is model.Method.COLOCATED
        method = Method.COLOCATED_LANDMARK if colocated else Method.LANDMARK_NETWORK
        return LandmarkNetwork(
            tokens,
            nonce,
            ground.trust,
            ground.registry,
            ground.zone_set,
            ground.borders,
            policy,
            method,
        )

    def _copy(self, stand: Stand) -> Stand:
        """Another device with the same key, as somebody makes who has read it out."""
        original = stand.capture()
        return Stand(stand.build, Chip.from_capture(original))

    def _nonce(self) -> bytes:
        self._nonces += 1
        return sha256(f"{self._scenario.id} {self._nonces}".encode()).digest()

    def _inspect(self, step: model.Inspect) -> None:
        stand, zone_set = self._stands[step.chip], self._ground.zone_set
        statement = InspectionStatement(
            "Inspector",
            self._at[step.chip],
            stand.ueid,
            self._now,
            self._now + DAY_S,
            zone_set.digest,
            step.inside,
            step.outside,
        )
        verdict = Inspection(statement, zone_set).locate(Subject(stand.ueid), self._now)
        self._found[step.chip] = verdict
        told = self._weighed(PlaceEvidence(stand.ueid, verdict))
        self._note(f"an inspector states where {step.chip} is", told)

    # -- The chip --------------------------------------------------------------------------

    def _boot(self, step: model.Boot) -> None:
        stand = self._stands[step.chip]
        stand.reboot()
        stand.trust()
        form = stand.fresh()
        reasons = self._reasons(step, stand)
        if not reasons:
            self._license(step, stand, form)
        licence = words.Licensed.REFUSED if reasons else words.Licensed.ISSUED
        said = "; ".join(reasons) if reasons else "the authority finds nothing against it"
        self._note(
            f"{step.chip} asks for a licence",
            said,
            licence=licence.value,
            chip=self._works(stand).value,
        )

    def _reasons(self, step: model.Boot, stand: Stand) -> tuple[str, ...]:
        """Why the authority refuses."""
        verdict = self._found.get(step.chip)
        if verdict is None:
            return ("nobody knows where the chip is",)
        if verdict.valid_until <= self._now:
            return ("what is known of its place is too old",)
        rules = default_policy(step.inside, step.outside)
        action = rules.decide(Verdicts(stand.appraise(now=self._now), verdict))
        action_reasons = [each for each in action.reasons if "no valid nonce" not in each]
        refused = self._decision.refusals if self._decision is not None else ()
        return (*action_reasons, *refused)

    def _license(self, step: model.Boot, stand: Stand, form: Any) -> None:
        verdict, digest = self._found[step.chip], self._ground.zone_set.digest
        tokens = stand.tokens(
            form,
            place={
                "inside": verdict.zones(ZoneVerdict.INSIDE),
                "excluded": verdict.zones(ZoneVerdict.EXCLUDED),
                "zone_set": digest,
            },
            inside=step.inside,
            excluded=step.outside,
            zone_set=digest,
            issued_at=self._now,
        )
        stand.load(tokens)

    def _works(self, stand: Stand) -> words.Chip:
        try:
            product = stand.client.compute(*SMALL)
        except ChipError:
            return words.Chip.LOCKED
        right = product.to_rows() == SMALL_PRODUCT
        return words.Chip.COMPUTES if right else words.Chip.LOCKED

    def _compute(self, step: model.Compute) -> None:
        works = self._works(self._stands[step.chip])
        self._note(f"{step.chip} is given work", works.value, chip=works.value)

    def _move(self, step: model.Move) -> None:
        stand = self._stands[step.chip]
        km = self._ground.km([self._at[step.chip], step.to])
        self._at[step.chip] = step.to
        self._found.pop(step.chip, None)
        stand.reboot()
        stand.trust()
        self._note(f"{step.chip} is moved to {step.to}", f"{km:.0f} km; it lost its supply")

    def _wait(self, step: model.Wait) -> None:
        passed = round(step.hours * HOUR_S)
        self._now += passed
        for stand in self._stands.values():
            stand.chip.run_for(passed)
        self._note(f"{step.hours:g} hours pass", "nobody is reached meanwhile")

    def _attack(self, step: model.Attack) -> None:
        word = attempt(self._stands[step.chip], step.what)
        came = words.Attempt.ACCEPTED if word is None else words.Attempt.REFUSED
        text = "the chip accepts" if word is None else f"the chip refuses: {word.name}"
        self._note(f"{step.what.value}, on {step.chip}", text, attack=came.value)
        if word is ErrorWord.KEY_SIGNATURE:
            self._stands[step.chip].chip.run_for(2)

    # -- People, records, rules ------------------------------------------------------------

    def _attested(self, stand: Stand, device: Stand | None = None) -> tuple[Appraisal, bytes]:
        kept: list[bytes] = []

        def ask(nonce: bytes) -> bytes:
            kept.append((device or stand).client.status(nonce))
            return kept[-1]

        return stand.appraise(ask=ask, now=self._now + HOUR_S), kept[-1]

    def _attest(self, step: model.Attest) -> None:
        stand = self._stands[step.chip]
        appraisal, token = self._attested(stand)
        evidence = AttestedEvidence(stand.ueid, appraisal, token, stand.client.log())
        self._note(f"{step.chip} signs for its state", self._weighed(evidence))

    def _compare(self, step: model.Compare) -> None:
        stand = self._stands[step.chip]
        other = self._copy(stand)
        # Each lives its own life; a log that forks is what tells.
        attempt(stand, model.Attacks.OTHER_CHIP)
        attempt(other, model.Attacks.OLD_TRUST_LIST)
        (first, one), (second, two) = self._attested(stand), self._attested(stand, other)
        evidence = TwinEvidence(stand.ueid, first, second, (one, two))
        self._note(f"{step.chip} and its copy are compared", self._weighed(evidence))

    def _visit(self, step: model.Visit) -> None:
        evidence = VisitEvidence(
            self._stands[step.chip].ueid, "Inspector", self._now, step.found, step.text
        )
        self._note(f"an inspector looks for {step.chip}", self._weighed(evidence))

    def _count(self, step: model.Count) -> None:
        since = self._now
        for name, chip in self._chips.items():
            if chip.switched_on:
                appraisal, token = self._attested(self._stands[name])
                ueid = self._stands[name].ueid
                self._weighed(AttestedEvidence(ueid, appraisal, token))
        missing = [chip.label for chip in self._registry.state.unattested(since)]
        found = words.Inventory.MISSING if missing else words.Inventory.COMPLETE
        said = f"did not sign: {', '.join(missing)}" if missing else "all signed"
        self._note("every chip is asked to sign", said, inventory=found.value)

    def _export(self, step: model.Export) -> None:
        for number in range(1, step.consignees + 1):
            given = step.sale if step.consignees == 1 else _to(step.sale, number)
            asked = with_usage(given, self._sold, step.on)
            decision = decide(asked, step.on, preset(step.preset))
            self._decision = decision
            if not decision.refusals:
                self._sold.append(Entry(step.on, given))
            said = "; ".join(str(each) for each in decision.steps if each.rule)
            caps = "; ".join(
                f"{cap.per.value}: {cap.after_tpp:,.0f} of {cap.limit_tpp:,.0f} TPP"
                for cap in decision.caps
            )
            title = f"{given.quantity:,} {given.chip.name} to {given.consignee} on {step.on}"
            told = "; ".join(part for part in (said, caps) if part)
            self._note(title, told or "no rule holds", export=_standing(decision).value)

    def _glitch(self, step: model.Glitch) -> None:
        right = step.opened == step.blocks
        model_word = words.Model.RIGHT_RESULTS if right else words.Model.WRONG_RESULTS
        self._note(
            f"{step.opened} of {step.blocks} blocks are made to open",
            f"an output that all blocks share is right in {step.opened / step.blocks:.4%} "
            "of its parts; this is arithmetic, nothing was run",
            model=model_word.value,
        )


def _to(sale: Transaction, number: int) -> Transaction:
    return replace(sale, consignee=f"{sale.consignee} {number}")


def _claim(verdict: LocationVerdict, zone: str) -> words.Claim:
    if not verdict.sound:
        empty = any(each.startswith("INCONSISTENT") for each in verdict.problems)
        return words.Claim.INCONSISTENT if empty else words.Claim.UNVERIFIED
    if zone in verdict.zones(ZoneVerdict.INSIDE):
        return words.Claim.VERIFIED
    excluded = zone in verdict.zones(ZoneVerdict.EXCLUDED)
    return words.Claim.MISMATCH if excluded else words.Claim.AMBIGUOUS


def _in_zone(verdict: LocationVerdict, zone: str) -> words.InZone:
    if not verdict.sound:
        return words.InZone.UNKNOWN
    for kind, word in (
        (ZoneVerdict.INSIDE, words.InZone.INSIDE),
        (ZoneVerdict.EXCLUDED, words.InZone.EXCLUDED),
    ):
        if zone in verdict.zones(kind):
            return word
    return words.InZone.POSSIBLE


def _standing(decision: Decision) -> words.Export:
    if decision.standing is Standing.LICENCE:
        how = decision.presumption
        return words.Export.LICENCE if how is None else words.Export(how.value)
    if decision.flags and decision.standing is not Standing.STOPPED:
        return words.Export.FLAGGED
    return words.Export(decision.standing.value)
