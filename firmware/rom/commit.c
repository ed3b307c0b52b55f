// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/commit.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/console.h"
#include "rom/flow.h"
#include "rom/fuses.h"
#include "rom/licence.h"
#include "rom/nonce.h"
#include "rom/store.h"
#include "rom/vault.h"

rom_error_t commit_finish_burn(rom_t *rom) {
  const uint32_t intent = fuses_count_intent(rom);
  if (store_get32(rom, RECORD_GENERATION_OFFSET) == intent) {
    return fuses_burn_done(rom, intent);
  }
  return kErrorOk;
}

// Prepares a draft of a new generation. Its step of INTENT burns first: were a
// record sealed before, an image of it, kept from a commit that was cut off,
// would fit the counter again once another commit had taken the same step.
static rom_error_t begin_generation(rom_t *rom, record_kind_t kind) {
  const uint32_t reserve =
      kind == kRecordKindTrust ? 0 : kFusesCounterTrustReserve;
  RETURN_IF_ERROR(commit_finish_burn(rom));
  const uint32_t intent = fuses_count_intent(rom);
  REFUSE_IF(intent >= kFusesCounterMax - reserve, kErrorCommitCounterExhausted);
  RETURN_IF_ERROR(fuses_burn_intent(rom, intent));
  store_begin(rom, kind);
  store_put32(rom, RECORD_GENERATION_OFFSET, intent + 1);
  return kErrorOk;
}

// Lets the counter follow the record, which counts as soon as it is written,
// also if power is cut before this is done.
static rom_error_t burn_generation(rom_t *rom) {
  return fuses_burn_done(rom, store_get32(rom, RECORD_GENERATION_OFFSET));
}

static void put_token(rom_t *rom) {
  memcpy(rom->draft + RECORD_TOKEN_DIGEST_OFFSET, rom->attempt.digest,
         kSha256DigestBytes);
}

static void put_terms(rom_t *rom) {
  const rom_grant_t *grant = &rom->attempt.grant;
  licence_check_grant(rom);
  store_put64(rom, RECORD_TERMS_OFFSET, grant->cycles);
  store_put32(rom, RECORD_TERMS_OFFSET + 8, grant->seconds);
}

// -----------------------------------------------------------------------------
// Licence
// -----------------------------------------------------------------------------

// Which form the licence has; a kind that is neither is a fault.
static int is_nonce_form(rom_t *rom) {
  if (launder32(rom->attempt.kind) == kRecordKindLicenceNonce) {
    return 1;
  }
  HARDENED_CHECK_EQ(rom->bus, rom->attempt.kind, kRecordKindLicenceSequence);
  return 0;
}

static rom_error_t commit_nonce_form(rom_t *rom) {
  store_begin(rom, kRecordKindLicenceNonce);
  put_token(rom);
  put_terms(rom);
  store_put64(rom, RECORD_FLOOR_OFFSET, rom->attempt.grant.issued_at);
  return store_write(rom);
}

static rom_error_t commit_sequence_form(rom_t *rom) {
  RETURN_IF_ERROR(begin_generation(rom, kRecordKindLicenceSequence));
  put_token(rom);
  put_terms(rom);
  store_put64(rom, RECORD_SEQUENCE_EPOCH_OFFSET, rom->attempt.grant.epoch);
  store_put64(rom, RECORD_SEQUENCE_OFFSET, rom->attempt.grant.sequence);
  RETURN_IF_ERROR(store_write(rom));
  return burn_generation(rom);
}

// Traps unless a field of the durable record is `value`: what a skipped store
// leaves there is sealed like anything else, and would let an older licence or
// list in later, or the same one again.
static void check_durable64(rom_t *rom, uint32_t offset, uint64_t value) {
  const uint64_t difference = store_get64(rom, offset) ^ value;
  HARDENED_CHECK_EQ(rom->bus,
                    (uint32_t)difference | (uint32_t)(difference >> 32), 0);
}

static void check_durable_grant(rom_t *rom) {
  const rom_grant_t *grant = &rom->attempt.grant;
  if (is_nonce_form(rom)) {
    check_durable64(rom, RECORD_FLOOR_OFFSET, grant->issued_at);
    return;
  }
  check_durable64(rom, RECORD_SEQUENCE_EPOCH_OFFSET, grant->epoch);
  check_durable64(rom, RECORD_SEQUENCE_OFFSET, grant->sequence);
}

rom_error_t commit_licence(rom_t *rom) {
  HARDENED_CHECK_EQ(rom->bus, launder32(rom->attempt.flow),
                    FLOW_LICENCE_VERIFIED);
  RETURN_IF_ERROR(is_nonce_form(rom) ? commit_nonce_form(rom)
                                     : commit_sequence_form(rom));
  check_durable_grant(rom);
  // Used up before what it was used for takes effect, and whatever becomes of
  // that; by the other form too, since one decision ends every other that was
  // prepared beside it.
  nonce_discard(rom);
  rom->attempt.flow += FLOW_DURABLE;
  return kErrorOk;
}

rom_error_t commit_witness(rom_t *rom, uint8_t proof[kSha256DigestBytes]) {
  const vault_command_t command = is_nonce_form(rom)
                                      ? kVaultCommandWitnessNonce
                                      : kVaultCommandWitnessSequence;
  hal_write32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_SLOT_OFFSET, rom->slot);
  REFUSE_IF(vault_run(rom, command) != kVaultResultOk, kErrorCommitWitness);
  hal_read_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_WITNESS_OFFSET, proof,
                  kSha256DigestBytes);
  return kErrorOk;
}

// -----------------------------------------------------------------------------
// Trust list
// -----------------------------------------------------------------------------

static rom_error_t commit_new_list(rom_t *rom) {
  RETURN_IF_ERROR(begin_generation(rom, kRecordKindTrust));
  put_token(rom);
  store_put32(rom, RECORD_ROOT_SLOT_OFFSET, rom->attempt.root_slot);
  store_put64(rom, RECORD_TRUST_EPOCH_OFFSET, rom->candidate.epoch);
  memcpy(rom->draft + RECORD_TRUST_DIGEST_OFFSET, rom->attempt.digest,
         kSha256DigestBytes);
  RETURN_IF_ERROR(store_write(rom));
  check_durable64(rom, RECORD_TRUST_EPOCH_OFFSET, rom->candidate.epoch);
  HARDENED_CHECK_EQ(rom->bus, store_get32(rom, RECORD_ROOT_SLOT_OFFSET),
                    rom->attempt.root_slot);
  // What was in force is no more what the record says and evidence attests:
  // until this list is, whatever holds it up, none is.
  rom->has_trust = kHardenedFalse;
  rom->has_accepted = kHardenedFalse;
  return burn_generation(rom);
}

// The same list again is how an interrupted commit is taken up. A counter that
// does not burn refuses what needs a generation, and nothing else: the list is
// durable, and without it the nonce form would be refused, too.
static void take_up_list(rom_t *rom) {
  if (commit_finish_burn(rom) != kErrorOk) {
    console_line_t line;
    console_start(&line, "commit counter does not burn");
    console_send(rom->bus, &line);
  }
}

rom_error_t commit_trust(rom_t *rom) {
  HARDENED_CHECK_EQ(rom->bus, launder32(rom->attempt.flow),
                    FLOW_TRUST_VERIFIED);
  if (launder32(rom->attempt.changed) == kHardenedTrue) {
    RETURN_IF_ERROR(commit_new_list(rom));
  } else {
    // Nothing but the word for "durable already" may pass for it.
    HARDENED_CHECK_EQ(rom->bus, rom->attempt.changed, kHardenedFalse);
    take_up_list(rom);
  }
  REFUSE_IF(fuses_revoke_below(rom, rom->attempt.root_slot) != kErrorOk,
            kErrorCommitFuse);
  rom->attempt.flow += FLOW_DURABLE;
  return kErrorOk;
}
