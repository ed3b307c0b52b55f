// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Eight lanes of SHA-512: AVX-512 rotates in one instruction, and joins any
// three words bit by bit in one.

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>

#include "x86_64/sha2_blocks.h"
#include "x86_64/sha512_lanes.h"

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

typedef __m512i vector_t;

// Truth tables for three inputs, as VPTERNLOG takes them: bit 4a + 2b + c.
enum { kXor3 = 0x96, kChoose = 0xca, kMajority = 0xe8 };

static inline vector_t vector_add(vector_t x, vector_t y) {
  return _mm512_add_epi64(x, y);
}

static inline vector_t vector_splat(uint64_t word) {
  return _mm512_set1_epi64((long long)word);
}

static inline vector_t vector_xor3(vector_t x, vector_t y, vector_t z) {
  return _mm512_ternarylogic_epi64(x, y, z, kXor3);
}

static inline vector_t vector_sum0(vector_t x) {
  return vector_xor3(_mm512_ror_epi64(x, 28), _mm512_ror_epi64(x, 34),
                     _mm512_ror_epi64(x, 39));
}

static inline vector_t vector_sum1(vector_t x) {
  return vector_xor3(_mm512_ror_epi64(x, 14), _mm512_ror_epi64(x, 18),
                     _mm512_ror_epi64(x, 41));
}

static inline vector_t vector_sigma0(vector_t x) {
  return vector_xor3(_mm512_ror_epi64(x, 1), _mm512_ror_epi64(x, 8),
                     _mm512_srli_epi64(x, 7));
}

static inline vector_t vector_sigma1(vector_t x) {
  return vector_xor3(_mm512_ror_epi64(x, 19), _mm512_ror_epi64(x, 61),
                     _mm512_srli_epi64(x, 6));
}

static inline vector_t vector_choose(vector_t x, vector_t y, vector_t z) {
  return _mm512_ternarylogic_epi64(x, y, z, kChoose);
}

static inline vector_t vector_majority(vector_t x, vector_t y, vector_t z) {
  return _mm512_ternarylogic_epi64(x, y, z, kMajority);
}

#include "x86_64/sha512_rounds_lanes.h"

// Reads eight words of each lane's block; word i of all lanes goes to w[i].
static inline void load_words(vector_t w[8], const uint8_t *const blocks[8],
                              size_t offset) {
  const vector_t big_endian = _mm512_broadcast_i32x4(
      _mm_set_epi64x(0x08090a0b0c0d0e0f, 0x0001020304050607));
  vector_t rows[8];
  vector_t pairs[8];
  vector_t quads[8];
  for (unsigned i = 0; i < 8; i++) {
    rows[i] =
        _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i] + offset), big_endian);
  }
  for (unsigned i = 0; i < 8; i += 2) {
    pairs[i] = _mm512_unpacklo_epi64(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_epi64(rows[i], rows[i + 1]);
  }
  // Two 128-bit columns of four lanes: words 0 and 4, then 2 and 6.
  for (unsigned i = 0; i < 8; i += 4) {
    for (unsigned j = 0; j < 2; j++) {
      quads[i + j] = _mm512_shuffle_i64x2(pairs[i + j], pairs[i + j + 2], 0x88);
      quads[i + j + 2] =
          _mm512_shuffle_i64x2(pairs[i + j], pairs[i + j + 2], 0xdd);
    }
  }
  for (unsigned j = 0; j < 4; j++) {
    w[j] = _mm512_shuffle_i64x2(quads[j], quads[j + 4], 0x88);
    w[j + 4] = _mm512_shuffle_i64x2(quads[j], quads[j + 4], 0xdd);
  }
}

static void compress(sha512_lanes_t *state,
                     const uint8_t *const blocks[kSha512LanesMost]) {
  vector_t v[kSha2StateWords];
  vector_t w[16];
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    v[i] = _mm512_load_si512(state->words[i]);
  }
  load_words(w, blocks, 0);
  load_words(w + 8, blocks, kSha512BlockBytes / 2);
  vector_rounds(v, w);
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    const vector_t before = _mm512_load_si512(state->words[i]);
    _mm512_store_si512(state->words[i], vector_add(before, v[i]));
  }
}

MOORING_TARGET_END

void ed25519_challenges_ifma(size_t count, const uint8_t *keys,
                             const uint8_t *signatures, const uint8_t *messages,
                             const size_t *offsets,
                             uint8_t (*digests)[kSha512DigestBytes]) {
  static const sha512_engine_t kEngine = {
      .lane_count = 8,
      .least_lanes = 3,
      .compress = compress,
      .blocks_of_one = sha512_blocks_avx512,
  };
  sha512_lanes_challenges(&kEngine, count, keys, signatures, messages, offsets,
                          digests);
}

#else

// A translation unit declares something.
typedef int sha512_lanes_avx512_is_absent_t;

#endif
