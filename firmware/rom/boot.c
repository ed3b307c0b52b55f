// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/boot.h"

#include <string.h>

#include "mooring/ed25519.h"
#include "rom/bits.h"
#include "rom/commit.h"
#include "rom/console.h"
#include "rom/fuses.h"
#include "rom/log.h"
#include "rom/nonce.h"
#include "rom/provision.h"
#include "rom/store.h"
#include "rom/version.h"

// -----------------------------------------------------------------------------
// RESET
// -----------------------------------------------------------------------------

rom_state_t boot_reset(rom_t *rom) {
  phase_mark(rom, kPhaseResetEntry);
  mctp_endpoint_init(&rom->endpoint);
  mctp_serial_reader_init(&rom->reader);
  mctp_assembly_init(&rom->request);
  nonce_discard(rom);
  rom->has_trust = kHardenedFalse;
  rom->has_accepted = kHardenedFalse;
  rom->after_respond = kRomStateServe;
  rom->ticks_per_second =
      hal_read32(rom->bus, CHIP_TIMER_BASE + TIMER_FREQUENCY_OFFSET);
  console_line_t line;
  console_start(&line, "mooring rom " ROM_VERSION);
  console_send(rom->bus, &line);
  return kRomStateSelfTest;
}

// -----------------------------------------------------------------------------
// SELF_TEST
// -----------------------------------------------------------------------------

// FIPS 180-4 examples: the message "abc".
static const uint8_t kAbc[] = {'a', 'b', 'c'};
static const uint8_t kSha256OfAbc[kSha256DigestBytes] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
    0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
    0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
static const uint8_t kSha384OfAbc[kSha384DigestBytes] = {
    0xcb, 0x00, 0x75, 0x3f, 0x45, 0xa3, 0x5e, 0x8b, 0xb5, 0xa0, 0x3d, 0x69,
    0x9a, 0xc6, 0x50, 0x07, 0x27, 0x2c, 0x32, 0xab, 0x0e, 0xde, 0xd1, 0x63,
    0x1a, 0x8b, 0x60, 0x5a, 0x43, 0xff, 0x5b, 0xed, 0x80, 0x86, 0x07, 0x2b,
    0xa1, 0xe7, 0xcc, 0x23, 0x58, 0xba, 0xec, 0xa1, 0x34, 0xc8, 0x25, 0xa7};
static const uint8_t kSha512OfAbc[kSha512DigestBytes] = {
    0xdd, 0xaf, 0x35, 0xa1, 0x93, 0x61, 0x7a, 0xba, 0xcc, 0x41, 0x73,
    0x49, 0xae, 0x20, 0x41, 0x31, 0x12, 0xe6, 0xfa, 0x4e, 0x89, 0xa9,
    0x7e, 0xa2, 0x0a, 0x9e, 0xee, 0xe6, 0x4b, 0x55, 0xd3, 0x9a, 0x21,
    0x92, 0x99, 0x2a, 0x27, 0x4f, 0xc1, 0xa8, 0x36, 0xba, 0x3c, 0x23,
    0xa3, 0xfe, 0xeb, 0xbd, 0x45, 0x4d, 0x44, 0x23, 0x64, 0x3c, 0xe8,
    0x0e, 0x2a, 0x9a, 0xc9, 0x4f, 0xa5, 0x4c, 0xa4, 0x9f};

// RFC 8032 section 7.1, test 2: the message of one byte 72.
static const uint8_t kKey[kEd25519KeyBytes] = {
    0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a,
    0xa7, 0x4d, 0x1b, 0x7e, 0xbc, 0x9c, 0x98, 0x2c, 0xcf, 0x2e, 0xc4,
    0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c};
static const uint8_t kMessage[] = {0x72};
static const uint8_t kSignature[kEd25519SignatureBytes] = {
    0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82,
    0x0b, 0x5f, 0x64, 0x25, 0x40, 0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50,
    0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda, 0x08,
    0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13,
    0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30, 0x2a,
    0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00};

static int hashes_work(void) {
  uint8_t digest[kSha512DigestBytes];
  sha256(digest, kAbc, sizeof(kAbc));
  const hardened_bool_t sha256_works =
      bits_same(digest, kSha256OfAbc, kSha256DigestBytes);
  sha384(digest, kAbc, sizeof(kAbc));
  const hardened_bool_t sha384_works =
      bits_same(digest, kSha384OfAbc, kSha384DigestBytes);
  sha512(digest, kAbc, sizeof(kAbc));
  const hardened_bool_t sha512_works =
      bits_same(digest, kSha512OfAbc, kSha512DigestBytes);
  return sha256_works == kHardenedTrue && sha384_works == kHardenedTrue &&
         sha512_works == kHardenedTrue;
}

// The outcome for `message` under the known signature.
static int signature_fits(uint8_t message) {
  ed25519_t verification;
  uint8_t recomputed[kEd25519RBytes];
  if (ed25519_start(&verification, kKey, kSignature) != kEd25519Ok) {
    return 0;
  }
  ed25519_update(&verification, &message, 1);
  return ed25519_finish(&verification, recomputed) == kEd25519Ok &&
         bits_same(recomputed, kSignature, sizeof(recomputed)) == kHardenedTrue;
}

rom_state_t boot_self_test(rom_t *rom) {
  phase_mark(rom, kPhaseSelfTest);
  // A verifier that accepts everything would pass the first of the two.
  if (!hashes_work() || !signature_fits(kMessage[0]) ||
      signature_fits(kMessage[0] ^ 1)) {
    rom_shutdown(rom->bus, kErrorHwSelfTest);
  }
  return kRomStateReadFuses;
}

// -----------------------------------------------------------------------------
// READ_FUSES
// -----------------------------------------------------------------------------

static void read_identity(rom_t *rom) {
  hal_read_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_PUBLIC_KEY_OFFSET,
                  rom->public_key, sizeof(rom->public_key));
  cose_key_ueid(rom->public_key, rom->ueid);
}

// The record belongs to another count of the fuses: an NVRAM image has been
// put back. The sequence form is refused from now on, for good: the mark goes
// into the record, which is attested, and into a fuse, so that the newest image
// put back afterwards does not remove it.
static void flag_rollback(rom_t *rom) {
  static const uint8_t kNoToken[kSha256DigestBytes] = {0};
  bits_put32_aligned(rom->record + RECORD_FLAGS_OFFSET,
                     RECORD_FLAGS_ROLLED_BACK_MASK);
  log_count(rom, kErrorCommitRolledBack);
  store_begin(rom, kRecordKindHousekeeping);
  log_add(rom, kErrorCommitRolledBack, 1, kNoToken);
  if (store_write(rom) != kErrorOk) {
    return;  // the flag stands in RAM, and the next boot tries again
  }
}

// Compares the record with the counter and takes up what was interrupted.
static rom_error_t reconcile(rom_t *rom) {
  console_line_t line;
  const uint32_t count = fuses_count_done(rom);
  const uint32_t intent = fuses_count_intent(rom);
  REFUSE_IF(count > intent, kErrorHwFuseIntegrity);
  const uint32_t generation = store_get32(rom, RECORD_GENERATION_OFFSET);
  if (count < intent && generation == intent) {
    console_start(&line, "interrupted commit: ");
    const rom_error_t error = commit_finish_burn(rom);
    console_text(&line, error == kErrorOk ? "finished" : "not finished");
    console_send(rom->bus, &line);
  }
  // Between the two counts only records have been that no commit finished.
  const int is_stale = generation != count && generation != intent;
  if ((is_stale || fuses_rolled_back(rom)) && !store_is_rolled_back(rom)) {
    flag_rollback(rom);
    console_start(&line, "record rolled back");
    console_send(rom->bus, &line);
  }
  if (store_is_rolled_back(rom) && fuses_mark_rolled_back(rom) != kErrorOk) {
    console_start(&line, "rollback mark does not burn");
    console_send(rom->bus, &line);
  }
  // The list of this slot was accepted; what it revokes may have been cut off.
  if (fuses_revoke_below(rom, store_get32(rom, RECORD_ROOT_SLOT_OFFSET)) !=
      kErrorOk) {
    console_start(&line, "root revocation not finished");
    console_send(rom->bus, &line);
  }
  return kErrorOk;
}

static void announce(rom_t *rom) {
  static const char *const kModes[] = {"", "deny", "throttle", "report"};
  const uint32_t mode =
      fuses_mode_number(hal_read32(rom->bus, CHIP_OTP_BASE + OTP_MODE_OFFSET));
  console_line_t line;
  console_start(&line, rom->lifecycle == kLifecycleWordProduction
                           ? "production, mode "
                           : "manufacturing, mode ");
  console_text(&line, kModes[mode]);
  console_text(&line, ", generation ");
  console_number(&line, store_get32(rom, RECORD_GENERATION_OFFSET));
  console_send(rom->bus, &line);
}

static rom_error_t read_fuses(rom_t *rom) {
  RETURN_IF_ERROR(provision_read_lifecycle(rom));
  read_identity(rom);
  store_load(rom);
  return reconcile(rom);
}

rom_state_t boot_read_fuses(rom_t *rom) {
  phase_mark(rom, kPhaseReadFuses);
  const rom_error_t error = read_fuses(rom);
  if (error != kErrorOk) {
    rom_shutdown(rom->bus, error);
  }
  announce(rom);
  return kRomStateServe;
}
