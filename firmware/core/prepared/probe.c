// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "prepared/probe.h"

#include <string.h>

#include "prepared/comb.h"
#include "prepared/inverse.h"
#include "prepared/prepared.h"

enum { kMostItems = 256 };

void probe_inverse(uint8_t out[kFeBytes], const uint8_t a[kFeBytes]) {
  fe_t element;
  fe_from_bytes(&element, a);
  inverse_of(&element, &element);
  fe_to_bytes(out, &element);
}

uint32_t probe_digits(int16_t digits[kCombMaxWindows],
                      const uint8_t scalar[kScalarBytes], uint32_t window) {
  comb_digits_t found;
  comb_digits(&found, scalar, window);
  const unsigned windows = comb_windows(window);
  memcpy(digits, found.digit, windows * sizeof *digits);
  return windows;
}

void probe_judge(const verify_backend_t *backend,
                 const mooring_prepared_t *const *prepared, uint32_t count,
                 const uint8_t *scalars, const uint8_t *signatures,
                 uint8_t *outcomes) {
  comb_item_t items[kMostItems];
  if (count > kMostItems) {
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    items[i].minus_a = &prepared[i]->minus_a;
    items[i].signature = signatures + i * kEd25519SignatureBytes;
    memcpy(items[i].k, scalars + i * kScalarBytes, kScalarBytes);
  }
  backend->judge_combs(items, count, outcomes);
}
