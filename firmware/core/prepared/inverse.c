// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Bernstein and Yang, "Fast constant-time gcd computation and modular
// inversion" (2019), here without the constant time: a run of even g is shifted
// out at once.
//
// A division step takes t, an odd f and g to
//
//   -t,    g, (g - f) / 2          if g is odd and t >= 0,
//   t + 1, f, (g + (g mod 2) f) / 2 otherwise,
//
// which keeps their greatest common divisor and ends with g = 0. From f = p,
// g = a and t = 0 it takes at most 590 steps. 62 of them depend on the low 62
// bits alone; they are collected in a matrix, which then multiplies f and g and
// also d and e, for which d a = f and e a = g (mod p) all the way.

#include "prepared/inverse.h"

#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)

enum { kWords = 5, kWordBits = 62, kTopShift = 255 - 4 * kWordBits };

#define WORD_MASK ((UINT64_C(1) << kWordBits) - 1)

__extension__ typedef __int128 double_word_t;

// Signed, little-endian in 62 bits: words 0 to 3 within 0 .. 2^62 - 1, the last
// one has the sign.
typedef struct integer {
  int64_t word[kWords];
} integer_t;

// 2^62 times what 62 steps do: f' = (u f + v g) / 2^62, g' = (q f + r g) /
// 2^62.
typedef struct matrix {
  int64_t u, v, q, r;
} matrix_t;

static unsigned trailing_zeros(uint64_t value) {
  return (unsigned)__builtin_ctzll(value);
}

// Takes 62 steps on the low words of f and g; returns the new t. A step with an
// even g is a shift, so a run of them is one; whether f and g are exchanged is
// as good as random, so everything is computed and then chosen.
static int64_t take_steps(matrix_t *out, int64_t s, uint64_t f, uint64_t g) {
  uint64_t u = 1;
  uint64_t v = 0;
  uint64_t q = 0;
  uint64_t r = 1;
  uint64_t end = UINT64_C(1) << kWordBits;
  for (;;) {
    const unsigned zeros = trailing_zeros(g | end);
    g >>= zeros;
    end >>= zeros;
    u <<= zeros;
    v <<= zeros;
    s -= zeros;
    if (end == 1) {
      break;
    }
    // All ones if f and g are exchanged: -f is added then, and f becomes g.
    // What the compiler can't see through it doesn't turn into a branch.
    uint64_t exchange = (uint64_t)(s >> 63);
    __asm__("" : "+r"(exchange));
    const uint64_t f_or_g = (f ^ g) & exchange;
    const uint64_t u_or_q = (u ^ q) & exchange;
    const uint64_t v_or_r = (v ^ r) & exchange;
    g += (f ^ exchange) - exchange;
    q += (u ^ exchange) - exchange;
    r += (v ^ exchange) - exchange;
    f ^= f_or_g;
    u ^= u_or_q;
    v ^= v_or_r;
    s ^= (int64_t)exchange;
  }
  *out = (matrix_t){(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
  return s;
}

// f, g = (u f + v g) / 2^62, (q f + r g) / 2^62; the divisions leave no rest.
// Both have `words` words, the last one with the sign.
static void apply(integer_t *f, integer_t *g, const matrix_t *m,
                  unsigned words) {
  double_word_t next_f = (double_word_t)m->u * f->word[0];
  double_word_t next_g = (double_word_t)m->q * f->word[0];
  next_f += (double_word_t)m->v * g->word[0];
  next_g += (double_word_t)m->r * g->word[0];
  for (unsigned i = 1; i < words; i++) {
    next_f >>= kWordBits;
    next_g >>= kWordBits;
    next_f += (double_word_t)m->u * f->word[i];
    next_g += (double_word_t)m->q * f->word[i];
    next_f += (double_word_t)m->v * g->word[i];
    next_g += (double_word_t)m->r * g->word[i];
    f->word[i - 1] = (int64_t)((uint64_t)next_f & WORD_MASK);
    g->word[i - 1] = (int64_t)((uint64_t)next_g & WORD_MASK);
  }
  f->word[words - 1] = (int64_t)(next_f >> kWordBits);
  g->word[words - 1] = (int64_t)(next_g >> kWordBits);
}

// Drops last words that are nothing but a sign, which the word below takes.
static unsigned shorten(integer_t *f, integer_t *g, unsigned words) {
  while (words > 1) {
    const int64_t f_last = f->word[words - 1];
    const int64_t g_last = g->word[words - 1];
    if (f_last != f_last >> 63 || g_last != g_last >> 63) {
      break;
    }
    words--;
    f->word[words - 1] += f_last * ((int64_t)1 << kWordBits);
    g->word[words - 1] += g_last * ((int64_t)1 << kWordBits);
  }
  return words;
}

// The multiple of p = 2^255 - 19, up to 2^61 in magnitude, which makes a sum
// with this low word divisible by 2^62: p is -19 there.
static int64_t multiple_of_p(double_word_t low) {
  const uint64_t inverse_of_19 = UINT64_C(0x86bca1af286bca1b);
  const uint64_t multiple = (uint64_t)low * inverse_of_19;
  // Sign-extended from bit 61.
  return (int64_t)(multiple << 2) >> 2;
}

// The same for d and e modulo p. Each time the magnitudes grow by p/2 at most,
// so that after 10 times they are below 6p.
static void apply_modulo(integer_t *d, integer_t *e, const matrix_t *m) {
  double_word_t next_d =
      (double_word_t)m->u * d->word[0] + (double_word_t)m->v * e->word[0];
  double_word_t next_e =
      (double_word_t)m->q * d->word[0] + (double_word_t)m->r * e->word[0];
  const int64_t d_multiple = multiple_of_p(next_d);
  const int64_t e_multiple = multiple_of_p(next_e);
  next_d = (next_d - (double_word_t)19 * d_multiple) >> kWordBits;
  next_e = (next_e - (double_word_t)19 * e_multiple) >> kWordBits;
  for (unsigned i = 1; i < kWords; i++) {
    next_d +=
        (double_word_t)m->u * d->word[i] + (double_word_t)m->v * e->word[i];
    next_e +=
        (double_word_t)m->q * d->word[i] + (double_word_t)m->r * e->word[i];
    if (i == kWords - 1) {
      next_d += (double_word_t)d_multiple * (1 << kTopShift);
      next_e += (double_word_t)e_multiple * (1 << kTopShift);
    }
    d->word[i - 1] = (int64_t)((uint64_t)next_d & WORD_MASK);
    e->word[i - 1] = (int64_t)((uint64_t)next_e & WORD_MASK);
    next_d >>= kWordBits;
    next_e >>= kWordBits;
  }
  d->word[kWords - 1] = (int64_t)next_d;
  e->word[kWords - 1] = (int64_t)next_e;
}

static uint64_t load_le64(const uint8_t *bytes) {
  uint64_t word = 0;
  for (unsigned i = 8; i-- > 0;) {
    word = word << 8 | bytes[i];
  }
  return word;
}

static void load(integer_t *out, const fe_t *a) {
  uint8_t bytes[kFeBytes];
  fe_to_bytes(bytes, a);
  const uint64_t w0 = load_le64(bytes);
  const uint64_t w1 = load_le64(bytes + 8);
  const uint64_t w2 = load_le64(bytes + 16);
  const uint64_t w3 = load_le64(bytes + 24);
  out->word[0] = (int64_t)(w0 & WORD_MASK);
  out->word[1] = (int64_t)((w0 >> 62 | w1 << 2) & WORD_MASK);
  out->word[2] = (int64_t)((w1 >> 60 | w2 << 4) & WORD_MASK);
  out->word[3] = (int64_t)((w2 >> 58 | w3 << 6) & WORD_MASK);
  out->word[4] = (int64_t)(w3 >> 56);
}

// An integer within -8p .. 8p as a field element, negated if `negate`.
static void store(fe_t *out, const integer_t *a, bool negate) {
  // 8p is added and the carries taken; then five limbs of 51 bits are cut out
  // of 258 bits, and what exceeds 2^255 comes back 19-fold.
  static const int64_t kEightP[kWords] = {-8 * 19, 0, 0, 0, 8 << kTopShift};
  uint64_t word[kWords];
  int64_t carry = 0;
  for (unsigned i = 0; i < kWords; i++) {
    carry += (negate ? -a->word[i] : a->word[i]) + kEightP[i];
    word[i] = (uint64_t)carry & WORD_MASK;
    carry >>= kWordBits;
  }
  out->limb[0] = word[0] & FE_LIMB_MASK;
  out->limb[1] = (word[0] >> 51 | word[1] << 11) & FE_LIMB_MASK;
  out->limb[2] = (word[1] >> 40 | word[2] << 22) & FE_LIMB_MASK;
  out->limb[3] = (word[2] >> 29 | word[3] << 33) & FE_LIMB_MASK;
  out->limb[4] = (word[3] >> 18 | word[4] << 44) & FE_LIMB_MASK;
  out->limb[0] += 19 * (word[4] >> kTopShift);
}

void inverse_of(fe_t *out, const fe_t *a) {
  integer_t f = {{-19, 0, 0, 0, 1 << kTopShift}};
  integer_t g;
  integer_t d = {{0}};
  integer_t e = {{1}};
  int64_t s = -1;
  // p with its low word within range: 2^62 is borrowed up to the last word.
  f.word[0] += (int64_t)1 << kWordBits;
  for (unsigned i = 1; i < kWords - 1; i++) {
    f.word[i] = (int64_t)WORD_MASK;
  }
  f.word[kWords - 1] -= 1;
  if (fe_is_zero(a)) {
    fe_set_small(out, 0);
    return;
  }
  load(&g, a);
  unsigned words = kWords;
  while (words > 1 || g.word[0] != 0) {
    matrix_t m;
    s = take_steps(&m, s, (uint64_t)f.word[0], (uint64_t)g.word[0]);
    apply(&f, &g, &m, words);
    apply_modulo(&d, &e, &m);
    words = shorten(&f, &g, words);
  }
  // f is 1 or -1, and d its multiple of 1/a.
  store(out, &d, f.word[0] < 0);
}

#else

void inverse_of(fe_t *out, const fe_t *a) {
  fe_invert(out, a);
}

#endif
