// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A licence, as a token and as its claims.

#include <string.h>

#include "fuzz.h"
#include "mooring/claims.h"

static void check_licence(const licence_t *licence) {
  FUZZ_CHECK(licence->expires <= CLAIMS_TIME_MAX);
  FUZZ_CHECK(licence->not_before <= CLAIMS_TIME_MAX);
  FUZZ_CHECK(licence->issued_at <= CLAIMS_TIME_MAX);
  const bool nonce = licence->freshness == kClaimsFreshnessNonce;
  FUZZ_CHECK(nonce || licence->freshness == kClaimsFreshnessSequence);
  FUZZ_CHECK(nonce ? licence->epoch == 0 && licence->sequence == 0
                   : fuzz_is_zero(licence->nonce, sizeof licence->nonce));
  const zone_list_t *const inside = &licence->required_inside;
  const zone_list_t *const excluded = &licence->required_excluded;
  FUZZ_CHECK(inside->count + excluded->count > 0);
  FUZZ_CHECK(inside->count <= kClaimsZonesMax);
  FUZZ_CHECK(excluded->count <= kClaimsZonesMax);
  FUZZ_CHECK(zones_all_in(inside, inside) == kHardenedTrue);
  FUZZ_CHECK((zones_any_in(inside, inside) == kHardenedTrue) ==
             (inside->count > 0));
  FUZZ_CHECK(zones_any_in(inside, excluded) == kHardenedFalse);
  FUZZ_CHECK((zones_all_in(excluded, inside) == kHardenedTrue) ==
             (excluded->count == 0));
}

static void check_claims(byte_span_t payload) {
  licence_t licence;
  memset(&licence, 0xa5, sizeof licence);
  if (claims_parse_licence(payload, &licence) == kErrorOk) {
    FUZZ_CHECK(cbor_check(payload) == kErrorOk);
    check_licence(&licence);
  } else {
    FUZZ_CHECK(fuzz_is_zero(&licence, sizeof licence));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const byte_span_t input = fuzz_guard(data, size);
  cose_sign1_t token;
  if (cose_sign1_parse(input, kCoseTypLicence, &token) == kErrorOk) {
    cose_sig_structure_t parts;
    cose_sig_structure(&token, &parts);
    FUZZ_CHECK(parts.parts[3].size > token.payload.size);
    check_claims(token.payload);
  } else {
    FUZZ_CHECK(fuzz_is_zero(&token, sizeof token));
  }
  check_claims(input);
  return 0;
}
