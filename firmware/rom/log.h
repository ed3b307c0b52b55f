// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The log of refused tokens, inside the durable record (docs/protocol.md,
// "Log").

#ifndef MOORING_ROM_LOG_H_
#define MOORING_ROM_LOG_H_

#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/**
 * Counts `error` in the current record, in RAM: it becomes durable with the
 * next record, whatever that is for.
 */
void log_count(rom_t *rom, rom_error_t error);

/**
 * Adds an entry to the draft (store_begin() has been called).
 *
 * @param repeats length of the run of bad signatures, else 1.
 * @param token   SHA-256 of the token concerned.
 */
void log_add(rom_t *rom, rom_error_t error, uint32_t repeats,
             const uint8_t token[kSha256DigestBytes]);

/** LOG: answers with count, head, counters and the entries from `first` on. */
rom_state_t log_respond(rom_t *rom, byte_span_t body);

#endif  // MOORING_ROM_LOG_H_
