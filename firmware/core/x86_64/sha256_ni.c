// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>

#include "mooring/sha2.h"
#include "x86_64/sha2_blocks.h"

MOORING_TARGET_BEGIN(MOORING_TARGET_SHA)

static inline __m128i load(const void *from) {
  return _mm_loadu_si128((const __m128i *)from);
}

static inline void store(void *to, __m128i value) {
  _mm_storeu_si128((__m128i *)to, value);
}

// Four words more of the message schedule [FIPS 180-4 §6.2.2 step 1]: `w` are
// the sixteen before, the oldest four first in w[t & 3], which they replace.
static inline void schedule(__m128i w[4], unsigned t) {
  const __m128i w7 = _mm_alignr_epi8(w[(t + 3) & 3], w[(t + 2) & 3], 4);
  const __m128i sum = _mm_sha256msg1_epu32(w[t & 3], w[(t + 1) & 3]);
  w[t & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(sum, w7), w[(t + 3) & 3]);
}

// The constants of four rounds: the upper halves of SHA-512's.
static inline __m128i constants(unsigned round) {
  const __m128 low = _mm_castsi128_ps(load(sha2_round_constants + round));
  const __m128 high = _mm_castsi128_ps(load(sha2_round_constants + round + 2));
  return _mm_castps_si128(_mm_shuffle_ps(low, high, 0xdd));
}

void sha256_blocks_ni(uint32_t state[kSha2StateWords], const uint8_t *data,
                      size_t block_count) {
  const __m128i big_endian =
      _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  // SHA256RNDS2 wants the words as FEBA and HGDC, from the lowest.
  const __m128i badc = _mm_shuffle_epi32(load(state), 0xb1);
  const __m128i hgfe = _mm_shuffle_epi32(load(state + 4), 0x1b);
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
  for (; block_count != 0; block_count--, data += kSha256BlockBytes) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i w[4];
    for (unsigned i = 0; i < 4; i++) {
      w[i] = _mm_shuffle_epi8(load(data + 16 * i), big_endian);
    }
#pragma GCC unroll 16
    for (unsigned t = 0; t < kSha256Rounds / 4; t++) {
      const __m128i words = _mm_add_epi32(w[t & 3], constants(4 * t));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
      if (t < kSha256Rounds / 4 - 4) {
        schedule(w, t);
      }
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  store(state, _mm_blend_epi16(feba, dchg, 0xf0));
  store(state + 4, _mm_alignr_epi8(dchg, feba, 8));
}

MOORING_TARGET_END

#else

// A translation unit declares something.
typedef int sha256_ni_is_absent_t;

#endif
