// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/verify_ifma.h"

#if MOORING_X86_64

#include <stdbool.h>
#include <string.h>

#include "ed25519/generated/curve_constants.h"
#include "ed25519/half_size.h"
#include "ed25519/scalar.h"
#include "mooring/sha2.h"
#include "x86_64/generated/base_lanes.h"
#include "x86_64/point4_ifma.h"
#include "x86_64/quick_check.h"

enum { kSplitBytes = 16, kBothPoints = kLane0 | kLane1 };

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

// -----------------------------------------------------------------------------
// Decoding: A in lane 0, R in lane 1 (what it computes: ed25519/point.c)
// -----------------------------------------------------------------------------

FE4_INLINE void fe4_set_all(fe4_t *out, const fe_t *value) {
  FE4_EACH_LIMB(i) {
    out->limb[i] = _mm256_set1_epi64x((int64_t)value->limb[i]);
  }
}

static void load_pair(fe4_t *out, const uint8_t *a, const uint8_t *r) {
  fe_t pair[2];
  fe_from_bytes(&pair[0], a);
  fe_from_bytes(&pair[1], r);
  FE4_EACH_LIMB(i) {
    out->limb[i] = _mm256_set_epi64x(0, 0, (int64_t)pair[1].limb[i],
                                     (int64_t)pair[0].limb[i]);
  }
}

static void square_times(fe4_t *out, const fe4_t *a, unsigned times) {
  fe4_t x = *a;
  do {
    fe4_sq(&x, &x);
  } while (--times > 0);
  *out = x;
}

// a^(2^252 - 3), by the chain of ed25519/fe_power.c.
static void power_of_root(fe4_t *out, const fe4_t *a) {
  fe4_t t;
  fe4_t ones;
  fe4_t ones10;
  fe4_t ones50;
  square_times(&t, a, 1);      // 2
  square_times(&ones, &t, 2);  // 8
  fe4_mul(&ones, &ones, a);    // 9
  fe4_mul(&t, &ones, &t);      // 11
  square_times(&t, &t, 1);     // 22
  fe4_mul(&ones, &t, &ones);   // 31 = 2^5 - 1
  square_times(&t, &ones, 5);
  fe4_mul(&ones10, &t, &ones);  // 2^10 - 1
  square_times(&t, &ones10, 10);
  fe4_mul(&ones, &t, &ones10);  // 2^20 - 1
  square_times(&t, &ones, 20);
  fe4_mul(&ones, &t, &ones);  // 2^40 - 1
  square_times(&t, &ones, 10);
  fe4_mul(&ones50, &t, &ones10);  // 2^50 - 1
  square_times(&t, &ones50, 50);
  fe4_mul(&ones, &t, &ones50);  // 2^100 - 1
  square_times(&t, &ones, 100);
  fe4_mul(&ones, &t, &ones);  // 2^200 - 1
  square_times(&t, &ones, 50);
  fe4_mul(&ones, &t, &ones50);  // 2^250 - 1
  square_times(&t, &ones, 2);
  fe4_mul(out, &t, a);
}

// Affine points in lanes: x, y and t = xy of A in lane 0, of R in lane 1.
typedef struct affine_pair {
  fe4_t x, y, t;
} affine_pair_t;

// Returns the lanes whose encoding is that of a point.
static __mmask8 decode_pair(affine_pair_t *out, const uint8_t *a,
                            const uint8_t *r) {
  fe4_t one;
  fe4_t d;
  fe4_t root_of_minus_one;
  fe_t small;
  fe_set_small(&small, 1);
  fe4_set_all(&one, &small);
  fe4_set_all(&d, &kCurveD);
  fe4_set_all(&root_of_minus_one, &kSqrtMinusOne);

  // x = u v^3 (u v^7)^((p - 5)/8) with u = y^2 - 1 and v = d y^2 + 1
  fe4_t u;
  fe4_t v;
  fe4_t v2;
  fe4_t uv3;
  fe4_t uv7;
  fe4_t x;
  fe4_wide_t wide;
  load_pair(&out->y, a, r);
  fe4_sq(&u, &out->y);
  fe4_mul(&v, &u, &d);
  fe4_sub_wide(&wide, &u, &one);
  fe4_carry(&u, &wide);
  fe4_add_wide(&wide, &v, &one);
  fe4_carry(&v, &wide);
  fe4_sq(&v2, &v);
  fe4_mul(&uv3, &u, &v);
  fe4_mul(&uv3, &uv3, &v2);
  fe4_sq(&v2, &v2);
  fe4_mul(&uv7, &uv3, &v2);
  power_of_root(&x, &uv7);
  fe4_mul(&x, &x, &uv3);

  // v x^2 is u, or -u and x lacks a factor of sqrt(-1), or no root exists.
  fe4_t check;
  fe4_t other;
  fe4_sq(&check, &x);
  fe4_mul(&check, &check, &v);
  fe4_add_wide(&wide, &check, &u);
  fe4_carry(&other, &wide);
  fe4_sub_wide(&wide, &check, &u);
  fe4_carry(&check, &wide);
  const __mmask8 is_root = fe4_zero_lanes(&check);
  const __mmask8 is_other = fe4_zero_lanes(&other);
  fe4_mul(&other, &x, &root_of_minus_one);
  FE4_EACH_LIMB(i) {
    x.limb[i] = _mm256_mask_mov_epi64(other.limb[i], is_root, x.limb[i]);
  }

  // x or -x, as the sign bit says.
  fe4_freeze(&x, &x);
  const __m256i signs =
      _mm256_set_epi64x(0, 0, r[kPointBytes - 1] >> 7, a[kPointBytes - 1] >> 7);
  const __mmask8 negate = _mm256_test_epi64_mask(
      _mm256_xor_si256(x.limb[0], signs), _mm256_set1_epi64x(1));
  FE4_EACH_LIMB(i) {
    wide.limb[i] = fe4_negate_limb(i, x.limb[i], negate);
  }
  fe4_carry(&out->x, &wide);
  fe4_mul(&out->t, &out->x, &out->y);
  return (is_root | is_other) & kBothPoints;
}

// -----------------------------------------------------------------------------
// Multiples
// -----------------------------------------------------------------------------

typedef struct odd_multiples {
  addend4_t odd[kPointMultiples];
} odd_multiples_t;

// The coordinates of one point of a pair: (X, Y, Z, X) and an augend.
static void take_point(fe4_t *xyzx, augend4_t *augend,
                       const affine_pair_t *pair, int lane) {
  fe4_wide_t wide;
  FE4_EACH_LIMB(i) {
    const __m256i index = _mm256_set1_epi64x(lane);
    const __m256i x = _mm256_permutexvar_epi64(index, pair->x.limb[i]);
    const __m256i y = _mm256_permutexvar_epi64(index, pair->y.limb[i]);
    const __m256i t = _mm256_permutexvar_epi64(index, pair->t.limb[i]);
    const __m256i z = _mm256_set1_epi64x(i == 0);
    __m256i v = _mm256_mask_mov_epi64(x, kLane1, y);
    xyzx->limb[i] = _mm256_mask_mov_epi64(v, kLane2, z);
    // (Y, Z, T, Y) + (-X, 0, 0, X)
    v = _mm256_mask_mov_epi64(y, kLane1, z);
    v = _mm256_mask_mov_epi64(v, kLane2, t);
    wide.limb[i] = fe4_add64(
        v,
        _mm256_maskz_mov_epi64(kLane0 | kLane3, fe4_negate_limb(i, x, kLane0)));
  }
  fe4_carry(&augend->lanes, &wide);
}

// 1, 3, 5, ... times each of two points, side by side: two chains fill the time
// in which each waits for its own results.
static void make_multiples(odd_multiples_t multiples[2],
                           const affine_pair_t *pair) {
  augend4_t last[2];
  addend4_t twice[2];
  for (int p = 0; p < 2; p++) {
    fe4_t xyzx;
    point4_t sum;
    augend4_t augend;
    take_point(&xyzx, &last[p], pair, p);
    augend4_to_addend(&multiples[p].odd[0], &last[p]);
    point4_double_xyz(&sum, &xyzx);  // -2P: subtracted below
    point4_to_augend(&augend, &sum);
    augend4_to_addend(&twice[p], &augend);
  }
  for (int i = 1; i < kPointMultiples; i++) {
    for (int p = 0; p < 2; p++) {
      point4_t sum;
      point4_add(&sum, &last[p], &twice[p], true);
      point4_to_augend(&last[p], &sum);
      augend4_to_addend(&multiples[p].odd[i], &last[p]);
    }
  }
}

// -----------------------------------------------------------------------------
// The equation
// -----------------------------------------------------------------------------

// The equation's terms.
enum { kTermA, kTermR, kTermLow, kTermHigh, kTerms };

// All scalars as digits, the sum of digit[i][term] 2^i; `top` is the first i of
// which only zeros follow.
typedef struct digit_rows {
  int16_t digit[kScalarDigits][kTerms];
  int top;
} digit_rows_t;

// A scalar with zeros above: a word can be read at every bit of it.
typedef struct long_scalar {
  uint8_t bytes[kScalarBytes + sizeof(uint64_t)];
} long_scalar_t;

// scalar_recode() from digit to digit instead of bit by bit. Every other digit
// is negated because every doubling will negate the sum.
static void recode(digit_rows_t *out, unsigned term,
                   const long_scalar_t *scalar, unsigned window, bool negate) {
  enum { kMostSkipped = 32 };
  const uint64_t mask = (UINT64_C(1) << window) - 1;
  uint64_t carry = 0;
  for (unsigned bit = 0; bit < kScalarDigits;) {
    uint64_t word;
    memcpy(&word, scalar->bytes + bit / 8, sizeof word);
    word >>= bit % 8;
    // An even sum passes its carry on: with one, ones are skipped.
    const uint64_t stops = (word ^ (0 - carry)) | UINT64_C(1) << kMostSkipped;
    const unsigned skipped = (unsigned)__builtin_ctzll(stops);
    bit += skipped;
    if (skipped == kMostSkipped) {
      continue;
    }
    const uint64_t sum = (word >> skipped & mask) + carry;
    carry = sum >> (window - 1);
    const int digit = (int)sum - (int)(carry << window);
    const bool is_negated = negate != ((bit & 1) != 0);
    out->digit[bit][term] = (int16_t)(is_negated ? -digit : digit);
    out->top = out->top > (int)bit ? out->top : (int)bit;
    bit += window;
  }
}

// An odd digit d finds |d| P at index (|d| - 1) / 2.
static inline void add_digit(point4_t *sum, const addend4_t *multiples,
                             int digit) {
  if (digit != 0) {
    augend4_t augend;
    point4_to_augend(&augend, sum);
    const int magnitude = digit < 0 ? -digit : digit;
    point4_add(sum, &augend, &multiples[magnitude >> 1], digit < 0);
  }
}

static const addend4_t *base_multiples(void) {
  return (const addend4_t *)(const void *)kBaseLanes;
}

static const addend4_t *high_multiples(void) {
  return (const addend4_t *)(const void *)kHighLanes;
}

// [v S]B - [u]A - [v]R as digits.
static void recode_all(digit_rows_t *out, const uint8_t *s, const uint8_t *k) {
  half_size_t half;
  uint8_t base_scalar[kScalarBytes];
  half_size_split(&half, k);
  scalar_multiply(base_scalar, half.v, s);
  long_scalar_t scalars[kTerms] = {{{0}}};
  memcpy(scalars[kTermA].bytes, half.u, kScalarBytes);
  memcpy(scalars[kTermR].bytes, half.v, kScalarBytes);
  memcpy(scalars[kTermLow].bytes, base_scalar, kSplitBytes);
  memcpy(scalars[kTermHigh].bytes, base_scalar + kSplitBytes, kSplitBytes);
  memset(out, 0, sizeof *out);
  recode(out, kTermA, &scalars[kTermA], kPointWindow, !half.u_negative);
  recode(out, kTermR, &scalars[kTermR], kPointWindow, true);
  recode(out, kTermLow, &scalars[kTermLow], kBaseLanesWindow, false);
  recode(out, kTermHigh, &scalars[kTermHigh], kBaseLanesWindow, false);
}

static bool equation_holds(const uint8_t *s, const uint8_t *k,
                           const odd_multiples_t multiples[2]) {
  digit_rows_t rows;
  recode_all(&rows, s, k);
  point4_t sum;
  point4_set_neutral(&sum);
  for (int i = rows.top; i >= 0; i--) {
    point4_double(&sum, &sum);
    uint64_t any;
    _Static_assert(sizeof any == sizeof rows.digit[0], "a row is a word");
    memcpy(&any, rows.digit[i], sizeof any);
    if (any != 0) {
      const int16_t *const digit = rows.digit[i];
      add_digit(&sum, multiples[0].odd, digit[kTermA]);
      add_digit(&sum, multiples[1].odd, digit[kTermR]);
      add_digit(&sum, base_multiples(), digit[kTermLow]);
      add_digit(&sum, high_multiples(), digit[kTermHigh]);
    }
  }
  return point4_is_neutral(&sum);
}

verify_status_t ed25519_judge_ifma(const uint8_t key[kEd25519KeyBytes],
                                   const uint8_t r[kEd25519RBytes],
                                   const uint8_t s[kScalarBytes],
                                   const uint8_t k[kScalarBytes]) {
  affine_pair_t pair;
  const __mmask8 found = decode_pair(&pair, key, r);
  if (found != kBothPoints) {
    return (found & kLane0) == 0 ? kVerifyBadKey : kVerifyBadSignature;
  }
  odd_multiples_t multiples[2];
  make_multiples(multiples, &pair);
  return equation_holds(s, k, multiples) ? kVerifyOk : kVerifyBadSignature;
}

verify_status_t ed25519_verify_ifma(
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]) {
  switch (quick_check(key, signature)) {
    case kEd25519Ok:
      break;
    case kEd25519KeyNotCanonical:
    case kEd25519KeySmallOrder:
      return kVerifyBadKey;
    default:
      return kVerifyBadSignature;
  }
  sha512_t hash;
  uint8_t digest[kSha512DigestBytes];
  uint8_t k[kScalarBytes];
  sha512_init(&hash);
  sha512_update(&hash, signature, kEd25519RBytes);
  sha512_update(&hash, key, kEd25519KeyBytes);
  sha512_update(&hash, message, message_len_bytes);
  sha512_final(&hash, digest);
  scalar_reduce(k, digest);
  return ed25519_judge_ifma(key, signature, signature + kEd25519RBytes, k);
}

MOORING_TARGET_END

#endif  // MOORING_X86_64
