// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Points of edwards25519, -x^2 + y^2 = 1 + d x^2 y^2, and their formulas.
//
// Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008): the
// formulas are complete on this curve, so no point is an exception. Each ends
// in four factors of which the caller multiplies out what it needs: the next
// doubling has no use for t, and a multiplication is saved.

#ifndef MOORING_CORE_ED25519_POINT_H_
#define MOORING_CORE_ED25519_POINT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ed25519/fe.h"
#include "mooring/namespace.h"

#define point_decode MOORING_NAMESPACE(point_decode)
#define point_decode_pair MOORING_NAMESPACE(point_decode_pair)
#define point_encode MOORING_NAMESPACE(point_encode)

enum { kPointBytes = 32 };

/** x = X/Z, y = Y/Z and, where a formula needs it, XY = ZT. */
typedef struct point {
  fe_t x, y, z, t;
} point_t;

/** A result before its last multiplications: X = EF, Y = GH, Z = FG, T = EH. */
typedef struct point_factors {
  fe_t e, f, g, h;
} point_factors_t;

/** A summand, precomputed: of an affine point, or of x, y and t alone. */
typedef struct niels {
  fe_t y_plus_x, y_minus_x, t2d;
} niels_t;

/** A projective summand, precomputed. */
typedef struct cached {
  niels_t xyt;
  fe_t z2;
} cached_t;

enum { kPointWindow = 5, kPointMultiples = 1 << (kPointWindow - 2) };

/** A point times 1, 3, 5, ..., 15: the digits of a window of kPointWindow. */
typedef struct point_multiples {
  cached_t odd[kPointMultiples];
} point_multiples_t;

/**
 * Decodes a canonical encoding [RFC 8032 §5.1.3].
 *
 * @return false if no point has this y; then `out` is unchanged.
 */
bool point_decode(point_t *out, const uint8_t bytes[kPointBytes]);

/** Which of two encodings are points. */
typedef struct point_pair_found {
  bool first, second;
} point_pair_found_t;

/** Decodes two encodings side by side, on hosts (config.h). */
point_pair_found_t point_decode_pair(point_t *first, point_t *second,
                                     const uint8_t first_bytes[kPointBytes],
                                     const uint8_t second_bytes[kPointBytes]);

/** Encodes a point [RFC 8032 §5.1.2]. */
void point_encode(uint8_t bytes[kPointBytes], const point_t *point);

/** Sets the neutral element. */
static inline void point_set_neutral(point_t *out) {
  fe_set_small(&out->x, 0);
  fe_set_small(&out->y, 1);
  fe_set_small(&out->z, 1);
  fe_set_small(&out->t, 0);
}

/** Multiplies out all but t: enough before a doubling. */
static inline void point_finish_without_t(point_t *out,
                                          const point_factors_t *factors) {
  // f is the sum of most units, so it comes first in every product.
  fe_mul(&out->x, &factors->f, &factors->e);
  fe_mul(&out->y, &factors->g, &factors->h);
  fe_mul(&out->z, &factors->f, &factors->g);
}

/** Multiplies out everything: needed before an addition. */
static inline void point_finish(point_t *out, const point_factors_t *factors) {
  point_finish_without_t(out, factors);
  fe_mul(&out->t, &factors->e, &factors->h);
}

/** Doubles; t is not read. Four squarings. */
static inline void point_double(point_factors_t *out, const point_t *a) {
  // "dbl-2008-hwcd" for a = -1 with all four factors negated, which leaves
  // their products alone and saves a subtraction from zero.
  fe_t xx;
  fe_t yy;
  fe_t zz;
  fe_t sum_squared;
  fe_sq(&xx, &a->x);
  fe_sq(&yy, &a->y);
  fe_sq(&zz, &a->z);
  fe_add(&sum_squared, &a->x, &a->y);
  fe_sq(&sum_squared, &sum_squared);
  fe_add(&out->h, &xx, &yy);               // 2 units
  fe_sub(&out->e, &out->h, &sum_squared);  // 4
  fe_sub(&out->g, &xx, &yy);               // 3
  fe_add(&zz, &zz, &zz);                   // 2
  fe_add(&out->f, &zz, &out->g);           // 5
}

// The common end of both additions: from A = (y1 - x1)(y2 - x2),
// B = (y1 + x1)(y2 + x2), C = 2d t1 t2 and D = 2 z1 z2 (of 2 units) to the
// factors. Subtracting a summand has negated C.
static inline void point_add_end(point_factors_t *out, const fe_t *a,
                                 const fe_t *b, const fe_t *c, const fe_t *d,
                                 bool negate_c) {
  fe_sub(&out->e, b, a);  // 3 units
  fe_add(&out->h, b, a);  // 2
  if (negate_c) {
    fe_add(&out->f, d, c);  // 3
    fe_sub(&out->g, d, c);  // 4
  } else {
    fe_sub(&out->f, d, c);
    fe_add(&out->g, d, c);
  }
}

/**
 * Adds a summand, or subtracts it. Three multiplications, and one for a z.
 *
 * @param z2 twice the summand's z; NULL if that is 1.
 */
static inline void point_add(point_factors_t *out, const point_t *a,
                             const niels_t *b, const fe_t *z2, bool subtract) {
  // "madd-2008-hwcd-3" or "add-2008-hwcd-3", with the factors of b alone
  // multiplied out beforehand. Negating b exchanges y + x and y - x.
  const fe_t *plus = subtract ? &b->y_minus_x : &b->y_plus_x;
  const fe_t *minus = subtract ? &b->y_plus_x : &b->y_minus_x;
  fe_t product_minus;
  fe_t product_plus;
  fe_t c;
  fe_t d;
  fe_sub(&product_minus, &a->y, &a->x);
  fe_mul(&product_minus, &product_minus, minus);
  fe_add(&product_plus, &a->y, &a->x);
  fe_mul(&product_plus, &product_plus, plus);
  fe_mul(&c, &a->t, &b->t2d);
  if (z2 != NULL) {
    fe_mul(&d, &a->z, z2);
  } else {
    fe_add(&d, &a->z, &a->z);
  }
  point_add_end(out, &product_minus, &product_plus, &c, &d, subtract);
}

/** Adds or subtracts an affine summand. */
static inline void point_add_niels(point_factors_t *out, const point_t *a,
                                   const niels_t *b, bool subtract) {
  point_add(out, a, b, NULL, subtract);
}

/** Adds or subtracts a projective summand. */
static inline void point_add_cached(point_factors_t *out, const point_t *a,
                                    const cached_t *b, bool subtract) {
  point_add(out, a, &b->xyt, &b->z2, subtract);
}

#endif  // MOORING_CORE_ED25519_POINT_H_
