// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// COMPUTE: hands a product to the engine and tells what came of it. Whether it
// may run is between ENGINE and GATE: nothing here asks for a licence.

#ifndef MOORING_ROM_COMPUTE_H_
#define MOORING_ROM_COMPUTE_H_

#include "mooring/cbor.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** COMPUTE: queues the job. */
rom_state_t compute_start(rom_t *rom, byte_span_t body);

/** The state COMPUTE: waits for the job and answers. */
rom_state_t compute_finish(rom_t *rom);

#endif  // MOORING_ROM_COMPUTE_H_
