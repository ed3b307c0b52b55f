// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#ifndef MOORING_ROM_VAULT_H_
#define MOORING_ROM_VAULT_H_

#include <stdint.h>

#include "mooring/rom.h"
#include "rom/names.h"

/** Runs one command of the key vault and returns its vault_result_t. */
static inline uint32_t vault_run(rom_t *rom, vault_command_t command) {
  hal_write32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_COMMAND_OFFSET, command);
  return hal_read32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_RESULT_OFFSET);
}

#endif  // MOORING_ROM_VAULT_H_
