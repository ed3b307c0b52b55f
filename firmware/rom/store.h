// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The durable record: two slots of NVRAM, written in turn, each under a MAC of
// the key vault. Layout: block `record` of hw_models/chip.rdl.

#ifndef MOORING_ROM_STORE_H_
#define MOORING_ROM_STORE_H_

#include <stdint.h>

#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/bits.h"
#include "rom/names.h"

/** A word of the current record. */
BITS_ALWAYS_INLINE uint32_t store_get32(const rom_t *rom, uint32_t offset) {
  return bits_get32_aligned(rom->record + offset);
}

/** A double word of the current record. */
BITS_ALWAYS_INLINE uint64_t store_get64(const rom_t *rom, uint32_t offset) {
  return store_get32(rom, offset) | (uint64_t)store_get32(rom, offset + 4)
                                        << 32;
}

/** Writes a word of the draft. */
BITS_ALWAYS_INLINE void store_put32(rom_t *rom, uint32_t offset,
                                    uint32_t value) {
  bits_put32_aligned(rom->draft + offset, value);
}

/** Writes a double word of the draft. */
BITS_ALWAYS_INLINE void store_put64(rom_t *rom, uint32_t offset,
                                    uint64_t value) {
  store_put32(rom, offset, (uint32_t)value);
  store_put32(rom, offset + 4, (uint32_t)(value >> 32));
}

/**
 * Chooses the current record among the slots, and leaves it latched in the
 * vault. Without one the record is that of a new chip.
 */
void store_load(rom_t *rom);

/**
 * Whether the floor of time in memory is the one that NVRAM holds in a record
 * of this chip. No other field needs it: the vault compares all that a bit less
 * could make a licence or list acceptable by.
 */
WARN_UNUSED_RESULT
int store_holds_floor(rom_t *rom);

/**
 * Makes the draft a copy of the current record of kind `kind`, one revision
 * on, that commits no token.
 */
void store_begin(rom_t *rom, record_kind_t kind);

/**
 * Makes the draft durable: sealed, written to the slot not in use, read back
 * and checked. Only then is it the current record; on any error the old one
 * still is, in NVRAM as well as here.
 *
 * @return kErrorCommitSeal, kErrorCommitNvram.
 */
WARN_UNUSED_RESULT
rom_error_t store_write(rom_t *rom);

/** Whether the record says that it once did not match the commit counter. */
static inline int store_is_rolled_back(const rom_t *rom) {
  return (store_get32(rom, RECORD_FLAGS_OFFSET) &
          RECORD_FLAGS_ROLLED_BACK_MASK) != 0;
}

#endif  // MOORING_ROM_STORE_H_
