// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/target.h"

#if MOORING_X86_64

#include "x86_64/sha512_lanes.h"

#include <stdbool.h>
#include <string.h>

#include "mooring/ed25519.h"

enum { kPrefixBytes = kEd25519RBytes + kEd25519KeyBytes, kLengthBytes = 16 };

// A message on its way through a lane.
typedef struct lane {
  const uint8_t *r;  // NULL once hashed
  const uint8_t *key;
  const uint8_t *rest;  // of the message
  size_t rest_bytes;
  uint64_t total_bytes;
  uint8_t *digest;  // where it goes; NULL for a lane without work
  bool marked;      // the one bit after the message has been written
  bool complete;    // so has its length: this was the last block
  uint8_t block[kSha512BlockBytes];  // what does not lie in one piece
} lane_t;

typedef struct batch {
  const uint8_t *keys;
  const uint8_t *signatures;
  const uint8_t *messages;
  const size_t *offsets;
  uint8_t (*digests)[kSha512DigestBytes];
  size_t next;
  size_t count;
} batch_t;

static inline void store_be64(uint8_t *bytes, uint64_t word) {
  const uint64_t swapped = __builtin_bswap64(word);
  memcpy(bytes, &swapped, sizeof swapped);
}

// Gives the lane the batch's next message, or none if all are taken.
static void take_message(lane_t *lane, sha512_lanes_t *state, unsigned index,
                         batch_t *batch) {
  lane->digest = NULL;
  if (batch->next == batch->count) {
    return;
  }
  const size_t i = batch->next++;
  lane->r = batch->signatures + i * kEd25519SignatureBytes;
  lane->key = batch->keys + i * kEd25519KeyBytes;
  lane->rest = batch->messages + batch->offsets[i];
  lane->rest_bytes = batch->offsets[i + 1] - batch->offsets[i];
  lane->total_bytes = (uint64_t)lane->rest_bytes + kPrefixBytes;
  lane->digest = batch->digests[i];
  lane->marked = false;
  lane->complete = false;
  for (unsigned word = 0; word < kSha2StateWords; word++) {
    state->words[word][index] = sha512_initial_state[word];
  }
}

// Fills the block up from `used` bytes on where the message has ended
// [FIPS 180-4 §5.1.2].
static void pad(lane_t *lane, size_t used) {
  if (!lane->marked) {
    lane->marked = true;
    lane->block[used] = 0x80;
    used++;
  }
  memset(lane->block + used, 0, kSha512BlockBytes - used);
  if (used <= kSha512BlockBytes - kLengthBytes) {
    lane->complete = true;
    store_be64(lane->block + kSha512BlockBytes - 16, lane->total_bytes >> 61);
    store_be64(lane->block + kSha512BlockBytes - 8, lane->total_bytes << 3);
  }
}

// The next block of the padded R || A || M: in place where it lies within M.
static const uint8_t *next_block(lane_t *lane) {
  size_t used = 0;
  if (lane->r != NULL) {
    memcpy(lane->block, lane->r, kEd25519RBytes);
    memcpy(lane->block + kEd25519RBytes, lane->key, kEd25519KeyBytes);
    lane->r = NULL;
    used = kPrefixBytes;
  } else if (lane->rest_bytes >= kSha512BlockBytes) {
    const uint8_t *whole = lane->rest;
    lane->rest += kSha512BlockBytes;
    lane->rest_bytes -= kSha512BlockBytes;
    return whole;
  }
  const size_t room = kSha512BlockBytes - used;
  const size_t taken = lane->rest_bytes < room ? lane->rest_bytes : room;
  if (taken != 0) {
    memcpy(lane->block + used, lane->rest, taken);
    lane->rest += taken;
    lane->rest_bytes -= taken;
    used += taken;
  }
  if (used < kSha512BlockBytes) {
    pad(lane, used);
  }
  return lane->block;
}

static void write_digest(uint8_t *digest, const sha512_lanes_t *state,
                         unsigned index) {
  for (unsigned word = 0; word < kSha2StateWords; word++) {
    store_be64(digest + sizeof(uint64_t) * word, state->words[word][index]);
  }
}

// Hashes what is left of one lane's message by itself.
static void finish_alone(const sha512_engine_t *engine, lane_t *lane,
                         sha512_lanes_t *state, unsigned index) {
  uint64_t words[kSha2StateWords];
  for (unsigned word = 0; word < kSha2StateWords; word++) {
    words[word] = state->words[word][index];
  }
  while (!lane->complete) {
    engine->blocks_of_one(words, next_block(lane), 1);
  }
  for (unsigned word = 0; word < kSha2StateWords; word++) {
    state->words[word][index] = words[word];
  }
  write_digest(lane->digest, state, index);
}

void sha512_lanes_challenges(const sha512_engine_t *engine, size_t count,
                             const uint8_t *keys, const uint8_t *signatures,
                             const uint8_t *messages, const size_t *offsets,
                             uint8_t (*digests)[kSha512DigestBytes]) {
  static const uint8_t kNothing[kSha512BlockBytes] = {0};
  batch_t batch = {keys, signatures, messages, offsets, digests, 0, count};
  lane_t lanes[kSha512LanesMost];
  const uint8_t *blocks[kSha512LanesMost];
  sha512_lanes_t state = {0};
  unsigned active = 0;
  for (unsigned i = 0; i < engine->lane_count; i++) {
    take_message(&lanes[i], &state, i, &batch);
    active += lanes[i].digest != NULL;
  }
  while (active >= engine->least_lanes) {
    for (unsigned i = 0; i < engine->lane_count; i++) {
      blocks[i] = lanes[i].digest != NULL ? next_block(&lanes[i]) : kNothing;
    }
    engine->compress(&state, blocks);
    for (unsigned i = 0; i < engine->lane_count; i++) {
      if (lanes[i].digest != NULL && lanes[i].complete) {
        write_digest(lanes[i].digest, &state, i);
        take_message(&lanes[i], &state, i, &batch);
        active -= lanes[i].digest == NULL;
      }
    }
  }
  for (unsigned i = 0; i < engine->lane_count; i++) {
    if (lanes[i].digest != NULL) {
      finish_alone(engine, &lanes[i], &state, i);
    }
  }
}

#else

// A translation unit declares something.
typedef int sha512_lanes_is_absent_t;

#endif
