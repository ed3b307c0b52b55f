// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// All eight lanes' scalars at once; for verify_many_ifma.c alone, after
// lanes_scalar.h, whose results these are.
//
// A digit from -2^(w - 1) on needs no carry from window to window: with 2^(w-1)
// added at every window, each is what stands in the window, less 2^(w - 1).

#ifndef MOORING_CORE_X86_64_LANES_SCALAR8_H_
#define MOORING_CORE_X86_64_LANES_SCALAR8_H_

#include <string.h>

#include "mooring/ed25519.h"
#include "x86_64/half_size8.h"
#include "x86_64/verify_many.h"

enum {
  kDigits8Bits = 4,
  kDigits8PerLimb = kHalf8LimbBits / kDigits8Bits,
  kDigits8 = 33,                // 0.93 2^131 is the largest number that fits
  kDigits8Offset = 0x8888888,   // 2^3 at each window of a limb
  kBaseDigits8 = kScalarBytes,  // a byte each
};

_Static_assert((int)kLanesWindow == (int)kDigits8Bits, "windows of four bits");
_Static_assert((int)kLanesBaseWindow == 8, "a digit of B's is a byte");
_Static_assert((int)kDigits8 >= (int)kLanesLeastDigits, "too few digits");

static inline void digits8_write(int8_t digits[][kLanes],
                                 const half8_short_t *a) {
  const __m512i half = _mm512_set1_epi64(1 << (kDigits8Bits - 1));
  const __m512i window = _mm512_set1_epi64((1 << kDigits8Bits) - 1);
  __m512i carry = _mm512_setzero_si512();
  for (unsigned i = 0; i < kHalf8HalfLimbs; i++) {
    __m512i bits = _mm512_add_epi64(a->limb[i], carry);
    bits = _mm512_add_epi64(bits, _mm512_set1_epi64(kDigits8Offset));
    carry = _mm512_srai_epi64(bits, kHalf8LimbBits);
    for (unsigned j = 0; j < kDigits8PerLimb; j++) {
      const unsigned index = i * kDigits8PerLimb + j;
      if (index == kDigits8) {
        break;
      }
      const __m512i digit =
          _mm512_sub_epi64(_mm512_and_si512(bits, window), half);
      _mm_storel_epi64((__m128i *)digits[index], _mm512_cvtepi64_epi8(digit));
      bits = _mm512_srli_epi64(bits, kDigits8Bits);
    }
  }
}

// The words of a v, which is positive.
static inline void words8_write(uint64_t words[4][kLanes],
                                const half8_short_t *a) {
  const __m512i *const l = a->limb;
  const __m512i w0 =
      _mm512_or_si512(l[0], _mm512_or_si512(_mm512_slli_epi64(l[1], 28),
                                            _mm512_slli_epi64(l[2], 56)));
  const __m512i w1 = _mm512_or_si512(
      _mm512_srli_epi64(l[2], 8), _mm512_or_si512(_mm512_slli_epi64(l[3], 20),
                                                  _mm512_slli_epi64(l[4], 48)));
  _mm512_storeu_si512(words[0], w0);
  _mm512_storeu_si512(words[1], w1);
  _mm512_storeu_si512(words[2], _mm512_srli_epi64(l[4], 16));
  _mm512_storeu_si512(words[3], _mm512_setzero_si512());
}

// Both halves of B's digits in one lane: the bytes of base + 0x80...80, less
// 0x80 each.
static inline void base8_write(lanes_scalars_t *out, unsigned lane,
                               const uint8_t base[kScalarBytes]) {
  int8_t *const digits = &out->base[0][0][lane];
  unsigned carry = 0;
  for (unsigned i = 0; i < kBaseDigits8; i++) {
    const unsigned sum = base[i] + 0x80u + carry;
    digits[i * kLanes] = (int8_t)((int)(sum & 0xff) - 0x80);
    carry = sum >> 8;
  }
}

static void lanes_scalars8(lanes_scalars_t *out, const verify_lane_t *items,
                           uint8_t k[kLanes][kScalarBytes]) {
  _Alignas(64) uint64_t words[4][kLanes];
  half8_t half;
  for (unsigned lane = 0; lane < kLanes; lane++) {
    uint64_t word[4];
    memcpy(word, k[lane], sizeof word);
    for (unsigned i = 0; i < 4; i++) {
      words[i][lane] = word[i];
    }
  }
  const unsigned done = half8_split(&half, words);
  if (done != (1u << kLanes) - 1) {
    memset(out->digits, 0, sizeof out->digits);
  }
  digits8_write(out->digits[0], &half.u);
  digits8_write(out->digits[1], &half.v);
  words8_write(words, &half.v);
  out->digit_count = kDigits8;
  for (unsigned lane = 0; lane < kLanes; lane++) {
    const uint8_t *const s = items[lane].signature + kEd25519RBytes;
    if ((done >> lane & 1) == 0) {
      lanes_set_scalars(out, lane, s, k[lane]);
      continue;
    }
    uint64_t word[4];
    uint8_t v[kScalarBytes];
    uint8_t base[kScalarBytes];
    for (unsigned i = 0; i < 4; i++) {
      word[i] = words[i][lane];
    }
    memcpy(v, word, sizeof v);
    scalar_multiply(base, v, s);
    base8_write(out, lane, base);
  }
}

#endif  // MOORING_CORE_X86_64_LANES_SCALAR8_H_
