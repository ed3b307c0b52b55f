// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Eight signatures side by side: fe8.h's field under the lanes' templates.

#include "x86_64/fe8.h"
#include "x86_64/sha512_lanes.h"
#include "x86_64/target.h"
#include "x86_64/verify_ifma.h"
#include "x86_64/verify_many.h"

#if MOORING_X86_64

enum { kLanes = kFe8Lanes };

typedef fe8_t lane_t;
typedef fe8_sum_t lane_sum_t;
typedef fe8_mask_t lane_mask_t;
typedef fe8_index_t lane_index_t;
typedef fe8_t lane_stored_t;  // an element in a table of the lanes' own points
typedef __m512i lane_digits_t;

/** One of B's multiples. */
typedef struct lane_base {
  uint64_t plus[kFe8Limbs], minus[kFe8Limbs], t2d[kFe8Limbs];
} lane_base_t;

#define LANE_ELEMENT(w0, w1, w2, w3) FE8_LIMBS(w0, w1, w2, w3)

#define lane_multiply fe8_multiply
#define lane_multiply_raised fe8_multiply_raised
#define lane_square fe8_square
#define lane_square_raised fe8_square_raised
#define lane_add fe8_add
#define lane_subtract fe8_subtract
#define lane_negate_where fe8_negate_where
#define lane_raised_zero fe8_raised_zero
#define lane_widen fe8_widen
#define lane_carry fe8_carry
#define lane_set fe8_set
#define lane_from_words fe8_from_words
#define lane_select fe8_select
#define lane_is_zero fe8_is_zero
#define lane_is_odd fe8_is_odd
#define lane_gather fe8_gather

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

FE8_INLINE lane_mask_t lane_mask_of(unsigned bits) {
  return (lane_mask_t)bits;
}

FE8_INLINE unsigned lane_mask_bits(lane_mask_t mask) {
  return mask;
}

FE8_INLINE lane_mask_t lane_mask_not(lane_mask_t a) {
  return (lane_mask_t)~a;
}

FE8_INLINE lane_mask_t lane_mask_and(lane_mask_t a, lane_mask_t b) {
  return a & b;
}

FE8_INLINE lane_mask_t lane_mask_or(lane_mask_t a, lane_mask_t b) {
  return a | b;
}

FE8_INLINE lane_mask_t lane_mask_xor(lane_mask_t a, lane_mask_t b) {
  return a ^ b;
}

FE8_INLINE lane_stored_t lane_store(const lane_t *a) {
  return *a;
}

FE8_INLINE lane_digits_t lane_digits(const int8_t digits[kLanes]) {
  return _mm512_cvtepi8_epi64(_mm_loadl_epi64((const __m128i *)digits));
}

FE8_INLINE lane_mask_t lane_digits_negative(lane_digits_t digits) {
  return _mm512_movepi64_mask(digits);
}

// Where the magnitudes' entries are; in a table of the lanes' own points, each
// lane has a column.
FE8_INLINE lane_index_t lane_digits_index(lane_digits_t digits,
                                          unsigned entry_limbs, bool own) {
  const __m512i column = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i magnitude = _mm512_abs_epi64(digits);
  const __m512i index =
      _mm512_mullo_epi32(magnitude, _mm512_set1_epi64(entry_limbs));
  return own ? _mm512_add_epi64(index, column) : index;
}

FE8_INLINE lane_index_t lane_index_step(lane_index_t index, lane_mask_t where,
                                        unsigned limbs) {
  return _mm512_mask_add_epi64(index, where, index, _mm512_set1_epi64(limbs));
}

#include "x86_64/lanes_scalar.h"
#include "x86_64/lanes_scalar8.h"

#define lane_scalars lanes_scalars8

#include "x86_64/lanes_judge.h"

void ed25519_verify_many_ifma(size_t count, const uint8_t *keys,
                              const uint8_t *signatures,
                              const uint8_t *messages, const size_t *offsets,
                              uint8_t *verdicts) {
  static const verify_lanes_t kEngine = {
      .lane_count = kLanes,
      .least_lanes = 3,
      .judge = lanes_judge,
      .one = ed25519_verify_ifma,
      .challenges = ed25519_challenges_ifma,
  };
  verify_many_in_lanes(&kEngine, count, keys, signatures, messages, offsets,
                       verdicts);
}

MOORING_TARGET_END

#endif
