// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/commit.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/console.h"
#include "rom/flow.h"
#include "rom/fuses.h"
#include "rom/store.h"
#include "rom/vault.h"

rom_error_t commit_finish_burn(rom_t *rom) {
  uint32_t count = 0;
  RETURN_IF_ERROR(fuses_counter(rom, &count));
  if (store_get32(rom, RECORD_GENERATION_OFFSET) == count + 1) {
    return fuses_burn_counter(rom, count);
  }
  return kErrorOk;
}

// Prepares a draft that will use up a generation.
static rom_error_t begin_generation(rom_t *rom, record_kind_t kind,
                                    uint32_t *count) {
  const uint32_t reserve =
      kind == kRecordKindTrust ? 0 : kFusesCounterTrustReserve;
  RETURN_IF_ERROR(commit_finish_burn(rom));
  RETURN_IF_ERROR(fuses_counter(rom, count));
  REFUSE_IF(*count >= kFusesCounterMax - reserve, kErrorCommitCounterExhausted);
  store_begin(rom, kind);
  bits_put32(rom->draft + RECORD_GENERATION_OFFSET, *count + 1);
  return kErrorOk;
}

static void put_token(rom_t *rom) {
  memcpy(rom->draft + RECORD_TOKEN_DIGEST_OFFSET, rom->attempt.digest,
         kSha256DigestBytes);
}

static void put_terms(rom_t *rom) {
  const rom_grant_t *grant = &rom->attempt.grant;
  bits_put64(rom->draft + RECORD_TERMS_OFFSET, grant->cycles);
  bits_put32(rom->draft + RECORD_TERMS_OFFSET + 8, grant->seconds);
}

// -----------------------------------------------------------------------------
// Licence
// -----------------------------------------------------------------------------

static rom_error_t commit_nonce_form(rom_t *rom) {
  store_begin(rom, kRecordKindLicenceNonce);
  put_token(rom);
  put_terms(rom);
  bits_put64(rom->draft + RECORD_FLOOR_OFFSET, rom->attempt.grant.issued_at);
  return store_write(rom);
}

static rom_error_t commit_sequence_form(rom_t *rom) {
  uint32_t count = 0;
  RETURN_IF_ERROR(begin_generation(rom, kRecordKindLicenceSequence, &count));
  put_token(rom);
  put_terms(rom);
  bits_put64(rom->draft + RECORD_SEQUENCE_EPOCH_OFFSET,
             rom->attempt.grant.epoch);
  bits_put64(rom->draft + RECORD_SEQUENCE_OFFSET, rom->attempt.grant.sequence);
  RETURN_IF_ERROR(store_write(rom));
  return fuses_burn_counter(rom, count);
}

rom_error_t commit_licence(rom_t *rom) {
  HARDENED_CHECK_EQ(rom->bus, launder32(rom->attempt.flow),
                    FLOW_LICENCE_VERIFIED);
  RETURN_IF_ERROR(rom->attempt.kind == kRecordKindLicenceNonce
                      ? commit_nonce_form(rom)
                      : commit_sequence_form(rom));
  rom->attempt.flow += FLOW_DURABLE;
  return kErrorOk;
}

rom_error_t commit_witness(rom_t *rom, uint8_t proof[kSha256DigestBytes]) {
  const vault_command_t command = rom->attempt.kind == kRecordKindLicenceNonce
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
  uint32_t count = 0;
  RETURN_IF_ERROR(begin_generation(rom, kRecordKindTrust, &count));
  put_token(rom);
  bits_put32(rom->draft + RECORD_ROOT_SLOT_OFFSET, rom->attempt.root_slot);
  bits_put64(rom->draft + RECORD_TRUST_EPOCH_OFFSET, rom->candidate.epoch);
  memcpy(rom->draft + RECORD_TRUST_DIGEST_OFFSET, rom->attempt.digest,
         kSha256DigestBytes);
  RETURN_IF_ERROR(store_write(rom));
  return fuses_burn_counter(rom, count);
}

rom_error_t commit_trust(rom_t *rom) {
  HARDENED_CHECK_EQ(rom->bus, launder32(rom->attempt.flow),
                    FLOW_TRUST_VERIFIED);
  if (rom->attempt.changed == kHardenedTrue) {
    RETURN_IF_ERROR(commit_new_list(rom));
  } else if (commit_finish_burn(rom) != kErrorOk) {
    // The same list again is how an interrupted commit is taken up. A counter
    // that does not burn refuses what needs a generation, and nothing else: the
    // list is durable, and without it the nonce form would be refused, too.
    console_line_t line;
    console_start(&line, "commit counter does not burn");
    console_send(rom->bus, &line);
  }
  REFUSE_IF(fuses_revoke_below(rom, rom->attempt.root_slot) != kErrorOk,
            kErrorCommitFuse);
  return kErrorOk;
}
