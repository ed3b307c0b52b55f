// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// [s]B + [k]A in one pass.

#ifndef MOORING_CORE_ED25519_MULTIPLY_H_
#define MOORING_CORE_ED25519_MULTIPLY_H_

#include <stdint.h>

#include "ed25519/point.h"
#include "ed25519/scalar.h"
#include "mooring/namespace.h"

#define multiply_base_and_point MOORING_NAMESPACE(multiply_base_and_point)

/**
 * Computes [s]B + [k]A; `out` has no t.
 *
 * @param s, k 256-bit integers; need not be reduced.
 * @param a a point with z and t.
 */
void multiply_base_and_point(point_t *out, const uint8_t s[kScalarBytes],
                             const uint8_t k[kScalarBytes], const point_t *a);

#endif  // MOORING_CORE_ED25519_MULTIPLY_H_
