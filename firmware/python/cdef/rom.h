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
enum { kErrorNameBytes = ... };
uint32_t error_word_at(uint32_t index);
void error_name(uint32_t error, char name[]);
uint32_t error_logged_index(uint32_t error);

typedef struct rom {
  uint32_t state;
  uint16_t rx_at;
  uint16_t rx_size;
  uint16_t frame_at;
  uint16_t frame_size;
  uint32_t slot;
  ed25519_prepared_t location_key;
  ed25519_prepared_t licence_key;
  ...;
} rom_t;
