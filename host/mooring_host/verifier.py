# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Appraisal of evidence: what can be said of a chip that signed this.

The outcome is a result, also when it is bad: a list of findings. Which findings one can live
with is for a policy to say (`mooring_host.policy`).

A `Verifier` takes the evidence of a whole fleet at once: frames and signatures of all of it are
judged in one call of the compiled core, and each chip gets its own appraisal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mooring_firmware import PreparedCache, Typ, verify_tokens
from mooring_firmware.errors import ErrorWord
from mooring_host import cose
from mooring_host.errors import TokenError
from mooring_host.states import Lifecycle, RecordState
from mooring_host.token.evidence import Evidence
from mooring_host.token.frame import TokenKind, payload_of


class Flaw(Enum):
    """What can be wrong with evidence; the value is a word for machines."""

    MALFORMED = "malformed"
    KEY_ID = "key-id"
    SIGNATURE = "signature"
    CHIP = "chip"
    NONCE = "nonce"
    MEASUREMENT = "measurement"
    LIFECYCLE = "lifecycle"
    TRUST_STALE = "trust-stale"
    TRUST_UNKNOWN = "trust-unknown"
    ROLLED_BACK = "rolled-back"
    LOG_BACKWARDS = "log-backwards"
    LOG_REWRITTEN = "log-rewritten"
    RECORD_BACKWARDS = "record-backwards"
    FLOOR_BACKWARDS = "floor-backwards"
    COUNTER_BACKWARDS = "counter-backwards"
    LIFECYCLE_BACKWARDS = "lifecycle-backwards"
    CLOCK = "clock"


FORGED = frozenset({Flaw.MALFORMED, Flaw.KEY_ID, Flaw.SIGNATURE, Flaw.CHIP, Flaw.NONCE})
"""With one of these nothing is known of the chip at all."""


@dataclass(frozen=True)
class Finding:
    """One thing that speaks against a chip."""

    flaw: Flaw
    text: str

    def __str__(self) -> str:
        return f"{self.flaw.value}: {self.text}"


@dataclass(frozen=True)
class AttestedState:
    """What a chip attested before, as far as it may never go backwards."""

    log_count: int
    log_head: bytes
    generation: int
    revision: int
    floor: int
    counter_left: int
    lifecycle: Lifecycle

    @classmethod
    def of(cls, evidence: Evidence) -> AttestedState:
        """The state that evidence attests."""
        return cls(
            evidence.log_count,
            evidence.log_head,
            evidence.generation,
            evidence.revision,
            evidence.floor,
            evidence.counter_left,
            evidence.lifecycle,
        )


@dataclass(frozen=True)
class TrustState:
    """The trust list that a chip should have accepted."""

    root_slot: int
    epoch: int
    digest: bytes
    """SHA-256 of the trust list."""


@dataclass(frozen=True)
class Reference:
    """What a good chip looks like."""

    measurements: frozenset[bytes] = frozenset()
    """Known ROMs; empty: any."""
    trust: TrustState | None = None
    """None: any."""
    now: int | None = None
    """Seconds since 1970; None: the chip's floor is not compared with a clock."""


@dataclass(frozen=True)
class Appraisal:
    """The cryptographic verdict on evidence."""

    evidence: Evidence | None
    """What the chip says; None unless the evidence is authentic."""
    findings: tuple[Finding, ...]

    @property
    def authentic(self) -> bool:
        """Whether this chip signed this evidence for this nonce."""
        return self.evidence is not None

    @property
    def affirming(self) -> bool:
        """Whether nothing at all speaks against the chip."""
        return self.authentic and not self.findings

    def has(self, flaw: Flaw) -> bool:
        """Whether there is a finding of this kind."""
        return any(finding.flaw is flaw for finding in self.findings)


@dataclass(frozen=True)
class Submission:
    """Evidence that came in, and what it has to speak for."""

    token: bytes
    """As received."""
    device_key: bytes
    """The 32-byte public key with which the chip is enrolled."""
    nonce: bytes
    """The verifier's nonce that the evidence must answer."""
    before: AttestedState | None = None
    """What this chip attested last."""


@dataclass(frozen=True)
class Verifier:
    """Appraises evidence against one reference."""

    reference: Reference = Reference()
    """What is expected of any chip."""
    threads: int = 1
    """How many verify signatures; 0 for one a processor. Appraisals do not depend on it."""
    cache: PreparedCache | None = None
    """Prepares the keys of chips that come back, for the memory that it takes."""

    def appraise(self, submission: Submission) -> Appraisal:
        """Appraises the evidence of one chip."""
        return self.appraise_all([submission])[0]

    def appraise_all(self, submissions: Sequence[Submission]) -> tuple[Appraisal, ...]:
        """Appraises the evidence of many chips; each as if it had come alone.

        Raises:
            ValueError: a device key is not of 32 bytes.
        """
        for index, each in enumerate(submissions):
            if len(each.device_key) != cose.PUBLIC_KEY_BYTES:
                raise ValueError(
                    f"submission {index}: expected a device key of {cose.PUBLIC_KEY_BYTES} bytes, "
                    f"found {len(each.device_key)}"
                )
        verdicts = verify_tokens(
            Typ.EVIDENCE,
            b"".join([each.device_key for each in submissions]),
            [each.token for each in submissions],
            threads=self.threads,
            cache=self.cache,
        )
        return tuple(
            self._appraise_claims(each, verdicts.payload(index))
            if word is None
            else _refused(each.token, word)
            for index, (each, word) in enumerate(zip(submissions, verdicts, strict=True))
        )

    def _appraise_claims(self, submission: Submission, payload: bytes) -> Appraisal:
        try:
            evidence = Evidence.from_payload(payload)
        except TokenError as error:
            return _forged(Flaw.MALFORMED, str(error))
        if evidence.ueid != cose.ueid_of(submission.device_key):
            return _forged(Flaw.CHIP, f"it names chip {evidence.ueid.hex()}")
        if evidence.nonce != submission.nonce:
            return _forged(Flaw.NONCE, "it answers another nonce: old, or for someone else")
        findings = _against_reference(evidence, self.reference)
        if submission.before is not None:
            findings += _against_history(evidence, submission.before)
        return Appraisal(evidence, tuple(findings))


def appraise(
    token: bytes,
    *,
    device_key: bytes,
    nonce: bytes,
    reference: Reference,
    before: AttestedState | None = None,
) -> Appraisal:
    """Appraises the evidence of one chip; the arguments are those of `Submission`."""
    return Verifier(reference).appraise(Submission(token, device_key, nonce, before))


def _refused(token: bytes, word: ErrorWord) -> Appraisal:
    """What is said of a token that the core refused; at leisure, since few are."""
    try:
        frame, _ = payload_of(token, TokenKind.EVIDENCE)
    except TokenError as error:
        return _forged(Flaw.MALFORMED, str(error))
    match word:
        case ErrorWord.KEY_UNKNOWN:
            return _forged(
                Flaw.KEY_ID, f"signed by key {frame.kid.hex()}, which is not this chip's"
            )
        case ErrorWord.KEY_SIGNATURE:
            return _forged(Flaw.SIGNATURE, "the signature does not verify")
        case _:
            return _forged(Flaw.MALFORMED, word.name)


def _forged(flaw: Flaw, text: str) -> Appraisal:
    return Appraisal(None, (Finding(flaw, text),))


def _against_reference(evidence: Evidence, reference: Reference) -> list[Finding]:
    findings: list[Finding] = []
    if reference.measurements and evidence.measurement not in reference.measurements:
        findings.append(
            Finding(Flaw.MEASUREMENT, f"unknown ROM {evidence.measurement.hex()[:16]}…")
        )
    if evidence.lifecycle is not Lifecycle.PRODUCTION:
        findings.append(Finding(Flaw.LIFECYCLE, "the chip is still in manufacturing"))
    if evidence.record is RecordState.ROLLED_BACK:
        findings.append(
            Finding(Flaw.ROLLED_BACK, "the chip's memory once did not match its fuse counter")
        )
    if reference.now is not None and evidence.floor > reference.now:
        findings.append(
            Finding(
                Flaw.CLOCK, f"the chip has seen time {evidence.floor}, here it is {reference.now}"
            )
        )
    trust = reference.trust
    if trust is not None:
        held = (evidence.root_slot, evidence.epoch)
        wanted = (trust.root_slot, trust.epoch)
        if held < wanted:
            findings.append(
                Finding(
                    Flaw.TRUST_STALE,
                    f"epoch {evidence.epoch} of root slot {evidence.root_slot} is accepted, "
                    f"epoch {trust.epoch} of slot {trust.root_slot} is in force",
                )
            )
        elif held > wanted or evidence.trust_digest != trust.digest:
            findings.append(
                Finding(Flaw.TRUST_UNKNOWN, "the chip accepted a trust list that is not ours")
            )
    return findings


def _against_history(evidence: Evidence, before: AttestedState) -> list[Finding]:
    findings: list[Finding] = []

    def note(flaw: Flaw, what: str, now: object, then: object) -> None:
        findings.append(Finding(flaw, f"{what} {now}, but {then} was attested before"))

    if evidence.log_count < before.log_count:
        note(Flaw.LOG_BACKWARDS, "log count", evidence.log_count, before.log_count)
    elif evidence.log_count == before.log_count and evidence.log_head != before.log_head:
        findings.append(
            Finding(Flaw.LOG_REWRITTEN, "the log's chain head changed without a new entry")
        )
    record = (evidence.generation, evidence.revision)
    if record < (before.generation, before.revision):
        note(
            Flaw.RECORD_BACKWARDS,
            "record",
            f"{record[0]}.{record[1]}",
            f"{before.generation}.{before.revision}",
        )
    if evidence.floor < before.floor:
        note(Flaw.FLOOR_BACKWARDS, "time floor", evidence.floor, before.floor)
    if evidence.counter_left > before.counter_left:
        note(Flaw.COUNTER_BACKWARDS, "counter bits", evidence.counter_left, before.counter_left)
    if evidence.lifecycle < before.lifecycle:
        note(Flaw.LIFECYCLE_BACKWARDS, "lifecycle", evidence.lifecycle.name, before.lifecycle.name)
    return findings
