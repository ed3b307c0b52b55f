// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#ifndef MOORING_ROM_SERVE_H_
#define MOORING_ROM_SERVE_H_

#include "mooring/rom.h"
#include "rom/names.h"

/** SERVE: receives one request from the link and runs its command. */
rom_state_t serve_receive(rom_t *rom);

#endif  // MOORING_ROM_SERVE_H_
