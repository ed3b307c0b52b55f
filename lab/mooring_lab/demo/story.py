# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What happens in the demonstration, act by act."""

from __future__ import annotations

from typing import Final

from mooring_firmware.errors import ErrorWord
from mooring_host.authority import LicenceRefused, issue_licence, issue_sequence_licence
from mooring_host.authority.setup import LICENCE_KEY_NAME
from mooring_host.keys.file import write_key_file
from mooring_host.states import GateState, Lifecycle, Mode, Role
from mooring_host.token import NonceBound
from mooring_host.verifier import Flaw
from mooring_lab.bench import EXCLUDED, INSIDE, TERMS
from mooring_lab.demo.cast import Cast, Player, Workload
from mooring_lab.demo.journey import Journey
from mooring_lab.demo.stage import Stage
from mooring_lab.fleet import nonce_of

HOUR_S: Final = 3600
DAY_S: Final = 86_400
BACK_OFF_S: Final = 2
OTHER_CHIP: Final = b"\x01" + bytes(range(32))


class Story:
    """The acts; each ends in claims that `stage` records."""

    def __init__(self, cast: Cast, stage: Stage) -> None:
        self._cast = cast
        self._stage = stage
        self._work = Workload.from_seed(cast.seed)

    def tell(self) -> None:
        """All acts in order; each begins where the one before left the chips."""
        self._factory()
        self._fuses()
        self._first_licence()
        self._lapse_and_reset()
        self._refusals()
        self._offline()
        self._report()
        Journey(self._cast, self._stage, self._work).tell()

    # ------------------------------------------------------------ helpers ---

    def _computes(self, claim: str, player: Player) -> None:
        self._stage.expect(claim, lambda: self._work.run(player.client), self._work.judge)

    def _refuses_to_compute(self, claim: str, player: Player, word: ErrorWord) -> None:
        self._stage.expect_refusal(claim, word, lambda: self._work.run(player.client))

    def _nonce(self, player: Player) -> bytes:
        return nonce_of(player.client.challenge(player.bench.entropy(32)))

    def _boot(self, claim: str, player: Player) -> None:
        def seen(gate: GateState) -> str | None:
            return "the gate is open" if gate is GateState.OPEN else None

        self._stage.expect(claim, lambda: player.bench.boot().licence.gate, seen)

    # --------------------------------------------------------------- acts ---

    def _factory(self) -> None:
        stage, chip = self._stage, self._cast.chip
        stage.act(
            "A chip fresh from the factory",
            """The chip runs in a process of its own and is reached over a serial line only,
            here a pseudo-terminal that any serial program could open.  It made its own
            private key when it was manufactured; nobody else has it.""",
        )
        info = chip.client.info()
        stage.note(
            "a new chip says who it is",
            f"chip {info.ueid.hex()[:16]}..., ROM {info.rom_version}, "
            f"{info.lifecycle.name.lower()}",
            held=info.lifecycle is Lifecycle.MANUFACTURING,
        )
        self._refuses_to_compute(
            "asked for a matrix product, it refuses", chip, ErrorWord.ENGINE_GATE_CLOSED
        )

    def _fuses(self) -> None:
        stage, chip = self._stage, self._cast.chip
        plan = chip.bench.fuse_plan()
        stage.act(
            "Fuses: burned once, for good",
            f"""The fuses say what a chip does without a licence (here: nothing), how long one
            grant may last (here: {plan.max_lifetime // HOUR_S} hours), and whose key its
            licences come from: the digest of the authority's root key.""",
        )
        chip.bench.provision(label="demo")
        fuses = chip.client.fuses()
        stage.note(
            "the fuses trust the authority and are locked",
            f"mode {fuses.mode.name}, root key {fuses.root_digests[0].hex()[:16]}..., "
            f"{fuses.lifecycle.name.lower()}",
            held=fuses.lifecycle is Lifecycle.PRODUCTION and fuses.map_digest == plan.digest,
        )
        self._refuses_to_compute("it still refuses to compute", chip, ErrorWord.ENGINE_GATE_CLOSED)

    def _first_licence(self) -> None:
        stage, chip = self._stage, self._cast.chip
        stage.act(
            "The first licence",
            """The chip draws a random number, the challenge.  An inspector states where the
            chip stands; the authority signs that as a location result, and a licence for
            this chip, this challenge and this place.  It writes the licence into its
            records before handing it out.  The boot ROM verifies all of it, and the gate in
            front of the engine opens.""",
        )
        chip.bench.trust()
        issued = chip.bench.issue()
        stage.note(
            "the authority issues licence number 1",
            f"{issued.record.number.hex()}, {TERMS.lifetime_s // HOUR_S} hour, must be inside "
            f"{', '.join(INSIDE)} and outside {', '.join(EXCLUDED)}",
            held=len(self._cast.authority.licences()) == 1,
        )
        delivery = issued.delivery
        stage.expect(
            "the licence opens the gate",
            lambda: chip.client.load_licence(delivery.location, delivery.licence),
            lambda answer: "the gate is open" if answer.gate is GateState.OPEN else None,
        )
        self._computes("the same matrix product now runs, and is right", chip)
        stage.expect(
            "the same licence again changes nothing: a lost answer is no replay",
            lambda: chip.client.load_licence(delivery.location, delivery.licence),
            lambda answer: "already accepted" if not answer.changed else None,
        )

    def _lapse_and_reset(self) -> None:
        stage, chip = self._stage, self._cast.chip
        stage.act(
            "A licence ends",
            """Nobody has to revoke a licence: the hardware counts it down.  The hour that now
            passes is virtual; the lab's own socket, which no real board has, moves the
            chip's clock.""",
        )
        self._cast.jump(HOUR_S)
        self._refuses_to_compute(
            "an hour later the gate has closed by itself", chip, ErrorWord.ENGINE_LAPSED
        )
        self._cast.jump(DAY_S)
        self._boot("a day later another licence opens it again", chip)
        chip.client.reset()
        self._refuses_to_compute("a reset locks it again", chip, ErrorWord.ENGINE_GATE_CLOSED)

    def _refusals(self) -> None:
        stage, cast, chip = self._stage, self._cast, self._cast.chip
        stage.act(
            "What the chip refuses",
            """A licence runs, and somebody tries every door.  Each token below is properly
            signed by the authority's own keys, unless it is the signature that is wrong.""",
        )
        chip.bench.trust()
        first = chip.bench.issue().delivery
        chip.client.load_licence(first.location, first.licence)
        second = chip.bench.issue().delivery
        chip.client.load_licence(second.location, second.licence)
        forger, ueid, now = cast.forger, chip.client.info().ueid, cast.time.now()
        nonce = self._nonce(chip)
        place = forger.location(ueid, nonce, issued_at=now)
        good = forger.licence(ueid, NonceBound(nonce), place, issued_at=now)
        load = chip.client.load_licence

        stage.expect_refusal(
            "a licence that was used before",
            ErrorWord.DECISION_NONCE,
            lambda: load(first.location, first.licence),
        )
        other = forger.location(OTHER_CHIP, nonce, issued_at=now)
        stage.expect_refusal(
            "a licence for another chip",
            ErrorWord.DECISION_CHIP,
            lambda: load(
                other, forger.licence(OTHER_CHIP, NonceBound(nonce), other, issued_at=now)
            ),
        )
        flipped = bytearray(good)
        flipped[len(flipped) // 2] ^= 0x01
        stage.expect_refusal(
            "a licence with one bit flipped",
            ErrorWord.KEY_SIGNATURE,
            lambda: load(place, bytes(flipped)),
        )
        stage.expect_refusal(
            "any licence at all, for a second after a bad signature",
            ErrorWord.LINK_BUSY,
            lambda: load(place, good),
        )
        cast.jump(BACK_OFF_S)
        stage.note(*self._authority_refuses(chip))
        unproven = forger.location(ueid, nonce, issued_at=now, excluded=())
        stage.expect_refusal(
            "a licence for such a place, had a careless authority signed one",
            ErrorWord.DECISION_NOT_EXCLUDED,
            lambda: load(
                unproven, forger.licence(ueid, NonceBound(nonce), unproven, issued_at=now)
            ),
        )
        elsewhere = forger.location(ueid, nonce, issued_at=now, lifetime_s=HOUR_S)
        stage.expect_refusal(
            "the location result of another licence",
            ErrorWord.DECISION_LOCATION_DIGEST,
            lambda: load(elsewhere, good),
        )
        long_ago = now - DAY_S
        stale = forger.location(ueid, nonce, issued_at=long_ago, lifetime_s=HOUR_S)
        stage.expect_refusal(
            "an expired licence, though the chip has no clock of its own",
            ErrorWord.DECISION_EXPIRED,
            lambda: load(stale, forger.licence(ueid, NonceBound(nonce), stale, issued_at=long_ago)),
        )
        self._revoked_key(chip)
        self._computes("through all of this the running grant was not touched", chip)

    def _authority_refuses(self, chip: Player) -> tuple[str, str, bool]:
        claim = "the authority itself issues nothing for a place that is not proven"
        request = chip.client.request_licence(chip.bench.entropy(32))
        place = chip.bench.place(excluded=())
        try:
            issue_licence(self._cast.authority, request, TERMS, place)
        except LicenceRefused as refusal:
            return claim, "; ".join(refusal.reasons), True
        return claim, "it issued a licence", False

    def _revoked_key(self, chip: Player) -> None:
        cast = self._cast
        thief = cast.forger
        key_file = LICENCE_KEY_NAME.replace("1", "2")
        folder = cast.folder / "authority"
        write_key_file(folder / key_file, chip.bench.entropy(32), None)
        cast.authority.rotate_key(Role.LICENCE, f"file:{key_file}")
        chip.bench.trust()
        nonce, now = self._nonce(chip), cast.time.now()
        ueid = chip.client.info().ueid
        place = thief.location(ueid, nonce, issued_at=now)
        self._stage.expect_refusal(
            "a licence signed with a key that was stolen and then revoked",
            ErrorWord.KEY_UNKNOWN,
            lambda: chip.client.load_licence(
                place, thief.licence(ueid, NonceBound(nonce), place, issued_at=now)
            ),
        )

    def _offline(self) -> None:
        stage, cast, chip = self._stage, self._cast, self._cast.chip
        stage.act(
            "Licences for a chip without a line, and old memory",
            """Where no challenge can be fetched, a licence carries a running number instead.
            The chip remembers the last number in its memory and burns a fuse for each step,
            so that neither an old licence nor an old memory takes it back.""",
        )
        authority, ueid = cast.authority, chip.client.info().ueid
        place = chip.bench.place()
        one, two = (
            issue_sequence_licence(authority, ueid, TERMS, place).delivery for _ in range(2)
        )
        old_memory = chip.lab.nvram()
        load = chip.client.load_licence
        stage.expect(
            "licence number two of a pair is accepted",
            lambda: load(two.location, two.licence),
            lambda answer: "the gate is open" if answer.gate is GateState.OPEN else None,
        )
        stage.expect_refusal(
            "number one, sent after number two",
            ErrorWord.DECISION_SEQUENCE,
            lambda: load(one.location, one.licence),
        )
        chip.lab.power_off()
        chip.lab.put_nvram(old_memory)
        chip.lab.power_on()
        chip.client.info()  # answered when the self-test is over
        chip.bench.trust()
        stage.expect_refusal(
            "number two again, after the memory from before was put back",
            ErrorWord.COMMIT_ROLLED_BACK,
            lambda: load(two.location, two.licence),
        )
        request = chip.client.request_licence(chip.bench.entropy(32))
        _, appraisal = authority.appraise(request)
        stage.note(
            "the chip attests it for good, and the authority reads it",
            "; ".join(finding.text for finding in appraisal.findings),
            held=appraisal.authentic and appraisal.has(Flaw.ROLLED_BACK),
        )
        self._boot("a licence for a fresh challenge still opens the gate", chip)

    def _report(self) -> None:
        stage, cast, reporter = self._stage, self._cast, self._cast.reporter
        stage.act(
            "Another policy: report, never hinder",
            """Which consequence follows is a fuse, not a licence.  A second chip is burned to
            REPORT: its engine always runs, and what would have been refused is recorded and
            attested under the chip's key.""",
        )
        reporter.bench.provision(Mode.REPORT, label="demo-report")
        self._computes("without any licence it computes", reporter)
        reporter.bench.trust()
        delivery = reporter.bench.issue().delivery
        flipped = bytearray(delivery.licence)
        flipped[len(flipped) // 2] ^= 0x01
        stage.expect_refusal(
            "it judges licences as strictly as any chip",
            ErrorWord.KEY_SIGNATURE,
            lambda: reporter.client.load_licence(delivery.location, bytes(flipped)),
        )
        self._computes("after the refusal it computes", reporter)
        cast.jump(BACK_OFF_S)
        reporter.client.load_licence(delivery.location, delivery.licence)
        cast.jump(HOUR_S)
        self._computes("after a licence has lapsed it computes", reporter)
        reporter.client.reset()
        self._computes("after a reset it computes", reporter)
        evidence, log = reporter.evidence(), reporter.client.log()
        stage.note(
            "and it has recorded and signed what it saw",
            f"mode {evidence.mode.name}, gate {evidence.gate.name.lower()}, "
            f"{evidence.log_count} refusal on record: {ErrorWord(log.entries[-1].word).name}",
            held=(evidence.mode, evidence.gate, evidence.log_count, evidence.log_head)
            == (Mode.REPORT, GateState.CLOSED, 1, log.head),
        )
