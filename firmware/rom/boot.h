// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The states before the first request: RESET, SELF_TEST, READ_FUSES.

#ifndef MOORING_ROM_BOOT_H_
#define MOORING_ROM_BOOT_H_

#include "mooring/rom.h"
#include "rom/names.h"

/** RESET: prepares link and engine, and greets on the console. */
rom_state_t boot_reset(rom_t *rom);

/** SELF_TEST: known answers of every hash and signature the ROM relies on. */
rom_state_t boot_self_test(rom_t *rom);

/** READ_FUSES: lifecycle, fuse map, commit counter and durable record. */
rom_state_t boot_read_fuses(rom_t *rom);

#endif  // MOORING_ROM_BOOT_H_
