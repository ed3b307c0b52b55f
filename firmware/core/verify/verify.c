// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/verify.h"

#include "mooring/ed25519.h"

static verify_status_t verify_ed25519(const uint8_t *key,
                                      const uint8_t *message,
                                      size_t message_len_bytes,
                                      const uint8_t *signature) {
  ed25519_t ctx;
  uint8_t recomputed_r[kEd25519RBytes];
  const ed25519_status_t start = ed25519_start(&ctx, key, signature);
  if (start == kEd25519KeyNotCanonical || start == kEd25519KeySmallOrder ||
      start == kEd25519KeyNotOnCurve) {
    return kVerifyBadKey;
  }
  ed25519_update(&ctx, message, message_len_bytes);
  if (ed25519_finish(&ctx, recomputed_r) != kEd25519Ok) {
    return kVerifyBadSignature;
  }
  // Compared in two ways with two words for "equal": neither a skipped branch
  // nor a stale register makes a good signature of a bad one.
  if (hardened_memeq(recomputed_r, signature, kEd25519RBytes) !=
      kHardenedTrue) {
    return kVerifyBadSignature;
  }
  const uint32_t difference =
      hardened_memdiff32(recomputed_r, signature, kEd25519RBytes);
  // Becomes kVerifyOk by arithmetic on the second outcome, not by a branch.
  return launder32(difference) == kMemdiffSame ? kVerifyOk
                                               : kVerifyBadSignature;
}

verify_status_t mooring_verify(verify_algorithm_t algorithm, const uint8_t *key,
                               size_t key_len_bytes, const uint8_t *message,
                               size_t message_len_bytes,
                               const uint8_t *signature,
                               size_t signature_len_bytes) {
  switch (algorithm) {
    case kVerifyAlgorithmEd25519:
      if (key_len_bytes != kEd25519KeyBytes) {
        return kVerifyBadKeyLength;
      }
      if (signature_len_bytes != kEd25519SignatureBytes) {
        return kVerifyBadSignatureLength;
      }
      return verify_ed25519(key, message, message_len_bytes, signature);
    default:
      return kVerifyUnknownAlgorithm;
  }
}
