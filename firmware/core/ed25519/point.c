// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/point.h"

#include "ed25519/config.h"
#include "ed25519/generated/curve_constants.h"

// x^2 = u/v with u = y^2 - 1 and v = d y^2 + 1. A candidate root is
// u v^3 (u v^7)^((p - 5)/8): one power, no inversion [RFC 8032 §5.1.3].
typedef struct root_problem {
  fe_t y, u, v;
  fe_t uv3;  // u v^3
  fe_t uv7;  // u v^7, to be raised
} root_problem_t;

static void pose_root(root_problem_t *out, const uint8_t bytes[kPointBytes]) {
  fe_t one;
  fe_t v2;
  fe_from_bytes(&out->y, bytes);
  fe_set_small(&one, 1);
  fe_sq(&out->u, &out->y);
  fe_mul(&out->v, &out->u, &kCurveD);
  fe_sub(&out->u, &out->u, &one);  // 3 units
  fe_add(&out->v, &out->v, &one);  // 2
  fe_sq(&v2, &out->v);
  fe_mul(&out->uv3, &out->u, &out->v);
  fe_mul(&out->uv3, &out->uv3, &v2);
  fe_sq(&v2, &v2);
  fe_mul(&out->uv7, &out->uv3, &v2);
}

// Completes the root with `power` = (u v^7)^((p - 5)/8) and chooses its sign.
static bool take_root(point_t *out, const root_problem_t *problem,
                      const fe_t *power, unsigned sign) {
  fe_t x;
  fe_t vxx;
  fe_t check;
  fe_mul(&x, power, &problem->uv3);
  // v x^2 is u, or -u and x lacks a factor of sqrt(-1), or no root exists.
  fe_sq(&vxx, &x);
  fe_mul(&vxx, &vxx, &problem->v);
  fe_sub(&check, &problem->u, &vxx);
  if (!fe_is_zero(&check)) {
    fe_add(&check, &problem->u, &vxx);
    if (!fe_is_zero(&check)) {
      return false;
    }
    fe_mul(&x, &x, &kSqrtMinusOne);
  }
  uint8_t x_bytes[kFeBytes];
  fe_to_bytes(x_bytes, &x);
  if ((x_bytes[0] & 1) != sign) {
    fe_t zero;
    fe_set_small(&zero, 0);
    fe_sub(&x, &zero, &x);
    // By way of its bytes -x is one unit again.
    fe_to_bytes(x_bytes, &x);
    fe_from_bytes(&x, x_bytes);
  }
  out->x = x;
  out->y = problem->y;
  fe_set_small(&out->z, 1);
  fe_mul(&out->t, &out->x, &out->y);
  return true;
}

static unsigned sign_bit(const uint8_t bytes[kPointBytes]) {
  return bytes[kPointBytes - 1] >> 7;
}

bool point_decode(point_t *out, const uint8_t bytes[kPointBytes]) {
  root_problem_t problem;
  fe_t power;
  pose_root(&problem, bytes);
  fe_power_of_root(&power, &problem.uv7);
  return take_root(out, &problem, &power, sign_bit(bytes));
}

#if MOORING_ED25519_HALF_SIZE
point_pair_found_t point_decode_pair(point_t *first, point_t *second,
                                     const uint8_t first_bytes[kPointBytes],
                                     const uint8_t second_bytes[kPointBytes]) {
  root_problem_t problems[2];
  fe_t powers[2];
  pose_root(&problems[0], first_bytes);
  pose_root(&problems[1], second_bytes);
  powers[0] = problems[0].uv7;
  powers[1] = problems[1].uv7;
  fe_power_of_root_pair(powers, powers);
  const point_pair_found_t found = {
      take_root(first, &problems[0], &powers[0], sign_bit(first_bytes)),
      take_root(second, &problems[1], &powers[1], sign_bit(second_bytes)),
  };
  return found;
}
#endif

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
