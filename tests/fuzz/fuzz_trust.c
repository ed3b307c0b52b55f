// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A TRUST message's parts: root key, trust list as a token, and its claims.

#include <string.h>

#include "fuzz.h"
#include "mooring/claims.h"

static void check_list(const trust_list_t *list) {
  FUZZ_CHECK(list->count >= 1 && list->count <= kClaimsTrustKeysMax);
  FUZZ_CHECK(list->issued_at <= CLAIMS_TIME_MAX);
  for (uint32_t i = 0; i < list->count; i++) {
    const trust_key_t *const key = &list->keys[i];
    FUZZ_CHECK(key->role >= kClaimsRoleLicence &&
               key->role <= kClaimsRoleLandmark);
    FUZZ_CHECK(key->not_before < key->not_after);
    FUZZ_CHECK(key->first_epoch <= list->epoch);
    const trust_key_t *const found = claims_find_key(list, key->kid);
    FUZZ_CHECK(found != NULL && found <= key);
    FUZZ_CHECK(claims_check_trust_keys(list, key->x) != kErrorOk);
  }
  const size_t used =
      offsetof(trust_list_t, keys) + list->count * sizeof list->keys[0];
  FUZZ_CHECK(fuzz_is_zero((const uint8_t *)list + used, sizeof *list - used));
}

static void check_claims(byte_span_t payload) {
  static trust_list_t list;
  memset(&list, 0xa5, sizeof list);
  if (claims_parse_trust(payload, &list) == kErrorOk) {
    FUZZ_CHECK(cbor_check(payload) == kErrorOk);
    check_list(&list);
  } else {
    FUZZ_CHECK(fuzz_is_zero(&list, sizeof list));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const byte_span_t input = fuzz_guard(data, size);
  uint8_t x[kCosePublicKeyBytes];
  if (cose_root_key_parse(input, x) == kErrorOk) {
    uint8_t again[kCoseKeyBytes];
    cose_key_encode(x, again);
    FUZZ_CHECK(memcmp(again, input.data, sizeof again) == 0);
  }
  cose_sign1_t token;
  if (cose_sign1_parse(input, kCoseTypTrust, &token) == kErrorOk) {
    FUZZ_CHECK(token.payload.size > 0);
    check_claims(token.payload);
  } else {
    FUZZ_CHECK(fuzz_is_zero(&token, sizeof token));
  }
  check_claims(input);
  return 0;
}
