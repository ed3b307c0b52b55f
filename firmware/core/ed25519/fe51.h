// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// GF(2^255 - 19) for 64-bit hosts: five unsigned limbs in radix 2^51.
//
// A unit (see fe.h) is a limb below 2^51 + 2^13. Five units stay below 2^54,
// the bound of every product here. Everything is inline: the point formulas
// are where a verification spends its time.

#ifndef MOORING_CORE_ED25519_FE51_H_
#define MOORING_CORE_ED25519_FE51_H_

#include <stdint.h>

enum { kFeLimbs = 5, kFeRadixBits = 51 };

typedef uint64_t fe_limb_t;

typedef struct fe {
  fe_limb_t limb[kFeLimbs];
} fe_t;

#define FE_LIMB_MASK ((UINT64_C(1) << kFeRadixBits) - 1)
#define FE_CONST(l0, l1, l2, l3, l4) \
  {                                  \
    {                                \
      l0, l1, l2, l3, l4             \
    }                                \
  }

__extension__ typedef unsigned __int128 fe_wide_t;

static inline void fe_add(fe_t *out, const fe_t *a, const fe_t *b) {
  for (int i = 0; i < kFeLimbs; i++) {
    out->limb[i] = a->limb[i] + b->limb[i];
  }
}

static inline void fe_sub(fe_t *out, const fe_t *a, const fe_t *b) {
  // 2p is added first; each of its limbs exceeds any limb of one unit.
  out->limb[0] = a->limb[0] + (2 * FE_LIMB_MASK - 2 * 18) - b->limb[0];
  for (int i = 1; i < kFeLimbs; i++) {
    out->limb[i] = a->limb[i] + 2 * FE_LIMB_MASK - b->limb[i];
  }
}

static inline fe_wide_t fe_wide_mul(uint64_t a, uint64_t b) {
  return (fe_wide_t)a * b;
}

// Brings five sums of products back to one unit. With factors below 2^54 the
// sums stay below 2^115, so every carry fits 64 bits; the carry out of limb 4,
// whose products have no factor 19, is below 2^59.6, and 19 times it fits too.
static inline void fe_carry_wide(fe_t *out, fe_wide_t r0, fe_wide_t r1,
                                 fe_wide_t r2, fe_wide_t r3, fe_wide_t r4) {
  r1 += (uint64_t)(r0 >> kFeRadixBits);
  r2 += (uint64_t)(r1 >> kFeRadixBits);
  r3 += (uint64_t)(r2 >> kFeRadixBits);
  r4 += (uint64_t)(r3 >> kFeRadixBits);
  uint64_t l0 = (uint64_t)r0 & FE_LIMB_MASK;
  uint64_t l1 = (uint64_t)r1 & FE_LIMB_MASK;
  l0 += 19 * (uint64_t)(r4 >> kFeRadixBits);
  l1 += l0 >> kFeRadixBits;
  out->limb[0] = l0 & FE_LIMB_MASK;
  out->limb[1] = l1;
  out->limb[2] = (uint64_t)r2 & FE_LIMB_MASK;
  out->limb[3] = (uint64_t)r3 & FE_LIMB_MASK;
  out->limb[4] = (uint64_t)r4 & FE_LIMB_MASK;
}

static inline void fe_mul(fe_t *out, const fe_t *a, const fe_t *b) {
  const uint64_t a0 = a->limb[0];
  const uint64_t a1 = a->limb[1];
  const uint64_t a2 = a->limb[2];
  const uint64_t a3 = a->limb[3];
  const uint64_t a4 = a->limb[4];
  const uint64_t b0 = b->limb[0];
  const uint64_t b1 = b->limb[1];
  const uint64_t b2 = b->limb[2];
  const uint64_t b3 = b->limb[3];
  const uint64_t b4 = b->limb[4];
  // 2^255 = 19 (mod p): what overflows comes back 19-fold.
  const uint64_t b1_19 = 19 * b1;
  const uint64_t b2_19 = 19 * b2;
  const uint64_t b3_19 = 19 * b3;
  const uint64_t b4_19 = 19 * b4;

  const fe_wide_t r0 = fe_wide_mul(a0, b0) + fe_wide_mul(a1, b4_19) +
                       fe_wide_mul(a2, b3_19) + fe_wide_mul(a3, b2_19) +
                       fe_wide_mul(a4, b1_19);
  const fe_wide_t r1 = fe_wide_mul(a0, b1) + fe_wide_mul(a1, b0) +
                       fe_wide_mul(a2, b4_19) + fe_wide_mul(a3, b3_19) +
                       fe_wide_mul(a4, b2_19);
  const fe_wide_t r2 = fe_wide_mul(a0, b2) + fe_wide_mul(a1, b1) +
                       fe_wide_mul(a2, b0) + fe_wide_mul(a3, b4_19) +
                       fe_wide_mul(a4, b3_19);
  const fe_wide_t r3 = fe_wide_mul(a0, b3) + fe_wide_mul(a1, b2) +
                       fe_wide_mul(a2, b1) + fe_wide_mul(a3, b0) +
                       fe_wide_mul(a4, b4_19);
  const fe_wide_t r4 = fe_wide_mul(a0, b4) + fe_wide_mul(a1, b3) +
                       fe_wide_mul(a2, b2) + fe_wide_mul(a3, b1) +
                       fe_wide_mul(a4, b0);
  fe_carry_wide(out, r0, r1, r2, r3, r4);
}

static inline void fe_sq(fe_t *out, const fe_t *a) {
  const uint64_t a0 = a->limb[0];
  const uint64_t a1 = a->limb[1];
  const uint64_t a2 = a->limb[2];
  const uint64_t a3 = a->limb[3];
  const uint64_t a4 = a->limb[4];
  const uint64_t a0_2 = 2 * a0;
  const uint64_t a1_2 = 2 * a1;
  const uint64_t a3_19 = 19 * a3;
  const uint64_t a4_19 = 19 * a4;
  const uint64_t a4_38 = 2 * a4_19;

  const fe_wide_t r0 =
      fe_wide_mul(a0, a0) + fe_wide_mul(a1, a4_38) + fe_wide_mul(2 * a2, a3_19);
  const fe_wide_t r1 =
      fe_wide_mul(a0_2, a1) + fe_wide_mul(a2, a4_38) + fe_wide_mul(a3, a3_19);
  const fe_wide_t r2 =
      fe_wide_mul(a0_2, a2) + fe_wide_mul(a1, a1) + fe_wide_mul(a3, a4_38);
  const fe_wide_t r3 =
      fe_wide_mul(a0_2, a3) + fe_wide_mul(a1_2, a2) + fe_wide_mul(a4, a4_19);
  const fe_wide_t r4 =
      fe_wide_mul(a0_2, a4) + fe_wide_mul(a1_2, a3) + fe_wide_mul(a2, a2);
  fe_carry_wide(out, r0, r1, r2, r3, r4);
}

static inline void fe_sq_times(fe_t *out, const fe_t *a, unsigned times) {
  fe_sq(out, a);
  while (--times > 0) {
    fe_sq(out, out);
  }
}

#endif  // MOORING_CORE_ED25519_FE51_H_
