// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Four signatures side by side: fe4_avx2.h's field under the lanes' templates.

#include <string.h>

#include "mooring/ed25519.h"
#include "verify/portable.h"
#include "x86_64/fe4_avx2.h"
#include "x86_64/sha512_lanes.h"
#include "x86_64/target.h"
#include "x86_64/verify_many.h"

#if MOORING_X86_64

enum { kLanes = kFe4Lanes };

typedef fe4_t lane_t;
typedef fe4_sum_t lane_sum_t;
typedef fe4_mask_t lane_mask_t;
typedef fe4_index_t lane_index_t;
typedef fe4_packed_t
    lane_stored_t;  // an element in a table of the lanes' own points
typedef __m256i lane_digits_t;

/** One of B's multiples. */
typedef struct lane_base {
  uint64_t plus[kFe4Pairs], minus[kFe4Pairs], t2d[kFe4Pairs];
} lane_base_t;

#define LANE_ELEMENT(w0, w1, w2, w3) FE4_PAIRS(w0, w1, w2, w3)

#define lane_multiply fe4_multiply
#define lane_multiply_raised fe4_multiply_raised
#define lane_square fe4_square
#define lane_square_raised fe4_square_raised
#define lane_add fe4_add
#define lane_subtract fe4_subtract
#define lane_negate_where fe4_negate_where
#define lane_raised_zero fe4_raised_zero
#define lane_widen fe4_widen
#define lane_carry fe4_carry
#define lane_set fe4_set
#define lane_from_words fe4_from_words
#define lane_select fe4_select
#define lane_is_zero fe4_is_zero
#define lane_is_odd fe4_is_odd
#define lane_gather fe4_gather

MOORING_TARGET_BEGIN(MOORING_TARGET_AVX2)

FE4_INLINE lane_mask_t lane_mask_of(unsigned bits) {
  const __m256i lane_bits = _mm256_set_epi64x(8, 4, 2, 1);
  const __m256i found = _mm256_and_si256(fe4_constant(bits), lane_bits);
  return _mm256_cmpeq_epi64(found, lane_bits);
}

FE4_INLINE unsigned lane_mask_bits(lane_mask_t mask) {
  return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(mask));
}

FE4_INLINE lane_mask_t lane_mask_not(lane_mask_t a) {
  return _mm256_xor_si256(a, fe4_constant(UINT64_MAX));
}

FE4_INLINE lane_mask_t lane_mask_and(lane_mask_t a, lane_mask_t b) {
  return _mm256_and_si256(a, b);
}

FE4_INLINE lane_mask_t lane_mask_or(lane_mask_t a, lane_mask_t b) {
  return _mm256_or_si256(a, b);
}

FE4_INLINE lane_mask_t lane_mask_xor(lane_mask_t a, lane_mask_t b) {
  return _mm256_xor_si256(a, b);
}

FE4_INLINE lane_stored_t lane_store(const lane_t *a) {
  return fe4_pack(a);
}

FE4_INLINE lane_digits_t lane_digits(const int8_t digits[kLanes]) {
  int32_t four;
  memcpy(&four, digits, sizeof four);
  return _mm256_cvtepi8_epi64(_mm_cvtsi32_si128(four));
}

FE4_INLINE lane_mask_t lane_digits_negative(lane_digits_t digits) {
  return _mm256_cmpgt_epi64(_mm256_setzero_si256(), digits);
}

// Where the magnitudes' entries are; in a table of the lanes' own points, each
// lane has a column.
FE4_INLINE lane_index_t lane_digits_index(lane_digits_t digits,
                                          unsigned entry_words, bool own) {
  const __m256i column = _mm256_set_epi64x(3, 2, 1, 0);
  const __m256i magnitude = _mm256_abs_epi32(digits);
  const __m256i index = _mm256_mul_epu32(magnitude, fe4_constant(entry_words));
  return own ? _mm256_add_epi64(index, column) : index;
}

FE4_INLINE lane_index_t lane_index_step(lane_index_t index, lane_mask_t where,
                                        unsigned words) {
  return _mm256_add_epi64(index, _mm256_and_si256(where, fe4_constant(words)));
}

#include "x86_64/lanes_scalar.h"

static void lane_scalars(lanes_scalars_t *out, const verify_lane_t *items,
                         uint8_t k[kLanes][kScalarBytes]) {
  out->digit_count = kLanesLeastDigits;
  for (unsigned lane = 0; lane < kLanes; lane++) {
    lanes_set_scalars(out, lane, items[lane].signature + kEd25519RBytes,
                      k[lane]);
  }
}

#include "x86_64/lanes_judge.h"

void ed25519_verify_many_avx2(size_t count, const uint8_t *keys,
                              const uint8_t *signatures,
                              const uint8_t *messages, const size_t *offsets,
                              uint8_t *verdicts) {
  static const verify_lanes_t kEngine = {
      .lane_count = kLanes,
      .least_lanes = 3,
      .judge = lanes_judge,
      .one = ed25519_verify_portable,
      .challenges = ed25519_challenges_avx2,
  };
  verify_many_in_lanes(&kEngine, count, keys, signatures, messages, offsets,
                       verdicts);
}

MOORING_TARGET_END

#endif
