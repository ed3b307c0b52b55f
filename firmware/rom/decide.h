// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Whether a licence whose signatures are good is for this chip, now and here
// (docs/protocol.md, "Decisions"). Decides only; changes nothing.

#ifndef MOORING_ROM_DECIDE_H_
#define MOORING_ROM_DECIDE_H_

#include <stdint.h>

#include "mooring/claims.h"
#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** A licence and its location result, with the listed keys that signed them. */
typedef struct decide_case {
  licence_t licence;
  location_t location;
  const trust_key_t *licence_key;
  const trust_key_t *location_key;
} decide_case_t;

/**
 * Judges, in this order: chip, freshness, time, location, limits.
 *
 * @param location_digest SHA-256 of the location token.
 * @param grant           what is granted; zeroed on refusal.
 * @param flow            each of the five adds its word (rom/flow.h).
 * @return kErrorDecision…, kErrorKeyEpoch, kErrorKeyTime or
 *         kErrorCommitRolledBack.
 */
WARN_UNUSED_RESULT
rom_error_t decide_licence(rom_t *rom, const decide_case_t *tokens,
                           const uint8_t location_digest[kSha256DigestBytes],
                           rom_grant_t *grant, uint32_t *flow);

#endif  // MOORING_ROM_DECIDE_H_
