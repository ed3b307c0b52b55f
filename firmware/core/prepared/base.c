// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The comb of the base point: static, and empty pages until someone asks.

#include <pthread.h>

#include "prepared/comb.h"

enum {
  kWindows = (kCombScalarBits + kCombBaseWindow - 1) / kCombBaseWindow,
  kStride = (1 << (kCombBaseWindow - 1)) + 1,
};

_Alignas(kCombAlignment) static comb_entry_t base_entries[kWindows * kStride];

static const comb_t kBase = {
    .entries = base_entries,
    .seed = 0x243f6a8885a3,  // any constant: the first bits of pi - 3
    .window = kCombBaseWindow,
};

static void build_base(void) {
  // y = 4/5, and the even x [RFC 8032 §5.1].
  static const uint8_t kBasePoint[kPointBytes] = {
      0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
      0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
      0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
  point_t base;
  if (point_decode(&base, kBasePoint)) {
    comb_build(&kBase, &base);
  }
}

const comb_t *comb_base(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, build_base);
  return &kBase;
}
