// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the ROM's error table (mooring/error.h), and of where
// some fields of its memory lie, for tests that damage them. The ROM itself is
// reached through the HAL's declarations.

enum {
  kErrorOk = ...,
  kErrorNotLogged = ...,
  ...
};
typedef enum error_class {
  kErrorClassPlain = ...,
  kErrorClassLogged = ...,
  kErrorClassFatal = ...,
  ...
} error_class_t;
typedef struct error_description {
  uint32_t word;
  error_class_t error_class;
  const char *name;
  ...;
} error_description_t;

const error_description_t *error_describe_at(uint32_t index);
const error_description_t *error_describe(uint32_t error);
uint32_t error_logged_index(uint32_t error);

typedef struct rom {
  uint32_t state;
  uint16_t rx_at;
  uint16_t rx_size;
  uint16_t frame_at;
  uint16_t frame_size;
  uint32_t slot;
  ...;
} rom_t;
