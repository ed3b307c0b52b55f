// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/hardened.h"

#include <string.h>

hardened_bool_t hardened_memeq(const uint8_t *a, const uint8_t *b,
                               size_t len_bytes) {
  uint32_t difference = 0;
  uint32_t compared = 0;
  // Taken before the loop: behind it a compiler knows that the index has the
  // same value, and would use the index, which a fault has stopped.
  const uint32_t wanted = launder32((uint32_t)len_bytes);
  for (size_t i = 0; i < len_bytes; i++) {
    difference |= launder32((uint32_t)a[i] ^ b[i]);
    HARDENED_COUNT(compared);
  }
  // A second index ran along: a loop that a fault left early is no match.
  if (wanted == 0 || compared != wanted) {
    return kHardenedFalse;
  }
  if (launder32(difference) != 0) {
    return kHardenedFalse;
  }
  // Skipping the branch above must not be enough to arrive at "true": the
  // differing bits also spoil the word itself.
  return kHardenedTrue ^ launder32(difference);
}

uint32_t hardened_memdiff32(const uint8_t *a, const uint8_t *b,
                            size_t len_bytes) {
  uint32_t difference = 0;
  uint32_t left = (uint32_t)len_bytes;
  for (size_t i = len_bytes; i-- > 0;) {
    difference |= launder32((uint32_t)a[i] ^ b[i]);
    left = launder32(left) - 1;
  }
  // No branch on the outcome to skip: bytes that differ, bytes never reached
  // and an empty comparison each spoil a part of the word of their own.
  const uint32_t empty = (uint32_t)(len_bytes == 0);
  return kMemdiffSame ^ difference ^ (launder32(left) << 8) ^ (empty << 31);
}

void mooring_wipe(void *buffer, size_t len_bytes) {
  memset(buffer, 0, len_bytes);
  // The compiler must believe that someone reads the zeros.
  __asm__ volatile("" : : "r"(buffer) : "memory");
}
