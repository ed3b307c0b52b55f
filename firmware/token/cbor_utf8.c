// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "token/cbor_head.h"

enum {
  kContinuationMask = 0xc0,
  kContinuation = 0x80,
};

// The bytes that may follow a lead byte: how many, and the range of the first
// of them, which is what excludes overlong forms, surrogates and code points
// above U+10FFFF. [RFC3629 §4]
typedef struct utf8_lead {
  uint8_t first;
  uint8_t last;
  uint8_t following;
  uint8_t second_min;
  uint8_t second_max;
} utf8_lead_t;

enum { kLeadCount = 9 };

static const utf8_lead_t kLeads[kLeadCount] = {
    {0x00, 0x7f, 0, 0x00, 0x00}, {0xc2, 0xdf, 1, 0x80, 0xbf},
    {0xe0, 0xe0, 2, 0xa0, 0xbf}, {0xe1, 0xec, 2, 0x80, 0xbf},
    {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf},
    {0xf4, 0xf4, 3, 0x80, 0x8f},
};

/*@ assigns \nothing;
  @ ensures \result == \null || \valid_read(\result);
  @ ensures \result != \null ==> \result->following <= 3;
  @*/
static const utf8_lead_t *find_lead(uint8_t byte) {
  /*@ loop invariant 0 <= i <= kLeadCount;
    @ loop assigns i;
    @ loop variant kLeadCount - i;
    @*/
  for (size_t i = 0; i < kLeadCount; i++) {
    if (byte >= kLeads[i].first && byte <= kLeads[i].last) {
      return &kLeads[i];
    }
  }
  return NULL;
}

// Returns the length of the character at the start of `data`, 0 if none.
/*@ requires left > 0 && \valid_read(data + (0 .. left - 1));
  @ assigns \nothing;
  @ ensures \result <= left;
  @*/
static size_t character_bytes(const uint8_t *data, size_t left) {
  const utf8_lead_t *const lead = find_lead(data[0]);
  if (lead == NULL || left - 1 < lead->following) {
    return 0;
  }
  if (lead->following > 0 &&
      (data[1] < lead->second_min || data[1] > lead->second_max)) {
    return 0;
  }
  /*@ loop invariant 2 <= i;
    @ loop assigns i;
    @ loop variant lead->following - i;
    @*/
  for (size_t i = 2; i <= lead->following; i++) {
    if ((data[i] & kContinuationMask) != kContinuation) {
      return 0;
    }
  }
  return (size_t)1 + lead->following;
}

bool cbor_is_utf8(byte_span_t text) {
  size_t at = 0;
  /*@ loop invariant at <= text.size;
    @ loop assigns at;
    @ loop variant text.size - at;
    @*/
  while (at < text.size) {
    const size_t size = character_bytes(text.data + at, text.size - at);
    if (size == 0) {
      return false;
    }
    at += size;
  }
  return true;
}
