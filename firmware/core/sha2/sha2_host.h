// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// On a host, a processor's own instructions for SHA-2 come first. A ROM has
// nothing to ask, and nothing of this is left in its image.

#ifndef MOORING_CORE_SHA2_SHA2_HOST_H_
#define MOORING_CORE_SHA2_SHA2_HOST_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"
#include "sha2/sha2_tables.h"
#include "x86_64/target.h"

#if MOORING_X86_64

#define sha256_host_blocks MOORING_NAMESPACE(sha256_host_blocks)
#define sha512_host_blocks MOORING_NAMESPACE(sha512_host_blocks)

// Hashes whole blocks; returns how many: all of them, or 0 on a processor that
// has no instructions for it (backends/sha2.c).
size_t sha256_host_blocks(uint32_t state[kSha2StateWords], const uint8_t *data,
                          size_t block_count);
size_t sha512_host_blocks(uint64_t state[kSha2StateWords], const uint8_t *data,
                          size_t block_count);

#else

static inline size_t sha256_host_blocks(uint32_t state[kSha2StateWords],
                                        const uint8_t *data,
                                        size_t block_count) {
  (void)state;
  (void)data;
  (void)block_count;
  return 0;
}

static inline size_t sha512_host_blocks(uint64_t state[kSha2StateWords],
                                        const uint8_t *data,
                                        size_t block_count) {
  (void)state;
  (void)data;
  (void)block_count;
  return 0;
}

#endif

#endif  // MOORING_CORE_SHA2_SHA2_HOST_H_
