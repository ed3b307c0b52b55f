// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/sha2.h"

#include <string.h>

#include "mooring/hardened.h"
#include "sha2/sha2_host.h"
#include "sha2/sha2_tables.h"

enum { kScheduleWords = 16, kLengthBytes = 8 };

static inline uint32_t rotate_right(uint32_t x, unsigned bits) {
  return (x >> bits) | (x << (32 - bits));
}

static inline uint32_t load_be32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline void store_be32(uint8_t *bytes, uint32_t word) {
  bytes[0] = (uint8_t)(word >> 24);
  bytes[1] = (uint8_t)(word >> 16);
  bytes[2] = (uint8_t)(word >> 8);
  bytes[3] = (uint8_t)word;
}

// One round [FIPS 180-4 §6.2.2 step 3]. Instead of moving a to b, b to c and
// so on, the names rotate: in round t the variable "a" is v[-t mod 8].
static inline void round_step(uint32_t v[kSha2StateWords], unsigned t,
                              uint32_t constant_plus_word) {
  const uint32_t a = v[(0u - t) & 7];
  const uint32_t b = v[(1u - t) & 7];
  const uint32_t c = v[(2u - t) & 7];
  const uint32_t e = v[(4u - t) & 7];
  const uint32_t f = v[(5u - t) & 7];
  const uint32_t g = v[(6u - t) & 7];
  const uint32_t h = v[(7u - t) & 7];
  const uint32_t sum1 =
      rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
  const uint32_t choice = g ^ (e & (f ^ g));
  const uint32_t sum0 =
      rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
  const uint32_t majority = (a & b) | (c & (a | b));
  const uint32_t t1 = h + sum1 + choice + constant_plus_word;
  v[(3u - t) & 7] += t1;
  v[(7u - t) & 7] = t1 + sum0 + majority;
}

// The message schedule in place, 16 words at a time [§6.2.2 step 1].
static inline uint32_t next_word(uint32_t w[kScheduleWords], unsigned t) {
  const uint32_t w15 = w[(t + 1) & 15];
  const uint32_t w2 = w[(t + 14) & 15];
  const uint32_t sigma0 =
      rotate_right(w15, 7) ^ rotate_right(w15, 18) ^ (w15 >> 3);
  const uint32_t sigma1 =
      rotate_right(w2, 17) ^ rotate_right(w2, 19) ^ (w2 >> 10);
  w[t & 15] += sigma0 + w[(t + 9) & 15] + sigma1;
  return w[t & 15];
}

static inline uint32_t round_constant(unsigned t) {
  return (uint32_t)(sha2_round_constants[t] >> 32);
}

static void compress(uint32_t state[kSha2StateWords], const uint8_t *block) {
  if (sha256_host_blocks(state, block, 1) != 0) {
    return;
  }
  uint32_t w[kScheduleWords];
  uint32_t v[kSha2StateWords];
  memcpy(v, state, sizeof v);
  for (unsigned t = 0; t < kScheduleWords; t++) {
    w[t] = load_be32(block + 4 * t);
  }
#if defined(__OPTIMIZE_SIZE__)
  for (unsigned t = 0; t < kSha256Rounds; t++) {
    const uint32_t word = t < kScheduleWords ? w[t] : next_word(w, t);
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
  for (base = kScheduleWords; base < kSha256Rounds; base += kScheduleWords) {
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

void sha256_init(sha256_t *ctx) {
  // [§5.3.3] The upper halves of SHA-512's, by definition.
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    ctx->state[i] = (uint32_t)(sha512_initial_state[i] >> 32);
  }
  ctx->len_bytes = 0;
}

void sha256_update(sha256_t *ctx, const uint8_t *data, size_t len_bytes) {
  size_t used = (size_t)(ctx->len_bytes % kSha256BlockBytes);
  ctx->len_bytes += len_bytes;
  if (used != 0) {
    const size_t space = kSha256BlockBytes - used;
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
      sha256_host_blocks(ctx->state, data, len_bytes / kSha256BlockBytes);
  data += blocks * kSha256BlockBytes;
  len_bytes -= blocks * kSha256BlockBytes;
  while (len_bytes >= kSha256BlockBytes) {
    compress(ctx->state, data);
    data += kSha256BlockBytes;
    len_bytes -= kSha256BlockBytes;
  }
  if (len_bytes != 0) {
    memcpy(ctx->block, data, len_bytes);
  }
}

void sha256_final(sha256_t *ctx, uint8_t digest[kSha256DigestBytes]) {
  // [§5.1.1] A one bit, zeros, and the length in bits.
  const uint64_t len_bits = ctx->len_bytes * 8;
  size_t used = (size_t)(ctx->len_bytes % kSha256BlockBytes);
  ctx->block[used] = 0x80;
  used++;
  if (used > kSha256BlockBytes - kLengthBytes) {
    memset(ctx->block + used, 0, kSha256BlockBytes - used);
    compress(ctx->state, ctx->block);
    used = 0;
  }
  memset(ctx->block + used, 0, kSha256BlockBytes - kLengthBytes - used);
  store_be32(ctx->block + kSha256BlockBytes - 8, (uint32_t)(len_bits >> 32));
  store_be32(ctx->block + kSha256BlockBytes - 4, (uint32_t)len_bits);
  compress(ctx->state, ctx->block);
  for (unsigned i = 0; i < kSha2StateWords; i++) {
    store_be32(digest + 4 * i, ctx->state[i]);
  }
  // The message may have been a key or a nonce's seed.
  mooring_wipe(ctx, sizeof *ctx);
}

void sha256(uint8_t digest[kSha256DigestBytes], const uint8_t *data,
            size_t len_bytes) {
  sha256_t ctx;
  sha256_init(&ctx);
  sha256_update(&ctx, data, len_bytes);
  sha256_final(&ctx, digest);
}
