// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>

#include "mooring/sha2.h"
#include "x86_64/sha2_blocks.h"

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

static inline __m128i xor3(__m128i x, __m128i y, __m128i z) {
  enum { kXor3 = 0x96 };  // its truth table, as VPTERNLOG takes it
  return _mm_ternarylogic_epi64(x, y, z, kXor3);
}

static inline __m128i sigma0_pair(__m128i x) {
  return xor3(_mm_ror_epi64(x, 1), _mm_ror_epi64(x, 8), _mm_srli_epi64(x, 7));
}

static inline __m128i sigma1_pair(__m128i x) {
  return xor3(_mm_ror_epi64(x, 19), _mm_ror_epi64(x, 61), _mm_srli_epi64(x, 6));
}

#include "x86_64/sha512_rounds_scalar.h"

void sha512_blocks_avx512(uint64_t state[kSha2StateWords], const uint8_t *data,
                          size_t block_count) {
  hash_blocks(state, data, block_count);
}

MOORING_TARGET_END

#else

// A translation unit declares something.
typedef int sha512_avx512_is_absent_t;

#endif
