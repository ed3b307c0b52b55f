// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Which instructions hash one message. A digest is the same by any of them, so
// the processor alone decides, and not the back end named for verification.

#include "x86_64/target.h"

#if MOORING_X86_64

#include "backends/backend.h"
#include "sha2/sha2_host.h"
#include "x86_64/cpu.h"
#include "x86_64/sha2_blocks.h"

size_t sha256_host_blocks(uint32_t state[kSha2StateWords], const uint8_t *data,
                          size_t block_count) {
  if ((cpu_features() & kCpuSha) == 0) {
    return 0;
  }
  sha256_blocks_ni(state, data, block_count);
  return block_count;
}

size_t sha512_host_blocks(uint64_t state[kSha2StateWords], const uint8_t *data,
                          size_t block_count) {
  const uint32_t features = cpu_features();
  if ((features & kCpuIfma) != 0) {
    sha512_blocks_avx512(state, data, block_count);
    return block_count;
  }
  if ((features & kCpuAvx2) != 0) {
    sha512_blocks_avx2(state, data, block_count);
    return block_count;
  }
  return 0;
}

#else

// A translation unit declares something.
typedef int sha2_is_portable_t;

#endif
