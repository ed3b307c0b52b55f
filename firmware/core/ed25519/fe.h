// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The field GF(p), p = 2^255 - 19: one interface, two representations.
//
// A 64-bit compiler with 128-bit integers takes five limbs of 51 bits, any
// other, and any built with MOORING_FORCE_32BIT, eight full words.
//
// fe51 does not carry sums. Count what a product, a square, fe_set_small or
// fe_from_bytes gives as one unit, and an FE_CONST as two; then there
//
//   fe_add(out, a, b)          gives a + b units
//   fe_sub(out, a, b)          gives a + 2, for b <= 1
//   fe_mul(out, a, b)          takes a, b <= 5
//   fe_sq_times(out, a, n)     takes a <= 5; squares n >= 1 times in a row
//
// The counts in the point formulas are these. fe32 carries everything and has
// no bounds. Outputs may be inputs.

#ifndef MOORING_CORE_ED25519_FE_H_
#define MOORING_CORE_ED25519_FE_H_

#include <stdbool.h>
#include <stdint.h>

#include "mooring/namespace.h"

#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)
#include "ed25519/fe51.h"
#else
#include "ed25519/fe32.h"
#endif

#define fe_from_bytes MOORING_NAMESPACE(fe_from_bytes)
#define fe_to_bytes MOORING_NAMESPACE(fe_to_bytes)
#define fe_power_of_root MOORING_NAMESPACE(fe_power_of_root)
#define fe_power_of_root_pair MOORING_NAMESPACE(fe_power_of_root_pair)
#define fe_invert MOORING_NAMESPACE(fe_invert)
#define fe_is_zero MOORING_NAMESPACE(fe_is_zero)

enum { kFeBytes = 32 };

/** Sets an element to 0 or 1. */
static inline void fe_set_small(fe_t *out, unsigned value) {
  *out = (fe_t){{0}};
  out->limb[0] = (fe_limb_t)value;
}

/** Reads 255 bits, little-endian; bit 255 is ignored, y >= p is reduced. */
void fe_from_bytes(fe_t *out, const uint8_t bytes[kFeBytes]);

/** Writes the canonical encoding of an element of up to 5 units. */
void fe_to_bytes(uint8_t bytes[kFeBytes], const fe_t *a);

/** Whether an element of up to 5 units is 0 modulo p. */
bool fe_is_zero(const fe_t *a);

/** out = a^((p - 5)/8) = a^(2^252 - 3), for square roots of a quotient. */
void fe_power_of_root(fe_t *out, const fe_t *a);

/** The same of two elements side by side, on hosts (config.h). */
void fe_power_of_root_pair(fe_t out[2], const fe_t a[2]);

/** out = 1/a, and 0 for a = 0. */
void fe_invert(fe_t *out, const fe_t *a);

#endif  // MOORING_CORE_ED25519_FE_H_
