// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Openings into the fields and the split of bulk verification for the tests:
// operands at the borders of limbs, which signatures do not reach.
//
// The caller has asked cpu_features() for kCpuIfma, or kCpuAvx2.

#ifndef MOORING_CORE_X86_64_PROBE_LANES_H_
#define MOORING_CORE_X86_64_PROBE_LANES_H_

#include <stdint.h>

#include "mooring/namespace.h"

#define probe_fe8 MOORING_NAMESPACE(probe_fe8)
#define probe_fe4_avx2 MOORING_NAMESPACE(probe_fe4_avx2)
#define probe_half8 MOORING_NAMESPACE(probe_half8)

/** What the field's probes compute in each lane; a and b are factors. */
enum {
  kProbeLanesMultiply = 0,  // a b, not carried
  kProbeLanesSquare = 1,    // a^2, not carried
  kProbeLanesMixed = 2,   // a b - a^2 + b^2 in the order of a doubling, carried
  kProbeLanesCarry = 3,   // a, a sum, carried
  kProbeLanesIsZero = 4,  // bits of the lanes where a, a sum, is 0
  kProbeLanesIsOdd = 5,   // and where a, a factor, is odd
};

/** Computes with limbs as they are: lane j of limb i is number 8 i + j. */
void probe_fe8(uint64_t out[40], uint32_t operation, const uint64_t a[40],
               const uint64_t b[40]);

/** The same with ten limbs: lane j of limb i is number 4 i + j. */
void probe_fe4_avx2(uint64_t out[40], uint32_t operation, const uint64_t a[40],
                    const uint64_t b[40]);

/**
 * Splits eight k; word i of lane j is number 8 i + j, and so are limbs of 28
 * bits in u and v, the last with a sign.
 *
 * @return bits of the lanes where it is done.
 */
uint32_t probe_half8(int64_t u[40], int64_t v[40], const uint64_t k[32]);

#endif  // MOORING_CORE_X86_64_PROBE_LANES_H_
