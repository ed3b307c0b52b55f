// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include <string.h>

#include "ed25519/encoding.h"
#include "prepared/comb.h"
#include "prepared/entry.h"
#include "prepared/inverse.h"

// sum += [scalar]P; false if an entry is damaged.
static bool add_multiple(point_t *sum, const comb_t *comb,
                         const uint8_t scalar[kScalarBytes]) {
  const unsigned stride = comb_stride(comb->window);
  comb_digits_t digits;
  comb_digits(&digits, scalar, comb->window);
  for (unsigned j = 0; j < comb_windows(comb->window); j++) {
    const int digit = digits.digit[j];
    const size_t place =
        (size_t)j * stride + (unsigned)(digit < 0 ? -digit : digit);
    const comb_entry_t *const entry = &comb->entries[place];
    if (!comb_entry_is_intact(entry, comb->seed, place)) {
      return false;
    }
    if (digit != 0) {
      niels_t multiple;
      point_factors_t factors;
      entry_to_niels(&multiple, entry);
      point_add_niels(&factors, sum, &multiple, digit < 0);
      point_finish(sum, &factors);
    }
  }
  return true;
}

static comb_outcome_t judge(const comb_item_t *item) {
  point_t sum;
  fe_t z_inverse;
  uint8_t encoded[kPointBytes];
  uint8_t x_bytes[kFeBytes];
  point_set_neutral(&sum);
  if (!add_multiple(&sum, comb_base(), item->signature + kEd25519RBytes) ||
      !add_multiple(&sum, item->minus_a, item->k)) {
    return kCombDamaged;
  }
  inverse_of(&z_inverse, &sum.z);
  fe_mul(&sum.x, &sum.x, &z_inverse);
  fe_mul(&sum.y, &sum.y, &z_inverse);
  fe_to_bytes(x_bytes, &sum.x);
  fe_to_bytes(encoded, &sum.y);
  encoded[kPointBytes - 1] |= (uint8_t)(x_bytes[0] << 7);
  return memcmp(encoded, item->signature, kPointBytes) == 0 ? kCombEquals
                                                            : kCombDiffers;
}

void comb_judge_portable(const comb_item_t *items, size_t count,
                         uint8_t *outcomes) {
  for (size_t i = 0; i < count; i++) {
    outcomes[i] = (uint8_t)judge(&items[i]);
  }
}
