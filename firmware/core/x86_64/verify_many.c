// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/verify_many.h"

#include <string.h>

#include "mooring/ed25519.h"
#include "x86_64/quick_check.h"
#include "x86_64/target.h"

#if MOORING_X86_64

enum { kChunk = 64 };  // items hashed at once: 4 KiB of digests

// Lanes being filled.
typedef struct pending {
  verify_lane_t items[kVerifyMostLanes];
  unsigned count;
} pending_t;

static void judge_pending(const verify_lanes_t *engine, pending_t *pending,
                          uint8_t *verdicts) {
  // Lanes without an item repeat the first; nobody reads their verdicts.
  for (unsigned i = pending->count; i < engine->lane_count; i++) {
    pending->items[i] = pending->items[0];
  }
  const unsigned accepted = engine->judge(pending->items);
  for (unsigned i = 0; i < pending->count; i++) {
    verdicts[pending->items[i].index] = (uint8_t)(accepted >> i & 1);
  }
  pending->count = 0;
}

static void judge_one_by_one(const verify_lanes_t *engine,
                             const pending_t *pending, const uint8_t *messages,
                             const size_t *offsets, uint8_t *verdicts) {
  for (unsigned i = 0; i < pending->count; i++) {
    const verify_lane_t *const item = &pending->items[i];
    const size_t begin = offsets[item->index];
    verdicts[item->index] = engine->one(item->key, messages + begin,
                                        offsets[item->index + 1] - begin,
                                        item->signature) == kVerifyOk;
  }
}

void verify_many_in_lanes(const verify_lanes_t *engine, size_t count,
                          const uint8_t *keys, const uint8_t *signatures,
                          const uint8_t *messages, const size_t *offsets,
                          uint8_t *verdicts) {
  uint8_t digests[kChunk][kSha512DigestBytes];
  pending_t pending = {.count = 0};
  for (size_t first = 0; first < count; first += kChunk) {
    const size_t left = count - first;
    const size_t chunk = left < kChunk ? left : kChunk;
    engine->challenges(chunk, keys + first * kEd25519KeyBytes,
                       signatures + first * kEd25519SignatureBytes, messages,
                       offsets + first, digests);
    for (size_t i = 0; i < chunk; i++) {
      verify_lane_t *const item = &pending.items[pending.count];
      item->index = first + i;
      item->key = keys + item->index * kEd25519KeyBytes;
      item->signature = signatures + item->index * kEd25519SignatureBytes;
      verdicts[item->index] = 0;
      if (quick_check(item->key, item->signature) != kEd25519Ok) {
        continue;
      }
      memcpy(item->digest, digests[i], sizeof item->digest);
      if (++pending.count == engine->lane_count) {
        judge_pending(engine, &pending, verdicts);
      }
    }
  }
  if (pending.count < engine->least_lanes) {
    judge_one_by_one(engine, &pending, messages, offsets, verdicts);
  } else {
    judge_pending(engine, &pending, verdicts);
  }
}

#else

// A translation unit declares something.
typedef int verify_many_is_absent_t;

#endif
