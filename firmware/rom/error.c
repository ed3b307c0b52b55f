// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/error.h"

#include <stdint.h>

#include "rom/generated/error_names.h"

#define WORD(name, upper, tag0, tag1, number, cls, meaning) kError##name,
static const uint32_t kWords[] = {MOORING_ERROR_TABLE(WORD)};
#undef WORD

enum {
  kWordCount = sizeof(kWords) / sizeof(kWords[0]),
  // Symbols of a packed name; see gen_errors.py.
  kSymbolBits = 5,
  kSymbolEnd = 0,
  kSymbolAsBefore = 27,
};

uint32_t error_word_at(uint32_t index) {
  return index < kWordCount ? kWords[index] : 0;
}

static uint32_t is_logged(uint32_t index) {
  return (uint32_t)kErrorLogged[index / 8] >> index % 8 & 1;
}

uint32_t error_logged_index(rom_error_t error) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < kWordCount; i++) {
    if (kWords[i] == (uint32_t)error) {
      return is_logged(i) ? place : kErrorNotLogged;
    }
    place += is_logged(i);
  }
  return kErrorNotLogged;
}

static uint32_t symbol_at(uint32_t index) {
  const uint32_t bit = kSymbolBits * index;
  const uint8_t *at = kErrorNames + bit / 8;
  return ((uint32_t)at[0] | (uint32_t)at[1] << 8) >> bit % 8 &
         ((1 << kSymbolBits) - 1);
}

// Unpacks the name that begins at symbol `at` over its predecessor; returns
// where the next one begins. Ends with the buffer, too: a fault may have lost
// the end of a name, and this runs while the machine shuts down.
static uint32_t unpack(uint32_t at, char name[kErrorNameBytes]) {
  uint32_t size = 0;
  uint32_t symbol = kSymbolEnd;
  while (size < kErrorNameBytes - 1) {
    if (symbol != kSymbolAsBefore) {
      symbol = symbol_at(at++);
    }
    if (symbol == kSymbolEnd) {
      break;
    }
    if (symbol != kSymbolAsBefore) {
      name[size] = (char)('@' + symbol);
    } else if (name[size] == '_') {
      symbol = kSymbolEnd;  // the part as before ends here
    }
    size++;
  }
  name[size] = '\0';
  return at;
}

void error_name(rom_error_t error, char name[kErrorNameBytes]) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < kWordCount; i++) {
    at = unpack(at, name);
    if (kWords[i] == (uint32_t)error) {
      return;
    }
  }
  name[0] = '?';
  name[1] = '\0';
}
