// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Between a comb's entries and the field of ed25519/fe.h.

#ifndef MOORING_CORE_PREPARED_ENTRY_H_
#define MOORING_CORE_PREPARED_ENTRY_H_

#include "prepared/comb.h"

// The four little-endian words of 64 bits that five limbs of 52 are.
static inline void entry_words(uint64_t word[4], const uint64_t *limb) {
  word[0] = limb[0] | limb[1] << 52;
  word[1] = limb[1] >> 12 | limb[2] << 40;
  word[2] = limb[2] >> 24 | limb[3] << 28;
  word[3] = limb[3] >> 36 | limb[4] << 16;
}

static inline void entry_load_fe(fe_t *out, const uint64_t *limb) {
#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)
  // Limbs of 51 bits begin one bit earlier each; the last one keeps all.
  out->limb[0] = limb[0] & FE_LIMB_MASK;
  for (unsigned i = 1; i < kFeLimbs - 1; i++) {
    out->limb[i] =
        (limb[i - 1] >> (kCombLimbBits - i) | limb[i] << i) & FE_LIMB_MASK;
  }
  out->limb[4] = limb[3] >> 48 | limb[4] << 4;
#else
  uint64_t word[4];
  uint8_t bytes[kFeBytes];
  entry_words(word, limb);
  for (unsigned i = 0; i < kFeBytes; i++) {
    bytes[i] = (uint8_t)(word[i / 8] >> (8 * (i % 8)));
  }
  fe_from_bytes(out, bytes);
#endif
}

static inline void entry_to_niels(niels_t *out, const comb_entry_t *entry) {
  entry_load_fe(&out->y_plus_x, entry->column);
  entry_load_fe(&out->y_minus_x, entry->column + kCombLimbs);
  entry_load_fe(&out->t2d, entry->column + 2 * kCombLimbs);
}

// A limb of 52 bits is all that is asked for: the element may exceed p, and
// limb 4 its 47 bits by one.
static inline void entry_store_fe(uint64_t *limb, const fe_t *a) {
#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)
  fe_t r = *a;
  // Twice around, the second time with a carry of 0 or 1 out of the last limb;
  // then once up, and that limb keeps what comes.
  for (unsigned i = 0; i < 2 * kFeLimbs; i++) {
    const unsigned at = i % kFeLimbs;
    const uint64_t carry = r.limb[at] >> kFeRadixBits;
    r.limb[at] &= FE_LIMB_MASK;
    r.limb[(at + 1) % kFeLimbs] += at == kFeLimbs - 1 ? 19 * carry : carry;
  }
  for (unsigned i = 0; i < kFeLimbs - 1; i++) {
    r.limb[i + 1] += r.limb[i] >> kFeRadixBits;
    r.limb[i] &= FE_LIMB_MASK;
  }
  for (unsigned i = 0; i < kFeLimbs - 1; i++) {
    limb[i] =
        (r.limb[i] >> i | r.limb[i + 1] << (kFeRadixBits - i)) & COMB_LIMB_MASK;
  }
  limb[4] = r.limb[4] >> 4;
#else
  uint8_t bytes[kFeBytes];
  uint64_t word[4] = {0, 0, 0, 0};
  fe_to_bytes(bytes, a);
  for (unsigned i = 0; i < kFeBytes; i++) {
    word[i / 8] |= (uint64_t)bytes[i] << (8 * (i % 8));
  }
  limb[0] = word[0] & COMB_LIMB_MASK;
  limb[1] = (word[0] >> 52 | word[1] << 12) & COMB_LIMB_MASK;
  limb[2] = (word[1] >> 40 | word[2] << 24) & COMB_LIMB_MASK;
  limb[3] = (word[2] >> 28 | word[3] << 36) & COMB_LIMB_MASK;
  limb[4] = word[3] >> 16;
#endif
}

/** Stores a summand whose elements have up to 5 units. */
static inline void entry_from_niels(comb_entry_t *out, const niels_t *a) {
  entry_store_fe(out->column, &a->y_plus_x);
  entry_store_fe(out->column + kCombLimbs, &a->y_minus_x);
  entry_store_fe(out->column + 2 * kCombLimbs, &a->t2d);
}

#endif  // MOORING_CORE_PREPARED_ENTRY_H_
