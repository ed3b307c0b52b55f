// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "verify/portable.h"

#include "ed25519/config.h"
#include "ed25519/encoding.h"
#include "ed25519/half_size.h"
#include "ed25519/point.h"
#include "ed25519/scalar.h"
#include "mooring/ed25519.h"

static verify_status_t refusal(ed25519_status_t status) {
  switch (status) {
    case kEd25519KeyNotCanonical:
    case kEd25519KeySmallOrder:
    case kEd25519KeyNotOnCurve:
      return kVerifyBadKey;
    default:
      return kVerifyBadSignature;
  }
}

#if MOORING_ED25519_HALF_SIZE

// On a host, faster: R is decoded and not recomputed.
verify_status_t ed25519_verify_portable(
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]) {
  const ed25519_status_t status = encoding_check(key, signature);
  if (status != kEd25519Ok) {
    return refusal(status);
  }
  point_t a;
  point_t r;
  const point_pair_found_t found = point_decode_pair(&a, &r, key, signature);
  if (!found.first) {
    return kVerifyBadKey;
  }
  if (!found.second) {
    return kVerifyBadSignature;
  }
  sha512_t hash;
  uint8_t digest[kSha512DigestBytes];
  uint8_t k[kScalarBytes];
  sha512_init(&hash);
  sha512_update(&hash, signature, kEd25519RBytes);
  sha512_update(&hash, key, kEd25519KeyBytes);
  sha512_update(&hash, message, message_len_bytes);
  sha512_final(&hash, digest);
  scalar_reduce(k, digest);
  return half_size_equation_holds(signature + kEd25519RBytes, k, &a, &r)
             ? kVerifyOk
             : kVerifyBadSignature;
}

#else

verify_status_t ed25519_verify_portable(
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]) {
  ed25519_t ctx;
  uint8_t recomputed_r[kEd25519RBytes];
  ed25519_status_t status = ed25519_start(&ctx, key, signature);
  if (status != kEd25519Ok) {
    return refusal(status);
  }
  ed25519_update(&ctx, message, message_len_bytes);
  status = ed25519_finish(&ctx, recomputed_r);
  if (status != kEd25519Ok) {
    return refusal(status);
  }
  // Compared in two ways with two words for "equal": neither a skipped branch
  // nor a stale register makes a good signature of a bad one.
  if (hardened_memeq(recomputed_r, signature, kEd25519RBytes) !=
      kHardenedTrue) {
    return kVerifyBadSignature;
  }
  const uint32_t difference =
      hardened_memdiff32(recomputed_r, signature, kEd25519RBytes);
  if (launder32(difference) != kMemdiffSame) {
    return kVerifyBadSignature;
  }
  return kVerifyOk;
}

#endif
