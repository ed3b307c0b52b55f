// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Drives a fuzz target for a bounded number of cases without libFuzzer.
//
// Usage: target SEED CASES FILE...
//
// Every file is a good input. Each case is one of them with one to four
// changes, drawn from a generator that SEED begins, so that a failing run can
// be repeated. Prints the number of cases.

#include <string.h>

#include "fuzz.h"

enum {
  kInputMaxBytes = 1 << 14,
  kFilesMax = 1024,
  kChangesMax = 4,
  kRunMax = 16,
};

// xorshift64* [Vigna 2016]
static uint64_t draw(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static size_t below(uint64_t *state, size_t end) {
  return (size_t)((draw(state) >> 33) % end);
}

typedef struct input {
  uint8_t data[kInputMaxBytes];
  size_t size;
} input_t;

static void load(input_t *input, const char *path) {
  FILE *const file = fopen(path, "rb");
  FUZZ_CHECK(file != NULL);
  input->size = fread(input->data, 1, sizeof input->data, file);
  FUZZ_CHECK(fclose(file) == 0);
}

static void erase(input_t *input, size_t at, size_t count) {
  memmove(input->data + at, input->data + at + count, input->size - at - count);
  input->size -= count;
}

static void insert(input_t *input, size_t at, const uint8_t *data,
                   size_t count) {
  if (input->size + count > sizeof input->data) {
    return;
  }
  memmove(input->data + at + count, input->data + at, input->size - at);
  memcpy(input->data + at, data, count);
  input->size += count;
}

// Bytes that mean something to a parser here.
static const uint8_t kTelling[] = {0x00, 0x01, 0x17, 0x18, 0x19, 0x1b, 0x20,
                                   0x3a, 0x40, 0x58, 0x5f, 0x60, 0x7d, 0x7e,
                                   0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xd2, 0xf4,
                                   0xf5, 0xf6, 0xf9, 0xfb, 0xff};

static void change(input_t *input, const input_t *other, uint64_t *state) {
  const size_t at = below(state, input->size + 1);
  const size_t left = input->size - at;
  const size_t run = below(state, (left < kRunMax ? left : kRunMax) + 1);
  const uint8_t byte = kTelling[below(state, sizeof kTelling)];
  const size_t from = below(state, other->size + 1);
  switch (below(state, 8)) {
    case 0:
      if (left > 0) {
        input->data[at] ^= (uint8_t)(1u << below(state, 8));
      }
      break;
    case 1:
      if (left > 0) {
        input->data[at] = byte;
      }
      break;
    case 2:
      if (left > 0) {
        input->data[at] = (uint8_t)(input->data[at] + below(state, 5) - 2);
      }
      break;
    case 3:
      erase(input, at, run);
      break;
    case 4:
      insert(input, at, &byte, 1);
      break;
    case 5: {
      uint8_t copy[kRunMax];
      memcpy(copy, input->data + at, run);
      insert(input, below(state, input->size + 1), copy, run);
      break;
    }
    case 6:
      insert(input, at, other->data + from,
             below(state, other->size - from + 1));
      break;
    default:
      input->size = below(state, 8) == 0 ? at : input->size;
      break;
  }
}

int main(int argc, char **argv) {
  static input_t files[kFilesMax];
  static input_t input;
  FUZZ_CHECK(argc > 3 && argc - 3 <= kFilesMax);
  uint64_t state = strtoull(argv[1], NULL, 10) * 2 + 1;
  const unsigned long cases = strtoul(argv[2], NULL, 10);
  const size_t count = (size_t)(argc - 3);
  for (size_t i = 0; i < count; i++) {
    load(&files[i], argv[3 + i]);
    (void)LLVMFuzzerTestOneInput(files[i].data, files[i].size);
  }
  for (unsigned long i = 0; i < cases; i++) {
    input = files[below(&state, count)];
    const size_t changes = 1 + below(&state, kChangesMax);
    for (size_t j = 0; j < changes; j++) {
      change(&input, &files[below(&state, count)], &state);
    }
    (void)LLVMFuzzerTestOneInput(input.data, input.size);
  }
  (void)printf("%lu cases\n", cases);
  return 0;
}
