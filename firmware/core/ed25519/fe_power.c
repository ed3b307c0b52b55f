// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/config.h"
#include "ed25519/fe.h"

// Each function takes `count` elements through the same steps side by side: a
// chain of squarings waits for its own results, and a second, independent chain
// fills the time. Inlined, so that the loops over a constant count vanish.

static inline void multiply_each(fe_t *out, const fe_t *a, const fe_t *b,
                                 unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    fe_mul(&out[i], &a[i], &b[i]);
  }
}

static inline void square_each(fe_t *out, const fe_t *a, unsigned times,
                               unsigned count) {
  if (count == 1) {
    fe_sq_times(out, a, times);
    return;
  }
  for (unsigned i = 0; i < count; i++) {
    fe_sq(&out[i], &a[i]);
  }
  while (--times > 0) {
    for (unsigned i = 0; i < count; i++) {
      fe_sq(&out[i], &out[i]);
    }
  }
}

enum { kMaxCount = MOORING_ED25519_HALF_SIZE ? 2 : 1 };

// Both exponents begin with many ones: 2^252 - 3 = (2^250 - 1) 2^2 + 1 and
// p - 2 = (2^250 - 1) 2^5 + 11. Runs of ones double in length by
// x^(2^(2n) - 1) = (x^(2^n - 1))^(2^n) x^(2^n - 1).
// Gives `ones` = a^(2^250 - 1), and a^11 on the way.
static inline void power_250_ones(fe_t *ones, fe_t *a11, const fe_t *a,
                                  unsigned count) {
  fe_t t[kMaxCount];
  fe_t ones10[kMaxCount];
  fe_t ones50[kMaxCount];
  square_each(t, a, 1, count);          // 2
  square_each(ones, t, 2, count);       // 8
  multiply_each(ones, ones, a, count);  // 9
  multiply_each(a11, ones, t, count);   // 11
  square_each(t, a11, 1, count);        // 22
  multiply_each(ones, t, ones, count);  // 31 = 2^5 - 1
  square_each(t, ones, 5, count);
  multiply_each(ones10, t, ones, count);  // 2^10 - 1
  square_each(t, ones10, 10, count);
  multiply_each(ones, t, ones10, count);  // 2^20 - 1
  square_each(t, ones, 20, count);
  multiply_each(ones, t, ones, count);  // 2^40 - 1
  square_each(t, ones, 10, count);
  multiply_each(ones50, t, ones10, count);  // 2^50 - 1
  square_each(t, ones50, 50, count);
  multiply_each(ones, t, ones50, count);  // 2^100 - 1
  square_each(t, ones, 100, count);
  multiply_each(ones, t, ones, count);  // 2^200 - 1
  square_each(t, ones, 50, count);
  multiply_each(ones, t, ones50, count);  // 2^250 - 1
}

static inline void power_of_root_each(fe_t *out, const fe_t *a,
                                      unsigned count) {
  fe_t ones[kMaxCount];
  fe_t unused[kMaxCount];
  power_250_ones(ones, unused, a, count);
  square_each(ones, ones, 2, count);
  multiply_each(out, ones, a, count);
}

void fe_power_of_root(fe_t *out, const fe_t *a) {
  power_of_root_each(out, a, 1);
}

#if MOORING_ED25519_HALF_SIZE
void fe_power_of_root_pair(fe_t out[2], const fe_t a[2]) {
  power_of_root_each(out, a, 2);
}
#endif

void fe_invert(fe_t *out, const fe_t *a) {
  fe_t ones;
  fe_t a11;
  power_250_ones(&ones, &a11, a, 1);
  square_each(&ones, &ones, 5, 1);
  fe_mul(out, &ones, &a11);
}

bool fe_is_zero(const fe_t *a) {
  uint8_t bytes[kFeBytes];
  fe_to_bytes(bytes, a);
  uint8_t any = 0;
  for (unsigned i = 0; i < kFeBytes; i++) {
    any |= bytes[i];
  }
  return any == 0;
}
