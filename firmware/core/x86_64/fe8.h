// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// GF(p), p = 2^255 - 19, eight elements side by side with AVX-512 IFMA.
//
// An element is five limbs of 52 bits, and each zmm register holds one limb of
// all eight. VPMADD52 adds the lower or the upper half of a 52-bit product to a
// 64-bit sum, so products fall exactly on this radix; what it costs is that no
// limb has room for a sum. Sums are therefore made before the carry: a product
// is left as five wide columns (fe8_sum_t), columns are added and subtracted as
// they are, and one carry turns the result into a factor (fe8_t). A formula
// then has as many carries as it has factors, and none for its sums.
//
//   a factor   limbs 0 to 3: the lower 52 bits count, whatever is above them;
//              limb 4 below 2^47 + 2^12
//   a unit     a sum whose columns are below 2^56: any product or square
//   raised     plus a multiple of p whose columns are 2 to 2.1 units, so that
//              up to two units can be subtracted column by column
//
// All sums stay below 2^61, of which fe8_carry() would take 2^63. A build with
// MOORING_CHECK_BOUNDS asserts these bounds.
//
// Everything but VPMADD52 itself competes for the same two ports, so what is
// counted here is vector instructions: 67 for a product (50 of them VPMADD52),
// 54 for a square (30), 11 for a carry, 5 for a sum or a difference.

#ifndef MOORING_CORE_X86_64_FE8_H_
#define MOORING_CORE_X86_64_FE8_H_

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>
#include <stdint.h>

#if defined(MOORING_CHECK_BOUNDS)
#include <assert.h>
#endif

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

enum {
  kFe8Limbs = 5,
  kFe8Lanes = 8,
  kFe8LimbBits = 52,
  kFe8TopBits = 255 - 4 * kFe8LimbBits,
};

/** Eight factors: what can be multiplied. */
typedef struct fe8 {
  __m512i limb[kFe8Limbs];
} fe8_t;

/** Eight sums of products, not carried. */
typedef struct fe8_sum {
  __m512i limb[kFe8Limbs];
} fe8_sum_t;

#define FE8_INLINE __attribute__((always_inline)) static inline

// -----------------------------------------------------------------------------
// Bounds
// -----------------------------------------------------------------------------

#if defined(MOORING_CHECK_BOUNDS)
FE8_INLINE void fe8_check_below(__m512i limb, uint64_t bound) {
  assert(_mm512_cmpge_epu64_mask(limb, _mm512_set1_epi64((int64_t)bound)) == 0);
}

FE8_INLINE void fe8_check_factor(const fe8_t *a) {
  fe8_check_below(a->limb[4], (UINT64_C(1) << kFe8TopBits) + (1 << 12));
}

FE8_INLINE void fe8_check_sum(const fe8_sum_t *a, unsigned bits) {
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    fe8_check_below(a->limb[i], UINT64_C(1) << bits);
  }
}
#else
FE8_INLINE void fe8_check_factor(const fe8_t *a) {
  (void)a;
}

FE8_INLINE void fe8_check_sum(const fe8_sum_t *a, unsigned bits) {
  (void)a;
  (void)bits;
}
#endif

// -----------------------------------------------------------------------------
// Sums
// -----------------------------------------------------------------------------

FE8_INLINE fe8_sum_t fe8_add(const fe8_sum_t *a, const fe8_sum_t *b) {
  fe8_sum_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_add_epi64(a->limb[i], b->limb[i]);
  }
  fe8_check_sum(&out, 61);
  return out;
}

/** a - b, where `a` is raised above every column of `b`. */
FE8_INLINE fe8_sum_t fe8_subtract(const fe8_sum_t *a, const fe8_sum_t *b) {
  fe8_sum_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_sub_epi64(a->limb[i], b->limb[i]);
  }
  fe8_check_sum(&out, 61);
  return out;
}

// Half of what raises a sum: a multiple of p with columns from 2^56 on. Twice
// it is even in every column, and half of that can start a doubled column.
static const uint64_t kFe8HalfRaise[kFe8Limbs] = {
    0x10fffffffffd9ed, 0x10fffffffffffef, 0x10fffffffffffef, 0x10fffffffffffef,
    0x1007fffffffffef};

FE8_INLINE __m512i fe8_constant(uint64_t value) {
  return _mm512_set1_epi64((int64_t)value);
}

/** A multiple of p as a raised sum. */
FE8_INLINE fe8_sum_t fe8_raised_zero(void) {
  fe8_sum_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = fe8_constant(2 * kFe8HalfRaise[i]);
  }
  return out;
}

/** A factor as a sum, of far less than one unit. */
FE8_INLINE fe8_sum_t fe8_widen(const fe8_t *a) {
  const __m512i mask = fe8_constant((UINT64_C(1) << kFe8LimbBits) - 1);
  fe8_sum_t out;
  for (unsigned i = 0; i < kFe8Limbs - 1; i++) {
    out.limb[i] = _mm512_and_si512(a->limb[i], mask);
  }
  out.limb[4] = a->limb[4];
  return out;
}

/** Makes a factor of a sum below 2^63. */
FE8_INLINE fe8_t fe8_carry(const fe8_sum_t *a) {
  // What is above bit 255 comes back 19-fold first; then the carries go up in
  // turn. They need not be taken out of the limbs they leave, because VPMADD52
  // reads 52 bits; only limb 4 has room for what is left.
  const __m512i mask = fe8_constant((UINT64_C(1) << kFe8TopBits) - 1);
  const __m512i nineteen = fe8_constant(19);
  fe8_check_sum(a, 63);
  fe8_t out;
  const __m512i above = _mm512_srli_epi64(a->limb[4], kFe8TopBits);
  out.limb[0] = _mm512_madd52lo_epu64(a->limb[0], above, nineteen);
  out.limb[1] = _mm512_add_epi64(a->limb[1],
                                 _mm512_srli_epi64(out.limb[0], kFe8LimbBits));
  out.limb[2] = _mm512_add_epi64(a->limb[2],
                                 _mm512_srli_epi64(out.limb[1], kFe8LimbBits));
  out.limb[3] = _mm512_add_epi64(a->limb[3],
                                 _mm512_srli_epi64(out.limb[2], kFe8LimbBits));
  out.limb[4] = _mm512_add_epi64(_mm512_and_si512(a->limb[4], mask),
                                 _mm512_srli_epi64(out.limb[3], kFe8LimbBits));
  fe8_check_factor(&out);
  return out;
}

// -----------------------------------------------------------------------------
// Products
// -----------------------------------------------------------------------------

// column[i + j], column[i + j + 1] += the halves of a b.
#define FE8_MADD(column, index, a, b)                               \
  do {                                                              \
    (column)[index] = _mm512_madd52lo_epu64((column)[index], a, b); \
    (column)[(index) + 1] =                                         \
        _mm512_madd52hi_epu64((column)[(index) + 1], a, b);         \
  } while (0)

// Ten columns to five: 2^260 = 608 (mod p). The upper columns are carried
// first, so that VPMADD52 may read them. Column 9 is below 2^42 + 2^8: the
// upper half of its 608-fold is 0.
FE8_INLINE fe8_sum_t fe8_fold(__m512i column[2 * kFe8Limbs]) {
  const __m512i fold = fe8_constant(19 << 5);
  fe8_sum_t out;
  for (unsigned i = kFe8Limbs; i < 2 * kFe8Limbs - 1; i++) {
    column[i + 1] = _mm512_add_epi64(
        column[i + 1], _mm512_srli_epi64(column[i], kFe8LimbBits));
  }
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_madd52lo_epu64(column[i], column[i + kFe8Limbs], fold);
  }
  for (unsigned i = 1; i < kFe8Limbs; i++) {
    out.limb[i] =
        _mm512_madd52hi_epu64(out.limb[i], column[i + kFe8Limbs - 1], fold);
  }
#if defined(MOORING_CHECK_BOUNDS)
  fe8_check_below(column[9], (UINT64_C(1) << 52) / 608);
#endif
  return out;
}

FE8_INLINE fe8_sum_t fe8_multiply_from(const __m512i start[kFe8Limbs],
                                       const fe8_t *a, const fe8_t *b) {
  __m512i column[2 * kFe8Limbs];
  fe8_check_factor(a);
  fe8_check_factor(b);
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    column[i] = start[i];
    column[i + kFe8Limbs] = _mm512_setzero_si512();
  }
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    for (unsigned j = 0; j < kFe8Limbs; j++) {
      FE8_MADD(column, i + j, a->limb[i], b->limb[j]);
    }
  }
  return fe8_fold(column);
}

FE8_INLINE fe8_sum_t fe8_square_from(const __m512i half_start[kFe8Limbs],
                                     const fe8_t *a) {
  // Products of two different limbs count twice. The last limb is short enough
  // to be doubled beforehand; for the others the columns are doubled, before
  // the squares of limbs come in.
  __m512i column[2 * kFe8Limbs];
  const __m512i *const limb = a->limb;
  fe8_check_factor(a);
  const __m512i twice4 = _mm512_add_epi64(limb[4], limb[4]);
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    column[i] = half_start[i];
    column[i + kFe8Limbs] = _mm512_setzero_si512();
  }
  FE8_MADD(column, 1, limb[0], limb[1]);
  FE8_MADD(column, 2, limb[0], limb[2]);
  FE8_MADD(column, 3, limb[0], limb[3]);
  FE8_MADD(column, 3, limb[1], limb[2]);
  FE8_MADD(column, 4, limb[1], limb[3]);
  FE8_MADD(column, 5, limb[2], limb[3]);
  for (unsigned i = 1; i < 7; i++) {
    column[i] = _mm512_add_epi64(column[i], column[i]);
  }
  FE8_MADD(column, 0, limb[0], limb[0]);
  FE8_MADD(column, 2, limb[1], limb[1]);
  FE8_MADD(column, 4, limb[2], limb[2]);
  FE8_MADD(column, 6, limb[3], limb[3]);
  FE8_MADD(column, 4, limb[0], twice4);
  FE8_MADD(column, 5, limb[1], twice4);
  FE8_MADD(column, 6, limb[2], twice4);
  FE8_MADD(column, 7, limb[3], twice4);
  FE8_MADD(column, 8, limb[4], limb[4]);
  return fe8_fold(column);
}

/** a b, one unit. */
FE8_INLINE fe8_sum_t fe8_multiply(const fe8_t *a, const fe8_t *b) {
  __m512i start[kFe8Limbs];
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    start[i] = _mm512_setzero_si512();
  }
  return fe8_multiply_from(start, a, b);
}

/** a b, raised, at no further cost. */
FE8_INLINE fe8_sum_t fe8_multiply_raised(const fe8_t *a, const fe8_t *b) {
  __m512i start[kFe8Limbs];
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    start[i] = fe8_constant(2 * kFe8HalfRaise[i]);
  }
  return fe8_multiply_from(start, a, b);
}

/** a^2, one unit. */
FE8_INLINE fe8_sum_t fe8_square(const fe8_t *a) {
  __m512i start[kFe8Limbs];
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    start[i] = _mm512_setzero_si512();
  }
  return fe8_square_from(start, a);
}

/** a^2, raised, at no further cost. */
FE8_INLINE fe8_sum_t fe8_square_raised(const fe8_t *a) {
  __m512i start[kFe8Limbs];
  start[0] = fe8_constant(2 * kFe8HalfRaise[0]);
  for (unsigned i = 1; i < kFe8Limbs; i++) {
    start[i] = fe8_constant(kFe8HalfRaise[i]);
  }
  return fe8_square_from(start, a);
}

// -----------------------------------------------------------------------------
// Between lanes and bytes
// -----------------------------------------------------------------------------

/** A truth value for each lane. */
typedef __mmask8 fe8_mask_t;

/** Where each lane finds its element, counted in limbs. */
typedef __m512i fe8_index_t;

#define FE8_LIMB_MASK ((UINT64_C(1) << kFe8LimbBits) - 1)

/** The limbs of four 64-bit words, an initialiser. */
#define FE8_LIMBS(w0, w1, w2, w3)                \
  {                                              \
      (w0) & FE8_LIMB_MASK,                      \
      ((w0) >> 52 | (w1) << 12) & FE8_LIMB_MASK, \
      ((w1) >> 40 | (w2) << 24) & FE8_LIMB_MASK, \
      ((w2) >> 28 | (w3) << 36) & FE8_LIMB_MASK, \
      (w3) >> 16,                                \
  }

/** The same canonical element, four words of it, in all lanes. */
FE8_INLINE fe8_t fe8_set(const uint64_t words[4]) {
  const uint64_t limbs[kFe8Limbs] =
      FE8_LIMBS(words[0], words[1], words[2], words[3]);
  fe8_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = fe8_constant(limbs[i]);
  }
  return out;
}

/** Reads 255 bits a lane, word by word; bit 255 is ignored. */
FE8_INLINE fe8_t fe8_from_words(const uint64_t words[4][kFe8Lanes]) {
  const __m512i w0 = _mm512_loadu_si512(words[0]);
  const __m512i w1 = _mm512_loadu_si512(words[1]);
  const __m512i w2 = _mm512_loadu_si512(words[2]);
  const __m512i w3 = _mm512_loadu_si512(words[3]);
  const __m512i top = fe8_constant((UINT64_C(1) << kFe8TopBits) - 1);
  fe8_t out;
  // What stands above bit 52 of the lower limbs does not count.
  out.limb[0] = w0;
  out.limb[1] =
      _mm512_or_si512(_mm512_srli_epi64(w0, 52), _mm512_slli_epi64(w1, 12));
  out.limb[2] =
      _mm512_or_si512(_mm512_srli_epi64(w1, 40), _mm512_slli_epi64(w2, 24));
  out.limb[3] =
      _mm512_or_si512(_mm512_srli_epi64(w2, 28), _mm512_slli_epi64(w3, 36));
  out.limb[4] = _mm512_and_si512(_mm512_srli_epi64(w3, 16), top);
  return out;
}

/** In each lane `a` where the mask is set, else `b`. */
FE8_INLINE fe8_t fe8_select(fe8_mask_t mask, const fe8_t *a, const fe8_t *b) {
  fe8_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_mask_mov_epi64(b->limb[i], mask, a->limb[i]);
  }
  return out;
}

/** A sum of up to two units, negated where the mask is set; then raised. */
FE8_INLINE fe8_sum_t fe8_negate_where(fe8_mask_t mask, const fe8_sum_t *a) {
  const fe8_sum_t raise = fe8_raised_zero();
  fe8_sum_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] =
        _mm512_mask_sub_epi64(a->limb[i], mask, raise.limb[i], a->limb[i]);
  }
  return out;
}

/** Where a sum is 0 modulo p. */
FE8_INLINE fe8_mask_t fe8_is_zero(const fe8_sum_t *a) {
  // A factor is below 2p: it is 0 modulo p if it is 0 or p.
  const fe8_t carried = fe8_carry(a);
  const fe8_sum_t value = fe8_widen(&carried);
  const __m512i full = fe8_constant((UINT64_C(1) << kFe8LimbBits) - 1);
  __m512i any = value.limb[0];
  __m512i off_p = _mm512_xor_si512(
      value.limb[0], fe8_constant((UINT64_C(1) << kFe8LimbBits) - 19));
  for (unsigned i = 1; i < kFe8Limbs; i++) {
    const __m512i of_p =
        i < 4 ? full : fe8_constant((UINT64_C(1) << kFe8TopBits) - 1);
    any = _mm512_or_si512(any, value.limb[i]);
    off_p = _mm512_or_si512(off_p, _mm512_xor_si512(value.limb[i], of_p));
  }
  return (fe8_mask_t)(_mm512_testn_epi64_mask(any, any) |
                      _mm512_testn_epi64_mask(off_p, off_p));
}

/** Where a factor's residue is odd. */
FE8_INLINE fe8_mask_t fe8_is_odd(const fe8_t *a) {
  // With 19 more, bit 255 says whether p, which is odd, is to be subtracted.
  const fe8_sum_t value = fe8_widen(a);
  __m512i carry = _mm512_srli_epi64(
      _mm512_add_epi64(value.limb[0], fe8_constant(19)), kFe8LimbBits);
  for (unsigned i = 1; i < kFe8Limbs - 1; i++) {
    carry =
        _mm512_srli_epi64(_mm512_add_epi64(value.limb[i], carry), kFe8LimbBits);
  }
  carry =
      _mm512_srli_epi64(_mm512_add_epi64(value.limb[4], carry), kFe8TopBits);
  return _mm512_test_epi64_mask(_mm512_xor_si512(value.limb[0], carry),
                                fe8_constant(1));
}

/** The elements at `index` in a table of limbs, `stride` limbs apart. */
FE8_INLINE fe8_t fe8_gather(const void *table, fe8_index_t index,
                            unsigned stride) {
  fe8_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_i64gather_epi64(
        index, (const void *)((const uint64_t *)table + i * stride), 8);
  }
  return out;
}

MOORING_TARGET_END

#endif

#endif  // MOORING_CORE_X86_64_FE8_H_
