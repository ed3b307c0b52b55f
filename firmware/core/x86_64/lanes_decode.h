// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A template as lanes_point.h is: decoding a key and an R in each lane.

#ifndef MOORING_CORE_X86_64_LANES_DECODE_H_
#define MOORING_CORE_X86_64_LANES_DECODE_H_

#include "x86_64/generated/lanes_constants.h"

/** Encodings, word by word. */
typedef struct lanes_words {
  _Alignas(64) uint64_t word[4][kLanes];
} lanes_words_t;

/** Affine points. */
typedef struct lanes_affine {
  lane_t x, y;
} lanes_affine_t;

// Two chains of squarings side by side: one waits for its own results.
typedef struct lanes_pair {
  lane_t of[2];
} lanes_pair_t;

static inline lanes_pair_t lanes_pair_multiply(const lanes_pair_t *a,
                                               const lanes_pair_t *b) {
  lanes_pair_t out;
  for (unsigned i = 0; i < 2; i++) {
    const lane_sum_t product = lane_multiply(&a->of[i], &b->of[i]);
    out.of[i] = lane_carry(&product);
  }
  return out;
}

// Out of line: its loop is where half of a decoding's time goes.
__attribute__((noinline)) static void lanes_pair_square(lanes_pair_t *out,
                                                        const lanes_pair_t *a,
                                                        unsigned times) {
  lane_t first = a->of[0];
  lane_t second = a->of[1];
  for (unsigned i = 0; i < times; i++) {
    const lane_sum_t first_squared = lane_square(&first);
    const lane_sum_t second_squared = lane_square(&second);
    first = lane_carry(&first_squared);
    second = lane_carry(&second_squared);
  }
  out->of[0] = first;
  out->of[1] = second;
}

// out = a^(2^times) b
static inline void lanes_pair_step(lanes_pair_t *out, const lanes_pair_t *a,
                                   unsigned times, const lanes_pair_t *b) {
  lanes_pair_t squared;
  lanes_pair_square(&squared, a, times);
  *out = lanes_pair_multiply(&squared, b);
}

// out = a^(2^252 - 3), by runs of ones of doubling length (see fe_power.c).
static void lanes_power_of_root(lanes_pair_t *out, const lanes_pair_t *a) {
  lanes_pair_t square;
  lanes_pair_t ones5;
  lanes_pair_t ones10;
  lanes_pair_t ones50;
  lanes_pair_t ones;
  lanes_pair_square(&square, a, 1);             // 2
  lanes_pair_step(&ones5, &square, 2, a);       // 9
  ones = lanes_pair_multiply(&ones5, &square);  // 11
  lanes_pair_step(&ones5, &ones, 1, &ones5);    // 31 = 2^5 - 1
  lanes_pair_step(&ones10, &ones5, 5, &ones5);
  lanes_pair_step(&ones, &ones10, 10, &ones10);  // 2^20 - 1
  lanes_pair_step(&ones, &ones, 20, &ones);      // 2^40 - 1
  lanes_pair_step(&ones50, &ones, 10, &ones10);  // 2^50 - 1
  lanes_pair_step(&ones, &ones50, 50, &ones50);  // 2^100 - 1
  lanes_pair_step(&ones, &ones, 100, &ones);     // 2^200 - 1
  lanes_pair_step(&ones, &ones, 50, &ones50);    // 2^250 - 1
  lanes_pair_step(out, &ones, 2, a);
}

// x^2 = u/v with u = y^2 - 1 and v = d y^2 + 1; a candidate root is
// u v^3 (u v^7)^((p - 5)/8) [RFC 8032 §5.1.3].
typedef struct lanes_root {
  lane_t y, v, uv3, uv7;
  lane_sum_t u;  // raised
} lanes_root_t;

static inline void lanes_pose_root(lanes_root_t *out,
                                   const lanes_words_t *words) {
  const lane_t constant_d = lane_set(kLanesD);
  const lane_t constant_one = lane_set(kLanesOne);
  const lane_sum_t one = lane_widen(&constant_one);
  out->y = lane_from_words(words->word);
  lane_sum_t sum = lane_square_raised(&out->y);
  out->u = lane_subtract(&sum, &one);
  const lane_t u = lane_carry(&out->u);
  const lane_t yy = lane_carry(&sum);
  sum = lane_multiply(&yy, &constant_d);
  sum = lane_add(&sum, &one);
  out->v = lane_carry(&sum);
  sum = lane_square(&out->v);
  const lane_t v2 = lane_carry(&sum);
  sum = lane_multiply(&u, &out->v);
  const lane_t uv = lane_carry(&sum);
  sum = lane_multiply(&uv, &v2);
  out->uv3 = lane_carry(&sum);
  sum = lane_square(&v2);
  const lane_t v4 = lane_carry(&sum);
  sum = lane_multiply(&out->uv3, &v4);
  out->uv7 = lane_carry(&sum);
}

// Completes the root and chooses its sign: odd where `odd` is set.
static inline lane_mask_t lanes_take_root(lanes_affine_t *out,
                                          const lanes_root_t *root,
                                          const lane_t *power,
                                          lane_mask_t odd) {
  // v x^2 is u, or -u and x lacks a factor of sqrt(-1), or no root exists.
  const lane_t sqrt_minus_one = lane_set(kLanesSqrtMinusOne);
  lane_sum_t sum = lane_multiply(power, &root->uv3);
  const lane_t x = lane_carry(&sum);
  sum = lane_square(&x);
  const lane_t xx = lane_carry(&sum);
  const lane_sum_t vxx = lane_multiply(&xx, &root->v);
  sum = lane_subtract(&root->u, &vxx);
  const lane_mask_t is_root = lane_is_zero(&sum);
  sum = lane_add(&root->u, &vxx);
  const lane_mask_t is_twisted = lane_is_zero(&sum);
  sum = lane_multiply(&x, &sqrt_minus_one);
  const lane_t twisted = lane_carry(&sum);
  const lane_t found = lane_select(is_root, &x, &twisted);
  // -x where the parity is the other one.
  const lane_sum_t raise = lane_raised_zero();
  const lane_sum_t wide = lane_widen(&found);
  sum = lane_subtract(&raise, &wide);
  const lane_t negated = lane_carry(&sum);
  const lane_mask_t keep =
      lane_mask_not(lane_mask_xor(lane_is_odd(&found), odd));
  out->x = lane_select(keep, &found, &negated);
  out->y = root->y;
  return lane_mask_or(is_root, is_twisted);
}

/**
 * Decodes two canonical encodings a lane, and negates both points.
 *
 * @return where both are points; elsewhere `out` is any.
 */
static lane_mask_t lanes_decode_negated(lanes_affine_t out[2],
                                        const lanes_words_t words[2],
                                        const lane_mask_t signs[2]) {
  lanes_root_t roots[2];
  lanes_pair_t powers;
  for (unsigned i = 0; i < 2; i++) {
    lanes_pose_root(&roots[i], &words[i]);
    powers.of[i] = roots[i].uv7;
  }
  lanes_power_of_root(&powers, &powers);
  // x is not 0 here, so the root of the other parity is -x.
  const lane_mask_t first = lanes_take_root(&out[0], &roots[0], &powers.of[0],
                                            lane_mask_not(signs[0]));
  const lane_mask_t second = lanes_take_root(&out[1], &roots[1], &powers.of[1],
                                             lane_mask_not(signs[1]));
  return lane_mask_and(first, second);
}

#endif  // MOORING_CORE_X86_64_LANES_DECODE_H_
