// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A verdict with half the doublings (hosts only; see config.h).
//
// To judge E = [S]B - [k]A - R without recomputing R, multiply it by a v that
// makes both v and u = v k mod 8L about 128 bits long:
//
//   [v]E = [v S mod L]B - [u]A - [v]R
//
// so 128 doublings serve all summands instead of 253 (Antipa, Brown, Gallant,
// Lambert, Struik, Vanstone, "Accelerated Verification of ECDSA Signatures",
// 2005; Pornin, "Optimized Lattice Basis Reduction In Dimension 2, and Fast
// Schnorr and EdDSA Signature Verification", 2020).
//
// The verdict is exactly that of the cofactorless equation, for points of any
// order. Every point's order divides 8L, so u need agree with v k only modulo
// 8L, and B's order is L. v is odd and 0 < v < L, hence prime to 8L: [v] maps
// the curve's group one to one onto itself, and [v]E is the neutral element if
// and only if E is.

#ifndef MOORING_CORE_ED25519_HALF_SIZE_H_
#define MOORING_CORE_ED25519_HALF_SIZE_H_

#include <stdbool.h>
#include <stdint.h>

#include "ed25519/point.h"
#include "ed25519/scalar.h"
#include "mooring/namespace.h"

#define half_size_split MOORING_NAMESPACE(half_size_split)
#define half_size_equation_holds MOORING_NAMESPACE(half_size_equation_holds)

/** u = v k (mod 8L), where `u_negative` says that u is to be negated. */
typedef struct half_size {
  uint8_t u[kScalarBytes];
  uint8_t v[kScalarBytes];  // odd, below L
  bool u_negative;
} half_size_t;

/**
 * Finds u and v for a k below L.
 *
 * Both have about 128 bits for all k but a share that falls as 2^-n for n bits
 * more; whatever k is, the result is right.
 */
void half_size_split(half_size_t *out, const uint8_t k[kScalarBytes]);

/** Whether [S]B = R + [k]A; `a` and `r` have z = 1 and t. */
bool half_size_equation_holds(const uint8_t s[kScalarBytes],
                              const uint8_t k[kScalarBytes], const point_t *a,
                              const point_t *r);

#endif  // MOORING_CORE_ED25519_HALF_SIZE_H_
