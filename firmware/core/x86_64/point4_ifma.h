// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Points of edwards25519 with their coordinates in the four lanes of fe4_ifma.h
// (formulas: ed25519/point.h; Hisil, Wong, Carter, Dawson, 2008).
//
// Doublings and additions are two rows of four independent products each. A sum
// rests between operations as the four factors of its coordinates, before the
// second row, since the row's arrangement depends on what comes next:
//
//   X = EF, Y = GH, Z = FG, T = EH;  lanes (H, G, F, E)
//
// A doubling here gives -2P: so E needs no change of sign. point4_double()'s
// callers negate every other digit instead.

#ifndef MOORING_CORE_X86_64_POINT4_IFMA_H_
#define MOORING_CORE_X86_64_POINT4_IFMA_H_

#include <stdbool.h>

#include "x86_64/fe4_ifma.h"

#if MOORING_X86_64

/** A sum: lanes (H, G, F, E). */
typedef struct point4 {
  fe4_t hgfe;
} point4_t;

/** A point as first factor of an addition: lanes (Y - X, Z, T, Y + X). */
typedef struct augend4 {
  fe4_t lanes;
} augend4_t;

/**
 * A point as second factor: lanes (y - x, 2z, 2dt, y + x), or all of them times
 * the same number.
 */
typedef struct addend4 {
  fe4_t lanes;
} addend4_t;

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

/** Lanes of the result are lanes l0, l1, l2, l3 of `a`. */
#define FE4_PERMUTE(a, l0, l1, l2, l3) \
  _mm256_permute4x64_epi64(a, (l0) | (l1) << 2 | (l2) << 4 | (l3) << 6)

enum {
  kLane0 = 1,
  kLane1 = 2,
  kLane2 = 4,
  kLane3 = 8,
};

/** The neutral element: X = 0, Y = Z. */
FE4_INLINE void point4_set_neutral(point4_t *out) {
  out->hgfe.limb[0] = _mm256_set_epi64x(0, 1, 1, 1);
  for (int i = 1; i < kFe4Limbs; i++) {
    out->hgfe.limb[i] = _mm256_setzero_si256();
  }
}

/** Doubles (X, Y, Z, any) and negates; `xyz` may be of any scale. */
FE4_INLINE void point4_double_xyz(point4_t *out, const fe4_t *xyzx) {
  // (X, Y, Z, X) times (X, Y, Z, Y): A, B, C, D = XX, YY, ZZ, XY
  fe4_t xyzy;
  FE4_EACH_LIMB(i) {
    xyzy.limb[i] = FE4_PERMUTE(xyzx->limb[i], 0, 1, 2, 1);
  }
  fe4_wide_t abcd;
  fe4_mul_wide(&abcd, xyzx, &xyzy);
  // H = A + B, G = A - B, F = 2C + G, E = 2D
  fe4_wide_t hgfe;
  FE4_EACH_LIMB(i) {
    const __m256i v = abcd.limb[i];
    const __m256i bacd = _mm256_mask_shuffle_epi32(v, 0x0f, v, _MM_PERM_BADC);
    const __m256i sum = fe4_add64(bacd, fe4_negate_limb(i, v, kLane1));
    const __m256i g = _mm256_maskz_permutex_epi64(kLane2, sum, 1 << 4);
    hgfe.limb[i] = fe4_add64(sum, g);
  }
  fe4_carry(&out->hgfe, &hgfe);
}

/** out = -2 a */
FE4_INLINE void point4_double(point4_t *out, const point4_t *a) {
  // (E, G, F, E) times (F, H, G, F): X, Y, Z, X
  fe4_t egfe;
  fe4_t fhgf;
  FE4_EACH_LIMB(i) {
    egfe.limb[i] = FE4_PERMUTE(a->hgfe.limb[i], 3, 1, 2, 3);
    fhgf.limb[i] = FE4_PERMUTE(a->hgfe.limb[i], 2, 0, 1, 2);
  }
  fe4_t xyzx;
  fe4_mul(&xyzx, &egfe, &fhgf);
  point4_double_xyz(out, &xyzx);
}

/** Prepares a sum for an addition. */
FE4_INLINE void point4_to_augend(augend4_t *out, const point4_t *a) {
  // (G, G, E, E) times (H, F, H, F): Y, Z, T, X
  fe4_t ggee;
  fe4_t hfhf;
  FE4_EACH_LIMB(i) {
    ggee.limb[i] = FE4_PERMUTE(a->hgfe.limb[i], 1, 1, 3, 3);
    hfhf.limb[i] = FE4_PERMUTE(a->hgfe.limb[i], 0, 2, 0, 2);
  }
  fe4_wide_t yztx;
  fe4_mul_wide(&yztx, &ggee, &hfhf);
  FE4_EACH_LIMB(i) {
    // Lane 0 gets -X, lane 3 gets Y.
    const __m256i v = yztx.limb[i];
    const __m256i other = _mm256_maskz_permutex_epi64(
        kLane0 | kLane3, fe4_negate_limb(i, v, kLane3), 3);
    yztx.limb[i] = fe4_add64(v, other);
  }
  fe4_carry(&out->lanes, &yztx);
}

/** out = a + b, or a - b. */
FE4_INLINE void point4_add(point4_t *out, const augend4_t *a,
                           const addend4_t *b, bool subtract) {
  // Negating b exchanges y - x and y + x, and negates 2dt: C below.
  const __m256i order =
      subtract ? _mm256_set_epi64x(0, 2, 1, 3) : _mm256_set_epi64x(3, 2, 1, 0);
  const __mmask8 negate = subtract ? 0 : kLane2;
  const __mmask8 negate_other = subtract ? kLane1 | kLane3 : kLane3;
  fe4_t factor;
  FE4_EACH_LIMB(i) {
    factor.limb[i] = _mm256_permutexvar_epi64(order, b->lanes.limb[i]);
  }
  // A, D, C, B = (Y - X)(y - x), 2Zz, 2dTt, (Y + X)(y + x)
  fe4_wide_t adcb;
  fe4_mul_wide(&adcb, &a->lanes, &factor);
  // H = A + B, G = D + C, F = D - C, E = B - A
  FE4_EACH_LIMB(i) {
    const __m256i v = adcb.limb[i];
    const __m256i bcda = FE4_PERMUTE(v, 3, 2, 1, 0);
    adcb.limb[i] = fe4_add64(fe4_negate_limb(i, v, negate),
                             fe4_negate_limb(i, bcda, negate_other));
  }
  fe4_carry(&out->hgfe, &adcb);
}

/** Prepares a point for being added again and again. */
FE4_INLINE void augend4_to_addend(addend4_t *out, const augend4_t *a) {
  // d = -121665/121666: all lanes times 121666 needs small constants only.
  enum { kNumerator = 121665, kDenominator = 121666 };
  const __m256i constants = _mm256_set_epi64x(kDenominator, 2 * kNumerator,
                                              2 * kDenominator, kDenominator);
  fe4_wide_t product;
  fe4_mul_small_wide(&product, &a->lanes, constants);
  FE4_EACH_LIMB(i) {
    product.limb[i] = fe4_negate_limb(i, product.limb[i], kLane2);
  }
  fe4_carry(&out->lanes, &product);
}

/** Whether a sum is the neutral element: X = 0 and Y = Z. */
FE4_INLINE bool point4_is_neutral(const point4_t *a) {
  augend4_t augend;
  point4_to_augend(&augend, a);
  // Y - X = Y + X (2 is not 0) and Y - X = Z.
  fe4_t reference;
  fe4_wide_t difference;
  fe4_t carried;
  FE4_EACH_LIMB(i) {
    reference.limb[i] = FE4_PERMUTE(augend.lanes.limb[i], 0, 0, 0, 0);
  }
  fe4_sub_wide(&difference, &augend.lanes, &reference);
  fe4_carry(&carried, &difference);
  const unsigned equal = kLane1 | kLane3;
  return (fe4_zero_lanes(&carried) & equal) == equal;
}

MOORING_TARGET_END

#endif  // MOORING_X86_64

#endif  // MOORING_CORE_X86_64_POINT4_IFMA_H_
