// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>

#include "mooring/sha2.h"
#include "x86_64/sha2_blocks.h"

MOORING_TARGET_BEGIN(MOORING_TARGET_AVX2)

// A rotation where the two distances make 64.
static inline __m128i shift_both(__m128i x, int right, int left) {
  return _mm_xor_si128(_mm_srli_epi64(x, right), _mm_slli_epi64(x, left));
}

static inline __m128i sigma0_pair(__m128i x) {
  const __m128i by_one_byte =
      _mm_set_epi64x(0x080f0e0d0c0b0a09, 0x0007060504030201);
  const __m128i by_8 = _mm_shuffle_epi8(x, by_one_byte);
  return _mm_xor_si128(shift_both(x, 1, 63),
                       _mm_xor_si128(by_8, _mm_srli_epi64(x, 7)));
}

static inline __m128i sigma1_pair(__m128i x) {
  return _mm_xor_si128(
      shift_both(x, 19, 45),
      _mm_xor_si128(shift_both(x, 61, 3), _mm_srli_epi64(x, 6)));
}

#include "x86_64/sha512_rounds_scalar.h"

void sha512_blocks_avx2(uint64_t state[kSha2StateWords], const uint8_t *data,
                        size_t block_count) {
  hash_blocks(state, data, block_count);
}

MOORING_TARGET_END

#else

// A translation unit declares something.
typedef int sha512_avx2_is_absent_t;

#endif
