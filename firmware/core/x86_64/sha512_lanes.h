// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Ed25519's challenges SHA-512(R || A || M) for many signatures at once: one
// message in each lane of a vector, and the next message takes a lane as soon
// as one has ended, so that mixed lengths cost no more than their blocks.

#ifndef MOORING_CORE_X86_64_SHA512_LANES_H_
#define MOORING_CORE_X86_64_SHA512_LANES_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"
#include "mooring/sha2.h"
#include "sha2/sha2_tables.h"

#define sha512_lanes_challenges MOORING_NAMESPACE(sha512_lanes_challenges)
#define ed25519_challenges_avx2 MOORING_NAMESPACE(ed25519_challenges_avx2)
#define ed25519_challenges_ifma MOORING_NAMESPACE(ed25519_challenges_ifma)

enum { kSha512LanesMost = 8 };

// The states of all lanes, word by word, so that a vector is one word of each.
typedef struct sha512_lanes {
  _Alignas(64) uint64_t words[kSha2StateWords][kSha512LanesMost];
} sha512_lanes_t;

// How an instruction set hashes several messages.
typedef struct sha512_engine {
  unsigned lane_count;  // at most kSha512LanesMost
  // With fewer lanes in use, it is quicker to hash one message after the other.
  unsigned least_lanes;
  // Hashes one block in each lane.
  void (*compress)(sha512_lanes_t *state,
                   const uint8_t *const blocks[kSha512LanesMost]);
  // Hashes blocks of one message.
  void (*blocks_of_one)(uint64_t state[kSha2StateWords], const uint8_t *data,
                        size_t block_count);
} sha512_engine_t;

// Writes the challenge of each signature to `digests`. Arrays are as
// mooring_verify_batch() takes them, the offsets ascending.
void sha512_lanes_challenges(const sha512_engine_t *engine, size_t count,
                             const uint8_t *keys, const uint8_t *signatures,
                             const uint8_t *messages, const size_t *offsets,
                             uint8_t (*digests)[kSha512DigestBytes]);

// The same with four lanes of AVX2, and with eight of AVX-512.
void ed25519_challenges_avx2(size_t count, const uint8_t *keys,
                             const uint8_t *signatures, const uint8_t *messages,
                             const size_t *offsets,
                             uint8_t (*digests)[kSha512DigestBytes]);
void ed25519_challenges_ifma(size_t count, const uint8_t *keys,
                             const uint8_t *signatures, const uint8_t *messages,
                             const size_t *offsets,
                             uint8_t (*digests)[kSha512DigestBytes]);

#endif  // MOORING_CORE_X86_64_SHA512_LANES_H_
