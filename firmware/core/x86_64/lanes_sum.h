// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A template as lanes_point.h is: [s]B + [u]A + [v]R in each lane.
//
// All lanes walk together, so their windows have one width and one place: a
// digit of 0 finds the neutral element and is added like any other. A's and R's
// multiples are a table for each lane, B's are one table for all.

#ifndef MOORING_CORE_X86_64_LANES_SUM_H_
#define MOORING_CORE_X86_64_LANES_SUM_H_

#include "x86_64/lanes_scalar.h"

/** The multiples 0 to kLanesMultiples - 1 of a point in each lane. */
typedef struct lanes_table {
  lane_stored_t entry[kLanesMultiples][4];  // plus, minus, z, 2dt
} lanes_table_t;

static inline void lanes_store(lane_stored_t entry[4],
                               const lanes_extended_t *a) {
  const lane_t constant_2d = lane_set(kLanes2d);
  const lane_sum_t t2d = lane_multiply(&a->t, &constant_2d);
  const lane_t t = lane_carry(&t2d);
  entry[0] = lane_store(&a->plus);
  entry[1] = lane_store(&a->minus);
  entry[2] = lane_store(&a->z);
  entry[3] = lane_store(&t);
}

__attribute__((noinline)) static void lanes_fill(lanes_table_t *table,
                                                 const lanes_affine_t *a) {
  lanes_extended_t neutral;
  lanes_extended_t one;
  lanes_extended_t multiples[kLanesMultiples];
  lanes_factors_t factors;
  lanes_projective_t half;
  const lane_t constant_one = lane_set(kLanesOne);
  const lane_t constant_zero = lane_set(kLanesZero);
  const lane_t constant_2d = lane_set(kLanes2d);
  neutral.plus = constant_one;
  neutral.minus = constant_one;
  neutral.z = constant_one;
  neutral.t = constant_zero;
  lanes_store(table->entry[0], &neutral);

  const lane_sum_t raise = lane_raised_zero();
  const lane_sum_t x = lane_widen(&a->x);
  const lane_sum_t y = lane_widen(&a->y);
  lane_sum_t sum = lane_add(&y, &x);
  one.plus = lane_carry(&sum);
  sum = lane_add(&y, &raise);
  sum = lane_subtract(&sum, &x);
  one.minus = lane_carry(&sum);
  one.z = constant_one;
  sum = lane_multiply(&a->x, &a->y);
  one.t = lane_carry(&sum);
  lanes_store(table->entry[1], &one);
  lanes_cached_t summand = one;
  sum = lane_multiply(&one.t, &constant_2d);
  summand.t = lane_carry(&sum);

  multiples[1] = one;
  half.x = a->x;
  half.y = a->y;
  half.z = constant_one;
  lanes_double(&factors, &half);
  for (unsigned i = 2;; i++) {
    lanes_to_extended(&multiples[i], &factors);
    lanes_store(table->entry[i], &multiples[i]);
    if (i + 1 == kLanesMultiples) {
      break;
    }
    lanes_add_affine(&factors, &multiples[i], &summand, lane_mask_of(0));
  }
}

// What a digit says: where its magnitude's entry is, and which sign it has.
typedef struct lanes_choice {
  lane_index_t plus, minus;
  lane_mask_t negative;
} lanes_choice_t;

enum {
  kLanesEntryLimbs = sizeof(lane_stored_t) / sizeof(uint64_t),
};

static inline void lanes_add_own(lanes_factors_t *factors,
                                 const lanes_extended_t *sum,
                                 const lanes_table_t *table,
                                 const int8_t digits[kLanes]) {
  const lane_digits_t digit = lane_digits(digits);
  const lane_mask_t negative = lane_digits_negative(digit);
  const lane_index_t index =
      lane_digits_index(digit, 4 * kLanesEntryLimbs, true);
  const lane_index_t swapped =
      lane_index_step(index, negative, kLanesEntryLimbs);
  const lane_index_t straight =
      lane_index_step(index, lane_mask_not(negative), kLanesEntryLimbs);
  const uint64_t *const limbs = (const uint64_t *)table->entry;
  lanes_cached_t summand;
  summand.plus = lane_gather(limbs, swapped, kLanes);
  summand.minus = lane_gather(limbs, straight, kLanes);
  summand.z = lane_gather(limbs + 2 * kLanesEntryLimbs, index, kLanes);
  summand.t = lane_gather(limbs + 3 * kLanesEntryLimbs, index, kLanes);
  lanes_add_cached(factors, sum, &summand, negative);
}

static inline void lanes_add_base(lanes_factors_t *factors,
                                  const lanes_extended_t *sum,
                                  const lane_base_t *table,
                                  const int8_t digits[kLanes]) {
  enum { kElementLimbs = sizeof table->plus / sizeof(uint64_t) };
  const lane_digits_t digit = lane_digits(digits);
  const lane_mask_t negative = lane_digits_negative(digit);
  const lane_index_t index =
      lane_digits_index(digit, sizeof *table / sizeof(uint64_t), false);
  const lane_index_t swapped = lane_index_step(index, negative, kElementLimbs);
  const lane_index_t straight =
      lane_index_step(index, lane_mask_not(negative), kElementLimbs);
  const uint64_t *const limbs = table->plus;
  lanes_cached_t summand;
  summand.plus = lane_gather(limbs, swapped, 1);
  summand.minus = lane_gather(limbs, straight, 1);
  summand.t = lane_gather(limbs + 2 * kElementLimbs, index, 1);
  lanes_add_affine(factors, sum, &summand, negative);
}

// `doublings` times, at least once; the last leaves its factors.
static inline void lanes_double_times(lanes_factors_t *factors,
                                      unsigned doublings) {
  lanes_projective_t point;
  for (unsigned i = 0; i < doublings; i++) {
    lanes_to_projective(&point, factors);
    lanes_double(factors, &point);
  }
}

/** Where [base]B + [first]A + [second]R is the neutral element. */
static lane_mask_t lanes_sum_is_neutral(const lanes_table_t tables[2],
                                        const lanes_scalars_t *scalars) {
  lanes_factors_t factors;
  lanes_extended_t sum;
  const lane_t one = lane_set(kLanesOne);
  const lane_t zero = lane_set(kLanesZero);
  // Factors of the neutral element.
  factors.e = zero;
  factors.f = one;
  factors.g = one;
  factors.h = one;
  for (unsigned i = scalars->digit_count; i-- > 0;) {
    if (i + 1 != scalars->digit_count) {
      lanes_double_times(&factors, kLanesWindow);
    }
    lanes_to_extended(&sum, &factors);
    lanes_add_own(&factors, &sum, &tables[0], scalars->digits[0][i]);
    lanes_to_extended(&sum, &factors);
    lanes_add_own(&factors, &sum, &tables[1], scalars->digits[1][i]);
    if (i % 2 == 0 && i / 2 < kLanesBaseDigits) {
      lanes_to_extended(&sum, &factors);
      lanes_add_base(&factors, &sum, kLanesBase, scalars->base[0][i / 2]);
      lanes_to_extended(&sum, &factors);
      lanes_add_base(&factors, &sum, kLanesHighBase, scalars->base[1][i / 2]);
    }
  }
  // x = 0 and y = z; x = 0 alone has also y = -z.
  const lane_sum_t x = lane_multiply(&factors.e, &factors.f);
  const lane_sum_t y = lane_multiply_raised(&factors.g, &factors.h);
  const lane_sum_t z = lane_multiply(&factors.f, &factors.g);
  const lane_sum_t difference = lane_subtract(&y, &z);
  return lane_mask_and(lane_is_zero(&x), lane_is_zero(&difference));
}

#endif  // MOORING_CORE_X86_64_LANES_SUM_H_
