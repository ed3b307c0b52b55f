// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// One-way fuses: the map that LOCK seals, root revocation and the commit
// counter.

#ifndef MOORING_ROM_FUSES_H_
#define MOORING_ROM_FUSES_H_

#include <stdint.h>

#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

enum {
  kFusesRootSlots = 4,
  kFusesRootDigestBytes = 48,
  kFusesCounterMax = 32 * OTP_INTENT_COUNT,
  // Kept for trust lists: a thief of a licence key who spends the counter on
  // sequence-bound licences cannot keep the chip from hearing of the
  // revocation.
  kFusesCounterTrustReserve = 32,
  // Pages that LOCK closes: policy, root keys, integrity.
  kFusesLockedPages = 1 << OTP_MODE_PAGE | 1 << OTP_ROOT_DIGEST_PAGE |
      1 << OTP_MAP_DIGEST_PAGE,
};

/** The fuses whose digest LOCK burns, as words and bytes. */
typedef struct fuse_map {
  uint32_t mode;  // the code word as burned
  uint32_t throttle;
  uint32_t max_lifetime_seconds;
  uint32_t options;
  uint8_t root_digest[kFusesRootSlots][kFusesRootDigestBytes];
} fuse_map_t;

/** Reads the map. */
void fuses_read_map(rom_t *rom, fuse_map_t *map);

/** SHA-384 of the map (docs/protocol.md, "Fuse map"). */
void fuses_map_digest(const fuse_map_t *map,
                      uint8_t digest[kSha384DigestBytes]);

/** Reads `words` registers of big-endian words from `offset` as bytes. */
void fuses_read_words(rom_t *rom, uint32_t offset, uint8_t *out,
                      uint32_t words);

/** 1 deny, 2 throttle, 3 report; a blank or invalid word means deny. */
uint32_t fuses_mode_number(uint32_t word);

/** The code word of a mode number, or 0. */
uint32_t fuses_mode_word(uint32_t number);

/**
 * Burns the bits of `value` that are not burned yet in the word at `offset`.
 *
 * @return kErrorFuseConflict if the word has a bit that `value` has not;
 *         kErrorFuseLocked; kErrorFuseVerify if the word reads back otherwise.
 */
WARN_UNUSED_RESULT
rom_error_t fuses_burn_word(rom_t *rom, uint32_t offset, uint32_t page,
                            uint32_t value);

/** fuses_burn_word() for `words` big-endian words from `offset`. */
WARN_UNUSED_RESULT
rom_error_t fuses_burn_words(rom_t *rom, uint32_t offset, uint32_t page,
                             const uint8_t *value, uint32_t words);

/**
 * Counts the commits begun (OTP.INTENT). Shuts down with kErrorHwFuseIntegrity
 * if the thermometer code has a gap.
 */
uint32_t fuses_count_intent(rom_t *rom);

/** The same for the commits done (OTP.COUNTER). */
uint32_t fuses_count_done(rom_t *rom);

/**
 * Burns the next step of OTP.INTENT, which stands at `count`: the vault will
 * seal one record of generation `count` + 1.
 *
 * @return kErrorCommitCounterExhausted, or kErrorCommitFuse if the count does
 *         not read back one higher.
 */
WARN_UNUSED_RESULT
rom_error_t fuses_burn_intent(rom_t *rom, uint32_t count);

/**
 * Burns OTP.COUNTER up to `generation`; nothing if it stands there already.
 *
 * @return as fuses_burn_intent().
 */
WARN_UNUSED_RESULT
rom_error_t fuses_burn_done(rom_t *rom, uint32_t generation);

/** Whether the NVRAM was once seen not to match the counter. */
int fuses_rolled_back(rom_t *rom);

/**
 * Burns the mark that fuses_rolled_back() reads; it outlives any NVRAM image.
 *
 * @return kErrorFuseVerify if not one bit of it burned.
 */
WARN_UNUSED_RESULT
rom_error_t fuses_mark_rolled_back(rom_t *rom);

/** A bit mask of the root slots that are revoked. */
uint32_t fuses_revoked(rom_t *rom);

/**
 * Revokes every root slot below `slot`, so far as it is not yet.
 *
 * @return kErrorFuseVerify if not one bit of a word burned.
 */
WARN_UNUSED_RESULT
rom_error_t fuses_revoke_below(rom_t *rom, uint32_t slot);

#endif  // MOORING_ROM_FUSES_H_
