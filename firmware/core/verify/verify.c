// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/verify.h"

#include "mooring/ed25519.h"

// A host chooses among its back ends; firmware has one way and links no other.
#if __STDC_HOSTED__

#include "backends/backend.h"

static verify_status_t verify_ed25519(const uint8_t *key,
                                      const uint8_t *message,
                                      size_t message_len_bytes,
                                      const uint8_t *signature) {
  const verify_backend_t *const backend = verify_backend_chosen();
  return backend == NULL
             ? kVerifyNoBackend
             : backend->verify(key, message, message_len_bytes, signature);
}

#else

#include "verify/portable.h"

#define verify_ed25519 ed25519_verify_portable

#endif

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
