// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The ROM's side of the gate: the steps of an attempt, in the order that the
// gate insists on (hw_models/chip.rdl, GATE). Each step is read back; one that
// did not take means a fault, and ends the machine.

#ifndef MOORING_ROM_GATE_H_
#define MOORING_ROM_GATE_H_

#include <stdint.h>

#include "mooring/ed25519.h"
#include "mooring/rom.h"
#include "rom/names.h"

enum {
  kGateLicenceRuns = 4,  // A, B, A, B
  kGateTrustRuns = 2,    // A, A
};

/** What is left of the running grant. */
typedef struct gate_left {
  uint64_t cycles;
  uint32_t seconds;
} gate_left_t;

/**
 * Begins an attempt and arms it.
 *
 * @param digest     SHA-256 of the licence or trust list.
 * @param expected_a R of its signature.
 * @param expected_b R of the location result's; NULL for a trust list.
 */
void gate_begin(rom_t *rom, const uint8_t digest[kSha256DigestBytes],
                const uint8_t expected_a[kEd25519RBytes],
                const uint8_t *expected_b);

/**
 * Gives the gate the value recomputed for run `run` of `runs`, blinded with
 * the mask that it drew for that run.
 */
void gate_submit(rom_t *rom, uint32_t run, uint32_t runs,
                 const uint8_t recomputed[kEd25519RBytes]);

/** Ends an attempt that has begun; does nothing otherwise. */
void gate_abort(rom_t *rom);

/** Ends the running grant. */
void gate_close(rom_t *rom);

/**
 * Gives the gate the terms of a matched attempt.
 *
 * @param inverse every bit of the grant inverted; the gate compares.
 */
void gate_put_terms(rom_t *rom, const rom_grant_t *grant,
                    const rom_grant_t *inverse);

/** Gives the gate the vault's witness, and opens it. */
void gate_open(rom_t *rom, const uint8_t witness[kSha256DigestBytes]);

/** The gate's state. */
uint32_t gate_state(rom_t *rom);

/** 1 closed, 2 open, 3 dead. */
uint32_t gate_state_number(rom_t *rom);

/** What is left of the running grant; zero without one. */
void gate_read_left(rom_t *rom, gate_left_t *left);

#endif  // MOORING_ROM_GATE_H_
