// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What the chip says of itself: INFO, and signed evidence for CHALLENGE and
// STATUS.

#ifndef MOORING_ROM_ATTEST_H_
#define MOORING_ROM_ATTEST_H_

#include "mooring/cbor.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** INFO. */
rom_state_t attest_info(rom_t *rom, byte_span_t body);

/** CHALLENGE: draws a nonce if none is valid, and attests it. */
rom_state_t attest_challenge(rom_t *rom, byte_span_t body);

/** STATUS: attests, and draws nothing. */
rom_state_t attest_status(rom_t *rom, byte_span_t body);

#endif  // MOORING_ROM_ATTEST_H_
