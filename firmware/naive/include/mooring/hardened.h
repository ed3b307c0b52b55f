// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What mooring/hardened.h would be without hardening: the control of fault
// campaigns, found first on the include path of the naive image only. Truth is
// 0 and 1, nothing is laundered, and each check is made once.

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

typedef uint32_t hardened_bool_t;

enum {
  kHardenedFalse = 0,
  kHardenedTrue = 1,
  kMemdiffSame = 0,
};

static inline uint32_t launder32(uint32_t value) {
  return value;
}

struct hal_bus;

_Noreturn void hardened_trap(struct hal_bus *bus);

#define HARDENED_CHECK_EQ(bus, actual, expected)    \
  do {                                              \
    if ((uint32_t)(actual) != (uint32_t)(expected)) \
      hardened_trap(bus);                           \
  } while (0)

#define HARDENED_CHECK_NE(bus, actual, unexpected)    \
  do {                                                \
    if ((uint32_t)(actual) == (uint32_t)(unexpected)) \
      hardened_trap(bus);                             \
  } while (0)

#define HARDENED_COUNT(counter) ((counter)++)
#define HARDENED_CHECK_LOOP_DONE(bus, counter, count) ((void)(counter))

MOORING_WARN_UNUSED_RESULT
hardened_bool_t hardened_memeq(const uint8_t *a, const uint8_t *b,
                               size_t len_bytes);

MOORING_WARN_UNUSED_RESULT
uint32_t hardened_memdiff32(const uint8_t *a, const uint8_t *b,
                            size_t len_bytes);

void mooring_wipe(void *buffer, size_t len_bytes);

#endif  // MOORING_INCLUDE_MOORING_HARDENED_H_
