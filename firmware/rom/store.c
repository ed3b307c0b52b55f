// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/store.h"

#include <string.h>

#include "rom/vault.h"

enum {
  kSlots = 2,
  kReadBackBytes = 256,  // compared at a time; bounds the stack
};

_Static_assert(RECORD_SIZE % kReadBackBytes == 0, "chunks make up a record");

static uint32_t slot_address(uint32_t slot) {
  return CHIP_NVRAM_BASE + NVRAM_SLOTS_OFFSET + slot * RECORD_SIZE;
}

// Whether the slot holds a record of this chip; latches it in the vault.
static int check(rom_t *rom, uint32_t slot) {
  hal_write32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_SLOT_OFFSET, slot);
  return vault_run(rom, kVaultCommandCheck) == kVaultResultOk;
}

// Records of one generation are ordered by revision.
static int is_newer(const uint8_t *a, const uint8_t *b) {
  const uint32_t a_generation = bits_get32(a + RECORD_GENERATION_OFFSET);
  const uint32_t b_generation = bits_get32(b + RECORD_GENERATION_OFFSET);
  if (a_generation != b_generation) {
    return a_generation > b_generation;
  }
  return bits_get32(a + RECORD_REVISION_OFFSET) >
         bits_get32(b + RECORD_REVISION_OFFSET);
}

void store_load(rom_t *rom) {
  rom->has_record = kHardenedFalse;
  rom->slot = 1;  // so that a new chip's first record goes to slot 0
  memset(rom->record, 0, sizeof(rom->record));
  bits_put32_aligned(rom->record + RECORD_MAGIC_OFFSET, kRecordMagicV1);
  uint32_t latched = kSlots;
  for (uint32_t slot = 0; slot < kSlots; slot++) {
    if (!check(rom, slot)) {
      continue;
    }
    latched = slot;
    hal_read_window(rom->bus, slot_address(slot), rom->draft, RECORD_SIZE);
    if (rom->has_record != kHardenedTrue || is_newer(rom->draft, rom->record)) {
      memcpy(rom->record, rom->draft, RECORD_SIZE);
      rom->slot = slot;
      rom->has_record = kHardenedTrue;
    }
  }
  if (rom->has_record == kHardenedTrue && latched != rom->slot) {
    // The vault compares what it seals next with what it latched last.
    HARDENED_CHECK_EQ(rom->bus, check(rom, rom->slot), 1);
  }
}

int store_holds_floor(rom_t *rom) {
  uint8_t floor[sizeof(uint64_t)];
  hal_read_window(rom->bus, slot_address(rom->slot) + RECORD_FLOOR_OFFSET,
                  floor, sizeof(floor));
  return bits_same(floor, rom->record + RECORD_FLOOR_OFFSET, sizeof(floor)) ==
             kHardenedTrue &&
         check(rom, rom->slot);
}

void store_begin(rom_t *rom, record_kind_t kind) {
  memcpy(rom->draft, rom->record, RECORD_SIZE);
  store_put32(rom, RECORD_KIND_OFFSET, kind);
  store_put32(rom, RECORD_REVISION_OFFSET,
              store_get32(rom, RECORD_REVISION_OFFSET) + 1);
  memset(rom->draft + RECORD_TOKEN_DIGEST_OFFSET, 0, kSha256DigestBytes);
  memset(rom->draft + RECORD_TERMS_OFFSET, 0,
         RECORD_TERMS_COUNT * RECORD_TERMS_STRIDE);
}

static rom_error_t seal(rom_t *rom) {
  hal_write_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_DATA_OFFSET,
                   rom->draft, RECORD_MAC_OFFSET);
  hal_write32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_LENGTH_OFFSET,
              RECORD_MAC_OFFSET);
  REFUSE_IF(vault_run(rom, kVaultCommandSeal) != kVaultResultOk,
            kErrorCommitSeal);
  hal_read_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_MAC_OFFSET,
                  rom->draft + RECORD_MAC_OFFSET,
                  RECORD_MAC_COUNT * RECORD_MAC_STRIDE);
  return kErrorOk;
}

static int reads_back(rom_t *rom, uint32_t slot) {
  uint8_t chunk[kReadBackBytes];
  uint32_t compared = 0;
  for (uint32_t at = 0; at < RECORD_SIZE; at += kReadBackBytes) {
    hal_read_window(rom->bus, slot_address(slot) + at, chunk, sizeof(chunk));
    if (bits_same(chunk, rom->draft + at, sizeof(chunk)) != kHardenedTrue) {
      return 0;
    }
    HARDENED_COUNT(compared);
  }
  HARDENED_CHECK_LOOP_DONE(rom->bus, compared, RECORD_SIZE / kReadBackBytes);
  return 1;
}

static rom_error_t verify(rom_t *rom, uint32_t slot) {
  REFUSE_IF(!reads_back(rom, slot) || !check(rom, slot), kErrorCommitNvram);
  return kErrorOk;
}

rom_error_t store_write(rom_t *rom) {
  RETURN_IF_ERROR(seal(rom));
  const uint32_t slot = rom->slot ^ 1;
  const uint32_t enable = CHIP_NVRAM_BASE + NVRAM_WRITE_ENABLE_OFFSET;
  hal_write32(rom->bus, enable, kNvramKeyArm);
  hal_write_window(rom->bus, slot_address(slot), rom->draft, RECORD_SIZE);
  hal_write32(rom->bus, enable, 0);
  const rom_error_t error = verify(rom, slot);
  if (error != kErrorOk) {
    // The vault may have latched what the ROM does not take for written.
    (void)check(rom, rom->slot);
    return error;
  }
  memcpy(rom->record, rom->draft, RECORD_SIZE);
  rom->slot = slot;
  rom->has_record = kHardenedTrue;
  return kErrorOk;
}
