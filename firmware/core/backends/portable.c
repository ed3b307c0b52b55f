// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "backends/portable.h"

#include "mooring/ed25519.h"
#include "mooring/verify.h"

void ed25519_verify_many_portable(size_t count, const uint8_t *keys,
                                  const uint8_t *signatures,
                                  const uint8_t *messages,
                                  const size_t *offsets, uint8_t *verdicts) {
  for (size_t i = 0; i < count; i++) {
    verdicts[i] = ed25519_verify_portable(
                      keys + i * kEd25519KeyBytes, messages + offsets[i],
                      offsets[i + 1] - offsets[i],
                      signatures + i * kEd25519SignatureBytes) == kVerifyOk;
  }
}

void ed25519_challenges_portable(size_t count, const uint8_t *keys,
                                 const uint8_t *signatures,
                                 const uint8_t *messages, const size_t *offsets,
                                 uint8_t (*digests)[kSha512DigestBytes]) {
  for (size_t i = 0; i < count; i++) {
    sha512_t hash;
    sha512_init(&hash);
    sha512_update(&hash, signatures + i * kEd25519SignatureBytes,
                  kEd25519RBytes);
    sha512_update(&hash, keys + i * kEd25519KeyBytes, kEd25519KeyBytes);
    sha512_update(&hash, messages + offsets[i], offsets[i + 1] - offsets[i]);
    sha512_final(&hash, digests[i]);
  }
}
