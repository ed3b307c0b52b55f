// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Integers modulo L, the prime order of Ed25519's base point:
// L = 2^252 + 27742317777372353535851937790883648493 [RFC 8032 §5.1].

#ifndef MOORING_CORE_ED25519_SCALAR_H_
#define MOORING_CORE_ED25519_SCALAR_H_

#include <stdbool.h>
#include <stdint.h>

#include "mooring/namespace.h"

#define scalar_is_reduced MOORING_NAMESPACE(scalar_is_reduced)
#define scalar_reduce MOORING_NAMESPACE(scalar_reduce)
#define scalar_multiply MOORING_NAMESPACE(scalar_multiply)
#define scalar_recode MOORING_NAMESPACE(scalar_recode)

enum {
  kScalarBytes = 32,
  kScalarWideBytes = 64,
  // A recoded scalar of 256 bits may carry into digit 256.
  kScalarDigits = 257,
};

/** A scalar as digits: the sum of digit[i] * 2^i, most digits 0. */
typedef struct scalar_digits {
  int8_t digit[kScalarDigits];
  int16_t top;  // index of the highest digit that is not 0; -1 if none
} scalar_digits_t;

/** Whether a little-endian integer is below L. */
bool scalar_is_reduced(const uint8_t scalar[kScalarBytes]);

/** Reduces a 512-bit little-endian integer modulo L. */
void scalar_reduce(uint8_t out[kScalarBytes],
                   const uint8_t wide[kScalarWideBytes]);

/** out = a b mod L, for any 256-bit a and b. */
void scalar_multiply(uint8_t out[kScalarBytes], const uint8_t a[kScalarBytes],
                     const uint8_t b[kScalarBytes]);

/**
 * Recodes a 256-bit integer into signed digits of a sliding window.
 *
 * Digits are odd or 0, at most 2^(window - 1) - 1 in magnitude, and after one
 * that is not 0 come at least `window` - 1 that are.
 *
 * @param window bits, 2 to 8.
 */
void scalar_recode(scalar_digits_t *out, const uint8_t scalar[kScalarBytes],
                   unsigned window);

#endif  // MOORING_CORE_ED25519_SCALAR_H_
