// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/sha2.h"

#include <string.h>

#include "mooring/hardened.h"
#include "sha2/sha2_host.h"
#include "sha2/sha2_tables.h"

enum { kScheduleWords = 16, kWordBytes = 8, kLengthBytes = 16 };

static inline uint64_t rotate_right(uint64_t x, unsigned bits) {
  return (x >> bits) | (x << (64 - bits));
}

static inline uint64_t load_be64(const uint8_t *bytes) {
  uint64_t word = 0;
  for (unsigned i = 0; i < kWordBytes; i++) {
    word = word << 8 | bytes[i];
  }
  return word;
}

static inline void store_be64(uint8_t *bytes, uint64_t word) {
  for (unsigned i = kWordBytes; i-- > 0; word >>= 8) {
    bytes[i] = (uint8_t)word;
  }
}

// [FIPS 180-4 §5.3.4] floor(2^64 frac(p^(1/2))) for the 9th to 16th prime p.
static const uint64_t kSha384InitialState[kSha2StateWords] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
    0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
    0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

// One round [FIPS 180-4 §6.4.2 step 3]. Instead of moving a to b, b to c and
// so on, the names rotate: in round t the variable "a" is v[-t mod 8].
static inline void round_step(uint64_t v[kSha2StateWords], unsigned t,
                              uint64_t constant_plus_word) {
  const uint64_t a = v[(0u - t) & 7];
  const uint64_t b = v[(1u - t) & 7];
  const uint64_t c = v[(2u - t) & 7];
  const uint64_t e = v[(4u - t) & 7];
  const uint64_t f = v[(5u - t) & 7];
  const uint64_t g = v[(6u - t) & 7];
  const uint64_t h = v[(7u - t) & 7];
  const uint64_t sum1 =
      rotate_right(e, 14) ^ rotate_right(e, 18) ^ rotate_right(e, 41);
  const uint64_t choice = g ^ (e & (f ^ g));
  const uint64_t sum0 =
      rotate_right(a, 28) ^ rotate_right(a, 34) ^ rotate_right(a, 39);
  const uint64_t majority = (a & b) | (c & (a | b));
  const uint64_t t1 = h + sum1 + choice + constant_plus_word;
  v[(3u - t) & 7] += t1;
  v[(7u - t) & 7] = t1 + sum0 + majority;
}

// The message schedule in place, 16 words at a time [§6.4.2 step 1].
static inline uint64_t next_word(uint64_t w[kScheduleWords], unsigned t) {
  const uint64_t w15 = w[(t + 1) & 15];
  const uint64_t w2 = w[(t + 14) & 15];
  const uint64_t sigma0 =
      rotate_right(w15, 1) ^ rotate_right(w15, 8) ^ (w15 >> 7);
  const uint64_t sigma1 =
      rotate_right(w2, 19) ^ rotate_right(w2, 61) ^ (w2 >> 6);
  w[t & 15] += sigma0 + w[(t + 9) & 15] + sigma1;
  return w[t & 15];
}

static inline uint64_t round_constant(unsigned t) {
  return sha2_round_constants[t];
}

static void compress(uint64_t state[kSha2StateWords], const uint8_t *block) {
  if (sha512_host_blocks(state, block, 1) != 0) {
    return;
  }
  uint64_t w[kScheduleWords];
  uint64_t v[kSha2StateWords];
  memcpy(v, state, sizeof v);
  for (unsigned t = 0; t < kScheduleWords; t++) {
    w[t] = load_be64(block + kWordBytes * t);
  }
#if defined(__OPTIMIZE_SIZE__)
  for (unsigned t = 0; t < kSha512Rounds; t++) {
    const uint64_t word = t < kScheduleWords ? w[t] : next_word(w, t);
    round_step(v, t, round_constant(t) + word);
  }
#else
  // Sixteen rounds written out make every index of v and w a constant, so that
  // both stay in registers.
#define ROUND(t, word) round_step(v, (t), round_constant(base + (t)) + (word))
#define SIXTEEN_ROUNDS(word)                                                  \
  ROUND(0, word(0)), ROUND(1, word(1)), ROUND(2, word(2)), ROUND(3, word(3)), \
      ROUND(4, word(4)), ROUND(5, word(5)), ROUND(6, word(6)),                \
      ROUND(7, word(7)), ROUND(8, word(8)), ROUND(9, word(9)),                \
      ROUND(10, word(10)), ROUND(11, word(11)), ROUND(12, word(12)),          \
      ROUND(13, word(13)), ROUND(14, word(14)), ROUND(15, word(15))
#define MESSAGE_WORD(t) w[t]
#define SCHEDULED_WORD(t) next_word(w, (t))
  unsigned base = 0;
  SIXTEEN_ROUNDS(MESSAGE_WORD);
  for (base = kScheduleWords; base < kSha512Rounds; base += kScheduleWords) {
    SIXTEEN_ROUNDS(SCHEDULED_WORD);
  }
#undef ROUND
#undef SIXTEEN_ROUNDS
#undef MESSAGE_WORD
#undef SCHEDULED_WORD
#endif
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    state[i] += v[i];
  }
}

void sha512_init(sha512_t *ctx) {
  memcpy(ctx->state, sha512_initial_state, sizeof ctx->state);
  ctx->len_bytes = 0;
}

void sha384_init(sha512_t *ctx) {
  memcpy(ctx->state, kSha384InitialState, sizeof ctx->state);
  ctx->len_bytes = 0;
}

void sha512_update(sha512_t *ctx, const uint8_t *data, size_t len_bytes) {
  size_t used = (size_t)(ctx->len_bytes % kSha512BlockBytes);
  ctx->len_bytes += len_bytes;
  if (used != 0) {
    const size_t space = kSha512BlockBytes - used;
    const size_t take = len_bytes < space ? len_bytes : space;
    if (take != 0) {
      memcpy(ctx->block + used, data, take);
      data += take;
      len_bytes -= take;
    }
    if (take < space) {
      return;
    }
    compress(ctx->state, ctx->block);
  }
  const size_t blocks =
      sha512_host_blocks(ctx->state, data, len_bytes / kSha512BlockBytes);
  data += blocks * kSha512BlockBytes;
  len_bytes -= blocks * kSha512BlockBytes;
  while (len_bytes >= kSha512BlockBytes) {
    compress(ctx->state, data);
    data += kSha512BlockBytes;
    len_bytes -= kSha512BlockBytes;
  }
  if (len_bytes != 0) {
    memcpy(ctx->block, data, len_bytes);
  }
}

// Pads and writes the first `digest_words` words of the state, big-endian.
static void finish(sha512_t *ctx, uint8_t *digest, unsigned digest_words) {
  // [§5.1.2] A one bit, zeros, and the length in bits as 128 bits.
  const uint64_t len_bytes = ctx->len_bytes;
  size_t used = (size_t)(len_bytes % kSha512BlockBytes);
  ctx->block[used] = 0x80;
  used++;
  if (used > kSha512BlockBytes - kLengthBytes) {
    memset(ctx->block + used, 0, kSha512BlockBytes - used);
    compress(ctx->state, ctx->block);
    used = 0;
  }
  memset(ctx->block + used, 0, kSha512BlockBytes - kLengthBytes - used);
  store_be64(ctx->block + kSha512BlockBytes - 16, len_bytes >> 61);
  store_be64(ctx->block + kSha512BlockBytes - 8, len_bytes << 3);
  compress(ctx->state, ctx->block);
  for (unsigned i = 0; i < digest_words; i++) {
    store_be64(digest + kWordBytes * i, ctx->state[i]);
  }
  // The message may have been a key or a nonce's seed.
  mooring_wipe(ctx, sizeof *ctx);
}

void sha512_final(sha512_t *ctx, uint8_t digest[kSha512DigestBytes]) {
  finish(ctx, digest, kSha512DigestBytes / kWordBytes);
}

void sha384_final(sha512_t *ctx, uint8_t digest[kSha384DigestBytes]) {
  finish(ctx, digest, kSha384DigestBytes / kWordBytes);
}

void sha512(uint8_t digest[kSha512DigestBytes], const uint8_t *data,
            size_t len_bytes) {
  sha512_t ctx;
  sha512_init(&ctx);
  sha512_update(&ctx, data, len_bytes);
  sha512_final(&ctx, digest);
}

void sha384(uint8_t digest[kSha384DigestBytes], const uint8_t *data,
            size_t len_bytes) {
  sha512_t ctx;
  sha384_init(&ctx);
  sha512_update(&ctx, data, len_bytes);
  sha384_final(&ctx, digest);
}
