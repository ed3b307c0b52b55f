// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#ifndef MOORING_ROM_LICENCE_H_
#define MOORING_ROM_LICENCE_H_

#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/**
 * Judges the licence and location result of the attempt, signatures twice and
 * claims three times, and leaves the gate matched and the grant in the attempt.
 *
 * @return any refusal of LICENCE before the commit; kErrorAlreadyAccepted for
 *         the very licence that was accepted last.
 */
WARN_UNUSED_RESULT
rom_error_t licence_verify(rom_t *rom);

/**
 * Traps unless the grant of the attempt is still the one that was judged: what
 * stands in memory between the states, a fault may change.
 */
void licence_check_grant(rom_t *rom);

#endif  // MOORING_ROM_LICENCE_H_
