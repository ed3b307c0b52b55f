// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Openings into the four-lane field and the equation for the tests: operands at
// the borders of limbs, which signatures do not reach (mooring/probe.h).
//
// The caller has asked cpu_features() for kCpuIfma.

#ifndef MOORING_CORE_X86_64_PROBE_IFMA_H_
#define MOORING_CORE_X86_64_PROBE_IFMA_H_

#include <stdint.h>

#include "mooring/namespace.h"
#include "mooring/probe.h"

#define probe_fe4 MOORING_NAMESPACE(probe_fe4)
#define probe_equation_ifma MOORING_NAMESPACE(probe_equation_ifma)

/** What probe_fe4() computes in each of four lanes. */
enum {
  kProbeFe4Multiply = 0,       // a b
  kProbeFe4Square = 1,         // a^2
  kProbeFe4Carry = 2,          // a, of limbs below 2^62
  kProbeFe4Freeze = 3,         // a below p
  kProbeFe4MultiplySmall = 4,  // a times the first limb of b, below 2^19
  kProbeFe4Subtract = 5,       // a - b, carried
};

/** Computes with limbs as they are: lane j of limb i is number 4 i + j. */
void probe_fe4(uint64_t out[20], uint32_t operation, const uint64_t a[20],
               const uint64_t b[20]);

/** probe_equation() by IFMA; kProbeAbsent in a build that has none. */
uint32_t probe_equation_ifma(const uint8_t s[32], const uint8_t k[32],
                             const uint8_t a[32], const uint8_t r[32]);

#endif  // MOORING_CORE_X86_64_PROBE_IFMA_H_
