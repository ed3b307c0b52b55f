# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The authority: who may sign what, which chips there are, and what they were given.

All changes are single transactions; private keys are never in the database, only their names.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from mooring_host import cose
from mooring_host.airgap import LicenceRequest
from mooring_host.authority import changes, chips, exports, licences, trust
from mooring_host.authority.changes import (
    AddKey,
    AddRoot,
    Restore,
    RevokeKey,
    RotateKey,
    TrustChange,
    signer_of,
)
from mooring_host.authority.database import Database
from mooring_host.authority.exports import DecisionRecord
from mooring_host.authority.records import (
    ChipRecord,
    ChipState,
    KeyRecord,
    KeyState,
    LicenceRecord,
    LocationRecord,
    RootRecord,
    TrustRecord,
)
from mooring_host.edge import Entropy, Now, system_entropy, system_now
from mooring_host.errors import DatabaseError, KeyFileError, UsageError
from mooring_host.keys.registry import SignerSource
from mooring_host.keys.signer import Signer
from mooring_host.states import Role
from mooring_host.token.frame import issue
from mooring_host.token.trust import TrustList, check_signer_not_listed
from mooring_host.verifier import Appraisal, Flaw, Reference, appraise

_BACKWARDS: Final = (
    Flaw.LOG_BACKWARDS,
    Flaw.LOG_REWRITTEN,
    Flaw.RECORD_BACKWARDS,
    Flaw.FLOOR_BACKWARDS,
    Flaw.COUNTER_BACKWARDS,
    Flaw.LIFECYCLE_BACKWARDS,
)

_Answer = TypeVar("_Answer")
_AUTHORITY_ID_BYTES: Final = 8


class Authority:
    """The records of one authority, with its keys at hand.

    Every method may raise `DatabaseError`; those that sign also `KeyFileError`.
    """

    def __init__(
        self,
        database: Database,
        signers: SignerSource,
        *,
        now: Now = system_now,
        entropy: Entropy = system_entropy,
        measurements: frozenset[bytes] = frozenset(),
    ) -> None:
        """Wraps open records.

        Args:
            database: the records.
            signers: finds the private key of a recorded name.
            now: the clock.
            entropy: the generator.
            measurements: ROMs that evidence may name; empty: any.
        """
        self._database = database
        self._signers = signers
        self._measurements = measurements
        self.now = now
        self.entropy = entropy

    @classmethod
    def create(
        cls,
        path: Path,
        signers: SignerSource,
        *,
        now: Now = system_now,
        entropy: Entropy = system_entropy,
        measurements: frozenset[bytes] = frozenset(),
    ) -> Self:
        """Makes new, empty records; root and keys are still to be added."""
        database = Database.create(path)
        with database.transaction("create the authority") as connection:
            connection.execute(
                "INSERT INTO authority VALUES (1, ?, ?, 1, 1)",
                (entropy(_AUTHORITY_ID_BYTES), now()),
            )
        return cls(database, signers, now=now, entropy=entropy, measurements=measurements)

    @classmethod
    def open(
        cls,
        path: Path,
        signers: SignerSource,
        *,
        now: Now = system_now,
        entropy: Entropy = system_entropy,
        measurements: frozenset[bytes] = frozenset(),
    ) -> Self:
        """Opens existing records."""
        database = Database.open(path)
        return cls(database, signers, now=now, entropy=entropy, measurements=measurements)

    def close(self) -> None:
        """Closes the records."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, attempted: str, change: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Runs `change` in one durable transaction."""
        with self._database.transaction(attempted) as connection:
            return change(connection)

    def read(self, attempted: str, query: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Runs `query` on a consistent view."""
        with self._database.reading(attempted) as connection:
            return query(connection)

    @property
    def authority_id(self) -> bytes:
        """The 8 bytes with which all its licence numbers begin."""

        def query(connection: sqlite3.Connection) -> bytes:
            row = connection.execute("SELECT id FROM authority").fetchone()
            if row is None:
                raise DatabaseError(
                    f"read {self._database.path}", "the creation of the authority was interrupted"
                )
            return bytes(row[0])

        return self.read("read the authority's id", query)

    # --------------------------------------------------------------- keys ---

    def add_root(self, slot: int, uri: str) -> RootRecord:
        """Records a root key; from now on lists are signed by the highest slot.

        Replacing a root in the field: `issue_trust_list(AddRoot(...))` with a key in a higher
        slot, whose digest the chips' fuses hold already.
        """
        self._change("add a root key", AddRoot(slot, uri))
        return next(root for root in self.roots() if root.slot == slot)

    def add_key(
        self, role: Role, uri: str, *, not_before: int | None = None, not_after: int | None = None
    ) -> KeyRecord:
        """Records an issuer key; chips learn of it with the next list."""
        self._change("add a key", AddKey(role, uri, not_before, not_after))
        return self.issuer_keys()[-1]

    def revoke_key(self, kid: bytes) -> KeyRecord:
        """Takes a key out of the next list; it signs no more, chips learn of it with that list."""
        self._change("revoke a key", RevokeKey(kid))
        return next(record for record in self.issuer_keys() if record.key.kid == kid)

    def rotate_key(
        self,
        role: Role,
        uri: str,
        *,
        not_before: int | None = None,
        not_after: int | None = None,
        end_running: bool = False,
    ) -> TrustRecord:
        """Puts a new key in the place of all active ones of its role, and issues the list."""
        change = RotateKey(role, uri, not_before, not_after)
        return self.issue_trust_list(change, end_running=end_running)

    def _change(self, attempted: str, change: TrustChange) -> None:
        signer = signer_of(change, self._signers)
        self.write(attempted, lambda c: changes.apply(c, change, signer, self.now()))

    def roots(self) -> list[RootRecord]:
        """The root keys by slot."""
        return self.read("list the root keys", trust.roots)

    def issuer_keys(self) -> list[KeyRecord]:
        """The issuer keys, revoked ones too."""
        return self.read("list the keys", trust.keys)

    def may_sign(self, kid: bytes) -> bool:
        """Whether this is a key of ours that was not revoked."""
        return self.read("look up a key", lambda c: trust.is_active(c, kid))

    # -------------------------------------------------------------- trust ---

    def issue_trust_list(
        self, change: TrustChange | None = None, *, end_running: bool = False
    ) -> TrustRecord:
        """Signs a list of all active keys under the next epoch.

        All keys are at hand before anything is written, and a change is made in one
        transaction with the reservation of its list. If the signature then fails all the
        same, call this again without the change.

        Args:
            change: a change of keys to make with it.
            end_running: chips shall end running grants when they accept it.
        """
        attempted = "issue a trust list"
        now = self.now()
        named = signer_of(change, self._signers)
        root_signer = self._root_signer(change, named)

        def reserve(connection: sqlite3.Connection) -> tuple[TrustList, RootRecord]:
            if change is not None:
                changes.apply(connection, change, named, now)
            listed, root = trust.reserve_list(connection, end_running, now)
            if root.public_key != root_signer.public_key:
                raise DatabaseError(
                    attempted, "another process added a root key meanwhile", "Try again."
                )
            check_signer_not_listed(listed, root.public_key)
            return listed, root

        listed, root = self.write(attempted, reserve)
        token = issue(listed, root_signer)
        self.write(attempted, lambda c: trust.complete_list(c, listed.epoch, token))
        return TrustRecord(listed.epoch, root, listed.issued_at, end_running, token)

    def restore(self) -> TrustRecord:
        """Makes records fit for use that were put back from a copy.

        Licence numbers and epochs go on far above all that can have been given since the copy
        was made, and with the new list's epoch sequences do. What was enrolled, retired or
        revoked since is not known to the copy: do it again. Keys of lists issued since are
        not in it either.
        """
        return self.issue_trust_list(Restore())

    def _root_signer(self, change: TrustChange | None, named: Signer | None) -> Signer:
        """What will sign the next list."""
        roots = self.roots()
        highest = roots[-1].slot if roots else -1
        if isinstance(change, AddRoot) and change.slot > highest and named is not None:
            return named
        if not roots:
            raise UsageError("issue a trust list", "the authority has no root key")
        return self.signer(roots[-1].uri, roots[-1].public_key)

    def trust(self) -> TrustRecord:
        """The list in force."""
        return self.read("look up the trust list", trust.current_list)

    def trust_lists(self) -> list[TrustRecord]:
        """All lists ever issued, by epoch."""
        return self.read("list the trust lists", trust.every_list)

    # -------------------------------------------------------------- chips ---

    def enrol(self, device_cose_key: bytes, label: str) -> ChipRecord:
        """Records a chip by the exact bytes of its device COSE_Key, as INFO gives them.

        Do this where the chip is made, before anyone else has had the line in hand.
        """
        device_key = cose.decode_key(device_cose_key)
        return self.write("enrol a chip", lambda c: chips.enrol(c, device_key, label, self.now()))

    def chip(self, name: str) -> ChipRecord:
        """The chip with this label, or whose id in hexadecimal begins so."""
        return self.read("look up a chip", lambda c: chips.by_name(c, name))

    def chip_by_id(self, ueid: bytes) -> ChipRecord:
        """The chip with this id."""
        return self.read("look up a chip", lambda c: chips.by_ueid(c, ueid))

    def chips(self) -> list[ChipRecord]:
        """All chips by label."""
        return self.read("list the chips", chips.every)

    def retire(self, ueid: bytes) -> None:
        """Licenses a chip no more."""
        self.write("retire a chip", lambda c: chips.set_state(c, ueid, ChipState.RETIRED))

    def accept_step_back(self, ueid: bytes) -> None:
        """Forgets what a chip attested, after a person has looked into why it went backwards."""
        self.write("accept a step back", lambda c: chips.forget_attested(c, ueid))

    # ----------------------------------------------------------- evidence ---

    def appraise(self, request: LicenceRequest) -> tuple[ChipRecord, Appraisal]:
        """Appraises the evidence of an enrolled chip, and remembers what it attested.

        Raises:
            UnknownRecordError: the chip is not enrolled.
            TokenError: the device key is none.
        """
        chip = self.chip_by_id(cose.ueid_of(cose.decode_key(request.device_key)))
        return chip, self.appraise_evidence(chip, request.evidence, request.nonce)

    def appraise_evidence(self, chip: ChipRecord, evidence: bytes, nonce: bytes) -> Appraisal:
        """Appraises evidence of `chip` for `nonce`, and remembers what it attested.

        What it is compared with is read, and what it says is noted, under one lock: of two
        that arrive at once the older one is the step back.
        """
        now = self.now()

        def compare(connection: sqlite3.Connection) -> Appraisal:
            known = chips.by_ueid(connection, chip.ueid)
            lists = trust.every_list(connection)
            state = lists[-1].state if lists else None
            appraisal = appraise(
                evidence,
                device_key=known.device_key,
                nonce=nonce,
                reference=Reference(self._measurements, state, now),
                before=known.attested,
            )
            said = appraisal.evidence
            if said is not None and not any(appraisal.has(flaw) for flaw in _BACKWARDS):
                chips.note_attested(connection, chip.ueid, said, now)
            return appraisal

        return self.write("appraise evidence", compare)

    # ----------------------------------------------------------- licences ---

    def licences(self, ueid: bytes | None = None) -> list[LicenceRecord]:
        """All licences, or those of one chip, in order of number."""
        return self.read("list the licences", lambda c: licences.every(c, ueid))

    def licence(self, number: bytes) -> LicenceRecord:
        """The licence with this number."""
        return self.read("look up a licence", lambda c: licences.by_number(c, number))

    def location(self, digest: bytes) -> LocationRecord:
        """The location result with this digest."""
        return self.read("look up a location result", lambda c: licences.location(c, digest))

    def revoke_licence(self, number: bytes, reason: str) -> LicenceRecord:
        """Records that a licence is revoked.

        A chip that holds it computes on until it lapses; to end it sooner, issue a trust
        list that ends running grants.
        """
        return self.write(
            "revoke a licence", lambda c: licences.revoke(c, number, reason, self.now())
        )

    # ------------------------------------------------------- export rules ---

    def presets(self) -> tuple[str, ...]:
        """The presets of export rules that are asked before a licence; none: none are."""
        return self.read("look up the export rules", exports.presets)

    def set_presets(self, names: Sequence[str]) -> None:
        """Goes by these presets from now on; by none, licences are issued without asking."""
        self.write("choose the export rules", lambda c: exports.set_presets(c, names, self.now()))

    def decisions(self, ueid: bytes | None = None) -> list[DecisionRecord]:
        """What the export rules said, in all or about one chip, in order."""
        return self.read("list the decisions", lambda c: exports.every(c, ueid))

    # ------------------------------------------------------------ signing ---

    def signer(self, uri: str, public_key: bytes) -> Signer:
        """The private key of a recorded name, checked to be the one that was recorded.

        Raises:
            KeyFileError: there is none, or another key has taken its place.
        """
        signer = self._signers(uri)
        if signer.public_key != public_key:
            raise KeyFileError(
                f"use the key {uri}",
                f"it is key {signer.kid.hex()}, recorded is {cose.kid_of(public_key).hex()}",
                "Put the right key file back.",
            )
        return signer

    def signer_for(self, role: Role) -> Signer:
        """The newest key of a role that chips trust and that is valid now.

        Raises:
            KeyFileError: there is none.
        """
        now = self.now()
        listed = self.trust()
        recorded = {record.key.kid: record for record in self.issuer_keys()}
        revoked = False
        for key in reversed(TrustList.from_token(listed.token).keys):
            record = recorded.get(key.kid)
            if record is None or key.role is not role or not key.not_before <= now < key.not_after:
                continue
            if record.state is KeyState.ACTIVE:
                return self.signer(record.uri, key.public_key)
            revoked = True
        attempted = f"find a {role.name.lower()} key"
        if revoked:
            raise KeyFileError(
                attempted,
                f"the one in the trust list of epoch {listed.epoch} is revoked",
                "Issue the list that leaves it out: mooring authority trust --issue",
            )
        raise KeyFileError(
            attempted,
            f"none in the trust list of epoch {listed.epoch} is valid now",
            "Add one and issue a list: mooring authority trust --help",
        )
