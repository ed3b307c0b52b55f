// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Bulk verification with a signature in each lane: verify_backend_t's
// verify_many for processors with AVX-512 IFMA (8 lanes) and AVX2 (4 lanes).
//
// Items whose bytes alone refuse them never take a lane, and a lane has nothing
// to do with its neighbours: no item's verdict depends on another's.

#ifndef MOORING_CORE_X86_64_VERIFY_MANY_H_
#define MOORING_CORE_X86_64_VERIFY_MANY_H_

#include <stddef.h>
#include <stdint.h>

#include "ed25519/scalar.h"
#include "mooring/namespace.h"
#include "mooring/sha2.h"
#include "mooring/verify.h"

#define ed25519_verify_many_ifma MOORING_NAMESPACE(ed25519_verify_many_ifma)
#define ed25519_verify_many_avx2 MOORING_NAMESPACE(ed25519_verify_many_avx2)
#define verify_many_in_lanes MOORING_NAMESPACE(verify_many_in_lanes)

enum { kVerifyMostLanes = 8 };

/** Many signatures; arguments are as in mooring_verify_batch(), checked. */
void ed25519_verify_many_ifma(size_t count, const uint8_t *keys,
                              const uint8_t *signatures,
                              const uint8_t *messages, const size_t *offsets,
                              uint8_t *verdicts);
void ed25519_verify_many_avx2(size_t count, const uint8_t *keys,
                              const uint8_t *signatures,
                              const uint8_t *messages, const size_t *offsets,
                              uint8_t *verdicts);

/** An item that encoding_check() accepts. */
typedef struct verify_lane {
  const uint8_t *key, *signature;
  uint8_t digest[kSha512DigestBytes];  // SHA-512(R || A || M)
  size_t index;
} verify_lane_t;

/** What a back end brings. */
typedef struct verify_lanes {
  unsigned lane_count;  // at most kVerifyMostLanes
  // With fewer items than these left, `one` is quicker than `judge`.
  unsigned least_lanes;
  /** Judges `lane_count` items: bit i of the result is item i's verdict. */
  unsigned (*judge)(const verify_lane_t *items);
  verify_status_t (*one)(const uint8_t *key, const uint8_t *message,
                         size_t message_len_bytes, const uint8_t *signature);
  void (*challenges)(size_t count, const uint8_t *keys,
                     const uint8_t *signatures, const uint8_t *messages,
                     const size_t *offsets,
                     uint8_t (*digests)[kSha512DigestBytes]);
} verify_lanes_t;

/** Fills lanes with items, and judges by `engine`. */
void verify_many_in_lanes(const verify_lanes_t *engine, size_t count,
                          const uint8_t *keys, const uint8_t *signatures,
                          const uint8_t *messages, const size_t *offsets,
                          uint8_t *verdicts);

#endif  // MOORING_CORE_X86_64_VERIFY_MANY_H_
