// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Small helpers for words and bytes.

#ifndef MOORING_ROM_BITS_H_
#define MOORING_ROM_BITS_H_

#include <stdint.h>

#include "mooring/rom.h"
#include "rom/names.h"

/** Reads a little-endian word. */
uint32_t bits_get32(const uint8_t *from);

/** Writes a little-endian word. */
void bits_put32(uint8_t *to, uint32_t value);

/** Reads two little-endian words, the low one first. */
uint64_t bits_get64(const uint8_t *from);

/** Writes two little-endian words, the low one first. */
void bits_put64(uint8_t *to, uint64_t value);

/** Reads a big-endian word. */
uint32_t bits_get32_be(const uint8_t *from);

/** Writes a big-endian word. */
void bits_put32_be(uint8_t *to, uint32_t value);

// The same two where `from` or `to` is a multiple of 4, which makes one
// instruction of each where that is all it takes.
#define BITS_ALWAYS_INLINE static inline __attribute__((always_inline))

BITS_ALWAYS_INLINE uint32_t bits_get32_aligned(const uint8_t *from) {
  const uint8_t *byte = __builtin_assume_aligned(from, sizeof(uint32_t));
  return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 |
         (uint32_t)byte[3] << 24;
}

BITS_ALWAYS_INLINE void bits_put32_aligned(uint8_t *to, uint32_t value) {
  uint8_t *byte = __builtin_assume_aligned(to, sizeof(uint32_t));
  byte[0] = (uint8_t)value;
  byte[1] = (uint8_t)(value >> 8);
  byte[2] = (uint8_t)(value >> 16);
  byte[3] = (uint8_t)(value >> 24);
}

/** Turns `words` words around: registers of big-endian words and back. */
void bits_swap_words(uint8_t *bytes, uint32_t words);

/**
 * Whether two buffers are equal, decided twice in two ways.
 *
 * @return kHardenedTrue if so, else any other word.
 */
WARN_UNUSED_RESULT
hardened_bool_t bits_same(const uint8_t *a, const uint8_t *b, size_t size);

/** Marks a phase for traces. */
static inline void phase_mark(rom_t *rom, phase_t phase) {
  hal_write32(rom->bus, CHIP_RSTMGR_BASE + RSTMGR_PHASE_OFFSET, phase);
}

#endif  // MOORING_ROM_BITS_H_
