// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What an x86-64 processor says of itself: instruction sets that it has and
// whose registers its operating system saves.

#ifndef MOORING_CORE_X86_64_CPU_H_
#define MOORING_CORE_X86_64_CPU_H_

#include <stdint.h>

#include "mooring/namespace.h"

#define cpu_detect MOORING_NAMESPACE(cpu_detect)
#define cpu_features_of MOORING_NAMESPACE(cpu_features_of)

/** Instruction sets; each bit stands for all that its kernels are built with.
 */
enum {
  kCpuSha = 1u << 0,   // SHA-NI with SSSE3 and SSE4.1
  kCpuAvx2 = 1u << 1,  // AVX2 with BMI1 and BMI2
  // AVX-512 F, CD, VL, DQ, BW, IFMA and VBMI, with ADX and kCpuAvx2.
  kCpuIfma = 1u << 2,
};

/** The words of CPUID and XCR0 that decide. */
typedef struct cpu_words {
  uint32_t max_leaf;  // leaf 0, EAX
  uint32_t ecx1;      // leaf 1, ECX
  uint32_t ebx7;      // leaf 7, sub-leaf 0, EBX; 0 if there is no such leaf
  uint32_t ecx7;      // and ECX
  uint32_t xcr0;      // 0 unless OSXSAVE
} cpu_words_t;

/** Which instruction sets a processor with these words has. */
uint32_t cpu_features_of(const cpu_words_t *words);

/**
 * Asks this processor; 0 if the build has no back end for it.
 *
 * Slow, tens of microseconds under a hypervisor: cpu_features() remembers.
 */
uint32_t cpu_detect(void);

#endif  // MOORING_CORE_X86_64_CPU_H_
