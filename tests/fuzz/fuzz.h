// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What the fuzz targets share: an input whose end is the end of accessible
// memory, and checks that stop the process.

#ifndef MOORING_TESTS_FUZZ_FUZZ_H_
#define MOORING_TESTS_FUZZ_FUZZ_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "mooring/cbor.h"

/** The entry point of each target; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Stops the process, as a crash that the fuzzer keeps. */
#define FUZZ_CHECK(claim)                                              \
  do {                                                                 \
    if (!(claim)) {                                                    \
      (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
                    #claim);                                           \
      abort();                                                         \
    }                                                                  \
  } while (0)

/**
 * Copies an input to where one byte more faults, whatever the build.
 *
 * The copy is valid until the next call. Inputs beyond 64 KiB are cut.
 */
byte_span_t fuzz_guard(const uint8_t *data, size_t size);

/** Whether all bytes of an object are zero. */
bool fuzz_is_zero(const void *object, size_t size);

#endif  // MOORING_TESTS_FUZZ_FUZZ_H_
