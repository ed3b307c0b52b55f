// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A template, included once by each back end that has lanes: points of
// edwards25519, one in each lane, over a field that the includer names.
//
//   lane_t, lane_sum_t       factors and sums, as fe8.h explains them
//   lane_mask_t              a truth value for each lane
//   kLanes                   how many lanes
//   lane_multiply ...        the operations of fe8.h
//
// The formulas are those of ed25519/point.h. What differs is when they carry: a
// formula adds up its products as they come and carries its four factors E, F,
// G and H, then carries what the next formula wants to multiply: x, y and z for
// a doubling, y + x, y - x, z and t for an addition.

#ifndef MOORING_CORE_X86_64_LANES_POINT_H_
#define MOORING_CORE_X86_64_LANES_POINT_H_

/** Before a doubling. */
typedef struct lanes_projective {
  lane_t x, y, z;
} lanes_projective_t;

/** Before an addition. */
typedef struct lanes_extended {
  lane_t plus, minus, z, t;  // y + x, y - x
} lanes_extended_t;

/** A summand; in a table of the lanes' own points t is multiplied by 2d. */
typedef lanes_extended_t lanes_cached_t;

/** A result before its last multiplications: X = EF, Y = GH, Z = FG, T = EH. */
typedef struct lanes_factors {
  lane_t e, f, g, h;
} lanes_factors_t;

static inline void lanes_double(lanes_factors_t *out,
                                const lanes_projective_t *a) {
  // "dbl-2008-hwcd" for a = -1 with F and H negated, which negates all of the
  // result's coordinates, so that it is the same point. 2xy is a product: it
  // costs no more than the square of x + y, which would want a carry.
  const lane_sum_t xx = lane_square(&a->x);
  const lane_sum_t yy = lane_square_raised(&a->y);
  const lane_sum_t zz = lane_square_raised(&a->z);
  const lane_sum_t xy = lane_multiply(&a->x, &a->y);
  const lane_sum_t e = lane_add(&xy, &xy);
  const lane_sum_t h = lane_add(&xx, &yy);
  const lane_sum_t g = lane_subtract(&yy, &xx);
  const lane_sum_t zz2 = lane_add(&zz, &zz);
  const lane_sum_t f = lane_subtract(&zz2, &g);
  out->e = lane_carry(&e);
  out->f = lane_carry(&f);
  out->g = lane_carry(&g);
  out->h = lane_carry(&h);
}

static inline void lanes_to_projective(lanes_projective_t *out,
                                       const lanes_factors_t *a) {
  const lane_sum_t x = lane_multiply(&a->e, &a->f);
  const lane_sum_t y = lane_multiply(&a->g, &a->h);
  const lane_sum_t z = lane_multiply(&a->f, &a->g);
  out->x = lane_carry(&x);
  out->y = lane_carry(&y);
  out->z = lane_carry(&z);
}

static inline void lanes_to_extended(lanes_extended_t *out,
                                     const lanes_factors_t *a) {
  const lane_sum_t x = lane_multiply(&a->e, &a->f);
  const lane_sum_t y = lane_multiply_raised(&a->g, &a->h);
  const lane_sum_t z = lane_multiply(&a->f, &a->g);
  const lane_sum_t t = lane_multiply(&a->e, &a->h);
  const lane_sum_t plus = lane_add(&y, &x);
  const lane_sum_t minus = lane_subtract(&y, &x);
  out->plus = lane_carry(&plus);
  out->minus = lane_carry(&minus);
  out->z = lane_carry(&z);
  out->t = lane_carry(&t);
}

// The end of both additions: from A = (y1 - x1)(y2 - x2), raised
// B = (y1 + x1)(y2 + x2), C = 2d t1 t2 and D = 2 z1 z2, raised.
static inline void lanes_add_end(lanes_factors_t *out, const lane_sum_t *a,
                                 const lane_sum_t *b, const lane_sum_t *c,
                                 const lane_sum_t *d, lane_mask_t negative) {
  // Where the summand is to be subtracted, C is negated; its y + x and y - x
  // have been exchanged by the reader of the table.
  const lane_sum_t signed_c = lane_negate_where(negative, c);
  const lane_sum_t e = lane_subtract(b, a);
  const lane_sum_t f = lane_subtract(d, &signed_c);
  const lane_sum_t g = lane_add(d, &signed_c);
  const lane_sum_t h = lane_add(b, a);
  out->e = lane_carry(&e);
  out->f = lane_carry(&f);
  out->g = lane_carry(&g);
  out->h = lane_carry(&h);
}

/** Adds `b`, or subtracts it where `negative` (and plus and minus changed). */
static inline void lanes_add_cached(lanes_factors_t *out,
                                    const lanes_extended_t *a,
                                    const lanes_cached_t *b,
                                    lane_mask_t negative) {
  const lane_sum_t product_minus = lane_multiply(&a->minus, &b->minus);
  const lane_sum_t product_plus = lane_multiply_raised(&a->plus, &b->plus);
  const lane_sum_t c = lane_multiply(&a->t, &b->t);
  const lane_sum_t zz = lane_multiply_raised(&a->z, &b->z);
  const lane_sum_t d = lane_add(&zz, &zz);
  lanes_add_end(out, &product_minus, &product_plus, &c, &d, negative);
}

/** The same for a summand whose z is 1; its z is not read. */
static inline void lanes_add_affine(lanes_factors_t *out,
                                    const lanes_extended_t *a,
                                    const lanes_cached_t *b,
                                    lane_mask_t negative) {
  const lane_sum_t product_minus = lane_multiply(&a->minus, &b->minus);
  const lane_sum_t product_plus = lane_multiply_raised(&a->plus, &b->plus);
  const lane_sum_t c = lane_multiply(&a->t, &b->t);
  const lane_sum_t raise = lane_raised_zero();
  const lane_sum_t z = lane_widen(&a->z);
  lane_sum_t d = lane_add(&z, &z);
  d = lane_add(&d, &raise);
  d = lane_add(&d, &raise);
  lanes_add_end(out, &product_minus, &product_plus, &c, &d, negative);
}

#endif  // MOORING_CORE_X86_64_LANES_POINT_H_
