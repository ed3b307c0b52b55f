// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/multiply_ifma.h"

#if MOORING_X86_64

#include "backends/backend.h"
#include "x86_64/cpu.h"
#include "x86_64/generated/base_lanes.h"
#include "x86_64/point4_ifma.h"

bool multiply_has_ifma(void) {
  const verify_backend_t *const chosen = verify_backend_chosen();
  return chosen != NULL && (chosen->needs & kCpuIfma) != 0;
}

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

// -----------------------------------------------------------------------------
// Between the portable field and lanes
// -----------------------------------------------------------------------------

// Elements of few units (fe51.h) into lanes 0 to 3.
static void gather(fe4_t *out, const fe_t *l0, const fe_t *l1, const fe_t *l2,
                   const fe_t *l3) {
  fe4_wide_t wide;
  FE4_EACH_LIMB(i) {
    wide.limb[i] =
        _mm256_set_epi64x((int64_t)l3->limb[i], (int64_t)l2->limb[i],
                          (int64_t)l1->limb[i], (int64_t)l0->limb[i]);
  }
  fe4_carry(out, &wide);
}

// Multiplies a sum out; two units bound its coordinates. It has no t.
static void scatter(point_t *out, const point4_t *sum) {
  // (E, G, F, E) times (F, H, G, F): X, Y, Z, X
  fe4_t egfe;
  fe4_t fhgf;
  fe4_t xyzx;
  FE4_EACH_LIMB(i) {
    egfe.limb[i] = FE4_PERMUTE(sum->hgfe.limb[i], 3, 1, 2, 3);
    fhgf.limb[i] = FE4_PERMUTE(sum->hgfe.limb[i], 2, 0, 1, 2);
  }
  fe4_mul(&xyzx, &egfe, &fhgf);
  FE4_EACH_LIMB(i) {
    _Alignas(32) uint64_t lanes[kFe4Lanes];
    _mm256_store_si256((__m256i *)(void *)lanes, xyzx.limb[i]);
    out->x.limb[i] = lanes[0];
    out->y.limb[i] = lanes[1];
    out->z.limb[i] = lanes[2];
  }
}

// -----------------------------------------------------------------------------
// Multiples of the point
// -----------------------------------------------------------------------------

typedef struct addends {
  addend4_t odd[kPointMultiples];
} addends_t;

static void take_multiples(addends_t *out, const point_multiples_t *a) {
  for (int i = 0; i < kPointMultiples; i++) {
    const cached_t *const each = &a->odd[i];
    gather(&out->odd[i].lanes, &each->xyt.y_minus_x, &each->z2, &each->xyt.t2d,
           &each->xyt.y_plus_x);
  }
}

static void make_multiples(addends_t *out, const point_t *a) {
  fe_t y_plus_x;
  fe_t y_minus_x;
  fe4_t xyzx;
  augend4_t multiple;
  augend4_t doubled;
  addend4_t twice;
  point4_t sum;
  fe_add(&y_plus_x, &a->y, &a->x);
  fe_sub(&y_minus_x, &a->y, &a->x);
  gather(&multiple.lanes, &y_minus_x, &a->z, &a->t, &y_plus_x);
  gather(&xyzx, &a->x, &a->y, &a->z, &a->x);
  point4_double_xyz(&sum, &xyzx);  // -2a: subtracted below
  point4_to_augend(&doubled, &sum);
  augend4_to_addend(&twice, &doubled);
  augend4_to_addend(&out->odd[0], &multiple);
  for (int i = 1; i < kPointMultiples; i++) {
    point4_add(&sum, &multiple, &twice, true);
    point4_to_augend(&multiple, &sum);
    augend4_to_addend(&out->odd[i], &multiple);
  }
}

// -----------------------------------------------------------------------------
// Sums of multiples
// -----------------------------------------------------------------------------

// scalar_recode() knows no wider one; the table's first half serves it.
enum { kBaseWindow = 8 };
_Static_assert(kBaseWindow <= (int)kBaseLanesWindow, "the table is too small");

// A scalar's digits and the odd multiples that they choose from: an odd digit d
// finds |d| P at index (|d| - 1) / 2.
typedef struct term {
  const int8_t *digit;
  const addend4_t *odd;
} term_t;

static inline void add_digit(point4_t *sum, const addend4_t *odd, int digit) {
  if (digit != 0) {
    augend4_t augend;
    point4_to_augend(&augend, sum);
    point4_add(sum, &augend, &odd[(digit < 0 ? -digit : digit) >> 1],
               digit < 0);
  }
}

// Straus, from digit `top` down. Each doubling negates, so every other digit
// counts the other way round, and at digit 0 all is as it should be.
static void add_up(point_t *out, const term_t *terms, int count, int top) {
  point4_t sum;
  point4_set_neutral(&sum);
  for (int i = top; i >= 0; i--) {
    const int sign = i % 2 == 0 ? 1 : -1;
    point4_double(&sum, &sum);
    for (int which = 0; which < count; which++) {
      add_digit(&sum, terms[which].odd, sign * terms[which].digit[i]);
    }
  }
  scatter(out, &sum);
}

static const addend4_t *addends_of(
    const uint64_t lanes[][kFe4Limbs][kFe4Lanes]) {
  return (const addend4_t *)(const void *)lanes;
}

void multiply_base_and_point_ifma(point_t *out, const uint8_t s[kScalarBytes],
                                  const uint8_t k[kScalarBytes],
                                  const point_t *a) {
  scalar_digits_t s_digits;
  scalar_digits_t k_digits;
  addends_t multiples;
  scalar_recode(&s_digits, s, kBaseWindow);
  scalar_recode(&k_digits, k, kPointWindow);
  make_multiples(&multiples, a);
  const term_t terms[] = {
      {s_digits.digit, addends_of(kBaseLanes)},
      {k_digits.digit, multiples.odd},
  };
  add_up(out, terms, sizeof terms / sizeof terms[0],
         s_digits.top > k_digits.top ? s_digits.top : k_digits.top);
}

void multiply_base_and_prepared_ifma(point_t *out,
                                     const uint8_t s[kScalarBytes],
                                     const uint8_t k[kScalarBytes],
                                     const split_multiples_t *a) {
  scalar_digits_t s_digits;
  scalar_digits_t k_digits;
  addends_t low;
  addends_t high;
  scalar_recode(&s_digits, s, kBaseWindow);
  scalar_recode(&k_digits, k, kPointWindow);
  take_multiples(&low, &a->low);
  take_multiples(&high, &a->high);
  const term_t terms[] = {
      {s_digits.digit, addends_of(kBaseLanes)},
      {s_digits.digit + kSplitBits, addends_of(kHighLanes)},
      {k_digits.digit, low.odd},
      {k_digits.digit + kSplitBits, high.odd},
  };
  add_up(out, terms, sizeof terms / sizeof terms[0], kSplitBits - 1);
}

MOORING_TARGET_END

#endif  // MOORING_X86_64
