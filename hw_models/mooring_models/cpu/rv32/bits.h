// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Fields of encodings.

#ifndef MOORING_MODELS_CPU_RV32_BITS_H_
#define MOORING_MODELS_CPU_RV32_BITS_H_

#include <stdint.h>

/** `count` bits, fewer than 32, from bit `low` on. */
static inline uint32_t rv32_field(uint32_t encoding, uint32_t low,
                                  uint32_t count) {
  return encoding >> low & ((1U << count) - 1);
}

/** A two's complement number of so many bits as one of 32. */
static inline uint32_t rv32_sign_extend(uint32_t value, uint32_t bits) {
  const uint32_t sign = 1U << (bits - 1);
  return (value ^ sign) - sign;
}

#endif  // MOORING_MODELS_CPU_RV32_BITS_H_
