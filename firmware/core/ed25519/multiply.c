// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/multiply.h"

#include "ed25519/config.h"
#include "ed25519/generated/curve_constants.h"
#include "x86_64/multiply_ifma.h"

#if MOORING_ED25519_BASE_WINDOW == 8
#include "ed25519/generated/base_table_w8.h"
#include "ed25519/generated/high_table_w8.h"
#define BASE_TABLE kBaseTableW8
#define HIGH_TABLE kHighTableW8
#else
#include "ed25519/generated/base_table_w5.h"
#include "ed25519/generated/high_table_w5.h"
#define BASE_TABLE kBaseTableW5
#define HIGH_TABLE kHighTableW5
#endif

// -----------------------------------------------------------------------------
// Multiples of a point
// -----------------------------------------------------------------------------

static void make_cached(cached_t *out, const point_t *a) {
  fe_add(&out->xyt.y_plus_x, &a->y, &a->x);   // 2 units
  fe_sub(&out->xyt.y_minus_x, &a->y, &a->x);  // 3
  fe_mul(&out->xyt.t2d, &a->t, &kCurve2d);
  fe_add(&out->z2, &a->z, &a->z);  // 2
}

// One copy of each formula for all who need it below.
static void double_point(point_factors_t *out, const point_t *a) {
  point_double(out, a);
}

static void add_cached(point_factors_t *out, const point_t *a, const niels_t *b,
                       const fe_t *z2, bool subtract) {
  point_add(out, a, b, z2, subtract);
}

static void finish_without_t(point_t *out, const point_factors_t *factors) {
  point_finish_without_t(out, factors);
}

static void finish(point_t *out, const point_factors_t *factors) {
  finish_without_t(out, factors);
  fe_mul(&out->t, &factors->e, &factors->h);
}

void point_odd_multiples(point_multiples_t *out, const point_t *point) {
  point_factors_t factors;
  point_t multiple;
  cached_t twice;
  double_point(&factors, point);
  finish(&multiple, &factors);
  make_cached(&twice, &multiple);
  make_cached(&out->odd[0], point);
  for (unsigned i = 1; i < kPointMultiples; i++) {
    add_cached(&factors, i == 1 ? point : &multiple, &twice.xyt, &twice.z2,
               false);
    finish(&multiple, &factors);
    make_cached(&out->odd[i], &multiple);
  }
}

void multiply_prepare(split_multiples_t *out, const point_t *point) {
  point_factors_t factors;
  point_t high = *point;
  point_odd_multiples(&out->low, point);
  for (unsigned i = 0; i < kSplitBits; i++) {
    double_point(&factors, &high);
    finish_without_t(&high, &factors);
  }
  fe_mul(&high.t, &factors.e, &factors.h);
  point_odd_multiples(&out->high, &high);
}

// -----------------------------------------------------------------------------
// Sums of multiples
// -----------------------------------------------------------------------------

// A host that has the instructions for it adds up the same points with those.
#if MOORING_X86_64
#define BY_IFMA_IF_CHOSEN(product, ...) \
  if (multiply_has_ifma()) {            \
    product(__VA_ARGS__);               \
    return;                             \
  }
#else
#define BY_IFMA_IF_CHOSEN(product, ...)
#endif

// A scalar's digits and the odd multiples that they choose from, one of the two
// kinds. An odd digit d finds |d| P at index (|d| - 1) / 2.
typedef struct summand {
  const int8_t *digit;
  const niels_t *affine;  // NULL if projective
  const cached_t *projective;
} summand_t;

static void add_multiple(point_factors_t *sum, const summand_t *summand,
                         int i) {
  point_t multiplied;
  const int digit = summand->digit[i];
  if (digit == 0) {
    return;
  }
  const unsigned index = (unsigned)(digit < 0 ? -digit : digit) >> 1;
  finish(&multiplied, sum);
  if (summand->affine != NULL) {
    add_cached(sum, &multiplied, &summand->affine[index], NULL, digit < 0);
  } else {
    const cached_t *multiple = &summand->projective[index];
    add_cached(sum, &multiplied, &multiple->xyt, &multiple->z2, digit < 0);
  }
}

// Straus: all summands share the doublings, from digit `top` down.
static void add_up(point_t *out, const summand_t *summands, unsigned count,
                   int top) {
  point_set_neutral(out);
  for (int i = top; i >= 0; i--) {
    point_factors_t sum;
    double_point(&sum, out);
    for (unsigned which = 0; which < count; which++) {
      add_multiple(&sum, &summands[which], i);
    }
    finish_without_t(out, &sum);
  }
}

void multiply_base_and_point(point_t *out, const uint8_t s[kScalarBytes],
                             const uint8_t k[kScalarBytes], const point_t *a) {
  BY_IFMA_IF_CHOSEN(multiply_base_and_point_ifma, out, s, k, a)
  scalar_digits_t s_digits;
  scalar_digits_t k_digits;
  point_multiples_t multiples;
  scalar_recode(&s_digits, s, MOORING_ED25519_BASE_WINDOW);
  scalar_recode(&k_digits, k, kPointWindow);
  point_odd_multiples(&multiples, a);
  const summand_t summands[] = {
      {s_digits.digit, BASE_TABLE, NULL},
      {k_digits.digit, NULL, multiples.odd},
  };
  add_up(out, summands, sizeof summands / sizeof summands[0],
         s_digits.top > k_digits.top ? s_digits.top : k_digits.top);
}

void multiply_base_and_prepared(point_t *out, const uint8_t s[kScalarBytes],
                                const uint8_t k[kScalarBytes],
                                const split_multiples_t *a) {
  BY_IFMA_IF_CHOSEN(multiply_base_and_prepared_ifma, out, s, k, a)
  scalar_digits_t s_digits;
  scalar_digits_t k_digits;
  scalar_recode(&s_digits, s, MOORING_ED25519_BASE_WINDOW);
  scalar_recode(&k_digits, k, kPointWindow);
  // Digits from kSplitBits on count from there for the upper table; below
  // 2^255 none is at 2 * kSplitBits or beyond.
  const summand_t summands[] = {
      {s_digits.digit, BASE_TABLE, NULL},
      {s_digits.digit + kSplitBits, HIGH_TABLE, NULL},
      {k_digits.digit, NULL, a->low.odd},
      {k_digits.digit + kSplitBits, NULL, a->high.odd},
  };
  add_up(out, summands, sizeof summands / sizeof summands[0], kSplitBits - 1);
}
