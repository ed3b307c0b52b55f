// SPDX-FileCopyrightText: 2026 The Mooring Authors
// SPDX-License-Identifier: Apache-2.0

// The one table of error words. gen_errors.py makes the Python side and
// docs/error-words.md from it; keep one entry a line, append only, never
// renumber.
//
// X(name, NAME, tag0, tag1, number, class, "meaning")
//   name    enumerator kError<name>; NAME is the word people see
//   tag     two ASCII letters of the module
//   number  1..127, unique over the whole table
//   class   kErrorClassLogged: a complete, structurally valid token failed;
//           kErrorClassPlain:  a refusal that leaves no log entry;
//           kErrorClassFatal:  ends in SHUTDOWN.
//
// Word = tag0 << 24 | tag1 << 16 | E(number), where E encodes the 7-bit number
// with the extended BCH code [16,7,6]: any two words, and any word and
// kErrorOk, differ in at least 6 bits (error.h).

#ifndef MOORING_ERROR_TABLE_H_
#define MOORING_ERROR_TABLE_H_

// One entry a line, however long: the generator and people read it as a table.
// clang-format off
#define MOORING_ERROR_TABLE(X) \
  X(LinkMessageTooLong, LINK_MESSAGE_TOO_LONG, 'L', 'K', 1, kErrorClassPlain, "The message is longer than 8192 bytes.") \
  X(LinkMessageType, LINK_MESSAGE_TYPE, 'L', 'K', 2, kErrorClassPlain, "The chip does not speak this MCTP message type.") \
  X(LinkCommandUnknown, LINK_COMMAND_UNKNOWN, 'L', 'K', 3, kErrorClassPlain, "The command code is not one of this protocol version.") \
  X(LinkVersion, LINK_VERSION, 'L', 'K', 4, kErrorClassPlain, "The message carries another protocol version.") \
  X(LinkBodyMalformed, LINK_BODY_MALFORMED, 'L', 'K', 5, kErrorClassPlain, "The command body is not the deterministic CBOR that this command takes.") \
  X(LinkBodyField, LINK_BODY_FIELD, 'L', 'K', 6, kErrorClassPlain, "A field of the command body is missing, unknown, or of the wrong type or length.") \
  X(LinkNotInLifecycle, LINK_NOT_IN_LIFECYCLE, 'L', 'K', 7, kErrorClassPlain, "The command does not exist in this lifecycle.") \
  X(LinkBusy, LINK_BUSY, 'L', 'K', 8, kErrorClassPlain, "Bad signatures or an open ranging session: try again after the seconds it names.") \
  X(CborTruncated, CBOR_TRUNCATED, 'C', 'B', 10, kErrorClassPlain, "An item ends after the end of its buffer.") \
  X(CborNotShortest, CBOR_NOT_SHORTEST, 'C', 'B', 11, kErrorClassPlain, "An integer or length is not in its shortest form.") \
  X(CborIndefinite, CBOR_INDEFINITE, 'C', 'B', 12, kErrorClassPlain, "An item has an indefinite length.") \
  X(CborType, CBOR_TYPE, 'C', 'B', 13, kErrorClassPlain, "An item has another type than the one required here.") \
  X(CborOrder, CBOR_ORDER, 'C', 'B', 14, kErrorClassPlain, "Map keys are not in bytewise order.") \
  X(CborDuplicate, CBOR_DUPLICATE, 'C', 'B', 15, kErrorClassPlain, "A map key occurs twice.") \
  X(CborTrailing, CBOR_TRAILING, 'C', 'B', 16, kErrorClassPlain, "Bytes follow the end of the item.") \
  X(CborReserved, CBOR_RESERVED, 'C', 'B', 17, kErrorClassPlain, "A reserved or unassigned CBOR encoding is used.") \
  X(CborRange, CBOR_RANGE, 'C', 'B', 18, kErrorClassPlain, "An integer or length is outside the range allowed here.") \
  X(CborText, CBOR_TEXT, 'C', 'B', 19, kErrorClassPlain, "A text string is not valid UTF-8.") \
  X(CoseTag, COSE_TAG, 'C', 'O', 20, kErrorClassPlain, "The token does not begin with CBOR tag 18.") \
  X(CoseStructure, COSE_STRUCTURE, 'C', 'O', 21, kErrorClassPlain, "The token is not an array of four elements.") \
  X(CoseProtected, COSE_PROTECTED, 'C', 'O', 22, kErrorClassPlain, "The protected header is not exactly alg, kid and typ.") \
  X(CoseAlgorithm, COSE_ALGORITHM, 'C', 'O', 23, kErrorClassPlain, "The algorithm of the header is not supported.") \
  X(CoseKid, COSE_KID, 'C', 'O', 24, kErrorClassPlain, "The kid is not 8 bytes.") \
  X(CoseTyp, COSE_TYP, 'C', 'O', 25, kErrorClassPlain, "The typ of the header is not that of the token expected here.") \
  X(CoseUnprotected, COSE_UNPROTECTED, 'C', 'O', 26, kErrorClassPlain, "The unprotected header is not empty.") \
  X(CosePayload, COSE_PAYLOAD, 'C', 'O', 27, kErrorClassPlain, "The payload is detached or empty.") \
  X(CoseSignatureLength, COSE_SIGNATURE_LENGTH, 'C', 'O', 28, kErrorClassPlain, "The signature does not have the length of its algorithm.") \
  X(CoseTokenTooLong, COSE_TOKEN_TOO_LONG, 'C', 'O', 29, kErrorClassPlain, "The token is longer than 4096 bytes.") \
  X(KeyNoTrust, KEY_NO_TRUST, 'K', 'Y', 30, kErrorClassPlain, "No trust list has been accepted since reset.") \
  X(KeyUnknown, KEY_UNKNOWN, 'K', 'Y', 31, kErrorClassLogged, "The signing key is not in the trust list: never listed, or revoked.") \
  X(KeyRole, KEY_ROLE, 'K', 'Y', 32, kErrorClassLogged, "The signing key has another role than this token needs.") \
  X(KeyAlgorithm, KEY_ALGORITHM, 'K', 'Y', 33, kErrorClassLogged, "The algorithm of the header is not that of the listed key.") \
  X(KeySignature, KEY_SIGNATURE, 'K', 'Y', 34, kErrorClassLogged, "The signature does not verify.") \
  X(KeyTime, KEY_TIME, 'K', 'Y', 35, kErrorClassLogged, "The token was issued outside the validity of its signing key.") \
  X(KeyEpoch, KEY_EPOCH, 'K', 'Y', 36, kErrorClassLogged, "The token's epoch is not between its key's first epoch and the trust list's.") \
  X(TrustRootKey, TRUST_ROOT_KEY, 'T', 'R', 40, kErrorClassPlain, "The root key is not a COSE_Key of the form required.") \
  X(TrustRootUnknown, TRUST_ROOT_UNKNOWN, 'T', 'R', 41, kErrorClassLogged, "The root key matches no fused digest.") \
  X(TrustRootRevoked, TRUST_ROOT_REVOKED, 'T', 'R', 42, kErrorClassLogged, "The root key's slot is revoked.") \
  X(TrustRollback, TRUST_ROLLBACK, 'T', 'R', 43, kErrorClassLogged, "The trust list is older than the one already accepted.") \
  X(TrustConflict, TRUST_CONFLICT, 'T', 'R', 44, kErrorClassLogged, "Another trust list of the same root slot and epoch was accepted before.") \
  X(TrustKeyCount, TRUST_KEY_COUNT, 'T', 'R', 45, kErrorClassLogged, "The trust list has no key or more than 16.") \
  X(TrustKeyMalformed, TRUST_KEY_MALFORMED, 'T', 'R', 46, kErrorClassLogged, "A listed key is not a COSE_Key of the form required.") \
  X(TrustKeyDuplicate, TRUST_KEY_DUPLICATE, 'T', 'R', 47, kErrorClassLogged, "Two listed keys are equal or share a kid.") \
  X(TrustKeyIsRoot, TRUST_KEY_IS_ROOT, 'T', 'R', 48, kErrorClassLogged, "A root key is listed as an issuer key.") \
  X(TrustKeyPrivate, TRUST_KEY_PRIVATE, 'T', 'R', 49, kErrorClassLogged, "A listed key contains a private parameter.") \
  X(TrustKeyRole, TRUST_KEY_ROLE, 'T', 'R', 50, kErrorClassLogged, "A listed key has no role or an unknown one.") \
  X(TrustKeyWindow, TRUST_KEY_WINDOW, 'T', 'R', 51, kErrorClassLogged, "A listed key's not-before is not earlier than its not-after.") \
  X(TrustKeyEpoch, TRUST_KEY_EPOCH, 'T', 'R', 52, kErrorClassLogged, "A listed key's first epoch is later than the list's.") \
  X(ClaimMalformed, CLAIM_MALFORMED, 'C', 'L', 53, kErrorClassLogged, "The payload is not one deterministic CBOR map.") \
  X(ClaimUnknown, CLAIM_UNKNOWN, 'C', 'L', 54, kErrorClassLogged, "The token has a claim that its profile does not know.") \
  X(ClaimMissing, CLAIM_MISSING, 'C', 'L', 55, kErrorClassLogged, "A claim that the profile requires is absent.") \
  X(ClaimValue, CLAIM_VALUE, 'C', 'L', 56, kErrorClassLogged, "A claim's value has the wrong type, length or range.") \
  X(ClaimProfile, CLAIM_PROFILE, 'C', 'L', 57, kErrorClassLogged, "The profile claim is not that of this token.") \
  X(ClaimFreshnessForm, CLAIM_FRESHNESS_FORM, 'C', 'L', 58, kErrorClassLogged, "The token carries not exactly one of nonce and (epoch, sequence).") \
  X(ClaimZoneName, CLAIM_ZONE_NAME, 'C', 'L', 59, kErrorClassLogged, "A zone name is not of the form [a-z0-9._-]{1,24}.") \
  X(ClaimZoneOrder, CLAIM_ZONE_ORDER, 'C', 'L', 60, kErrorClassLogged, "Zone names are not in bytewise order, or one occurs twice.") \
  X(ClaimZoneEmpty, CLAIM_ZONE_EMPTY, 'C', 'L', 61, kErrorClassLogged, "A zone list is empty; an absent condition must be left out.") \
  X(ClaimNoCondition, CLAIM_NO_CONDITION, 'C', 'L', 62, kErrorClassLogged, "The licence sets no location condition.") \
  X(ClaimZoneBoth, CLAIM_ZONE_BOTH, 'C', 'L', 63, kErrorClassLogged, "A zone is listed both inside and excluded.") \
  X(ClaimAllowance, CLAIM_ALLOWANCE, 'C', 'L', 64, kErrorClassLogged, "The allowance names no meter or an unknown one.") \
  X(DecisionChip, DECISION_CHIP, 'D', 'C', 66, kErrorClassLogged, "The licence is for another chip.") \
  X(DecisionLocationChip, DECISION_LOCATION_CHIP, 'D', 'C', 67, kErrorClassLogged, "The location result is for another chip.") \
  X(DecisionNonce, DECISION_NONCE, 'D', 'C', 68, kErrorClassLogged, "The licence answers another nonce than the chip's current one.") \
  X(DecisionNonceExpired, DECISION_NONCE_EXPIRED, 'D', 'C', 69, kErrorClassLogged, "The chip's nonce is used, expired or was never drawn; ask for a new challenge.") \
  X(DecisionLocationNonce, DECISION_LOCATION_NONCE, 'D', 'C', 70, kErrorClassLogged, "The location result does not answer the same nonce.") \
  X(DecisionSequence, DECISION_SEQUENCE, 'D', 'C', 71, kErrorClassLogged, "The licence's (epoch, sequence) is not higher than the last one used.") \
  X(DecisionSequenceForbidden, DECISION_SEQUENCE_FORBIDDEN, 'D', 'C', 72, kErrorClassLogged, "The fuses do not allow sequence-bound licences.") \
  X(DecisionTimeFloor, DECISION_TIME_FLOOR, 'D', 'C', 73, kErrorClassLogged, "The licence was issued before the chip's time floor.") \
  X(DecisionExpired, DECISION_EXPIRED, 'D', 'C', 74, kErrorClassLogged, "The licence has expired.") \
  X(DecisionNotYetValid, DECISION_NOT_YET_VALID, 'D', 'C', 75, kErrorClassLogged, "The licence was issued before its own not-before.") \
  X(DecisionLocationTime, DECISION_LOCATION_TIME, 'D', 'C', 76, kErrorClassLogged, "The location result was not valid when the licence was issued.") \
  X(DecisionLocationDigest, DECISION_LOCATION_DIGEST, 'D', 'C', 77, kErrorClassLogged, "The location result is not the one that the licence names.") \
  X(DecisionZoneSet, DECISION_ZONE_SET, 'D', 'C', 78, kErrorClassLogged, "Licence and location result use different zone sets.") \
  X(DecisionNotExcluded, DECISION_NOT_EXCLUDED, 'D', 'C', 79, kErrorClassLogged, "A zone that must be excluded is not proven excluded.") \
  X(DecisionNotInside, DECISION_NOT_INSIDE, 'D', 'C', 80, kErrorClassLogged, "None of the zones required is proven to contain the chip.") \
  X(DecisionLifetime, DECISION_LIFETIME, 'D', 'C', 81, kErrorClassLogged, "No lifetime is left for the grant.") \
  X(DecisionAllowance, DECISION_ALLOWANCE, 'D', 'C', 82, kErrorClassLogged, "The allowance is zero.") \
  X(CommitNvram, COMMIT_NVRAM, 'C', 'M', 84, kErrorClassPlain, "The record read back from NVRAM is not the one written.") \
  X(CommitFuse, COMMIT_FUSE, 'C', 'M', 85, kErrorClassPlain, "The counter fuse did not burn.") \
  X(CommitCounterExhausted, COMMIT_COUNTER_EXHAUSTED, 'C', 'M', 86, kErrorClassPlain, "The commit counter has no bit left for this kind of commit.") \
  X(CommitRolledBack, COMMIT_ROLLED_BACK, 'C', 'M', 87, kErrorClassLogged, "The NVRAM does not match the commit counter: the sequence form is refused.") \
  X(CommitSeal, COMMIT_SEAL, 'C', 'M', 88, kErrorClassPlain, "The key vault refused to seal the record.") \
  X(CommitWitness, COMMIT_WITNESS, 'C', 'M', 89, kErrorClassPlain, "The key vault gave no witness for the record.") \
  X(FuseField, FUSE_FIELD, 'F', 'U', 92, kErrorClassPlain, "There is no fuse field of this number.") \
  X(FuseValue, FUSE_VALUE, 'F', 'U', 93, kErrorClassPlain, "The value has the wrong length or is not allowed for this field.") \
  X(FuseConflict, FUSE_CONFLICT, 'F', 'U', 94, kErrorClassPlain, "The value would need a burned bit to become clear.") \
  X(FuseVerify, FUSE_VERIFY, 'F', 'U', 95, kErrorClassPlain, "The fuses read back are not what was burned.") \
  X(FuseDigest, FUSE_DIGEST, 'F', 'U', 96, kErrorClassPlain, "The fuse map's digest is not the one given.") \
  X(FuseIncomplete, FUSE_INCOMPLETE, 'F', 'U', 97, kErrorClassPlain, "Mode or root key is still blank.") \
  X(FuseLocked, FUSE_LOCKED, 'F', 'U', 98, kErrorClassPlain, "LOCK has begun or is done: this fuse field takes no more bits.") \
  X(EngineGateClosed, ENGINE_GATE_CLOSED, 'E', 'N', 100, kErrorClassPlain, "The gate is closed: no licence has been granted since reset.") \
  X(EngineLapsed, ENGINE_LAPSED, 'E', 'N', 101, kErrorClassPlain, "The grant has ended: its time or its allowance is used up.") \
  X(EngineAllowance, ENGINE_ALLOWANCE, 'E', 'N', 102, kErrorClassPlain, "The job costs more engine cycles than the grant has left.") \
  X(EngineShape, ENGINE_SHAPE, 'E', 'N', 103, kErrorClassPlain, "The shapes do not match, exceed 64, or the product does not fit one message.") \
  X(EngineFault, ENGINE_FAULT, 'E', 'N', 104, kErrorClassPlain, "The engine did not complete the job.") \
  X(EngineBusy, ENGINE_BUSY, 'E', 'N', 105, kErrorClassPlain, "Every place in the engine's queue is taken; try again.") \
  X(HwSelfTest, HW_SELF_TEST, 'H', 'W', 108, kErrorClassFatal, "A known-answer test of hash or signature failed.") \
  X(HwBusFault, HW_BUS_FAULT, 'H', 'W', 109, kErrorClassFatal, "A bus access faulted.") \
  X(HwFuseIntegrity, HW_FUSE_INTEGRITY, 'H', 'W', 110, kErrorClassFatal, "The fuse map does not have the digest burned at LOCK, or a commit counter has a gap.") \
  X(HwLifecycle, HW_LIFECYCLE, 'H', 'W', 111, kErrorClassFatal, "The lifecycle fuses hold no valid lifecycle.") \
  X(HwTrng, HW_TRNG, 'H', 'W', 112, kErrorClassPlain, "The random number generator failed its health test; no nonce can be drawn.") \
  X(HwKeyvault, HW_KEYVAULT, 'H', 'W', 113, kErrorClassPlain, "The key vault did not answer as specified.") \
  X(HwControlFlow, HW_CONTROL_FLOW, 'H', 'W', 114, kErrorClassFatal, "A redundant check disagreed: a fault was injected or the ROM is broken.") \
  X(HwGateDead, HW_GATE_DEAD, 'H', 'W', 115, kErrorClassFatal, "The gate saw tampering and is dead until reset.") \
  X(HwState, HW_STATE, 'H', 'W', 116, kErrorClassFatal, "The state machine holds no valid state.") \
  X(AlreadyAccepted, ALREADY_ACCEPTED, 'O', 'K', 120, kErrorClassPlain, "This licence is already in force; nothing was changed.") \
  X(RangeClosed, RANGE_CLOSED, 'R', 'G', 121, kErrorClassPlain, "No ranging session is open: none was begun since reset, or its proof was given.") \
  X(RangeEarly, RANGE_EARLY, 'R', 'G', 122, kErrorClassPlain, "A byte came before the answer to RANGE had left the chip: the session is void.") \
  X(RangeLate, RANGE_LATE, 'R', 'G', 123, kErrorClassPlain, "The deadline of the ranging session came before its last challenge or its proof.") \
  X(RangeBroken, RANGE_BROKEN, 'R', 'G', 124, kErrorClassPlain, "A break or framing error came instead of a challenge: the session is void.")
// clang-format on

#endif  // MOORING_ERROR_TABLE_H_
