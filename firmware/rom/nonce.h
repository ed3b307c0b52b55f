// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The chip's nonce: 256 fresh bits that a nonce-bound licence must answer. It
// ends at commit, after 900 s and at reset, never by a refusal.

#ifndef MOORING_ROM_NONCE_H_
#define MOORING_ROM_NONCE_H_

#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/**
 * Whether the generator passes its health tests on bytes drawn here and now:
 * its status alone tells no more than of the last time that someone drew.
 */
int trng_delivers(rom_t *rom);

/** Returns kHardenedTrue while the nonce may be answered. */
hardened_bool_t nonce_is_valid(rom_t *rom);

/**
 * Draws a nonce if none is valid.
 *
 * @return kErrorHwTrng if the generator is not healthy.
 */
WARN_UNUSED_RESULT
rom_error_t nonce_draw(rom_t *rom);

/** Ends the nonce. */
void nonce_discard(rom_t *rom);

#endif  // MOORING_ROM_NONCE_H_
