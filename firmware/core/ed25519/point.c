// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/point.h"

#include "ed25519/generated/curve_constants.h"

bool point_decode(point_t *out, const uint8_t bytes[kPointBytes]) {
  // x^2 = u/v with u = y^2 - 1 and v = d y^2 + 1. A candidate root is
  // u v^3 (u v^7)^((p - 5)/8): one power, no inversion [RFC 8032 §5.1.3].
  fe_t y;
  fe_t one;
  fe_t u;
  fe_t v;
  fe_t v3;
  fe_t x;
  fe_t check;
  fe_from_bytes(&y, bytes);
  fe_set_small(&one, 1);
  fe_sq(&u, &y);
  fe_mul(&v, &u, &kCurveD);
  fe_sub(&u, &u, &one);
  fe_add(&v, &v, &one);
  fe_sq(&v3, &v);
  fe_mul(&v3, &v3, &v);
  fe_sq(&x, &v3);
  fe_mul(&x, &x, &v);
  fe_mul(&x, &x, &u);
  fe_power_of_root(&x, &x);
  fe_mul(&v3, &v3, &u);
  fe_mul(&x, &x, &v3);
  // v x^2 is u, or -u and x lacks a factor of sqrt(-1), or no root exists.
  fe_t vxx;
  fe_sq(&vxx, &x);
  fe_mul(&vxx, &vxx, &v);
  fe_sub(&check, &u, &vxx);
  if (!fe_is_zero(&check)) {
    fe_add(&check, &u, &vxx);
    if (!fe_is_zero(&check)) {
      return false;
    }
    fe_mul(&x, &x, &kSqrtMinusOne);
  }
  uint8_t x_bytes[kFeBytes];
  fe_to_bytes(x_bytes, &x);
  const unsigned sign = bytes[kPointBytes - 1] >> 7;
  if ((x_bytes[0] & 1) != sign) {
    // -x, brought back to one unit.
    fe_t minus_one;
    fe_set_small(&minus_one, 0);
    fe_sub(&minus_one, &minus_one, &one);
    fe_mul(&x, &minus_one, &x);
  }
  out->x = x;
  out->y = y;
  out->z = one;
  fe_mul(&out->t, &x, &y);
  return true;
}

void point_encode(uint8_t bytes[kPointBytes], const point_t *point) {
  fe_t z_inverse;
  fe_t x;
  fe_t y;
  uint8_t x_bytes[kFeBytes];
  fe_invert(&z_inverse, &point->z);
  fe_mul(&x, &point->x, &z_inverse);
  fe_mul(&y, &point->y, &z_inverse);
  fe_to_bytes(x_bytes, &x);
  fe_to_bytes(bytes, &y);
  bytes[kPointBytes - 1] |= (uint8_t)(x_bytes[0] << 7);
}

static void make_cached(cached_t *out, const point_t *a) {
  fe_add(&out->y_plus_x, &a->y, &a->x);   // 2 units
  fe_sub(&out->y_minus_x, &a->y, &a->x);  // 3
  fe_add(&out->z2, &a->z, &a->z);         // 2
  fe_mul(&out->t2d, &a->t, &kCurve2d);
}

void point_odd_multiples(point_multiples_t *out, const point_t *point) {
  point_factors_t factors;
  point_t multiple;
  cached_t twice;
  point_double(&factors, point);
  point_finish(&multiple, &factors);
  make_cached(&twice, &multiple);
  make_cached(&out->odd[0], point);
  multiple = *point;
  for (unsigned i = 1; i < kPointMultiples; i++) {
    point_add_cached(&factors, &multiple, &twice, false);
    point_finish(&multiple, &factors);
    make_cached(&out->odd[i], &multiple);
  }
}
