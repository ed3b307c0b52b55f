// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/fuses.h"

#include <string.h>

#include "rom/bits.h"

enum {
  kPolicyWords = 4,  // MODE, THROTTLE, MAX_LIFETIME, OPTIONS in a row
  kWordBits = 32,
  kCounterWords = OTP_COUNTER_COUNT,
};

static uint32_t address(uint32_t offset) {
  return CHIP_OTP_BASE + offset;
}

// -----------------------------------------------------------------------------
// The map
// -----------------------------------------------------------------------------

void fuses_read_words(rom_t *rom, uint32_t offset, uint8_t *out,
                      uint32_t words) {
  hal_read_window(rom->bus, address(offset), out, (size_t)words * 4);
  bits_swap_words(out, words);
}

void fuses_read_map(rom_t *rom, fuse_map_t *map) {
  uint8_t policy[4 * kPolicyWords];
  hal_read_window(rom->bus, address(OTP_MODE_OFFSET), policy, sizeof(policy));
  map->mode = bits_get32(policy);
  map->throttle = bits_get32(policy + 4);
  map->max_lifetime_seconds = bits_get32(policy + 8);
  map->options = bits_get32(policy + 12);
  fuses_read_words(rom, OTP_ROOT_DIGEST_OFFSET, map->root_digest[0],
                   OTP_ROOT_DIGEST_COUNT);
}

void fuses_map_digest(const fuse_map_t *map,
                      uint8_t digest[kSha384DigestBytes]) {
  uint8_t policy[4 * kPolicyWords];
  bits_put32_be(policy, map->mode);
  bits_put32_be(policy + 4, map->throttle);
  bits_put32_be(policy + 8, map->max_lifetime_seconds);
  bits_put32_be(policy + 12, map->options);
  sha512_t hash;
  sha384_init(&hash);
  sha512_update(&hash, policy, sizeof(policy));
  sha512_update(&hash, map->root_digest[0], sizeof(map->root_digest));
  sha384_final(&hash, digest);
}

uint32_t fuses_mode_word(uint32_t number) {
  static const uint32_t kWords[] = {0, kModeWordDeny, kModeWordThrottle,
                                    kModeWordReport};
  return number < sizeof(kWords) / sizeof(kWords[0]) ? kWords[number] : 0;
}

uint32_t fuses_mode_number(uint32_t word) {
  for (uint32_t number = 1; fuses_mode_word(number) != 0; number++) {
    if (fuses_mode_word(number) == word) {
      return number;
    }
  }
  return 1;  // deny
}

// -----------------------------------------------------------------------------
// Burning
// -----------------------------------------------------------------------------

// Burns without asking what is there, and tells what reads back.
static uint32_t burn(rom_t *rom, uint32_t offset, uint32_t bits) {
  hal_write32(rom->bus, address(OTP_PROGRAM_OFFSET), kProgramKeyArm);
  hal_write32(rom->bus, address(offset), bits);
  return hal_read32(rom->bus, address(offset));
}

// The pages that take no more bits, one bit each: the locked ones, where a
// write would be a bus fault, and those are final; and what LOCK takes the
// digest of, as soon as it has begun to burn the digest. With one more bit in
// the map, the digest could neither be finished nor be burned anew.
static uint32_t closed_pages(rom_t *rom) {
  uint8_t digest[4 * OTP_MAP_DIGEST_COUNT];
  uint32_t closed = hal_read32(rom->bus, address(OTP_PAGE_LOCKS_OFFSET));
  uint8_t burned = 0;
  hal_read_window(rom->bus, address(OTP_MAP_DIGEST_OFFSET), digest,
                  sizeof(digest));
  for (size_t i = 0; i < sizeof(digest); i++) {
    burned |= digest[i];
  }
  if (burned != 0) {
    closed |= 1 << OTP_MODE_PAGE | 1 << OTP_ROOT_DIGEST_PAGE;
  }
  return closed;
}

rom_error_t fuses_burn_word(rom_t *rom, uint32_t offset, uint32_t page,
                            uint32_t value) {
  const uint32_t before = hal_read32(rom->bus, address(offset));
  REFUSE_IF((before & ~value) != 0, kErrorFuseConflict);
  if (before == value) {
    return kErrorOk;
  }
  REFUSE_IF((closed_pages(rom) >> page & 1) != 0, kErrorFuseLocked);
  REFUSE_IF(burn(rom, offset, value & ~before) != value, kErrorFuseVerify);
  return kErrorOk;
}

rom_error_t fuses_burn_words(rom_t *rom, uint32_t offset, uint32_t page,
                             const uint8_t *value, uint32_t words) {
  // All words are looked at before the first one is burned: a refused value
  // leaves nothing half burned.
  for (uint32_t i = 0; i < words; i++) {
    const uint32_t before = hal_read32(rom->bus, address(offset + 4 * i));
    const uint32_t wanted = bits_get32_be(value + (size_t)4 * i);
    REFUSE_IF((before & ~wanted) != 0, kErrorFuseConflict);
  }
  for (uint32_t i = 0; i < words; i++) {
    const uint32_t wanted = bits_get32_be(value + (size_t)4 * i);
    RETURN_IF_ERROR(fuses_burn_word(rom, offset + 4 * i, page, wanted));
  }
  return kErrorOk;
}

// -----------------------------------------------------------------------------
// Commit counters
// -----------------------------------------------------------------------------

_Static_assert(OTP_INTENT_COUNT == OTP_COUNTER_COUNT &&
                   OTP_INTENT_STRIDE == OTP_COUNTER_STRIDE,
               "both counters are counted and burned alike");

// Counts a thermometer code of kCounterWords words. One with a gap has been
// tampered with, or is not read as it is: nothing can be decided by it.
static uint32_t count_steps(rom_t *rom, uint32_t offset) {
  uint8_t words[4 * kCounterWords];
  hal_read_window(rom->bus, address(offset), words, sizeof(words));
  uint32_t total = 0;
  uint32_t looked_at = 0;
  for (uint32_t i = 0; i < kCounterWords; i++) {
    uint32_t word = bits_get32(words + (size_t)4 * i);
    if ((word != 0 && total != i * kWordBits) || (word & (word + 1)) != 0) {
      rom_shutdown(rom->bus, kErrorHwFuseIntegrity);
    }
    for (; word != 0; word >>= 1) {
      total++;
    }
    HARDENED_COUNT(looked_at);
  }
  HARDENED_CHECK_LOOP_DONE(rom->bus, looked_at, kCounterWords);
  return total;
}

static rom_error_t burn_step(rom_t *rom, uint32_t offset, uint32_t count) {
  REFUSE_IF(count >= kFusesCounterMax, kErrorCommitCounterExhausted);
  (void)burn(rom, offset + count / kWordBits * OTP_COUNTER_STRIDE,
             UINT32_C(1) << count % kWordBits);
  REFUSE_IF(count_steps(rom, offset) != count + 1, kErrorCommitFuse);
  return kErrorOk;
}

uint32_t fuses_count_intent(rom_t *rom) {
  return count_steps(rom, OTP_INTENT_OFFSET);
}

uint32_t fuses_count_done(rom_t *rom) {
  return count_steps(rom, OTP_COUNTER_OFFSET);
}

rom_error_t fuses_burn_intent(rom_t *rom, uint32_t count) {
  return burn_step(rom, OTP_INTENT_OFFSET, count);
}

rom_error_t fuses_burn_done(rom_t *rom, uint32_t generation) {
  for (uint32_t count = fuses_count_done(rom); count < generation; count++) {
    RETURN_IF_ERROR(burn_step(rom, OTP_COUNTER_OFFSET, count));
  }
  return kErrorOk;
}

// -----------------------------------------------------------------------------
// Marks
// -----------------------------------------------------------------------------

// A mark is a word of which any burned bit counts, so that neither a torn burn
// nor dead fuses undo it: all 32 are burned, and one must have taken.
static rom_error_t burn_mark(rom_t *rom, uint32_t offset) {
  const uint32_t before = hal_read32(rom->bus, address(offset));
  if (before == UINT32_MAX) {
    return kErrorOk;
  }
  REFUSE_IF(burn(rom, offset, ~before) == 0, kErrorFuseVerify);
  return kErrorOk;
}

// -----------------------------------------------------------------------------
// Rollback mark
// -----------------------------------------------------------------------------

int fuses_rolled_back(rom_t *rom) {
  return hal_read32(rom->bus, address(OTP_ROLLED_BACK_OFFSET)) != 0;
}

rom_error_t fuses_mark_rolled_back(rom_t *rom) {
  return burn_mark(rom, OTP_ROLLED_BACK_OFFSET);
}

// -----------------------------------------------------------------------------
// Root revocation
// -----------------------------------------------------------------------------

uint32_t fuses_revoked(rom_t *rom) {
  uint8_t words[4 * OTP_ROOT_REVOKED_COUNT];
  hal_read_window(rom->bus, address(OTP_ROOT_REVOKED_OFFSET), words,
                  sizeof(words));
  uint32_t revoked = 0;
  for (uint32_t i = 0; i < OTP_ROOT_REVOKED_COUNT; i++) {
    revoked |= (uint32_t)(bits_get32(words + (size_t)4 * i) != 0) << i;
  }
  return revoked;
}

rom_error_t fuses_revoke_below(rom_t *rom, uint32_t slot) {
  for (uint32_t i = 0; i < slot && i < OTP_ROOT_REVOKED_COUNT; i++) {
    RETURN_IF_ERROR(
        burn_mark(rom, OTP_ROOT_REVOKED_OFFSET + i * OTP_ROOT_REVOKED_STRIDE));
  }
  return kErrorOk;
}
