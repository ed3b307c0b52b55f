// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// half_size.h's split, u = v k (mod 8L) with an odd v, in eight lanes.
//
// Lattice vectors (r, t) with r = t k (mod 8L) are kept exactly, in limbs of 28
// bits. What to subtract from what is decided in floating point, a few steps of
// Euclid's algorithm at a time, from the leading 53 bits. That needs no proof
// of its own: every step is an integer matrix of determinant 1 or -1, so the
// two vectors stay a basis whatever is decided, and rounding can only make them
// longer. What came out is judged at the end, and a lane whose u or v is too
// long is left to the portable split: two in a thousand.

#ifndef MOORING_CORE_X86_64_HALF_SIZE8_H_
#define MOORING_CORE_X86_64_HALF_SIZE8_H_

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>
#include <stdint.h>

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

enum {
  kHalf8Lanes = 8,
  kHalf8LimbBits = 28,
  kHalf8Limbs = 10,     // of an r, below 8L
  kHalf8HalfLimbs = 5,  // of a t, and of the result
  kHalf8Rounds = 9,     // six do for almost all
};

/** Numbers of eight lanes: limbs of 28 bits, of which the last has the sign. */
typedef struct half8_long {
  __m512i limb[kHalf8Limbs];
} half8_long_t;
typedef struct half8_short {
  __m512i limb[kHalf8HalfLimbs];
} half8_short_t;

/** |u| and v are below 0.91 2^131, v is positive. */
typedef struct half8 {
  half8_short_t u, v;
} half8_t;

// A step's matrix: x and y become a x + b y and c x + d y.
typedef struct half8_matrix {
  __m512d a, b, c, d;
} half8_matrix_t;

#define HALF8_INLINE __attribute__((always_inline)) static inline

HALF8_INLINE __m512d half8_real(double value) {
  return _mm512_set1_pd(value);
}

HALF8_INLINE __m512i half8_limb_mask(void) {
  return _mm512_set1_epi64((INT64_C(1) << kHalf8LimbBits) - 1);
}

// Rounded to the leading 53 bits.
HALF8_INLINE __m512d half8_approximate(const __m512i *limb, unsigned limbs) {
  const __m512d radix = half8_real((double)(1 << kHalf8LimbBits));
  __m512d out = _mm512_cvtepi64_pd(limb[limbs - 1]);
  for (unsigned i = limbs - 1; i-- > 0;) {
    out = _mm512_fmadd_pd(out, radix, _mm512_cvtepi64_pd(limb[i]));
  }
  return out;
}

// out = p x + q y, for |p|, |q| <= 2^25; the last limb takes what is left.
HALF8_INLINE void half8_combine(__m512i *out, __m512i p, const __m512i *x,
                                __m512i q, const __m512i *y, unsigned limbs) {
  __m512i carry = _mm512_setzero_si512();
  for (unsigned i = 0; i < limbs; i++) {
    const __m512i products =
        _mm512_add_epi64(_mm512_mul_epi32(p, x[i]), _mm512_mul_epi32(q, y[i]));
    const __m512i sum = _mm512_add_epi64(products, carry);
    out[i] = i + 1 == limbs ? sum : _mm512_and_si512(sum, half8_limb_mask());
    carry = _mm512_srai_epi64(sum, kHalf8LimbBits);
  }
}

HALF8_INLINE __m512d half8_clamp(__m512d value, double most) {
  return _mm512_min_pd(_mm512_max_pd(value, half8_real(-most)),
                       half8_real(most));
}

// Steps of Euclid's algorithm with rounded quotients, in each lane until |y| is
// at most `target` or the next numbers of the matrix would exceed 2^25: beyond
// that 53 bits do not tell what y is.
HALF8_INLINE half8_matrix_t half8_decide(__m512d x, __m512d y, __m512d target) {
  const __m512d most = half8_real(0x1p25);
  half8_matrix_t m = {half8_real(1), half8_real(0), half8_real(0),
                      half8_real(1)};
  __mmask8 active = _mm512_cmp_pd_mask(_mm512_abs_pd(y), target, _CMP_GT_OQ);
  while (active != 0) {
    const __m512d ratio = _mm512_mul_pd(x, _mm512_rcp14_pd(y));
    const __m512d quotient = half8_clamp(
        _mm512_roundscale_pd(ratio, _MM_FROUND_TO_NEAREST_INT), 0x1p24);
    const __m512d rest = _mm512_fnmadd_pd(quotient, y, x);
    const __m512d c = _mm512_fnmadd_pd(quotient, m.c, m.a);
    const __m512d d = _mm512_fnmadd_pd(quotient, m.d, m.b);
    const __m512d largest = _mm512_max_pd(_mm512_abs_pd(c), _mm512_abs_pd(d));
    active = _mm512_mask_cmp_pd_mask(active, largest, most, _CMP_LE_OQ);
    x = _mm512_mask_mov_pd(x, active, y);
    y = _mm512_mask_mov_pd(y, active, rest);
    m.a = _mm512_mask_mov_pd(m.a, active, m.c);
    m.b = _mm512_mask_mov_pd(m.b, active, m.d);
    m.c = _mm512_mask_mov_pd(m.c, active, c);
    m.d = _mm512_mask_mov_pd(m.d, active, d);
    active =
        _mm512_mask_cmp_pd_mask(active, _mm512_abs_pd(y), target, _CMP_GT_OQ);
  }
  return m;
}

// The vectors (r0, t0) and (r1, t1).
typedef struct half8_basis {
  half8_long_t r[2];
  half8_short_t t[2];
} half8_basis_t;

HALF8_INLINE void half8_apply(half8_basis_t *basis, const half8_matrix_t *m) {
  const half8_basis_t old = *basis;
  const __m512i a = _mm512_cvtpd_epi64(m->a);
  const __m512i b = _mm512_cvtpd_epi64(m->b);
  const __m512i c = _mm512_cvtpd_epi64(m->c);
  const __m512i d = _mm512_cvtpd_epi64(m->d);
  half8_combine(basis->r[0].limb, a, old.r[0].limb, b, old.r[1].limb,
                kHalf8Limbs);
  half8_combine(basis->r[1].limb, c, old.r[0].limb, d, old.r[1].limb,
                kHalf8Limbs);
  half8_combine(basis->t[0].limb, a, old.t[0].limb, b, old.t[1].limb,
                kHalf8HalfLimbs);
  half8_combine(basis->t[1].limb, c, old.t[0].limb, d, old.t[1].limb,
                kHalf8HalfLimbs);
}

// 28 bits of four words from `bit` on.
HALF8_INLINE __m512i half8_bits(const __m512i word[4], unsigned bit) {
  const unsigned shift = bit % 64;
  __m512i out = _mm512_srli_epi64(word[bit / 64], shift);
  if (shift + kHalf8LimbBits > 64 && bit / 64 + 1 < 4) {
    out =
        _mm512_or_si512(out, _mm512_slli_epi64(word[bit / 64 + 1], 64 - shift));
  }
  return _mm512_and_si512(out, half8_limb_mask());
}

HALF8_INLINE void half8_start(half8_basis_t *basis,
                              const uint64_t k[4][kHalf8Lanes]) {
  static const uint64_t kEightOrder[4] = {
      0xc09318d2e7ae9f68, 0xa6f7cef517bce6b2, 0, 0x8000000000000000};
  __m512i words[2][4];
  for (unsigned i = 0; i < 4; i++) {
    words[0][i] = _mm512_set1_epi64((int64_t)kEightOrder[i]);
    words[1][i] = _mm512_loadu_si512(k[i]);
  }
  for (unsigned which = 0; which < 2; which++) {
    for (unsigned i = 0; i < kHalf8Limbs; i++) {
      basis->r[which].limb[i] = half8_bits(words[which], i * kHalf8LimbBits);
    }
    for (unsigned i = 0; i < kHalf8HalfLimbs; i++) {
      basis->t[which].limb[i] = _mm512_setzero_si512();
    }
  }
  basis->t[1].limb[0] = _mm512_set1_epi64(1);
}

// The last limb's sign from its 28 bits, for a result that is short by now.
HALF8_INLINE void half8_extend_sign(half8_short_t *a) {
  const unsigned unused = 64 - kHalf8LimbBits;
  __m512i *const last = &a->limb[kHalf8HalfLimbs - 1];
  *last = _mm512_srai_epi64(_mm512_slli_epi64(*last, unused), unused);
}

HALF8_INLINE void half8_negate(half8_short_t *a, __mmask8 where) {
  const __m512i sign = _mm512_mask_set1_epi64(_mm512_set1_epi64(1), where, -1);
  half8_combine(a->limb, sign, a->limb, _mm512_setzero_si512(), a->limb,
                kHalf8HalfLimbs);
}

/**
 * Splits each lane's k, a word at a time, below L.
 *
 * @return where it is done; elsewhere `out` is any.
 */
static __mmask8 half8_split(half8_t *out, const uint64_t k[4][kHalf8Lanes]) {
  half8_basis_t basis;
  // r reaches it with t about as long.
  const __m512d target = half8_real(0x1.6p127);
  half8_start(&basis, k);
  __m512d r0 = half8_approximate(basis.r[0].limb, kHalf8Limbs);
  __m512d r1 = half8_approximate(basis.r[1].limb, kHalf8Limbs);
  for (unsigned i = 0; i < kHalf8Rounds; i++) {
    if (_mm512_cmp_pd_mask(_mm512_abs_pd(r1), target, _CMP_GT_OQ) == 0) {
      break;
    }
    const half8_matrix_t matrix = half8_decide(r0, r1, target);
    half8_apply(&basis, &matrix);
    r0 = half8_approximate(basis.r[0].limb, kHalf8Limbs);
    r1 = half8_approximate(basis.r[1].limb, kHalf8Limbs);
  }
  // The lattice has a vector with t = 1, so t0 and t1 are not both even. If t1
  // is, the other vector is made as short as multiples of this one allow: its
  // two numbers have the same magnitude where r0 - q r1 = -+(t0 - q t1), with
  // the sign that makes the divisor the larger.
  const __m512d t0 = half8_approximate(basis.t[0].limb, kHalf8HalfLimbs);
  const __m512d t1 = half8_approximate(basis.t[1].limb, kHalf8HalfLimbs);
  const __mmask8 odd =
      _mm512_test_epi64_mask(basis.t[1].limb[0], _mm512_set1_epi64(1));
  const __mmask8 differ = _mm512_movepi64_mask(
      _mm512_xor_si512(_mm512_castpd_si512(r1), _mm512_castpd_si512(t1)));
  const __m512d above =
      _mm512_mask_sub_pd(_mm512_add_pd(r0, t0), differ, r0, t0);
  const __m512d below =
      _mm512_mask_sub_pd(_mm512_add_pd(r1, t1), differ, r1, t1);
  const __m512d quotient =
      half8_clamp(_mm512_roundscale_pd(_mm512_div_pd(above, below),
                                       _MM_FROUND_TO_NEAREST_INT),
                  0x1p24);
  const __m512d p = _mm512_mask_mov_pd(half8_real(1), odd, half8_real(0));
  const __m512d q = _mm512_mask_mov_pd(_mm512_sub_pd(half8_real(0), quotient),
                                       odd, half8_real(1));
  const __m512d u = _mm512_fmadd_pd(p, r0, _mm512_mul_pd(q, r1));
  const __m512d v = _mm512_fmadd_pd(p, t0, _mm512_mul_pd(q, t1));
  // Against r0 below 2^170 the rounding of u is below 2^120.
  const __m512d most = half8_real(0x1.dp130);
  __mmask8 done = _mm512_cmp_pd_mask(_mm512_abs_pd(u), most, _CMP_LT_OQ);
  done = _mm512_mask_cmp_pd_mask(done, _mm512_abs_pd(v), most, _CMP_LT_OQ);
  done &= odd | _mm512_cmp_pd_mask(_mm512_abs_pd(r0), half8_real(0x1p170),
                                   _CMP_LT_OQ);
  const __m512i p_limb = _mm512_cvtpd_epi64(p);
  const __m512i q_limb = _mm512_cvtpd_epi64(q);
  half8_combine(out->u.limb, p_limb, basis.r[0].limb, q_limb, basis.r[1].limb,
                kHalf8HalfLimbs);
  half8_combine(out->v.limb, p_limb, basis.t[0].limb, q_limb, basis.t[1].limb,
                kHalf8HalfLimbs);
  half8_extend_sign(&out->u);
  const __mmask8 negative =
      _mm512_movepi64_mask(out->v.limb[kHalf8HalfLimbs - 1]);
  half8_negate(&out->u, negative);
  half8_negate(&out->v, negative);
  return done;
}

MOORING_TARGET_END

#endif

#endif  // MOORING_CORE_X86_64_HALF_SIZE8_H_
