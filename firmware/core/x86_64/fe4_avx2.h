// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// GF(p), p = 2^255 - 19, four elements side by side with AVX2.
//
// An element is ten limbs of 26 and 25 bits in turn, each in the lower half of
// a 64-bit lane: VPMULUDQ multiplies those halves. Sums are made before the
// carry as in fe8.h, whose words are used here:
//
//   a factor   limbs below 2^26 + 2^17 and 2^25 + 2^17; the lower 32 bits count
//   a unit     a sum whose columns are below 2^59: any product or square
//   raised     plus a multiple of p whose columns are 2 to 2.1 units, so that
//              up to two units can be subtracted column by column
//
// All sums stay below 2^63, which is what fe4_carry() takes. A build with
// MOORING_CHECK_BOUNDS asserts these bounds.

#ifndef MOORING_CORE_X86_64_FE4_AVX2_H_
#define MOORING_CORE_X86_64_FE4_AVX2_H_

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>
#include <stdint.h>

#if defined(MOORING_CHECK_BOUNDS)
#include <assert.h>
#endif

MOORING_TARGET_BEGIN(MOORING_TARGET_AVX2)

enum {
  kFe4Limbs = 10,
  kFe4Lanes = 4,
  kFe4Pairs = kFe4Limbs / 2,  // an even limb and the odd one above it
  kFe4PairBits = 51,
  kFe4EvenBits = 26,
  kFe4OddBits = 25,
};

/** Four factors: what can be multiplied. */
typedef struct fe4 {
  __m256i limb[kFe4Limbs];
} fe4_t;

/** Four sums of products, not carried. */
typedef struct fe4_sum {
  __m256i limb[kFe4Limbs];
} fe4_sum_t;

/** Four elements in half the space: two limbs to a word. */
typedef struct fe4_packed {
  __m256i pair[kFe4Pairs];
} fe4_packed_t;

/** A truth value for each lane, all ones or all zeros. */
typedef __m256i fe4_mask_t;

/** Where each lane finds its element, counted in 64-bit words. */
typedef __m256i fe4_index_t;

#define FE4_INLINE __attribute__((always_inline)) static inline

// Rows of products must become straight lines for their sums to be registers.
#if defined(__clang__)
#define FE4_UNROLL _Pragma("unroll")
#else
#define FE4_UNROLL _Pragma("GCC unroll 10")
#endif

// A compiler free to do so forms all products of a sum first, and stores them
// for want of registers; this makes it add up row by row.
FE4_INLINE void fe4_settle(__m256i column[kFe4Limbs]) {
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    __asm__("" : "+x"(column[i]));
  }
}

FE4_INLINE __m256i fe4_constant(uint64_t value) {
  return _mm256_set1_epi64x((int64_t)value);
}

FE4_INLINE unsigned fe4_bits(unsigned limb) {
  return limb % 2 == 0 ? kFe4EvenBits : kFe4OddBits;
}

FE4_INLINE __m256i fe4_limb_mask(unsigned limb) {
  return fe4_constant((UINT64_C(1) << fe4_bits(limb)) - 1);
}

// -----------------------------------------------------------------------------
// Bounds
// -----------------------------------------------------------------------------

#if defined(MOORING_CHECK_BOUNDS)
// For bounds up to 2^63, so that signed comparison serves.
FE4_INLINE void fe4_check_below(__m256i limb, uint64_t bound) {
  const __m256i outside =
      _mm256_or_si256(limb, _mm256_cmpgt_epi64(limb, fe4_constant(bound - 1)));
  assert(_mm256_movemask_pd(_mm256_castsi256_pd(outside)) == 0);
}

FE4_INLINE void fe4_check_factor(const fe4_t *a) {
  const __m256i low = fe4_constant(UINT32_MAX);
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    fe4_check_below(_mm256_and_si256(a->limb[i], low),
                    (UINT64_C(1) << fe4_bits(i)) + (1 << 17));
  }
}

FE4_INLINE void fe4_check_sum(const fe4_sum_t *a, unsigned bits) {
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    fe4_check_below(a->limb[i], UINT64_C(1) << bits);
  }
}
#else
FE4_INLINE void fe4_check_factor(const fe4_t *a) {
  (void)a;
}

FE4_INLINE void fe4_check_sum(const fe4_sum_t *a, unsigned bits) {
  (void)a;
  (void)bits;
}
#endif

// -----------------------------------------------------------------------------
// Sums
// -----------------------------------------------------------------------------

FE4_INLINE fe4_sum_t fe4_add(const fe4_sum_t *a, const fe4_sum_t *b) {
  fe4_sum_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = _mm256_add_epi64(a->limb[i], b->limb[i]);
  }
  fe4_check_sum(&out, 63);
  return out;
}

/** a - b, where `a` is raised above every column of `b`. */
FE4_INLINE fe4_sum_t fe4_subtract(const fe4_sum_t *a, const fe4_sum_t *b) {
  fe4_sum_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = _mm256_sub_epi64(a->limb[i], b->limb[i]);
  }
  fe4_check_sum(&out, 63);
  return out;
}

// What raises a sum: a multiple of p with columns from 2^60 on.
static const uint64_t kFe4Raise[kFe4Limbs] = {
    0x1000000003ffd9ed, 0x1000000001ffd9ff, 0x1000000003fffdff,
    0x1000000001fffdff, 0x1000000003fffdff, 0x1000000001fffdff,
    0x1000000003fffdff, 0x1000000001fffdff, 0x1000000003fffdff,
    0x1000000001fffdff};

/** A multiple of p as a raised sum. */
FE4_INLINE fe4_sum_t fe4_raised_zero(void) {
  fe4_sum_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = fe4_constant(kFe4Raise[i]);
  }
  return out;
}

/** A factor as a sum, of far less than one unit. */
FE4_INLINE fe4_sum_t fe4_widen(const fe4_t *a) {
  fe4_sum_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = _mm256_and_si256(a->limb[i], fe4_constant(UINT32_MAX));
  }
  return out;
}

// Carries out of `limb` into the next, and 19-fold from the last into the
// first.
FE4_INLINE void fe4_carry_step(__m256i limb[kFe4Limbs], unsigned from) {
  const unsigned to = (from + 1) % kFe4Limbs;
  const __m256i carry = _mm256_srli_epi64(limb[from], (int)fe4_bits(from));
  limb[from] = _mm256_and_si256(limb[from], fe4_limb_mask(from));
  limb[to] = _mm256_add_epi64(limb[to], carry);
  if (to == 0) {
    limb[to] = _mm256_add_epi64(limb[to],
                                _mm256_add_epi64(_mm256_slli_epi64(carry, 4),
                                                 _mm256_slli_epi64(carry, 1)));
  }
}

/** Makes a factor of a sum below 2^63. */
FE4_INLINE fe4_t fe4_carry(const fe4_sum_t *a) {
  // Two chains, from limb 0 and from limb 5, each ending one step into the
  // other's beginning: no wait is longer than six steps.
  fe4_t out;
  fe4_check_sum(a, 63);
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = a->limb[i];
  }
  FE4_UNROLL
  for (unsigned i = 0; i < 6; i++) {
    fe4_carry_step(out.limb, i);
    fe4_carry_step(out.limb, (i + 5) % kFe4Limbs);
  }
  fe4_check_factor(&out);
  return out;
}

// -----------------------------------------------------------------------------
// Products
// -----------------------------------------------------------------------------

FE4_INLINE fe4_sum_t fe4_multiply_from(const fe4_sum_t *start, const fe4_t *a,
                                       const fe4_t *b) {
  // Odd limbs weigh half a bit more than their radix says: two of them count
  // twice. What is above 2^255 comes back 19-fold.
  const __m256i nineteen = fe4_constant(19);
  fe4_sum_t out = *start;
  __m256i b19[kFe4Limbs];
  fe4_check_factor(a);
  fe4_check_factor(b);
  FE4_UNROLL
  for (unsigned i = 1; i < kFe4Limbs; i++) {
    b19[i] = _mm256_mul_epu32(b->limb[i], nineteen);
  }
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    const __m256i once = a->limb[i];
    const __m256i twice = _mm256_add_epi64(once, once);
    FE4_UNROLL
    for (unsigned j = 0; j < kFe4Limbs; j++) {
      const __m256i x = (i & j & 1) != 0 ? twice : once;
      const __m256i y = i + j < kFe4Limbs ? b->limb[j] : b19[j];
      __m256i *const column = &out.limb[(i + j) % kFe4Limbs];
      *column = _mm256_add_epi64(*column, _mm256_mul_epu32(x, y));
    }
    fe4_settle(out.limb);
  }
  return out;
}

FE4_INLINE fe4_sum_t fe4_square_from(const fe4_sum_t *start, const fe4_t *a) {
  // As above; products of two different limbs count twice.
  const __m256i nineteen = fe4_constant(19);
  fe4_sum_t out = *start;
  __m256i a19[kFe4Limbs];
  fe4_check_factor(a);
  FE4_UNROLL
  for (unsigned i = 5; i < kFe4Limbs; i++) {
    a19[i] = _mm256_mul_epu32(a->limb[i], nineteen);
  }
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    const __m256i once = a->limb[i];
    const __m256i twice = _mm256_add_epi64(once, once);
    const __m256i four_times = _mm256_add_epi64(twice, twice);
    FE4_UNROLL
    for (unsigned j = i; j < kFe4Limbs; j++) {
      const __m256i single = i == j ? once : twice;
      const __m256i weighed = i == j ? twice : four_times;
      const __m256i x = (i & j & 1) != 0 ? weighed : single;
      const __m256i y = i + j < kFe4Limbs ? a->limb[j] : a19[j];
      __m256i *const column = &out.limb[(i + j) % kFe4Limbs];
      *column = _mm256_add_epi64(*column, _mm256_mul_epu32(x, y));
    }
    fe4_settle(out.limb);
  }
  return out;
}

FE4_INLINE fe4_sum_t fe4_zero(void) {
  fe4_sum_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = _mm256_setzero_si256();
  }
  return out;
}

/** a b, one unit. */
FE4_INLINE fe4_sum_t fe4_multiply(const fe4_t *a, const fe4_t *b) {
  const fe4_sum_t start = fe4_zero();
  return fe4_multiply_from(&start, a, b);
}

/** a b, raised, at no further cost. */
FE4_INLINE fe4_sum_t fe4_multiply_raised(const fe4_t *a, const fe4_t *b) {
  const fe4_sum_t start = fe4_raised_zero();
  return fe4_multiply_from(&start, a, b);
}

/** a^2, one unit. */
FE4_INLINE fe4_sum_t fe4_square(const fe4_t *a) {
  const fe4_sum_t start = fe4_zero();
  return fe4_square_from(&start, a);
}

/** a^2, raised, at no further cost. */
FE4_INLINE fe4_sum_t fe4_square_raised(const fe4_t *a) {
  const fe4_sum_t start = fe4_raised_zero();
  return fe4_square_from(&start, a);
}

// -----------------------------------------------------------------------------
// Between lanes and bytes
// -----------------------------------------------------------------------------

#define FE4_PAIR_MASK ((UINT64_C(1) << kFe4PairBits) - 1)
#define FE4_EVEN_MASK ((UINT64_C(1) << kFe4EvenBits) - 1)
#define FE4_PAIR(bits) \
  (((bits) & FE4_EVEN_MASK) | (((bits) & FE4_PAIR_MASK) >> kFe4EvenBits) << 32)

/** The pairs of four 64-bit words, an initialiser. */
#define FE4_PAIRS(w0, w1, w2, w3)        \
  {                                      \
      FE4_PAIR(w0),                      \
      FE4_PAIR((w0) >> 51 | (w1) << 13), \
      FE4_PAIR((w1) >> 38 | (w2) << 26), \
      FE4_PAIR((w2) >> 25 | (w3) << 39), \
      FE4_PAIR((w3) >> 12),              \
  }

/** The same canonical element, four words of it, in all lanes. */
FE4_INLINE fe4_t fe4_set(const uint64_t words[4]) {
  const uint64_t pairs[kFe4Pairs] =
      FE4_PAIRS(words[0], words[1], words[2], words[3]);
  fe4_t out;
  for (unsigned i = 0; i < kFe4Pairs; i++) {
    out.limb[2 * i] = fe4_constant(pairs[i] & UINT32_MAX);
    out.limb[2 * i + 1] = fe4_constant(pairs[i] >> 32);
  }
  return out;
}

/** Reads 255 bits a lane, word by word; bit 255 is ignored. */
FE4_INLINE fe4_t fe4_from_words(const uint64_t words[4][kFe4Lanes]) {
  __m256i word[4];
  __m256i pair[kFe4Pairs];
  fe4_t out;
  for (unsigned i = 0; i < 4; i++) {
    word[i] = _mm256_loadu_si256((const __m256i *)words[i]);
  }
  pair[0] = word[0];
  for (int i = 1; i < 4; i++) {
    pair[i] = _mm256_or_si256(_mm256_srli_epi64(word[i - 1], 64 - 13 * i),
                              _mm256_slli_epi64(word[i], 13 * i));
  }
  pair[4] = _mm256_srli_epi64(word[3], 12);
  for (unsigned i = 0; i < kFe4Pairs; i++) {
    const __m256i bits = _mm256_and_si256(pair[i], fe4_constant(FE4_PAIR_MASK));
    out.limb[2 * i] = _mm256_and_si256(bits, fe4_limb_mask(0));
    out.limb[2 * i + 1] = _mm256_srli_epi64(bits, kFe4EvenBits);
  }
  return out;
}

/** In each lane `a` where the mask is set, else `b`. */
FE4_INLINE fe4_t fe4_select(fe4_mask_t mask, const fe4_t *a, const fe4_t *b) {
  fe4_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = _mm256_blendv_epi8(b->limb[i], a->limb[i], mask);
  }
  return out;
}

/** A sum of up to two units, negated where the mask is set; then raised. */
FE4_INLINE fe4_sum_t fe4_negate_where(fe4_mask_t mask, const fe4_sum_t *a) {
  const fe4_sum_t raise = fe4_raised_zero();
  fe4_sum_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    const __m256i negated = _mm256_sub_epi64(raise.limb[i], a->limb[i]);
    out.limb[i] = _mm256_blendv_epi8(a->limb[i], negated, mask);
  }
  return out;
}

// The residues of factors, each limb within its bits.
FE4_INLINE fe4_sum_t fe4_canonical(const fe4_t *a) {
  // A factor is below 2p. With 19 more, bit 255 says whether to subtract p:
  // that is to add 19 and to drop the bit.
  fe4_sum_t out = fe4_widen(a);
  __m256i carry = fe4_constant(19);
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    carry = _mm256_srli_epi64(_mm256_add_epi64(out.limb[i], carry),
                              (int)fe4_bits(i));
  }
  carry = _mm256_mul_epu32(carry, fe4_constant(19));
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Limbs; i++) {
    out.limb[i] = _mm256_add_epi64(out.limb[i], carry);
    carry = _mm256_srli_epi64(out.limb[i], (int)fe4_bits(i));
    out.limb[i] = _mm256_and_si256(out.limb[i], fe4_limb_mask(i));
  }
  return out;
}

/** Where a sum is 0 modulo p. */
FE4_INLINE fe4_mask_t fe4_is_zero(const fe4_sum_t *a) {
  const fe4_t carried = fe4_carry(a);
  const fe4_sum_t value = fe4_canonical(&carried);
  __m256i any = value.limb[0];
  for (unsigned i = 1; i < kFe4Limbs; i++) {
    any = _mm256_or_si256(any, value.limb[i]);
  }
  return _mm256_cmpeq_epi64(any, _mm256_setzero_si256());
}

/** Where a factor's residue is odd. */
FE4_INLINE fe4_mask_t fe4_is_odd(const fe4_t *a) {
  const fe4_sum_t value = fe4_canonical(a);
  const __m256i one = fe4_constant(1);
  return _mm256_cmpeq_epi64(_mm256_and_si256(value.limb[0], one), one);
}

/** Packs factors. */
FE4_INLINE fe4_packed_t fe4_pack(const fe4_t *a) {
  fe4_packed_t out;
  for (unsigned i = 0; i < kFe4Pairs; i++) {
    out.pair[i] = _mm256_or_si256(a->limb[2 * i],
                                  _mm256_slli_epi64(a->limb[2 * i + 1], 32));
  }
  return out;
}

/** The elements at `index` in a table of pairs, `stride` words apart. */
FE4_INLINE fe4_t fe4_gather(const uint64_t *table, fe4_index_t index,
                            unsigned stride) {
  fe4_t out;
  FE4_UNROLL
  for (unsigned i = 0; i < kFe4Pairs; i++) {
    out.limb[2 * i] = _mm256_i64gather_epi64(
        (const long long *)(table + i * stride), index, 8);
    out.limb[2 * i + 1] = _mm256_srli_epi64(out.limb[2 * i], 32);
  }
  return out;
}

MOORING_TARGET_END

#endif

#endif  // MOORING_CORE_X86_64_FE4_AVX2_H_
