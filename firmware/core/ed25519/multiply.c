// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/multiply.h"

#include "ed25519/config.h"

#if MOORING_ED25519_BASE_WINDOW == 8
#include "ed25519/generated/base_table_w8.h"
#define BASE_TABLE kBaseTableW8
#else
#include "ed25519/generated/base_table_w5.h"
#define BASE_TABLE kBaseTableW5
#endif

// An odd digit d finds |d| B at index (|d| - 1) / 2.
static unsigned table_index(int digit) {
  return (unsigned)(digit < 0 ? -digit : digit) >> 1;
}

// Straus: both scalars share the doublings.
void multiply_base_and_point(point_t *out, const uint8_t s[kScalarBytes],
                             const uint8_t k[kScalarBytes], const point_t *a) {
  scalar_digits_t base_digits;
  scalar_digits_t point_digits;
  point_multiples_t multiples;
  scalar_recode(&base_digits, s, MOORING_ED25519_BASE_WINDOW);
  scalar_recode(&point_digits, k, kPointWindow);
  point_odd_multiples(&multiples, a);

  point_set_neutral(out);
  const int top =
      base_digits.top > point_digits.top ? base_digits.top : point_digits.top;
  for (int i = top; i >= 0; i--) {
    const int base_digit = base_digits.digit[i];
    const int point_digit = point_digits.digit[i];
    point_factors_t factors;
    point_double(&factors, out);
    if (point_digit != 0) {
      point_finish(out, &factors);
      point_add_cached(&factors, out, &multiples.odd[table_index(point_digit)],
                       point_digit < 0);
    }
    if (base_digit != 0) {
      point_finish(out, &factors);
      point_add_niels(&factors, out, &BASE_TABLE[table_index(base_digit)],
                      base_digit < 0);
    }
    point_finish_without_t(out, &factors);
  }
}
