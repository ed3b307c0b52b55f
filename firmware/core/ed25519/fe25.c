// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/fe.h"

// Compiled everywhere, empty where fe51.h serves.
#if !defined(__SIZEOF_INT128__) || defined(MOORING_FORCE_32BIT)

// Bounds. A unit is |limb| <= 1.01 * 2^25 (even) or 1.01 * 2^24 (odd). A
// product column adds at most 125 * 2^50 * units(a) * units(b) in magnitude;
// 5 times 3 units need 2^60.9 of the 2^63 there are. Limbs of the second factor
// times 19 must fit 32 bits, which they do up to 3.3 units.

enum { kEvenBits = 26, kOddBits = 25 };

void fe_add(fe_t *out, const fe_t *a, const fe_t *b) {
  for (int i = 0; i < kFeLimbs; i++) {
    out->limb[i] = a->limb[i] + b->limb[i];
  }
}

void fe_sub(fe_t *out, const fe_t *a, const fe_t *b) {
  for (int i = 0; i < kFeLimbs; i++) {
    out->limb[i] = a->limb[i] - b->limb[i];
  }
}

static unsigned limb_bits(unsigned i) {
  return (i & 1) != 0 ? kOddBits : kEvenBits;
}

// Carries column i into the next one, rounding to nearest so that limbs of
// both signs stay small. The carry out of the last column returns 19-fold.
static void carry_column(int64_t column[kFeLimbs], unsigned i) {
  const unsigned bits = limb_bits(i);
  const int64_t carry = (column[i] + ((int64_t)1 << (bits - 1))) >> bits;
  column[i] -= carry * ((int64_t)1 << bits);
  if (i == kFeLimbs - 1) {
    column[0] += carry * 19;
  } else {
    column[i + 1] += carry;
  }
}

static void carry_columns(fe_t *out, int64_t column[kFeLimbs]) {
  for (unsigned i = 0; i < kFeLimbs; i++) {
    carry_column(column, i);
  }
  // What came back to column 0 is at most 2^63 / 2^25 * 19 < 2^43: after one
  // more carry column 1 exceeds its unit by 2^17, within the 1.01.
  carry_column(column, 0);
  for (unsigned i = 0; i < kFeLimbs; i++) {
    out->limb[i] = (fe_limb_t)column[i];
  }
}

static int64_t wide_mul(int32_t a, int32_t b) {
  return (int64_t)a * b;
}

// Column k of a product is the sum over i of a[i] * b[k - i], where an index
// below 0 means b[k - i + 10] * 19, and where two odd indices count twice
// (their weights are 2^25.5 rounded up, both). Two rows of 20 hold b with that
// already done, so that each column is the same straight line of ten products:
// short code, and a[] stays in registers.
void fe_mul(fe_t *out, const fe_t *a, const fe_t *b) {
  int32_t for_even[2 * kFeLimbs];
  int32_t for_odd[2 * kFeLimbs];
  for (unsigned j = 0; j < kFeLimbs; j++) {
    const int32_t plain = b->limb[j];
    const int32_t wrapped = 19 * plain;
    const int32_t twice = (j & 1) != 0 ? 2 : 1;
    for_even[j] = wrapped;
    for_even[j + kFeLimbs] = plain;
    for_odd[j] = twice * wrapped;
    for_odd[j + kFeLimbs] = twice * plain;
  }
  const int32_t a0 = a->limb[0];
  const int32_t a1 = a->limb[1];
  const int32_t a2 = a->limb[2];
  const int32_t a3 = a->limb[3];
  const int32_t a4 = a->limb[4];
  const int32_t a5 = a->limb[5];
  const int32_t a6 = a->limb[6];
  const int32_t a7 = a->limb[7];
  const int32_t a8 = a->limb[8];
  const int32_t a9 = a->limb[9];
  int64_t column[kFeLimbs];
  for (unsigned k = 0; k < kFeLimbs; k++) {
    const int32_t *even = for_even + k;
    const int32_t *odd = for_odd + k;
    column[k] = wide_mul(a0, even[10]) + wide_mul(a1, odd[9]) +
                wide_mul(a2, even[8]) + wide_mul(a3, odd[7]) +
                wide_mul(a4, even[6]) + wide_mul(a5, odd[5]) +
                wide_mul(a6, even[4]) + wide_mul(a7, odd[3]) +
                wide_mul(a8, even[2]) + wide_mul(a9, odd[1]);
  }
  carry_columns(out, column);
}

// A square needs 55 of the 100 products. Columns come in pairs around h: in
// column 2h the indices h - t and h + t meet, in column 2h + 1 the indices
// h - t and h + 1 + t. `wrapped` is a with the indices -5...-1, 19-fold, put
// before it; `twice_odd` doubles the odd limbs for indices of equal parity.
void fe_sq(fe_t *out, const fe_t *a) {
  enum { kBelow = 5 };
  int32_t wrapped[kBelow + kFeLimbs];
  int32_t twice_odd[kFeLimbs];
  for (unsigned j = 0; j < kFeLimbs; j++) {
    const int32_t plain = a->limb[j];
    wrapped[j + kBelow] = plain;
    if (j >= kBelow) {
      wrapped[j - kBelow] = 19 * plain;
    }
    twice_odd[j] = (j & 1) != 0 ? 2 * plain : plain;
  }
  int64_t column[kFeLimbs];
  for (unsigned h = 0; h < kFeLimbs / 2; h++) {
    const int32_t *low = wrapped + kBelow + h;
    const int32_t *high = twice_odd + h;
    const int32_t *next = a->limb + h;
    column[2 * h] =
        wide_mul(low[0], high[0]) + wide_mul(low[-5], high[5]) +
        2 * (wide_mul(low[-1], high[1]) + wide_mul(low[-2], high[2]) +
             wide_mul(low[-3], high[3]) + wide_mul(low[-4], high[4]));
    column[2 * h + 1] =
        2 * (wide_mul(low[0], next[1]) + wide_mul(low[-1], next[2]) +
             wide_mul(low[-2], next[3]) + wide_mul(low[-3], next[4]) +
             wide_mul(low[-4], next[5]));
  }
  carry_columns(out, column);
}

static uint32_t load_le32(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
         (uint32_t)bytes[3] << 24;
}

void fe_from_bytes(fe_t *out, const uint8_t bytes[kFeBytes]) {
  int64_t column[kFeLimbs];
  unsigned bit = 0;
  for (unsigned i = 0; i < kFeLimbs; i++) {
    // A limb spans at most 26 + 7 bits. The last one ends at bit 254, within
    // the last four bytes.
    const unsigned bits = limb_bits(i);
    const unsigned first = i == kFeLimbs - 1 ? kFeBytes - 4 : bit / 8;
    const uint64_t fifth = first + 4 < kFeBytes ? bytes[first + 4] : 0;
    const uint64_t word = load_le32(bytes + first) | fifth << 32;
    column[i] =
        (int64_t)((word >> (bit - 8 * first)) & (((uint64_t)1 << bits) - 1));
    bit += bits;
  }
  // Unsigned limbs of full width are two units; carrying makes them one.
  carry_columns(out, column);
}

void fe_to_bytes(uint8_t bytes[kFeBytes], const fe_t *a) {
  int64_t column[kFeLimbs];
  for (unsigned i = 0; i < kFeLimbs; i++) {
    column[i] = a->limb[i];
  }
  fe_t carried;
  carry_columns(&carried, column);
  // |value| < 1.1 * 2^255. q = floor(value / p) is found as the carry out of
  // value + 19 (that is, out of value - p + 2^255) rounded downwards.
  int32_t q = 19 * carried.limb[9];
  q = (q + ((int32_t)1 << 24)) >> 25;
  for (unsigned i = 0; i < kFeLimbs; i++) {
    q = (carried.limb[i] + q) >> limb_bits(i);
  }
  // value - q p = value + 19 q - 2^255 q: the last carry is dropped.
  int32_t carry = 19 * q;
  uint64_t pending = 0;
  unsigned pending_bits = 0;
  for (unsigned i = 0; i < kFeLimbs; i++) {
    const unsigned bits = limb_bits(i);
    const int32_t limb = carried.limb[i] + carry;
    carry = limb >> bits;
    pending |= (uint64_t)((uint32_t)limb & (((uint32_t)1 << bits) - 1))
               << pending_bits;
    for (pending_bits += bits; pending_bits >= 8; pending_bits -= 8) {
      *bytes++ = (uint8_t)pending;
      pending >>= 8;
    }
  }
  *bytes = (uint8_t)pending;  // 255 bits: the last seven
}

#endif
