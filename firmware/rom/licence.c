// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/licence.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/decide.h"
#include "rom/decision.h"
#include "rom/flow.h"
#include "rom/gate.h"
#include "rom/nonce.h"
#include "rom/signature.h"
#include "rom/store.h"
#include "rom/trust.h"

// Both tokens as far as their frames go, and the listed keys that signed them.
typedef struct token_pair {
  cose_sign1_t licence;
  cose_sign1_t location;
  const trust_key_t *licence_key;
  const trust_key_t *location_key;
} token_pair_t;

// The values that the gate compares in one round.
typedef struct recomputed_pair {
  uint8_t licence[kEd25519RBytes];
  uint8_t location[kEd25519RBytes];
} recomputed_pair_t;

static rom_error_t parse_frames(rom_t *rom, token_pair_t *pair) {
  RETURN_IF_ERROR(cose_sign1_parse(decision_span(rom, rom->attempt.location),
                                   kCoseTypLocation, &pair->location));
  RETURN_IF_ERROR(cose_sign1_parse(decision_span(rom, rom->attempt.token),
                                   kCoseTypLicence, &pair->licence));
  rom->attempt.flow += FLOW_FRAMES;
  return kErrorOk;
}

static void hash_tokens(rom_t *rom, uint8_t licence[kSha256DigestBytes],
                        uint8_t location[kSha256DigestBytes]) {
  const byte_span_t licence_token = decision_span(rom, rom->attempt.token);
  const byte_span_t location_token = decision_span(rom, rom->attempt.location);
  phase_mark(rom, kPhaseHash);
  sha256(licence, licence_token.data, licence_token.size);
  sha256(location, location_token.data, location_token.size);
}

static rom_error_t find_key(rom_t *rom, const cose_sign1_t *token,
                            uint32_t role, const trust_key_t **key) {
  const trust_key_t *found = claims_find_key(&rom->trust, token->kid.data);
  REFUSE_IF(found == NULL, kErrorKeyUnknown);
  REFUSE_IF(found->role != role, kErrorKeyRole);
  REFUSE_IF(found->algorithm != token->algorithm, kErrorKeyAlgorithm);
  // A role that a fault let pass twice is missing in the sum.
  rom->attempt.flow += launder32(found->role);
  *key = found;
  return kErrorOk;
}

static void set_subject(rom_t *rom, const uint8_t digest[kSha256DigestBytes]) {
  memcpy(rom->attempt.subject, digest, kSha256DigestBytes);
}

// Which way a signature is recomputed.
typedef enum way {
  kWayAnew,      // everything from the bytes
  kWayPrepared,  // by multiples of the key, which earlier decisions may have
                 // left
} way_t;

static rom_error_t recompute_one(rom_t *rom, const cose_sign1_t *token,
                                 const trust_key_t *key, way_t way,
                                 ed25519_prepared_t *multiples,
                                 uint8_t recomputed[kEd25519RBytes]) {
  if (way == kWayAnew) {
    return signature_recompute(rom, token, key->x, recomputed);
  }
  return signature_recompute_prepared(rom, token, key->x, multiples,
                                      recomputed);
}

// Finds both keys and recomputes both signatures: first the location result's,
// then the licence's, since that is the order of their refusals.
static rom_error_t recompute(rom_t *rom, token_pair_t *pair, way_t way,
                             recomputed_pair_t *values) {
  rom_attempt_t *attempt = &rom->attempt;
  set_subject(rom, attempt->location_digest);
  RETURN_IF_ERROR(
      find_key(rom, &pair->location, kClaimsRoleLocation, &pair->location_key));
  RETURN_IF_ERROR(recompute_one(rom, &pair->location, pair->location_key, way,
                                &rom->location_key, values->location));
  attempt->flow += FLOW_LOCATION_KEY;
  set_subject(rom, attempt->digest);
  RETURN_IF_ERROR(
      find_key(rom, &pair->licence, kClaimsRoleLicence, &pair->licence_key));
  RETURN_IF_ERROR(recompute_one(rom, &pair->licence, pair->licence_key, way,
                                &rom->licence_key, values->licence));
  attempt->flow += FLOW_TOKEN_KEY;
  return kErrorOk;
}

static void submit(rom_t *rom, uint32_t first_run,
                   const recomputed_pair_t *values) {
  gate_submit(rom, first_run, kGateLicenceRuns, values->licence);
  rom->attempt.flow += FLOW_RUN;
  gate_submit(rom, first_run + 1, kGateLicenceRuns, values->location);
  rom->attempt.flow += FLOW_RUN;
}

static rom_error_t verify_signatures(rom_t *rom, token_pair_t *pair,
                                     token_pair_t *again) {
  recomputed_pair_t values;
  RETURN_IF_ERROR(recompute(rom, pair, kWayAnew, &values));
  decision_good_signatures(rom);
  REFUSE_IF(!trng_delivers(rom), kErrorHwTrng);
  gate_begin(rom, rom->attempt.digest, pair->licence.signature.data,
             pair->location.signature.data);
  submit(rom, 0, &values);

  // Again from the bytes, and another way: what one fault made of the first
  // round, the second does not repeat. That it fails where the first did not
  // can only be a fault.
  //
  // All that the second round takes over are multiples of the keys, from an
  // earlier second round. They are used only if they are intact and of the very
  // key that is found now, and the first round knows nothing of them. Nor can a
  // fault leave false ones behind: they were first used for a signature that
  // the first round had found good, and had they not, too, the machine had
  // stopped. So a bad signature needs one fault in the first round and another
  // one, which survived a good signature, in the multiples.
  mooring_wipe(&values, sizeof(values));
  HARDENED_CHECK_EQ(rom->bus, parse_frames(rom, again), kErrorOk);
  HARDENED_CHECK_EQ(rom->bus, recompute(rom, again, kWayPrepared, &values),
                    kErrorOk);
  submit(rom, 2, &values);
  return kErrorOk;
}

// One judgement of all claims, from the bytes.
static rom_error_t judge(rom_t *rom, const token_pair_t *pair,
                         rom_grant_t *grant) {
  decide_case_t tokens;
  memset(&tokens, 0, sizeof(tokens));
  phase_mark(rom, kPhaseParseClaims);
  set_subject(rom, rom->attempt.location_digest);
  RETURN_IF_ERROR(
      claims_parse_location(pair->location.payload, &tokens.location));
  set_subject(rom, rom->attempt.digest);
  RETURN_IF_ERROR(claims_parse_licence(pair->licence.payload, &tokens.licence));
  rom->attempt.flow += FLOW_CLAIMS;
  tokens.licence_key = pair->licence_key;
  tokens.location_key = pair->location_key;
  return decide_licence(rom, &tokens, rom->attempt.location_digest, grant,
                        &rom->attempt.flow);
}

static void invert(rom_grant_t *out, const rom_grant_t *grant) {
  out->cycles = ~grant->cycles;
  out->issued_at = ~grant->issued_at;
  out->epoch = ~grant->epoch;
  out->sequence = ~grant->sequence;
  out->seconds = ~grant->seconds;
  out->kind = ~grant->kind;
}

// Traps unless the grant is the one that another judgement gave.
static void check_grant(rom_t *rom, const rom_grant_t *other) {
  const uint8_t *first = (const uint8_t *)&rom->attempt.grant;
  const uint8_t *second = (const uint8_t *)other;
  HARDENED_CHECK_EQ(rom->bus, hardened_memeq(first, second, sizeof(*other)),
                    kHardenedTrue);
  HARDENED_CHECK_EQ(rom->bus, hardened_memdiff32(first, second, sizeof(*other)),
                    kMemdiffSame);
}

// Judges the frames and keys of the second round, which were found for it
// alone: a pointer that a fault has moved in the first misleads the first only.
static rom_error_t judge_again(rom_t *rom, const token_pair_t *pair_again) {
  rom_grant_t again;
  memset(&again, 0, sizeof(again));
  const rom_error_t error = judge(rom, pair_again, &again);
  // Time goes on between the two: that the nonce ran out is not a fault.
  REFUSE_IF(error == kErrorDecisionNonceExpired, error);
  HARDENED_CHECK_EQ(rom->bus, error, kErrorOk);
  check_grant(rom, &again);
  invert(&rom->attempt.grant_inverse, &again);
  return kErrorOk;
}

// Three judgements by the same code: the same fault in two of them agrees with
// itself, and the third with neither.
static rom_error_t judge_thrice(rom_t *rom, const token_pair_t *pair,
                                const token_pair_t *pair_again) {
  RETURN_IF_ERROR(judge(rom, pair, &rom->attempt.grant));
  RETURN_IF_ERROR(judge_again(rom, pair_again));
  return judge_again(rom, pair_again);
}

void licence_check_grant(rom_t *rom) {
  rom_grant_t judged;
  invert(&judged, &rom->attempt.grant_inverse);
  check_grant(rom, &judged);
}

// The buffer must still hold the tokens whose digests the gate has latched.
static void check_buffer(rom_t *rom) {
  uint8_t licence[kSha256DigestBytes];
  uint8_t location[kSha256DigestBytes];
  hash_tokens(rom, licence, location);
  HARDENED_CHECK_EQ(
      rom->bus, hardened_memeq(licence, rom->attempt.digest, sizeof(licence)),
      kHardenedTrue);
  HARDENED_CHECK_EQ(rom->bus,
                    hardened_memdiff32(location, rom->attempt.location_digest,
                                       sizeof(location)),
                    kMemdiffSame);
  rom->attempt.flow += FLOW_DIGESTS;
}

rom_error_t licence_verify(rom_t *rom) {
  rom_attempt_t *attempt = &rom->attempt;
  token_pair_t pair;
  token_pair_t again;
  REFUSE_IF(rom->has_trust != kHardenedTrue, kErrorKeyNoTrust);
  RETURN_IF_ERROR(parse_frames(rom, &pair));
  hash_tokens(rom, attempt->digest, attempt->location_digest);
  // The same bytes again are a lost answer, not a replay.
  REFUSE_IF(rom->has_accepted == kHardenedTrue &&
                bits_same(attempt->digest, rom->accepted, kSha256DigestBytes) ==
                    kHardenedTrue,
            kErrorAlreadyAccepted);
  RETURN_IF_ERROR(verify_signatures(rom, &pair, &again));
  RETURN_IF_ERROR(judge_thrice(rom, &pair, &again));
  // What all judgements rested on: a bit that flipped in it misled them all.
  check_buffer(rom);
  trust_check_list(rom);
  REFUSE_IF(!store_holds_floor(rom), kErrorCommitNvram);
  attempt->kind = attempt->grant.kind;
  HARDENED_CHECK_EQ(rom->bus, attempt->flow, FLOW_LICENCE_VERIFIED);
  return kErrorOk;
}
