// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Eight sums of comb entries side by side, with AVX-512 IFMA.

#ifndef MOORING_CORE_X86_64_COMB_LANES_H_
#define MOORING_CORE_X86_64_COMB_LANES_H_

#include "prepared/comb.h"
#include "x86_64/fe8.h"

#if MOORING_X86_64

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

/** Eight points as the next addition wants them: y - x, y + x, t and z. */
typedef struct sum8 {
  fe8_t minus, plus, t;
  fe8_sum_t z;  // raised
} sum8_t;

/** Eight results before their last products: X = EF, Y = GH, Z = FG, T = EH. */
typedef struct factors8 {
  fe8_t e, f, g, h;
} factors8_t;

/** Where eight entries are, and what they are to be. */
typedef struct pick8 {
  __m512i place;    // entry within its comb
  __m512i address;  // of the entry
  __mmask8 negative;
} pick8_t;

FE8_INLINE fe8_t fe8_small(uint64_t value) {
  fe8_t out;
  out.limb[0] = fe8_constant(value);
  for (unsigned i = 1; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_setzero_si512();
  }
  return out;
}

FE8_INLINE void sum8_set_neutral(sum8_t *out) {
  out->minus = fe8_small(1);
  out->plus = fe8_small(1);
  out->t = fe8_small(0);
  out->z = fe8_raised_zero();
  out->z.limb[0] = _mm512_add_epi64(out->z.limb[0], fe8_constant(1));
}

// The windows `window_index` of scalars that half windows were added to:
// `low` and `high` are the words of 64 bits where each window begins and the
// one after it.
FE8_INLINE pick8_t pick8_from_bits(const comb_t *comb, __m512i low,
                                   __m512i high, __m512i window_index,
                                   __m512i entries) {
  const unsigned window = comb->window;
  const __m512i bit = _mm512_and_si512(
      _mm512_mullo_epi32(window_index, fe8_constant(window)), fe8_constant(63));
  const __m512i above = _mm512_sub_epi64(fe8_constant(64), bit);
  const __m512i raw =
      _mm512_and_si512(_mm512_or_si512(_mm512_srlv_epi64(low, bit),
                                       _mm512_sllv_epi64(high, above)),
                       fe8_constant((UINT64_C(1) << window) - 1));
  // The last window had nothing added to it.
  const __mmask8 biased = _mm512_cmplt_epi64_mask(
      window_index, fe8_constant(comb_windows(window) - 1));
  const __m512i digit = _mm512_mask_sub_epi64(
      raw, biased, raw, fe8_constant(UINT64_C(1) << (window - 1)));
  pick8_t out;
  out.negative = _mm512_movepi64_mask(digit);
  out.place = _mm512_add_epi64(
      _mm512_mullo_epi32(window_index, fe8_constant(comb_stride(window))),
      _mm512_abs_epi64(digit));
  // sizeof(comb_entry_t) = 2^7
  out.address = _mm512_add_epi64(entries, _mm512_slli_epi64(out.place, 7));
  return out;
}

FE8_INLINE __m512i pick8_column(__m512i address, unsigned column) {
  return _mm512_i64gather_epi64(
      address, (const void *)(uintptr_t)(column * sizeof(uint64_t)), 1);
}

FE8_INLINE void sum8_finish(sum8_t *out, const factors8_t *factors) {
  const fe8_sum_t x = fe8_multiply(&factors->e, &factors->f);
  const fe8_sum_t y = fe8_multiply_raised(&factors->g, &factors->h);
  out->z = fe8_multiply_raised(&factors->f, &factors->g);
  const fe8_sum_t t = fe8_multiply(&factors->e, &factors->h);
  const fe8_sum_t minus = fe8_subtract(&y, &x);
  const fe8_sum_t plus = fe8_add(&y, &x);
  out->minus = fe8_carry(&minus);
  out->plus = fe8_carry(&plus);
  out->t = fe8_carry(&t);
}

FE8_INLINE void factors8_from(factors8_t *out, const fe8_sum_t *a,
                              const fe8_sum_t *b, const fe8_sum_t *c,
                              const fe8_sum_t *d) {
  const fe8_sum_t e = fe8_subtract(b, a);
  const fe8_sum_t h = fe8_add(b, a);
  out->e = fe8_carry(&e);
  out->h = fe8_carry(&h);
  const fe8_sum_t f = fe8_subtract(d, c);
  const fe8_sum_t g = fe8_add(d, c);
  out->f = fe8_carry(&f);
  out->g = fe8_carry(&g);
}

// Adds eight entries. Bits of `damage` are set where one is not intact: those
// above the 52 bits that are multiplied do no harm and are not looked at.
FE8_INLINE void sum8_add(factors8_t *out, const sum8_t *sum,
                         const pick8_t *pick, __m512i seed, __m512i *damage) {
  const __m512i swap = fe8_constant(kCombLimbs * sizeof(uint64_t));
  const __m512i minus_at = _mm512_mask_add_epi64(
      pick->address, (__mmask8)~pick->negative, pick->address, swap);
  const __m512i plus_at =
      _mm512_mask_add_epi64(pick->address, pick->negative, pick->address, swap);
  fe8_t plus;
  fe8_t minus;
  fe8_t t2d;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    plus.limb[i] = pick8_column(plus_at, i);
    minus.limb[i] = pick8_column(minus_at, i);
    t2d.limb[i] = pick8_column(pick->address, 2 * kCombLimbs + i);
  }
  // Negated entries have their first ten columns exchanged; so have their
  // factors.
  __m512i check[3];
  check[0] = _mm512_madd52lo_epu64(
      seed, pick->place, fe8_constant(comb_check_factors[kCombColumns]));
  check[1] = _mm512_setzero_si512();
  check[2] = check[1];
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    const __m512i first = fe8_constant(comb_check_factors[i]);
    const __m512i second = fe8_constant(comb_check_factors[kCombLimbs + i]);
    check[0] = _mm512_madd52lo_epu64(
        check[0], plus.limb[i],
        _mm512_mask_blend_epi64(pick->negative, first, second));
    check[1] = _mm512_madd52lo_epu64(
        check[1], minus.limb[i],
        _mm512_mask_blend_epi64(pick->negative, second, first));
    check[2] = _mm512_madd52lo_epu64(
        check[2], t2d.limb[i],
        fe8_constant(comb_check_factors[2 * kCombLimbs + i]));
  }
  const __m512i found =
      _mm512_add_epi64(_mm512_add_epi64(check[0], check[1]), check[2]);
  *damage = _mm512_or_si512(
      *damage,
      _mm512_xor_si512(found, pick8_column(pick->address, kCombColumns)));

  const fe8_sum_t a = fe8_multiply(&sum->minus, &minus);
  const fe8_sum_t b = fe8_multiply_raised(&sum->plus, &plus);
  fe8_sum_t c = fe8_multiply(&sum->t, &t2d);
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    c.limb[i] = _mm512_mask_sub_epi64(c.limb[i], pick->negative,
                                      _mm512_setzero_si512(), c.limb[i]);
  }
  // d is raised above c of either sign.
  const fe8_sum_t d = fe8_add(&sum->z, &sum->z);
  factors8_from(out, &a, &b, &c, &d);
}

/** Lanes that met an entry which is not intact. */
FE8_INLINE __mmask8 damaged_lanes(__m512i damage) {
  return _mm512_test_epi64_mask(damage, fe8_constant(COMB_LIMB_MASK));
}

MOORING_TARGET_END

#endif

#endif  // MOORING_CORE_X86_64_COMB_LANES_H_
