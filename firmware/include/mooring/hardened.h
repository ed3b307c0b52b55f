// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Building blocks against faults: values, comparisons and checks that one
// skipped instruction, one flipped bit or one stale register does not defeat.

#ifndef MOORING_INCLUDE_MOORING_HARDENED_H_
#define MOORING_INCLUDE_MOORING_HARDENED_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"

#define MOORING_WARN_UNUSED_RESULT __attribute__((warn_unused_result))

#define hardened_trap MOORING_NAMESPACE(hardened_trap)
#define hardened_memeq MOORING_NAMESPACE(hardened_memeq)
#define hardened_memdiff32 MOORING_NAMESPACE(hardened_memdiff32)
#define mooring_wipe MOORING_NAMESPACE(wipe)

// -----------------------------------------------------------------------------
// Hardened values
// -----------------------------------------------------------------------------

/**
 * A truth value whose two words are 24 bits apart and far from 0, 1 and ~0.
 *
 * Test it with `==` against the word that permits, never for "not zero": any
 * third value must refuse.
 */
typedef uint32_t hardened_bool_t;

enum {
  // sparse_words.py --count 2 --distance 24 --seed 1
  kHardenedTrue = 0x1132d8fa,
  kHardenedFalse = 0x4f916705,
  // What hardened_memdiff32() returns for equal buffers; not kHardenedTrue, so
  // that no stale register satisfies both comparisons. 17 bits from either
  // hardened boolean.
  // sparse_words.py --count 1 --distance 14 --seed 6
  kMemdiffSame = 0x658c2aff,
};

/**
 * Returns `value` through the eyes of an optimiser that knows nothing of it.
 *
 * A second check of a laundered value is really made: the compiler can't
 * conclude it from the first.
 */
/*@ assigns \nothing; */
static inline uint32_t launder32(uint32_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

// -----------------------------------------------------------------------------
// Checks that trap
// -----------------------------------------------------------------------------

struct hal_bus;

/**
 * Ends the machine: a check failed that only a fault can fail.
 *
 * Supplied by whoever links a part that uses the macros below (the ROM); must
 * not return. The verification core itself never calls it.
 */
#ifdef __riscv
#define HARDENED_TRAP_INSTRUCTION 1
// Two bytes, wherever a check fails: the trap handler ends the machine.
static inline _Noreturn void hardened_trap(struct hal_bus *bus) {
  (void)bus;
  __asm__ volatile("ebreak");
  __builtin_unreachable();
}
#else
_Noreturn void hardened_trap(struct hal_bus *bus);
#endif

// Each check is made twice, on separately laundered operands: skipping one
// compare-and-branch leaves the other.
#define HARDENED_CHECK_EQ(bus, actual, expected)                        \
  do {                                                                  \
    const uint32_t hardened_actual_ = (uint32_t)(actual);               \
    const uint32_t hardened_expected_ = (uint32_t)(expected);           \
    if (launder32(hardened_actual_) != hardened_expected_) {            \
      hardened_trap(bus);                                               \
    }                                                                   \
    if (launder32(hardened_expected_) != launder32(hardened_actual_)) { \
      hardened_trap(bus);                                               \
    }                                                                   \
  } while (0)

#define HARDENED_CHECK_NE(bus, actual, unexpected)                        \
  do {                                                                    \
    const uint32_t hardened_actual_ = (uint32_t)(actual);                 \
    const uint32_t hardened_unexpected_ = (uint32_t)(unexpected);         \
    if (launder32(hardened_actual_) == hardened_unexpected_) {            \
      hardened_trap(bus);                                                 \
    }                                                                     \
    if (launder32(hardened_unexpected_) == launder32(hardened_actual_)) { \
      hardened_trap(bus);                                                 \
    }                                                                     \
  } while (0)

// A loop that a fault left early has not reached its count. The counter must be
// advanced by HARDENED_COUNT() in the loop's body: of any other the compiler
// knows the final value, and would check that constant instead.
#define HARDENED_COUNT(counter) ((counter) = launder32(counter) + 1)
#define HARDENED_CHECK_LOOP_DONE(bus, counter, count) \
  HARDENED_CHECK_EQ(bus, (counter), (count))

// -----------------------------------------------------------------------------
// Memory
// -----------------------------------------------------------------------------

/**
 * Compares two buffers in time that depends on `len_bytes` only.
 *
 * @param len_bytes at least 1: having compared nothing is not equality.
 * @return kHardenedTrue if all bytes are equal and all were compared, else
 *         kHardenedFalse.
 */
MOORING_WARN_UNUSED_RESULT
hardened_bool_t hardened_memeq(const uint8_t *a, const uint8_t *b,
                               size_t len_bytes);

/**
 * Compares two buffers a second way: backwards, without a branch on the
 * outcome, and with another word for "equal".
 *
 * @param len_bytes at least 1.
 * @return kMemdiffSame if all bytes are equal and all were compared, else any
 *         other word.
 */
MOORING_WARN_UNUSED_RESULT
uint32_t hardened_memdiff32(const uint8_t *a, const uint8_t *b,
                            size_t len_bytes);

/**
 * Sets `len_bytes` bytes at `buffer` to zero, even if nothing reads them again.
 */
void mooring_wipe(void *buffer, size_t len_bytes);

#endif  // MOORING_INCLUDE_MOORING_HARDENED_H_
