// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Making a decision durable before it takes effect. What uses up a generation
// (a sequence-bound licence, a trust list) writes the record first and then
// burns the counter's next bit. A record one ahead of the counter is thus an
// interrupted commit, whose licence is spent; one that is further off has been
// put back from another time.

#ifndef MOORING_ROM_COMMIT_H_
#define MOORING_ROM_COMMIT_H_

#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/**
 * Burns the bit that an interrupted commit left unburned, if any.
 *
 * @return kErrorCommitFuse.
 */
WARN_UNUSED_RESULT
rom_error_t commit_finish_burn(rom_t *rom);

/**
 * Commits the licence of the attempt.
 *
 * @return kErrorCommitCounterExhausted, kErrorCommitSeal, kErrorCommitNvram,
 *         kErrorCommitFuse.
 */
WARN_UNUSED_RESULT
rom_error_t commit_licence(rom_t *rom);

/** Commits the trust list of the attempt, unless it is durable already. */
WARN_UNUSED_RESULT
rom_error_t commit_trust(rom_t *rom);

/**
 * Asks the vault for its witness of the record that commits the licence.
 *
 * @return kErrorCommitWitness if it refuses.
 */
WARN_UNUSED_RESULT
rom_error_t commit_witness(rom_t *rom, uint8_t proof[kSha256DigestBytes]);

#endif  // MOORING_ROM_COMMIT_H_
