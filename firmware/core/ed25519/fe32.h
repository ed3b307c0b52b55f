// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// GF(2^255 - 19) for 32-bit processors: eight full words.
//
// An element is any 256-bit integer that is congruent to it; 2^256 = 38 brings
// an overflow back. Every result has that form again, so nothing here has
// bounds to keep: all of fe.h's units are one.

#ifndef MOORING_CORE_ED25519_FE32_H_
#define MOORING_CORE_ED25519_FE32_H_

#include <stdint.h>

#include "mooring/namespace.h"

#define fe_add MOORING_NAMESPACE(fe_add)
#define fe_sub MOORING_NAMESPACE(fe_sub)
#define fe_mul MOORING_NAMESPACE(fe_mul)
#define fe_sq_times MOORING_NAMESPACE(fe_sq_times)

enum { kFeLimbs = 8 };

typedef uint32_t fe_limb_t;

typedef struct fe {
  fe_limb_t limb[kFeLimbs];
} fe_t;

// Words of five 51-bit limbs, which begin at bits 0, 51, 102, 153 and 204.
#define FE_WORD(low, low_shift, high, high_shift) \
  (fe_limb_t)((uint64_t)(low) >> (low_shift) | (uint64_t)(high) << (high_shift))
#define FE_CONST(l0, l1, l2, l3, l4)                        \
  {                                                         \
    {                                                       \
      FE_WORD(l0, 0, l1, 51), FE_WORD(l0, 32, l1, 19),      \
          FE_WORD(l1, 13, l2, 38), FE_WORD(l1, 45, l2, 6),  \
          FE_WORD(l2, 26, l3, 25), FE_WORD(l3, 7, l4, 44),  \
          FE_WORD(l3, 39, l4, 12), FE_WORD(l4, 20, 0ul, 0), \
    }                                                       \
  }

void fe_add(fe_t *out, const fe_t *a, const fe_t *b);
void fe_sub(fe_t *out, const fe_t *a, const fe_t *b);
void fe_mul(fe_t *out, const fe_t *a, const fe_t *b);

// Squares `times` times in a row, at least once.
void fe_sq_times(fe_t *out, const fe_t *a, unsigned times);

static inline void fe_sq(fe_t *out, const fe_t *a) {
  fe_sq_times(out, a, 1);
}

#endif  // MOORING_CORE_ED25519_FE32_H_
