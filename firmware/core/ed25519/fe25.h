// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// GF(2^255 - 19) for 32-bit processors: ten signed limbs, in turn of 26 and 25
// bits (radix 2^25.5). See fe.h for the rule of units, fe25.c for the bounds.

#ifndef MOORING_CORE_ED25519_FE25_H_
#define MOORING_CORE_ED25519_FE25_H_

#include <stdint.h>

#include "mooring/namespace.h"

#define fe_add MOORING_NAMESPACE(fe_add)
#define fe_sub MOORING_NAMESPACE(fe_sub)
#define fe_mul MOORING_NAMESPACE(fe_mul)
#define fe_sq MOORING_NAMESPACE(fe_sq)

enum { kFeLimbs = 10 };

typedef int32_t fe_limb_t;

typedef struct fe {
  fe_limb_t limb[kFeLimbs];
} fe_t;

// A 51-bit limb is a 26-bit one and, above it, a 25-bit one.
#define FE_LIMB_PAIR(l51) \
  (fe_limb_t)((l51) & 0x3ffffff), (fe_limb_t)((uint64_t)(l51) >> 26)
#define FE_CONST(l0, l1, l2, l3, l4)                                          \
  {                                                                           \
    {                                                                         \
      FE_LIMB_PAIR(l0), FE_LIMB_PAIR(l1), FE_LIMB_PAIR(l2), FE_LIMB_PAIR(l3), \
          FE_LIMB_PAIR(l4)                                                    \
    }                                                                         \
  }

void fe_add(fe_t *out, const fe_t *a, const fe_t *b);
void fe_sub(fe_t *out, const fe_t *a, const fe_t *b);
void fe_mul(fe_t *out, const fe_t *a, const fe_t *b);
void fe_sq(fe_t *out, const fe_t *a);

#endif  // MOORING_CORE_ED25519_FE25_H_
