// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// encoding_check() in a few instructions for nearly everything there is, for
// processors that read words at any address in little-endian order.

#ifndef MOORING_CORE_X86_64_QUICK_CHECK_H_
#define MOORING_CORE_X86_64_QUICK_CHECK_H_

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "ed25519/encoding.h"

static inline uint64_t quick_check_word(const uint8_t *bytes, unsigned index) {
  uint64_t word;
  memcpy(&word, bytes + sizeof word * index, sizeof word);
  return word;
}

// What encoding_check() refuses about a point has one of four values in bytes 8
// to 15: small order up to sign is y = 0, 1 or a root of d y^4 + 2 y^2 - 1, of
// which these are the bytes; what is not canonical has y >= p, or y = +-1. The
// opposite of y, p - y, has the complement there, since p has only ones and
// nothing is borrowed.
static inline bool quick_check_is_ordinary(const uint8_t point[kPointBytes]) {
  const uint64_t of_order_8 = 0xf098eff289f4c345;
  const uint64_t word = quick_check_word(point, 1);
  return word != 0 && ~word != 0 && word != of_order_8 && ~word != of_order_8;
}

/** As encoding_check(), and by it wherever a look at some words leaves doubt.
 */
MOORING_WARN_UNUSED_RESULT
static inline ed25519_status_t quick_check(
    const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]) {
  // L exceeds 2^252 by little: S is below it if its upper bits are 0.
  const bool is_short =
      quick_check_word(signature + kEd25519RBytes, 3) >> 60 == 0;
  if (is_short && quick_check_is_ordinary(public_key) &&
      quick_check_is_ordinary(signature)) {
    return kEd25519Ok;
  }
  return encoding_check(public_key, signature);
}

#endif  // MOORING_CORE_X86_64_QUICK_CHECK_H_
