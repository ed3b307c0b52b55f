// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// In place of core/memory/hardened.c: a comparison like any other.

#include <string.h>

#include "mooring/hardened.h"

hardened_bool_t hardened_memeq(const uint8_t *a, const uint8_t *b,
                               size_t len_bytes) {
  for (size_t i = 0; i < len_bytes; i++) {
    if (a[i] != b[i]) {
      return kHardenedFalse;
    }
  }
  return kHardenedTrue;
}

uint32_t hardened_memdiff32(const uint8_t *a, const uint8_t *b,
                            size_t len_bytes) {
  return hardened_memeq(a, b, len_bytes) == kHardenedTrue ? kMemdiffSame : 2;
}

void mooring_wipe(void *buffer, size_t len_bytes) {
  memset(buffer, 0, len_bytes);
}
