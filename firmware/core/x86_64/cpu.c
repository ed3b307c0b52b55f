// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/cpu.h"

#include <stdbool.h>

#include "x86_64/target.h"

// Intel SDM volume 2A, CPUID; volume 1 §13.3, XCR0.
enum {
  kLeafFeatures = 7,
  kEcx1Ssse3 = 1u << 9,
  kEcx1Sse41 = 1u << 19,
  kEcx1Osxsave = 1u << 27,
  kEbx7Bmi1 = 1u << 3,
  kEbx7Avx2 = 1u << 5,
  kEbx7Bmi2 = 1u << 8,
  kEbx7Avx512f = 1u << 16,
  kEbx7Avx512dq = 1u << 17,
  kEbx7Adx = 1u << 19,
  kEbx7Avx512ifma = 1u << 21,
  kEbx7Avx512cd = 1u << 28,
  kEbx7Sha = 1u << 29,
  kEbx7Avx512bw = 1u << 30,
  kEcx7Avx512vbmi = 1u << 1,
  kXcr0Avx = 0x06,     // XMM and the upper halves of YMM
  kXcr0Avx512 = 0xe6,  // and masks, the upper halves of ZMM, ZMM16 to ZMM31
};

// Bit 31 is beyond an enumerator.
static const uint32_t kEbx7Avx512vl = UINT32_C(1) << 31;

static bool has(uint32_t word, uint32_t bits) {
  return (word & bits) == bits;
}

uint32_t cpu_features_of(const cpu_words_t *words) {
  if (words->max_leaf < kLeafFeatures) {
    return 0;
  }
  uint32_t features = 0;
  const bool bmi = has(words->ebx7, kEbx7Bmi1 | kEbx7Bmi2);
  if (has(words->ecx1, kEcx1Ssse3 | kEcx1Sse41) && has(words->ebx7, kEbx7Sha)) {
    features |= kCpuSha;
  }
  const uint32_t xcr0 = has(words->ecx1, kEcx1Osxsave) ? words->xcr0 : 0;
  if (bmi && has(xcr0, kXcr0Avx) && has(words->ebx7, kEbx7Avx2)) {
    features |= kCpuAvx2;
  }
  const uint32_t avx512 = kEbx7Adx | kEbx7Avx512f | kEbx7Avx512dq |
                          kEbx7Avx512ifma | kEbx7Avx512cd | kEbx7Avx512bw |
                          kEbx7Avx512vl;
  if (has(features, kCpuAvx2) && has(xcr0, kXcr0Avx512) &&
      has(words->ebx7, avx512) && has(words->ecx7, kEcx7Avx512vbmi)) {
    features |= kCpuIfma;
  }
  return features;
}

#if MOORING_X86_64

#include <cpuid.h>

static uint32_t read_xcr0(void) {
  uint32_t low;
  uint32_t high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

uint32_t cpu_detect(void) {
  cpu_words_t words = {0};
  uint32_t eax;
  uint32_t ebx;
  uint32_t ecx;
  uint32_t edx;
  __cpuid(0, words.max_leaf, ebx, ecx, edx);
  __cpuid(1, eax, ebx, words.ecx1, edx);
  if (words.max_leaf >= kLeafFeatures) {
    __cpuid_count(kLeafFeatures, 0, eax, words.ebx7, words.ecx7, edx);
  }
  if (has(words.ecx1, kEcx1Osxsave)) {
    words.xcr0 = read_xcr0();
  }
  return cpu_features_of(&words);
}

#else

uint32_t cpu_detect(void) {
  return 0;
}

#endif
