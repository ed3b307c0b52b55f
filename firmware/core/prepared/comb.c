// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "prepared/comb.h"

#include <string.h>

#include "ed25519/generated/curve_constants.h"
#include "prepared/entry.h"
#include "prepared/inverse.h"

// (2 i + 1) floor(2^64 / golden ratio), made odd and cut to 52 bits.
const uint64_t comb_check_factors[kCombColumns + 1] = {
    0x779b97f4a7c15, 0x66d2c7ddf743f, 0x5609f7c746c69, 0x454127b096493,
    0x34785799e5cbd, 0x23af8783354e7, 0x12e6b76c84d11, 0x021de755d453b,
    0xf155173f23d65, 0xe08c47287358f, 0xcfc37711c2db9, 0xbefaa6fb125e3,
    0xae31d6e461e0d, 0x9d6906cdb1637, 0x8ca036b700e61, 0x7bd766a05068b,
};

// -----------------------------------------------------------------------------
// Building
// -----------------------------------------------------------------------------

// Points that wait for their common inversion, and where they go.
enum { kWaiting = 64 };

typedef struct builder {
  const comb_t *comb;
  unsigned count;
  point_t point[kWaiting];  // t is the product of all z before
  size_t place[kWaiting];
} builder_t;

static void put(const comb_t *comb, size_t place, const niels_t *multiple) {
  comb_entry_t *const entry = &comb->entries[place];
  entry_from_niels(entry, multiple);
  entry->check = comb_check_of(entry, comb->seed, place);
}

// Montgomery: one inversion for all that wait, and three products for each.
static void flush(builder_t *builder) {
  fe_t inverse;
  if (builder->count == 0) {
    return;
  }
  point_t *const point = builder->point;
  fe_set_small(&point[0].t, 1);
  for (unsigned i = 1; i < builder->count; i++) {
    fe_mul(&point[i].t, &point[i - 1].t, &point[i - 1].z);
  }
  const unsigned last = builder->count - 1;
  fe_mul(&inverse, &point[last].t, &point[last].z);
  inverse_of(&inverse, &inverse);
  for (unsigned i = builder->count; i-- > 0;) {
    fe_t z_inverse;
    fe_t x;
    fe_t y;
    niels_t multiple;
    fe_mul(&z_inverse, &inverse, &point[i].t);
    fe_mul(&inverse, &inverse, &point[i].z);
    fe_mul(&x, &point[i].x, &z_inverse);
    fe_mul(&y, &point[i].y, &z_inverse);
    fe_add(&multiple.y_plus_x, &y, &x);
    fe_sub(&multiple.y_minus_x, &y, &x);
    fe_mul(&multiple.t2d, &x, &y);
    fe_mul(&multiple.t2d, &multiple.t2d, &kCurve2d);
    put(builder->comb, builder->place[i], &multiple);
  }
  builder->count = 0;
}

static void push(builder_t *builder, size_t place, const point_t *point) {
  if (builder->count == kWaiting) {
    flush(builder);
  }
  builder->point[builder->count] = *point;
  builder->place[builder->count] = place;
  builder->count++;
}

static void make_cached(cached_t *out, const point_t *a) {
  fe_add(&out->xyt.y_plus_x, &a->y, &a->x);
  fe_sub(&out->xyt.y_minus_x, &a->y, &a->x);
  fe_mul(&out->xyt.t2d, &a->t, &kCurve2d);
  fe_add(&out->z2, &a->z, &a->z);
}

static void add_cached(point_t *out, const point_t *a, const cached_t *b) {
  point_factors_t factors;
  point_add_cached(&factors, a, b, false);
  point_finish(out, &factors);
}

static void double_point(point_t *out, const point_t *a) {
  point_factors_t factors;
  point_double(&factors, a);
  point_finish(out, &factors);
}

void comb_build(const comb_t *comb, const point_t *point) {
  const unsigned stride = comb_stride(comb->window);
  builder_t builder;
  niels_t neutral;
  point_t first = *point;
  builder.comb = comb;
  builder.count = 0;
  fe_set_small(&neutral.y_plus_x, 1);
  fe_set_small(&neutral.y_minus_x, 1);
  fe_set_small(&neutral.t2d, 0);
  for (unsigned j = 0; j < comb_windows(comb->window); j++) {
    const size_t place = (size_t)j * stride;
    point_t multiple = first;
    cached_t step;
    make_cached(&step, &first);
    put(comb, place, &neutral);
    push(&builder, place + 1, &multiple);
    for (unsigned i = 2; i < stride; i++) {
      // Half of the sums could be doublings, which are cheaper by little.
      add_cached(&multiple, &multiple, &step);
      push(&builder, place + i, &multiple);
    }
    // The last was 2^(w - 1) times the first.
    double_point(&first, &multiple);
  }
  flush(&builder);
}

bool comb_is_intact(const comb_t *comb) {
  for (size_t place = 0; place < comb_entries(comb->window); place++) {
    if (!comb_entry_is_intact(&comb->entries[place], comb->seed, place)) {
      return false;
    }
  }
  return true;
}

// -----------------------------------------------------------------------------
// Digits
// -----------------------------------------------------------------------------

// Half a window is added to each window but the last, whose digit is then
// 2^(w - 1) at most: a digit is what is in its window, less that half, and no
// carry is left to be taken. README.md has the bounds.
void comb_digits(comb_digits_t *out, const uint8_t scalar[kScalarBytes],
                 unsigned window) {
  const unsigned last = comb_windows(window) - 1;
  const unsigned mask = (1u << window) - 1;
  unsigned carry = 0;
  for (unsigned j = 0; j <= last; j++) {
    const unsigned bit = window * j;
    const unsigned byte = bit / 8;
    // 24 bits from there hold a window of up to 17 at any alignment.
    unsigned bits = 0;
    for (unsigned i = 0; i < 3 && byte + i < kScalarBytes; i++) {
      bits |= (unsigned)scalar[byte + i] << (8 * i);
    }
    const unsigned value = ((bits >> (bit % 8)) & mask) + carry;
    carry = j < last ? (value + (1u << (window - 1))) >> window : 0;
    out->digit[j] = (int16_t)((int)value - (int)(carry << window));
  }
}
