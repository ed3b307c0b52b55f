// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A template as lanes_point.h is: what each lane's points are multiplied by.

#ifndef MOORING_CORE_X86_64_LANES_SCALAR_H_
#define MOORING_CORE_X86_64_LANES_SCALAR_H_

#include <string.h>

#include "ed25519/half_size.h"
#include "ed25519/scalar.h"
#include "x86_64/generated/lanes_base.h"

enum {
  // B's digits are twice as wide, so that each comes where the others' do.
  kLanesWindow = kLanesBaseWindow / 2,
  kLanesMultiples = (1 << (kLanesWindow - 1)) + 1,
  // A half-size scalar has about 128 bits, at worst as many as L.
  kLanesMostDigits = 256 / kLanesWindow,
  kLanesLeastDigits = 2 * kLanesBaseDigits - 1,
};

/** Signed digits in every lane, least significant first. */
typedef struct lanes_scalars {
  int8_t digits[2][kLanesMostDigits][kLanes];
  int8_t base[2][kLanesBaseDigits][kLanes];
  unsigned digit_count;  // of `digits`, at least kLanesLeastDigits
} lanes_scalars_t;

// Writes `count` digits, one in every kLanes places, from -2^(window - 1) on,
// negated if `negate`; returns how many there are up to the last that is not 0.
// The scalar is below 2^253.
static unsigned lanes_recode(int8_t *digits, unsigned count,
                             const uint8_t scalar[kScalarBytes],
                             unsigned window, bool negate) {
  uint64_t word[kScalarBytes / 8 + 1] = {0};
  memcpy(word, scalar, kScalarBytes);
  const unsigned mask = (1u << window) - 1;
  int carry = 0;
  unsigned used = 0;
  for (unsigned i = 0; i < count; i++) {
    const unsigned bit = i * window;
    const unsigned shift = bit % 64;
    uint64_t bits = word[bit / 64] >> shift;
    if (shift + window > 64) {
      bits |= word[bit / 64 + 1] << (64 - shift);
    }
    int digit = (int)(bits & mask) + carry;
    carry = (digit + (1 << (window - 1))) >> window;
    digit -= carry << window;
    digits[i * kLanes] = (int8_t)(negate ? -digit : digit);
    used = digit != 0 ? i + 1 : used;
  }
  return used;
}

// Splits one lane's k (half_size.h) and recodes what comes of it.
static inline void lanes_set_scalars(lanes_scalars_t *out, unsigned lane,
                                     const uint8_t s[kScalarBytes],
                                     const uint8_t k[kScalarBytes]) {
  half_size_t half;
  uint8_t base[kScalarBytes];
  half_size_split(&half, k);
  scalar_multiply(base, half.v, s);
  const unsigned used_u =
      lanes_recode(&out->digits[0][0][lane], kLanesMostDigits, half.u,
                   kLanesWindow, half.u_negative);
  const unsigned used_v = lanes_recode(
      &out->digits[1][0][lane], kLanesMostDigits, half.v, kLanesWindow, false);
  (void)lanes_recode(&out->base[0][0][lane], 2 * kLanesBaseDigits, base,
                     kLanesBaseWindow, false);
  const unsigned used = used_u > used_v ? used_u : used_v;
  out->digit_count = used > out->digit_count ? used : out->digit_count;
}

#endif  // MOORING_CORE_X86_64_LANES_SCALAR_H_
