// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/half_size.h"

#include <string.h>

#include "ed25519/config.h"
#include "ed25519/multiply.h"

// Compiled everywhere, empty in a ROM's configuration.
#if MOORING_ED25519_HALF_SIZE

#include "ed25519/generated/base_table_w8.h"
#include "ed25519/generated/high_table_w8.h"

enum {
  kWords = 4,
  kWordBits = 64,
  kSplitBytes = kSplitBits / 8,
  kTargetBits = 128,
};

__extension__ typedef unsigned __int128 double_word_t;

typedef struct wide {
  uint64_t word[kWords];
} wide_t;

// 8L
static const wide_t kEightOrder = {{
    0xc09318d2e7ae9f68,
    0xa6f7cef517bce6b2,
    0x0000000000000000,
    0x8000000000000000,
}};

// A vector (r, t) of the lattice of all r = t k (mod 8L); r >= 0, and t is kept
// as a magnitude.
typedef struct vector {
  wide_t r, t;
} vector_t;

static unsigned bit_length(const wide_t *a) {
  for (unsigned i = kWords; i-- > 0;) {
    if (a->word[i] != 0) {
      return kWordBits * (i + 1) - (unsigned)__builtin_clzll(a->word[i]);
    }
  }
  return 0;
}

// a << shift, for a result below 2^256.
static wide_t shift_left(const wide_t *a, unsigned shift) {
  const unsigned words = shift / kWordBits;
  const unsigned bits = shift % kWordBits;
  wide_t out = {{0}};
  for (unsigned i = words; i < kWords; i++) {
    out.word[i] = a->word[i - words] << bits;
    if (bits != 0 && i > words) {
      out.word[i] |= a->word[i - words - 1] >> (kWordBits - bits);
    }
  }
  return out;
}

static bool is_less(const wide_t *a, const wide_t *b) {
  for (unsigned i = kWords; i-- > 0;) {
    if (a->word[i] != b->word[i]) {
      return a->word[i] < b->word[i];
    }
  }
  return false;
}

static void subtract(wide_t *a, const wide_t *b) {
  uint64_t borrow = 0;
  for (unsigned i = 0; i < kWords; i++) {
    const uint64_t difference = a->word[i] - b->word[i];
    const uint64_t borrowed =
        (uint64_t)(a->word[i] < b->word[i]) | (uint64_t)(difference < borrow);
    a->word[i] = difference - borrow;
    borrow = borrowed;
  }
}

static void add(wide_t *a, const wide_t *b) {
  uint64_t carry = 0;
  for (unsigned i = 0; i < kWords; i++) {
    const uint64_t sum = a->word[i] + b->word[i];
    const uint64_t carried =
        (uint64_t)(sum < b->word[i]) | (uint64_t)(sum + carry < sum);
    a->word[i] = sum + carry;
    carry = carried;
  }
}

// Subtracts from the longer vector the multiple 2^shift of the shorter one
// that leaves r >= 0. The two t have opposite signs, so magnitudes add up.
static void reduce_step(vector_t *longer, const vector_t *shorter) {
  unsigned shift = bit_length(&longer->r) - bit_length(&shorter->r);
  wide_t multiple = shift_left(&shorter->r, shift);
  if (is_less(&longer->r, &multiple)) {
    shift--;
    multiple = shift_left(&shorter->r, shift);
  }
  subtract(&longer->r, &multiple);
  multiple = shift_left(&shorter->t, shift);
  add(&longer->t, &multiple);
}

static unsigned longest_of(const vector_t *v) {
  const unsigned r = bit_length(&v->r);
  const unsigned t = bit_length(&v->t);
  return r > t ? r : t;
}

static bool is_usable(const vector_t *v) {
  return (v->t.word[0] & 1) != 0;
}

static void store(uint8_t out[kScalarBytes], const wide_t *a) {
  for (unsigned i = 0; i < kScalarBytes; i++) {
    out[i] = (uint8_t)(a->word[i / 8] >> (8 * (i % 8)));
  }
}

// p a - q b and p a + q b, for results below 2^256 that are not negative.
static wide_t difference_of(uint64_t p, const wide_t *a, uint64_t q,
                            const wide_t *b) {
  wide_t out;
  double_word_t sum = 0;
  double_word_t taken = 0;
  uint64_t borrow = 0;
  for (unsigned i = 0; i < kWords; i++) {
    sum += (double_word_t)p * a->word[i];
    taken += (double_word_t)q * b->word[i];
    const double_word_t difference =
        (double_word_t)(uint64_t)sum - (uint64_t)taken - borrow;
    out.word[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> kWordBits) & 1;
    sum >>= kWordBits;
    taken >>= kWordBits;
  }
  return out;
}

static wide_t sum_of(uint64_t p, const wide_t *a, uint64_t q, const wide_t *b) {
  wide_t out;
  double_word_t sum = 0;
  for (unsigned i = 0; i < kWords; i++) {
    const double_word_t second = (double_word_t)q * b->word[i];
    sum += (double_word_t)p * a->word[i];
    const uint64_t low = (uint64_t)sum + (uint64_t)second;
    out.word[i] = low;
    sum = (sum >> kWordBits) + (second >> kWordBits) + (low < (uint64_t)second);
  }
  return out;
}

// The 64 bits of a from bit `shift` on.
static uint64_t bits_from(const wide_t *a, unsigned shift) {
  const unsigned word = shift / kWordBits;
  const unsigned bits = shift % kWordBits;
  uint64_t out = a->word[word] >> bits;
  if (bits != 0 && word + 1 < kWords) {
    out |= a->word[word + 1] << (kWordBits - bits);
  }
  return out;
}

// Several steps of Euclid's algorithm at once (Lehmer): the quotients are those
// of the leading 64 bits, as long as these are certain to be the true ones
// (Jebelean, "A Double-Digit Lehmer-Euclid Algorithm", 1993), and stop where
// the shorter r reaches kTargetBits. Returns false if not one was certain.
static bool reduce_many(vector_t vectors[2], unsigned *shorter) {
  vector_t *const x_vector = &vectors[1 - *shorter];
  vector_t *const y_vector = &vectors[*shorter];
  const unsigned shift = bit_length(&x_vector->r) - kWordBits;
  const uint64_t target =
      shift < kTargetBits ? (uint64_t)1 << (kTargetBits - shift) : 1;
  uint64_t x = bits_from(&x_vector->r, shift);
  uint64_t y = bits_from(&y_vector->r, shift);
  // x = a X - b Y and y = d Y - c X, or both negated after an odd number of
  // steps.
  uint64_t a = 1;
  uint64_t b = 0;
  uint64_t c = 0;
  uint64_t d = 1;
  bool odd = false;
  while (y >= target) {
    const uint64_t quotient = x / y;
    const uint64_t rest = x - quotient * y;
    const uint64_t next_c = a + quotient * c;
    const uint64_t next_d = b + quotient * d;
    if (rest < next_d || y - rest < next_d + d) {
      break;
    }
    x = y;
    y = rest;
    a = c;
    b = d;
    c = next_c;
    d = next_d;
    odd = !odd;
  }
  if (b == 0) {
    return false;
  }
  const vector_t old_x = *x_vector;
  const vector_t old_y = *y_vector;
  vector_t *const longer = odd ? y_vector : x_vector;
  vector_t *const other = odd ? x_vector : y_vector;
  longer->r = odd ? difference_of(b, &old_y.r, a, &old_x.r)
                  : difference_of(a, &old_x.r, b, &old_y.r);
  other->r = odd ? difference_of(c, &old_x.r, d, &old_y.r)
                 : difference_of(d, &old_y.r, c, &old_x.r);
  longer->t = sum_of(a, &old_x.t, b, &old_y.t);
  other->t = sum_of(c, &old_x.t, d, &old_y.t);
  *shorter = odd ? 1 - *shorter : *shorter;
  return true;
}

// Euclid's algorithm on 8L and k, stopped in the middle. The two vectors are
// always a basis of the lattice, which contains (k, 1): so their t are never
// both even, and r_longer t_shorter + r_shorter t_longer = 8L bounds them.
void half_size_split(half_size_t *out, const uint8_t k[kScalarBytes]) {
  vector_t vectors[2] = {{.r = kEightOrder}, {.t = {{1}}}};
  for (unsigned i = 0; i < kScalarBytes; i++) {
    vectors[1].r.word[i / 8] |= (uint64_t)k[i] << (8 * (i % 8));
  }
  unsigned shorter = 1;
  while (bit_length(&vectors[shorter].r) > kTargetBits) {
    if (reduce_many(vectors, &shorter)) {
      continue;
    }
    vector_t *const longer = &vectors[1 - shorter];
    reduce_step(longer, &vectors[shorter]);
    if (is_less(&longer->r, &vectors[shorter].r)) {
      shorter = 1 - shorter;
    }
  }
  // Now t_shorter <= 2^128, because r_longer is above that; and unless k was
  // short from the start (then t_shorter is 1), r_longer <= k < L.
  //
  // If t_shorter is even, t_longer is odd and stays so while even multiples are
  // added. The longer vector is shortened as long as its longest number gets
  // shorter: that number was below L, so the new t is too.
  unsigned chosen = shorter;
  if (!is_usable(&vectors[shorter])) {
    chosen = 1 - shorter;
    vector_t next = vectors[chosen];
    do {
      vectors[chosen] = next;
      if (is_less(&next.r, &vectors[shorter].r)) {
        break;
      }
      reduce_step(&next, &vectors[shorter]);
    } while (longest_of(&next) < longest_of(&vectors[chosen]));
  }
  store(out->u, &vectors[chosen].r);
  store(out->v, &vectors[chosen].t);
  // Vector 1 began with t = 1, and the other one has the opposite sign. v is
  // taken positive, and u changes its sign with it.
  out->u_negative = chosen == 0;
}

// An odd digit d finds |d| P at index (|d| - 1) / 2.
static unsigned table_index(int digit) {
  return (unsigned)(digit < 0 ? -digit : digit) >> 1;
}

static void add_point(point_t *sum, point_factors_t *factors,
                      const point_multiples_t *multiples, int digit) {
  if (digit != 0) {
    point_finish(sum, factors);
    point_add_cached(factors, sum, &multiples->odd[table_index(digit)],
                     digit < 0);
  }
}

static void add_base(point_t *sum, point_factors_t *factors,
                     const niels_t *table, int digit) {
  if (digit != 0) {
    point_finish(sum, factors);
    point_add_niels(factors, sum, &table[table_index(digit)], digit < 0);
  }
}

bool half_size_equation_holds(const uint8_t s[kScalarBytes],
                              const uint8_t k[kScalarBytes], const point_t *a,
                              const point_t *r) {
  half_size_t half;
  half_size_split(&half, k);
  uint8_t base_scalar[kScalarBytes];
  scalar_multiply(base_scalar, half.v, s);
  uint8_t low[kScalarBytes] = {0};
  uint8_t high[kScalarBytes] = {0};
  memcpy(low, base_scalar, kSplitBytes);
  memcpy(high, base_scalar + kSplitBytes, kSplitBytes);

  scalar_digits_t digits_a;
  scalar_digits_t digits_r;
  scalar_digits_t digits_low;
  scalar_digits_t digits_high;
  scalar_recode(&digits_a, half.u, kPointWindow);
  scalar_recode(&digits_r, half.v, kPointWindow);
  scalar_recode(&digits_low, low, MOORING_ED25519_BASE_WINDOW);
  scalar_recode(&digits_high, high, MOORING_ED25519_BASE_WINDOW);
  int top = digits_a.top > digits_r.top ? digits_a.top : digits_r.top;
  top = digits_low.top > top ? digits_low.top : top;
  top = digits_high.top > top ? digits_high.top : top;

  point_multiples_t multiples_a;
  point_multiples_t multiples_r;
  point_odd_multiples(&multiples_a, a);
  point_odd_multiples(&multiples_r, r);

  // [v S]B - [u]A - [v]R
  const int sign_a = half.u_negative ? 1 : -1;
  point_t sum;
  point_set_neutral(&sum);
  for (int i = top; i >= 0; i--) {
    point_factors_t factors;
    point_double(&factors, &sum);
    add_point(&sum, &factors, &multiples_a, sign_a * digits_a.digit[i]);
    add_point(&sum, &factors, &multiples_r, -digits_r.digit[i]);
    add_base(&sum, &factors, kBaseTableW8, digits_low.digit[i]);
    add_base(&sum, &factors, kHighTableW8, digits_high.digit[i]);
    point_finish_without_t(&sum, &factors);
  }
  // The neutral element is x = 0, y = 1; x = 0 alone has also y = -1.
  fe_t difference;
  fe_sub(&difference, &sum.y, &sum.z);
  return fe_is_zero(&sum.x) && fe_is_zero(&difference);
}

#endif
