// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/error.h"

#include <stddef.h>

#define DESCRIPTION(name, upper, tag0, tag1, number, cls, meaning) \
  {kError##name, cls, #upper},
static const error_description_t kDescriptions[] = {
    MOORING_ERROR_TABLE(DESCRIPTION)};
#undef DESCRIPTION

enum {
  kDescriptionCount = sizeof(kDescriptions) / sizeof(kDescriptions[0]),
};

const error_description_t *error_describe_at(uint32_t index) {
  return index < kDescriptionCount ? &kDescriptions[index] : NULL;
}

const error_description_t *error_describe(rom_error_t error) {
  for (uint32_t i = 0; i < kDescriptionCount; i++) {
    if (kDescriptions[i].word == (uint32_t)error) {
      return &kDescriptions[i];
    }
  }
  return NULL;
}

uint32_t error_logged_index(rom_error_t error) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < kDescriptionCount; i++) {
    if (kDescriptions[i].error_class != kErrorClassLogged) {
      continue;
    }
    if (kDescriptions[i].word == (uint32_t)error) {
      return place;
    }
    place++;
  }
  return kErrorNotLogged;
}
