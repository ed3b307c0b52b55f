// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#define _GNU_SOURCE  // MAP_ANONYMOUS

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

enum { kRoomBytes = 1 << 16 };

// The room ends at a page that nobody may touch.
static uint8_t *guarded_room(void) {
  static uint8_t *room;
  if (room == NULL) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *const memory = mmap(NULL, kRoomBytes + page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FUZZ_CHECK(memory != MAP_FAILED);
    room = memory;
    FUZZ_CHECK(mprotect(room + kRoomBytes, page, PROT_NONE) == 0);
  }
  return room;
}

byte_span_t fuzz_guard(const uint8_t *data, size_t size) {
  const size_t taken = size < kRoomBytes ? size : kRoomBytes;
  uint8_t *const copy = guarded_room() + kRoomBytes - taken;
  if (taken > 0) {
    memcpy(copy, data, taken);
  }
  return byte_span(copy, taken);
}

bool fuzz_is_zero(const void *object, size_t size) {
  const uint8_t *const bytes = object;
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] != 0) {
      return false;
    }
  }
  return true;
}
