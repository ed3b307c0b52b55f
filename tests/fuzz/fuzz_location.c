// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A location result, as a token and as its claims.

#include <string.h>

#include "fuzz.h"
#include "mooring/claims.h"

static void check_location(const location_t *location) {
  FUZZ_CHECK(location->expires <= CLAIMS_TIME_MAX);
  FUZZ_CHECK(location->issued_at <= CLAIMS_TIME_MAX);
  FUZZ_CHECK(location->method >= 1 && location->method <= 3);
  FUZZ_CHECK(location->freshness == kClaimsFreshnessNonce ||
             location->freshness == kClaimsFreshnessNone);
  FUZZ_CHECK(location->proven_inside.count <= kClaimsZonesMax);
  FUZZ_CHECK(location->proven_excluded.count <= kClaimsZonesMax);
  FUZZ_CHECK(zones_any_in(&location->proven_inside,
                          &location->proven_excluded) == kHardenedFalse);
  FUZZ_CHECK(zones_all_in(&location->proven_excluded,
                          &location->proven_excluded) == kHardenedTrue);
}

static void check_claims(byte_span_t payload) {
  location_t location;
  memset(&location, 0xa5, sizeof location);
  if (claims_parse_location(payload, &location) == kErrorOk) {
    FUZZ_CHECK(cbor_check(payload) == kErrorOk);
    check_location(&location);
  } else {
    FUZZ_CHECK(fuzz_is_zero(&location, sizeof location));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const byte_span_t input = fuzz_guard(data, size);
  cose_sign1_t token;
  if (cose_sign1_parse(input, kCoseTypLocation, &token) == kErrorOk) {
    check_claims(token.payload);
  } else {
    FUZZ_CHECK(fuzz_is_zero(&token, sizeof token));
  }
  check_claims(input);
  return 0;
}
