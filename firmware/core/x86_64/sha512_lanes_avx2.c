// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Four lanes of SHA-512 for processors with AVX2 and no AVX-512.

#include "x86_64/target.h"

#if MOORING_X86_64

#include <immintrin.h>

#include "x86_64/sha2_blocks.h"
#include "x86_64/sha512_lanes.h"

MOORING_TARGET_BEGIN(MOORING_TARGET_AVX2)

typedef __m256i vector_t;

static inline vector_t vector_add(vector_t x, vector_t y) {
  return _mm256_add_epi64(x, y);
}

static inline vector_t vector_splat(uint64_t word) {
  return _mm256_set1_epi64x((long long)word);
}

static inline vector_t vector_xor(vector_t x, vector_t y) {
  return _mm256_xor_si256(x, y);
}

// (x >> low) ^ (x << high): a rotation where the two make 64.
static inline vector_t vector_shift_both(vector_t x, int right, int left) {
  return vector_xor(_mm256_srli_epi64(x, right), _mm256_slli_epi64(x, left));
}

static inline vector_t vector_sum0(vector_t x) {
  return vector_xor(
      vector_shift_both(x, 28, 36),
      vector_xor(vector_shift_both(x, 34, 30), vector_shift_both(x, 39, 25)));
}

static inline vector_t vector_sum1(vector_t x) {
  return vector_xor(
      vector_shift_both(x, 14, 50),
      vector_xor(vector_shift_both(x, 18, 46), vector_shift_both(x, 41, 23)));
}

static inline vector_t vector_sigma0(vector_t x) {
  const vector_t by_one_byte = _mm256_broadcastsi128_si256(
      _mm_set_epi64x(0x080f0e0d0c0b0a09, 0x0007060504030201));
  const vector_t by_8 = _mm256_shuffle_epi8(x, by_one_byte);
  return vector_xor(vector_shift_both(x, 1, 63),
                    vector_xor(by_8, _mm256_srli_epi64(x, 7)));
}

static inline vector_t vector_sigma1(vector_t x) {
  return vector_xor(
      vector_shift_both(x, 19, 45),
      vector_xor(vector_shift_both(x, 61, 3), _mm256_srli_epi64(x, 6)));
}

static inline vector_t vector_choose(vector_t x, vector_t y, vector_t z) {
  return vector_xor(z, _mm256_and_si256(x, vector_xor(y, z)));
}

static inline vector_t vector_majority(vector_t x, vector_t y, vector_t z) {
  return vector_xor(y, _mm256_and_si256(vector_xor(x, y), vector_xor(y, z)));
}

#include "x86_64/sha512_rounds_lanes.h"

// Reads four words of each lane's block; word i of all lanes goes to w[i].
static inline void load_words(vector_t w[4], const uint8_t *const blocks[4],
                              size_t offset) {
  const vector_t big_endian = _mm256_broadcastsi128_si256(
      _mm_set_epi64x(0x08090a0b0c0d0e0f, 0x0001020304050607));
  vector_t rows[4];
  for (unsigned i = 0; i < 4; i++) {
    rows[i] = _mm256_shuffle_epi8(
        _mm256_loadu_si256((const void *)(blocks[i] + offset)), big_endian);
  }
  const vector_t even_01 = _mm256_unpacklo_epi64(rows[0], rows[1]);
  const vector_t odd_01 = _mm256_unpackhi_epi64(rows[0], rows[1]);
  const vector_t even_23 = _mm256_unpacklo_epi64(rows[2], rows[3]);
  const vector_t odd_23 = _mm256_unpackhi_epi64(rows[2], rows[3]);
  w[0] = _mm256_permute2x128_si256(even_01, even_23, 0x20);
  w[1] = _mm256_permute2x128_si256(odd_01, odd_23, 0x20);
  w[2] = _mm256_permute2x128_si256(even_01, even_23, 0x31);
  w[3] = _mm256_permute2x128_si256(odd_01, odd_23, 0x31);
}

static inline vector_t *word_of(sha512_lanes_t *state, unsigned i) {
  return (vector_t *)(void *)state->words[i];
}

static void compress(sha512_lanes_t *state,
                     const uint8_t *const blocks[kSha512LanesMost]) {
  vector_t v[kSha2StateWords];
  vector_t w[16];
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    v[i] = _mm256_load_si256(word_of(state, i));
  }
  for (unsigned i = 0; i < 16; i += 4) {
    load_words(w + i, blocks, i * sizeof(uint64_t));
  }
  vector_rounds(v, w);
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    const vector_t before = _mm256_load_si256(word_of(state, i));
    _mm256_store_si256(word_of(state, i), vector_add(before, v[i]));
  }
}

MOORING_TARGET_END

void ed25519_challenges_avx2(size_t count, const uint8_t *keys,
                             const uint8_t *signatures, const uint8_t *messages,
                             const size_t *offsets,
                             uint8_t (*digests)[kSha512DigestBytes]) {
  static const sha512_engine_t kEngine = {
      .lane_count = 4,
      .least_lanes = 4,
      .compress = compress,
      .blocks_of_one = sha512_blocks_avx2,
  };
  sha512_lanes_challenges(&kEngine, count, keys, signatures, messages, offsets,
                          digests);
}

#else

// A translation unit declares something.
typedef int sha512_lanes_avx2_is_absent_t;

#endif
