// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/probe_lanes.h"

#include <string.h>

#include "x86_64/fe4_avx2.h"
#include "x86_64/fe8.h"
#include "x86_64/half_size8.h"

#if MOORING_X86_64

// One probe over either field.
#define DEFINE_PROBE(name, fe, bits)                                     \
  void name(uint64_t out[40], uint32_t operation, const uint64_t a[40],  \
            const uint64_t b[40]) {                                      \
    fe##_t x;                                                            \
    fe##_t y;                                                            \
    fe##_sum_t sum;                                                      \
    fe##_sum_t other;                                                    \
    _Static_assert(sizeof x == 40 * sizeof *a, "40 limbs in all lanes"); \
    memcpy(&x, a, sizeof x);                                             \
    memcpy(&y, b, sizeof y);                                             \
    memcpy(&sum, a, sizeof sum);                                         \
    memset(out, 0, 40 * sizeof *out);                                    \
    switch (operation) {                                                 \
      case kProbeLanesMultiply:                                          \
        sum = fe##_multiply(&x, &y);                                     \
        memcpy(out, &sum, sizeof sum);                                   \
        break;                                                           \
      case kProbeLanesSquare:                                            \
        sum = fe##_square(&x);                                           \
        memcpy(out, &sum, sizeof sum);                                   \
        break;                                                           \
      case kProbeLanesMixed:                                             \
        sum = fe##_multiply_raised(&x, &y);                              \
        other = fe##_square(&x);                                         \
        sum = fe##_subtract(&sum, &other);                               \
        other = fe##_square_raised(&y);                                  \
        other = fe##_add(&other, &sum);                                  \
        x = fe##_carry(&other);                                          \
        memcpy(out, &x, sizeof x);                                       \
        break;                                                           \
      case kProbeLanesCarry:                                             \
        x = fe##_carry(&sum);                                            \
        memcpy(out, &x, sizeof x);                                       \
        break;                                                           \
      case kProbeLanesIsZero:                                            \
        out[0] = bits(fe##_is_zero(&sum));                               \
        break;                                                           \
      default:                                                           \
        out[0] = bits(fe##_is_odd(&x));                                  \
        break;                                                           \
    }                                                                    \
  }

MOORING_TARGET_BEGIN(MOORING_TARGET_AVX2)

static unsigned bits4(fe4_mask_t mask) {
  return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(mask));
}

DEFINE_PROBE(probe_fe4_avx2, fe4, bits4)

MOORING_TARGET_END

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

static unsigned bits8(fe8_mask_t mask) {
  return mask;
}

DEFINE_PROBE(probe_fe8, fe8, bits8)

uint32_t probe_half8(int64_t u[40], int64_t v[40], const uint64_t k[32]) {
  uint64_t words[4][kHalf8Lanes];
  half8_t half;
  memcpy(words, k, sizeof words);
  const uint32_t done = half8_split(&half, words);
  memcpy(u, &half.u, sizeof half.u);
  memcpy(v, &half.v, sizeof half.v);
  return done;
}

MOORING_TARGET_END

#else

void probe_fe8(uint64_t out[40], uint32_t operation, const uint64_t a[40],
               const uint64_t b[40]) {
  (void)operation;
  (void)a;
  (void)b;
  memset(out, 0, 40 * sizeof *out);
}

void probe_fe4_avx2(uint64_t out[40], uint32_t operation, const uint64_t a[40],
                    const uint64_t b[40]) {
  probe_fe8(out, operation, a, b);
}

uint32_t probe_half8(int64_t u[40], int64_t v[40], const uint64_t k[32]) {
  (void)k;
  memset(u, 0, 40 * sizeof *u);
  memset(v, 0, 40 * sizeof *v);
  return 0;
}

#endif
