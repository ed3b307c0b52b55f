// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/probe.h"

#include <string.h>

#include "ed25519/config.h"
#include "ed25519/fe.h"
#include "ed25519/half_size.h"
#include "ed25519/scalar.h"

// 3a - b: 5 units at most, which only first factors and encodings may have.
static void three_a_minus_b(fe_t *out, const fe_t *a, const fe_t *b) {
  fe_t twice;
  fe_add(&twice, a, a);
  fe_add(out, &twice, a);
  fe_sub(out, out, b);
}

// All 256 bits of an operand as one unit. For fe32 these are the very words:
// neither addition overflows, and the product with 1 folds nothing.
static void read_wide(fe_t *out, const uint8_t bytes[32]) {
  static const uint8_t kQuarter[32] = {[31] = 0x40};
  fe_from_bytes(out, bytes);
  if ((bytes[31] & 0x80) != 0) {
    fe_t part;
    fe_from_bytes(&part, kQuarter);
    fe_add(out, out, &part);
    fe_add(out, out, &part);
    fe_set_small(&part, 1);
    fe_mul(out, out, &part);
  }
}

void probe_field(uint8_t out[32], uint32_t operation, const uint8_t a[32],
                 const uint8_t b[32]) {
  fe_t x;
  fe_t y;
  fe_t loose;
  fe_t result;
  if ((operation & kProbeWide) != 0) {
    read_wide(&x, a);
    read_wide(&y, b);
  } else {
    fe_from_bytes(&x, a);
    fe_from_bytes(&y, b);
  }
  switch (operation & ~(uint32_t)kProbeWide) {
    case kProbeMultiply:
      fe_mul(&result, &x, &y);
      break;
    case kProbeSquare:
      fe_sq(&result, &x);
      break;
    case kProbeInvert:
      fe_invert(&result, &x);
      break;
    case kProbePowerOfRoot:
      fe_power_of_root(&result, &x);
      break;
    case kProbeMultiplyLoose:
      three_a_minus_b(&loose, &x, &y);
      fe_add(&result, &y, &y);
      fe_sub(&result, &result, &x);
      fe_mul(&result, &loose, &result);
      break;
    case kProbeSquareLoose:
      fe_sub(&loose, &x, &y);
      fe_sq(&result, &loose);
      break;
    case kProbeAdd:
      fe_add(&result, &x, &y);
      break;
    case kProbeSubtract:
      fe_sub(&result, &x, &y);
      break;
    default:
      three_a_minus_b(&result, &x, &y);
      break;
  }
  fe_to_bytes(out, &result);
}

void probe_reduce(uint8_t out[32], const uint8_t wide[64]) {
  scalar_reduce(out, wide);
}

int32_t probe_recode(int8_t digits[257], const uint8_t scalar[32],
                     uint32_t window_bits) {
  scalar_digits_t recoded;
  scalar_recode(&recoded, scalar, window_bits);
  memcpy(digits, recoded.digit, sizeof recoded.digit);
  return recoded.top;
}

#if MOORING_ED25519_HALF_SIZE

uint32_t probe_split(uint8_t u[32], uint8_t v[32], const uint8_t k[32]) {
  half_size_t half;
  half_size_split(&half, k);
  memcpy(u, half.u, sizeof half.u);
  memcpy(v, half.v, sizeof half.v);
  return half.u_negative ? kProbeYes : kProbeNo;
}

uint32_t probe_equation(const uint8_t s[32], const uint8_t k[32],
                        const uint8_t a[32], const uint8_t r[32]) {
  point_t a_point;
  point_t r_point;
  const point_pair_found_t found = point_decode_pair(&a_point, &r_point, a, r);
  if (!found.first || !found.second) {
    return kProbeNotAPoint;
  }
  return half_size_equation_holds(s, k, &a_point, &r_point) ? kProbeYes
                                                            : kProbeNo;
}

#else

uint32_t probe_split(uint8_t u[32], uint8_t v[32], const uint8_t k[32]) {
  (void)k;
  memset(u, 0, kScalarBytes);
  memset(v, 0, kScalarBytes);
  return kProbeAbsent;
}

uint32_t probe_equation(const uint8_t s[32], const uint8_t k[32],
                        const uint8_t a[32], const uint8_t r[32]) {
  (void)s;
  (void)k;
  (void)a;
  (void)r;
  return kProbeAbsent;
}

#endif
