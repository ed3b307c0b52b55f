// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/fe.h"

#include <string.h>

// Compiled everywhere, empty where fe51.h serves.
#if !defined(__SIZEOF_INT128__) || defined(MOORING_FORCE_32BIT)

// Written for RV32IM, where a step below is eight instructions and there is no
// carry flag: what saves instructions is to have few steps and few loads.
// Straight lines are written out as far as their operands fit the registers.

enum { kWords = kFeLimbs, kWordBits = 32, kTopBit = 255 % kWordBits };

#define TOP_MASK (((fe_limb_t)1 << kTopBit) - 1)

// What 2^255 and 2^256 come back as.
enum { kFoldTop = 19, kFold = 2 * kFoldTop };

typedef fe_limb_t word_t;

// The low word of a b + sum + carry, whose high word is the next carry. Never
// more than two words: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
static inline word_t step(word_t *carry, word_t sum, word_t a, word_t b) {
  const uint64_t total = (uint64_t)a * b + sum + *carry;
  *carry = (word_t)(total >> kWordBits);
  return (word_t)total;
}

// a[from...] += addend, returning the carry out of the last word.
static word_t add_word(word_t a[kWords], unsigned from, word_t addend) {
  for (unsigned i = from; i < kWords && addend != 0; i++) {
    a[i] += addend;
    addend = (word_t)(a[i] < addend);
  }
  return addend;
}

// a += 38 * overflow, for an overflow of at most 38. A second overflow leaves
// less than 38^2, to which 38 is added without a third.
static inline void fold_overflow(word_t a[kWords], word_t overflow) {
  const word_t addend = kFold * overflow;
  a[0] += addend;
  if (a[0] < addend && add_word(a, 1, 1) != 0) {
    a[0] += kFold;
  }
}

// A product's upper half, still in registers.
typedef struct upper_half {
  word_t w0, w1, w2, w3, w4, w5, w6, w7;
} upper_half_t;

// out = low + 38 high.
static inline void fold_product(fe_t *out, const word_t low[kWords],
                                const upper_half_t *high) {
  word_t carry = 0;
  out->limb[0] = step(&carry, low[0], kFold, high->w0);
  out->limb[1] = step(&carry, low[1], kFold, high->w1);
  out->limb[2] = step(&carry, low[2], kFold, high->w2);
  out->limb[3] = step(&carry, low[3], kFold, high->w3);
  out->limb[4] = step(&carry, low[4], kFold, high->w4);
  out->limb[5] = step(&carry, low[5], kFold, high->w5);
  out->limb[6] = step(&carry, low[6], kFold, high->w6);
  out->limb[7] = step(&carry, low[7], kFold, high->w7);
  fold_overflow(out->limb, carry);
}

// A row of the schoolbook product: adds x y to the sums, returns the lowest
// word and moves the others down one place. Inlined, so that the sums stay in
// registers and the first row, whose sums are 0, is the shorter for it.
__attribute__((always_inline)) static inline word_t add_row(upper_half_t *sum,
                                                            word_t x,
                                                            const fe_t *y) {
  word_t carry = 0;
  const word_t lowest = step(&carry, sum->w0, x, y->limb[0]);
  sum->w0 = step(&carry, sum->w1, x, y->limb[1]);
  sum->w1 = step(&carry, sum->w2, x, y->limb[2]);
  sum->w2 = step(&carry, sum->w3, x, y->limb[3]);
  sum->w3 = step(&carry, sum->w4, x, y->limb[4]);
  sum->w4 = step(&carry, sum->w5, x, y->limb[5]);
  sum->w5 = step(&carry, sum->w6, x, y->limb[6]);
  sum->w6 = step(&carry, sum->w7, x, y->limb[7]);
  sum->w7 = carry;
  return lowest;
}

void fe_mul(fe_t *out, const fe_t *a, const fe_t *b) {
  const fe_t y = *b;
  word_t low[kWords];
  upper_half_t sum = {0, 0, 0, 0, 0, 0, 0, 0};
  low[0] = add_row(&sum, a->limb[0], &y);
  for (unsigned i = 1; i < kWords; i++) {
    low[i] = add_row(&sum, a->limb[i], &y);
  }
  fold_product(out, low, &sum);
}

// Doubles two words of the mixed products, `below` being the word before them,
// and adds a square to them.
static inline void add_square(word_t *first, word_t *second, word_t *carry,
                              word_t a, word_t below, word_t mixed0,
                              word_t mixed1) {
  const word_t twice0 = mixed0 << 1 | below >> (kWordBits - 1);
  const word_t twice1 = mixed1 << 1 | mixed0 >> (kWordBits - 1);
  *first = step(carry, twice0, a, a);
  const uint64_t total = (uint64_t)*carry + twice1;
  *second = (word_t)total;
  *carry = (word_t)(total >> kWordBits);
}

// The 28 products of two different words, once each; then they are doubled and
// the 8 squares of one word added.
void fe_sq_times(fe_t *out, const fe_t *a, unsigned times) {
  do {
    const fe_t x = *a;
    // Word i of the mixed products is m[i]; every index is a constant.
    word_t m[2 * kWords] = {0};
    word_t low[kWords];
    upper_half_t high;
    word_t carry;
#define FIRST(i, j) carry = 0, NEXT(i, j)
#define NEXT(i, j) \
  m[(i) + (j)] = step(&carry, m[(i) + (j)], x.limb[i], x.limb[j])
#define LAST(i) m[(i) + kWords] = carry
    FIRST(0, 1), NEXT(0, 2), NEXT(0, 3), NEXT(0, 4), NEXT(0, 5), NEXT(0, 6),
        NEXT(0, 7), LAST(0);
    FIRST(1, 2), NEXT(1, 3), NEXT(1, 4), NEXT(1, 5), NEXT(1, 6), NEXT(1, 7),
        LAST(1);
    FIRST(2, 3), NEXT(2, 4), NEXT(2, 5), NEXT(2, 6), NEXT(2, 7), LAST(2);
    FIRST(3, 4), NEXT(3, 5), NEXT(3, 6), NEXT(3, 7), LAST(3);
    FIRST(4, 5), NEXT(4, 6), NEXT(4, 7), LAST(4);
    FIRST(5, 6), NEXT(5, 7), LAST(5);
    FIRST(6, 7), LAST(6);
#undef FIRST
#undef NEXT
#undef LAST
    carry = 0;
    add_square(&low[0], &low[1], &carry, x.limb[0], 0, 0, m[1]);
    add_square(&low[2], &low[3], &carry, x.limb[1], m[1], m[2], m[3]);
    add_square(&low[4], &low[5], &carry, x.limb[2], m[3], m[4], m[5]);
    add_square(&low[6], &low[7], &carry, x.limb[3], m[5], m[6], m[7]);
    add_square(&high.w0, &high.w1, &carry, x.limb[4], m[7], m[8], m[9]);
    add_square(&high.w2, &high.w3, &carry, x.limb[5], m[9], m[10], m[11]);
    add_square(&high.w4, &high.w5, &carry, x.limb[6], m[11], m[12], m[13]);
    add_square(&high.w6, &high.w7, &carry, x.limb[7], m[13], m[14], 0);
    fold_product(out, low, &high);
    a = out;
  } while (--times > 0);
}

// One word of a sum; the carry is 0 or 1.
static inline word_t add_step(word_t *carry, word_t a, word_t b) {
  const word_t sum = a + b;
  const word_t carried = sum + *carry;
  *carry = (word_t)(sum < a) | (word_t)(carried < sum);
  return carried;
}

// One word of a difference; the borrow is 0 or 1.
static inline word_t sub_step(word_t *borrow, word_t a, word_t b) {
  const word_t difference = a - b;
  const word_t borrowed = difference - *borrow;
  *borrow = (word_t)(a < b) | (word_t)(difference < *borrow);
  return borrowed;
}

void fe_add(fe_t *out, const fe_t *a, const fe_t *b) {
  word_t carry = 0;
  out->limb[0] = add_step(&carry, a->limb[0], b->limb[0]);
  out->limb[1] = add_step(&carry, a->limb[1], b->limb[1]);
  out->limb[2] = add_step(&carry, a->limb[2], b->limb[2]);
  out->limb[3] = add_step(&carry, a->limb[3], b->limb[3]);
  out->limb[4] = add_step(&carry, a->limb[4], b->limb[4]);
  out->limb[5] = add_step(&carry, a->limb[5], b->limb[5]);
  out->limb[6] = add_step(&carry, a->limb[6], b->limb[6]);
  out->limb[7] = add_step(&carry, a->limb[7], b->limb[7]);
  fold_overflow(out->limb, carry);
}

void fe_sub(fe_t *out, const fe_t *a, const fe_t *b) {
  word_t borrow = 0;
  out->limb[0] = sub_step(&borrow, a->limb[0], b->limb[0]);
  out->limb[1] = sub_step(&borrow, a->limb[1], b->limb[1]);
  out->limb[2] = sub_step(&borrow, a->limb[2], b->limb[2]);
  out->limb[3] = sub_step(&borrow, a->limb[3], b->limb[3]);
  out->limb[4] = sub_step(&borrow, a->limb[4], b->limb[4]);
  out->limb[5] = sub_step(&borrow, a->limb[5], b->limb[5]);
  out->limb[6] = sub_step(&borrow, a->limb[6], b->limb[6]);
  out->limb[7] = sub_step(&borrow, a->limb[7], b->limb[7]);
  // 2^256 too much is 38 too much. A second borrow leaves at least 2^256 - 38.
  const word_t excess = kFold * borrow;
  const word_t lowest = out->limb[0];
  out->limb[0] = lowest - excess;
  if (lowest < excess) {
    unsigned i = 1;
    while (i < kWords && out->limb[i]-- == 0) {
      i++;
    }
    if (i == kWords) {
      out->limb[0] -= kFold;
    }
  }
}

void fe_from_bytes(fe_t *out, const uint8_t bytes[kFeBytes]) {
  for (unsigned i = 0; i < kWords; i++, bytes += 4) {
    out->limb[i] = bytes[0] | (word_t)bytes[1] << 8 | (word_t)bytes[2] << 16 |
                   (word_t)bytes[3] << 24;
  }
  out->limb[kWords - 1] &= TOP_MASK;
}

// Takes bit 255 away and returns it.
static word_t take_top(word_t a[kWords]) {
  const word_t top = a[kWords - 1] >> kTopBit;
  a[kWords - 1] &= TOP_MASK;
  return top;
}

void fe_to_bytes(uint8_t bytes[kFeBytes], const fe_t *a) {
  fe_t r = *a;
  (void)add_word(r.limb, 0, kFoldTop * take_top(r.limb));
  // r < 2^255 + 19 < 2p. It is p or more if r + 19 reaches bit 255, and then
  // the rest of that is r - p.
  fe_t less_p = r;
  (void)add_word(less_p.limb, 0, kFoldTop);
  if (take_top(less_p.limb) != 0) {
    r = less_p;
  }
  for (unsigned i = 0; i < kFeBytes; i++) {
    bytes[i] = (uint8_t)(r.limb[i / 4] >> (8 * (i % 4)));
  }
}

#endif
