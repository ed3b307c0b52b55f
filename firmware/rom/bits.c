// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/bits.h"

uint32_t bits_get32(const uint8_t *from) {
  return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
         (uint32_t)from[3] << 24;
}

void bits_put32(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
  to[2] = (uint8_t)(value >> 16);
  to[3] = (uint8_t)(value >> 24);
}

uint64_t bits_get64(const uint8_t *from) {
  return bits_get32(from) | (uint64_t)bits_get32(from + 4) << 32;
}

void bits_put64(uint8_t *to, uint64_t value) {
  bits_put32(to, (uint32_t)value);
  bits_put32(to + 4, (uint32_t)(value >> 32));
}

uint32_t bits_get32_be(const uint8_t *from) {
  return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 |
         (uint32_t)from[2] << 8 | (uint32_t)from[3];
}

void bits_put32_be(uint8_t *to, uint32_t value) {
  to[0] = (uint8_t)(value >> 24);
  to[1] = (uint8_t)(value >> 16);
  to[2] = (uint8_t)(value >> 8);
  to[3] = (uint8_t)value;
}

void bits_swap_words(uint8_t *bytes, uint32_t words) {
  for (uint32_t i = 0; i < words; i++) {
    bits_put32(bytes + 4 * i, bits_get32_be(bytes + 4 * i));
  }
}

hardened_bool_t bits_same(const uint8_t *a, const uint8_t *b, size_t size) {
  // Without a branch to skip: each way spoils the word if it finds a
  // difference.
  const hardened_bool_t same = hardened_memeq(a, b, size);
  return same ^ kMemdiffSame ^ hardened_memdiff32(a, b, size);
}
