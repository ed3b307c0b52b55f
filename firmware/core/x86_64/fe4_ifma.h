// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// GF(2^255 - 19), four elements side by side in 256-bit registers: AVX-512 IFMA
// on five limbs in radix 2^51.
//
// IFMA multiplies the low 52 bits of each lane and ignores what is above them,
// so every factor must be carried first. There are two kinds of elements:
//
//   fe4_t       a factor: limbs below 2^51 + 2^16
//   fe4_wide_t  before its carries: limbs below 2^62. A product's are below
//               2^59, so a few of them can be added up and carried once
//
// With MOORING_CHECK_BOUNDS=1 each function asserts what it is given.

#ifndef MOORING_CORE_X86_64_FE4_IFMA_H_
#define MOORING_CORE_X86_64_FE4_IFMA_H_

#include <stdint.h>

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>

enum { kFe4Limbs = 5, kFe4RadixBits = 51, kFe4Lanes = 4 };

typedef struct fe4 {
  __m256i limb[kFe4Limbs];
} fe4_t;

typedef struct fe4_wide {
  __m256i limb[kFe4Limbs];
} fe4_wide_t;

#define FE4_INLINE static inline __attribute__((always_inline))

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

// -----------------------------------------------------------------------------
// Bounds
// -----------------------------------------------------------------------------

#if defined(MOORING_CHECK_BOUNDS) && MOORING_CHECK_BOUNDS
FE4_INLINE void fe4_check_limbs(const __m256i limb[kFe4Limbs], uint64_t below) {
  const __m256i bound = _mm256_set1_epi64x((int64_t)below);
  for (int i = 0; i < kFe4Limbs; i++) {
    if (_mm256_cmpge_epu64_mask(limb[i], bound) != 0) {
      __builtin_trap();
    }
  }
}
#else
FE4_INLINE void fe4_check_limbs(const __m256i limb[kFe4Limbs], uint64_t below) {
  (void)limb;
  (void)below;
}
#endif

FE4_INLINE void fe4_check_factor(const fe4_t *a) {
  fe4_check_limbs(a->limb, (UINT64_C(1) << 51) + (UINT64_C(1) << 16));
}

FE4_INLINE void fe4_check_product(const fe4_wide_t *a) {
  fe4_check_limbs(a->limb, UINT64_C(1) << 59);
}

// -----------------------------------------------------------------------------
// Lanes
// -----------------------------------------------------------------------------

FE4_INLINE __m256i fe4_add64(__m256i a, __m256i b) {
  return _mm256_add_epi64(a, b);
}

FE4_INLINE __m256i fe4_twice64(__m256i a) {
  return _mm256_add_epi64(a, a);
}

FE4_INLINE __m256i fe4_nine_times64(__m256i a) {
  return _mm256_add_epi64(a, _mm256_slli_epi64(a, 3));
}

// The low and the high 52 bits of a product, added to `sum`.
FE4_INLINE __m256i fe4_low(__m256i sum, __m256i a, __m256i b) {
  return _mm256_madd52lo_epu64(sum, a, b);
}

FE4_INLINE __m256i fe4_high(__m256i sum, __m256i a, __m256i b) {
  return _mm256_madd52hi_epu64(sum, a, b);
}

// NOLINTNEXTLINE(bugprone-macro-parentheses): it declares what it is given.
#define FE4_EACH_LIMB(i) for (int i = 0; i < kFe4Limbs; i++)

// Limb i of 2^10 p: a limb that exceeds every limb of a product.
FE4_INLINE __m256i fe4_bias(int i) {
  const int64_t ones = (INT64_C(1) << kFe4RadixBits) - 1;
  return _mm256_set1_epi64x((i == 0 ? ones - 18 : ones) << 10);
}

/**
 * Carries: any limbs below 2^62 become a factor's.
 *
 * All limbs at once, each into the next and the last, 19-fold, into the first:
 * carries are below 2^11, so that 2^51 + 19 * 2^11 bounds what comes out.
 */
FE4_INLINE void fe4_carry(fe4_t *out, const fe4_wide_t *a) {
  const __m256i mask = _mm256_set1_epi64x((INT64_C(1) << kFe4RadixBits) - 1);
  fe4_check_limbs(a->limb, UINT64_C(1) << 62);
  __m256i carry[kFe4Limbs];
  FE4_EACH_LIMB(i) {
    carry[i] = _mm256_srli_epi64(a->limb[i], kFe4RadixBits);
  }
  out->limb[0] = fe4_low(_mm256_and_si256(a->limb[0], mask), carry[4],
                         _mm256_set1_epi64x(19));
  for (int i = 1; i < kFe4Limbs; i++) {
    out->limb[i] = fe4_add64(_mm256_and_si256(a->limb[i], mask), carry[i - 1]);
  }
}

// -----------------------------------------------------------------------------
// Products
// -----------------------------------------------------------------------------

// A product of limbs i and j is low + 2^52 high, so its high half counts twice
// in column i + j + 1. Columns 5 to 9, w[0] to w[4], come back 19-fold:
//
//   column k = (low_k + w_k) + 2 (high_(k-1) + 9 w_k)
//
// Sums that begin with w_k instead of 0 save additions: those take up the
// multiplier's ports too, and ports are what bounds this.
//
// Bounds: w_k is at most 4 low halves and 5 doubled high ones, so 6.5 2^52, and
// 19 times that and 5 low halves more are below 2^59.

/** Multiplies factors; limbs of the product are below 2^59. */
FE4_INLINE void fe4_mul_wide(fe4_wide_t *out, const fe4_t *a, const fe4_t *b) {
  fe4_check_factor(a);
  fe4_check_factor(b);
  const __m256i zero = _mm256_setzero_si256();
  const __m256i a0 = a->limb[0];
  const __m256i a1 = a->limb[1];
  const __m256i a2 = a->limb[2];
  const __m256i a3 = a->limb[3];
  const __m256i a4 = a->limb[4];
  const __m256i b0 = b->limb[0];
  const __m256i b1 = b->limb[1];
  const __m256i b2 = b->limb[2];
  const __m256i b3 = b->limb[3];
  const __m256i b4 = b->limb[4];
  // The order is one of many that were tried for the least latency: what leads
  // to limb 4 first, whose carry has the longest way.
  __m256i high8 = fe4_high(zero, a4, b4);
  const __m256i w4 = fe4_twice64(high8);
  const __m256i nine4 = fe4_nine_times64(w4);
  __m256i high4 = fe4_high(zero, a1, b3);
  __m256i low5 = fe4_low(zero, a4, b1);
  __m256i low7 = fe4_low(zero, a3, b4);
  __m256i low4 = fe4_low(w4, a1, b3);
  __m256i high3 = fe4_high(nine4, a1, b2);
  __m256i high6 = fe4_high(zero, a2, b4);
  __m256i low6 = fe4_low(zero, a2, b4);
  __m256i high7 = fe4_high(zero, a3, b4);
  __m256i high5 = fe4_high(zero, a1, b4);
  __m256i low8 = fe4_low(zero, a4, b4);
  high4 = fe4_high(high4, a2, b2);
  low5 = fe4_low(low5, a1, b4);
  low7 = fe4_low(low7, a4, b3);
  low4 = fe4_low(low4, a2, b2);
  high3 = fe4_high(high3, a2, b1);
  high6 = fe4_high(high6, a3, b3);
  low6 = fe4_low(low6, a3, b3);
  high7 = fe4_high(high7, a4, b3);
  const __m256i w3 = fe4_add64(low8, fe4_twice64(high7));
  const __m256i nine3 = fe4_nine_times64(w3);
  high5 = fe4_high(high5, a2, b3);
  __m256i low3 = fe4_low(w3, a1, b2);
  __m256i high2 = fe4_high(nine3, a1, b1);
  high4 = fe4_high(high4, a3, b1);
  low5 = fe4_low(low5, a2, b3);
  low4 = fe4_low(low4, a3, b1);
  high3 = fe4_high(high3, a0, b3);
  high6 = fe4_high(high6, a4, b2);
  const __m256i w2 = fe4_add64(low7, fe4_twice64(high6));
  const __m256i nine2 = fe4_nine_times64(w2);
  low6 = fe4_low(low6, a4, b2);
  high5 = fe4_high(high5, a3, b2);
  low3 = fe4_low(low3, a2, b1);
  high2 = fe4_high(high2, a2, b0);
  __m256i low2 = fe4_low(w2, a1, b1);
  __m256i high1 = fe4_high(nine2, a0, b1);
  high4 = fe4_high(high4, a0, b4);
  low5 = fe4_low(low5, a3, b2);
  low4 = fe4_low(low4, a0, b4);
  high3 = fe4_high(high3, a3, b0);
  high5 = fe4_high(high5, a4, b1);
  const __m256i w1 = fe4_add64(low6, fe4_twice64(high5));
  const __m256i nine1 = fe4_nine_times64(w1);
  low3 = fe4_low(low3, a0, b3);
  high2 = fe4_high(high2, a0, b2);
  low2 = fe4_low(low2, a0, b2);
  __m256i low1 = fe4_low(w1, a0, b1);
  __m256i high0 = fe4_high(nine1, a0, b0);
  high1 = fe4_high(high1, a1, b0);
  high4 = fe4_high(high4, a4, b0);
  const __m256i w0 = fe4_add64(low5, fe4_twice64(high4));
  const __m256i nine0 = fe4_nine_times64(w0);
  low4 = fe4_low(low4, a4, b0);
  low3 = fe4_low(low3, a3, b0);
  low2 = fe4_low(low2, a2, b0);
  low1 = fe4_low(low1, a1, b0);
  __m256i low0 = fe4_low(w0, a0, b0);
  out->limb[4] = fe4_add64(low4, fe4_twice64(high3));
  out->limb[0] = fe4_add64(low0, fe4_twice64(nine0));
  out->limb[1] = fe4_add64(low1, fe4_twice64(high0));
  out->limb[2] = fe4_add64(low2, fe4_twice64(high1));
  out->limb[3] = fe4_add64(low3, fe4_twice64(high2));
  fe4_check_product(out);
}

/** Squares a factor; limbs of the square are below 2^59. */
FE4_INLINE void fe4_sq_wide(fe4_wide_t *out, const fe4_t *a) {
  fe4_check_factor(a);
  const __m256i zero = _mm256_setzero_si256();
  const __m256i a0 = a->limb[0];
  const __m256i a1 = a->limb[1];
  const __m256i a2 = a->limb[2];
  const __m256i a3 = a->limb[3];
  const __m256i a4 = a->limb[4];
  // What counts once (squares' low halves), twice (their high halves, and other
  // low halves) and four times (other high halves) in a column.
  __m256i two5 = fe4_low(zero, a1, a4);
  const __m256i four7 = fe4_high(zero, a2, a4);
  __m256i four6 = fe4_high(zero, a1, a4);
  const __m256i four8 = fe4_high(zero, a3, a4);
  const __m256i two6 = fe4_low(zero, a2, a4);
  __m256i two7 = fe4_low(zero, a3, a4);
  four6 = fe4_high(four6, a2, a3);
  const __m256i once8 = fe4_low(zero, a4, a4);
  __m256i four5 = fe4_high(zero, a1, a3);
  two7 = fe4_high(two7, a3, a3);
  four5 = fe4_high(four5, a0, a4);
  const __m256i half8 = fe4_twice64(four8);
  two5 = fe4_low(two5, a2, a3);
  const __m256i two9 = fe4_high(zero, a4, a4);
  const __m256i half6 = fe4_add64(two6, fe4_twice64(four6));
  const __m256i half7 = fe4_add64(two7, fe4_twice64(four7));
  __m256i four4 = fe4_high(zero, a1, a2);
  two5 = fe4_high(two5, a2, a2);
  const __m256i once6 = fe4_low(zero, a3, a3);
  const __m256i w1 = fe4_add64(once6, fe4_twice64(half6));
  const __m256i w2 = fe4_twice64(half7);
  const __m256i w3 = fe4_add64(once8, fe4_twice64(half8));
  const __m256i w4 = fe4_twice64(two9);
  __m256i two3 = fe4_low(zero, a1, a2);
  __m256i two4 = fe4_low(zero, a1, a3);
  const __m256i half5 = fe4_add64(two5, fe4_twice64(four5));
  const __m256i four2 = fe4_high(zero, a0, a1);
  four4 = fe4_high(four4, a0, a3);
  const __m256i w0 = fe4_twice64(half5);
  const __m256i four3 = fe4_high(zero, a0, a2);
  two4 = fe4_low(two4, a0, a4);
  two3 = fe4_low(two3, a0, a3);
  const __m256i two2 = fe4_low(zero, a0, a2);
  two3 = fe4_high(two3, a1, a1);
  __m256i two1 = fe4_low(zero, a0, a1);
  two1 = fe4_high(two1, a0, a0);
  const __m256i once4 = fe4_low(w4, a2, a2);
  const __m256i once0 = fe4_low(w0, a0, a0);
  const __m256i once2 = fe4_low(w2, a1, a1);
  out->limb[4] = fe4_add64(
      once4, fe4_twice64(fe4_add64(fe4_add64(two4, fe4_twice64(four4)),
                                   fe4_nine_times64(w4))));
  out->limb[3] =
      fe4_add64(w3, fe4_twice64(fe4_add64(fe4_add64(two3, fe4_twice64(four3)),
                                          fe4_nine_times64(w3))));
  out->limb[2] = fe4_add64(
      once2, fe4_twice64(fe4_add64(fe4_add64(two2, fe4_twice64(four2)),
                                   fe4_nine_times64(w2))));
  out->limb[1] =
      fe4_add64(w1, fe4_twice64(fe4_add64(two1, fe4_nine_times64(w1))));
  out->limb[0] = fe4_add64(once0, fe4_twice64(fe4_nine_times64(w0)));
  fe4_check_product(out);
}

FE4_INLINE void fe4_mul(fe4_t *out, const fe4_t *a, const fe4_t *b) {
  fe4_wide_t product;
  fe4_mul_wide(&product, a, b);
  fe4_carry(out, &product);
}

FE4_INLINE void fe4_sq(fe4_t *out, const fe4_t *a) {
  fe4_wide_t square;
  fe4_sq_wide(&square, a);
  fe4_carry(out, &square);
}

/** Multiplies by a constant below 2^19 in each lane; limbs below 2^54. */
FE4_INLINE void fe4_mul_small_wide(fe4_wide_t *out, const fe4_t *a,
                                   __m256i constants) {
  fe4_check_factor(a);
  const __m256i zero = _mm256_setzero_si256();
  __m256i high[kFe4Limbs];
  FE4_EACH_LIMB(i) {
    high[i] = fe4_twice64(fe4_high(zero, a->limb[i], constants));
    out->limb[i] = fe4_low(zero, a->limb[i], constants);
  }
  // The high halves are below 2^18, so 19 times them is an exact low half.
  out->limb[0] = fe4_low(out->limb[0], high[4], _mm256_set1_epi64x(19));
  for (int i = 1; i < kFe4Limbs; i++) {
    out->limb[i] = fe4_add64(out->limb[i], high[i - 1]);
  }
}

// -----------------------------------------------------------------------------
// Sums
// -----------------------------------------------------------------------------

FE4_INLINE void fe4_add_wide(fe4_wide_t *out, const fe4_t *a, const fe4_t *b) {
  FE4_EACH_LIMB(i) {
    out->limb[i] = fe4_add64(a->limb[i], b->limb[i]);
  }
}

/** a - b + 2^10 p */
FE4_INLINE void fe4_sub_wide(fe4_wide_t *out, const fe4_t *a, const fe4_t *b) {
  FE4_EACH_LIMB(i) {
    out->limb[i] =
        fe4_add64(a->limb[i], _mm256_sub_epi64(fe4_bias(i), b->limb[i]));
  }
}

/** Limb i of an element whose limbs are a product's, negated where `lanes`. */
FE4_INLINE __m256i fe4_negate_limb(int i, __m256i limb, __mmask8 lanes) {
  return _mm256_mask_sub_epi64(limb, lanes, fe4_bias(i), limb);
}

/** Each limb of the unique representative below p. */
FE4_INLINE void fe4_freeze(fe4_t *out, const fe4_t *a) {
  const __m256i mask = _mm256_set1_epi64x((INT64_C(1) << kFe4RadixBits) - 1);
  const __m256i nineteen = _mm256_set1_epi64x(19);
  fe4_check_factor(a);
  fe4_t b = *a;
  // The first round leaves a value below 2^255 + 2^6, the second one below
  // 2^255; the third adds 19, drops what exceeds 2^255 and tells whether there
  // was any: then the value was at least p.
  for (int round = 0; round < 3; round++) {
    fe4_t sum = b;
    if (round == 2) {
      sum.limb[0] = fe4_add64(sum.limb[0], nineteen);
    }
    for (int i = 0; i < kFe4Limbs - 1; i++) {
      sum.limb[i + 1] = fe4_add64(
          sum.limb[i + 1], _mm256_srli_epi64(sum.limb[i], kFe4RadixBits));
      sum.limb[i] = _mm256_and_si256(sum.limb[i], mask);
    }
    const __m256i carry = _mm256_srli_epi64(sum.limb[4], kFe4RadixBits);
    sum.limb[4] = _mm256_and_si256(sum.limb[4], mask);
    if (round < 2) {
      sum.limb[0] = fe4_low(sum.limb[0], carry, nineteen);
      b = sum;
    } else {
      const __mmask8 reduce = _mm256_test_epi64_mask(carry, carry);
      FE4_EACH_LIMB(i) {
        out->limb[i] = _mm256_mask_mov_epi64(b.limb[i], reduce, sum.limb[i]);
      }
    }
  }
}

/** The lanes that are 0 modulo p. */
FE4_INLINE __mmask8 fe4_zero_lanes(const fe4_t *a) {
  fe4_t frozen;
  fe4_freeze(&frozen, a);
  __m256i any = frozen.limb[0];
  for (int i = 1; i < kFe4Limbs; i++) {
    any = _mm256_or_si256(any, frozen.limb[i]);
  }
  return _mm256_testn_epi64_mask(any, any);
}

MOORING_TARGET_END

#endif  // MOORING_X86_64

#endif  // MOORING_CORE_X86_64_FE4_IFMA_H_
