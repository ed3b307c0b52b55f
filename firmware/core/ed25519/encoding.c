// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "ed25519/encoding.h"

#include "ed25519/scalar.h"

enum { kSignByte = 31, kSignBit = 0x80, kYMask = 0x7f };

// The y of small order up to sign: 1 (order 1 and, as -1, order 2), 0 (order
// 4) and a root of d y^4 + 2 y^2 - 1 (order 8: doubling it gives y = 0).
// Little-endian.
static const uint8_t kSmallOrderY[3][kPointBytes] = {
    {1},
    {0},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
};

// Byte i of p = 2^255 - 19.
static unsigned prime_byte(unsigned i) {
  if (i == 0) {
    return 0xed;
  }
  return i == kSignByte ? kYMask : 0xff;
}

static unsigned y_byte(const uint8_t *bytes, unsigned i) {
  return i == kSignByte ? bytes[i] & kYMask : bytes[i];
}

// y == value or, byte for byte, y == p - value: no byte of the values below
// exceeds that of p, so the subtraction borrows nowhere.
static bool equals_up_to_sign(const uint8_t *bytes, const uint8_t *value) {
  unsigned same = 0;
  unsigned opposite = 0;
  for (unsigned i = 0; i < kPointBytes; i++) {
    same |= y_byte(bytes, i) ^ value[i];
    opposite |= y_byte(bytes, i) ^ (prime_byte(i) - value[i]);
  }
  return same == 0 || opposite == 0;
}

bool encoding_is_canonical(const uint8_t bytes[kPointBytes]) {
  bool below_prime = bytes[0] < prime_byte(0);
  for (unsigned i = 1; i < kPointBytes; i++) {
    below_prime = below_prime || y_byte(bytes, i) != prime_byte(i);
  }
  if (!below_prime) {
    return false;
  }
  const bool sign = (bytes[kSignByte] & kSignBit) != 0;
  return !(sign && equals_up_to_sign(bytes, kSmallOrderY[0]));
}

bool encoding_is_small_order(const uint8_t bytes[kPointBytes]) {
  for (unsigned i = 0; i < sizeof kSmallOrderY / sizeof kSmallOrderY[0]; i++) {
    if (equals_up_to_sign(bytes, kSmallOrderY[i])) {
      return true;
    }
  }
  return false;
}

ed25519_status_t encoding_check(
    const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]) {
  if (!encoding_is_canonical(public_key)) {
    return kEd25519KeyNotCanonical;
  }
  if (encoding_is_small_order(public_key)) {
    return kEd25519KeySmallOrder;
  }
  if (!encoding_is_canonical(signature)) {
    return kEd25519RNotCanonical;
  }
  if (encoding_is_small_order(signature)) {
    return kEd25519RSmallOrder;
  }
  if (!scalar_is_reduced(signature + kEd25519RBytes)) {
    return kEd25519SOutOfRange;
  }
  return kEd25519Ok;
}
