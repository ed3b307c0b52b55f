// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/cose.h"

#include <string.h>

#include "mooring/sha2.h"

enum {
  kPrefixBytes = kCoseKeyBytes - kCosePublicKeyBytes,
  kUeidTypeRandom = 0x01,  // [RFC9711 §4.2.1.1]
};

// {1: 1, -1: 6, -2: h'…'} up to the 32 bytes of x.
static const uint8_t kPrefix[kPrefixBytes] = {0xa3, 0x01, 0x01, 0x20,
                                              0x06, 0x21, 0x58, 0x20};

void cose_key_encode(const uint8_t x[kCosePublicKeyBytes],
                     uint8_t out[kCoseKeyBytes]) {
  memcpy(out, kPrefix, kPrefixBytes);
  memcpy(out + kPrefixBytes, x, kCosePublicKeyBytes);
}

rom_error_t cose_root_key_parse(byte_span_t key,
                                uint8_t x[kCosePublicKeyBytes]) {
  // Deterministic CBOR has one encoding of this map, so comparing is parsing.
  REFUSE_IF(key.size != kCoseKeyBytes, kErrorTrustRootKey);
  REFUSE_IF(cbor_compare(byte_span(key.data, kPrefixBytes),
                         byte_span(kPrefix, kPrefixBytes)) != 0,
            kErrorTrustRootKey);
  memcpy(x, key.data + kPrefixBytes, kCosePublicKeyBytes);
  return kErrorOk;
}

void cose_key_thumbprint(const uint8_t x[kCosePublicKeyBytes],
                         uint8_t thumbprint[kCoseThumbprintBytes]) {
  uint8_t encoded[kCoseKeyBytes];
  cose_key_encode(x, encoded);
  sha256(thumbprint, encoded, sizeof encoded);
}

void cose_key_kid(const uint8_t x[kCosePublicKeyBytes],
                  uint8_t kid[kCoseKidBytes]) {
  uint8_t thumbprint[kCoseThumbprintBytes];
  cose_key_thumbprint(x, thumbprint);
  memcpy(kid, thumbprint, kCoseKidBytes);
}

void cose_key_ueid(const uint8_t x[kCosePublicKeyBytes],
                   uint8_t ueid[kCoseUeidBytes]) {
  ueid[0] = kUeidTypeRandom;
  cose_key_thumbprint(x, ueid + 1);
}
