// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Openings into the verification core for its tests. Not for firmware: nothing
// refers to these functions, so a linker that drops unused sections drops them.
//
// Random signatures reach a wrong carry once in about 2^50 times; the tests
// hand these functions the operands at which carries happen.

#ifndef MOORING_INCLUDE_MOORING_PROBE_H_
#define MOORING_INCLUDE_MOORING_PROBE_H_

#include <stdint.h>

#include "mooring/namespace.h"

#define probe_field MOORING_NAMESPACE(probe_field)
#define probe_reduce MOORING_NAMESPACE(probe_reduce)
#define probe_recode MOORING_NAMESPACE(probe_recode)
#define probe_split MOORING_NAMESPACE(probe_split)
#define probe_equation MOORING_NAMESPACE(probe_equation)

/** What probe_field() computes modulo 2^255 - 19. */
enum {
  kProbeMultiply = 0,       // a b
  kProbeSquare = 1,         // a^2
  kProbeInvert = 2,         // 1 / a
  kProbePowerOfRoot = 3,    // a^(2^252 - 3)
  kProbeMultiplyLoose = 4,  // (a + a + a - b) (b + b - a), carried nowhere
  kProbeSquareLoose = 5,    // (a - b)^2, carried nowhere
  kProbeEncodeLoose = 6,    // a + a + a - b, carried in the encoding
  kProbeAdd = 7,            // a + b
  kProbeSubtract = 8,       // a - b
  kProbeWide = 0x80,        // added: operands of 256 bits instead of 255
};

/** Computes with two elements; operands need not be canonical. */
void probe_field(uint8_t out[32], uint32_t operation, const uint8_t a[32],
                 const uint8_t b[32]);

/** Reduces a 512-bit integer modulo the group's order. */
void probe_reduce(uint8_t out[32], const uint8_t wide[64]);

/**
 * Recodes a 256-bit integer into the digits of a signed window.
 *
 * @param digits 257 of them.
 * @return the index of the highest digit that is not 0, or -1.
 */
int32_t probe_recode(int8_t digits[257], const uint8_t scalar[32],
                     uint32_t window_bits);

/** Answers of the probes that only a host's configuration has. */
enum {
  kProbeNo = 0,
  kProbeYes = 1,
  kProbeAbsent = 2,     // this configuration judges by recomputing R
  kProbeNotAPoint = 3,  // an encoding is not of a point
};

/**
 * Splits k into u = v k (mod 8L), as a verdict with half the doublings does.
 *
 * @return kProbeYes if u is to be negated, kProbeNo or kProbeAbsent.
 */
uint32_t probe_split(uint8_t u[32], uint8_t v[32], const uint8_t k[32]);

/**
 * Whether [S]B = R + [k]A, for a k that need not be a hash.
 *
 * @return any of the answers above.
 */
uint32_t probe_equation(const uint8_t s[32], const uint8_t k[32],
                        const uint8_t a[32], const uint8_t r[32]);

#endif  // MOORING_INCLUDE_MOORING_PROBE_H_
