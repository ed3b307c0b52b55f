// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/probe_ifma.h"

#include <string.h>

#include "x86_64/fe4_ifma.h"
#include "x86_64/verify_ifma.h"

#if MOORING_X86_64

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

void probe_fe4(uint64_t out[20], uint32_t operation, const uint64_t a[20],
               const uint64_t b[20]) {
  fe4_t x;
  fe4_t y;
  fe4_t result;
  fe4_wide_t wide;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  switch (operation) {
    case kProbeFe4Multiply:
      fe4_mul(&result, &x, &y);
      break;
    case kProbeFe4Square:
      fe4_sq(&result, &x);
      break;
    case kProbeFe4Carry:
      memcpy(&wide, a, sizeof wide);
      fe4_carry(&result, &wide);
      break;
    case kProbeFe4Freeze:
      fe4_freeze(&result, &x);
      break;
    case kProbeFe4MultiplySmall:
      fe4_mul_small_wide(&wide, &x, y.limb[0]);
      fe4_carry(&result, &wide);
      break;
    default:
      fe4_sub_wide(&wide, &x, &y);
      fe4_carry(&result, &wide);
      break;
  }
  memcpy(out, &result, sizeof result);
}

MOORING_TARGET_END

uint32_t probe_equation_ifma(const uint8_t s[32], const uint8_t k[32],
                             const uint8_t a[32], const uint8_t r[32]) {
  switch (ed25519_judge_ifma(a, r, s, k)) {
    case kVerifyOk:
      return kProbeYes;
    case kVerifyBadKey:
      return kProbeNotAPoint;
    default:
      return kProbeNo;
  }
}

#else

void probe_fe4(uint64_t out[20], uint32_t operation, const uint64_t a[20],
               const uint64_t b[20]) {
  (void)operation;
  (void)a;
  (void)b;
  memset(out, 0, 20 * sizeof *out);
}

uint32_t probe_equation_ifma(const uint8_t s[32], const uint8_t k[32],
                             const uint8_t a[32], const uint8_t r[32]) {
  (void)s;
  (void)k;
  (void)a;
  (void)r;
  return kProbeAbsent;
}

#endif  // MOORING_X86_64
