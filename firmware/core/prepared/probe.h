// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Openings for the tests, as mooring/probe.h: operands that no signature
// reaches on purpose.

#ifndef MOORING_CORE_PREPARED_PROBE_H_
#define MOORING_CORE_PREPARED_PROBE_H_

#include <stdint.h>

#include "backends/backend.h"
#include "mooring/prepared.h"

#define probe_inverse MOORING_NAMESPACE(probe_inverse)
#define probe_digits MOORING_NAMESPACE(probe_digits)
#define probe_judge MOORING_NAMESPACE(probe_judge)

/** 1/a by inverse_of(). */
void probe_inverse(uint8_t out[32], const uint8_t a[32]);

/** Digits of a scalar below L; returns how many there are. */
uint32_t probe_digits(int16_t digits[64], const uint8_t scalar[32],
                      uint32_t window);

/**
 * Judges encode([S]B - [k]A) == R for `count` k of 32 bytes below L, with
 * signatures of 64 bytes whose S is below L; writes comb_outcome_t values.
 */
void probe_judge(const verify_backend_t *backend,
                 const mooring_prepared_t *const *prepared, uint32_t count,
                 const uint8_t *scalars, const uint8_t *signatures,
                 uint8_t *outcomes);

#endif  // MOORING_CORE_PREPARED_PROBE_H_
