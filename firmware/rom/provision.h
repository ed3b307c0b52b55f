// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Provisioning: burning fuses, sealing the map, and reading it
// (docs/protocol.md, "Fuse map").

#ifndef MOORING_ROM_PROVISION_H_
#define MOORING_ROM_PROVISION_H_

#include "mooring/cbor.h"
#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** BURN. */
rom_state_t provision_burn(rom_t *rom, byte_span_t body);

/** LOCK. */
rom_state_t provision_lock(rom_t *rom, byte_span_t body);

/** FUSES. */
rom_state_t provision_fuses(rom_t *rom, byte_span_t body);

/**
 * Reads the lifecycle at boot, and finishes a LOCK that was cut off while it
 * burned PRODUCTION.
 *
 * @return kErrorHwLifecycle, kErrorHwFuseIntegrity.
 */
WARN_UNUSED_RESULT
rom_error_t provision_read_lifecycle(rom_t *rom);

#endif  // MOORING_ROM_PROVISION_H_
