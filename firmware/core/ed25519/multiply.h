// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// [s]B + [k]A in one pass, for a point seen for the first time or for one whose
// multiples are at hand.

#ifndef MOORING_CORE_ED25519_MULTIPLY_H_
#define MOORING_CORE_ED25519_MULTIPLY_H_

#include <stdint.h>

#include "ed25519/point.h"
#include "ed25519/scalar.h"
#include "mooring/namespace.h"

#define point_odd_multiples MOORING_NAMESPACE(point_odd_multiples)
#define multiply_prepare MOORING_NAMESPACE(multiply_prepare)
#define multiply_base_and_point MOORING_NAMESPACE(multiply_base_and_point)
#define multiply_base_and_prepared MOORING_NAMESPACE(multiply_base_and_prepared)

/** Where a scalar is split: its upper half has a table of its own. */
enum { kSplitBits = 128 };

/** A point's odd multiples, and those of 2^kSplitBits times the point. */
typedef struct split_multiples {
  point_multiples_t low, high;
} split_multiples_t;

/** Precomputes the odd multiples of a point with z and t. */
void point_odd_multiples(point_multiples_t *out, const point_t *point);

/** Precomputes both halves' multiples of a point with z and t. */
void multiply_prepare(split_multiples_t *out, const point_t *point);

/**
 * Computes [s]B + [k]A; `out` has no t.
 *
 * @param s, k 256-bit integers; need not be reduced.
 * @param a a point with z and t.
 */
void multiply_base_and_point(point_t *out, const uint8_t s[kScalarBytes],
                             const uint8_t k[kScalarBytes], const point_t *a);

/**
 * Computes [s]B + [k]A with half the doublings; `out` has no t.
 *
 * @param s, k below 2^255.
 * @param a of multiply_prepare().
 */
void multiply_base_and_prepared(point_t *out, const uint8_t s[kScalarBytes],
                                const uint8_t k[kScalarBytes],
                                const split_multiples_t *a);

#endif  // MOORING_CORE_ED25519_MULTIPLY_H_
