// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// SHA-2's compression of one message's blocks, one after the other, for
// processors that have the instructions named.

#ifndef MOORING_CORE_X86_64_SHA2_BLOCKS_H_
#define MOORING_CORE_X86_64_SHA2_BLOCKS_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"
#include "sha2/sha2_tables.h"

#define sha256_blocks_ni MOORING_NAMESPACE(sha256_blocks_ni)
#define sha512_blocks_avx2 MOORING_NAMESPACE(sha512_blocks_avx2)
#define sha512_blocks_avx512 MOORING_NAMESPACE(sha512_blocks_avx512)

// SHA-256 with SHA-NI: kCpuSha.
void sha256_blocks_ni(uint32_t state[kSha2StateWords], const uint8_t *data,
                      size_t block_count);

// SHA-512 with RORX for the rounds and AVX2 for the schedule: kCpuAvx2; and
// with the rotations of AVX-512VL: kCpuIfma.
void sha512_blocks_avx2(uint64_t state[kSha2StateWords], const uint8_t *data,
                        size_t block_count);
void sha512_blocks_avx512(uint64_t state[kSha2StateWords], const uint8_t *data,
                          size_t block_count);

#endif  // MOORING_CORE_X86_64_SHA2_BLOCKS_H_
