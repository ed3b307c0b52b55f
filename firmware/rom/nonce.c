// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/nonce.h"

#include "rom/bits.h"
#include "rom/clock.h"
#include "rom/console.h"

static int trng_is_healthy(rom_t *rom) {
  const uint32_t status =
      hal_read32(rom->bus, CHIP_TRNG_BASE + TRNG_STATUS_OFFSET);
  return (status & TRNG_STATUS_READY_MASK) != 0 &&
         (status & TRNG_STATUS_FAILED_MASK) == 0;
}

// Draws `size` bytes, a multiple of 4. The tests run on the very bytes that are
// drawn: only afterwards is it known whether they passed.
static int trng_draw(rom_t *rom, uint8_t *out, size_t size) {
  const int before = trng_is_healthy(rom);
  for (size_t at = 0; at < size; at += 4) {
    bits_put32(out + at,
               hal_read32(rom->bus, CHIP_TRNG_BASE + TRNG_DATA_OFFSET));
  }
  return before && trng_is_healthy(rom);
}

int trng_delivers(rom_t *rom) {
  uint8_t noise[kClaimsNonceBytes];
  const int delivers = trng_draw(rom, noise, sizeof(noise));
  mooring_wipe(noise, sizeof(noise));
  return delivers;
}

void nonce_discard(rom_t *rom) {
  rom->nonce.valid = kHardenedFalse;
  mooring_wipe(rom->nonce.value, sizeof(rom->nonce.value));
}

hardened_bool_t nonce_is_valid(rom_t *rom) {
  if (rom->nonce.valid == kHardenedTrue &&
      (clock_ticks(rom) >= rom->nonce.deadline_ticks ||
       clock_ticks(rom) >= ~rom->nonce.deadline_inverse)) {
    nonce_discard(rom);
  }
  return rom->nonce.valid;
}

rom_error_t nonce_draw(rom_t *rom) {
  if (nonce_is_valid(rom) == kHardenedTrue) {
    return kErrorOk;
  }
  nonce_discard(rom);
  REFUSE_IF(!trng_draw(rom, rom->nonce.value, sizeof(rom->nonce.value)),
            kErrorHwTrng);
  rom->nonce.deadline_ticks = clock_after(rom, kRomNonceLifeSeconds);
  rom->nonce.deadline_inverse = ~rom->nonce.deadline_ticks;
  rom->nonce.valid = kHardenedTrue;
  console_line_t line;
  console_start(&line, "nonce drawn");
  console_send(rom->bus, &line);
  return kErrorOk;
}
