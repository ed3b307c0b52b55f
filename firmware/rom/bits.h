// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Small helpers for words and bytes.

#ifndef MOORING_ROM_BITS_H_
#define MOORING_ROM_BITS_H_

#include <stdint.h>

#include "mooring/rom.h"

/** Reads a little-endian word. */
static inline uint32_t bits_get32(const uint8_t *from) {
  return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
         (uint32_t)from[3] << 24;
}

/** Writes a little-endian word. */
static inline void bits_put32(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
  to[2] = (uint8_t)(value >> 16);
  to[3] = (uint8_t)(value >> 24);
}

/** Reads two little-endian words, the low one first. */
static inline uint64_t bits_get64(const uint8_t *from) {
  return bits_get32(from) | (uint64_t)bits_get32(from + 4) << 32;
}

/** Writes two little-endian words, the low one first. */
static inline void bits_put64(uint8_t *to, uint64_t value) {
  bits_put32(to, (uint32_t)value);
  bits_put32(to + 4, (uint32_t)(value >> 32));
}

/** Reads a big-endian word. */
static inline uint32_t bits_get32_be(const uint8_t *from) {
  return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 |
         (uint32_t)from[2] << 8 | (uint32_t)from[3];
}

/** Writes a big-endian word. */
static inline void bits_put32_be(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)(value >> 24);
  to[1] = (uint8_t)(value >> 16);
  to[2] = (uint8_t)(value >> 8);
  to[3] = (uint8_t)value;
}

/** Turns `words` words around: registers of big-endian words and back. */
static inline void bits_swap_words(uint8_t *bytes, uint32_t words) {
  for (uint32_t i = 0; i < words; i++) {
    bits_put32(bytes + 4 * i, bits_get32_be(bytes + 4 * i));
  }
}

/** Whether two buffers are equal, decided twice in two ways. */
static inline int bits_same(const uint8_t *a, const uint8_t *b, size_t size) {
  return hardened_memeq(a, b, size) == kHardenedTrue &&
         hardened_memdiff32(a, b, size) == kMemdiffSame;
}

/** Marks a phase for traces. */
static inline void phase_mark(rom_t *rom, phase_t phase) {
  hal_write32(rom->bus, CHIP_RSTMGR_BASE + RSTMGR_PHASE_OFFSET, phase);
}

#endif  // MOORING_ROM_BITS_H_
