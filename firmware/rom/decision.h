// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A token on its way through VERIFY, COMMIT and OPEN, and what becomes of one
// that is refused.

#ifndef MOORING_ROM_DECISION_H_
#define MOORING_ROM_DECISION_H_

#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** TRUST: takes the root key and the list out of the body. */
rom_state_t decision_begin_trust(rom_t *rom, byte_span_t body);

/** LICENCE: takes the location result and the licence out of the body. */
rom_state_t decision_begin_licence(rom_t *rom, byte_span_t body);

/** VERIFY: judges the attempt; refuses, or goes on to COMMIT. */
rom_state_t decision_verify(rom_t *rom);

/** COMMIT: makes it durable; then OPEN, or the answer to a trust list. */
rom_state_t decision_commit(rom_t *rom);

/** OPEN: the last checks, and the gate. */
rom_state_t decision_open(rom_t *rom);

/** The token or key that lies at `place` of the message buffer. */
byte_span_t decision_span(const rom_t *rom, rom_place_t place);

/** All signatures of a message were good: the run of bad ones ends. */
void decision_good_signatures(rom_t *rom);

#endif  // MOORING_ROM_DECISION_H_
