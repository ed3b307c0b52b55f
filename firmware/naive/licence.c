// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// In place of rom/licence.c: the decision as a program would make it that
// trusts its CPU. Each question is asked once; a yes hands the gate what it
// expects, and counts every stage as passed.

#include "rom/licence.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/decide.h"
#include "rom/decision.h"
#include "rom/flow.h"
#include "rom/gate.h"
#include "rom/signature.h"

// Finds the key of a token and verifies its signature.
static rom_error_t verify(rom_t *rom, const cose_sign1_t *token, uint32_t role,
                          const trust_key_t **key) {
  uint8_t recomputed[kEd25519RBytes];
  *key = claims_find_key(&rom->trust, token->kid.data);
  REFUSE_IF(*key == NULL, kErrorKeyUnknown);
  REFUSE_IF((*key)->role != role, kErrorKeyRole);
  return signature_recompute(rom, token, (*key)->x, recomputed);
}

static void match_gate(rom_t *rom, const cose_sign1_t *licence,
                       const cose_sign1_t *location) {
  gate_begin(rom, rom->attempt.digest, licence->signature.data,
             location->signature.data);
  for (uint32_t run = 0; run < kGateLicenceRuns; run++) {
    const cose_sign1_t *token = run % 2 == 0 ? licence : location;
    gate_submit(rom, run, kGateLicenceRuns, token->signature.data);
  }
}

static void invert(rom_grant_t *out, const rom_grant_t *grant) {
  const uint8_t *from = (const uint8_t *)grant;
  uint8_t *to = (uint8_t *)out;
  for (uint32_t i = 0; i < sizeof(*grant); i++) {
    to[i] = (uint8_t)~from[i];
  }
}

void licence_check_grant(rom_t *rom) {
  (void)rom;
}

rom_error_t licence_verify(rom_t *rom) {
  rom_attempt_t *attempt = &rom->attempt;
  cose_sign1_t licence;
  cose_sign1_t location;
  decide_case_t tokens;
  memset(&tokens, 0, sizeof(tokens));
  REFUSE_IF(rom->has_trust != kHardenedTrue, kErrorKeyNoTrust);
  const byte_span_t location_token = decision_span(rom, attempt->location);
  const byte_span_t licence_token = decision_span(rom, attempt->token);
  RETURN_IF_ERROR(
      cose_sign1_parse(location_token, kCoseTypLocation, &location));
  RETURN_IF_ERROR(cose_sign1_parse(licence_token, kCoseTypLicence, &licence));
  sha256(attempt->digest, licence_token.data, licence_token.size);
  sha256(attempt->location_digest, location_token.data, location_token.size);
  REFUSE_IF(rom->has_accepted == kHardenedTrue &&
                bits_same(attempt->digest, rom->accepted, kSha256DigestBytes) ==
                    kHardenedTrue,
            kErrorAlreadyAccepted);
  memcpy(attempt->subject, attempt->location_digest, kSha256DigestBytes);
  RETURN_IF_ERROR(
      verify(rom, &location, kClaimsRoleLocation, &tokens.location_key));
  RETURN_IF_ERROR(claims_parse_location(location.payload, &tokens.location));
  memcpy(attempt->subject, attempt->digest, kSha256DigestBytes);
  RETURN_IF_ERROR(
      verify(rom, &licence, kClaimsRoleLicence, &tokens.licence_key));
  RETURN_IF_ERROR(claims_parse_licence(licence.payload, &tokens.licence));
  decision_good_signatures(rom);
  RETURN_IF_ERROR(decide_licence(rom, &tokens, attempt->location_digest,
                                 &attempt->grant, &attempt->flow));
  match_gate(rom, &licence, &location);
  invert(&attempt->grant_inverse, &attempt->grant);
  attempt->kind = attempt->grant.kind;
  attempt->flow = FLOW_LICENCE_VERIFIED;
  return kErrorOk;
}
