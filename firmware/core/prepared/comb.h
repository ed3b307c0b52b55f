// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Multiples of a point that leave nothing to double.
//
// A scalar below 2^252 + 2^125 is cut into windows of w bits. For window j the
// comb holds 0, 1, 2, ..., 2^(w - 1) times 2^(w j) P, so that [k]P is a sum of
// one entry, or its negative, from each window. Entries are affine: y + x,
// y - x and 2dxy, in limbs of 52 bits as AVX-512 IFMA multiplies them
// (factors in x86_64/fe8.h); others cut them anew, which costs them little.
//
// Each entry fills two cache lines and ends in a check word: a sum over its
// limbs and its place, each with a factor of its own, from a seed of the point.
// Whoever uses an entry checks it first. Any change within one word shows, and
// so does an entry of another place or of another point; a checksum finds
// faults, not forgers.

#ifndef MOORING_CORE_PREPARED_COMB_H_
#define MOORING_CORE_PREPARED_COMB_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ed25519/point.h"
#include "ed25519/scalar.h"
#include "mooring/namespace.h"

#define comb_build MOORING_NAMESPACE(comb_build)
#define comb_is_intact MOORING_NAMESPACE(comb_is_intact)
#define comb_digits MOORING_NAMESPACE(comb_digits)
#define comb_check_factors MOORING_NAMESPACE(comb_check_factors)
#define comb_base MOORING_NAMESPACE(comb_base)
#define comb_judge_portable MOORING_NAMESPACE(comb_judge_portable)

enum {
  kCombLimbs = 5,
  kCombLimbBits = 52,
  kCombColumns = 3 * kCombLimbs,  // limbs of an entry
  kCombScalarBits = 253,
  kCombMinWindow = 4,
  kCombMaxWindow = 12,
  kCombMaxWindows = 64,  // of kCombMinWindow
  kCombBaseWindow = 11,  // of B's own comb
  kCombAlignment = 128,
};

#define COMB_LIMB_MASK ((UINT64_C(1) << kCombLimbBits) - 1)

/** A multiple; columns are y + x, y - x and 2dxy, five limbs each. */
typedef struct comb_entry {
  uint64_t column[kCombColumns];
  uint64_t check;
} comb_entry_t;

_Static_assert(sizeof(comb_entry_t) == kCombAlignment,
               "an entry is two cache lines");

/** A comb, or what is known of one before it is built. */
typedef struct comb {
  comb_entry_t *entries;
  uint64_t seed;
  uint32_t window;
} comb_t;

/** How many windows of this many bits a scalar has. */
static inline unsigned comb_windows(unsigned window) {
  return (kCombScalarBits + window - 1) / window;
}

/** Entries of one window. */
static inline unsigned comb_stride(unsigned window) {
  return (1u << (window - 1)) + 1;
}

/** Entries of a whole comb. */
static inline size_t comb_entries(unsigned window) {
  return (size_t)comb_windows(window) * comb_stride(window);
}

/** The odd factors of the columns in a check word, then that of the place. */
extern const uint64_t comb_check_factors[kCombColumns + 1];

/** The check word that belongs to an entry's columns at its place. */
static inline uint64_t comb_check_of(const comb_entry_t *entry, uint64_t seed,
                                     size_t place) {
  uint64_t sum = seed + comb_check_factors[kCombColumns] * place;
  for (unsigned i = 0; i < kCombColumns; i++) {
    sum += comb_check_factors[i] * entry->column[i];
  }
  return sum & COMB_LIMB_MASK;
}

/** Whether an entry is what was built there. */
static inline bool comb_entry_is_intact(const comb_entry_t *entry,
                                        uint64_t seed, size_t place) {
  // What is above a limb's 52 bits is not in the sum modulo 2^52.
  uint64_t any = 0;
  for (unsigned i = 0; i < kCombColumns; i++) {
    any |= entry->column[i];
  }
  return any <= COMB_LIMB_MASK &&
         comb_check_of(entry, seed, place) == entry->check;
}

/**
 * Builds the comb of a point with z = 1 and t.
 *
 * @param comb with room for comb_entries(); seed and window are set.
 */
void comb_build(const comb_t *comb, const point_t *point);

/** Whether every entry is what was built there. */
bool comb_is_intact(const comb_t *comb);

/** The comb of B, built by whoever asks first; never NULL. */
const comb_t *comb_base(void);

/** One digit a window, from -2^(w - 1) to 2^(w - 1). */
typedef struct comb_digits {
  int16_t digit[kCombMaxWindows];
} comb_digits_t;

/** Cuts a scalar below L into the digits of a comb. */
void comb_digits(comb_digits_t *out, const uint8_t scalar[kScalarBytes],
                 unsigned window);

// -----------------------------------------------------------------------------
// Verdicts
// -----------------------------------------------------------------------------

/** A signature to be judged by combs; its S is below L. */
typedef struct comb_item {
  const comb_t *minus_a;  // the comb of -A
  const uint8_t *signature;
  uint8_t k[kScalarBytes];  // below L
} comb_item_t;

/** What came of it. */
typedef enum comb_outcome {
  kCombDiffers = 0,
  kCombEquals = 1,   // encode([S]B - [k]A) is R
  kCombDamaged = 2,  // an entry that was needed is not intact: no verdict
} comb_outcome_t;

/** Judges items by the field of ed25519/fe.h, one after the other. */
void comb_judge_portable(const comb_item_t *items, size_t count,
                         uint8_t *outcomes);

#endif  // MOORING_CORE_PREPARED_COMB_H_
