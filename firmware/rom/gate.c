// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/gate.h"

#include "rom/bits.h"

static uint32_t read(rom_t *rom, uint32_t offset) {
  return hal_read32(rom->bus, CHIP_GATE_BASE + offset);
}

static void write_bytes(rom_t *rom, uint32_t offset, const uint8_t *bytes,
                        size_t size) {
  hal_write_window(rom->bus, CHIP_GATE_BASE + offset, bytes, size);
}

static void command(rom_t *rom, gate_command_t code) {
  hal_write32(rom->bus, CHIP_GATE_BASE + GATE_COMMAND_OFFSET, code);
}

// Reads back where the attempt stands. A gate that found tampering says so in
// its state; any other difference is a fault on this side.
static void expect(rom_t *rom, gate_attempt_t attempt) {
  const uint32_t actual = read(rom, GATE_ATTEMPT_OFFSET);
  if (actual != (uint32_t)attempt && gate_state(rom) == kGateStateDead) {
    rom_shutdown(rom->bus, kErrorHwGateDead);
  }
  HARDENED_CHECK_EQ(rom->bus, actual, attempt);
}

uint32_t gate_state(rom_t *rom) {
  return read(rom, GATE_STATE_OFFSET);
}

uint32_t gate_state_number(rom_t *rom) {
  switch (gate_state(rom)) {
    case kGateStateClosed:
      return 1;
    case kGateStateOpen:
      return 2;
    default:
      return 3;
  }
}

void gate_read_left(rom_t *rom, gate_left_t *left) {
  const uint32_t low = read(rom, GATE_LEFT_LO_OFFSET);
  left->cycles = (uint64_t)read(rom, GATE_LEFT_HI_OFFSET) << 32 | low;
  left->seconds = read(rom, GATE_LEFT_SECONDS_OFFSET);
}

void gate_begin(rom_t *rom, const uint8_t digest[kSha256DigestBytes],
                const uint8_t expected_a[kEd25519RBytes],
                const uint8_t *expected_b) {
  command(rom, expected_b != NULL ? kGateCommandBeginLicence
                                  : kGateCommandBeginTrust);
  expect(rom, kGateAttemptCollect);
  write_bytes(rom, GATE_TOKEN_DIGEST_OFFSET, digest, kSha256DigestBytes);
  write_bytes(rom, GATE_EXPECTED_A_OFFSET, expected_a, kEd25519RBytes);
  if (expected_b != NULL) {
    write_bytes(rom, GATE_EXPECTED_B_OFFSET, expected_b, kEd25519RBytes);
  }
  command(rom, kGateCommandArm);
  expect(rom, kGateAttemptRun);
}

void gate_submit(rom_t *rom, uint32_t run, uint32_t runs,
                 const uint8_t recomputed[kEd25519RBytes]) {
  HARDENED_CHECK_EQ(rom->bus, read(rom, GATE_RUN_OFFSET), run);
  uint8_t value[kEd25519RBytes];
  hal_read_window(rom->bus, CHIP_GATE_BASE + GATE_MASK_OFFSET, value,
                  sizeof(value));
  for (uint32_t i = 0; i < sizeof(value); i++) {
    value[i] ^= recomputed[i];
  }
  write_bytes(rom, GATE_VALUE_OFFSET, value, sizeof(value));
  expect(rom, run + 1 == runs ? kGateAttemptMatched : kGateAttemptRun);
}

void gate_abort(rom_t *rom) {
  if (read(rom, GATE_ATTEMPT_OFFSET) != kGateAttemptIdle) {
    command(rom, kGateCommandAbort);
    expect(rom, kGateAttemptIdle);
  }
}

void gate_close(rom_t *rom) {
  command(rom, kGateCommandClose);
  HARDENED_CHECK_EQ(rom->bus, gate_state(rom), kGateStateClosed);
}

void gate_put_terms(rom_t *rom, const rom_grant_t *grant,
                    const rom_grant_t *inverse) {
  // The gate compares each word with its complement, which comes from the other
  // judgement: what changed either of them is seen.
  uint8_t terms[GATE_TERMS_COUNT * GATE_TERMS_STRIDE];
  bits_put64(terms, grant->cycles);
  bits_put32(terms + 8, grant->seconds);
  bits_put64(terms + 12, inverse->cycles);
  bits_put32(terms + 20, inverse->seconds);
  write_bytes(rom, GATE_TERMS_OFFSET, terms, sizeof(terms));
  expect(rom, kGateAttemptMatched);
}

void gate_open(rom_t *rom, const uint8_t witness[kSha256DigestBytes]) {
  write_bytes(rom, GATE_WITNESS_OFFSET, witness, kSha256DigestBytes);
  expect(rom, kGateAttemptWitnessed);
  command(rom, kGateCommandOpen);
  expect(rom, kGateAttemptIdle);
  HARDENED_CHECK_EQ(rom->bus, gate_state(rom), kGateStateOpen);
}
