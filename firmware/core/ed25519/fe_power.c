// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/fe.h"

static void square_times(fe_t *out, const fe_t *a, unsigned times) {
  fe_sq(out, a);
  while (--times > 0) {
    fe_sq(out, out);
  }
}

// Both exponents begin with many ones: 2^252 - 3 = (2^250 - 1) 2^2 + 1 and
// p - 2 = (2^250 - 1) 2^5 + 11. Runs of ones double in length by
// x^(2^(2n) - 1) = (x^(2^n - 1))^(2^n) x^(2^n - 1).
// Gives `ones` = a^(2^250 - 1), and a^11 on the way.
static void power_250_ones(fe_t *ones, fe_t *a11, const fe_t *a) {
  fe_t t;
  fe_t ones10;
  fe_t ones50;
  fe_sq(&t, a);               // 2
  square_times(ones, &t, 2);  // 8
  fe_mul(ones, ones, a);      // 9
  fe_mul(a11, ones, &t);      // 11
  fe_sq(&t, a11);             // 22
  fe_mul(ones, &t, ones);     // 31 = 2^5 - 1
  square_times(&t, ones, 5);
  fe_mul(&ones10, &t, ones);  // 2^10 - 1
  square_times(&t, &ones10, 10);
  fe_mul(ones, &t, &ones10);  // 2^20 - 1
  square_times(&t, ones, 20);
  fe_mul(ones, &t, ones);  // 2^40 - 1
  square_times(&t, ones, 10);
  fe_mul(&ones50, &t, &ones10);  // 2^50 - 1
  square_times(&t, &ones50, 50);
  fe_mul(ones, &t, &ones50);  // 2^100 - 1
  square_times(&t, ones, 100);
  fe_mul(ones, &t, ones);  // 2^200 - 1
  square_times(&t, ones, 50);
  fe_mul(ones, &t, &ones50);  // 2^250 - 1
}

void fe_power_of_root(fe_t *out, const fe_t *a) {
  fe_t ones;
  fe_t unused;
  power_250_ones(&ones, &unused, a);
  square_times(&ones, &ones, 2);
  fe_mul(out, &ones, a);
}

void fe_invert(fe_t *out, const fe_t *a) {
  fe_t ones;
  fe_t a11;
  power_250_ones(&ones, &a11, a);
  square_times(&ones, &ones, 5);
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
