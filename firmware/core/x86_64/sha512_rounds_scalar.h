// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// SHA-512 of one message after the other: rounds in ordinary registers, with
// the schedule of the next sixteen between them in vectors of two words, which
// use other units of the processor.
//
// Who includes this has opened the instruction set, RORX among it, and defined
//
//   sigma0_pair, sigma1_pair  [FIPS 180-4 §4.1.3] (4.12), (4.13) of two words

static inline __m128i load_pair(const void *from) {
  return _mm_loadu_si128((const __m128i *)from);
}

static inline uint64_t rotate_right(uint64_t x, unsigned bits) {
  return (x >> bits) | (x << (64 - bits));
}

// One round [§6.4.2 step 3]. Instead of moving a to b, b to c and so on, the
// names rotate: in round t the variable "a" is v[-t mod 8]. `b_xor_c` is kept
// from the round before, where it was a ^ b.
static inline void scalar_round(uint64_t v[kSha2StateWords], unsigned t,
                                uint64_t *b_xor_c,
                                uint64_t constant_plus_word) {
  const uint64_t a = v[(0u - t) & 7];
  const uint64_t b = v[(1u - t) & 7];
  const uint64_t e = v[(4u - t) & 7];
  const uint64_t f = v[(5u - t) & 7];
  const uint64_t g = v[(6u - t) & 7];
  const uint64_t a_xor_b = a ^ b;
  uint64_t t1 = v[(7u - t) & 7] + constant_plus_word;
  t1 += g ^ (e & (f ^ g));
  t1 += rotate_right(e, 14) ^ rotate_right(e, 18) ^ rotate_right(e, 41);
  v[(3u - t) & 7] += t1;
  t1 += b ^ (a_xor_b & *b_xor_c);
  t1 += rotate_right(a, 28) ^ rotate_right(a, 34) ^ rotate_right(a, 39);
  v[(7u - t) & 7] = t1;
  *b_xor_c = a_xor_b;
}

// Words t and t + 1 of the schedule, in the place of those 16 before
// [§6.4.2 step 1]; `i` is t / 2 mod 8.
static inline void schedule_pair(__m128i w[8], unsigned i) {
  const __m128i w15 = _mm_alignr_epi8(w[(i + 1) & 7], w[i], 8);
  const __m128i w7 = _mm_alignr_epi8(w[(i + 5) & 7], w[(i + 4) & 7], 8);
  const __m128i far =
      _mm_add_epi64(sigma0_pair(w15), sigma1_pair(w[(i + 7) & 7]));
  w[i] = _mm_add_epi64(_mm_add_epi64(w[i], w7), far);
}

static inline void add_constants(uint64_t sums[16], const __m128i w[8],
                                 unsigned i, unsigned round) {
  const __m128i constants = load_pair(sha2_round_constants + round + 2 * i);
  _mm_store_si128((__m128i *)(void *)(sums + 2 * i),
                  _mm_add_epi64(w[i], constants));
}

static inline void hash_block(uint64_t v[kSha2StateWords],
                              const uint8_t *block) {
  const __m128i big_endian =
      _mm_set_epi64x(0x08090a0b0c0d0e0f, 0x0001020304050607);
  _Alignas(16) uint64_t sums[16];  // constant plus word of sixteen rounds
  __m128i w[8];
#pragma GCC unroll 8
  for (unsigned i = 0; i < 8; i++) {
    w[i] = _mm_shuffle_epi8(load_pair(block + 16 * i), big_endian);
    add_constants(sums, w, i, 0);
  }
  uint64_t b_xor_c = v[1] ^ v[2];
  for (unsigned round = 16; round < kSha512Rounds; round += 16) {
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++) {
      schedule_pair(w, i);
      scalar_round(v, 2 * i, &b_xor_c, sums[2 * i]);
      scalar_round(v, 2 * i + 1, &b_xor_c, sums[2 * i + 1]);
      add_constants(sums, w, i, round);
    }
  }
#pragma GCC unroll 16
  for (unsigned t = 0; t < 16; t++) {
    scalar_round(v, t, &b_xor_c, sums[t]);
  }
}

static inline void hash_blocks(uint64_t state[kSha2StateWords],
                               const uint8_t *data, size_t block_count) {
  uint64_t v[kSha2StateWords];
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    v[i] = state[i];
  }
  for (; block_count != 0; block_count--, data += kSha512BlockBytes) {
    hash_block(v, data);
#pragma GCC unroll 8
    for (unsigned i = 0; i < kSha2StateWords; i++) {
      v[i] += state[i];
      state[i] = v[i];
    }
  }
}
