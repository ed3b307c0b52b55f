// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/fe.h"

// Compiled everywhere, empty where fe32.c serves.
#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)

static uint64_t load_le64(const uint8_t *bytes) {
  uint64_t word = 0;
  for (unsigned i = 8; i-- > 0;) {
    word = word << 8 | bytes[i];
  }
  return word;
}

static void store_le64(uint8_t *bytes, uint64_t word) {
  for (unsigned i = 0; i < 8; i++, word >>= 8) {
    bytes[i] = (uint8_t)word;
  }
}

void fe_from_bytes(fe_t *out, const uint8_t bytes[kFeBytes]) {
  // Limb i begins at bit 51 i: bytes 0, 6, 12, 19 and 24, bits 0, 3, 6, 1, 12.
  out->limb[0] = load_le64(bytes) & FE_LIMB_MASK;
  out->limb[1] = (load_le64(bytes + 6) >> 3) & FE_LIMB_MASK;
  out->limb[2] = (load_le64(bytes + 12) >> 6) & FE_LIMB_MASK;
  out->limb[3] = (load_le64(bytes + 19) >> 1) & FE_LIMB_MASK;
  out->limb[4] = (load_le64(bytes + 24) >> 12) & FE_LIMB_MASK;
}

// One pass of carries; the carry out of the last limb returns 19-fold.
static void carry_once(fe_t *a) {
  uint64_t carry = 0;
  for (int i = 0; i < kFeLimbs; i++) {
    const uint64_t limb = a->limb[i] + carry;
    a->limb[i] = limb & FE_LIMB_MASK;
    carry = limb >> kFeRadixBits;
  }
  a->limb[0] += 19 * carry;
}

void fe_to_bytes(uint8_t bytes[kFeBytes], const fe_t *a) {
  fe_t r = *a;
  carry_once(&r);
  carry_once(&r);
  // Now 0 <= r < 2^255 + 19 * small < 2p. q = 1 if r >= p: the carry out of
  // bit 255 of r + 19.
  uint64_t q = 19;
  for (int i = 0; i < kFeLimbs; i++) {
    q = (r.limb[i] + q) >> kFeRadixBits;
  }
  r.limb[0] += 19 * q;
  carry_once(&r);
  // r - q p = r + 19 q - 2^255 q. The pass above took the 2^255 q away but
  // gave it back 19-fold.
  r.limb[0] -= 19 * q;
  store_le64(bytes, r.limb[0] | r.limb[1] << 51);
  store_le64(bytes + 8, r.limb[1] >> 13 | r.limb[2] << 38);
  store_le64(bytes + 16, r.limb[2] >> 26 | r.limb[3] << 25);
  store_le64(bytes + 24, r.limb[3] >> 39 | r.limb[4] << 12);
}

#endif
