// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#ifndef MOORING_ROM_TRUST_H_
#define MOORING_ROM_TRUST_H_

#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/**
 * Judges the root key and the trust list of the attempt, and leaves the list
 * as candidate.
 *
 * @return any refusal of TRUST before the commit.
 */
WARN_UNUSED_RESULT
rom_error_t trust_verify(rom_t *rom);

/** Traps unless the list in force is, bit for bit, the one that was judged. */
void trust_check_list(rom_t *rom);

/** Puts the candidate, which is durable by now, into force. */
void trust_accept(rom_t *rom);

#endif  // MOORING_ROM_TRUST_H_
