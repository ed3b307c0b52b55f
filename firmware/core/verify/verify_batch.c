// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// For hosts only: a boot ROM judges one signature at a time and leaves this
// file out of its image.

#include <string.h>

#include "mooring/ed25519.h"
#include "mooring/verify.h"

verify_status_t mooring_verify_batch(verify_algorithm_t algorithm, size_t count,
                                     const uint8_t *keys,
                                     const uint8_t *signatures,
                                     const uint8_t *messages,
                                     const size_t *offsets, uint8_t *verdicts) {
  if (count != 0) {
    memset(verdicts, 0, count);
  }
  if (algorithm != kVerifyAlgorithmEd25519) {
    return kVerifyUnknownAlgorithm;
  }
  for (size_t i = 0; i < count; i++) {
    if (offsets[i] > offsets[i + 1]) {
      continue;
    }
    const verify_status_t status = mooring_verify(
        algorithm, keys + i * kEd25519KeyBytes, kEd25519KeyBytes,
        messages + offsets[i], offsets[i + 1] - offsets[i],
        signatures + i * kEd25519SignatureBytes, kEd25519SignatureBytes);
    verdicts[i] = status == kVerifyOk;
  }
  return kVerifyOk;
}
