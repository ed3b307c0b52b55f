// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Ranging: opens a session of RESPONDER, lends it the line, and passes on what
// KEYVAULT signs of it. Nothing here sees a challenge or what was committed to.

#ifndef MOORING_ROM_RANGE_H_
#define MOORING_ROM_RANGE_H_

#include "mooring/cbor.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** RANGE: opens a session and tells the commitment. */
rom_state_t range_open(rom_t *rom, byte_span_t body);

/** RANGE: once the answer is in the transmit FIFO, gives the line away. */
rom_state_t range_start(rom_t *rom);

/** RANGE_PROOF: the signed transcript of the session, which ends. */
rom_state_t range_prove(rom_t *rom, byte_span_t body);

#endif  // MOORING_ROM_RANGE_H_
