// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/scalar.h"

#include <stddef.h>
#include <string.h>

// The processor's own word size: everything below is schoolbook arithmetic on
// little-endian arrays of words.
#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)
typedef uint64_t word_t;
__extension__ typedef unsigned __int128 word_pair_t;
#define WORDS(high32, low32) ((word_t)(high32) << 32 | (low32))
#else
typedef uint32_t word_t;
typedef uint64_t word_pair_t;
#define WORDS(high32, low32) (low32), (high32)
#endif

enum {
  kWordBytes = sizeof(word_t),
  kWordBits = 8 * kWordBytes,
  kWords = kScalarBytes / kWordBytes,
};

static const word_t kOrder[kWords] = {
    WORDS(0x5812631a, 0x5cf5d3ed),
    WORDS(0x14def9de, 0xa2f79cd6),
    WORDS(0x00000000, 0x00000000),
    WORDS(0x10000000, 0x00000000),
};

// floor(2^512 / L), 260 bits.
static const word_t kBarrett[kWords + 1] = {
    WORDS(0xed9ce5a3, 0x0a2c131b),
    WORDS(0x2106215d, 0x086329a7),
    WORDS(0xffffffff, 0xffffffeb),
    WORDS(0xffffffff, 0xffffffff),
    0xf,
};

static word_t load_word(const uint8_t *bytes) {
  word_t word = 0;
  for (unsigned i = kWordBytes; i-- > 0;) {
    word = (word_t)(word << 8) | bytes[i];
  }
  return word;
}

// a -= b, returning the borrow.
static word_t subtract(word_t *a, const word_t *b, size_t words) {
  word_t borrow = 0;
  for (size_t i = 0; i < words; i++) {
    const word_pair_t difference = (word_pair_t)a[i] - b[i] - borrow;
    a[i] = (word_t)difference;
    borrow = (word_t)(difference >> kWordBits) & 1;
  }
  return borrow;
}

// out[a_words + b_words] = a * b
static void multiply(word_t *out, const word_t *a, size_t a_words,
                     const word_t *b, size_t b_words) {
  memset(out, 0, (a_words + b_words) * sizeof *out);
  for (size_t i = 0; i < a_words; i++) {
    word_t carry = 0;
    for (size_t j = 0; j < b_words; j++) {
      const word_pair_t sum = (word_pair_t)a[i] * b[j] + out[i + j] + carry;
      out[i + j] = (word_t)sum;
      carry = (word_t)(sum >> kWordBits);
    }
    out[i + b_words] = carry;
  }
}

static void load_words(word_t *out, const uint8_t *bytes, size_t words) {
  for (size_t i = 0; i < words; i++) {
    out[i] = load_word(bytes + kWordBytes * i);
  }
}

bool scalar_is_reduced(const uint8_t scalar[kScalarBytes]) {
  word_t s[kWords];
  load_words(s, scalar, kWords);
  return subtract(s, kOrder, kWords) != 0;
}

// Barrett reduction. With b = 2^kWordBits and k = kWords, the quotient
// floor(floor(x / b^(k-1)) * floor(b^2k / L) / b^(k+1)) is the true one or up
// to two less (Handbook of Applied Cryptography, fact 14.43; L >= b^(k-1)), so
// the remainder is below 3L and fits k words. x is overwritten.
static void reduce(uint8_t out[kScalarBytes], word_t x[2 * kWords]) {
  word_t quotient[2 * (kWords + 1)];
  word_t product[2 * kWords + 1];
  multiply(quotient, x + kWords - 1, kWords + 1, kBarrett, kWords + 1);
  multiply(product, quotient + kWords + 1, kWords + 1, kOrder, kWords);
  // Only the low words differ from zero in the end.
  (void)subtract(x, product, kWords);
  for (unsigned attempt = 0; attempt < 2; attempt++) {
    word_t smaller[kWords];
    memcpy(smaller, x, sizeof smaller);
    if (subtract(smaller, kOrder, kWords) == 0) {
      memcpy(x, smaller, sizeof smaller);
    }
  }
  for (unsigned i = 0; i < kScalarBytes; i++) {
    out[i] = (uint8_t)(x[i / kWordBytes] >> (8 * (i % kWordBytes)));
  }
}

void scalar_reduce(uint8_t out[kScalarBytes],
                   const uint8_t wide[kScalarWideBytes]) {
  word_t x[2 * kWords];
  load_words(x, wide, 2 * kWords);
  reduce(out, x);
}

void scalar_multiply(uint8_t out[kScalarBytes], const uint8_t a[kScalarBytes],
                     const uint8_t b[kScalarBytes]) {
  word_t x[kWords];
  word_t y[kWords];
  word_t product[2 * kWords];
  load_words(x, a, kWords);
  load_words(y, b, kWords);
  multiply(product, x, kWords, y, kWords);
  reduce(out, product);
}

void scalar_recode(scalar_digits_t *out, const uint8_t scalar[kScalarBytes],
                   unsigned window) {
  memset(out->digit, 0, sizeof out->digit);
  out->top = -1;
  const unsigned mask = (1u << window) - 1;
  unsigned used_bytes = kScalarBytes;
  while (used_bytes > 0 && scalar[used_bytes - 1] == 0) {
    used_bytes--;
  }
  unsigned carry = 0;
  for (unsigned bit = 0; bit <= 8 * used_bytes;) {
    // 16 bits from `bit` on hold a window of up to 8 at any alignment.
    const unsigned byte = bit / 8;
    const unsigned low = byte < kScalarBytes ? scalar[byte] : 0;
    const unsigned high = byte + 1 < kScalarBytes ? scalar[byte + 1] : 0;
    const unsigned bits = ((low | high << 8) >> (bit % 8)) + carry;
    if ((bits & 1) == 0) {
      // An even sum passes its carry on: 1 + 1 is 0, carry 1.
      bit++;
      continue;
    }
    // Odd: a digit of the window's upper half becomes negative, and the
    // difference of 2^window is carried.
    const unsigned digit = bits & mask;
    carry = digit >> (window - 1);
    out->digit[bit] = (int8_t)((int)digit - (int)(carry << window));
    out->top = (int16_t)bit;
    bit += window;
  }
}
