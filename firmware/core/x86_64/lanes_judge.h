// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A template as lanes_point.h is: the verdicts of a signature in each lane.
//
// Each lane judges [S]B = R + [k]A by scalars of half the size, exactly as
// half_size.h explains.

#ifndef MOORING_CORE_X86_64_LANES_JUDGE_H_
#define MOORING_CORE_X86_64_LANES_JUDGE_H_

#include <string.h>

#include "mooring/ed25519.h"
#include "x86_64/lanes_decode.h"
#include "x86_64/lanes_point.h"
#include "x86_64/lanes_sum.h"
#include "x86_64/verify_many.h"

// Encodings of all lanes, and the lanes whose sign bit is set.
static unsigned lanes_read(lanes_words_t *out, unsigned lane,
                           const uint8_t bytes[32]) {
  uint64_t words[4];
  memcpy(words, bytes, sizeof words);
  for (unsigned i = 0; i < 4; i++) {
    out->word[i][lane] = words[i];
  }
  return (unsigned)(words[3] >> 63) << lane;
}

static unsigned lanes_judge(const verify_lane_t *items) {
  lanes_words_t words[2];
  lanes_scalars_t scalars;
  lanes_affine_t points[2];
  lanes_table_t tables[2];
  unsigned signs[2] = {0, 0};
  uint8_t k[kLanes][kScalarBytes];
  for (unsigned lane = 0; lane < kLanes; lane++) {
    scalar_reduce(k[lane], items[lane].digest);
    signs[0] |= lanes_read(&words[0], lane, items[lane].key);
    signs[1] |= lanes_read(&words[1], lane, items[lane].signature);
  }
  lane_scalars(&scalars, items, k);
  const lane_mask_t masks[2] = {lane_mask_of(signs[0]), lane_mask_of(signs[1])};
  const lane_mask_t found = lanes_decode_negated(points, words, masks);
  lanes_fill(&tables[0], &points[0]);
  lanes_fill(&tables[1], &points[1]);
  const lane_mask_t holds = lanes_sum_is_neutral(tables, &scalars);
  return lane_mask_bits(lane_mask_and(found, holds));
}

#endif  // MOORING_CORE_X86_64_LANES_JUDGE_H_
